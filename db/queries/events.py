"""SQL of the chain of evidence: append to it under the complaint's row lock, and read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.evidence import Fault, Link, canonical, check_chain, hash_of, microseconds
from db.models.act import CaseEvent
from db.models.complaint import Complaint


def append_event(
    session: AsyncSession,
    complaint: Complaint,
    *,
    kind: str,
    at: datetime,
    act_id: UUID,
    actor_id: UUID | None,
    role: str,
    data: Mapping[str, Any],
) -> CaseEvent:
    """Append one event to a complaint whose row this transaction has locked."""
    link = Link(
        organisation_id=complaint.organisation_id,
        complaint_id=complaint.id,
        seq=complaint.event_seq + 1,
        kind=kind,
        at_us=microseconds(at),
        act_id=act_id,
        actor_id=actor_id,
        role=role,
        data=canonical(data),
        prev_hash=complaint.event_head,
    )
    row = CaseEvent(
        organisation_id=link.organisation_id,
        complaint_id=link.complaint_id,
        seq=link.seq,
        kind=link.kind,
        at_us=link.at_us,
        act_id=link.act_id,
        actor_id=link.actor_id,
        role=link.role,
        data=link.data,
        prev_hash=link.prev_hash,
        hash=hash_of(link),
    )
    session.add(row)
    complaint.event_seq, complaint.event_head = row.seq, row.hash
    return row


async def check_complaint(
    session: AsyncSession, complaint: Complaint, anchor: tuple[int, str] | None = None
) -> list[Fault]:
    """Check one complaint's chain against its rows, its head and an exported anchor."""
    rows = await session.scalars(
        select(CaseEvent).where(CaseEvent.complaint_id == complaint.id).order_by(CaseEvent.seq)
    )
    links = [(_link(row), row.hash) for row in rows]
    return list(check_chain(complaint.id, links, complaint.event_seq, complaint.event_head, anchor))


def _link(row: CaseEvent) -> Link:
    return Link(
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        seq=row.seq,
        kind=row.kind,
        at_us=row.at_us,
        act_id=row.act_id,
        actor_id=row.actor_id,
        role=row.role,
        data=row.data,
        prev_hash=row.prev_hash,
    )
