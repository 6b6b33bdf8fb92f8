"""SQL of the response: its drafts, the decisions on them, what it is composed of, and who has investigated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.casework import CaseRole
from db.models.complaint import Party
from db.models.organisation import Appointment, Person
from db.models.remedies import Remedy
from db.models.response import ResponseClearance, ResponseDraft
from db.queries import people

# What was decided and stands: a remedy that was turned down, by either side, is none.
_GIVEN: Final = ("approved", "offered", "accepted", "paid")


async def drafts_of(session: AsyncSession, complaint_id: UUID) -> list[ResponseDraft]:
    """Return every version of a complaint's response, the latest first."""
    found = await session.scalars(
        select(ResponseDraft).where(ResponseDraft.complaint_id == complaint_id).order_by(ResponseDraft.version.desc())
    )
    return list(found)


async def latest_draft(session: AsyncSession, complaint_id: UUID) -> ResponseDraft | None:
    """Return the latest version of a complaint's response."""
    found: ResponseDraft | None = await session.scalar(
        select(ResponseDraft)
        .where(ResponseDraft.complaint_id == complaint_id)
        .order_by(ResponseDraft.version.desc())
        .limit(1)
    )
    return found


async def last_clearance(session: AsyncSession, draft_id: UUID) -> ResponseClearance | None:
    """Return the decision on a draft that counts: the last one."""
    found: ResponseClearance | None = await session.scalar(
        select(ResponseClearance)
        .where(ResponseClearance.draft_id == draft_id)
        .order_by(ResponseClearance.number.desc())
        .limit(1)
    )
    return found


async def clearances_of(session: AsyncSession, complaint_id: UUID) -> Mapping[UUID, Sequence[ResponseClearance]]:
    """Return every decision on a complaint's drafts, by draft, in order."""
    rows = await session.scalars(
        select(ResponseClearance)
        .where(ResponseClearance.complaint_id == complaint_id)
        .order_by(ResponseClearance.draft_id, ResponseClearance.number)
    )
    found: dict[UUID, list[ResponseClearance]] = defaultdict(list)
    for row in rows:
        found[row.draft_id].append(row)
    return found


async def parts_of(session: AsyncSession, complaint_id: UUID, person_id: UUID, role: str) -> list[CaseRole]:
    """Return the parts of a kind that a person has, or had for longer than a day, in a case; the latest last."""
    lasted = or_(CaseRole.ends_on.is_(None), CaseRole.ends_on > CaseRole.starts_on)
    found = await session.scalars(
        select(CaseRole)
        .where(CaseRole.complaint_id == complaint_id, CaseRole.person_id == person_id, CaseRole.role == role, lasted)
        .order_by(CaseRole.said_at, CaseRole.id)
    )
    return list(found)


async def affected_of(session: AsyncSession, complaint_id: UUID) -> list[Party]:
    """Return the people affected by a complaint where they are others than who complained."""
    found = await session.scalars(
        select(Party).where(
            Party.complaint_id == complaint_id,
            Party.role == "affected",
            Party.replaced_by.is_(None),
            Party.retired_at.is_(None),
        )
    )
    return list(found)


async def remedies_given(session: AsyncSession, complaint_id: UUID) -> list[Remedy]:
    """Return the remedies that were approved and not declined, in the order in which they were proposed."""
    found = await session.scalars(
        select(Remedy)
        .where(Remedy.complaint_id == complaint_id, Remedy.state.in_(_GIVEN))
        .order_by(Remedy.proposed_at, Remedy.id)
    )
    return list(found)


async def roles_held(session: AsyncSession, person_id: UUID, on: date) -> frozenset[str]:
    """Return the roles that somebody who works there is appointed to on a day."""
    found = await session.scalars(
        select(Appointment.role)
        .join(Person, Person.id == Appointment.person_id)
        .where(Appointment.person_id == person_id, people.in_force(on), Person.active)
    )
    return frozenset(found)
