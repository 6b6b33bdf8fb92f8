"""Raises an escalation to a senior leader, by hand or by what the record shows; one of a cause at a time.

Raising only starts the clock: whoever is asked first is called by its first rung.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from activities.acts import beside, calling, ledger, letters, seniors
from activities.acts.case import Case, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.proceedings import EscalationState, ProceedingKind
from db.escalation_said import RaiseEscalation
from db.models.escalation import Escalation, EscalationAgain
from db.models.organisation import Person
from db.models.proceeding import Proceeding
from db.queries import escalations
from policies.senior_turn import is_higher

_ASKING: Final = EscalationState.ASKING.value


async def raise_escalation(case: Case, said: RaiseEscalation) -> None:
    """Ask a senior to look, because a person says so. Refused while one of that cause is open."""
    raised = await raise_for(case, said.cause, level=said.level, words=said.reason)
    refuse_if(raised is None, Refusal.ALREADY_ESCALATED)


async def raise_for(
    case: Case, cause: str, *, level: str, subject_id: UUID | None = None, name: str = "", words: str | None = None
) -> Proceeding | None:
    """Raise an escalation; None where one of that cause and subject is open, which then hears that there is more.

    `name` tells those apart that one act raises for one cause.
    """
    known = await escalations.open_about(case.session, case.complaint.id, cause, subject_id)
    if known is not None:
        await _again(case, *known, level, words)
        return None
    kind = ProceedingKind.ESCALATION
    proceeding = await beside.begin(case, kind, _ASKING, cause, f"{cause}/{subject_id or ''}/{name}")
    row = Escalation(
        id=proceeding.id,
        organisation_id=proceeding.organisation_id,
        complaint_id=proceeding.complaint_id,
        cause=cause,
        level=level,
        subject_id=subject_id,
        raised_by=case.actor_id,
        raised_at=case.at,
        words=words,
        act_id=case.act.act_id,
    )
    case.session.add(row)
    await case.session.flush()
    case.event("escalation.raised", proceeding_id=row.id, cause=cause, level=level, subject_id=subject_id)
    await beside.arm(case, proceeding, calling.clock_for(level), case.on, Terms(cause="raised"))
    return proceeding


async def _again(case: Case, row: Escalation, proceeding: Proceeding, level: str, words: str | None) -> None:
    """Write that there is more. One that is higher now is asked at its own pace, or told to whoever has it in hand."""
    number = await escalations.next_number(case.session, EscalationAgain, row.id)
    case.session.add(
        EscalationAgain(
            id=case.new_id(f"again/{row.id}/{number}"),
            organisation_id=row.organisation_id,
            complaint_id=row.complaint_id,
            escalation_id=row.id,
            number=number,
            level=level,
            words=words,
            heard_at=case.at,
            act_id=case.act.act_id,
        )
    )
    case.event("escalation.again", proceeding_id=row.id, number=number, level=level)
    beside.touch(case, proceeding)
    before = row.level
    if is_higher(level, before):
        row.level = level
    if proceeding.state == _ASKING:
        await _quicken(case, row, proceeding, before)
    else:
        await _tell(case, row)
    await case.session.flush()


async def _quicken(case: Case, row: Escalation, proceeding: Proceeding, before: str) -> None:
    """Put a faster clock in the place of a slower one."""
    was, now = calling.clock_for(before), calling.clock_for(row.level)
    if was == now:
        return
    if clock := await ledger.running(case, was, row.id):
        await ledger.stop(case, clock, "level_raised")
    await beside.arm(case, proceeding, now, case.on, Terms(cause="level_raised"))


async def _tell(case: Case, row: Escalation) -> None:
    """Tell whoever has it in hand that there is more, once until they have looked."""
    person_id = row.decided_by or row.acknowledged_by
    if person_id is None or await escalations.open_task(case.session, row.id, seniors.MORE, person_id) is not None:
        return
    await seniors.ask(case, row, seniors.MORE, person_id, due_on=case.on)
    person = await case.session.get_one(Person, person_id)
    await letters.to_staff(case, "escalation_more", person, {"escalation_level": row.level}, urgent=True)
