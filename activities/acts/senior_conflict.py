"""Takes an escalation out of the hands of a senior who turns out to be complained about: they are not told why."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from activities.acts import beside, calling, following, in_hand, ledger, seniors
from activities.acts.case import Case
from contracts.proceedings import EscalationState
from db.models.escalation import Escalation
from db.models.proceeding import Proceeding
from db.queries import escalations
from policies.senior_turn import PASSED
from policies.standing_in import SENIOR

# What is owed about it, and the task of whoever owes it.
_OWED: Final = ((in_hand.DECISION, seniors.DECIDE), (following.LOOK, seniors.LOOK))


async def keep_from(case: Case, person_id: UUID) -> None:
    """Ask others about every escalation that was asked of somebody, or that they have in hand."""
    for row, proceeding in await escalations.open_of(case.session, case.complaint.id):
        called = [each for each in await escalations.calls_of(case.session, row.id) if each.person_id == person_id]
        if person_id not in (row.acknowledged_by, row.decided_by) and not called:
            continue
        await escalations.end_tasks_of(case.session, row.id, person_id, case.at)
        beside.touch(case, proceeding)
        if proceeding.state == EscalationState.ASKING.value:
            if called[-1].outcome == "called":
                clock = await ledger.running(case, calling.clock_for(row.level), row.id)
                await calling.call_at(case, row, clock, PASSED)
        else:
            await _hand_on(case, row, proceeding)


async def _hand_on(case: Case, row: Escalation, proceeding: Proceeding) -> None:
    """Have whoever stands in decide, or look, by the day by which it was owed anyhow."""
    person = await case.holder_of(SENIOR, row.id)
    if person is None:
        await calling.nobody(case, row)
        return
    case.event("escalation.handed_on", proceeding_id=proceeding.id, person_id=person.id)
    for kind, task in _OWED:
        if clock := await ledger.running(case, kind, row.id):
            await seniors.ask(case, row, task, person.id, due_on=clock.due_on, clock_id=clock.id)
