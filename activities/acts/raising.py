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
from db.models.proceeding import Proceeding
from db.queries import escalations
from policies.senior_turn import IMMEDIATE, is_higher
from policies.standing_in import SENIOR

_ASKING: Final = EscalationState.ASKING.value


async def raise_escalation(case: Case, said: RaiseEscalation) -> None:
    """Ask a senior to look, because a person says so. Refused while one of that cause is asked for as urgently.

    Whoever has one in hand already hears that there is more, and one that is asked for is asked for more urgently.
    """
    known = await escalations.open_about(case.session, case.complaint.id, said.cause, None)
    asked = known is not None and known[1].state == _ASKING and not is_higher(said.level, known[0].level)
    refuse_if(asked, Refusal.ALREADY_ESCALATED)
    await raise_for(case, said.cause, level=said.level, words=said.reason)


async def raise_for(
    case: Case, cause: str, *, level: str, subject_id: UUID | None = None, name: str = "", words: str | None = None
) -> Proceeding | None:
    """Raise an escalation; None where one of that cause and subject is open, which then hears that there is more.

    A hand on what was less urgent is none on an immediate risk that arises later: somebody is called for that anew.
    `name` tells those apart that one act raises for one cause.
    """
    known = await escalations.open_about(case.session, case.complaint.id, cause, subject_id)
    if known is not None and not _is_called_for_anew(*known, level):
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


def _is_called_for_anew(row: Escalation, proceeding: Proceeding, level: str) -> bool:
    return level == IMMEDIATE != row.level and proceeding.state != _ASKING


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
    """Tell whoever has it in hand, or who stands in for them, that there is more, once until they have looked."""
    person = await case.holder_of(SENIOR, row.id)
    if person is None:
        await calling.nobody(case, row)
        return
    if await escalations.open_task(case.session, row.id, seniors.MORE, person.id) is not None:
        return
    await seniors.ask(case, row, seniors.MORE, person.id, due_on=case.on)
    await letters.to_staff(case, "escalation_more", person, {"escalation_level": row.level}, urgent=True)
