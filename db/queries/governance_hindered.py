"""SQL of what keeps the machine from a step of governance: put down, told of, and tried anew."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.governance import OccurrenceState
from db.models.governance import Governance, GovernanceStep
from db.models.work import Task

TASK: Final = "governance_hindered"


def put_down(step: GovernanceStep, hindered: str, now: datetime) -> None:
    """Write down that the machine failed at a step of its own once more, and what hinders it: once for an instant, for
    what has written it may be asked to again.
    """
    if (step.tried_at, step.hindered) == (now, hindered):
        return
    step.tries, step.tried_at, step.hindered = step.tries + 1, now, hindered


async def try_anew(
    session: AsyncSession, row: Governance, step: GovernanceStep, now: datetime, *, by: UUID | None
) -> None:
    """Let the machine try a step of its own as if it had not failed at it yet."""
    step.tries, step.tried_at, step.hindered = 0, None, None
    row.changes, row.changed_at = row.changes + 1, now
    await session.execute(
        update(Task)
        .where(Task.subject_id == step.id, Task.kind == TASK, Task.state == "open")
        .values(state="done", ended_at=now, ended_by=by)
        .execution_options(synchronize_session=False)
    )


async def unhinder(session: AsyncSession, hindered: str, now: datetime, *, by: UUID | None) -> None:
    """Have the machine try anew whatever is hindered so, waiting for whoever is at it just now.

    The caller holds the lock of the reports; nobody who holds an occurrence that is hindered so waits for that.
    """
    rows = await session.execute(
        select(Governance, GovernanceStep)
        .join(GovernanceStep, GovernanceStep.occurrence_id == Governance.id)
        .where(
            Governance.state == OccurrenceState.OPEN.value,
            GovernanceStep.state == "open",
            GovernanceStep.hindered == hindered,
        )
        .order_by(Governance.id)
        .with_for_update(key_share=True)
    )
    for row, step in rows.all():
        await try_anew(session, row, step, now, by=by)


async def is_told_of(session: AsyncSession, step_id: UUID) -> bool:
    """Say whether somebody is asked just now to see what hinders a step."""
    query = select(Task.id).where(Task.subject_id == step_id, Task.kind == TASK, Task.state == "open").limit(1)
    return await session.scalar(query) is not None
