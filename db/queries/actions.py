"""SQL of one action in the hands of an act: what it follows from, its letters, and what recurred since it was done."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from contracts.proceedings import ActionState
from db.models.action import Action, ActionChange, ActionCheck, ActionDone, ActionLetter, ActionProgress
from db.models.casework import Issue
from db.models.coding import CodedSubject, Coding
from db.models.complaint import Complaint, Party
from db.models.involvement import Involvement
from db.models.learning import Learning, LearningVersion
from db.models.proceeding import Proceeding
from db.models.remedies import Remedy
from db.models.work import Notice, Task

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


async def open_of(session: AsyncSession, complaint_id: UUID, person_id: UUID) -> list[UUID]:
    """Return the actions of a complaint that a person is still to do, in the order in which they were planned."""
    query = (
        select(Action.id)
        .join(Proceeding, Proceeding.id == Action.id)
        .where(
            Action.complaint_id == complaint_id,
            Action.owner_id == person_id,
            Proceeding.state == ActionState.OPEN.value,
        )
    )
    return list(await session.scalars(query.order_by(Proceeding.number, Action.id)))


async def unplanned(
    session: AsyncSession, complaint_id: UUID, to_be_done: Collection[str], *, asked_by: str
) -> list[UUID]:
    """Return the remedies of a complaint that are something to be done, in some states, and from which no action ever
    followed; but for those of which somebody said that none is needed, by doing the task that asked for one.
    """
    planned = select(Action.remedy_id).where(Action.complaint_id == complaint_id, Action.remedy_id.is_not(None))
    not_needed = select(Task.subject_id).where(
        Task.complaint_id == complaint_id, Task.kind == asked_by, Task.state == "done", Task.subject_id.is_not(None)
    )
    query = select(Remedy.id).where(
        Remedy.complaint_id == complaint_id,
        Remedy.kind == "action",
        Remedy.state.in_(to_be_done),
        Remedy.id.not_in(planned),
        Remedy.id.not_in(not_needed),
    )
    return list(await session.scalars(query.order_by(Remedy.proposed_at, Remedy.id)))


async def by_letter(session: AsyncSession, notice_id: UUID) -> ActionLetter | None:
    """Return what a letter tells of an action, if it does."""
    found: ActionLetter | None = await session.scalar(select(ActionLetter).where(ActionLetter.notice_id == notice_id))
    return found


async def who_have_letters(session: AsyncSession, action_id: UUID, *, drafts: bool) -> set[UUID]:
    """Return the parties and the involvements of staff to whom a letter about an action was released; or, with
    `drafts`, is drafted.
    """
    unsent = {NoticeState.DISCARDED.value, NoticeState.WITHHELD.value} | (
        set() if drafts else {NoticeState.DRAFT.value}
    )
    query = (
        select(func.coalesce(ActionLetter.party_id, ActionLetter.involvement_id))
        .join(Notice, Notice.id == ActionLetter.notice_id)
        .where(ActionLetter.action_id == action_id, Notice.state.not_in(unsent))
    )
    return {found for found in await session.scalars(query) if found is not None}


async def last_progress(session: AsyncSession, action_id: UUID) -> str | None:
    """Return what was said last of how far an action is."""
    query = select(ActionProgress.words).where(ActionProgress.action_id == action_id)
    found: str | None = await session.scalar(query.order_by(ActionProgress.number.desc()).limit(1))
    return found


async def parties_of(session: AsyncSession, complaint_id: UUID) -> set[UUID]:
    """Return everybody outside who has, or had, a part in a complaint."""
    return set(await session.scalars(select(Party.id).where(Party.complaint_id == complaint_id)))


async def done_untold(
    session: AsyncSession, complaint_id: UUID, involvement_id: UUID
) -> list[tuple[Action, Proceeding]]:
    """Return the actions that are done, and of which nothing was written to one member of staff."""
    written = select(ActionLetter.action_id).where(
        ActionLetter.involvement_id == involvement_id, ActionLetter.kind == "done"
    )
    query = (
        select(Action, Proceeding)
        .join(Proceeding, Proceeding.id == Action.id)
        .where(Action.complaint_id == complaint_id, Action.done_on.is_not(None), Action.id.not_in(written))
    )
    return [(row[0], row[1]) for row in await session.execute(query.order_by(Proceeding.number, Action.id))]


async def drafts(session: AsyncSession, action_id: UUID) -> list[Notice]:
    """Return the letters that tell of an action and wait for somebody to release or discard them."""
    query = (
        select(Notice)
        .join(ActionLetter, ActionLetter.notice_id == Notice.id)
        .where(ActionLetter.action_id == action_id, Notice.state == NoticeState.DRAFT.value)
    )
    return list(await session.scalars(query.order_by(Notice.drafted_at, Notice.id)))


async def done_on_their_way(session: AsyncSession, action_id: UUID) -> list[Notice]:
    """Return the letters that tell that an action is done, were released, and have not left."""
    on_its_way = (NoticeState.RELEASED.value, NoticeState.QUEUED.value)
    query = (
        select(Notice)
        .join(ActionLetter, ActionLetter.notice_id == Notice.id)
        .where(ActionLetter.action_id == action_id, ActionLetter.kind == "done", Notice.state.in_(on_its_way))
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
