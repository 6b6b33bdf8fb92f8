"""What governance has done with reports: one compiled and kept for an occurrence, one published."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting.compiling import Asked
from activities.reporting.keeping import keep
from db import report_states
from db.models.governance import Governance
from db.queries import reports
from db.queries.report_scope import Scope
from reports.document import Document
from reports.document import read as read_document

# A return's section that says of each equality whether it holds, and its figure of those that do not.
_VALIDATION: Final = "validation"
_BROKEN: Final = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A report that was kept, and how many of its equalities do not hold; None where it has none."""

    report_id: UUID
    broken: int | None = None


# A session of the organisation, the occurrence, the kind of report, the time.
Compile = Callable[[AsyncSession, Governance, str, datetime], Awaitable[Compiled]]
# A session of the organisation, the occurrence, whoever approved it, the time.
Publish = Callable[[AsyncSession, Governance, UUID | None, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """How reports are compiled and published for governance."""

    compile: Compile
    publish: Publish


async def compile_kept(session: AsyncSession, row: Governance, kind: str, now: datetime) -> Compiled:
    """Compile a report of what is known by now, and keep it beside the occurrence that asked for it."""
    scope = Scope(organisation_id=row.organisation_id, first_on=row.first_on, last_on=row.last_on, known_until=now)
    report = await keep(session, Asked(kind=kind, scope=scope), now, person_id=row.begun_by, occurrence_id=row.id)
    return Compiled(report_id=report.id, broken=broken_in(read_document(report.document.encode())))


async def publish_kept(session: AsyncSession, row: Governance, approved_by: UUID | None, now: datetime) -> None:
    """Publish the report of an occurrence for everybody. Raises NotNow: another may stand at its address."""
    assert row.report_id is not None
    await reports.lock(session, row.organisation_id)
    report = await reports.find(session, row.report_id, held=True)
    assert report is not None
    if report.state != "published":
        await report_states.publish(session, report, approved_by, now)


def broken_in(document: Document) -> int | None:
    """Return how many equalities of a return do not hold; None for a report that has none to hold."""
    for section in document.sections:
        for figure in section.figures if section.code == _VALIDATION else ():
            if figure.code == _BROKEN:
                return int(figure.value or 0)
    return None
