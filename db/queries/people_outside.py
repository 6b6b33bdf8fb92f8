"""SQL of the people outside: what each needs, whom to copy letters to, and what they were told at the beginning."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.complaint import Party
from db.models.organisation import Person
from db.models.people_outside import ContactNeeds, StatementGiven, StatementWords
from db.models.work import Notice

_ON_THE_WAY = (NoticeState.DRAFT, NoticeState.RELEASED, NoticeState.QUEUED)


async def needs_of(session: AsyncSession, party_id: UUID) -> ContactNeeds | None:
    """Return what a party needs, as it was said last."""
    found: ContactNeeds | None = await session.scalar(
        select(ContactNeeds).where(ContactNeeds.party_id == party_id).order_by(ContactNeeds.number.desc()).limit(1)
    )
    return found


async def needs_in(session: AsyncSession, complaint_id: UUID) -> dict[UUID, ContactNeeds]:
    """Return what each party of a complaint needs, as it was said last, by party."""
    rows = await session.scalars(
        select(ContactNeeds).where(ContactNeeds.complaint_id == complaint_id).order_by(ContactNeeds.number)
    )
    return {row.party_id: row for row in rows}


async def everybody(session: AsyncSession, complaint_id: UUID) -> list[Party]:
    """Return the people outside of a complaint, with those who are no longer part of it, but nobody's wrong person."""
    found = await session.scalars(
        select(Party)
        .where(Party.complaint_id == complaint_id, Party.replaced_by.is_(None))
        .order_by(Party.retired_at.is_not(None), Party.role, Party.id)
    )
    return list(found)


async def is_there(session: AsyncSession, complaint_id: UUID, role: str, name: str) -> bool:
    """Say whether somebody of this name has a role already."""
    key = func.left(func.lower(func.regexp_replace(func.btrim(name), r"\s+", " ", "g")), 200)
    found = await session.scalar(
        select(Party.id)
        .where(
            Party.complaint_id == complaint_id,
            Party.role == role,
            Party.name_key == key,
            Party.replaced_by.is_(None),
            Party.retired_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


async def statements_given(session: AsyncSession, complaint_id: UUID) -> Sequence[tuple[StatementGiven, str | None]]:
    """Return what shows that the statements were given, in order, each with the name of who said so."""
    rows = await session.execute(
        select(StatementGiven, Person.name)
        .outerjoin(Person, Person.id == StatementGiven.said_by)
        .where(StatementGiven.complaint_id == complaint_id)
        .order_by(StatementGiven.given_on, StatementGiven.said_at, StatementGiven.id)
    )
    return [(row[0], row[1]) for row in rows]


async def letters_on_their_way(session: AsyncSession, complaint_id: UUID, party_id: UUID) -> list[Notice]:
    """Return what is written to a party and has not left yet."""
    found = await session.scalars(
        select(Notice)
        .where(
            Notice.complaint_id == complaint_id,
            Notice.party_id == party_id,
            Notice.state.in_([state.value for state in _ON_THE_WAY]),
        )
        .order_by(Notice.drafted_at, Notice.id)
    )
    return list(found)


async def statement_words(session: AsyncSession, organisation_id: UUID) -> list[StatementWords]:
    """Return every version of an organisation's own words for the statements, the newest first."""
    found = await session.scalars(
        select(StatementWords)
        .where(StatementWords.organisation_id == organisation_id)
        .order_by(StatementWords.number.desc())
    )
    return list(found)
