"""SQL of what people were trained in, and of what their role asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.training import ObjectiveExample, RoleObjective, TrainingRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """An objective with its examples, the earliest first."""

    objective: RoleObjective
    examples: Sequence[ObjectiveExample]


async def records_of(session: AsyncSession, person_id: UUID) -> Sequence[TrainingRecord]:
    """Return what somebody was trained in, the latest first, what was taken back included."""
    query = select(TrainingRecord).where(TrainingRecord.person_id == person_id)
    return (await session.scalars(query.order_by(TrainingRecord.done_on.desc(), TrainingRecord.id.desc()))).all()


async def is_recorded(session: AsyncSession, new: TrainingRecord) -> bool:
    """Say whether the same course of the same day is on record of a person."""
    query = select(TrainingRecord.id).where(
        TrainingRecord.person_id == new.person_id,
        TrainingRecord.course == new.course,
        TrainingRecord.done_on == new.done_on,
        TrainingRecord.withdrawn_by.is_(None),
    )
    return await session.scalar(query.limit(1)) is not None


async def objectives_of(session: AsyncSession, person_id: UUID) -> list[Agreed]:
    """Return what somebody's role asks of them, in the order in which it was agreed, what has ended included."""
    query = select(RoleObjective).where(RoleObjective.person_id == person_id)
    found = (await session.scalars(query.order_by(RoleObjective.agreed_on, RoleObjective.id))).all()
    return [await agreed(session, each) for each in found]


async def agreed(session: AsyncSession, objective: RoleObjective) -> Agreed:
    """Return an objective with its examples."""
    query = select(ObjectiveExample).where(ObjectiveExample.objective_id == objective.id)
    examples = (await session.scalars(query.order_by(ObjectiveExample.on, ObjectiveExample.id))).all()
    return Agreed(objective=objective, examples=examples)
