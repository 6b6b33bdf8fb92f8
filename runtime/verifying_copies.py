"""Verifies the copies of letters: that each is what was kept, and of the words that were released. It only reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from db.engine import Database, SweeperDatabase
from db.queries import sweeps
from db.queries.copies import CopyChecked, copies_checked
from runtime.verifying import Finding

_PAGE: Final = 200


@dataclass(slots=True, kw_only=True)
class CopiesReport:
    """What was looked through, and what is wrong."""

    copies: int = 0
    size: int = 0
    findings: list[Finding] = field(default_factory=list)


async def verify_copies(database: Database, sweeper: SweeperDatabase, now: datetime) -> CopiesReport:
    """Look at every copy of every organisation. The database hashes them: their bytes stay where they are."""
    report = CopiesReport()
    async with sweeper.session() as session:
        organisations = await sweeps.organisations(session)
    for organisation in organisations:
        await _copies_of(database, organisation.organisation_id, now, report)
    return report


async def _copies_of(database: Database, organisation_id: UUID, now: datetime, report: CopiesReport) -> None:
    after: UUID | None = None
    while True:
        async with database.tenant(organisation_id, now) as session:
            page = await copies_checked(session, organisation_id, after, _PAGE)
        for copy in page:
            report.copies += 1
            report.size += copy.size
            report.findings += [_finding(organisation_id, copy, wrong) for wrong in _faults(copy)]
        if len(page) < _PAGE:
            return
        after = page[-1].notice_id


def _faults(copy: CopyChecked) -> list[str]:
    wrong = [] if copy.whole else ["its content is not what was kept"]
    return wrong if copy.of_its_words else [*wrong, "it is of other words than were released"]


def _finding(organisation_id: UUID, copy: CopyChecked, wrong: str) -> Finding:
    return Finding(
        what=f"the copy of notice {copy.notice_id}: {wrong}",
        organisation_id=organisation_id,
        complaint_id=copy.complaint_id,
        reference=copy.reference,
    )
