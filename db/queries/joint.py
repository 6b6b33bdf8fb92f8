"""SQL of contributions and of the messages between bodies, at the body that coordinates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.casework import Issue
from db.models.clock import ClockRow
from db.models.joint import BodyContact, Contribution, ContributionIssue, JointMessage

RELEASED = "released"
_ORGANISATION_AT = text("select organisation_at(:code)")


async def of_complaint(
    session: AsyncSession, complaint_id: UUID, *, live: bool = False, kind: str | None = "joint"
) -> list[Contribution]:
    """Return the contributions to a complaint by their numbers; with `live`, those that were not released."""
    query = select(Contribution).where(Contribution.complaint_id == complaint_id)
    if live:
        query = query.where(Contribution.state != RELEASED)
    if kind is not None:
        query = query.where(Contribution.kind == kind)
    return list(await session.scalars(query.order_by(Contribution.number)))


async def next_number(session: AsyncSession, complaint_id: UUID) -> int:
    """Return the number of the next body of a complaint."""
    query = select(func.coalesce(func.max(Contribution.number), 0) + 1).where(Contribution.complaint_id == complaint_id)
    return int(await session.scalar(query) or 1)


async def issues_of(session: AsyncSession, contribution_id: UUID) -> list[Issue]:
    """Return the issues that are a body's now, by their numbers; what was taken back is nobody's."""
    query = (
        select(Issue)
        .join(ContributionIssue, ContributionIssue.issue_id == Issue.id)
        .where(
            ContributionIssue.contribution_id == contribution_id,
            ContributionIssue.removed_at.is_(None),
            Issue.state != "taken_back",
        )
    )
    return list(await session.scalars(query.order_by(Issue.number)))


async def contribution_issues(session: AsyncSession, contribution_id: UUID) -> list[ContributionIssue]:
    """Return which issues are, or once were, a body's."""
    query = select(ContributionIssue).where(ContributionIssue.contribution_id == contribution_id)
    return list(await session.scalars(query.order_by(ContributionIssue.id)))


async def organisation_at(session: AsyncSession, code: str) -> UUID | None:
    """Return the organisation of this installation, of whichever tenant, that has a code."""
    found: UUID | None = await session.scalar(_ORGANISATION_AT, {"code": code})
    return found


async def contacts_of(session: AsyncSession, contribution_id: UUID) -> list[BodyContact]:
    """Return the present contacts of a body, the newest of each role last."""
    query = select(BodyContact).where(BodyContact.contribution_id == contribution_id, BodyContact.ended_at.is_(None))
    return list(await session.scalars(query.order_by(BodyContact.said_at, BodyContact.id)))


async def messages_out(session: AsyncSession, contribution_id: UUID, *, after: int = 0) -> list[JointMessage]:
    """Return what was said to a body after a number, in order. Row-level security decides what a body may see."""
    query = select(JointMessage).where(
        JointMessage.contribution_id == contribution_id, JointMessage.direction == "out", JointMessage.seq > after
    )
    return list(await session.scalars(query.order_by(JointMessage.seq)))


async def messages_in(session: AsyncSession, contribution_id: UUID) -> list[JointMessage]:
    """Return what a body said, in order, the refused included."""
    query = select(JointMessage).where(JointMessage.contribution_id == contribution_id, JointMessage.direction == "in")
    return list(await session.scalars(query.order_by(JointMessage.said_at, JointMessage.id)))


def is_open(row: Contribution, now: datetime) -> bool:
    """Say whether consent covers now that a body reads what tells of the person."""
    return row.open_to_body and (row.open_until is None or now < row.open_until)


def heard_id(contribution_id: UUID, name: str) -> UUID:
    """Return the id under which a message of a body is kept: another body's message of the same name has another."""
    return uuid5(contribution_id, name)


async def answer_to(session: AsyncSession, contribution_id: UUID, message_id: UUID) -> JointMessage | None:
    """Return a message of a body as it was first kept, by the id that the body gave it, with what came of it."""
    return await session.get(JointMessage, heard_id(contribution_id, str(message_id)))


async def running_clocks(session: AsyncSession, contribution_id: UUID) -> list[ClockRow]:
    """Return the running clocks that the workflow of a contribution keeps, the earliest due first."""
    rows = await session.scalars(
        select(ClockRow)
        .where(ClockRow.contribution_id == contribution_id, ClockRow.state == "running")
        .order_by(ClockRow.due_at, ClockRow.id)
    )
    return list(rows)


async def changed(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> None:
    """Write that something happened to contributions that their workflows have not heard of."""
    await session.execute(
        update(Contribution)
        .where(Contribution.id.in_(ids))
        .values(changes=Contribution.changes + 1, changed_at=now)
        .execution_options(synchronize_session=False)
    )


async def heard(session: AsyncSession, contribution_id: UUID, changes: int) -> None:
    """Write down that the workflow of a contribution has looked at so much."""
    await session.execute(
        update(Contribution)
        .where(Contribution.id == contribution_id, Contribution.heard < changes)
        .values(heard=changes)
        .execution_options(synchronize_session=False)
    )


async def unheard(session: AsyncSession, complaint_id: UUID) -> list[tuple[UUID, UUID | None]]:
    """Return the contributions whose workflows have not heard of all that happened, each with its body's organisation
    where that is of this installation.
    """
    query = select(Contribution.id, Contribution.body_organisation_id).where(
        Contribution.complaint_id == complaint_id, Contribution.heard < Contribution.changes
    )
    return [(row.id, row.body_organisation_id) for row in await session.execute(query.order_by(Contribution.number))]


async def spoken_to(session: AsyncSession, complaint_id: UUID, act_id: UUID) -> list[tuple[UUID, UUID]]:
    """Return the contributions of bodies of this installation to which an act said something, each with its body."""
    query = (
        select(JointMessage.contribution_id, JointMessage.recipient_organisation_id)
        .where(
            JointMessage.complaint_id == complaint_id,
            JointMessage.act_id == act_id,
            JointMessage.recipient_organisation_id.is_not(None),
        )
        .distinct()
    )
    return [(row[0], row[1]) for row in await session.execute(query) if row[1] is not None]


async def taken_issues(session: AsyncSession, complaint_id: UUID, besides: Collection[UUID] = ()) -> set[UUID]:
    """Return the issues of a complaint that are some body's now, but for those of certain contributions."""
    query = (
        select(ContributionIssue.issue_id)
        .join(Contribution, Contribution.id == ContributionIssue.contribution_id)
        .where(
            Contribution.complaint_id == complaint_id,
            Contribution.state != RELEASED,
            ContributionIssue.removed_at.is_(None),
            ContributionIssue.contribution_id.not_in(besides),
        )
    )
    return set(await session.scalars(query))
