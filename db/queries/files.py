"""SQL that reads the files on complaints: lists, one with its old content, and every one for verification."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.act import Submission
from db.models.complaint import CaseFile, Complaint


async def files_of(session: AsyncSession, complaint_id: UUID) -> list[CaseFile]:
    """Return the files attached to a complaint, oldest first, without their content."""
    found = await session.scalars(
        select(CaseFile)
        .where(CaseFile.complaint_id == complaint_id, CaseFile.attached)
        .order_by(CaseFile.added_at, CaseFile.submission_id)
    )
    return list(found)


async def attached_file(
    session: AsyncSession, complaint_id: UUID, file_id: UUID
) -> tuple[CaseFile, bytes | None] | None:
    """Return one attached file of a complaint, with its content if that is in the row still."""
    row = (
        await session.execute(
            select(CaseFile, CaseFile.content).where(
                CaseFile.id == file_id,
                CaseFile.complaint_id == complaint_id,
                CaseFile.attached,
            )
        )
    ).first()
    return None if row is None else (row[0], row[1])


async def attached_by(
    session: AsyncSession, complaint_id: UUID, file_ids: Collection[UUID], callers: Collection[str]
) -> int:
    """Return how many of some files of a complaint were put on it by certain callers."""
    found = await session.scalar(
        select(func.count())
        .select_from(CaseFile)
        .join(Submission, Submission.id == CaseFile.submission_id)
        .where(
            CaseFile.complaint_id == complaint_id,
            CaseFile.attached,
            CaseFile.id.in_(list(file_ids)),
            Submission.caller.in_(list(callers)),
        )
    )
    return found or 0


async def was_said(session: AsyncSession, caller: str, route: str, key: str) -> bool:
    """Say whether the tenant's caller has said something under this key of this route already."""
    found = await session.scalar(
        select(Submission.id).where(
            Submission.caller == caller, Submission.route == route, Submission.idempotency_key == key
        )
    )
    return found is not None


async def attached_after(
    session: AsyncSession, organisation_id: UUID, after: UUID | None, limit: int
) -> list[tuple[CaseFile, str | None]]:
    """Return a page of an organisation's attached files in order of id, each with its complaint's reference."""
    wanted = (
        select(CaseFile, Complaint.reference)
        .outerjoin(Complaint, Complaint.id == CaseFile.complaint_id)
        .where(CaseFile.organisation_id == organisation_id, CaseFile.attached)
        .order_by(CaseFile.id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(CaseFile.id > after)
    return [(row[0], row[1]) for row in await session.execute(wanted)]


async def content_in_row(session: AsyncSession, file_id: UUID) -> bytes | None:
    """Return the content of a file from before there was a store."""
    found: bytes | None = await session.scalar(select(CaseFile.content).where(CaseFile.id == file_id))
    return found
