"""SQL of the caseload: how many open cases each person has, and how many of those press."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models.clock import ClockRow
from db.models.complaint import Complaint
from db.models.office import Absence, Unit
from db.models.organisation import Appointment, Person
from db.models.work import Notice
from db.queries.people import in_force
from db.queries.whose import members

SOON: Final = timedelta(days=7)
# Those who hold one of these are shown though they have no case.
_HANDLING: Final = ("handler", "investigator", "member", "team_lead", "complaints_manager")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one person has; of the queue, what nobody has. `cover` stands in while the person is away."""

    person: Person | None
    open_cases: int
    overdue: int
    due_soon: int
    drafts: int
    absent_until: date | None = None
    cover: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose caseload is wanted: everybody's, or that of some people and of those in some divisions and teams."""

    organisation_id: UUID
    now: datetime
    on: date
    everybody: bool = False
    people: Collection[UUID] = ()
    units: Collection[UUID] = ()
    team_id: UUID | None = None
    division_id: UUID | None = None


async def caseload(session: AsyncSession, scope: Scope) -> list[Load]:
    """Return the caseload of each person by name, in one statement. Nobody is ranked."""
    load, cover = _load(scope), aliased(Person)
    query = (
        select(Person, load.c.open_cases, load.c.overdue, load.c.soon, load.c.drafts, Absence.ends_on, cover)
        .outerjoin(load, load.c.owner_id == Person.id)
        .outerjoin(Absence, _away(scope.on))
        .outerjoin(cover, cover.id == Absence.cover_id)
        .where(*_wanted(scope, load))
        .order_by(Person.name, Person.id, Absence.ends_on.desc())
    )
    found: dict[UUID, Load] = {}
    for row in await session.execute(query):
        found.setdefault(row[0].id, _line(row))
    return list(found.values())


async def queue(session: AsyncSession, scope: Scope) -> Load:
    """Return what lies in the unassigned queue, of a team or division where one is named."""
    load = _load(scope)
    row = (await session.execute(select(load).where(load.c.owner_id.is_(None)))).first()
    counted = (0, 0, 0, 0) if row is None else (row.open_cases, row.overdue, row.soon, row.drafts)
    return Load(person=None, open_cases=counted[0], overdue=counted[1], due_soon=counted[2], drafts=counted[3])


def _line(row: Any) -> Load:
    return Load(
        person=row[0],
        open_cases=row[1] or 0,
        overdue=row[2] or 0,
        due_soon=row[3] or 0,
        drafts=row[4] or 0,
        absent_until=row[5],
        cover=row[6],
    )


def _load(scope: Scope) -> CTE:
    """Return the counts of open cases by owner; those of nobody stand under null."""
    clocks = (
        select(
            ClockRow.complaint_id,
            func.bool_or(and_(ClockRow.effect == "statutory", ClockRow.due_at <= scope.now)).label("late"),
            func.bool_or(and_(ClockRow.due_at > scope.now, ClockRow.due_at <= scope.now + SOON)).label("soon"),
        )
        .where(ClockRow.organisation_id == scope.organisation_id, ClockRow.state == "running")
        .group_by(ClockRow.complaint_id)
        .cte("clocks")
    )
    drafts = (
        select(Notice.complaint_id, func.count().label("drafts"))
        .where(Notice.organisation_id == scope.organisation_id, Notice.state == "draft")
        .group_by(Notice.complaint_id)
        .cte("drafts")
    )
    return (
        select(
            Complaint.owner_id,
            func.count().label("open_cases"),
            func.count().filter(clocks.c.late).label("overdue"),
            func.count().filter(clocks.c.soon).label("soon"),
            func.coalesce(func.sum(drafts.c.drafts), 0).label("drafts"),
        )
        .outerjoin(clocks, clocks.c.complaint_id == Complaint.id)
        .outerjoin(drafts, drafts.c.complaint_id == Complaint.id)
        .where(Complaint.organisation_id == scope.organisation_id, Complaint.open, _queue_of(scope))
        .group_by(Complaint.owner_id)
        .cte("load")
    )


def _queue_of(scope: Scope) -> ColumnElement[bool]:
    """Narrow what nobody owns to a team or division; what somebody owns is counted wherever it lies."""
    owned = Complaint.owner_id.is_not(None)
    if scope.team_id is not None:
        return or_(owned, Complaint.team_id == scope.team_id)
    if scope.division_id is not None:
        teams = select(Unit.id).where(Unit.division_id == scope.division_id)
        return or_(owned, Complaint.division_id == scope.division_id, Complaint.team_id.in_(teams))
    return true()


def _away(on: date) -> ColumnElement[bool]:
    return and_(Absence.person_id == Person.id, Absence.starts_on <= on, Absence.ends_on >= on, ~Absence.cancelled)


def _wanted(scope: Scope, load: CTE) -> list[ColumnElement[bool]]:
    handling = select(Appointment.person_id).where(Appointment.role.in_(_HANDLING), in_force(scope.on))
    found: list[ColumnElement[bool]] = [
        Person.organisation_id == scope.organisation_id,
        or_(load.c.open_cases > 0, and_(Person.active, Person.id.in_(handling))),
    ]
    if not scope.everybody:
        led = _in_units(select(Unit.id).where(or_(Unit.id.in_(scope.units), Unit.division_id.in_(scope.units))), scope)
        found.append(or_(Person.id.in_(scope.people), led))
    if scope.team_id is not None:
        found.append(_in_units([scope.team_id], scope))
    if scope.division_id is not None:
        own = or_(Unit.id == scope.division_id, Unit.division_id == scope.division_id)
        found.append(_in_units(select(Unit.id).where(own), scope))
    return found


def _in_units(units: Select[UUID] | list[UUID], scope: Scope) -> ColumnElement[bool]:
    return Person.id.in_(members(units, scope.on))
