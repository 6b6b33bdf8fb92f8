"""Absences: who is away from a day to a day, and who covers for them. What is past is not rewritten."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.office_desk import A_CHANGE, Desk, DeskDep, Entry, check_dates, row, wrong
from api.openapi import answers, problems
from api.problems import Problem
from api.schemas.people import AbsenceSaid, AbsenceShown, EndSaid
from db.models.office import Absence
from db.queries import office
from db.queries.people import active_person

router = APIRouter(prefix="/v1/people/{person_id}/absences", tags=["organisation"])

_DAY = timedelta(days=1)


@router.post(
    "",
    operation_id="addAbsence",
    status_code=201,
    responses=answers(201, AbsenceShown, "It is on record.") | problems(*A_CHANGE),
)
async def add_absence(desk: DeskDep, person_id: UUID, body: AbsenceSaid) -> Response:
    """Say that a person is away, and who covers for them."""

    async def make(session: AsyncSession) -> Entry:
        check_dates(body.starts_on, body.ends_on, desk.today)
        await desk.person(session, person_id)
        await _check_cover(session, person_id, body.cover_id)
        if await office.is_away_between(session, person_id, body.starts_on, body.ends_on):
            raise wrong("/startsOn", "overlaps", "They are away on one of these days already.")
        new = Absence(
            id=uuid7(),
            organisation_id=desk.who.organisation_id,
            person_id=person_id,
            cancelled=False,
            **body.model_dump(),
        )
        session.add(new)
        data = {"person_id": str(person_id), **body.model_dump(mode="json")}
        return Entry(kind="absence.added", subject_id=new.id, data=data)

    return reply(await desk.change(body, person_id, make=make, show=_absence), 201, {})


async def _check_cover(session: AsyncSession, person_id: UUID, cover_id: UUID | None) -> None:
    if cover_id is None:
        return
    if cover_id == person_id:
        raise wrong("/coverId", "same_person", "Nobody covers for themselves.")
    if await active_person(session, cover_id) is None:
        raise wrong("/coverId", "unknown_person", "The cover is not a person of this organisation.")


@router.post(
    "/{absence_id}/end",
    operation_id="endAbsence",
    responses=answers(200, AbsenceShown, "It ends on that day.") | problems(*A_CHANGE, "already_ended"),
)
async def end_absence(desk: DeskDep, person_id: UUID, absence_id: UUID, body: EndSaid) -> Response:
    """Say that a person is back early. Who is back today was away until yesterday."""

    async def make(session: AsyncSession) -> Entry:
        away = await _away(session, desk, person_id, absence_id)
        check_dates(away.starts_on, body.ends_on, desk.today - _DAY)
        if body.ends_on > away.ends_on:
            raise wrong("/endsOn", "date_not_earlier", "It ends earlier than that already: add another absence.")
        away.ends_on = body.ends_on
        data = {"person_id": str(person_id), "ends_on": body.ends_on.isoformat()}
        return Entry(kind="absence.ended", subject_id=away.id, data=data)

    return reply(await desk.change(body, person_id, absence_id, make=make, show=_absence), 200, {})


@router.post(
    "/{absence_id}/cancellation",
    operation_id="cancelAbsence",
    responses=answers(200, AbsenceShown, "It is cancelled.") | problems(*A_CHANGE, "already_ended", "already_begun"),
)
async def cancel_absence(desk: DeskDep, person_id: UUID, absence_id: UUID) -> Response:
    """Take back an absence of which no day has passed."""

    async def make(session: AsyncSession) -> Entry:
        away = await _away(session, desk, person_id, absence_id)
        if away.starts_on < desk.today:
            raise Problem("already_begun")
        away.cancelled = True
        return Entry(kind="absence.cancelled", subject_id=away.id, data={"person_id": str(person_id)})

    return reply(await desk.change(None, person_id, absence_id, make=make, show=_absence), 200, {})


async def _away(session: AsyncSession, desk: Desk, person_id: UUID, absence_id: UUID) -> Absence:
    away = await row(session, Absence, absence_id)
    if away.person_id != person_id:
        raise Problem("not_found")
    if away.cancelled or away.ends_on < desk.today:
        raise Problem("already_ended")
    return away


async def _absence(session: AsyncSession, absence_id: UUID) -> AbsenceShown:
    return AbsenceShown.of(await row(session, Absence, absence_id))
