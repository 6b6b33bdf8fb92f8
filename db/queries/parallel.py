"""SQL of investigations beside a complaint, and of the issues that are on hold for them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.casework import Issue
from db.models.organisation import Person
from db.models.parallel import (
    HeldIssue,
    HoldReview,
    IssueHold,
    ParallelInvestigation,
    ParallelIssue,
    ParallelUpdate,
)


async def investigations_of(
    session: AsyncSession, complaint_id: UUID
) -> list[tuple[ParallelInvestigation, str | None]]:
    """Return the investigations beside a complaint, oldest first, each with the name of who put it on record."""
    rows = await session.execute(
        select(ParallelInvestigation, Person.name)
        .outerjoin(Person, Person.id == ParallelInvestigation.opened_by)
        .where(ParallelInvestigation.complaint_id == complaint_id)
        .order_by(ParallelInvestigation.opened_at, ParallelInvestigation.id)
    )
    return [(row[0], row[1]) for row in rows]


async def updates_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[ParallelUpdate, str | None]]:
    """Return what became known of the investigations beside a complaint, oldest first, each with its author's name."""
    rows = await session.execute(
        select(ParallelUpdate, Person.name)
        .outerjoin(Person, Person.id == ParallelUpdate.author_id)
        .where(ParallelUpdate.complaint_id == complaint_id)
        .order_by(ParallelUpdate.said_at, ParallelUpdate.id)
    )
    return [(row[0], row[1]) for row in rows]


async def issues_beside(session: AsyncSession, complaint_id: UUID) -> Sequence[ParallelIssue]:
    """Return which issues the investigations beside a complaint are about."""
    return (await session.scalars(select(ParallelIssue).where(ParallelIssue.complaint_id == complaint_id))).all()


async def holds_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[IssueHold, str | None]]:
    """Return a complaint's holds, oldest first, each with the name of who decided."""
    rows = await session.execute(
        select(IssueHold, Person.name)
        .outerjoin(Person, Person.id == IssueHold.decided_by)
        .where(IssueHold.complaint_id == complaint_id)
        .order_by(IssueHold.decided_on, IssueHold.id)
    )
    return [(row[0], row[1]) for row in rows]


async def holds_in_force(session: AsyncSession, complaint_id: UUID) -> list[IssueHold]:
    """Return the holds of a complaint that are in force."""
    found = await session.scalars(
        select(IssueHold)
        .where(IssueHold.complaint_id == complaint_id, IssueHold.state == "in_force")
        .order_by(IssueHold.decided_on, IssueHold.id)
    )
    return list(found)


async def held_issues(session: AsyncSession, complaint_id: UUID) -> Sequence[HeldIssue]:
    """Return which issues the holds of a complaint cover, or covered."""
    return (await session.scalars(select(HeldIssue).where(HeldIssue.complaint_id == complaint_id))).all()


async def held_elsewhere(session: AsyncSession, complaint_id: UUID, hold_id: UUID) -> set[UUID]:
    """Return the issues that another hold in force covers as well."""
    found = await session.scalars(
        select(HeldIssue.issue_id)
        .join(IssueHold, IssueHold.id == HeldIssue.hold_id)
        .where(IssueHold.complaint_id == complaint_id, IssueHold.state == "in_force", IssueHold.id != hold_id)
    )
    return set(found)


async def covered_by_hold(session: AsyncSession, hold_id: UUID) -> list[Issue]:
    """Return the issues that a hold covers, in the order of their numbers."""
    found = await session.scalars(
        select(Issue).join(HeldIssue, HeldIssue.issue_id == Issue.id).where(HeldIssue.hold_id == hold_id)
        .order_by(Issue.number)
    )  # fmt: skip
    return list(found)


async def reviews_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[HoldReview, str | None]]:
    """Return every review of a complaint's holds, oldest first, each with the name of who decided."""
    rows = await session.execute(
        select(HoldReview, Person.name)
        .outerjoin(Person, Person.id == HoldReview.decided_by)
        .where(HoldReview.complaint_id == complaint_id)
        .order_by(HoldReview.said_at, HoldReview.id)
    )
    return [(row[0], row[1]) for row in rows]
