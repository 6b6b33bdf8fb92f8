"""SQL of what meetings resolved to do: what is open, how often it was changed, whom that was told, and their tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.governance import Governance
from db.models.governance_meeting import GovernanceAction, GovernanceActionChange, GovernanceActionReminder
from db.models.work import Task

OPEN = "open"
TASKS = ("meeting_action", "meeting_action_overdue", "meeting_action_escalated")


async def open_of_person(session: AsyncSession, person_id: UUID) -> Sequence[GovernanceAction]:
    """Return what a person is still to do of what meetings resolved; nobody else changes it meanwhile."""
    rows = await session.scalars(
        select(GovernanceAction)
        .where(GovernanceAction.owner_id == person_id, GovernanceAction.state == OPEN)
        .order_by(GovernanceAction.id)
        .with_for_update(key_share=True)
    )
    return rows.all()


async def held(session: AsyncSession, action_id: UUID) -> GovernanceAction | None:
    """Return an action as it stands; nobody else changes it, nor tells anybody of it, meanwhile."""
    return await session.get(GovernanceAction, action_id, populate_existing=True, with_for_update={"key_share": True})


async def open_of_meeting(
    session: AsyncSession, occurrence_id: UUID, *, lock: bool = False
) -> Sequence[GovernanceAction]:
    """Return what one meeting resolved to do and is not settled, in the order of their ids; with `lock` nobody settles
    or moves any of it meanwhile. Whoever locks the meeting, too, does so after its actions.
    """
    query = (
        select(GovernanceAction)
        .where(GovernanceAction.occurrence_id == occurrence_id, GovernanceAction.state == OPEN)
        .order_by(GovernanceAction.id)
    )
    rows = await session.scalars(query.with_for_update(key_share=True) if lock else query)
    return rows.all()


async def turn_of(session: AsyncSession, action_id: UUID) -> int:
    """Return the turn of an action: 1, and one more for each time that it was changed."""
    query = select(func.count()).where(GovernanceActionChange.action_id == action_id)
    return 1 + int(await session.scalar(query) or 0)


async def changed_at(session: AsyncSession, action: GovernanceAction) -> datetime:
    """Return since when an action stands as it does."""
    query = select(func.max(GovernanceActionChange.said_at)).where(GovernanceActionChange.action_id == action.id)
    return await session.scalar(query) or action.made_at


async def reminders(session: AsyncSession, action_id: UUID, turn: int) -> Sequence[GovernanceActionReminder]:
    """Return what was told of an action in one turn of it."""
    rows = await session.scalars(
        select(GovernanceActionReminder).where(
            GovernanceActionReminder.action_id == action_id, GovernanceActionReminder.turn == turn
        )
    )
    return rows.all()


async def unmailed(session: AsyncSession, occurrence_id: UUID) -> GovernanceActionReminder | None:
    """Return the oldest of what was told of actions of a meeting and has not left by mail, or been given up."""
    found: GovernanceActionReminder | None = await session.scalar(
        select(GovernanceActionReminder)
        .where(GovernanceActionReminder.occurrence_id == occurrence_id, GovernanceActionReminder.mailed.is_(None))
        .order_by(GovernanceActionReminder.at, GovernanceActionReminder.id)
        .limit(1)
    )
    return found


async def ask_anew(session: AsyncSession, action: GovernanceAction, now: datetime) -> None:
    """End what was asked about an action that was changed; the workflow of its meeting asks anew."""
    await end_tasks(session, action.id, now, by=None, done=False)
    await tell_meeting(session, action.occurrence_id, now)


async def end_tasks(session: AsyncSession, action_id: UUID, now: datetime, *, by: UUID | None, done: bool) -> None:
    """End the open tasks about an action."""
    await session.execute(
        update(Task)
        .where(Task.subject_id == action_id, Task.kind.in_(TASKS), Task.state == OPEN)
        .values(state="done" if done else "superseded", ended_at=now, ended_by=by)
        .execution_options(synchronize_session=False)
    )


async def tell_meeting(session: AsyncSession, occurrence_id: UUID, now: datetime) -> None:
    """Have the workflow of a meeting look, whether the meeting is over or not."""
    await session.execute(
        update(Governance)
        .where(Governance.id == occurrence_id)
        .values(changes=Governance.changes + 1, changed_at=now)
        .execution_options(synchronize_session=False)
    )
