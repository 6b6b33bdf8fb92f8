"""SQL of what contributing bodies are asked for, and of meetings with them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.body_requests import (
    BodyRequest,
    BodyRequestAnswer,
    BodyRequestFile,
    JointMeeting,
    JointMeetingBody,
)


async def last_answer(session: AsyncSession, request_id: UUID) -> BodyRequestAnswer | None:
    """Return the last answer to a request."""
    found: BodyRequestAnswer | None = await session.scalar(
        select(BodyRequestAnswer)
        .where(BodyRequestAnswer.request_id == request_id)
        .order_by(BodyRequestAnswer.round.desc())
        .limit(1)
    )
    return found


async def requests_of(session: AsyncSession, complaint_id: UUID) -> list[BodyRequest]:
    """Return what the bodies of a complaint were asked for, the oldest first."""
    query = select(BodyRequest).where(BodyRequest.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(BodyRequest.asked_at, BodyRequest.id)))


async def unsettled(session: AsyncSession, contribution_id: UUID) -> list[BodyRequest]:
    """Return what one body was asked for and has not settled, the oldest first."""
    query = select(BodyRequest).where(
        BodyRequest.contribution_id == contribution_id, BodyRequest.state.in_(("open", "under_review"))
    )
    return list(await session.scalars(query.order_by(BodyRequest.asked_at, BodyRequest.id)))


async def answers_of(session: AsyncSession, complaint_id: UUID) -> list[BodyRequestAnswer]:
    """Return every answer of the bodies of a complaint, by request and round."""
    query = select(BodyRequestAnswer).where(BodyRequestAnswer.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(BodyRequestAnswer.request_id, BodyRequestAnswer.round)))


async def files_of(session: AsyncSession, complaint_id: UUID) -> dict[UUID, list[UUID]]:
    """Return the files of each answer of the bodies of a complaint."""
    found: dict[UUID, list[UUID]] = {}
    for row in await session.scalars(select(BodyRequestFile).where(BodyRequestFile.complaint_id == complaint_id)):
        found.setdefault(row.answer_id, []).append(row.file_id)
    return found


async def meetings_of(session: AsyncSession, complaint_id: UUID) -> list[JointMeeting]:
    """Return the meetings with other bodies about a complaint, by their day."""
    query = select(JointMeeting).where(JointMeeting.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(JointMeeting.on, JointMeeting.at, JointMeeting.id)))


async def bodies_at(session: AsyncSession, complaint_id: UUID) -> list[JointMeetingBody]:
    """Return which bodies were called to the meetings of a complaint, or were there."""
    query = select(JointMeetingBody).where(JointMeetingBody.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(JointMeetingBody.meeting_id, JointMeetingBody.id)))


async def bodies_of(session: AsyncSession, meeting_id: UUID) -> dict[UUID, JointMeetingBody]:
    """Return the bodies of a meeting, by contribution."""
    rows = await session.scalars(select(JointMeetingBody).where(JointMeetingBody.meeting_id == meeting_id))
    return {each.contribution_id: each for each in rows}
