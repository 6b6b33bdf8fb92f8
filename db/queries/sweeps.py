"""SQL over the sweeper's views: ids, states and instants of every organisation, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# The oldest pending submission of a complaint carries the lease of them all.
_UNDELIVERED = text("""
    select organisation_id, complaint_id from (
        select distinct on (complaint_id) organisation_id, complaint_id, received_at, lease_until
        from sweep_submission where state = 'pending' order by complaint_id, seq
    ) oldest
    where received_at <= :before and (lease_until is null or lease_until < :now)
    order by lease_until nulls first, received_at, complaint_id limit :limit
""")
_STILL_PENDING = text("""
    select count(distinct complaint_id) from sweep_submission
    where state = 'pending' and received_at <= :before and complaint_id = any(:complaints)
""")
_QUEUED = text("""
    select organisation_id, complaint_id, notice_id, carrier from (
        select organisation_id, complaint_id, notice_id, carrier, since from sweep_notice
        union all select organisation_id, complaint_id, notice_id, carrier, since from sweep_out_tray
    ) waiting where since <= :before order by since, notice_id
""")
_CHANGE_SETS = text("""
    select organisation_id, change_set_id, state, decision_id, approved from sweep_change_set
    where coalesce(decided_at, proposed_at) <= :before order by proposed_at, change_set_id limit :limit
""")
# What is owed to staff, and what runs beside a complaint, may outlive it.
_COUNTED_IN_NATION = text("""
    select organisation_id, complaint_id from sweep_complaint
    where nation = :nation and (cast(:after as uuid) is null or complaint_id > :after)
    union
    select organisation_id, complaint_id from sweep_involvement
    where nation = :nation and not open and (cast(:after as uuid) is null or complaint_id > :after)
    union
    select organisation_id, complaint_id from sweep_proceeding
    where nation = :nation and not open and (cast(:after as uuid) is null or complaint_id > :after)
    order by complaint_id limit :limit
""")
_COUNTED_IN_ORGANISATION = text("""
    select organisation_id, complaint_id from sweep_complaint
    where organisation_id = :organisation and (cast(:after as uuid) is null or complaint_id > :after)
    union
    select organisation_id, complaint_id from sweep_involvement
    where organisation_id = :organisation and not open and (cast(:after as uuid) is null or complaint_id > :after)
    union
    select organisation_id, complaint_id from sweep_proceeding
    where organisation_id = :organisation and not open and (cast(:after as uuid) is null or complaint_id > :after)
    order by complaint_id limit :limit
""")
_OUTSTANDING = text("""
    select count(distinct i.complaint_id) from sweep_change_set_item i
    join sweep_submission s on s.submission_id = i.submission_id where i.change_set_id = :change_set
""")
_ORGANISATIONS = text("select organisation_id, code from sweep_organisation order by code, organisation_id")
_HEADS = text("""
    select organisation_id, complaint_id, reference, event_seq, event_head from sweep_chain_head
    where cast(:after as uuid) is null or complaint_id > :after order by complaint_id limit :limit
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseId:
    """A complaint and whose it is."""

    organisation_id: UUID
    complaint_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedNotice:
    """A notice that waits to be carried, and by whom where it is not the mail gateway."""

    organisation_id: UUID
    complaint_id: UUID
    notice_id: UUID
    carrier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChangeSet:
    """A change of calendar that is neither applied, rejected nor superseded."""

    organisation_id: UUID
    change_set_id: UUID
    state: str
    decision_id: UUID | None
    approved: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation by its id and public code."""

    organisation_id: UUID
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of one complaint's chain of evidence."""

    organisation_id: UUID
    complaint_id: UUID
    reference: str
    event_seq: int
    event_head: str


async def undelivered(session: AsyncSession, *, now: datetime, before: datetime, limit: int) -> list[CaseId]:
    """Return complaints with something said by `before` and undelivered; those never tried go first."""
    rows = await session.execute(_UNDELIVERED, {"now": now, "before": before, "limit": limit})
    return _cases(rows.all())


async def still_pending(session: AsyncSession, complaints: Sequence[UUID], *, before: datetime) -> int:
    """Count which of some complaints still have something undelivered that was said by an instant."""
    found = await session.execute(_STILL_PENDING, {"complaints": list(complaints), "before": before})
    return int(found.scalar_one())


async def queued_notices(session: AsyncSession, *, before: datetime) -> list[QueuedNotice]:
    """Return the notices that were queued by an instant and are so still, the oldest first."""
    rows = await session.execute(_QUEUED, {"before": before})
    return [QueuedNotice(organisation_id=row[0], complaint_id=row[1], notice_id=row[2], carrier=row[3]) for row in rows]


async def open_change_sets(session: AsyncSession, *, before: datetime, limit: int) -> list[OpenChangeSet]:
    """Return change-sets whose last word was said by an instant, and that have not ended."""
    rows = await session.execute(_CHANGE_SETS, {"before": before, "limit": limit})
    return [
        OpenChangeSet(organisation_id=row[0], change_set_id=row[1], state=row[2], decision_id=row[3], approved=row[4])
        for row in rows
    ]


async def counted_in_nation(session: AsyncSession, nation: str, *, after: UUID | None, limit: int) -> list[CaseId]:
    """Return complaints that may have clocks which a nation's calendar moves, a page at a time."""
    rows = await session.execute(_COUNTED_IN_NATION, {"nation": nation, "after": after, "limit": limit})
    return _cases(rows.all())


async def counted_in_organisation(
    session: AsyncSession, organisation_id: UUID, *, after: UUID | None, limit: int
) -> list[CaseId]:
    """Return complaints of one organisation that may have clocks which run, a page at a time."""
    rows = await session.execute(
        _COUNTED_IN_ORGANISATION, {"organisation": organisation_id, "after": after, "limit": limit}
    )
    return _cases(rows.all())


async def outstanding(session: AsyncSession, change_set_id: UUID) -> int:
    """Count the complaints whose new dates are neither applied nor refused."""
    found = await session.execute(_OUTSTANDING, {"change_set": change_set_id})
    return int(found.scalar_one())


async def organisations(session: AsyncSession) -> list[Organisation]:
    """Return every organisation."""
    return [Organisation(organisation_id=row[0], code=row[1]) for row in await session.execute(_ORGANISATIONS)]


async def chain_heads(session: AsyncSession, *, after: UUID | None, limit: int) -> list[Head]:
    """Return heads of chains of evidence by complaint, a page at a time."""
    rows = await session.execute(_HEADS, {"after": after, "limit": limit})
    return [
        Head(organisation_id=row[0], complaint_id=row[1], reference=row[2], event_seq=row[3], event_head=row[4])
        for row in rows
    ]


def _cases(rows: Sequence[Any]) -> list[CaseId]:
    return [CaseId(organisation_id=row[0], complaint_id=row[1]) for row in rows]
