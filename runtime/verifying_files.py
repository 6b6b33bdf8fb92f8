"""Verifies files: that the content of every attached one is there, and is what was stored. It only reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from db.engine import Database, SweeperDatabase
from db.models.complaint import CaseFile
from db.queries import sweeps
from db.queries.files import attached_after, content_in_row
from gateways.files import ContentMissing, FileKey, FileStore, Stored, collect
from runtime.verifying import Finding

_PAGE: Final = 200


@dataclass(slots=True, kw_only=True)
class FilesReport:
    """What was read through, and what is wrong."""

    files: int = 0
    size: int = 0
    findings: list[Finding] = field(default_factory=list)


async def verify_files(database: Database, sweeper: SweeperDatabase, store: FileStore, now: datetime) -> FilesReport:
    """Read every attached file of every organisation. Raises StoreAway when the store cannot be reached."""
    report = FilesReport()
    async with sweeper.session() as session:
        organisations = await sweeps.organisations(session)
    for organisation in organisations:
        await _files_of(database, organisation.organisation_id, store, now, report)
    return report


async def _files_of(
    database: Database, organisation_id: UUID, store: FileStore, now: datetime, report: FilesReport
) -> None:
    after: UUID | None = None
    while True:
        async with database.tenant(organisation_id, now) as session:
            page = await attached_after(session, organisation_id, after, _PAGE)
        for file, reference in page:
            report.files += 1
            report.size += file.size
            wrong = await _fault(database, file, store, now)
            if wrong is not None:
                report.findings.append(_finding(file, reference, wrong))
        if len(page) < _PAGE:
            return
        after = page[-1][0].id


async def _fault(database: Database, file: CaseFile, store: FileStore, now: datetime) -> str | None:
    """Return what is wrong with one file's content."""
    found = await _found(database, file, store, now)
    if found is None:
        return "its content is missing"
    if found != Stored(size=file.size, sha256=file.sha256):
        return "its content is not what was stored"
    return None


async def _found(database: Database, file: CaseFile, store: FileStore, now: datetime) -> Stored | None:
    if file.stored_key is None:
        async with database.tenant(file.organisation_id, now) as session:
            content = await content_in_row(session, file.id)
        return None if content is None else Stored(size=len(content), sha256=hashlib.sha256(content).hexdigest())
    try:
        return await collect(store, FileKey.parse(file.stored_key))
    except (ContentMissing, ValueError):
        return None


def _finding(file: CaseFile, reference: str | None, wrong: str) -> Finding:
    return Finding(
        what=f"file {file.id}: {wrong}",
        organisation_id=file.organisation_id,
        complaint_id=file.complaint_id,
        reference=reference,
    )
