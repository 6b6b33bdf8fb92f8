"""SQL of what other bodies submitted: its rounds, what became of them, actions, gaps, and which issues are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.act import CaseEvent
from db.models.joint import Contribution, ContributionIssue
from db.models.organisation import Person
from db.models.submissions import BodyAction, BodyAnswer, BodyFile, BodyGap, BodyReview, BodySubmission

_OWED = ("promised", "done")


async def rounds_of(session: AsyncSession, contribution_id: UUID) -> Sequence[BodySubmission]:
    """Return every round that a body submitted, the first one first."""
    query = select(BodySubmission).where(BodySubmission.contribution_id == contribution_id)
    return (await session.scalars(query.order_by(BodySubmission.round))).all()


async def last_round(session: AsyncSession, contribution_id: UUID) -> BodySubmission | None:
    """Return what a body submitted last."""
    rounds = await rounds_of(session, contribution_id)
    return rounds[-1] if rounds else None


async def answers_of(session: AsyncSession, contribution_id: UUID) -> Sequence[BodyAnswer]:
    """Return what a body answered in every round, by round and issue."""
    query = (
        select(BodyAnswer)
        .join(BodySubmission, BodySubmission.id == BodyAnswer.submission_id)
        .where(BodySubmission.contribution_id == contribution_id)
    )
    return (await session.scalars(query.order_by(BodySubmission.round, BodyAnswer.number))).all()


async def reviews_of(session: AsyncSession, contribution_id: UUID) -> dict[UUID, tuple[BodyReview, str | None]]:
    """Return what became of each round, with the name of who decided."""
    rows = await session.execute(
        select(BodyReview, Person.name)
        .join(BodySubmission, BodySubmission.id == BodyReview.submission_id)
        .outerjoin(Person, Person.id == BodyReview.decided_by)
        .where(BodySubmission.contribution_id == contribution_id)
    )
    return {row[0].submission_id: (row[0], row[1]) for row in rows}


async def is_reviewed(session: AsyncSession, submission_id: UUID) -> bool:
    """Say whether something became of a round already."""
    found = await session.scalar(select(BodyReview.id).where(BodyReview.submission_id == submission_id))
    return found is not None


async def approved_round(session: AsyncSession, contribution_id: UUID) -> BodySubmission | None:
    """Return the last round that was approved."""
    found: BodySubmission | None = await session.scalar(
        select(BodySubmission)
        .join(BodyReview, and_(BodyReview.submission_id == BodySubmission.id, BodyReview.result == "approved"))
        .where(BodySubmission.contribution_id == contribution_id)
        .order_by(BodySubmission.round.desc())
        .limit(1)
    )
    return found


async def actions_of(session: AsyncSession, contribution_id: UUID) -> Sequence[BodyAction]:
    """Return what a body promised to do, the first due first."""
    query = select(BodyAction).where(BodyAction.contribution_id == contribution_id)
    return (await session.scalars(query.order_by(BodyAction.due_on, BodyAction.id))).all()


async def action_by_its_own_id(session: AsyncSession, contribution_id: UUID, action_id: UUID) -> BodyAction | None:
    """Return an action by the id that the body gave it."""
    found: BodyAction | None = await session.scalar(
        select(BodyAction).where(BodyAction.contribution_id == contribution_id, BodyAction.action_id == action_id)
    )
    return found


async def owes_actions(session: AsyncSession, contribution_id: UUID) -> bool:
    """Say whether something that a body promised is not seen as done."""
    query = select(BodyAction.id).where(BodyAction.contribution_id == contribution_id, BodyAction.state.in_(_OWED))
    return await session.scalar(query.limit(1)) is not None


async def files_of(session: AsyncSession, contribution_id: UUID) -> Sequence[BodyFile]:
    """Return the files that a body named, with its rounds and for its actions."""
    query = (
        select(BodyFile)
        .join(BodySubmission, BodySubmission.id == BodyFile.submission_id)
        .where(BodySubmission.contribution_id == contribution_id)
    )
    return (await session.scalars(query.order_by(BodyFile.id))).all()


async def gaps_of(session: AsyncSession, contribution_id: UUID) -> Sequence[tuple[BodyGap, str | None]]:
    """Return the gaps that were named for a body, the oldest first, with the name of who named each."""
    rows = await session.execute(
        select(BodyGap, Person.name)
        .outerjoin(Person, Person.id == BodyGap.named_by)
        .where(BodyGap.contribution_id == contribution_id)
        .order_by(BodyGap.said_at, BodyGap.id)
    )
    return [(row[0], row[1]) for row in rows]


async def open_gaps(session: AsyncSession, complaint_id: UUID) -> dict[UUID, BodyGap]:
    """Return the gaps that are named in a complaint and not closed, by contribution."""
    rows = await session.scalars(
        select(BodyGap).where(BodyGap.complaint_id == complaint_id, BodyGap.closed_on.is_(None))
    )
    return {gap.contribution_id: gap for gap in rows}


async def others_issues(session: AsyncSession, complaint_id: UUID) -> dict[UUID, Contribution]:
    """Return which issues of a complaint are for another body to find on, and so not ours, with its contribution.

    One that was released keeps what it answered, what it answers apart, and what the response said was missing.
    """
    rows = await session.execute(
        select(ContributionIssue.issue_id, Contribution)
        .join(Contribution, Contribution.id == ContributionIssue.contribution_id)
        .where(
            Contribution.complaint_id == complaint_id,
            Contribution.kind == "joint",
            ContributionIssue.removed_at.is_(None),
            or_(
                Contribution.state != "released",
                Contribution.approved_on.is_not(None),
                Contribution.split_on.is_not(None),
                Contribution.gap_named_on.is_not(None),
            ),
        )
        # Whoever has it now comes last, and so stands.
        .order_by(Contribution.state != "released", Contribution.number)
    )
    return {row[0]: row[1] for row in rows}


async def is_answered(session: AsyncSession, complaint_id: UUID, since: datetime | None) -> bool:
    """Say whether a response went out, in the tier that began at an instant: None for the first."""
    query = select(CaseEvent.seq).where(CaseEvent.complaint_id == complaint_id, CaseEvent.kind == "response.issued")
    if since is not None:
        query = query.where(CaseEvent.at_us >= round(since.timestamp() * 1_000_000))
    return await session.scalar(query.limit(1)) is not None


async def response_signed_since(session: AsyncSession, contribution: Contribution) -> bool:
    """Say whether a response was signed after a body was named."""
    named = (
        select(func.min(CaseEvent.seq))
        .where(CaseEvent.complaint_id == contribution.complaint_id, CaseEvent.act_id == contribution.act_id)
        .scalar_subquery()
    )
    found = await session.scalar(
        select(CaseEvent.seq)
        .where(
            CaseEvent.complaint_id == contribution.complaint_id,
            CaseEvent.kind == "response.issued",
            CaseEvent.seq > func.coalesce(named, 0),
        )
        .limit(1)
    )
    return found is not None
