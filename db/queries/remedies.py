"""SQL of remedies: as they stand, each step to there, and comparable sums of the same organisation."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.links import ComplaintLink
from db.models.organisation import Person
from db.models.remedies import Remedy, RemedyStep

# States in which the organisation stands by a remedy, and so by its sum.
_STOOD_BY: Final = ("approved", "offered", "accepted", "declined", "paid")
_TO_BE_PAID: Final = ("approved", "offered", "accepted", "paid")


async def remedies_of(session: AsyncSession, complaint_id: UUID) -> list[Remedy]:
    """Return a complaint's remedies in the order in which they were proposed."""
    rows = await session.scalars(
        select(Remedy).where(Remedy.complaint_id == complaint_id).order_by(Remedy.proposed_at, Remedy.act_id)
    )
    return list(rows)


async def steps_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[RemedyStep, str | None]]:
    """Return every step of a complaint's remedies, of each the first one first, with who took it."""
    rows = await session.execute(
        select(RemedyStep, Person.name)
        .outerjoin(Person, Person.id == RemedyStep.said_by)
        .where(RemedyStep.complaint_id == complaint_id)
        .order_by(RemedyStep.remedy_id, RemedyStep.number)
    )
    return [(row[0], row[1]) for row in rows]


async def last_step(session: AsyncSession, remedy_id: UUID) -> RemedyStep | None:
    """Return the latest step of a remedy; None before it is proposed."""
    found: RemedyStep | None = await session.scalar(
        select(RemedyStep).where(RemedyStep.remedy_id == remedy_id).order_by(RemedyStep.number.desc()).limit(1)
    )
    return found


async def only_proposed(session: AsyncSession, complaint_id: UUID) -> bool:
    """Say whether a remedy of a complaint still waits for a decision."""
    found = await session.scalar(
        select(Remedy.id).where(Remedy.complaint_id == complaint_id, Remedy.state == "proposed").limit(1)
    )
    return found is not None


async def approved_sum(session: AsyncSession, complaint_id: UUID, *, but: UUID) -> Decimal:
    """Return the sum of all payments that are approved on a complaint, leaving out one remedy."""
    sums = func.coalesce(Remedy.financial_loss, 0) + func.coalesce(Remedy.injustice_amount, 0)
    found = await session.scalar(
        select(func.coalesce(func.sum(sums), 0)).where(
            Remedy.complaint_id == complaint_id, Remedy.id != but, Remedy.state.in_(_TO_BE_PAID)
        )
    )
    return Decimal(found or 0)


async def sums_of_level(session: AsyncSession, remedy: Remedy) -> list[Decimal]:
    """Return the payments for injustice of one level that the organisation stood by in its other complaints."""
    return await _sums(session, remedy, Remedy.severity_level == remedy.severity_level)


async def sums_of_group(session: AsyncSession, remedy: Remedy, complaints: Sequence[UUID]) -> list[Decimal]:
    """Return the payments for injustice that the organisation stood by in some complaints."""
    return await _sums(session, remedy, Remedy.complaint_id.in_(complaints)) if complaints else []


async def _sums(session: AsyncSession, remedy: Remedy, like: ColumnElement[bool]) -> list[Decimal]:
    rows = await session.scalars(
        select(Remedy.injustice_amount).where(
            Remedy.organisation_id == remedy.organisation_id,
            Remedy.complaint_id != remedy.complaint_id,
            Remedy.injustice_amount.is_not(None),
            Remedy.state.in_(_STOOD_BY),
            like,
        )
    )
    return [amount for amount in rows if amount is not None]


async def common_cause_of(session: AsyncSession, complaint_id: UUID) -> list[UUID]:
    """Return the other complaints that have a common cause with one, by whatever way they were linked."""
    link = ComplaintLink
    codes = select(link.group_code).where(
        or_(link.complaint_id == complaint_id, link.other_id == complaint_id),
        link.kind == "common_cause",
        link.removed_at.is_(None),
    )
    rows = await session.execute(
        select(link.complaint_id, link.other_id).where(
            link.group_code.in_(codes), link.kind == "common_cause", link.removed_at.is_(None)
        )
    )
    return sorted({each for row in rows for each in row} - {complaint_id})
