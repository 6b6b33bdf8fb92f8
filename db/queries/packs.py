"""SQL of evidence packs and of who took content of a case out: found, numbered, made, and written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.organisation import Person
from db.models.pack import EvidencePack, Seen
from db.queries.complaint_reads import Found

Content = Literal["file", "letter", "pack", "export"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading: who reads, and when. `organisation_id` is of the body whose person or system they are."""

    id: UUID
    organisation_id: UUID
    body: str
    person_id: UUID | None
    role: str
    at: datetime


async def next_number(session: AsyncSession, complaint_id: UUID) -> int:
    """Return the number of the next pack of a complaint, counted from 1."""
    query = select(func.count()).where(EvidencePack.complaint_id == complaint_id)
    return 1 + int(await session.scalar(query) or 0)


async def of_complaint(session: AsyncSession, complaint_id: UUID) -> list[tuple[EvidencePack, str | None, int]]:
    """Return the packs of a complaint, each with the name of who asked for it and how often it was read."""
    read = (
        select(func.count())
        .where(Seen.what == "pack", Seen.subject_id == EvidencePack.id, Seen.complaint_id == complaint_id)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(EvidencePack, Person.name, read)
        .outerjoin(Person, Person.id == EvidencePack.asked_by)
        .where(EvidencePack.complaint_id == complaint_id)
        .order_by(EvidencePack.number)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def find(session: AsyncSession, complaint_id: UUID, pack_id: UUID) -> EvidencePack | None:
    """Return one pack of a complaint."""
    found: EvidencePack | None = await session.scalar(
        select(EvidencePack).where(EvidencePack.id == pack_id, EvidencePack.complaint_id == complaint_id)
    )
    return found


async def content_of(session: AsyncSession, pack_id: UUID) -> bytes:
    """Return what an act wrote of the case for a pack."""
    found: bytes = (await session.scalars(select(EvidencePack.content).where(EvidencePack.id == pack_id))).one()
    return found


async def keep_archive(
    session: AsyncSession, pack_id: UUID, *, sha256: str, size: int, archive_key: str, now: datetime
) -> EvidencePack:
    """Write down which archive was made of a pack, and return the pack: of two made at once, the first."""
    await session.execute(
        update(EvidencePack)
        .where(EvidencePack.id == pack_id, EvidencePack.sha256.is_(None))
        .values(state="made", sha256=sha256, size=size, archive_key=archive_key, made_at=now)
        .execution_options(synchronize_session=False)
    )
    return (await session.scalars(select(EvidencePack).where(EvidencePack.id == pack_id))).one()


async def note_seen(session: AsyncSession, found: Found, what: Content, subject_id: UUID, reading: Reading) -> None:
    """Write down that somebody read content of a case. Before a complaint is opened there is none to write it on."""
    if found.complaint is not None:
        await note_all_seen(session, found.organisation_id, [found.id], what, subject_id, reading)


async def note_all_seen(
    session: AsyncSession,
    organisation_id: UUID,
    complaints: Iterable[UUID],
    what: Content,
    subject_id: UUID,
    reading: Reading,
) -> None:
    """Write down that somebody read content of several cases of one organisation."""
    rows = [
        {
            "id": uuid5(reading.id, str(complaint_id)),
            "organisation_id": organisation_id,
            "complaint_id": complaint_id,
            "what": what,
            "subject_id": subject_id,
            "viewer_organisation_id": reading.organisation_id,
            "viewer_body": reading.body,
            "person_id": reading.person_id,
            "role": reading.role,
            "at": reading.at,
        }
        for complaint_id in complaints
    ]
    if rows:
        await session.execute(insert(Seen).inline(), rows)


async def archives_after(
    session: AsyncSession, organisation_id: UUID, after: UUID | None, limit: int
) -> list[EvidencePack]:
    """Return a page of an organisation's packs in order of id, for verification."""
    query = select(EvidencePack).where(EvidencePack.organisation_id == organisation_id)
    if after is not None:
        query = query.where(EvidencePack.id > after)
    return list(await session.scalars(query.order_by(EvidencePack.id).limit(limit)))
