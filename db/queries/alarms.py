"""SQL of alarms: how often a clock was missed, whose division a case is, and what comes up again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text, union
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.alarms import Recurrence
from db.models.casework import Issue
from db.models.clock import ClockRow, ClockVersion
from db.models.coding import CodedSubject, Coding
from db.models.complaint import Complaint
from db.models.office import Unit
from db.queries.whose import units_of

_LOCK: Final = text("select pg_advisory_xact_lock(hashtextextended(:what, 0))")
# A sub-subject is of its subject; a ward, or a service, of its site.
_theme = func.concat_ws(".", CodedSubject.subject, CodedSubject.sub_subject)
_place = func.concat_ws(".", Coding.site, func.coalesce(Coding.ward, Coding.service_area))
_placed = or_(Coding.ward.is_not(None), Coding.service_area.is_not(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """A complaint with the same code, and the day of its receipt."""

    complaint_id: UUID
    received_on: date


async def times_missed(session: AsyncSession, complaint_id: UUID, kind: str) -> int:
    """Count how often a clock of a kind was missed in a complaint, every generation and subject of it."""
    query = (
        select(func.count())
        .select_from(ClockVersion)
        .join(ClockRow, ClockRow.id == ClockVersion.clock_id)
        .where(ClockVersion.complaint_id == complaint_id, ClockRow.kind == kind, ClockVersion.breached_at.is_not(None))
    )
    return int(await session.scalar(query) or 0)


async def division_of(session: AsyncSession, complaint: Complaint) -> UUID | None:
    """Return the division whose a complaint is, by itself or by its team."""
    if complaint.division_id is not None or complaint.team_id is None:
        return complaint.division_id
    found: UUID | None = await session.scalar(select(Unit.division_id).where(Unit.id == complaint.team_id))
    return found


async def units_over(session: AsyncSession, complaint: Complaint, on: date) -> list[UUID]:
    """Return the division and the team whose a complaint is: named, or else those of its owner; with what is above."""
    named = [each for each in (complaint.division_id, complaint.team_id) if each is not None]
    if not named and complaint.owner_id is not None:
        named = await units_of(session, complaint.owner_id, on)
    if not named:
        return []
    above = await session.scalars(select(Unit.division_id).where(Unit.id.in_(named), Unit.division_id.is_not(None)))
    return list(dict.fromkeys([*named, *(each for each in above if each is not None)]))


async def hold_count(session: AsyncSession, organisation_id: UUID, *codes: str) -> None:
    """Let one act at a time count what has the same codes in an organisation, until its transaction has ended."""
    await session.execute(_LOCK, {"what": "/".join(("recurrence", str(organisation_id), *codes))})


async def themes_of(session: AsyncSession, complaint_id: UUID) -> list[str]:
    """Return what a complaint and its issues are about, each theme once, as it is compared with others."""
    coded = select(_theme.label("theme")).where(
        CodedSubject.complaint_id == complaint_id, CodedSubject.replaced_by.is_(None)
    )
    asked = select(Issue.subject.label("theme")).where(
        Issue.complaint_id == complaint_id, Issue.subject.is_not(None), Issue.state != "taken_back"
    )
    return sorted(await session.scalars(union(coded, asked)))


async def place_of(session: AsyncSession, complaint_id: UUID) -> str | None:
    """Return where it happened, as it is compared with others: the ward, else the service. A site alone is no place."""
    found: str | None = await session.scalar(select(_place).where(Coding.complaint_id == complaint_id, _placed))
    return found


async def same(
    session: AsyncSession, organisation_id: UUID, first: date, last: date, theme: str | None, place: str | None
) -> Sequence[Same]:
    """Return an organisation's complaints received in a window that have a theme, a place or both.

    One taken up again counts once; one that another body shares with us is not ours.
    """
    query = (
        select(Complaint.id, Complaint.received_on)
        .where(
            Complaint.organisation_id == organisation_id,
            Complaint.received_on.between(first, last),
            Complaint.matter == "complaint",
            Complaint.reopened_from.is_(None),
            Complaint.stage != "opened_in_error",
            *_with(theme, place),
        )
        .order_by(Complaint.received_on, Complaint.id)
    )
    return [Same(complaint_id=row[0], received_on=row[1]) for row in await session.execute(query)]


def _with(theme: str | None, place: str | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if theme is not None:
        coded = select(CodedSubject.complaint_id).where(CodedSubject.replaced_by.is_(None), _theme == theme)
        asked = select(Issue.complaint_id).where(Issue.subject == theme, Issue.state != "taken_back")
        found.append(or_(Complaint.id.in_(coded), Complaint.id.in_(asked)))
    if place is not None:
        found.append(Complaint.id.in_(select(Coding.complaint_id).where(_placed, _place == place)))
    return found


async def last_found(
    session: AsyncSession, organisation_id: UUID, kind: str, theme: str | None, place: str | None
) -> Recurrence | None:
    """Return what was found last of these codes."""
    found: Recurrence | None = await session.scalar(
        select(Recurrence)
        .where(
            Recurrence.organisation_id == organisation_id,
            Recurrence.kind == kind,
            Recurrence.theme.is_not_distinct_from(theme),
            Recurrence.place.is_not_distinct_from(place),
        )
        .order_by(Recurrence.number.desc())
        .limit(1)
    )
    return found


async def tipped(session: AsyncSession, complaint_id: UUID) -> bool:
    """Say whether something was found to recur with this very complaint."""
    query = select(Recurrence.id).where(Recurrence.complaint_id == complaint_id).limit(1)
    return await session.scalar(query) is not None
