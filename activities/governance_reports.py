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
from activities.reporting.outside import tells
from db import report_states
from db.models.governance import Governance
from db.models.organisation import Organisation
from db.queries import reports
from db.queries.report_scope import Scope
from policies.reporting import definition_files
from reports.document import Document
from reports.document import read as read_document

# A return's section that says of each equality whether it holds, and its figure of those that do not.
_VALIDATION: Final = "validation"
_BROKEN: Final = "broken"


# A body is not one that reports so.
NOT_FOR_THIS_BODY: Final = "not_for_this_body"


class Hindered(Exception):
    """The machine cannot do its step, and only people can put that right; `code` says why.

    It is raised before anything is written: that it was is committed with what was done by then.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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
    """Compile a report of what is known by now, and keep it beside the occurrence that asked for it. Raises Hindered
    for one that no law asks of a body like this.
    """
    body = await session.get_one(Organisation, row.organisation_id)
    if not definition_files.newest(kind).is_for(body.nation, body.regime):
        raise Hindered(NOT_FOR_THIS_BODY)
    scope = Scope(organisation_id=row.organisation_id, first_on=row.first_on, last_on=row.last_on, known_until=now)
    report = await keep(session, Asked(kind=kind, scope=scope), now, person_id=row.begun_by, occurrence_id=row.id)
    return Compiled(report_id=report.id, broken=broken_in(read_document(report.document.encode())))


async def publish_kept(session: AsyncSession, row: Governance, approved_by: UUID | None, now: datetime) -> None:
    """Publish the report of an occurrence for everybody. Raises Hindered: what is published may leave it no room."""
    assert row.report_id is not None
    await reports.lock(session, row.organisation_id)
    report = await reports.find(session, row.report_id, held=True)
    assert report is not None
    if report.state == "published":
        return
    try:
        await report_states.publish(session, report, approved_by, now, tells)
    except report_states.NotNow as why:
        raise Hindered(why.code) from None


def broken_in(document: Document) -> int | None:
    """Return how many equalities of a return do not hold; None for a report that has none to hold."""
    for section in document.sections:
        for figure in section.figures if section.code == _VALIDATION else ():
            if figure.code == _BROKEN:
                return int(figure.value or 0)
    return None
