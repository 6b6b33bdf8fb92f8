"""SQL of the worklist: complaints by what comes next or by day of receipt, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, exists, func, literal_column, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models.clock import ClockRow
from db.models.complaint import Complaint, ComplaintWords
from db.models.office import Unit
from db.models.organisation import Person
from db.queries import whose
from db.queries.clocks import overdue_at
from db.queries.keyset import After
from db.queries.people import covered

Sort = Literal["nextEvent", "receivedOn"]
# As the indexes have it: what has no next event comes last.
_NEVER: ColumnElement[datetime] = literal_column("'infinity'::timestamptz")

# A plan that does not know for whom it is made cannot know how much there is.
_AS_ASKED: Final = text("select set_config('plan_cache_mode', 'force_custom_plan', true)")
# How much is somebody's can only be guessed: where the guess is too little, all of it would be gathered and sorted.
# Read in the order of an index, a page ends as soon as it is full.
_IN_ORDER: Final = text(
    "select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_sort', 'off', true)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a worklist is narrowed to; None leaves a question open. `on` and `due_before` are local dates."""

    organisation_id: UUID
    now: datetime
    on: date
    stage: str | None = None
    owner_id: UUID | None = None
    unassigned: bool = False
    covered_by: UUID | None = None
    team_id: UUID | None = None
    division_id: UUID | None = None
    waiting_on: str | None = None
    reference: str | None = None
    open: bool | None = None
    overdue: bool | None = None
    needs_attention: bool | None = None
    severity: str | None = None
    due_before: date | None = None

    @property
    def of_somebody(self) -> bool:
        """Say whether it is narrowed to a person's, a team's or a division's, or to what is nobody's."""
        return self.unassigned or any((self.owner_id, self.team_id, self.division_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a worklist. `due_at` is the earliest end of a running clock."""

    complaint: Complaint
    summary: str | None
    owner_name: str | None
    overdue: bool
    due_at: datetime | None
    team: Unit | None = None
    division: Unit | None = None


async def worklist(
    session: AsyncSession,
    wanted: Wanted,
    *,
    sort: Sort,
    after: After | None,
    limit: int,
) -> list[Line]:
    """Return at most `limit` lines after a key."""
    in_order = sort == "nextEvent" and wanted.of_somebody and wanted.reference is None
    await session.execute(_IN_ORDER if in_order else _AS_ASKED)
    key: Any = func.coalesce(Complaint.next_event_at, _NEVER) if sort == "nextEvent" else Complaint.received_on
    query = select(Complaint.id, key.label("key")).where(*conditions(wanted))
    if after is not None:
        end = _NEVER if after.value is None else after.value
        query = query.where(tuple_(key, Complaint.id) > tuple_(end, after.id))
    page = query.order_by(key, Complaint.id).limit(limit).subquery("page")
    return await lines_of(session, page, wanted.now, page.c.key, page.c.id)


async def lines_of(session: AsyncSession, page: Subquery, now: datetime, *order: ColumnElement[Any]) -> list[Line]:
    """Return the lines of the complaints whose `id` a page holds."""
    due_at = (
        select(func.min(ClockRow.due_at))
        .where(ClockRow.complaint_id == Complaint.id, ClockRow.state == "running")
        .scalar_subquery()
    )
    late = exists().where(ClockRow.complaint_id == Complaint.id, overdue_at(now))
    team, division = aliased(Unit), aliased(Unit)
    query = (
        select(Complaint, ComplaintWords.summary, Person.name, late, due_at, team, division)
        .join(page, page.c.id == Complaint.id)
        .outerjoin(ComplaintWords, ComplaintWords.complaint_id == Complaint.id)
        .outerjoin(Person, Person.id == Complaint.owner_id)
        .outerjoin(team, team.id == Complaint.team_id)
        .outerjoin(division, division.id == Complaint.division_id)
        .order_by(*order)
    )
    return [
        Line(
            complaint=row[0],
            summary=row[1],
            owner_name=row[2],
            overdue=row[3],
            due_at=row[4],
            team=row[5],
            division=row[6],
        )
        for row in await session.execute(query)
    ]


def conditions(wanted: Wanted, *, own: bool = True) -> list[ColumnElement[bool]]:
    """Return what a complaint must meet; with `own`, that it is the organisation's own too."""
    found: list[ColumnElement[bool]] = [Complaint.organisation_id == wanted.organisation_id] if own else []
    for column, value in (
        (Complaint.stage, wanted.stage),
        (Complaint.owner_id, wanted.owner_id),
        (Complaint.waiting_on, wanted.waiting_on),
        (Complaint.reference, wanted.reference),
        (Complaint.open, wanted.open),
        (Complaint.severity, wanted.severity),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.needs_attention is not None:
        needs = Complaint.attention.is_not(None)
        found.append(needs if wanted.needs_attention else ~needs)
    return [*found, *_whose(wanted), *_timely(wanted)]


def _whose(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.unassigned:
        found.append(Complaint.owner_id.is_(None))
    if wanted.covered_by is not None:
        found.append(Complaint.owner_id.in_(covered(wanted.covered_by, wanted.on)))
    if wanted.team_id is not None:
        found.append(whose.of_team(wanted.team_id, wanted.on))
    if wanted.division_id is not None:
        found.append(whose.of_division(wanted.division_id, wanted.on))
    return found


def _timely(wanted: Wanted) -> list[ColumnElement[bool]]:
    mine = ClockRow.organisation_id == wanted.organisation_id
    found: list[ColumnElement[bool]] = []
    if wanted.overdue is not None:
        late = Complaint.id.in_(select(ClockRow.complaint_id).where(mine, overdue_at(wanted.now)))
        # The end of a complaint stops every clock of it.
        found += [late, Complaint.open.is_(True)] if wanted.overdue else [~late]
    if wanted.due_before is not None:
        soon = select(ClockRow.complaint_id).where(
            mine, ClockRow.state == "running", ClockRow.due_on < wanted.due_before
        )
        found.append(Complaint.id.in_(soon))
    return found
