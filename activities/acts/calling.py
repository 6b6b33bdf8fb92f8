"""Calls whoever senior is asked at a step of the ladder of an escalation, and keeps each call on record.

A call is a task and a message, never a wait: nobody is held up by a senior who does not answer.
"""

from __future__ import annotations

from typing import Any, Final

from activities.acts import letters, seniors, silence, staff_texts
from activities.acts.case import Case
from contracts.proceedings import EscalationState
from db.models.clock import ClockRow
from db.models.escalation import Escalation, EscalationCall
from db.models.organisation import Person
from db.models.proceeding import Proceeding
from db.queries import escalations, tasks
from policies.calendars import LONDON
from policies.senior_turn import AFTER, IMMEDIATE, OUT, Candidate, choose
from policies.template_files import short_date

CLOCK: Final = "escalation_call"
CLOCK_NOW: Final = "escalation_call_now"
_EMAIL, _TEXT = "email", "text"


def clock_for(level: str) -> str:
    """Return the kind of clock in which an acknowledgement is due."""
    return CLOCK_NOW if level == IMMEDIATE else CLOCK


async def call(case: Case, clock: ClockRow, step: str) -> None:
    """Call whoever is asked at a step: first, again, second, next, responsible or chase."""
    row = await case.session.get_one(Escalation, clock.proceeding_id)
    proceeding = await case.session.get_one(Proceeding, row.id)
    if proceeding.state == EscalationState.ASKING.value:
        await call_at(case, row, clock, step)


async def call_at(case: Case, row: Escalation, clock: ClockRow | None, step: str) -> None:
    """Call whoever is left to be asked at a step; with nobody, take the next step at once, and say that it was so."""
    turn = await seniors.turn_of(case, immediate=row.level == IMMEDIATE)
    calls = await escalations.calls_of(case.session, row.id)
    asked = tuple(each.person_id for each in calls if each.person_id is not None)
    passed = {each.person_id for each in calls if each.person_id is not None and each.outcome == "passed"}
    number, at = len(calls) + 1, step
    while (found := choose(at, turn, asked, passed)) is None:
        _write(case, row, number, at, outcome="nobody_found")
        if at not in AFTER:
            await nobody(case, row)
            return
        number, at = number + 1, AFTER[at]
    await _reach(case, row, clock, number, at, found)


async def _reach(case: Case, row: Escalation, clock: ClockRow | None, number: int, step: str, found: Candidate) -> None:
    """Write the task of whoever is called, and tell them by their channels."""
    person = await case.session.get_one(Person, found.person_id)
    await seniors.ask(case, row, seniors.ACKNOWLEDGE, person.id, due_on=clock.due_on if clock else case.on)
    case.note_holder(seniors.FLAG, person)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=seniors.NOBODY, subject_id=row.id, done=True)
    outside = seniors.hours_of(case, immediate=True) == OUT
    immediate = row.level == IMMEDIATE
    facts: dict[str, Any] = {"escalation_level": row.level, "answer_by": _answer_by(case, clock)}
    await letters.to_staff(case, "escalation_call", person, facts, urgent=immediate or not outside)
    channels = [_EMAIL] if person.email is not None and not await silence.is_kept(case) else []
    if immediate and outside:
        if await staff_texts.send(case, "escalation_text", person, facts):
            channels.append(_TEXT)
        elif not await tasks.is_open(case.session, case.complaint.id, seniors.TELEPHONE, row.id):
            await case.task(seniors.TELEPHONE, "operator", name=str(number), due_on=case.on, subject_id=row.id)
    _write(case, row, number, step, outcome="called", found=found, channels=channels)


def _answer_by(case: Case, clock: ClockRow | None) -> str | None:
    """Return by when an acknowledgement is due, as a message says it; None where that has passed, or nobody knows."""
    if clock is None or clock.due_at <= case.at:
        return None
    local = clock.due_at.astimezone(LONDON)
    return f"{local:%H:%M} on {short_date(local.date())}"


async def nobody(case: Case, row: Escalation) -> None:
    """Have somebody find out whom to ask. The clock goes on: it is asked anew."""
    case.event("escalation.nobody_found", proceeding_id=row.id)
    case.note_holder(seniors.FLAG, None)
    if not await tasks.is_open(case.session, case.complaint.id, seniors.NOBODY, row.id):
        await case.task(seniors.NOBODY, "operator", name=str(row.id), due_on=case.on, subject_id=row.id)


def _write(
    case: Case,
    row: Escalation,
    number: int,
    step: str,
    *,
    outcome: str,
    found: Candidate | None = None,
    channels: list[str] | None = None,
) -> None:
    person_id = found.person_id if found is not None else None
    case.session.add(
        EscalationCall(
            id=case.new_id(f"call/{row.id}/{number}"),
            organisation_id=row.organisation_id,
            complaint_id=row.complaint_id,
            escalation_id=row.id,
            number=number,
            step=step,
            person_id=person_id,
            asked_as=found.asked_as if found is not None else None,
            channels=channels or [],
            called_at=case.at,
            outcome=outcome,
            act_id=case.act.act_id,
        )
    )
    case.event(
        "escalation.called",
        proceeding_id=row.id,
        number=number,
        step=step,
        outcome=outcome,
        person_id=person_id,
        asked_as=found.asked_as if found is not None else None,
    )
