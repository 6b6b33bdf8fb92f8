"""Involvements over real parts, under skipped time: reminded, overdue, told, supported, deferred, and after the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from temporalio.client import WorkflowHandle

from activities.case_file import CaseFile
from activities.sweeps import Sweeps
from contracts import names
from contracts.acts import Act
from contracts.code import Code
from contracts.commands import Command, CommandKind
from contracts.involvements import InvolvementState
from contracts.sweeps import SweepRequest
from db import said
from db.involvement_said import DeferStaff, EndStaff, NameStaff, SupportStaff, TellStaff
from gateways.anchors import FolderAnchors
from gateways.engine import connect
from gateways.running import EngineRuns
from runtime.attention import Kind, attention_report
from runtime.settings import Settings
from tests.apart import Apart
from tests.bodies import Body
from tests.world import World, a_world, until

# The world begins on Thursday 2 March 2028 at ten; two working days on is Monday 6 March.
THURSDAY = date(2028, 3, 2)


@pytest.fixture(scope="module")
async def living(own_server: str, apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    settings = Settings(environment="development", state_dir=tmp_path_factory.mktemp("state"))
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


@pytest.fixture
def world(living: World) -> World:
    living.clock.time = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)
    return living


class Involved:
    """One member of staff of a complaint of a world, and the workflows of both."""

    def __init__(self, world: World, body: Body, complaint: UUID, involvement: UUID) -> None:
        self.world, self.body, self.complaint, self.id = world, body, complaint, involvement
        self.ended = False

    @property
    def handle(self) -> WorkflowHandle[Any, InvolvementState]:
        id = names.involvement_workflow_id(self.id)
        return self.world.client.get_workflow_handle(id, result_type=InvolvementState)

    async def settled(self) -> None:
        """Wait until the involvement rests, and has heard of everything."""

        async def quiet() -> bool:
            raw = (await self.handle.describe()).raw_description
            row = await self.row("select heard = changes as heard from involvement where id = :id")
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

    async def say(self, kind: CommandKind, what: said.Said) -> str | None:
        submission = await self.world.say(self.body, self.complaint, kind, what)
        assert submission.state in ("applied", "refused"), submission.last_failure
        await self.settled()
        return submission.refusal

    async def row(self, sql: str) -> Any:
        return await self.world.row(self.body, sql, id=self.id)

    async def fired(self) -> list[tuple[str, str, bool]]:
        rows = await self.world.rows(
            self.body,
            "select c.kind, f.rung, f.late from fired_rung f join clock c on c.id = f.clock_id"
            " where c.involvement_id = :id order by f.due_at, c.kind",
            id=self.id,
        )
        return [(row["kind"], row["rung"], row["late"]) for row in rows]

    async def asked(self) -> list[tuple[str, str]]:
        rows = await self.world.rows(
            self.body,
            "select kind, role from task where subject_id = :id and state = 'open' order by raised_at, kind",
            id=self.id,
        )
        return [(row["kind"], row["role"]) for row in rows]


async def involve(world: World, body: Body, **changes: Any) -> Involved:
    """Name a member of staff on a new complaint; the workflow of their involvement lives in the world's time."""
    complaint = await world.log(body)
    known: dict[str, Any] = {"kind": "locum", "name": "Dr Lee", "email": "lee@agency.example.org"}
    support: dict[str, Any] = {"supporter_id": body.person("investigator"), "supporter_is": "line_manager"}
    named = NameStaff(**(known | support | changes))
    submission = await world.say(body, complaint, CommandKind.NAME_STAFF, named)
    assert submission.state == "applied", submission.refusal or submission.last_failure
    row = await world.row(body, "select id from involvement where complaint_id = :id", id=complaint)
    involved = Involved(world, body, complaint, row["id"])
    await involved.settled()
    # It begins at the machine's time, long before the world's, and waits for what falls due there.
    await world.skipper.fast_forward(involved.handle, world.clock.now() - datetime.now(UTC))
    await involved.settled()
    return involved


def told(involved: Involved, on: date) -> TellStaff:
    return TellStaff(involvement_id=involved.id, told_on=on, how="in_person")


async def test_their_own_workflow_reminds_marks_as_overdue_and_goes_on_once_they_are_told(
    world: World, apart: Apart
) -> None:
    body = apart.body()
    involved = await involve(world, body)
    happening = await world.engine.happening(involved.complaint, timedelta(minutes=1))
    assert happening.next_rung is not None and not happening.next_rung.kind.value.startswith("staff")
    await involved.to(date(2028, 3, 3), 8, 50)
    assert await involved.fired() == []
    await involved.to(date(2028, 3, 3), 9)
    assert await involved.fired() == [("staff_notice", "reminder", False)]
    assert ("reminder.staff_notice", "supporter") in await involved.asked()
    await involved.to(date(2028, 3, 7), 0)
    assert (await involved.fired())[1:] == [("staff_notice", "overdue", False)]
    clock = await involved.row("select breached_at from clock where involvement_id = :id and kind = 'staff_notice'")
    assert clock["breached_at"] is not None

    assert await involved.say(CommandKind.TELL_STAFF, told(involved, date(2028, 3, 6))) is None
    met = await involved.row("select in_time from clock where involvement_id = :id and kind = 'staff_notice'")
    assert met["in_time"] is True  # late to say so, not late to do it: the breach stays all the same
    asked = await involved.asked()
    assert asked == [("support_staff", "supporter")]
    support = SupportStaff(involvement_id=involved.id, spoke_on=date(2028, 3, 7), how="call")
    assert await involved.say(CommandKind.SUPPORT_STAFF, support) is None
    # The written follow-up was not sent: of what is owed, it alone is overdue by Thursday.
    await involved.to(date(2028, 3, 9), 0)
    late = [(kind, rung) for kind, rung, _ in await involved.fired() if rung == "overdue"]
    assert late == [("staff_notice", "overdue"), ("staff_follow_up", "overdue")]

    description = await involved.handle.describe()
    shown = {pair.key.name: pair.value for pair in description.typed_search_attributes}
    assert shown[names.SA_STAGE] == "told" and shown[names.SA_ORGANISATION] == str(body.id)
    assert shown[names.SA_NEXT_DUE_AT].replace(minute=0, second=0) == datetime(2028, 3, 9, 9, 0, tzinfo=UTC)
    end = EndStaff(involvement_id=involved.id, cause="cannot_be_reached", words="The agency does not answer.")
    assert (await world.say(body, involved.complaint, CommandKind.END_STAFF, end)).state == "applied"
    assert await involved.handle.result() is InvolvementState.ENDED


async def test_a_deferral_is_brought_to_the_manager_before_its_review_and_after_it(world: World, apart: Apart) -> None:
    body = apart.body()
    involved = await involve(world, body)
    defer = DeferStaff(
        involvement_id=involved.id,
        reason="police",
        words="The police ask us to wait.",
        approver_id=body.person("responsible_person"),
        review_on=date(2028, 3, 15),
    )
    assert await involved.say(CommandKind.DEFER_STAFF, defer) is None
    await involved.to(date(2028, 3, 13), 9)
    assert await involved.fired() == [("staff_deferral", "reminder", False)]
    assert await involved.asked() == [("reminder.staff_deferral", "complaints_manager")]
    await involved.to(date(2028, 3, 16), 9)
    assert [rung for _, rung, _ in await involved.fired()] == ["reminder", "overdue", "escalation"]
    # One review that is late wakes no senior; the manager, who has it already, is not asked twice.
    assert await involved.asked() == [
        ("reminder.staff_deferral", "complaints_manager"),
        ("overdue.staff_deferral", "complaints_manager"),
    ]
    # Put off again: what was asked about the first review is over, and the second is armed.
    again = DeferStaff(
        involvement_id=involved.id, reason="police", words="Still.", approver_id=body.person("senior_leader"),
        review_on=date(2028, 3, 30),
    )  # fmt: skip
    assert await involved.say(CommandKind.DEFER_STAFF, again) is None
    assert await involved.asked() == []
    await involved.to(date(2028, 3, 28), 9)
    assert len(await involved.fired()) == 4


async def test_an_involvement_outlives_its_complaint(world: World, apart: Apart) -> None:
    body = apart.body()
    involved = await involve(world, body)
    assert await involved.say(CommandKind.TELL_STAFF, told(involved, THURSDAY)) is None
    withdraw = said.Withdraw(method="call", withdrawn_on=THURSDAY)
    assert await involved.say(CommandKind.WITHDRAW, withdraw) is None
    await world.handle(involved.complaint).result()
    involved.ended = True
    await involved.to(date(2028, 3, 8), 0)
    fired = await involved.fired()
    assert ("staff_support", "overdue", False) in fired
    assert ("overdue.staff_support", "supporter") in await involved.asked()
    support = SupportStaff(involvement_id=involved.id, spoke_on=THURSDAY, how="in_person")
    assert await involved.say(CommandKind.SUPPORT_STAFF, support) is None
    end = EndStaff(involvement_id=involved.id, cause="other", words="They have moved abroad.")
    assert (await world.say(body, involved.complaint, CommandKind.END_STAFF, end)).state == "applied"
    assert await involved.handle.result() is InvolvementState.ENDED


async def test_cancel_in_the_engine_ends_no_involvement(world: World, apart: Apart) -> None:
    involved = await involve(world, apart.body())
    await involved.handle.cancel()
    await involved.to(date(2028, 3, 7), 0)
    assert [rung for _, rung, _ in await involved.fired()] == ["reminder", "overdue"]


async def test_a_signal_that_was_lost_is_made_up_for_by_the_sweep(world: World, apart: Apart, tmp_path: Path) -> None:
    body = apart.body()
    involved = await involve(world, body)
    # As if the engine had been away when the telling was applied: it is applied, and nobody was told.
    lost = Unhearing(world.engine)
    await lost.during(involved.complaint, lambda: told(involved, THURSDAY), world, body)
    row = await involved.row("select state, heard < changes as unheard from involvement where id = :id")
    assert (row["state"], row["unheard"]) == ("told", True)
    world.clock.time += timedelta(seconds=30)
    runs = EngineRuns(world.engine)
    sweeps = Sweeps(world.database, apart.sweeper, world.engine, world.states, FolderAnchors(tmp_path), runs)
    report = await sweeps.deliver_pending(SweepRequest(now=world.clock.now()))
    assert report.involvements >= 1
    await involved.settled()
    shown = {pair.key.name: pair.value for pair in (await involved.handle.describe()).typed_search_attributes}
    assert shown[names.SA_STAGE] == "told"


class Unhearing:
    """Have one act applied by an engine that cannot be reached to tell involvements."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    async def during(self, complaint: UUID, what: Any, world: World, body: Body) -> None:
        submission = await world.say(body, complaint, CommandKind.TELL_STAFF, what(), deliver=False)
        command = Command(submission_id=submission.id, kind=CommandKind.TELL_STAFF, said_at=world.clock.now())
        act = Act(
            act_id=submission.id,
            organisation_id=body.id,
            complaint_id=complaint,
            now=world.clock.now(),
            stage=Code("received"),
            command=command,
        )
        await CaseFile(world.database, self).apply(act)  # type: ignore[arg-type]

    async def tell_involvement(self, start: Any) -> None:
        raise ConnectionError

    async def start_notice(self, start: Any) -> None:
        await self._engine.start_notice(start)


async def test_an_involvement_whose_workflow_was_terminated_is_an_exception_until_the_sweep_starts_it_again(
    world: World, apart: Apart, tmp_path: Path
) -> None:
    body = apart.body()
    involved = await involve(world, body)
    await involved.handle.terminate()
    now = world.clock.now() + timedelta(minutes=5)

    async def missing() -> bool:
        report = await attention_report(apart.sweeper, world.engine, now)
        return any(
            item.kind is Kind.NO_INVOLVEMENT_WORKFLOW and item.detail == str(involved.id) for item in report.exceptions
        )

    await until(missing)
    runs = EngineRuns(world.engine)
    sweeps = Sweeps(world.database, apart.sweeper, world.engine, world.states, FolderAnchors(tmp_path), runs)
    report = await sweeps.deliver_pending(SweepRequest(now=now))
    assert report.involvements >= 1
    assert await world.engine.is_running(names.involvement_workflow_id(involved.id), timedelta(seconds=20))
