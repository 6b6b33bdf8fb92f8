"""Finds the seniors of one complaint: who is asked now, in turn, and who may put a hand on it, decide and follow."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from activities.acts.case import Case, Refused, refuse_if
from contracts.failures import Refusal
from contracts.offices import DIVISIONAL_DIRECTOR, MEDICAL_DIRECTOR, NURSING_DIRECTOR, SERVICE_LEAD
from db.models.escalation import Escalation, Rota
from db.models.organisation import Appointment, Person
from db.models.work import Task
from db.queries import escalations, people, rota
from policies.senior_turn import OFFICE, Candidate, OnRota, Seniors, hours_at, in_turn, on_rota
from policies.standing_in import Office

# The task of whoever is called, of whoever has it in hand, and of whoever oversees it; that there is more; and of the
# operator, with nobody to be found, or nobody to be reached by text. Those done by a command are done by nothing else.
ACKNOWLEDGE, DECIDE, LOOK = "acknowledge_escalation", "decide_escalation", "look_escalation"
MORE, NOBODY, TELEPHONE = "escalation_more", "nobody_senior", "telephone_senior"
BY_COMMAND: Final = (ACKNOWLEDGE, DECIDE, LOOK)
# Whose tasks these are where nobody has them any more; and the flag of a complaint for which nobody is found.
_ROLE: Final = "senior_leader"
FLAG: Final = "senior_to_call"
_RESPONSIBLE: Final = ("responsible_person", "delegate")
_LEADS: Final = ("division_lead", "team_lead")
# Who is a senior by appointment.
SENIORS: Final = (*_RESPONSIBLE, _ROLE, SERVICE_LEAD, DIVISIONAL_DIRECTOR, MEDICAL_DIRECTOR, NURSING_DIRECTOR)


def hours_of(case: Case, *, immediate: bool) -> str:
    """Return in which hours a call is made: only what is immediate is ever asked outside office hours."""
    return hours_at(case.at, case.calendars.organisation) if immediate else OFFICE


async def turn_of(case: Case, *, immediate: bool) -> tuple[Candidate, ...]:
    """Return who can be asked about a complaint now, in order. Nobody who is complained about in it is."""
    session, complaint = case.session, case.complaint
    entries = await rota.on(session, case.on)
    held = await people.holders(session, (*_RESPONSIBLE, *_LEADS), case.on)
    away = await people.absences_on(session, case.on)
    units = await escalations.units_of(session, complaint)
    asked = on_rota([_entry(each) for each in entries], case.on, hours_of(case, immediate=immediate))
    known = [person for _, person in held] + [cover for _, cover in away if cover is not None]
    known += [person for each in asked if (person := await session.get(Person, each)) is not None]
    return in_turn(
        Seniors(
            rota=asked,
            leads=tuple(lead for unit in units for lead in _holding(held, _LEADS, unit)),
            responsible=_holding(held, _RESPONSIBLE[:1]),
            delegates=_holding(held, _RESPONSIBLE[1:]),
            office=Office(
                active=frozenset(person.id for person in known if person.active),
                away={person_id: cover.id if cover is not None else None for person_id, cover in away},
            ),
            barred=await escalations.complained_about(session, complaint.id),
        )
    )


def _entry(row: Rota) -> OnRota:
    return OnRota(person_id=row.person_id, place=row.place, hours=row.hours, first_on=row.first_on, last_on=row.last_on)


def _holding(
    held: list[tuple[Appointment, Person]], roles: tuple[str, ...], unit_id: UUID | None = None
) -> tuple[UUID, ...]:
    return tuple(
        each.person_id for each, _ in held if each.role in roles and (unit_id is None or each.unit_id == unit_id)
    )


async def who_has_it_in_hand(case: Case, row: Escalation) -> UUID:
    """Return who acts, if they may acknowledge an escalation: a senior, or whoever was called. Refused for others.

    Somebody complained about is told no more than that this is not for them: they may not know of it yet.
    """
    person_id = await _not_about_them(case)
    called = any(call.person_id == person_id for call in await escalations.calls_of(case.session, row.id))
    senior = called or await rota.is_on(case.session, person_id, case.on)
    if not (senior or await people.holds_any(case.session, person_id, SENIORS, case.on)):
        raise Refused(Refusal.NOT_SENIOR)
    return person_id


async def who_decides(case: Case, row: Escalation) -> UUID:
    """Return who acts, if it is for them: who acknowledged or decided it, is responsible, or covers for such."""
    person_id = await _not_about_them(case)
    mine = [person_id, *await people.covered_by(case.session, person_id, case.on)]
    if not {row.acknowledged_by, row.decided_by} & set(mine):
        # Whoever covers for the responsible person is asked in their place, and so may act in it.
        responsible = [each for each in mine if await people.holds_any(case.session, each, _RESPONSIBLE, case.on)]
        refuse_if(not responsible, Refusal.NOT_AUTHORISED)
    return person_id


async def _not_about_them(case: Case) -> UUID:
    if case.actor_id is None or await people.active_person(case.session, case.actor_id) is None:
        raise Refused(Refusal.NOT_SENIOR)
    about = await escalations.complained_about(case.session, case.complaint.id)
    refuse_if(case.actor_id in about, Refusal.NOT_SENIOR)
    return case.actor_id


async def ask(
    case: Case, row: Escalation, kind: str, person_id: UUID, *, due_on: date | None = None, clock_id: UUID | None = None
) -> None:
    """Write a task for one senior about an escalation, unless they have it already."""
    if await escalations.open_task(case.session, row.id, kind, person_id) is not None:
        return
    case.session.add(
        Task(
            id=case.new_id(f"task/{kind}/{row.id}/{person_id}"),
            organisation_id=row.organisation_id,
            complaint_id=row.complaint_id,
            kind=kind,
            role=_ROLE,
            assignee_id=person_id,
            due_on=due_on,
            clock_id=clock_id,
            subject_id=row.id,
            act_id=case.act.act_id,
            state="open",
            raised_at=case.at,
        )
    )
    await case.session.flush()
