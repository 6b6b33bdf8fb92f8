"""SQL of the digest of seniors: compiled from the single breaches that wait for one, and read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from statistics import median
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.alarms import DigestItem, SeniorDigest
from db.models.complaint import Complaint
from db.models.escalation import Escalation
from db.models.office import Unit
from db.models.proceeding import Proceeding

NOBODYS: Final = "none"  # of no division
_ORGANISATIONS: Final = text("""
    select organisation_id from sweep_organisation
    where cast(:after as uuid) is null or organisation_id > :after order by organisation_id limit :limit
""")
_HOLD: Final = text("select pg_advisory_xact_lock(hashtextextended(:what, 0))")


async def organisations(session: AsyncSession, after: UUID | None, limit: int) -> list[UUID]:
    """Return organisations in the order of their ids, a page at a time; asked by the sweeper."""
    rows = await session.execute(_ORGANISATIONS, {"after": after, "limit": limit})
    return [row[0] for row in rows]


async def hold(session: AsyncSession, organisation_id: UUID) -> None:
    """Let one transaction at a time compile the digests of an organisation."""
    await session.execute(_HOLD, {"what": f"senior_digest/{organisation_id}"})


async def last_week(session: AsyncSession, organisation_id: UUID) -> date | None:
    """Return the Monday of the last week that there is a digest of."""
    found: date | None = await session.scalar(
        select(func.max(SeniorDigest.week_on)).where(SeniorDigest.organisation_id == organisation_id)
    )
    return found


async def waiting(session: AsyncSession, organisation_id: UUID, before: datetime) -> list[DigestItem]:
    """Return every breach from before an instant that is in no digest yet, and hold on to them.

    So what was written down late is in the next one, and nothing is in none.
    """
    rows = await session.scalars(
        select(DigestItem)
        .where(
            DigestItem.organisation_id == organisation_id,
            DigestItem.digest_id.is_(None),
            DigestItem.breached_at < before,
        )
        .with_for_update()
    )
    return list(rows)


def of_breaches(taken: Sequence[DigestItem]) -> dict[str, Any]:
    """Count breaches by clock and by division."""
    return {
        "total": len(taken),
        "byClock": dict(sorted(Counter(item.clock for item in taken).items())),
        "byDivision": dict(sorted(Counter(str(item.unit_id or NOBODYS) for item in taken).items())),
    }


async def of_escalations(
    session: AsyncSession, organisation_id: UUID, first: datetime, end: datetime
) -> dict[str, Any]:
    """Count what a stretch of time brought in escalations, and who was still asked at its end."""
    rows = await session.execute(
        select(Escalation.cause, Escalation.raised_at, Escalation.acknowledged_at, Escalation.minutes_to_acknowledge,
               Proceeding.ended_on)
        .join(Proceeding, Proceeding.id == Escalation.id)
        .where(Escalation.organisation_id == organisation_id, Escalation.raised_at < end,
               (Escalation.raised_at >= first) | (Escalation.acknowledged_at >= first)
               | (Escalation.acknowledged_at.is_(None) & Proceeding.ended_on.is_(None)))
    )  # fmt: skip
    known = list(rows)
    opened = [row for row in known if row.raised_at >= first]
    minutes = [
        row.minutes_to_acknowledge
        for row in known
        if row.acknowledged_at is not None and first <= row.acknowledged_at < end
    ]
    asking = [row for row in known if (row.acknowledged_at or end) >= end and row.ended_on is None]
    return {
        "opened": len(opened),
        "byCause": dict(sorted(Counter(row.cause for row in opened).items())),
        "acknowledged": len(minutes),
        "minutesMedian": round(median(minutes)) if minutes else None,
        "stillAsking": len(asking),
    }


async def find(session: AsyncSession, organisation_id: UUID, week_on: date) -> SeniorDigest | None:
    """Return the digest of a week."""
    found: SeniorDigest | None = await session.scalar(
        select(SeniorDigest).where(SeniorDigest.organisation_id == organisation_id, SeniorDigest.week_on == week_on)
    )
    return found


async def listed(session: AsyncSession, organisation_id: UUID, limit: int, before: date | None) -> list[SeniorDigest]:
    """Return the digests of an organisation, the latest first, those before a week where one is named."""
    query = select(SeniorDigest).where(SeniorDigest.organisation_id == organisation_id)
    if before is not None:
        query = query.where(SeniorDigest.week_on < before)
    return list(await session.scalars(query.order_by(SeniorDigest.week_on.desc()).limit(limit)))


async def items(session: AsyncSession, digest_id: UUID, limit: int) -> list[tuple[DigestItem, str, str | None]]:
    """Return the breaches of a digest, each with the reference of its complaint and the name of its division."""
    rows = await session.execute(
        select(DigestItem, Complaint.reference, Unit.name)
        .join(Complaint, Complaint.id == DigestItem.complaint_id)
        .outerjoin(Unit, Unit.id == DigestItem.unit_id)
        .where(DigestItem.digest_id == digest_id)
        .order_by(DigestItem.due_on, DigestItem.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]
