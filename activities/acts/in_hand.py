"""A senior puts a hand on an escalation: acknowledges it, or passes it on so that the next is called at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from activities.acts import beside, calling, ledger, seniors
from activities.acts.case import Case, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.proceedings import EscalationState, ProceedingKind
from db.escalation_said import AcknowledgeEscalation, PassEscalation
from db.models.escalation import Escalation
from db.models.proceeding import Proceeding
from db.queries import escalations, tasks
from policies.senior_turn import PASSED

DECISION: Final = "escalation_decision"


async def acknowledge(case: Case, said: AcknowledgeEscalation) -> None:
    """Write down that a named senior has it in hand, and in how many minutes; the decision has a clock from now on."""
    proceeding, row = await _asking(case, said)
    person_id = await seniors.who_has_it_in_hand(case, row)
    row.acknowledged_by, row.acknowledged_at = person_id, case.at
    row.minutes_to_acknowledge = max(0, (case.at - row.raised_at) // timedelta(minutes=1))
    await escalations.end_calls(case.session, row.id, {"outcome": "acknowledged", "ended_at": case.at}, person_id)
    case.event("escalation.acknowledged", proceeding_id=row.id, person_id=person_id, minutes=row.minutes_to_acknowledge)
    await _end_asking(case, row)
    await ledger.meet_if_running(case, calling.clock_for(row.level), case.on, row.id)
    beside.move(case, proceeding, EscalationState.ACKNOWLEDGED.value)
    clock = await beside.arm(case, proceeding, DECISION, case.on, Terms(cause="acknowledged"))
    await seniors.ask(case, row, seniors.DECIDE, person_id, due_on=clock.due_on, clock_id=clock.id)


async def pass_on(case: Case, said: PassEscalation) -> None:
    """Have the next senior called at once, because whoever was called cannot take it. They are not asked again."""
    proceeding, row = await _asking(case, said)
    refuse_if(case.actor_id is None, Refusal.NOT_ASKED)
    assert case.actor_id is not None
    values: dict[str, Any] = {"outcome": "passed", "reason": said.reason, "ended_at": case.at}
    ended = await escalations.end_calls(case.session, row.id, values, case.actor_id)
    refuse_if(not ended, Refusal.NOT_ASKED)
    case.event("escalation.passed", proceeding_id=row.id, person_id=case.actor_id)
    task = await escalations.open_task(case.session, row.id, seniors.ACKNOWLEDGE, case.actor_id)
    if task is not None:
        task.state, task.ended_at, task.ended_by = "superseded", case.at, case.actor_id
    beside.touch(case, proceeding)
    clock = await ledger.running(case, calling.clock_for(row.level), row.id)
    await calling.call_at(case, row, clock, PASSED)


async def _asking(case: Case, said: AcknowledgeEscalation | PassEscalation) -> tuple[Proceeding, Escalation]:
    """Return an escalation that nobody has in hand yet. Refused for any other."""
    proceeding = await beside.find_live(case, ProceedingKind.ESCALATION, said.escalation_id)
    refuse_if(proceeding.state != EscalationState.ASKING.value, Refusal.ALREADY_ACKNOWLEDGED)
    return proceeding, await case.session.get_one(Escalation, proceeding.id)


async def _end_asking(case: Case, row: Escalation) -> None:
    """End what was asked of seniors and of the operator, and the flag that nobody is found: somebody has it in hand."""
    for kind in (seniors.ACKNOWLEDGE, seniors.NOBODY, seniors.TELEPHONE):
        await tasks.end_open(
            case.session,
            case.complaint.id,
            at=case.at,
            kind=kind,
            subject_id=row.id,
            done_by=case.actor_id,
            done=kind == seniors.ACKNOWLEDGE,
        )
    if case.complaint.attention == f"nobody_is_{seniors.FLAG}":
        case.complaint.attention = None
