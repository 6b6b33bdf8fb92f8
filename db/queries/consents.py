"""SQL of consents: those of a complaint, oldest first, and the one that a newer one takes the place of."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.consent import Consent
from db.models.organisation import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A consent with the name of who wrote it down."""

    consent: Consent
    said_by: str | None


async def next_number(session: AsyncSession, complaint_id: UUID) -> int:
    """Return the number of the next consent; the complaint's row is locked by whoever asks."""
    last = await session.scalar(select(func.max(Consent.number)).where(Consent.complaint_id == complaint_id))
    return (last or 0) + 1


async def consents_of(session: AsyncSession, complaint_id: UUID) -> list[Consent]:
    """Return all consents of a complaint by number."""
    found = await session.scalars(select(Consent).where(Consent.complaint_id == complaint_id).order_by(Consent.number))
    return list(found)


async def lines_of(session: AsyncSession, complaint_id: UUID) -> list[Line]:
    """Return all consents of a complaint by number, each with the name of who wrote it down."""
    rows = await session.execute(
        select(Consent, Person.name)
        .outerjoin(Person, Person.id == Consent.said_by)
        .where(Consent.complaint_id == complaint_id)
        .order_by(Consent.number)
    )
    return [Line(consent=row[0], said_by=row[1]) for row in rows]


async def taken_back(session: AsyncSession, complaint_id: UUID) -> set[UUID]:
    """Return the parties of a complaint of whom the last thing said is that they may not be told any more."""
    last = {each.recipient_id: each for each in await consents_of(session, complaint_id)}
    return {whose for whose, each in last.items() if whose is not None and each.withdrawn_on is not None}
