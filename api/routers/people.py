"""People and their appointments: who works here, in which role, from when to when, and whose account has ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.deps import PartsDep, Reader
from api.office_desk import A_CHANGE, Desk, DeskDep, Entry, check_dates, row, wrong
from api.openapi import A_READ, A_WRITE, ONE_READ, answers, header, problems
from api.problems import Problem
from api.schemas.people import (
    UNIT_KINDS,
    AppointmentDetail,
    AppointmentSaid,
    DetailsCorrected,
    EndSaid,
    People,
    PersonAdded,
    PersonDetail,
)
from contracts.failures import Refusal
from db.models.organisation import Appointment, Person
from db.queries import office
from db.queries.people import active_unit
from db.queries.people_reads import staff

router = APIRouter(prefix="/v1/people", tags=["organisation"])


@router.get("", operation_id="listPeople", response_model=People, responses=problems(*A_READ))
async def list_people(parts: PartsDep, who: Reader) -> People:
    """List everybody of the organisation with their appointments and absences: past, present and to come."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        found = await staff(session, who.organisation_id)
    return People(items=[PersonDetail.of(each, words=who.sees_words) for each in found])


@router.get("/{person_id}", operation_id="getPerson", response_model=PersonDetail, responses=problems(*ONE_READ))
async def get_person(parts: PartsDep, who: Reader, person_id: UUID) -> PersonDetail:
    """Show one person of the organisation."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        found = await staff(session, who.organisation_id, person_id)
    if not found:
        raise Problem("not_found")
    return PersonDetail.of(found[0], words=who.sees_words)


@router.post(
    "",
    operation_id="addPerson",
    status_code=201,
    responses=answers(201, PersonDetail, "They are added.", header("Location", "Where they are read."))
    | problems(*A_WRITE),
)
async def add_person(desk: DeskDep, body: PersonAdded) -> Response:
    """Add somebody who begins to work on complaints."""

    async def make(session: AsyncSession) -> Entry:
        if await office.is_subject_taken(session, body.subject):
            raise wrong("/subject", "taken", "Somebody of this organisation has this subject.")
        person = Person(
            id=uuid7(),
            organisation_id=desk.who.organisation_id,
            subject=body.subject,
            name=body.name,
            email=body.email,
            active=True,
        )
        session.add(person)
        return Entry(kind="person.added", subject_id=person.id)

    shown = await desk.change(body, make=make, show=_shower(desk))
    return reply(shown, 201, {"Location": f"/v1/people/{shown.id}"})


def _shower(desk: Desk) -> Callable[[AsyncSession, UUID], Awaitable[PersonDetail]]:
    async def show(session: AsyncSession, person_id: UUID) -> PersonDetail:
        (found,) = await staff(session, desk.who.organisation_id, person_id)
        return PersonDetail.of(found, words=desk.who.sees_words)

    return show


@router.post(
    "/{person_id}/details",
    operation_id="correctPerson",
    responses=answers(200, PersonDetail, "As it stands now.") | problems(*A_CHANGE),
)
async def correct_person(desk: DeskDep, person_id: UUID, body: DetailsCorrected) -> Response:
    """Correct the name and e-mail address of a person."""

    async def make(session: AsyncSession) -> Entry:
        person = await desk.person(session, person_id)
        changed = {"name_changed": person.name != body.name, "email_changed": person.email != body.email}
        person.name, person.email = body.name, body.email
        return Entry(kind="person.corrected", subject_id=person.id, data=changed)

    return reply(await desk.change(body, person_id, make=make, show=_shower(desk)), 200, {})


@router.post(
    "/{person_id}/appointments",
    operation_id="appoint",
    status_code=201,
    responses=answers(201, AppointmentDetail, "They are appointed.") | problems(*A_CHANGE),
)
async def appoint(desk: DeskDep, person_id: UUID, body: AppointmentSaid) -> Response:
    """Appoint a person to a role, from a day, perhaps to a day."""

    async def make(session: AsyncSession) -> Entry:
        check_dates(body.starts_on, body.ends_on, desk.today)
        await desk.person(session, person_id)
        await _check_unit(session, body)
        new = Appointment(
            id=uuid7(), organisation_id=desk.who.organisation_id, person_id=person_id, **body.model_dump()
        )
        if await office.holds_already(session, new):
            raise wrong("/role", "held_already", "They hold this role on one of these days already.")
        session.add(new)
        data = {"person_id": str(person_id), **body.model_dump(mode="json")}
        return Entry(kind="appointment.added", subject_id=new.id, data=data)

    return reply(await desk.change(body, person_id, make=make, show=_appointment), 201, {})


async def _check_unit(session: AsyncSession, body: AppointmentSaid) -> None:
    """Refuse a unit that is not here, or of another kind than the role is held in, or that no such role has."""
    kinds = UNIT_KINDS.get(body.role)
    if kinds is None:
        if body.unit_id is not None:
            raise wrong("/unitId", "no_unit_role", "This role is held in the whole organisation.")
        return
    if body.unit_id is None:
        raise wrong("/unitId", "missing", "This role is held in a division or team.")
    unit = await active_unit(session, body.unit_id)
    if unit is None or unit.kind not in kinds:
        raise wrong("/unitId", Refusal.UNKNOWN_TEAM.value, f"This is no {' or '.join(kinds)} of this organisation.")


async def _appointment(session: AsyncSession, appointment_id: UUID) -> AppointmentDetail:
    return AppointmentDetail.of(await row(session, Appointment, appointment_id))


@router.post(
    "/{person_id}/appointments/{appointment_id}/end",
    operation_id="endAppointment",
    responses=answers(200, AppointmentDetail, "It ends on that day.") | problems(*A_CHANGE, "already_ended"),
)
async def end_appointment(desk: DeskDep, person_id: UUID, appointment_id: UUID, body: EndSaid) -> Response:
    """End an appointment on a day: today at the earliest, and never later than it ends anyway."""

    async def make(session: AsyncSession) -> Entry:
        held = await row(session, Appointment, appointment_id)
        if held.person_id != person_id:
            raise Problem("not_found")
        if held.ends_on is not None and held.ends_on < desk.today:
            raise Problem("already_ended")
        check_dates(held.starts_on, body.ends_on, desk.today)
        if held.ends_on is not None and body.ends_on > held.ends_on:
            raise wrong("/endsOn", "date_not_earlier", "It ends earlier than that already.")
        held.ends_on = body.ends_on
        data = {"person_id": str(person_id), "role": held.role, "ends_on": body.ends_on.isoformat()}
        return Entry(kind="appointment.ended", subject_id=held.id, data=data)

    return reply(await desk.change(body, person_id, appointment_id, make=make, show=_appointment), 200, {})


@router.post(
    "/{person_id}/account-end",
    operation_id="endAccount",
    responses=answers(200, PersonDetail, "They are no longer active; appointments end today.")
    | problems(*A_CHANGE, Refusal.CASES_LEFT.value),
)
async def end_account(desk: DeskDep, person_id: UUID) -> Response:
    """End an account now. Refused, with their number, while open cases or actions are this person's."""

    async def make(session: AsyncSession) -> Entry:
        person = await desk.person(session, person_id, leaving=True)
        left = await office.count_left(session, person_id)
        if left:
            raise Problem(Refusal.CASES_LEFT.value, count=left)
        await office.end_account(session, person, desk.today, desk.now)
        return Entry(kind="account.ended", subject_id=person.id, data={"ended_on": desk.today.isoformat()})

    return reply(await desk.change(None, person_id, make=make, show=_shower(desk)), 200, {})


@router.post(
    "/{person_id}/account-return",
    operation_id="returnAccount",
    responses=answers(200, PersonDetail, "They work here again; what they are appointed to is said anew.")
    | problems(*A_CHANGE, "still_here"),
)
async def return_account(desk: DeskDep, person_id: UUID) -> Response:
    """Take back somebody who had left, under the account they had."""

    async def make(session: AsyncSession) -> Entry:
        person = await row(session, Person, person_id)
        if person.active:
            raise Problem("still_here")
        person.active = True
        return Entry(kind="account.returned", subject_id=person.id, data={"returned_on": desk.today.isoformat()})

    return reply(await desk.change(None, person_id, make=make, show=_shower(desk)), 200, {})
