"""One body's part in a complaint of another, in one world: its case, its workflow, and what the two say to each other.

The part's workflow, and the case that it opens, keep the machine's own time.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from contracts import names
from contracts.commands import CommandKind
from contracts.joint import JointPartStart
from db import consent_said
from db.joint_messages import DISCLOSES_NOTHING, ToBody, kind_of, to_json
from db.part_said import TellLead
from tests.bodies import Body
from tests.contributing import Writes
from tests.world import World, until


class Joined:
    """One contribution of a world, and the part at the body."""

    def __init__(self, world: World, apart: Writes, lead: Body, body: Body, complaint: UUID) -> None:
        self.world, self.apart, self.lead, self.body, self.complaint = world, apart, lead, body, complaint
        self.id, self.said = uuid4(), 0
        on = world.clock.now().date()
        apart.rows(
            "insert into contribution (id, organisation_id, complaint_id, number, kind, code, name, body_kind, bound,"
            " way, body_organisation_id, state, open_to_body, named_on, invited_on, changed_at, act_id)"
            " select %s, organisation_id, id, 1, 'joint', 'council-1', 'Council', 'local_authority', 'regulation_9',"
            " 'here', %s, 'invited', true, %s, %s, now(), %s from complaint where id = %s",
            *(self.id, body.id, on, on, uuid4(), complaint),
        )

    @property
    def handle(self) -> Any:
        return self.world.client.get_workflow_handle(names.joint_part_workflow_id(self.body.id, self.id))

    async def tell(self, message: ToBody) -> None:
        """Have the lead say something, and the part's workflow be told, as after an act of the lead."""
        self.said += 1
        kind = kind_of(message)
        self.apart.rows(
            "insert into joint_message (id, organisation_id, complaint_id, contribution_id, recipient_organisation_id,"
            " direction, seq, kind, protocol, body, discloses, act_id, said_at)"
            " values (%s, %s, %s, %s, %s, 'out', %s, %s, 1, %s, %s, %s, now())",
            *(uuid4(), self.lead.id, self.complaint, self.id, self.body.id, self.said, kind),
            *(Jsonb(to_json(message)), kind not in DISCLOSES_NOTHING, uuid4()),
        )
        start = JointPartStart(organisation_id=self.body.id, contribution_id=self.id, lead_organisation_id=self.lead.id)
        await self.world.engine.tell_joint_part(start)

    async def part(self) -> dict[str, Any] | None:
        found = self.apart.rows(
            "select to_jsonb(p) || jsonb_build_object('stage', c.stage) from joint_part p"
            " join complaint c on c.id = p.complaint_id where contribution_id = %s",
            self.id,
        )
        return dict(found[0][0]) if found else None

    async def heard(self, number: int) -> dict[str, Any]:
        async def there() -> bool:
            part = await self.part()
            return part is not None and part["heard"] >= number

        await until(there)
        part = await self.part()
        assert part is not None
        return part

    async def say(self, kind: str, by: str = "handler", **body: Any) -> None:
        part = await self.part()
        assert part is not None
        what = TellLead(kind=kind, body=body)
        done = await self.world.say(self.body, UUID(part["complaint_id"]), CommandKind.TELL_LEAD, what, by=by)
        assert done.state == "applied", done.refusal or done.last_failure

    async def brought(self, number: int) -> list[tuple[str, str | None]]:
        def rows() -> list[tuple[str, str | None]]:
            return self.apart.rows(
                "select kind, refusal from joint_message where contribution_id = %s and direction = 'in'"
                " order by said_at, id",
                self.id,
            )

        async def there() -> bool:
            return len(rows()) >= number

        await until(there)
        return rows()


async def join(world: World, apart: Writes, lead: Body, body: Body) -> Joined:
    """Have a lead log a complaint and get consent to share it, and write down that a body takes part in it."""
    complaint = await world.log(lead)
    (party,) = await world.rows(lead, "select id from party where complaint_id = :id", id=complaint)
    consent = consent_said.RecordConsent(
        scope="share_with_body", giver_id=party["id"], basis="statutory", given_on=world.clock.now().date(),
        body="council-1",
    )  # fmt: skip
    done = await world.say(lead, complaint, CommandKind.RECORD_CONSENT, consent)
    assert done.state == "applied", done.refusal or done.last_failure
    return Joined(world, apart, lead, body, complaint)
