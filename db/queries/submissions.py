"""SQL of submissions: append one, find one, settle one. Settling is always compare-and-set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.commands import CommandKind
from db.models.act import Submission
from db.models.work import Task

_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:complaint, 0))")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubmission:
    """What is to be appended. `body` is as `db.said.to_body` gives it; `body_hash` is hex SHA-256."""

    id: UUID
    organisation_id: UUID
    complaint_id: UUID
    kind: CommandKind
    body: dict[str, Any]
    caller: str
    person_id: UUID | None
    role: str
    route: str
    idempotency_key: str | None
    body_hash: str
    received_at: datetime
    reference: str | None = None
    if_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """The stored submission; `repeated` when its key was used before, `same_body` when for the same."""

    submission: Submission
    repeated: bool
    same_body: bool


async def append_submission(session: AsyncSession, new: NewSubmission) -> Appended:
    """Append what was said, or return what was said before under the same key."""
    await session.execute(_LOCK, {"complaint": _lock_name(new)})
    if stored := await _same_key(session, new):
        return Appended(
            submission=stored,
            repeated=True,
            same_body=stored.body_hash == new.body_hash,
        )
    await session.execute(_LOCK, {"complaint": str(new.complaint_id)})
    last = await session.scalar(select(func.max(Submission.seq)).where(Submission.complaint_id == new.complaint_id))
    row = _row(new, (last or 0) + 1)
    session.add(row)
    await session.flush()
    return Appended(submission=row, repeated=False, same_body=True)


async def append_first(session: AsyncSession, news: Sequence[NewSubmission]) -> None:
    """Append what opens complaints that nothing was said about yet, each the first of its own."""
    session.add_all([_row(new, 1) for new in news])
    await session.flush()


def _row(new: NewSubmission, seq: int) -> Submission:
    return Submission(
        id=new.id,
        organisation_id=new.organisation_id,
        complaint_id=new.complaint_id,
        seq=seq,
        kind=new.kind.value,
        body=new.body,
        caller=new.caller,
        person_id=new.person_id,
        role=new.role,
        route=new.route,
        idempotency_key=new.idempotency_key,
        body_hash=new.body_hash,
        reference=new.reference,
        if_version=new.if_version,
        received_at=new.received_at,
        state="pending",
    )


def _lock_name(new: NewSubmission) -> str:
    """Name the lock that makes two callers with one key wait for each other."""
    if new.idempotency_key is None:
        return str(new.complaint_id)
    return f"{new.organisation_id}/{new.caller}/{new.route}/{new.idempotency_key}"


async def _same_key(session: AsyncSession, new: NewSubmission) -> Submission | None:
    if new.idempotency_key is None:
        return await session.get(Submission, new.id)
    found: Submission | None = await session.scalar(
        select(Submission).where(
            Submission.organisation_id == new.organisation_id,
            Submission.caller == new.caller,
            Submission.route == new.route,
            Submission.idempotency_key == new.idempotency_key,
        )
    )
    return found


async def get_submission(session: AsyncSession, submission_id: UUID) -> Submission | None:
    """Return one submission of the tenant."""
    return await session.get(Submission, submission_id, populate_existing=True)


async def oldest_pending(session: AsyncSession, complaint_id: UUID) -> Submission | None:
    """Return what has to be delivered first for a complaint."""
    found: Submission | None = await session.scalar(
        select(Submission)
        .where(Submission.complaint_id == complaint_id, Submission.state == "pending")
        .order_by(Submission.seq)
        .limit(1)
    )
    return found


async def said_before(session: AsyncSession, complaint_id: UUID, instant: datetime) -> bool:
    """Say whether something said at or before an instant is still to be applied."""
    found = await session.scalar(
        select(Submission.id)
        .where(
            Submission.complaint_id == complaint_id,
            Submission.state == "pending",
            Submission.received_at <= instant,
        )
        .limit(1)
    )
    return found is not None


async def settle(
    session: AsyncSession,
    submission_id: UUID,
    state: str,
    now: datetime,
    refusal: str | None = None,
    missing: Sequence[str] = (),
) -> bool:
    """Mark a submission applied or refused, if it is still pending or parked. Say whether it was."""
    done = await session.execute(
        update(Submission)
        .where(Submission.id == submission_id, Submission.state.in_(("pending", "parked")))
        .values(state=state, refusal=refusal, missing=list(missing) or None, settled_at=now)
        .returning(Submission.id)
    )
    return done.first() is not None


async def settle_first(session: AsyncSession, submissions: Sequence[UUID], now: datetime) -> None:
    """Mark as applied what this very transaction appended."""
    await session.execute(
        update(Submission)
        .where(Submission.id.in_(submissions))
        .values(state="applied", settled_at=now)
        .execution_options(synchronize_session=False)
    )


async def note_failure(session: AsyncSession, submission_id: UUID, failure: str, *, park_after: int) -> str:
    """Count a failed delivery; park the submission once `park_after` have failed. Return its state."""
    row = await session.scalar(select(Submission).where(Submission.id == submission_id).with_for_update())
    if row is None:
        return "missing"
    if row.state == "pending":
        row.attempts += 1
        row.last_failure = failure
        if row.attempts >= park_after:
            row.state = "parked"
        await session.flush()
    return row.state


def parked_task_id(submission_id: UUID) -> UUID:
    """Return the id of the task for an operator about a parked submission."""
    return uuid5(submission_id, "parked")


async def end_parked_task(session: AsyncSession, submission_id: UUID, now: datetime) -> None:
    """End the task about a submission that was parked and is settled now."""
    await session.execute(
        update(Task)
        .where(Task.id == parked_task_id(submission_id), Task.state == "open")
        .values(state="done", ended_at=now)
    )


async def redeliver(session: AsyncSession, submission_id: UUID) -> bool:
    """Make a parked submission pending again, for another delivery. Say whether it was parked."""
    done = await session.execute(
        update(Submission)
        .where(Submission.id == submission_id, Submission.state == "parked")
        .values(
            state="pending",
            attempts=0,
            delivery=Submission.delivery + 1,
            lease_until=None,
        )
        .returning(Submission.id)
    )
    return done.first() is not None


async def lease(session: AsyncSession, complaint_id: UUID, now: datetime, length: timedelta) -> bool:
    """Take a complaint's oldest pending submission for a while, unless another sweep has it."""
    row = await session.scalar(
        select(Submission)
        .where(
            Submission.complaint_id == complaint_id,
            Submission.state == "pending",
            (Submission.lease_until.is_(None)) | (Submission.lease_until < now),
        )
        .order_by(Submission.seq)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return False
    row.lease_until = now + length
    await session.flush()
    return True
