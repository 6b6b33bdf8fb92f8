"""SQL of what is asked of colleagues: one request, those of a complaint, and those that are somebody's to answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models.clock import ClockRow
from db.models.complaint import CaseFile, Complaint
from db.models.office import Unit
from db.models.organisation import Appointment, Person
from db.models.requests import RequestAnswer, RequestFile, RequestIssue, RequestRow
from db.queries import people
from db.queries.keyset import After, beyond

UNSETTLED: Final = ("open", "under_review")
# By when the person is to have the response: as promised, else by law.
OF_THE_RESPONSE: Final = ("response_period", "relevant_period")
# Whoever leads a unit answers what was asked of it.
_LEADS: Final = ("team_lead", "division_lead", "service_lead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A request with the reference of its complaint, and the names of whom it went to."""

    request: RequestRow
    reference: str
    person: str | None
    unit: str | None


async def unsettled(session: AsyncSession, complaint_id: UUID) -> list[RequestRow]:
    """Return the requests of a complaint that are not answered, or whose answer nobody has accepted."""
    found = await session.scalars(
        select(RequestRow)
        .where(RequestRow.complaint_id == complaint_id, RequestRow.state.in_(UNSETTLED))
        .order_by(RequestRow.raised_at, RequestRow.id)
    )
    return list(found)


async def is_any_unsettled(session: AsyncSession, complaint_id: UUID) -> bool:
    """Say whether a complaint has a request that is open or under review."""
    return bool(await unsettled(session, complaint_id))


async def last_answer(session: AsyncSession, request_id: UUID) -> RequestAnswer | None:
    """Return the last answer to a request."""
    found: RequestAnswer | None = await session.scalar(
        select(RequestAnswer)
        .where(RequestAnswer.request_id == request_id)
        .order_by(RequestAnswer.round.desc())
        .limit(1)
    )
    return found


async def places_of(session: AsyncSession, request: RequestRow, on: date) -> tuple[UUID, ...]:
    """Return the units a request belongs to, teams before divisions: its own, else of the person, else of the case."""
    own = [request.unit_id] if request.unit_id is not None else []
    if not own and request.person_id is not None:
        own = await _units_of(session, request.person_id, on)
    if not own:
        complaint = await session.get_one(Complaint, request.complaint_id)
        own = [each for each in (complaint.division_id,) if each is not None]
    rows = await session.execute(select(Unit.id, Unit.kind, Unit.division_id).where(Unit.id.in_(own), Unit.active))
    units = sorted(rows, key=lambda row: (row.kind != "team", row.id))
    nearest = [row.id for row in units] + [row.division_id for row in units if row.division_id is not None]
    return tuple(dict.fromkeys(nearest))


async def _units_of(session: AsyncSession, person_id: UUID, on: date) -> list[UUID]:
    found = await session.scalars(
        select(Appointment.unit_id).where(
            Appointment.person_id == person_id, Appointment.unit_id.is_not(None), people.in_force(on)
        )
    )
    return [each for each in found if each is not None]


async def leads(session: AsyncSession, unit_id: UUID, person_id: UUID | None, on: date) -> bool:
    """Say whether somebody leads a unit on a day, and so answers what is asked of it."""
    found = await session.scalar(
        select(Appointment.id)
        .where(Appointment.unit_id == unit_id, Appointment.person_id == person_id, Appointment.role.in_(_LEADS))
        .where(people.in_force(on))
        .limit(1)
    )
    return found is not None


async def due_dates(session: AsyncSession, complaint_id: UUID) -> dict[str, date]:
    """Return the dates on which the running clocks of a whole complaint end, by kind."""
    rows = await session.execute(
        select(ClockRow.kind, ClockRow.due_on).where(
            ClockRow.complaint_id == complaint_id, ClockRow.state == "running", ClockRow.subject_id.is_(None)
        )
    )
    return {row.kind: row.due_on for row in rows}


def respond_by(request: RequestRow, due: Mapping[str, date]) -> date | None:
    """Return the present date of the response that a request was worked back from, or of what has taken its place."""
    kinds = (*OF_THE_RESPONSE, request.response_clock)
    return next((due[kind] for kind in kinds if kind is not None and kind in due), None)


async def attached(session: AsyncSession, complaint_id: UUID, file_ids: Collection[UUID]) -> int:
    """Return how many of some files are on a complaint."""
    found = await session.scalar(
        select(func.count()).where(
            CaseFile.complaint_id == complaint_id, CaseFile.attached, CaseFile.id.in_(list(file_ids))
        )
    )
    return found or 0


async def lines_of(session: AsyncSession, complaint_id: UUID) -> list[Line]:
    """Return the requests of a complaint, oldest first."""
    rows = await session.execute(
        _lines().where(RequestRow.complaint_id == complaint_id).order_by(RequestRow.raised_at, RequestRow.id)
    )
    return [Line(request=row[0], reference=row[1], person=row[2], unit=row[3]) for row in rows]


async def answers_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[RequestAnswer, str | None, str | None]]:
    """Return every answer to a complaint's requests by round, with the names of who recorded and who reviewed it."""
    recorder, reviewer = aliased(Person), aliased(Person)
    rows = await session.execute(
        select(RequestAnswer, recorder.name, reviewer.name)
        .outerjoin(recorder, recorder.id == RequestAnswer.recorded_by)
        .outerjoin(reviewer, reviewer.id == RequestAnswer.reviewed_by)
        .where(RequestAnswer.complaint_id == complaint_id)
        .order_by(RequestAnswer.request_id, RequestAnswer.round)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def issues_asked_about(session: AsyncSession, complaint_id: UUID) -> Sequence[RequestIssue]:
    """Return which issues the requests of a complaint are about."""
    return (await session.scalars(select(RequestIssue).where(RequestIssue.complaint_id == complaint_id))).all()


async def files_given(session: AsyncSession, complaint_id: UUID) -> Sequence[RequestFile]:
    """Return which files the answers to a complaint's requests are made of."""
    return (await session.scalars(select(RequestFile).where(RequestFile.complaint_id == complaint_id))).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which requests are wanted: of some people by name and of the units they lead, or everybody's; open or not."""

    organisation_id: UUID
    people: tuple[UUID, ...] | None = None
    units: tuple[UUID, ...] = ()
    open: bool | None = True


async def asked_of(
    session: AsyncSession, person_id: UUID | None, on: date
) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """Return whose requests are a person's to answer on a day: their own, of those they cover, of units they lead."""
    if person_id is None:
        return (), ()
    own = (person_id, *await people.covered_by(session, person_id, on))
    led = await session.scalars(
        select(Appointment.unit_id).where(
            Appointment.person_id.in_(own),
            Appointment.role.in_(_LEADS),
            Appointment.unit_id.is_not(None),
            people.in_force(on),
        )
    )
    return own, tuple(dict.fromkeys(each for each in led if each is not None))


async def worklist(session: AsyncSession, wanted: Wanted, *, after: After | None, limit: int) -> list[Line]:
    """Return at most `limit` requests after a key, those first that are due first."""
    whose: ColumnElement[bool] = true()
    if wanted.people is not None:
        of_unit = and_(RequestRow.person_id.is_(None), RequestRow.unit_id.in_(wanted.units))
        whose = or_(RequestRow.person_id.in_(wanted.people), of_unit)
    query = _lines().where(RequestRow.organisation_id == wanted.organisation_id, whose)
    if wanted.open is not None:
        query = query.where((RequestRow.state == "open") if wanted.open else (RequestRow.state != "open"))
    rows = await session.execute(
        query.where(beyond(RequestRow.due_on, RequestRow.id, after))
        .order_by(RequestRow.due_on, RequestRow.id)
        .limit(limit)
    )
    return [Line(request=row[0], reference=row[1], person=row[2], unit=row[3]) for row in rows]


def _lines() -> Any:
    return (
        select(RequestRow, Complaint.reference, Person.name, Unit.name)
        .join(Complaint, Complaint.id == RequestRow.complaint_id)
        .outerjoin(Person, Person.id == RequestRow.person_id)
        .outerjoin(Unit, Unit.id == RequestRow.unit_id)
    )
