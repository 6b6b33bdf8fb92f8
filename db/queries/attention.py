"""SQL of what needs attention: open complaints, and what of theirs waits too long. Over the sweeper's views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_OPEN = text("""
    select organisation_id, complaint_id, reference, logged_at, next_event_at, nothing_next, attention,
           case when owner_active then owner_id end as owner_id, team_id
    from sweep_complaint order by complaint_id
""")
_VACANT = text("""
    select distinct c.organisation_id, r.role from sweep_complaint c
    cross join (values ('complaints_manager'), ('responsible_person')) as r (role)
    where not exists (
        select 1 from sweep_office s where s.organisation_id = c.organisation_id and s.role = r.role
        and s.starts_on <= :on and (s.ends_on is null or s.ends_on >= :on)
    ) order by c.organisation_id, r.role
""")
_HELD = text("""
    select organisation_id, role, person_id, unit_id from sweep_office
    where starts_on <= :on and (ends_on is null or ends_on >= :on) order by starts_on desc, appointment_id
""")
_AWAY = text("""
    select organisation_id, person_id, cover_id, cover_active from sweep_absence
    where starts_on <= :on and ends_on >= :on order by starts_on, person_id
""")
_STILL_OPEN = text("select complaint_id from sweep_complaint where complaint_id = any(:complaints)")
_SAID_OF = text("""
    select distinct complaint_id from sweep_submission where complaint_id = any(:complaints) and kind = 'log'
""")
_SUBMISSIONS = text("""
    select s.organisation_id, s.complaint_id, h.reference, s.state, s.received_at, s.kind from sweep_submission s
    left join sweep_chain_head h on h.complaint_id = s.complaint_id
    where s.state = 'parked' or s.received_at < :before order by s.received_at, s.submission_id
""")
_NOTICES = text("""
    select n.organisation_id, n.complaint_id, h.reference, n.since, n.held from sweep_notice n
    left join sweep_chain_head h on h.complaint_id = n.complaint_id
    where n.since < case when n.held then cast(:held_before as timestamptz) else cast(:before as timestamptz) end
    order by n.since, n.notice_id
""")
_CHANGE_SETS = text("""
    select organisation_id, change_set_id, state, coalesce(decided_at, proposed_at) as since from sweep_change_set
    where coalesce(decided_at, proposed_at) < :before and (state <> 'awaiting_approval' or decided_at is not null)
    order by since, change_set_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenComplaint:
    """An open complaint: what comes next, its owner who still works there, and a code when it needs attention."""

    organisation_id: UUID
    complaint_id: UUID
    reference: str
    logged_at: datetime
    next_event_at: datetime | None
    nothing_next: bool
    attention: str | None
    owner_id: UUID | None
    team_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Somebody who still works there holds a role today."""

    organisation_id: UUID
    role: str
    person_id: UUID
    unit_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Somebody is away today; `cover_id` is somebody who still works there, or nobody."""

    organisation_id: UUID
    person_id: UUID
    cover_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that has waited too long. A complaint that was never opened has no reference yet."""

    organisation_id: UUID
    complaint_id: UUID | None
    reference: str | None
    since: datetime
    state: str
    detail: str


async def open_complaints(session: AsyncSession) -> list[OpenComplaint]:
    """Return every open complaint."""
    rows = await session.execute(_OPEN)
    return [
        OpenComplaint(
            organisation_id=row.organisation_id,
            complaint_id=row.complaint_id,
            reference=row.reference,
            logged_at=row.logged_at,
            next_event_at=row.next_event_at,
            nothing_next=row.nothing_next,
            attention=row.attention,
            owner_id=row.owner_id,
            team_id=row.team_id,
        )
        for row in rows
    ]


async def held_on(session: AsyncSession, on: date) -> list[Held]:
    """Return who holds the roles that stand in for an owner on a day, of each role the last appointed first."""
    rows = await session.execute(_HELD, {"on": on})
    return [Held(**row) for row in rows.mappings()]


async def away_on(session: AsyncSession, on: date) -> list[Away]:
    """Return who is away on a day, the later begun absence last."""
    rows = await session.execute(_AWAY, {"on": on})
    return [
        Away(
            organisation_id=row.organisation_id,
            person_id=row.person_id,
            cover_id=row.cover_id if row.cover_active else None,
        )
        for row in rows
    ]


async def vacant_offices(session: AsyncSession, on: date) -> list[tuple[UUID, str]]:
    """Return organisations with open complaints that lack a complaints manager or a responsible person."""
    rows = await session.execute(_VACANT, {"on": on})
    return [(row.organisation_id, row.role) for row in rows]


async def still_open(session: AsyncSession, complaints: Sequence[UUID]) -> set[UUID]:
    """Return which of some complaints are open at this moment."""
    return set((await session.scalars(_STILL_OPEN, {"complaints": list(complaints)})).all())


async def being_logged(session: AsyncSession, complaints: Sequence[UUID]) -> set[UUID]:
    """Return which of some complaints are known only by what was said to log them."""
    return set((await session.scalars(_SAID_OF, {"complaints": list(complaints)})).all())


async def waiting_submissions(session: AsyncSession, *, before: datetime) -> list[Waiting]:
    """Return what was said before an instant and is neither applied nor refused, and all that is parked."""
    rows = await session.execute(_SUBMISSIONS, {"before": before})
    return [_waiting(row, row.received_at, row.state, row.kind) for row in rows]


async def waiting_notices(session: AsyncSession, *, before: datetime, held_before: datetime) -> list[Waiting]:
    """Return notices queued for too long; for those under a hold, longer is not too long."""
    rows = await session.execute(_NOTICES, {"before": before, "held_before": held_before})
    return [_waiting(row, row.since, "queued", "held" if row.held else "queued") for row in rows]


async def waiting_change_sets(session: AsyncSession, *, before: datetime) -> list[Waiting]:
    """Return changes of calendar that a machine should have carried on before an instant."""
    rows = await session.execute(_CHANGE_SETS, {"before": before})
    return [
        Waiting(
            organisation_id=row.organisation_id,
            complaint_id=None,
            reference=None,
            since=row.since,
            state=row.state,
            detail=f"{row.state}.{row.change_set_id}",
        )
        for row in rows
    ]


def _waiting(row: Any, since: datetime, state: str, detail: str) -> Waiting:
    return Waiting(
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        reference=row.reference,
        since=since,
        state=state,
        detail=detail,
    )
