"""A complaint passed on between two organisations of the session's database, each with what is its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from activities.joint_carriers import HttpCarrier, LocalCarrier
from activities.joint_parts import JointParts
from contracts.commands import CommandKind
from contracts.joint import JointPartAct, JointPartStart, JointPartStep
from db.joint_messages import ToLead
from db.transfer_said import Transfer
from tests.activities import joined
from tests.activities.office_desk import Desk
from tests.activities.parts import told
from tests.apart import Apart
from tests.bodies import Body

K = CommandKind


def passing(body: Body | None = None, **changes: Any) -> Transfer:
    """Return what is said to pass a whole complaint on: to an organisation of this installation, or to a page."""
    values: dict[str, Any] = {
        "code": body.code if body is not None else joined.CODE,
        "name": "Marker Receiver",
        "body_kind": "nhs",
        "way": "here" if body is not None else "page",
        "ground": "misdirected",
        "reason": "Marker: theirs",
        "contacts": () if body is not None else (joined.CONTACT,),
    }
    return Transfer(**values | changes)


@dataclass(slots=True, kw_only=True)
class Passing:
    """A complaint at its sender, and the organisation that receives it."""

    desk: Desk
    body: Body
    id: UUID

    @property
    def apart(self) -> Apart:
        return self.desk.apart

    @property
    def start(self) -> JointPartStart:
        return JointPartStart(
            organisation_id=self.body.id, contribution_id=self.id, lead_organisation_id=self.desk.body.id
        )

    async def pull(self) -> JointPartStep:
        database, engine = self.apart.database, self.apart.engine
        here: Any = LocalCarrier(database, engine)
        system: Any = HttpCarrier(database, None, None)  # type: ignore[arg-type]
        parts: Any = JointParts(database, engine, here, system)
        step: JointPartStep = await parts.pull(JointPartAct(start=self.start, now=engine.now))
        return step

    @property
    def row(self) -> dict[str, Any]:
        return self.desk.row(f"select * from contribution where complaint_id = %s and id = '{self.id}'")

    @property
    def transfer(self) -> dict[str, Any]:
        return self.desk.row(f"select * from transfer where complaint_id = %s and contribution_id = '{self.id}'")

    @property
    def own(self) -> Desk:
        """The complaint at its receiver."""
        (found,) = self.received()
        return Desk(apart=self.apart, body=self.body, complaint=UUID(found["complaint_id"]))

    def received(self) -> list[dict[str, Any]]:
        rows = self.apart.rows("select to_jsonb(r) from transfer_received r where contribution_id = %s", self.id)
        return [dict(row[0]) for row in rows]

    def told(self) -> list[str]:
        return [kind for kind, _ in told(self.desk, self.id)]

    async def says(self, message: ToLead, **changes: Any) -> str | None:
        return await joined.answer(self.desk, self.id, message, **changes)


async def pass_on(desk: Desk, body: Body | None = None, **changes: Any) -> UUID:
    """Pass a complaint on with the person's consent, and return the contribution."""
    said = passing(body, **changes)
    await joined.agree(desk, said.code)
    await desk.must(K.TRANSFER, said)
    (found,) = desk.rows(f"select id from contribution where complaint_id = %s and code = '{said.code}'")
    return UUID(found["id"])
