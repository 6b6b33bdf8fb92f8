"""SQL of what is known of an occurrence when somebody says that a step is done, and of all that is shown of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint
from db.models.governance import Governance, GovernanceStep
from db.models.governance_meeting import (
    GovernanceAction,
    GovernanceActionChange,
    GovernanceAttendee,
    GovernanceComment,
    GovernanceDistribution,
    PanelCase,
)
from db.models.organisation import Person
from db.queries import governance, governance_cases, governance_people

Said = TypeVar("Said", GovernanceComment, GovernanceAttendee, GovernanceDistribution)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an occurrence. What each means stands in `policies.governing.Facts`."""

    members: frozenset[tuple[str, UUID]]
    commenters: tuple[frozenset[UUID], ...]
    before: frozenset[UUID]
    commented: frozenset[UUID]
    report: bool
    broken: int | None
    undecided: int
    overdue_actions: int
    held: bool
    minutes: bool
    heard: bool
    receipt: bool
    went_to: frozenset[str]
    past_due: bool


async def known(session: AsyncSession, row: Governance, step: GovernanceStep, on: date) -> Known:
    """Return what is known of an occurrence on a day, at its open step."""
    seats = await governance_people.seats(session, row.series_id, on)
    earlier = [each for each in await governance.steps(session, row.id) if each.state == "done"]
    comments = await said(session, GovernanceComment, row.id)
    current = {each.id for each in earlier} | {step.id}
    cases = [case for case, _ in await cases_of(session, row.id)]
    unfit = await governance_cases.unfit(session, row)
    actions = await open_actions(session, row.series_id)
    # What was said of a text that was sent back does not count.
    return Known(
        members=frozenset((seat.part, each) for seat in seats for each in seat.may),
        commenters=tuple(seat.may for seat in seats if seat.part == "commenter"),
        before=frozenset(each for each in (row.begun_by, *(step.done_by for step in earlier)) if each is not None),
        commented=frozenset(each.person_id for each in comments if each.step_id in current),
        report=row.report_id is not None,
        broken=row.broken,
        undecided=sum(case.state == "chosen" or case.id in unfit for case in cases),
        overdue_actions=sum(each.due_on < on for each in actions),
        held=bool(await attendees(session, row)),
        minutes=row.minutes is not None,
        heard=row.heard_words is not None,
        receipt=row.receipt is not None,
        went_to=await _went_to(session, row, earlier),
        past_due=on > step.due_on,
    )


async def _went_to(session: AsyncSession, row: Governance, earlier: Sequence[GovernanceStep]) -> frozenset[str]:
    """Return to whom it went as it is now: what went out before it was sent back, and approved anew, was another."""
    approved = [each.done_at for each in earlier if each.code == "approve" and each.done_at is not None]
    went = await said(session, GovernanceDistribution, row.id)
    return frozenset(each.audience for each in went if not approved or each.said_at >= max(approved))


async def said(session: AsyncSession, table: type[Said], occurrence_id: UUID) -> Sequence[Said]:
    """Return the rows of an occurrence in one of the tables of what was said in it."""
    rows = await session.scalars(select(table).where(table.occurrence_id == occurrence_id).order_by(table.id))
    return rows.all()


async def attendees(session: AsyncSession, row: Governance) -> Sequence[GovernanceAttendee]:
    """Return who came to the meeting, as the minutes on record say: of minutes that were sent back nobody."""
    if row.held_on is None:
        return []
    found = await said(session, GovernanceAttendee, row.id)
    return [each for each in found if each.round == max(other.round for other in found)]


async def cases_of(session: AsyncSession, occurrence_id: UUID) -> Sequence[tuple[PanelCase, str]]:
    """Return the cases of a panel, each with its reference."""
    rows = await session.execute(
        select(PanelCase, Complaint.reference)
        .join(Complaint, Complaint.id == PanelCase.complaint_id)
        .where(PanelCase.occurrence_id == occurrence_id)
        .order_by(PanelCase.proposed_at, Complaint.reference)
    )
    return [(row[0], row[1]) for row in rows]


async def agenda(session: AsyncSession, row: Governance) -> Sequence[GovernanceAction]:
    """Return the actions on the agenda of an occurrence: its own, and those of earlier ones that were open then."""
    rows = await session.scalars(
        select(GovernanceAction)
        .join(Governance, Governance.id == GovernanceAction.occurrence_id)
        .where(
            GovernanceAction.series_id == row.series_id,
            Governance.number <= row.number,
            (GovernanceAction.occurrence_id == row.id)
            | (GovernanceAction.ended_at.is_(None))
            | (GovernanceAction.ended_at >= row.begun_at),
        )
        .order_by(GovernanceAction.number)
    )
    return rows.all()


async def changes_of(session: AsyncSession, actions: Sequence[UUID]) -> Sequence[GovernanceActionChange]:
    """Return each time that some actions were moved or given to somebody else, the first first."""
    rows = await session.scalars(
        select(GovernanceActionChange)
        .where(GovernanceActionChange.action_id.in_(actions))
        .order_by(GovernanceActionChange.said_at, GovernanceActionChange.id)
    )
    return rows.all()


async def open_actions(session: AsyncSession, series_id: UUID) -> Sequence[GovernanceAction]:
    """Return what meetings of a series resolved to do and is not settled."""
    rows = await session.scalars(
        select(GovernanceAction)
        .where(GovernanceAction.series_id == series_id, GovernanceAction.state == "open")
        .order_by(GovernanceAction.number)
    )
    return rows.all()


async def next_action(session: AsyncSession, series_id: UUID) -> int:
    """Return the number of the next action of a series; the series is locked by whoever asks."""
    query = select(func.max(GovernanceAction.number)).where(GovernanceAction.series_id == series_id)
    return 1 + int(await session.scalar(query) or 0)


async def names(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    """Return what people of the tenant are called."""
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
