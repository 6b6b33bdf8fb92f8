"""SQL around one act: lock the case, find or store its verdict, find what is to be carried after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import OUT_TRAY, NoticeState
from db.models.act import VerdictRow
from db.models.arrivals import Carriage
from db.models.complaint import Complaint
from db.models.work import Notice

_LOCK_ACT = text("select pg_advisory_xact_lock(hashtextextended(:act, 1))")


async def lock_complaint(session: AsyncSession, complaint_id: UUID) -> Complaint | None:
    """Lock a complaint's row for the rest of the transaction, and return it."""
    found: Complaint | None = await session.scalar(
        select(Complaint).where(Complaint.id == complaint_id).with_for_update()
    )
    return found


async def is_reopened(session: AsyncSession, complaint_id: UUID) -> bool:
    """Say whether another complaint reopens this one."""
    found = await session.scalar(select(Complaint.id).where(Complaint.reopened_from == complaint_id))
    return found is not None


async def lock_act(session: AsyncSession, act_id: UUID) -> None:
    """Make two attempts at one act wait for each other, also before there is a complaint to lock."""
    await session.execute(_LOCK_ACT, {"act": str(act_id)})


async def stored_verdict(session: AsyncSession, act_id: UUID) -> dict[str, Any] | None:
    """Return what was decided on an act, if it was applied before."""
    row = await session.get(VerdictRow, act_id)
    return None if row is None else row.verdict


def store_verdict(
    session: AsyncSession,
    act_id: UUID,
    organisation_id: UUID,
    complaint_id: UUID,
    verdict: dict[str, Any],
    now: datetime,
) -> None:
    """Store what was decided on an act."""
    session.add(
        VerdictRow(
            act_id=act_id,
            organisation_id=organisation_id,
            complaint_id=complaint_id,
            verdict=verdict,
            applied_at=now,
        )
    )


async def queued_of(session: AsyncSession, complaint_id: UUID) -> Sequence[tuple[UUID, str | None]]:
    """Return the complaint's notices that are to be carried, each with its carrier: the queued, and letters that have
    to come into the out-tray or out of it. Starting one again does nothing, so all of them are named.
    """
    # One that waits for a form that somebody needs is no letter to post.
    released = and_(Notice.state == NoticeState.RELEASED.value, Notice.failure.is_(None))
    laid_out = Carriage.laid_out_at.is_not(None)
    begun = Carriage.begun_at.is_not(None)  # it may lie there though nothing says so
    rows = await session.execute(
        select(Notice.id, Notice.carrier)
        .outerjoin(Carriage, Carriage.notice_id == Notice.id)
        .where(
            Notice.complaint_id == complaint_id,
            or_(
                Notice.state == NoticeState.QUEUED.value,
                and_(
                    Notice.carrier == OUT_TRAY.value,
                    or_(
                        and_(released, ~laid_out, Carriage.status.is_(None)),
                        and_(~released, begun, Carriage.taken_out_at.is_(None)),
                    ),
                ),
            ),
        )
        .order_by(Notice.drafted_at, Notice.id)
    )
    return [(row[0], row[1]) for row in rows]
