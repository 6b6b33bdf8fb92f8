"""The submissions of a complaint for whoever delivers them. Each method is one short transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from contracts.commands import Command, CommandKind
from contracts.failures import Refusal
from contracts.submissions import Pending
from db.engine import Database
from db.models.act import Submission
from db.models.complaint import Complaint
from db.models.work import Task
from db.queries import submissions

PARK_AFTER: Final = 5


class SubmissionStore:
    """Read and settle submissions under their organisation."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def next_pending(self, organisation_id: UUID, complaint_id: UUID) -> Pending | None:
        """Return the oldest pending submission of a complaint."""
        async with self._database.tenant(organisation_id, self._now()) as session:
            row = await submissions.oldest_pending(session, complaint_id)
            return None if row is None else _pending(row)

    async def refuse(self, pending: Pending, refusal: Refusal) -> None:
        """Mark a submission refused, if it is still pending."""
        now = self._now()
        async with self._database.tenant(pending.organisation_id, now) as session:
            await submissions.settle(session, pending.command.submission_id, "refused", now, refusal.value)

    async def has_ended(self, pending: Pending) -> bool:
        """Say whether the complaint of a submission is closed."""
        async with self._database.tenant(pending.organisation_id, self._now()) as session:
            is_open = await session.scalar(select(Complaint.open).where(Complaint.id == pending.complaint_id))
            return is_open is False

    async def fail(self, pending: Pending, failure: str, *, park: bool) -> bool:
        """Count a failure, and park with a task for an operator when there were too many."""
        now = self._now()
        async with self._database.tenant(pending.organisation_id, now) as session:
            state = await submissions.note_failure(
                session,
                pending.command.submission_id,
                failure,
                park_after=1 if park else PARK_AFTER,
            )
            known = await session.get(Complaint, pending.complaint_id)
            if state == "parked" and known is not None:
                await session.merge(_operator_task(pending, now))
            return state != "pending"


def _pending(row: Submission) -> Pending:
    return Pending(
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        seq=row.seq,
        delivery=row.delivery,
        command=Command(
            submission_id=row.id,
            kind=CommandKind(row.kind),
            said_at=row.received_at,
            if_version=row.if_version,
        ),
    )


def _operator_task(pending: Pending, now: datetime) -> Task:
    submission_id = pending.command.submission_id
    return Task(
        id=submissions.parked_task_id(submission_id),
        organisation_id=pending.organisation_id,
        complaint_id=pending.complaint_id,
        kind="submission_parked",
        role="operator",
        act_id=submission_id,
        state="open",
        raised_at=now,
    )
