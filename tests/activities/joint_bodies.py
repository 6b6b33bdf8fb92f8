"""Two organisations of one installation: one coordinates a complaint, the other contributes to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from activities.joint_carriers import HttpCarrier, LocalCarrier
from activities.joint_parts import JointParts
from contracts.commands import CommandKind
from contracts.joint import JointPartAct, JointPartStart, JointPartStep
from db.joint_messages import DISCLOSES_NOTHING, BodyTold, Invitation, IssueTold, PersonTold, ToBody, kind_of, to_json
from db.models.act import Submission
from db.part_said import TellLead
from tests.activities.office_desk import Desk
from tests.apart import Apart
from tests.bodies import Body

PERSON = PersonTold(name="Marker Person", born_on=date(1950, 1, 2), nhs_number="9434765919")


def invitation(**changes: Any) -> Invitation:
    """Return what a body is told first: the second issue is its own."""
    told: dict[str, Any] = {
        "lead": BodyTold(code="RXX", name="Lead Trust"),
        "reference": "LEAD-1",
        "bound": "regulation_9",
        "received_on": date(2028, 2, 28),
        "accept_by": date(2028, 3, 9),
        "issues": (IssueTold(number=2, summary="Marker issue of theirs"),),
        "person": PERSON,
        "contribute_by": date(2028, 4, 3),
    }
    return Invitation(**{**told, **changes})


@dataclass(slots=True, kw_only=True)
class Between:
    """A contribution at the lead, written down as naming a body would have left it, and the part at the body."""

    desk: Desk  # of the lead
    body: Body  # that contributes
    id: UUID
    said: int = 0

    @property
    def apart(self) -> Apart:
        return self.desk.apart

    @property
    def start(self) -> JointPartStart:
        return JointPartStart(
            organisation_id=self.body.id, contribution_id=self.id, lead_organisation_id=self.desk.body.id
        )

    @property
    def parts(self) -> Any:
        database, engine = self.apart.database, self.apart.engine
        here: Any = LocalCarrier(database, engine)
        system: Any = HttpCarrier(database, None, None)  # type: ignore[arg-type]
        return JointParts(database, engine, here, system)

    def tell(self, message: ToBody, kind: str | None = None, body: dict[str, Any] | None = None) -> None:
        """Have the lead say something, as `joint.post` writes it."""
        self.said += 1
        kind = kind or kind_of(message)
        self.apart.rows(
            "insert into joint_message (id, organisation_id, complaint_id, contribution_id, recipient_organisation_id,"
            " direction, seq, kind, protocol, body, discloses, act_id, said_at)"
            " values (%s, %s, %s, %s, %s, 'out', %s, %s, 1, %s, %s, %s, '2028-03-02T10:00:00Z')",
            *(uuid4(), self.desk.body.id, self.desk.complaint, self.id, self.body.id, self.said, kind),
            *(Jsonb(to_json(message) if body is None else body), kind not in DISCLOSES_NOTHING, uuid4()),
        )

    def shut(self) -> None:
        """Consent ended."""
        self.apart.rows("update contribution set open_to_body = false where id = %s", self.id)

    async def pull(self) -> JointPartStep:
        step: JointPartStep = await self.parts.pull(JointPartAct(start=self.start, now=self.apart.engine.now))
        return step

    async def push(self) -> JointPartStep:
        step: JointPartStep = await self.parts.push(JointPartAct(start=self.start, now=self.apart.engine.now))
        return step

    @property
    def part(self) -> dict[str, Any]:
        found = self.apart.rows("select to_jsonb(p) from joint_part p where contribution_id = %s", self.id)
        (row,) = [each[0] for each in found]
        return dict(row)

    @property
    def own(self) -> Desk:
        """The part as a case of the body's own."""
        return Desk(apart=self.apart, body=self.body, complaint=UUID(self.part["complaint_id"]))

    async def say(self, kind: str, by: str = "handler", **body: Any) -> Submission:
        return await self.own.do(CommandKind.TELL_LEAD, TellLead(kind=kind, body=body), by)

    def messages(self, direction: str) -> list[dict[str, Any]]:
        found = self.apart.rows(
            "select to_jsonb(m) from part_message m join joint_part p on p.id = m.part_id"
            " where p.contribution_id = %s and direction = %s order by seq",
            *(self.id, direction),
        )
        return [dict(each[0]) for each in found]
