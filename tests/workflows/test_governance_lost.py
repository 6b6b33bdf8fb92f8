"""What of an occurrence could be lost on the way: the result of a deed that was done, and a fault between two runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from activities.governance import Governance
from activities.governance_reports import Reports
from contracts import names
from contracts.code import Code
from contracts.governance import (
    Deed,
    GovernanceAct,
    GovernanceDone,
    GovernanceLook,
    GovernanceStart,
    OccurrenceState,
)
from gateways.engine import Engine, connect
from policies.calendars import local_date
from runtime.workers import runner
from tests.apart import Apart
from tests.governing import Machine, Post, Press
from tests.governing_stand import WORKFLOWS, Stand, now
from tests.workflows.test_involvement_workflow import fault
from tests.world import until

# So many deeds are done before the machine begins to fail: most of the events that a run may have.
_BEFORE = 35
_MAILED = "select count(*) filter (where mailed is null), count(*) filter (where mailed = 0) from governance_reminder"


class Forgetful(Governance):
    """Its worker dies once: after an e-mail of an occurrence was given up, and before anybody heard of it."""

    of: UUID | None = None
    lost = False

    @activity.defn(name=names.GOVERNANCE_DO)
    async def do(self, act: GovernanceAct) -> GovernanceDone:
        done = await super().do(act)
        if act.deed is Deed.MAIL_LEFT and act.occurrence_id == self.of and not self.lost:
            self.lost = True
            raise ApplicationError("nobody heard of it", type="worker_died")
        return done


@dataclass(slots=True)
class OneWorker(Machine):
    """A machine whose activities stay the same ones."""

    kept: Governance | None = None

    @property
    def steps(self) -> Governance:
        reports: Reports = self.press.reports()
        self.kept = self.kept or Forgetful(self.database, self.post, "complaints@example.org", reports)
        return self.kept


@pytest.fixture
async def client(own_server: str) -> Client:
    return await connect(own_server, "default", lazy=False)


async def test_an_e_mail_that_is_given_up_takes_no_other_with_it_when_that_is_asked_for_twice(
    client: Client, apart: Apart
) -> None:
    machine = OneWorker(apart.database, Press(), Post(away=400))
    stand = Stand(client=client, apart=apart, machine=machine, engine=Engine(client), skipper=TimeSkipper(client))
    body = apart.body()
    series = await stand.series(body, "board_report", "monthly", local_date(now()) - timedelta(days=20))
    (occurrence,) = await machine.turn(body.id, series, now() - timedelta(days=19))
    steps = machine.steps
    assert isinstance(steps, Forgetful)
    steps.of = occurrence

    def left() -> list[tuple[int, int]]:
        return [(row[0], row[1]) for row in apart.rows(f"{_MAILED} where occurrence_id = %s", occurrence)]

    async def tried() -> bool:
        return machine.post.away < 400

    async def given_up() -> bool:
        return steps.lost

    async def all_left() -> bool:
        return left()[0][0] == 0

    async with stand.working():
        await stand.engine.tell_governance(GovernanceStart(organisation_id=body.id, occurrence_id=occurrence))
        await until(tried)
        assert left()[0][0] > 1, "another waits behind it"
        await stand.skipper.fast_forward(stand.occurrence(occurrence), timedelta(minutes=61))
        await until(given_up)
        machine.post.away = 0
        await until(all_left)
    assert left() == [(0, 1)]


@dataclass(slots=True)
class Failing:
    """Activities in memory: many deeds are done, and then the machine fails at its step again and again."""

    done: int = 0
    looks: list[tuple[str, bool]] = field(default_factory=list)

    @activity.defn(name=names.GOVERNANCE_LOOK)
    async def look(self, act: GovernanceAct) -> GovernanceLook:
        self.looks.append((activity.info().workflow_run_id or "", act.failed))
        over = len({run for run, _ in self.looks}) > 1
        deed = None if over else Deed.OPENED if self.done < _BEFORE else Deed.COMPILE
        state = OccurrenceState.DONE if over else OccurrenceState.OPEN
        # It is time to look again already: no failure waits for long.
        return GovernanceLook(kind=Code("panel"), number=1, state=state, deed=deed, look_at=act.now, over=over)

    @activity.defn(name=names.GOVERNANCE_DO)
    async def do(self, act: GovernanceAct) -> GovernanceDone:
        self.done += 1
        if act.deed is Deed.COMPILE:
            raise fault()
        return GovernanceDone(done=True)


async def test_a_fault_at_the_end_of_a_run_is_told_to_the_first_look_of_the_next(client: Client) -> None:
    failing = Failing()
    start = GovernanceStart(organisation_id=uuid4(), occurrence_id=uuid4())
    queue = "governance-lost"  # nobody else's occurrences are on it
    async with Worker(
        client, task_queue=queue, workflows=WORKFLOWS, activities=[failing.look, failing.do],
        workflow_runner=runner(),
    ):  # fmt: skip
        handle: WorkflowHandle[object, OccurrenceState] = await client.start_workflow(
            names.GOVERNANCE, start, id=f"governance/{start.occurrence_id}", task_queue=queue,
            result_type=OccurrenceState,
        )  # fmt: skip
        assert await handle.result() is OccurrenceState.DONE
    first, last = failing.looks[0][0], failing.looks[-1]
    assert failing.done > _BEFORE + 1, "the machine failed at the end of the run"
    assert last[0] != first and last[1], "the next run was told"
    assert [failed for run, failed in failing.looks if run == first].count(True) == failing.done - _BEFORE - 1
