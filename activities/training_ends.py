"""Training that runs out: whoever has it, and whoever leads them, are asked once in time to renew it.

It is looked for with the weekly digest of each organisation, which is caught up where it was missed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts.standing import stands_in
from contracts.offices import MANAGER
from db.models.organisation import Person
from db.models.training import TrainingRecord
from db.models.work import Task
from db.queries import training, whose
from policies.calendars import local_date
from policies.standing_in import CASE_LEAD

# So many days before its last day, or in the week before that, as the digest falls.
BEFORE: Final = timedelta(days=30)
_WEEK: Final = timedelta(days=7)
# What ran out longer ago than this was let run out: nobody is asked now.
_SINCE: Final = timedelta(days=30)
_RESPONSIBLE: Final = "responsible_person"
_TAKEN_BACK: Final = "superseded"


async def ask_to_renew(session: AsyncSession, now: datetime) -> None:
    """Ask for what runs out soon, each once. Whoever has left, or works on complaints no more, is asked for nothing."""
    on = local_date(now)
    for record in await training.running_out(session, on - _SINCE, on + BEFORE + _WEEK, on):
        ids = await training.task_ids(session, record)
        before = await session.get(Task, ids.own)
        if before is not None and before.state != _TAKEN_BACK:
            continue
        # What was taken back when somebody left is asked for again once they have come back.
        await session.merge(_task(record, ids.own, training.OWN, record.person_id, now))
        lead = await _lead(session, record.person_id, on)
        if lead is not None:
            await session.merge(_task(record, ids.lead, training.OF_OTHERS, lead.id, now))


async def _lead(session: AsyncSession, person_id: UUID, on: date) -> Person | None:
    """Return who leads somebody: their team or division; else the manager, else the responsible person."""
    units = await whose.units_of(session, person_id, on)
    kept = {person_id}
    found = await stands_in(session, CASE_LEAD, on, units=units, kept=kept) if units else None
    found = found or await stands_in(session, MANAGER, on, kept=kept)
    return found or await stands_in(session, _RESPONSIBLE, on, kept=kept)


def _task(record: TrainingRecord, task_id: UUID, kind: str, assignee_id: UUID, now: datetime) -> Task:
    return Task(
        id=task_id,
        organisation_id=record.organisation_id,
        complaint_id=None,
        kind=kind,
        role=MANAGER,
        assignee_id=assignee_id,
        due_on=record.expires_on,
        subject_id=record.person_id,
        act_id=record.id,
        state="open",
        raised_at=now,
        ended_at=None,
        ended_by=None,
    )
