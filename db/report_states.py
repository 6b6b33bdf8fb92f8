"""What becomes of a report: approved by another person, published, withdrawn. Each is compare-and-set on its row.

Whoever calls holds the lock of `db.queries.reports`, and says who it was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from db.models.report import Report, ReportPublication
from db.queries import governance_hindered, report_facts, reports

# What everybody may read: what such a report holds can be linked to nobody.
FOR_EVERYBODY: Final = ("public", "annual")
# What goes outside with small numbers hidden: a later value beside one that is shown would tell of single complaints.
SMALL_HIDDEN: Final = frozenset({"public", "annual", "oversight"})


# Another about some of these days is published.
SHOWN_ALREADY: Final = "report_shown_already"
# Beside what was published since it was compiled, it would tell what it hides.
TELLS: Final = "report_tells"
# Whether a report, published now, would tell so: which counts tell of one another is not known here.
Tells = Callable[[AsyncSession, Report], Awaitable[bool]]


class NotNow(Exception):
    """This cannot become of the report now; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def approve(report: Report, person_id: UUID, at: datetime) -> None:
    """Approve a report that another person compiled. Raises NotNow."""
    if report.state != "compiled":
        raise NotNow("report_decided")
    if report.compiled_by == person_id:
        raise NotNow("report_compiled_by_you")
    report.state, report.approved_by, report.approved_at = "approved", person_id, at


async def publish(
    session: AsyncSession, report: Report, person_id: UUID | None, at: datetime, tells: Tells
) -> ReportPublication:
    """Publish an approved report on the page of its organisation. Raises NotNow."""
    if report.kind not in FOR_EVERYBODY:
        raise NotNow("report_not_for_everybody")
    if report.state == "compiled":
        raise NotNow("report_not_approved")
    if report.state != "approved":
        raise NotNow("report_decided")
    slug = slug_of(report.kind, report.first_on, report.last_on)
    await room_for(session, report, tells)
    report.state = "published"
    published = ReportPublication(
        id=uuid5(report.id, "publication"),
        organisation_id=report.organisation_id,
        report_id=report.id,
        slug=slug,
        published_at=await _after_all_compiled(session, report, at),
        published_by=person_id,
    )
    session.add(published)
    await session.flush()
    return published


async def room_for(session: AsyncSession, report: Report, tells: Tells) -> None:
    """Raise NotNow where a report could not be published beside what is."""
    # Also about other days that overlap: a year less eleven months of it tells what the twelfth would hide.
    if await reports.shown_beside(session, report.kind, report.first_on, report.last_on):
        raise NotNow(SHOWN_ALREADY)
    if await tells(session, report):
        raise NotNow(TELLS)


async def withdraw(session: AsyncSession, report: Report, person_id: UUID | None, at: datetime, reason: str) -> None:
    """Withdraw a published report: its address says so from now on, and what waited for it is tried. Raises NotNow."""
    published = await reports.publication(session, report.id)
    if report.state != "published" or published is None:
        raise NotNow("report_not_published")
    report.state = "withdrawn"
    published.withdrawn_at = await _after_all_compiled(session, report, at)
    published.withdrawn_by, published.withdrawn_reason = person_id, reason
    await session.flush()
    for hindered in (SHOWN_ALREADY, TELLS):
        await governance_hindered.unhinder(session, hindered, at, by=person_id)


async def _after_all_compiled(session: AsyncSession, report: Report, at: datetime) -> datetime:
    """Return when this was known: not before any report was compiled, for each is rebuilt by what was known then."""
    mark = await report_facts.mark_of(session, report.organisation_id)
    return max(at, datetime.fromtimestamp(0, UTC) + timedelta(microseconds=mark))


def slug_of(kind: str, first_on: date, last_on: date) -> str:
    """Return the last part of a report's address: of its kind and its days alone, a year to 31 March in short."""
    if (first_on.month, first_on.day) == (4, 1) and last_on == date(first_on.year + 1, 3, 31):
        return f"{kind}-{first_on.year}-{last_on:%y}"
    return f"{kind}-{first_on.isoformat()}-to-{last_on.isoformat()}"
