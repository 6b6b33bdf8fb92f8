"""Follows what a senior decided to its end: looks while they oversee, a panel that was held, an investigator appointed.

What the record shows is known by itself; nothing counts as done that it does not show.
"""

from __future__ import annotations

from typing import Final

from activities.acts import beside, ledger, seniors
from activities.acts.case import Case, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.proceedings import EscalationState, ProceedingKind
from db.escalation_said import FollowEscalation
from db.models.casework import CaseRole
from db.models.escalation import Escalation, EscalationDecision, EscalationLook
from db.models.proceeding import Proceeding
from db.queries import casework, escalations, tasks
from policies.calendars import local_date
from policies.conflicts import INVESTIGATOR
from policies.standing_in import SENIOR

LOOK: Final = "escalation_look"
FOLLOW: Final = "escalation_follow"
_INDEPENDENT: Final = "independent_investigator"


async def follow(case: Case, said: FollowEscalation) -> None:
    """Write down a look, or what came of what was decided. Refused where that is not on record."""
    proceeding = await beside.find_live(case, ProceedingKind.ESCALATION, said.escalation_id)
    row = await case.session.get_one(Escalation, proceeding.id)
    decision = await escalations.last_decision(case.session, row.id)
    refuse_if(decision is None, Refusal.NOT_DECIDED)
    assert decision is not None
    await seniors.who_decides(case, row)
    refuse_if(not said.words.strip(), Refusal.REASON_NEEDED)
    if decision.decision == "oversee":
        await _look(case, proceeding, row, said.words)
        return
    if decision.decision == "panel":
        _check_held(case, decision, said)
        decision.done_on = said.held_on
    else:
        part = await casework.present_role(case.session, case.complaint.id, INVESTIGATOR)
        refuse_if(part is None or not _is_independent(part, decision), Refusal.NOT_DONE_YET)
    await _met(case, row)
    await done(case, proceeding, decision, f"{decision.decision}_done", said.words)


async def appointed(case: Case, part: CaseRole) -> None:
    """End the escalations that wait for an independent investigator, where somebody was appointed who is one."""
    if part.role != INVESTIGATOR:
        return
    for row, proceeding in await escalations.open_of(case.session, case.complaint.id):
        decision = await escalations.last_decision(case.session, row.id)
        if decision is not None and decision.decision == _INDEPENDENT and _is_independent(part, decision):
            await _met(case, row)
            await done(case, proceeding, decision, f"{_INDEPENDENT}_done")


async def look_next(case: Case, proceeding: Proceeding, row: Escalation) -> None:
    """Have whoever oversees the complaint look again when the next look is due."""
    clock = await beside.arm(case, proceeding, LOOK, case.on, Terms(cause="overseen"))
    if (person := await case.holder_of(SENIOR, row.id)) is not None:
        await seniors.ask(case, row, seniors.LOOK, person.id, due_on=clock.due_on, clock_id=clock.id)


async def done(
    case: Case, proceeding: Proceeding, decision: EscalationDecision, cause: str, words: str | None = None
) -> None:
    """End an escalation, with what came of it."""
    decision.done_on = decision.done_on or case.on
    decision.outcome = words
    case.event("escalation.followed", proceeding_id=proceeding.id, number=decision.number, done_on=decision.done_on)
    await beside.end(case, proceeding, EscalationState.ENDED.value, cause)


async def _look(case: Case, proceeding: Proceeding, row: Escalation, words: str) -> None:
    """Write down a look. The complaint goes on, and so does the oversight; else this was the last look."""
    number = await escalations.next_number(case.session, EscalationLook, row.id)
    assert case.actor_id is not None  # whoever decides is somebody
    case.session.add(
        EscalationLook(
            id=case.new_id(f"look/{row.id}/{number}"),
            organisation_id=row.organisation_id,
            complaint_id=row.complaint_id,
            escalation_id=row.id,
            number=number,
            words=words,
            looked_on=case.on,
            said_by=case.actor_id,
            said_at=case.at,
            act_id=case.act.act_id,
        )
    )
    await case.session.flush()
    case.event("escalation.looked", proceeding_id=row.id, number=number)
    beside.touch(case, proceeding)
    for kind in (seniors.LOOK, seniors.MORE):
        await tasks.end_open(
            case.session, case.complaint.id, at=case.at, kind=kind, subject_id=row.id, done_by=case.actor_id, done=True
        )
    await ledger.meet_if_running(case, LOOK, case.on, row.id)
    if case.complaint.open:
        await look_next(case, proceeding, row)
        return
    decision = await escalations.last_decision(case.session, row.id)
    assert decision is not None
    await done(case, proceeding, decision, "complaint_ended", words)


def _check_held(case: Case, decision: EscalationDecision, said: FollowEscalation) -> None:
    refuse_if(said.held_on is None, Refusal.NOT_DONE_YET)
    assert said.held_on is not None
    refuse_if(said.held_on > case.on, Refusal.DATE_IN_FUTURE)
    refuse_if(said.held_on < local_date(decision.decided_at), Refusal.CONTRADICTS_RECORD)


def _is_independent(part: CaseRole, decision: EscalationDecision) -> bool:
    """Say whether somebody with no part in it before, or from another body, was appointed since it was decided."""
    clear = not (part.prior_involvement or part.conflict or part.grounds)
    return part.said_at >= decision.decided_at and (bool(part.from_body) or clear)


async def _met(case: Case, row: Escalation) -> None:
    await ledger.meet_if_running(case, FOLLOW, case.on, row.id)
