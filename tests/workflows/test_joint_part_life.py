"""A part over real workers, between two organisations of one installation: told, said, refused, died, released."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from contracts import names
from contracts.commands import CommandKind
from contracts.joint import JointPartStart
from db import consent_said
from db.joint_messages import DISCLOSES_NOTHING, Approved, Released, ToBody, kind_of, to_json
from db.part_said import TellLead
from gateways.engine import connect
from runtime.settings import Settings
from tests.activities.joint_bodies import invitation
from tests.apart import Apart
from tests.bodies import Body
from tests.world import World, a_world, until

ANSWER = {"number": 2, "did": "We looked.", "found": "It was so.", "conclusion": "upheld", "remedy": None}


@pytest.fixture(scope="module")
async def living(own_server: str, apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    settings = Settings(environment="development", state_dir=tmp_path_factory.mktemp("state"))
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


@pytest.fixture
def world(living: World) -> World:
    """Now, for once: the workflow of a part, and the case that it opens, begin at the machine's own time."""
    living.clock.time = datetime.now(UTC) + timedelta(seconds=20)
    return living


class Joined:
    """One contribution of a world, and the part at the body."""

    def __init__(self, world: World, apart: Apart, lead: Body, body: Body, complaint: UUID) -> None:
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


@pytest.fixture
async def joined(world: World, apart: Apart) -> Joined:
    lead, body = apart.body(), apart.body()
    complaint = await world.log(lead)
    (party,) = await world.rows(lead, "select id from party where complaint_id = :id", id=complaint)
    consent = consent_said.RecordConsent(
        scope="share_with_body", giver_id=party["id"], basis="statutory", given_on=world.clock.now().date(),
        body="council-1",
    )  # fmt: skip
    done = await world.say(lead, complaint, CommandKind.RECORD_CONSENT, consent)
    assert done.state == "applied", done.refusal or done.last_failure
    return Joined(world, apart, lead, body, complaint)


async def test_a_part_lives_from_invitation_to_release(joined: Joined) -> None:
    on = joined.world.clock.now().date()
    await joined.tell(
        invitation(received_on=on, accept_by=on + timedelta(days=7), contribute_by=on + timedelta(days=30))
    )
    assert (await joined.heard(1))["stage"] == "received"
    await joined.say("accept", contact="Sam", senior_lead="Kim")
    assert await joined.brought(1) == [("accept", None)]
    await joined.say("submission", "responsible_person", issues=[ANSWER])
    assert [kind for kind, _ in await joined.brought(2)] == ["accept", "submission"]
    await joined.tell(Approved(round=1))
    assert (await joined.heard(2))["stage"] == "approved"
    description = await joined.handle.describe()
    assert description.status.name == "RUNNING"
    await joined.tell(Released(cause="done"))
    await joined.handle.result()
    part = await joined.part()
    assert part is not None and (part["stage"], part["ended_cause"]) == ("closed", "done")


async def test_cancel_in_the_engine_ends_no_part(joined: Joined) -> None:
    await joined.tell(invitation(received_on=joined.world.clock.now().date()))
    await joined.heard(1)
    await joined.handle.cancel()
    await joined.say("accept", contact="Sam", senior_lead="Kim")
    assert await joined.brought(1) == [("accept", None)]
    assert (await joined.handle.describe()).status.name == "RUNNING"


async def test_what_nobody_was_told_of_is_found_by_the_daily_look(joined: Joined) -> None:
    await joined.tell(invitation(received_on=joined.world.clock.now().date()))
    await joined.heard(1)

    async def rests() -> bool:
        raw = (await joined.handle.describe()).raw_description
        return not raw.pending_activities and not raw.HasField("pending_workflow_task")

    await until(rests)
    told = joined.world.engine.tell_joint_part
    joined.world.engine.tell_joint_part = _nothing  # type: ignore[method-assign]
    try:
        await joined.tell(Approved(round=1))
    finally:
        joined.world.engine.tell_joint_part = told  # type: ignore[method-assign]
    await joined.world.skipper.fast_forward(joined.handle, timedelta(days=1, minutes=1))
    await joined.heard(2)


async def _nothing(start: JointPartStart) -> None:
    """Be lost."""
