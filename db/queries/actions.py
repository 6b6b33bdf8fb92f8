"""SQL of one action in the hands of an act: what it follows from, its letters, and what recurred since it was done."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.action import Action, ActionChange, ActionCheck, ActionDone, ActionLetter, ActionProgress
from db.models.casework import Issue
from db.models.coding import CodedSubject, Coding
from db.models.complaint import Complaint
from db.models.involvement import Involvement
from db.models.learning import Learning, LearningVersion
from db.models.proceeding import Proceeding
from db.models.work import Notice

# Why an involvement ended that had gone its whole way: whoever it is still knows the outcome.
_WENT_ITS_WAY = ("done", "asked_in_vain")
_DROPPED = "dropped"
Numbered = type[ActionChange] | type[ActionProgress] | type[ActionDone] | type[ActionCheck]


async def next_number(session: AsyncSession, table: Numbered, action_id: UUID) -> int:
    """Return the number of the next row of an action in a table, counted from 1."""
    query = select(func.count()).select_from(table).where(table.action_id == action_id)
    return 1 + int(await session.scalar(query) or 0)


async def reopened_on(session: AsyncSession, action_id: UUID) -> date | None:
    """Return the day on which it was last found that an action had not held; None where it never was."""
    query = select(func.max(ActionCheck.last_on)).where(
        ActionCheck.action_id == action_id, ActionCheck.result == "recurred"
    )
    found: date | None = await session.scalar(query)
    return found


async def is_planned(session: AsyncSession, **follows: UUID | None) -> bool:
    """Say whether an action that was not dropped follows from a remedy or a recommendation already."""
    said = [getattr(Action, name) == value for name, value in follows.items() if value is not None]
    query = (
        select(Action.id)
        .join(Proceeding, Proceeding.id == Action.id)
        .where(*said, Proceeding.ended_cause.is_distinct_from(_DROPPED))
        .limit(1)
    )
    return await session.scalar(query) is not None


async def by_letter(session: AsyncSession, notice_id: UUID) -> ActionLetter | None:
    """Return what a letter tells of an action, if it does."""
    found: ActionLetter | None = await session.scalar(select(ActionLetter).where(ActionLetter.notice_id == notice_id))
    return found


async def drafts(session: AsyncSession, action_id: UUID) -> list[Notice]:
    """Return the letters that tell of an action and wait for somebody to release or discard them."""
    query = (
        select(Notice)
        .join(ActionLetter, ActionLetter.notice_id == Notice.id)
        .where(ActionLetter.action_id == action_id, Notice.state == NoticeState.DRAFT.value)
    )
    return list(await session.scalars(query.order_by(Notice.drafted_at, Notice.id)))


async def drafts_of_complaint(session: AsyncSession, complaint_id: UUID) -> list[tuple[Notice, ActionLetter]]:
    """Return the letters to the person that tell of actions and wait for somebody, each with what it tells."""
    query = (
        select(Notice, ActionLetter)
        .join(ActionLetter, ActionLetter.notice_id == Notice.id)
        .where(
            Notice.complaint_id == complaint_id,
            Notice.state == NoticeState.DRAFT.value,
            ActionLetter.party_id.is_not(None),
        )
    )
    return [(row[0], row[1]) for row in await session.execute(query.order_by(Notice.drafted_at, Notice.id))]


async def who_know_the_outcome(session: AsyncSession, complaint_id: UUID) -> list[Involvement]:
    """Return the staff complained about who were told what came of it."""
    query = select(Involvement).where(
        Involvement.complaint_id == complaint_id,
        Involvement.outcome_told_on.is_not(None),
        or_(Involvement.ended_cause.is_(None), Involvement.ended_cause.in_(_WENT_ITS_WAY)),
    )
    return list(await session.scalars(query.order_by(Involvement.number)))


async def recurred(
    session: AsyncSession, action: Action, first: date, last: date, *, organisation_id: UUID
) -> list[UUID]:
    """Return the other complaints of an organisation received in a window that have the theme of an action, at its
    place where it has one: as they are coded, or as what was learned from them says.

    A subject stands for all its sub-subjects, a site for all its wards. One taken up again counts once, and one opened
    in error not at all.
    """
    if action.theme is None:
        return []
    query = (
        select(Complaint.id)
        .where(
            Complaint.organisation_id == organisation_id,
            Complaint.received_on.between(first, last),
            Complaint.id != action.complaint_id,
            Complaint.matter == "complaint",
            Complaint.reopened_from.is_(None),
            Complaint.stage != "opened_in_error",
            or_(_coded(action.theme, action.place), _learned(action.theme, action.place)),
        )
        .order_by(Complaint.received_on, Complaint.id)
    )
    return list(await session.scalars(query))


def _coded(theme: str, place: str | None) -> ColumnElement[bool]:
    about = func.concat_ws(".", CodedSubject.subject, CodedSubject.sub_subject)
    coded = select(CodedSubject.complaint_id).where(CodedSubject.replaced_by.is_(None), _within(about, theme))
    asked = select(Issue.complaint_id).where(_within(Issue.subject, theme), Issue.state != "taken_back")
    found = or_(Complaint.id.in_(coded), Complaint.id.in_(asked))
    if place is None:
        return found
    where = func.concat_ws(".", Coding.site, func.coalesce(Coding.ward, Coding.service_area))
    return and_(found, Complaint.id.in_(select(Coding.complaint_id).where(_within(where, place))))


def _learned(theme: str, place: str | None) -> ColumnElement[bool]:
    stands = and_(LearningVersion.learning_id == Learning.id, LearningVersion.number == Learning.version)
    query = select(Learning.complaint_id).join(LearningVersion, stands).where(_within(LearningVersion.theme, theme))
    if place is not None:
        query = query.where(_within(LearningVersion.place, place))
    return Complaint.id.in_(query)


def _within(column: Any, code: str) -> ColumnElement[bool]:
    return or_(column == code, func.starts_with(column, f"{code}."))
