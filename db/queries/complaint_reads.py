"""SQL that reads one complaint: the case, its words and parties, its events and notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models.act import CaseEvent, Submission
from db.models.complaint import Complaint, ComplaintWords, Note, Party
from db.models.office import Unit
from db.models.organisation import Person
from db.models.people_outside import ContactNeeds
from db.queries.people_outside import needs_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a reference names: a complaint, or, until it is opened, only what logged it."""

    id: UUID
    organisation_id: UUID
    complaint: Complaint | None
    logged_by: Submission | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One complaint with what is shown beside it."""

    complaint: Complaint
    words: ComplaintWords | None
    owner_name: str | None
    parties: tuple[Party, ...]
    reopened_from: str | None
    reopened_as: str | None
    team: Unit | None = None
    division: Unit | None = None
    needs: dict[UUID, ContactNeeds] = field(default_factory=dict)


async def find(session: AsyncSession, reference: str) -> Found | None:
    """Return what a normalised reference names, if the tenant may see it."""
    complaint = await session.scalar(select(Complaint).where(Complaint.reference == reference))
    if complaint is not None:
        return Found(
            id=complaint.id,
            organisation_id=complaint.organisation_id,
            complaint=complaint,
        )
    logged = await session.scalar(select(Submission).where(Submission.reference == reference))
    if logged is None:
        return None
    return Found(
        id=logged.complaint_id,
        organisation_id=logged.organisation_id,
        complaint=None,
        logged_by=logged,
    )


async def case(session: AsyncSession, complaint: Complaint) -> Case:
    """Return a complaint with its words, parties, owner's name and linked references."""
    earlier, later = aliased(Complaint), aliased(Complaint)
    team, division = aliased(Unit), aliased(Unit)
    row = (
        await session.execute(
            select(ComplaintWords, Person.name, earlier.reference, later.reference, team, division)
            .select_from(Complaint)
            .outerjoin(ComplaintWords, ComplaintWords.complaint_id == Complaint.id)
            .outerjoin(Person, Person.id == Complaint.owner_id)
            .outerjoin(earlier, earlier.id == Complaint.reopened_from)
            .outerjoin(later, later.reopened_from == Complaint.id)
            .outerjoin(team, team.id == Complaint.team_id)
            .outerjoin(division, division.id == Complaint.division_id)
            .where(Complaint.id == complaint.id)
        )
    ).one()
    return Case(
        complaint=complaint,
        words=row[0],
        owner_name=row[1],
        parties=tuple(await parties_of(session, complaint.id)),
        needs=await needs_in(session, complaint.id),
        reopened_from=row[2],
        reopened_as=row[3],
        team=row[4],
        division=row[5],
    )


async def parties_of(session: AsyncSession, complaint_id: UUID) -> list[Party]:
    """Return the people outside who are part of a complaint, without those who no longer are, or never were."""
    found = await session.scalars(
        select(Party)
        .where(Party.complaint_id == complaint_id, Party.replaced_by.is_(None), Party.retired_at.is_(None))
        .order_by(Party.role, Party.id)
    )
    return list(found)


async def is_reopened(session: AsyncSession, complaint_id: UUID) -> bool:
    """Say whether a complaint has been reopened already."""
    found = await session.scalar(select(Complaint.id).where(Complaint.reopened_from == complaint_id))
    return found is not None


async def events_of(
    session: AsyncSession, complaint_id: UUID, *, after: int, limit: int
) -> list[tuple[CaseEvent, str | None]]:
    """Return a complaint's events after a sequence number, each with its actor's name."""
    rows = await session.execute(
        select(CaseEvent, Person.name)
        .outerjoin(Person, Person.id == CaseEvent.actor_id)
        .where(CaseEvent.complaint_id == complaint_id, CaseEvent.seq > after)
        .order_by(CaseEvent.seq)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


async def notes_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[Note, str | None]]:
    """Return the notes on a complaint's file, oldest first, each with its author's name."""
    rows = await session.execute(
        select(Note, Person.name)
        .outerjoin(Person, Person.id == Note.author_id)
        .where(Note.complaint_id == complaint_id)
        .order_by(Note.said_at, Note.id)
    )
    return [(row[0], row[1]) for row in rows]
