"""SQL of what leaders do regularly: series and occurrences found, begun, moved on, told and heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import func, or_, select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.governance import OccurrenceState
from db.models.governance import Governance, GovernanceMember, GovernanceReminder, GovernanceSeries, GovernanceStep
from db.models.work import Task

TASKS = ("governance_step", "governance_overdue", "governance_escalated", "governance_hindered")
# Steps in order, each with its date.
Planned = Sequence[tuple[str, date]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOccurrence:
    """What an occurrence begins with: its steps in order, each with its date."""

    number: int
    rules: int
    first_on: date
    last_on: date
    nominal_on: date
    begun_on: date
    begun_at: datetime
    late: bool
    steps: Planned
    begun_by: UUID | None = None


async def series(session: AsyncSession, series_id: UUID, *, lock: bool = False) -> GovernanceSeries | None:
    """Return a series of the tenant as it stands; with `lock` nobody else changes it meanwhile."""
    return await session.get(GovernanceSeries, series_id, populate_existing=True, with_for_update=lock)


async def all_series(session: AsyncSession) -> Sequence[GovernanceSeries]:
    """Return every series of the tenant, in the order in which they were set up."""
    return (await session.scalars(select(GovernanceSeries).order_by(GovernanceSeries.id))).all()


async def members(session: AsyncSession, series_id: UUID) -> Sequence[GovernanceMember]:
    """Return who has a part in a series now."""
    rows = await session.scalars(
        select(GovernanceMember)
        .where(GovernanceMember.series_id == series_id, GovernanceMember.ended_at.is_(None))
        .order_by(GovernanceMember.part, GovernanceMember.id)
    )
    return rows.all()


async def occurrence(session: AsyncSession, occurrence_id: UUID, *, lock: bool = False) -> Governance | None:
    """Return an occurrence of the tenant as it stands; with `lock` nobody else changes it meanwhile."""
    held = {"key_share": True} if lock else None  # whoever only names it is not held up
    return await session.get(Governance, occurrence_id, populate_existing=True, with_for_update=held)


async def last_number(session: AsyncSession, series_id: UUID) -> int:
    """Return the highest number that a series has come to; 0 before the first."""
    return int(await session.scalar(select(func.max(Governance.number)).where(Governance.series_id == series_id)) or 0)


async def last_day(session: AsyncSession, series_id: UUID) -> date | None:
    """Return the day of the newest occurrence of a series that time began."""
    found: date | None = await session.scalar(
        select(func.max(Governance.nominal_on)).where(Governance.series_id == series_id)
    )
    return found


async def begin(session: AsyncSession, of: GovernanceSeries, new: NewOccurrence) -> Governance:
    """Write an occurrence with its steps, the first of them open. Its id is the same each time."""
    row = Governance(
        id=uuid5(of.id, f"occurrence/{new.number}"),
        organisation_id=of.organisation_id,
        series_id=of.id,
        kind=of.kind,
        rules=new.rules,
        number=new.number,
        first_on=new.first_on,
        last_on=new.last_on,
        nominal_on=new.nominal_on,
        begun_on=new.begun_on,
        begun_at=new.begun_at,
        begun_by=new.begun_by,
        late=new.late,
        state=OccurrenceState.OPEN.value,
        changed_at=new.begun_at,
    )
    session.add(row)
    await session.flush()
    _add_steps(session, row, new.steps, first=0, round_=1, now=new.begun_at)
    await session.flush()
    return row


def _add_steps(
    session: AsyncSession, row: Governance, planned: Planned, *, first: int, round_: int, now: datetime
) -> None:
    for place, (code, due_on) in enumerate(planned):
        session.add(
            GovernanceStep(
                id=uuid5(row.id, f"step/{code}/{round_}"),
                organisation_id=row.organisation_id,
                occurrence_id=row.id,
                code=code,
                position=first + place,
                round=round_,
                state="waiting" if place else "open",
                due_on=due_on,
                opened_at=None if place else now,
            )
        )


async def steps(session: AsyncSession, occurrence_id: UUID) -> Sequence[GovernanceStep]:
    """Return all steps of an occurrence, by round and then in order."""
    rows = await session.scalars(
        select(GovernanceStep)
        .where(GovernanceStep.occurrence_id == occurrence_id)
        .order_by(GovernanceStep.round, GovernanceStep.position)
    )
    return rows.all()


async def open_step(session: AsyncSession, occurrence_id: UUID) -> GovernanceStep | None:
    """Return the step that an occurrence waits for."""
    found: GovernanceStep | None = await session.scalar(
        select(GovernanceStep).where(GovernanceStep.occurrence_id == occurrence_id, GovernanceStep.state == "open")
    )
    return found


async def complete(
    session: AsyncSession, row: Governance, step: GovernanceStep, now: datetime, *, by: UUID | None, words: str | None
) -> None:
    """End the open step as done, and open the next; after the last the occurrence is done."""
    step.state, step.done_at, step.done_by, step.words = "done", now, by, words
    step.hindered = None
    await end_tasks(session, step.id, now, by=by, done=True)
    await session.flush()
    following = await session.scalar(
        select(GovernanceStep)
        .where(GovernanceStep.occurrence_id == row.id, GovernanceStep.state == "waiting")
        .order_by(GovernanceStep.position)
        .limit(1)
    )
    if following is None:
        row.state, row.ended_at, row.ended_by = OccurrenceState.DONE.value, now, by
    else:
        following.state, following.opened_at = "open", now
    changed(row, now)


async def send_back(
    session: AsyncSession,
    row: Governance,
    step: GovernanceStep,
    planned: Planned,
    now: datetime,
    *,
    by: UUID,
    words: str,
    meeting: str | None = None,
) -> None:
    """Send an occurrence back from its open step: the steps planned begin again, as the next round.

    Where the step of a meeting is among them, its minutes are kept with it as they were, and are recorded anew.
    """
    to = planned[0][0]
    known = await steps(session, row.id)
    first = next(each.position for each in known if each.code == to)
    await end_tasks(session, step.id, now, by=by, done=False)
    for each in known:
        if each.code == meeting and each.state in ("open", "done") and each.position >= first:
            each.held_on, each.minutes, each.heard_words = row.held_on, row.minutes, row.heard_words
            row.held_on = row.minutes = row.heard_words = None
        if each.state == "open":
            each.state, each.done_at, each.done_by, each.words = "sent_back", now, by, words
        elif each.state == "waiting" or (each.state == "done" and each.position >= first):
            each.state = "sent_back"
    _add_steps(session, row, planned, first=first, round_=max(each.round for each in known) + 1, now=now)
    changed(row, now)


async def abandon(session: AsyncSession, row: Governance, now: datetime, *, by: UUID, reason: str) -> None:
    """End an occurrence before its last step, with the reason."""
    step = await open_step(session, row.id)
    if step is not None:
        await end_tasks(session, step.id, now, by=by, done=False)
    row.state, row.ended_at, row.ended_by = OccurrenceState.ABANDONED.value, now, by
    row.abandoned_reason = reason
    changed(row, now)


def changed(row: Governance, now: datetime) -> None:
    """Write that something happened to an occurrence that its workflow has not heard of."""
    row.changes, row.changed_at = row.changes + 1, now


async def heard(session: AsyncSession, occurrence_id: UUID, changes: int) -> None:
    """Write down that the workflow of an occurrence has looked at so much."""
    await session.execute(
        update(Governance)
        .where(Governance.id == occurrence_id, Governance.heard < changes)
        .values(heard=changes)
        .execution_options(synchronize_session=False)
    )


async def unlooked(session: AsyncSession, series_id: UUID, limit: int) -> Sequence[UUID]:
    """Return the occurrences of a series at which no workflow has looked yet, the oldest first."""
    rows = await session.scalars(
        select(Governance.id)
        .where(Governance.series_id == series_id, Governance.heard == 0)
        .order_by(Governance.number)
        .limit(limit)
    )
    return rows.all()


async def reminders(session: AsyncSession, step_id: UUID) -> Sequence[GovernanceReminder]:
    """Return what was told of a step, in order; of one moment first that the step is somebody's."""
    rows = await session.scalars(
        select(GovernanceReminder)
        .where(GovernanceReminder.step_id == step_id)
        .order_by(GovernanceReminder.at, GovernanceReminder.rung != "opened", GovernanceReminder.id)
    )
    return rows.all()


async def unmailed(session: AsyncSession, occurrence_id: UUID) -> GovernanceReminder | None:
    """Return the oldest of what was told in an occurrence and has not left by mail, or been given up."""
    found: GovernanceReminder | None = await session.scalar(
        select(GovernanceReminder)
        .where(GovernanceReminder.occurrence_id == occurrence_id, GovernanceReminder.mailed.is_(None))
        .order_by(GovernanceReminder.at, GovernanceReminder.id)
        .limit(1)
    )
    return found


async def end_tasks(session: AsyncSession, step_id: UUID, now: datetime, *, by: UUID | None, done: bool) -> None:
    """End the open tasks about a step."""
    await session.execute(
        update(Task)
        .where(Task.subject_id == step_id, Task.kind.in_(TASKS), Task.state == "open")
        .values(state="done" if done else "superseded", ended_at=now, ended_by=by)
        .execution_options(synchronize_session=False)
    )


async def asked_for(session: AsyncSession, step_id: UUID) -> list[tuple[str, UUID | None]]:
    """Return who is asked for a step, or was and has done with it, each with the role that is asked."""
    rows = await session.execute(
        select(Task.role, Task.assignee_id).where(
            Task.subject_id == step_id, Task.kind == TASKS[0], Task.state.in_(("open", "done"))
        )
    )
    return [(row[0], row[1]) for row in rows]


async def end_tasks_of_others(session: AsyncSession, step_id: UUID, theirs: set[UUID], now: datetime) -> None:
    """End the open tasks that ask somebody for a step that is others' now."""
    await session.execute(
        update(Task)
        .where(
            Task.subject_id == step_id,
            Task.kind == TASKS[0],
            Task.state == "open",
            or_(Task.assignee_id.is_(None), Task.assignee_id.not_in(theirs)),
        )
        .values(state="superseded", ended_at=now)
        .execution_options(synchronize_session=False)
    )


async def listed(
    session: AsyncSession, *, kind: str | None, state: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Governance]:
    """Return occurrences of the tenant, the last begun first, a page at a time."""
    rows = await session.scalars(
        select(Governance)
        .where(
            true() if kind is None else Governance.kind == kind,
            true() if state is None else Governance.state == state,
            true() if after is None else tuple_(Governance.begun_at, Governance.id) < tuple_(*after),
        )
        .order_by(Governance.begun_at.desc(), Governance.id.desc())
        .limit(limit)
    )
    return rows.all()
