"""SQL of what people were trained in, and of what their role asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.organisation import Appointment, Person
from db.models.training import ObjectiveExample, RoleObjective, TrainingRecord
from db.models.work import Task
from db.queries import people

# Asked of whoever has it, and of whoever leads them.
OWN: Final = "renew_training"
OF_OTHERS: Final = "renew_training_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """An objective with its examples, the earliest first."""

    objective: RoleObjective
    examples: Sequence[ObjectiveExample]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskIds:
    """The tasks that ask whoever has some training, and whoever leads them, to have it renewed."""

    own: UUID
    lead: UUID


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


async def running_out(session: AsyncSession, first: date, last: date, on: date) -> Sequence[TrainingRecord]:
    """Return the training that runs out in some days, of those who have an appointment on a day.

    Of each course that is the record by which somebody is trained the longest: what was renewed does not run out.
    """
    valid_until = TrainingRecord.expires_on.desc().nulls_first()
    longest = (
        select(TrainingRecord.id)
        .ext(distinct_on(TrainingRecord.person_id, TrainingRecord.course))
        .where(TrainingRecord.withdrawn_by.is_(None))
        .order_by(TrainingRecord.person_id, TrainingRecord.course, valid_until, TrainingRecord.id)
    )
    appointed = select(Appointment.person_id).where(people.in_force(on))
    query = (
        select(TrainingRecord)
        .join(Person, Person.id == TrainingRecord.person_id)
        .where(
            TrainingRecord.id.in_(longest),
            TrainingRecord.expires_on.between(first, last),
            Person.active,
            Person.id.in_(appointed),
        )
    )
    return (await session.scalars(query.order_by(TrainingRecord.expires_on, TrainingRecord.id))).all()


async def task_ids(session: AsyncSession, record: TrainingRecord) -> TaskIds:
    """Return the ids of the tasks that ask for the renewal of a record: others, once a renewal was taken back."""
    query = select(func.count()).where(
        TrainingRecord.person_id == record.person_id,
        TrainingRecord.course == record.course,
        TrainingRecord.withdrawn_by.is_not(None),
        or_(TrainingRecord.expires_on.is_(None), TrainingRecord.expires_on > record.expires_on),
    )
    turn = int(await session.scalar(query) or 0)
    return TaskIds(own=uuid5(record.id, f"{OWN}/{turn}"), lead=uuid5(record.id, f"{OF_OTHERS}/{turn}"))


async def end_tasks(session: AsyncSession, records: ColumnElement[bool], now: datetime, *, by: UUID | None) -> None:
    """End the open tasks that ask for the renewal of some records: as done by somebody, else as asked for no more."""
    about = select(TrainingRecord.id).where(records)
    await session.execute(
        update(Task)
        .where(Task.kind.in_((OWN, OF_OTHERS)), Task.act_id.in_(about), Task.state == "open")
        .values(state="superseded" if by is None else "done", ended_at=now, ended_by=by)
        .execution_options(synchronize_session=False)
    )


def renewed_by(new: TrainingRecord) -> ColumnElement[bool]:
    """Return the condition of a record being renewed by another: the same course, that ends before it does."""
    same = and_(TrainingRecord.person_id == new.person_id, TrainingRecord.course == new.course)
    return same if new.expires_on is None else and_(same, TrainingRecord.expires_on < new.expires_on)


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
