"""Verifies evidence packs: that what was assembled, and each archive given, is what was kept. It only reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database, SweeperDatabase
from db.models.pack import EvidencePack
from db.queries import packs, sweeps
from gateways.files import ContentMissing, FileKey, FileStore, Stored, collect
from runtime.verifying import Finding

_PAGE: Final = 50


@dataclass(slots=True, kw_only=True)
class PacksReport:
    """How many packs were read through, and what is wrong."""

    packs: int = 0
    size: int = 0
    findings: list[Finding] = field(default_factory=list)


async def verify_packs(database: Database, sweeper: SweeperDatabase, store: FileStore, now: datetime) -> PacksReport:
    """Read every evidence pack of every organisation. Raises StoreAway when the store cannot be reached."""
    report = PacksReport()
    async with sweeper.session() as session:
        organisations = await sweeps.organisations(session)
    for organisation in organisations:
        await _packs_of(database, organisation.organisation_id, store, now, report)
    return report


async def _packs_of(
    database: Database, organisation_id: UUID, store: FileStore, now: datetime, report: PacksReport
) -> None:
    after: UUID | None = None
    while True:
        async with database.tenant(organisation_id, now) as session:
            page = await packs.archives_after(session, organisation_id, after, _PAGE)
            wrong = {pack.id: await _assembled(session, pack) for pack in page}
        for pack in page:
            report.packs += 1
            report.size += pack.size or 0
            if fault := wrong[pack.id] or await _given(pack, store):
                report.findings.append(_finding(pack, fault))
        if len(page) < _PAGE:
            return
        after = page[-1].id


async def _assembled(session: AsyncSession, pack: EvidencePack) -> str | None:
    """Return what is wrong with what an act wrote down, whose hash stands in the chain of evidence, too."""
    content = await packs.content_of(session, pack.id)
    if hashlib.sha256(content).hexdigest() != pack.content_sha256:
        return "what was assembled is not what was kept"
    return None


async def _given(pack: EvidencePack, store: FileStore) -> str | None:
    """Return what is wrong with the archive, if it was made."""
    if pack.archive_key is None:
        return None
    try:
        found = await collect(store, FileKey.parse(pack.archive_key))
    except (ContentMissing, ValueError):
        return "its archive is missing"
    if found != Stored(size=pack.size or 0, sha256=pack.sha256 or ""):
        return "its archive is not what was given"
    return None


def _finding(pack: EvidencePack, wrong: str) -> Finding:
    return Finding(
        what=f"evidence pack {pack.id}: {wrong}",
        organisation_id=pack.organisation_id,
        complaint_id=pack.complaint_id,
        reference=None,
    )
