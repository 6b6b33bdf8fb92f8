"""SQL of mistakes put right and of the contact log, and of what on record a correction may not contradict."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models.act import CaseEvent
from db.models.clock import ClockVersion
from db.models.complaint import Complaint
from db.models.correction import Contact, CorrectionRow
from db.models.organisation import Person

AWAITING: Final = "awaiting_approval"

# Events that hold local days on which people did something, and under which names.
_DAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "complaint.acknowledged": ("made_on",),
    "discussion.recorded": ("recorded_on",),
    "update.given": ("given_on",),
    "period.extended": ("agreed_on",),
    "complaint.withdrawn": ("withdrawn_on",),
    "complaint.exempt": ("resolved_on",),
    "complaint.not_accepted": ("decided_on",),
    "resolution.recorded": ("resolved_on",),
    "issues.confirmed": ("confirmed_on",),
    "plan.shared": ("shared_with_person_on", "shared_with_staff_on"),
    "views.commented": ("received_on",),
    "death.recorded": ("known_on",),
    # What has no clock that it met is on record here alone.
    "complaint.imported": ("acknowledged_on", "period_set_on", "last_update_on", "responded_on", "ended_on"),
}
_LONGEST_LINE: Final = 100


async def awaits_approval(session: AsyncSession, complaint_id: UUID, what: str) -> bool:
    """Say whether a correction of this kind awaits approval."""
    found = await session.scalar(
        select(CorrectionRow.id).where(
            CorrectionRow.complaint_id == complaint_id, CorrectionRow.what == what, CorrectionRow.state == AWAITING
        )
    )
    return found is not None


async def is_reported(session: AsyncSession, complaint_id: UUID, notice_id: UUID) -> bool:
    """Say whether it has been recorded already that a notice went to the wrong recipient."""
    found = await session.scalar(
        select(CorrectionRow.id).where(
            CorrectionRow.complaint_id == complaint_id,
            CorrectionRow.what == "misdirected_letter",
            CorrectionRow.said["notice_id"].astext == str(notice_id),
        )
    )
    return found is not None


async def days_on_record(session: AsyncSession, complaint_id: UUID) -> list[date]:
    """Return the local days on which something was done about a complaint, or agreed: none precedes receipt."""
    found: list[date] = []
    versions = await session.execute(
        select(ClockVersion.met_on, ClockVersion.agreed_on).where(ClockVersion.complaint_id == complaint_id)
    )
    found += [day for row in versions for day in row if day is not None]
    events = await session.execute(
        select(CaseEvent.kind, CaseEvent.data).where(CaseEvent.complaint_id == complaint_id, CaseEvent.kind.in_(_DAYS))
    )
    said = [json.loads(data).get(name) for kind, data in events for name in _DAYS[kind]]
    return found + [date.fromisoformat(day) for day in said if day]


async def last_converted_at(session: AsyncSession, complaint_id: UUID) -> datetime | None:
    """Return when it was said that a concern is a complaint; None for what was logged as one."""
    at_us = await session.scalar(
        select(func.max(CaseEvent.at_us)).where(
            CaseEvent.complaint_id == complaint_id, CaseEvent.kind == "matter.converted"
        )
    )
    return None if at_us is None else datetime.fromtimestamp(at_us // 1_000_000, UTC)


async def line_of(session: AsyncSession, complaint_id: UUID | None) -> list[UUID]:
    """Return the complaints from which one was reopened, itself first, then back and back."""
    line: list[UUID] = []
    while complaint_id is not None and complaint_id not in line and len(line) < _LONGEST_LINE:
        line.append(complaint_id)
        complaint_id = await session.scalar(select(Complaint.reopened_from).where(Complaint.id == complaint_id))
    return line


async def reopened_as(session: AsyncSession, complaint_id: UUID) -> UUID | None:
    """Return the complaint that reopens another, if there is one."""
    found: UUID | None = await session.scalar(select(Complaint.id).where(Complaint.reopened_from == complaint_id))
    return found


async def corrections_of(
    session: AsyncSession, complaint_id: UUID
) -> list[tuple[CorrectionRow, str | None, str | None]]:
    """Return a complaint's corrections, oldest first, each with the names of who asked and who decided."""
    asker, decider = aliased(Person), aliased(Person)
    rows = await session.execute(
        select(CorrectionRow, asker.name, decider.name)
        .outerjoin(asker, asker.id == CorrectionRow.asked_by)
        .outerjoin(decider, decider.id == CorrectionRow.decided_by)
        .where(CorrectionRow.complaint_id == complaint_id)
        .order_by(CorrectionRow.asked_at, CorrectionRow.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def contacts_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[Contact, str | None]]:
    """Return a complaint's contacts, in the order they happened, each with its author's name."""
    rows = await session.execute(
        select(Contact, Person.name)
        .outerjoin(Person, Person.id == Contact.author_id)
        .where(Contact.complaint_id == complaint_id)
        .order_by(Contact.happened_at, Contact.id)
    )
    return [(row[0], row[1]) for row in rows]
