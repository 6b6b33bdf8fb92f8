"""Governance with two hands at it at the same moment, and what is asked for again after it was written: nothing is
counted twice, nobody is asked for what is done, and nothing waits for what has been put right.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from activities.governance_reports import Hindered, Reports
from contracts.governance import Deed, GovernanceAct
from db.models.governance_meeting import GovernanceAction
from db.queries import governance, governance_actions, governance_hindered, reports
from db.report_states import SHOWN_ALREADY
from tests.apart import Apart
from tests.bodies import Body
from tests.governing import Machine, Press, set_up
from tests.world import until

BEGAN = datetime(2028, 3, 1, 7, 5, tzinfo=UTC)
LATER = BEGAN + timedelta(hours=1)
_WAITING = (
    "select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid"
    " where not l.granted and a.datname = current_database()"
)
_STEP = "select code, hindered, tries from governance_step where occurrence_id = %s and state = 'open'"


@dataclass(slots=True)
class Interrupted(Press):
    """A press that finds another report published, just as that one is about to be withdrawn."""

    meanwhile: Callable[[Any, Any], Awaitable[None]] | None = None

    async def publish(self, session: Any, row: Any, approved_by: UUID | None, now: datetime) -> None:
        assert self.meanwhile is not None
        await self.meanwhile(session, row)
        raise Hindered(SHOWN_ALREADY)

    def reports(self) -> Reports:
        return Reports(compile=self.compile, publish=self.publish)


async def begun(beside: Apart, body: Body, machine: Machine, kind: str) -> UUID:
    """Begin an occurrence, and do what the machine does of it until it waits for somebody."""
    who = {"chair": [body.person("responsible_person")], "approver": [body.person("responsible_person")]}
    by = body.person("complaints_manager")
    series = await set_up(beside.database, body.id, BEGAN, kind, "monthly", BEGAN.date(), who, by=by)
    (occurrence,) = await machine.turn(body.id, series, BEGAN)
    await machine.rest(body.id, occurrence, BEGAN)
    return occurrence


async def approved(beside: Apart, body: Body, occurrence: UUID) -> None:
    """Let the open step be done, as the API does: the machine publishes next."""
    async with beside.database.tenant(body.id, BEGAN) as session:
        row = await governance.occurrence(session, occurrence, lock=True)
        step = await governance.open_step(session, occurrence)
        assert row is not None and step is not None and step.code == "approve"
        await governance.complete(session, row, step, BEGAN, by=body.person("responsible_person"), words=None)


def asked(body: Body, occurrence: UUID, **more: Any) -> GovernanceAct:
    return GovernanceAct(organisation_id=body.id, occurrence_id=occurrence, now=LATER, **more)


async def held_up(beside: Apart, task: asyncio.Task[Any]) -> None:
    """Wait until a task waits for a lock, or has come to its end."""

    async def there() -> bool:
        return task.done() or beside.rows(_WAITING)[0][0] > 0

    await until(there)


async def test_an_action_that_is_settled_while_somebody_is_told_of_it_is_asked_of_nobody(beside: Apart) -> None:
    body, machine = beside.body(), Machine(beside.database)
    meeting = await begun(beside, body, machine, "panel")
    async with beside.database.tenant(body.id, BEGAN) as session:
        row = await governance.occurrence(session, meeting)
        assert row is not None
        action = GovernanceAction(
            id=uuid4(), organisation_id=body.id, series_id=row.series_id, occurrence_id=meeting, number=1, what="Ask.",
            owner_id=body.person("handler"), due_on=date(2028, 4, 3), state="open", made_by=body.person("handler"),
            made_at=BEGAN,
        )  # fmt: skip
        session.add(action)
    async with beside.database.tenant(body.id, LATER) as session:
        found = await governance_actions.held(session, action.id)
        assert found is not None
        telling = asyncio.create_task(machine.do(asked(body, meeting), Deed.ACTION))
        await held_up(beside, telling)
        found.state, found.ended_on, found.ended_at = "done", LATER.date(), LATER
        await governance_actions.end_tasks(session, action.id, LATER, by=body.person("handler"), done=True)
        await governance_actions.tell_meeting(session, meeting, LATER)
    assert await telling is False
    assert beside.rows("select kind, state from task where subject_id = %s and state = 'open'", action.id) == []


async def test_a_fault_and_a_hindrance_that_are_written_down_again_after_a_lost_answer_count_once(
    beside: Apart,
) -> None:
    body, press = beside.body(), Press(faults=1)
    machine = Machine(beside.database, press)
    who = {"approver": [body.person("responsible_person")]}
    by = body.person("complaints_manager")
    series = await set_up(beside.database, body.id, BEGAN, "learning_summary", "monthly", BEGAN.date(), who, by=by)
    (occurrence,) = await machine.turn(body.id, series, BEGAN)
    failed = asked(body, occurrence, failed=True)
    first, again = await machine.steps.look(failed), await machine.steps.look(failed)
    assert (first.tries, again.tries) == (1, 1)
    press.faults = 0
    await machine.rest(body.id, occurrence, LATER)
    await approved(beside, body, occurrence)
    press.hindered = SHOWN_ALREADY
    for _ in range(2):
        assert await machine.do(asked(body, occurrence), Deed.PUBLISH) is False
    assert beside.rows(_STEP, occurrence) == [("publish", SHOWN_ALREADY, 1)]


async def test_what_is_put_right_just_when_it_is_found_does_not_wait_for_ever(beside: Apart) -> None:
    body, press = beside.body(), Interrupted()
    machine = Machine(beside.database, press)
    occurrence = await begun(beside, body, machine, "learning_summary")
    await approved(beside, body, occurrence)
    withdrawing: list[asyncio.Task[None]] = []

    async def withdraw() -> None:
        async with beside.database.tenant(body.id, LATER) as session:
            await reports.lock(session, body.id)
            await governance_hindered.unhinder(session, SHOWN_ALREADY, LATER, by=None)

    async def meanwhile(session: Any, row: Any) -> None:
        await reports.lock(session, body.id)
        withdrawing.append(asyncio.create_task(withdraw()))
        await held_up(beside, withdrawing[0])

    press.meanwhile = meanwhile
    assert await machine.do(asked(body, occurrence), Deed.PUBLISH) is False
    await withdrawing[0]
    assert beside.rows(_STEP, occurrence) == [("publish", None, 0)]


async def test_what_is_put_right_while_somebody_is_told_of_it_does_not_wait_for_ever(beside: Apart) -> None:
    body, press = beside.body(), Press(hindered=SHOWN_ALREADY)
    machine = Machine(beside.database, press)
    occurrence = await begun(beside, body, machine, "learning_summary")
    await approved(beside, body, occurrence)
    assert await machine.do(asked(body, occurrence), Deed.PUBLISH) is False

    async def withdraw() -> None:
        async with beside.database.tenant(body.id, LATER) as session:
            await governance_hindered.unhinder(session, SHOWN_ALREADY, LATER, by=None)

    async with beside.database.tenant(body.id, LATER) as session:
        assert await governance.occurrence(session, occurrence, lock=True) is not None
        withdrawing = asyncio.create_task(withdraw())
        await held_up(beside, withdrawing)
    await withdrawing
    assert beside.rows(_STEP, occurrence) == [("publish", None, 0)]


async def test_nobody_is_told_of_what_hinders_no_more(beside: Apart) -> None:
    body, machine = beside.body(), Machine(beside.database)
    occurrence = await begun(beside, body, machine, "learning_summary")
    await approved(beside, body, occurrence)
    assert await machine.do(asked(body, occurrence), Deed.HINDERED) is False
    assert beside.rows("select 1 from task where act_id = %s and kind = 'governance_hindered'", occurrence) == []
