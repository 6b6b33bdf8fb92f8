"""SQL of the office: its ledger of changes, and what stands in the way of ending an account or retiring a unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.proceedings import ActionState
from db.models.action import Action
from db.models.complaint import Complaint
from db.models.governance_meeting import GovernanceAction
from db.models.office import Absence, OfficeAnswer, OfficeEvent, Unit
from db.models.organisation import Appointment, Person
from db.models.proceeding import Proceeding
from db.models.training import TrainingRecord
from db.queries import governance_people, training

_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:organisation, 3))")


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The key of the last event of the page before."""

    at: datetime
    id: UUID


async def lock_office(session: AsyncSession, organisation_id: UUID) -> None:
    """Let nobody else change the people and units of an organisation until the transaction has ended."""
    await session.execute(_LOCK, {"organisation": str(organisation_id)})


async def said_under(session: AsyncSession, *, caller: str, route: str, key: str) -> OfficeEvent | None:
    """Return what a caller changed under a key on a route before."""
    found: OfficeEvent | None = await session.scalar(
        select(OfficeEvent).where(
            OfficeEvent.caller == caller, OfficeEvent.route == route, OfficeEvent.idempotency_key == key
        )
    )
    return found


async def answered(session: AsyncSession, event_id: UUID) -> dict[str, Any] | None:
    """Return what was answered to a change; None for one of before answers were kept."""
    found: dict[str, Any] | None = await session.scalar(
        select(OfficeAnswer.answer).where(OfficeAnswer.event_id == event_id)
    )
    return found


async def list_office_events(session: AsyncSession, *, after: After | None, limit: int) -> Sequence[OfficeEvent]:
    """Return the ledger of the tenant's office, the newest first, a page at a time."""
    key = tuple_(OfficeEvent.at, OfficeEvent.id)
    rows = await session.scalars(
        select(OfficeEvent)
        .where(true() if after is None else key < tuple_(after.at, after.id))
        .order_by(OfficeEvent.at.desc(), OfficeEvent.id.desc())
        .limit(limit)
    )
    return rows.all()


async def is_subject_taken(session: AsyncSession, subject: str) -> bool:
    """Say whether somebody of the tenant, still there or gone, has a token's subject."""
    return await session.scalar(select(Person.id).where(Person.subject == subject)) is not None


async def is_code_taken(session: AsyncSession, code: str) -> bool:
    """Say whether a division or team of the tenant has a code."""
    return await session.scalar(select(Unit.id).where(Unit.code == code)) is not None


async def holds_already(session: AsyncSession, new: Appointment) -> bool:
    """Say whether a person has the same role, in the same unit, on a day of a new appointment."""
    found = await session.scalar(
        select(Appointment.id)
        .where(
            Appointment.person_id == new.person_id,
            Appointment.role == new.role,
            Appointment.unit_id.is_not_distinct_from(new.unit_id),
            or_(Appointment.ends_on.is_(None), Appointment.ends_on >= new.starts_on),
            true() if new.ends_on is None else Appointment.starts_on <= new.ends_on,
        )
        .limit(1)
    )
    return found is not None


async def is_away_between(session: AsyncSession, person_id: UUID, first: date, last: date) -> bool:
    """Say whether a person is away on one of some days."""
    found = await session.scalar(
        select(Absence.id)
        .where(
            Absence.person_id == person_id,
            Absence.cancelled.is_(False),
            Absence.starts_on <= last,
            Absence.ends_on >= first,
        )
        .limit(1)
    )
    return found is not None


async def count_open_cases(session: AsyncSession, person_id: UUID) -> int:
    """Count the open complaints that a person owns."""
    return await _count(session, select(func.count()).where(Complaint.owner_id == person_id, Complaint.open))


async def count_open_actions(session: AsyncSession, person_id: UUID) -> int:
    """Count what a person is still to do of actions that follow from complaints, and of what meetings resolved."""
    planned = (
        select(func.count())
        .select_from(Action)
        .join(Proceeding, Proceeding.id == Action.id)
        .where(Action.owner_id == person_id, Proceeding.state == ActionState.OPEN.value)
    )
    resolved = select(func.count()).where(GovernanceAction.owner_id == person_id, GovernanceAction.state == "open")
    return sum([await _count(session, query) for query in (planned, resolved)])


async def count_left(session: AsyncSession, person_id: UUID) -> int:
    """Count what others must have before a person can go: open complaints, and actions still to be done."""
    return await count_open_cases(session, person_id) + await count_open_actions(session, person_id)


async def count_uses(session: AsyncSession, unit_id: UUID, on: date) -> int:
    """Count the open complaints, the appointments of today or later, and the teams that belong to a unit."""
    cases = select(func.count()).where(
        Complaint.open, or_(Complaint.team_id == unit_id, Complaint.division_id == unit_id)
    )
    held = (
        select(func.count())
        .select_from(Appointment)
        .join(Person, Person.id == Appointment.person_id)
        .where(
            Appointment.unit_id == unit_id,
            or_(Appointment.ends_on.is_(None), Appointment.ends_on >= on),
            Person.active,
        )
    )
    teams = select(func.count()).where(Unit.division_id == unit_id, Unit.active)
    return sum([await _count(session, query) for query in (cases, held, teams)])


async def _count(session: AsyncSession, query: Any) -> int:
    return int(await session.scalar(query) or 0)


async def end_account(session: AsyncSession, person: Person, on: date, now: datetime) -> None:
    """Let a person no longer be active, and end their appointments on a day: those to come on their first day.

    What leaders do regularly and they had a part in is looked at again, so that somebody else is told.
    """
    person.active = False
    await session.flush()
    await governance_people.changed_for(session, now, person_id=person.id)
    await training.end_tasks(session, TrainingRecord.person_id == person.id, now, by=None)
    await session.execute(
        update(Appointment)
        .where(Appointment.person_id == person.id, or_(Appointment.ends_on.is_(None), Appointment.ends_on > on))
        .values(ends_on=func.greatest(Appointment.starts_on, on))
    )
