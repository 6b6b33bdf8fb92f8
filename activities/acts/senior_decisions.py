"""What a senior decides about an escalation they have in hand, and the clock on which it is followed to its end."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from activities.acts import beside, following, ledger, office, seniors
from activities.acts.case import Case, refuse_if
from activities.acts.in_hand import DECISION
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.proceedings import EscalationState, ProceedingKind
from db.desk_said import Assign
from db.escalation_said import DecideEscalation
from db.models.escalation import Escalation, EscalationDecision
from db.models.proceeding import Proceeding
from db.queries import escalations, tasks

_DATED: Final = ("independent_investigator", "panel")


async def decide(case: Case, said: DecideEscalation) -> None:
    """Decide what is done about it, with the reason; what was decided before gives way to it."""
    proceeding = await beside.find_live(case, ProceedingKind.ESCALATION, said.escalation_id)
    row = await case.session.get_one(Escalation, proceeding.id)
    refuse_if(row.acknowledged_at is None, Refusal.NOT_ACKNOWLEDGED)
    person_id = await seniors.who_decides(case, row)
    await _check(case, row, said)
    await _give_way(case, row)
    decision = await _write(case, row, said, person_id)
    row.decision, row.decided_by, row.decided_at = said.decision, person_id, case.at
    case.event(
        "escalation.decided",
        proceeding_id=row.id,
        number=decision.number,
        decision=said.decision,
        decided_by=person_id,
        due_on=said.due_on,
    )
    await ledger.meet_if_running(case, DECISION, case.on, row.id)
    beside.move(case, proceeding, EscalationState.DECIDED.value)
    beside.touch(case, proceeding)
    await _take_effect(case, proceeding, row, decision)


async def _check(case: Case, row: Escalation, said: DecideEscalation) -> None:
    refuse_if(not said.reason.strip(), Refusal.REASON_NEEDED)
    dated = said.decision in _DATED
    refuse_if(dated != (said.due_on is not None), Refusal.ELEMENTS_MISSING)
    refuse_if(said.due_on is not None and said.due_on < case.on, Refusal.DATE_IN_PAST)
    # Neither the case nor its investigation is anybody's any more.
    of_open = said.decision in ("take_over", "independent_investigator")
    refuse_if(of_open and not case.complaint.open, Refusal.COMPLAINT_CLOSED)
    last = await escalations.last_decision(case.session, row.id)
    same = last is not None and (last.decision, last.due_on) == (said.decision, said.due_on)
    refuse_if(same, Refusal.NOTHING_CHANGES)


async def _give_way(case: Case, row: Escalation) -> None:
    """Stop what followed the decision before this one, and end the tasks about it."""
    for kind in (following.LOOK, following.FOLLOW):
        if clock := await ledger.running(case, kind, row.id):
            await ledger.stop(case, clock, "decided_anew")
    for task in (seniors.DECIDE, seniors.LOOK, seniors.MORE):
        await tasks.end_open(
            case.session,
            case.complaint.id,
            at=case.at,
            kind=task,
            subject_id=row.id,
            done_by=case.actor_id,
            done=task == seniors.DECIDE,
        )


async def _write(case: Case, row: Escalation, said: DecideEscalation, person_id: UUID) -> EscalationDecision:
    number = await escalations.next_number(case.session, EscalationDecision, row.id)
    decision = EscalationDecision(
        id=case.new_id(f"decision/{row.id}/{number}"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        escalation_id=row.id,
        number=number,
        decision=said.decision,
        reason=said.reason,
        due_on=said.due_on,
        decided_by=person_id,
        decided_at=case.at,
        act_id=case.act.act_id,
    )
    case.session.add(decision)
    await case.session.flush()
    return decision


async def _take_effect(case: Case, proceeding: Proceeding, row: Escalation, decision: EscalationDecision) -> None:
    if decision.decision == "no_further_action":
        await following.done(case, proceeding, decision, "no_further_action")
    elif decision.decision == "take_over":
        if case.complaint.owner_id != decision.decided_by:
            await office.assign(case, Assign(owner_id=decision.decided_by))
        await following.done(case, proceeding, decision, "taken_over")
    elif decision.decision == "oversee":
        await following.look_next(case, proceeding, row)
    else:
        terms = Terms(cause="decided", given=decision.due_on)
        await beside.arm(case, proceeding, following.FOLLOW, case.on, terms)
