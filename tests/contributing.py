"""One body that contributes to a complaint of a world, its workflow in the world's time, and what is known of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

from temporalio.client import WorkflowHandle

from contracts import names
from contracts.commands import CommandKind
from contracts.joint import ContributionState
from db import said
from db.consent_said import RecordConsent
from db.joint_messages import Accept, IssueAnswered, Submission, ToLead, kind_of, to_json
from db.joint_said import ContactSaid, NameBody, RecordFromBody
from tests.apart import MORNING
from tests.bodies import Body
from tests.world import World, until

K = CommandKind
# The world begins on Thursday 2 March 2028 at ten; five working days on is Thursday 9 March.
THURSDAY = date(2028, 3, 2)
OWN_LADDER = (
    ContactSaid(role="contact", name="Marker Contact", email="contact@practice.example.org"),
    ContactSaid(role="complaints_manager", name="Marker Manager", email="manager@practice.example.org"),
    ContactSaid(role="responsible_person", name="Marker Partner", email="partner@practice.example.org"),
)


class Writes(Protocol):
    """Writes to the database as its owner: what has no command of its own."""

    def rows(self, sql: str, *params: Any) -> list[Any]: ...


class Contributing:
    """One body that contributes to a complaint of a world, and the workflows of both."""

    def __init__(self, world: World, body: Body, complaint: UUID, contribution: UUID) -> None:
        self.world, self.body, self.complaint, self.id = world, body, complaint, contribution
        self.ended = False

    @property
    def handle(self) -> WorkflowHandle[Any, ContributionState]:
        id = names.contribution_workflow_id(self.id)
        return self.world.client.get_workflow_handle(id, result_type=ContributionState)

    async def settled(self) -> None:
        """Wait until the contribution rests, and its workflow has heard of everything."""

        async def quiet() -> bool:
            raw = (await self.handle.describe()).raw_description
            row = await self.row("select heard = changes as heard from contribution where id = :id")
            return not raw.pending_activities and not raw.HasField("pending_workflow_task") and row["heard"]

        await until(quiet)

    async def to(self, day: date, hour: int, minute: int = 30) -> None:
        """Move both workflows to an instant (in winter London is UTC), in lock-step, and wait until they rest."""
        instant = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        world = self.world
        while world.clock.time < instant:
            step = min(instant - world.clock.time, timedelta(hours=20))
            handles = [self.handle] if self.ended else [self.handle, world.handle(self.complaint)]
            await asyncio.gather(*(world.skipper.fast_forward(each, step) for each in handles))
            world.clock.time += step
            await self.settled()

    async def say(self, kind: CommandKind, what: said.Said) -> None:
        submission = await self.world.say(self.body, self.complaint, kind, what)
        assert submission.state == "applied", submission.refusal or submission.last_failure

    async def hear(self, message: ToLead) -> None:
        """Have somebody write down what the body said."""
        today = self.world.clock.time.date()
        words = {"kind": kind_of(message), "body": to_json(message), "how": "call", "said_on": today}
        await self.say(K.RECORD_FROM_BODY, RecordFromBody(contribution_id=self.id, **words))

    async def row(self, sql: str) -> Any:
        return await self.world.row(self.body, sql, id=self.id)

    async def column(self, sql: str) -> list[Any]:
        return [next(iter(row.values())) for row in await self.world.rows(self.body, sql, id=self.id)]

    async def fired(self) -> list[tuple[str, str, bool]]:
        rows = await self.world.rows(
            self.body,
            "select c.kind, f.rung, f.late from fired_rung f join clock c on c.id = f.clock_id"
            " where c.contribution_id = :id order by f.due_at, c.kind",
            id=self.id,
        )
        return [(row["kind"], row["rung"], row["late"]) for row in rows]

    async def level(self) -> str | None:
        found: str | None = (await self.row("select level from contribution where id = :id"))["level"]
        return found

    async def told(self) -> list[str]:
        return await self.column("select kind from joint_message where contribution_id = :id and seq > 0 order by seq")

    async def written(self) -> list[tuple[str, str]]:
        """Return the e-mails to the body, each with the role of whom it is for."""
        rows = await self.world.rows(
            self.body,
            "select n.template, c.role from notice n join body_contact c on c.id = n.body_contact_id"
            " where n.contribution_id = :id order by n.drafted_at, c.role",
            id=self.id,
        )
        return [(row["template"], row["role"]) for row in rows]

    async def asked(self) -> list[tuple[str, str]]:
        rows = await self.world.rows(
            self.body,
            "select t.kind, t.role from task t join clock c on c.id = t.clock_id"
            " where c.contribution_id = :id and t.state = 'open' order by t.raised_at, t.kind",
            id=self.id,
        )
        return [(row["kind"], row["role"]) for row in rows]

    async def shown(self) -> dict[str, Any]:
        description = await self.handle.describe()
        return {pair.key.name: pair.value for pair in description.typed_search_attributes}


async def contribute(
    world: World, apart: Writes, body: Body, contacts: Sequence[ContactSaid] = OWN_LADDER, way: Any = "page"
) -> Contributing:
    """Name a body on a new complaint, with consent; its workflow lives in the world's time."""
    complaint, issue = await world.log(body), uuid4()
    apart.rows(
        "insert into issue (id, organisation_id, complaint_id, number, summary, state, act_id, raised_at)"
        " select %s, organisation_id, id, 1, 'Issue', 'open', %s, %s from complaint where id = %s",
        *(issue, uuid4(), MORNING, complaint),
    )
    party = await world.row(body, "select id from party where complaint_id = :id", id=complaint)
    consent = RecordConsent(
        scope="share_with_body", giver_id=party["id"], basis="statutory", given_on=THURSDAY, body="A81001"
    )
    agreed = await world.say(body, complaint, K.RECORD_CONSENT, consent)
    assert agreed.state == "applied", agreed.refusal or agreed.last_failure
    name = NameBody(
        code="A81001",
        name="Example Practice",
        body_kind="nhs",
        bound="regulation_9",
        way=way,
        issue_ids=(issue,),
        contacts=tuple(contacts),
    )
    named = await world.say(body, complaint, K.NAME_BODY, name)
    assert named.state == "applied", named.refusal or named.last_failure
    row = await world.row(body, "select id from contribution where complaint_id = :id", id=complaint)
    found = Contributing(world, body, complaint, row["id"])
    await found.settled()
    # It begins at the machine's time, long before the world's, and waits for what falls due there.
    await world.skipper.fast_forward(found.handle, world.clock.now() - datetime.now(UTC))
    await found.settled()
    return found


def accept() -> Accept:
    return Accept(contact="Marker Contact", senior_lead="Marker Senior")


def a_part() -> Submission:
    answer = IssueAnswered(number=1, did="We asked.", found="It was so.", conclusion="upheld", remedy="Sorry.")
    return Submission(issues=(answer,), signed_by="Marker Partner", signed_role="Partner")


def owe(apart: Writes, body: Contributing, kind: str) -> None:
    """Have a body owe another thing by the same ladder, as a clock beside that on its acceptance."""
    other = uuid4()
    apart.rows(
        "insert into clock select (jsonb_populate_record(c, jsonb_build_object('id', %s::text, 'kind', %s::text,"
        " 'subject_id', %s::text, 'state', 'running', 'met_on', null, 'in_time', null, 'ended_at', null))).*"
        " from clock c where c.contribution_id = %s",
        *(str(other), kind, str(uuid4()), body.id),
    )
    apart.rows(
        "insert into clock_version select (jsonb_populate_record(v, jsonb_build_object('id', %s::text, 'clock_id',"
        " %s::text, 'met_on', null, 'in_time', null))).* from clock_version v join clock c on c.id = v.clock_id"
        " where c.contribution_id = %s and c.kind = 'body_acceptance'",
        *(str(uuid4()), str(other), body.id),
    )
