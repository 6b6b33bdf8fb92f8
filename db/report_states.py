"""What becomes of a report: approved by another person, published, withdrawn. Each is compare-and-set on its row.

Whoever calls holds the lock of `db.queries.reports`, and says who it was.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from db.models.report import Report, ReportPublication
from db.queries import reports

# What everybody may read: what such a report holds can be linked to nobody.
FOR_EVERYBODY: Final = ("public", "annual")
# What goes outside with small numbers hidden: a later value beside one that is shown would tell of single complaints.
SMALL_HIDDEN: Final = frozenset({"public", "annual", "oversight"})


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


async def publish(session: AsyncSession, report: Report, person_id: UUID | None, at: datetime) -> ReportPublication:
    """Publish an approved report on the page of its organisation. Raises NotNow."""
    if report.kind not in FOR_EVERYBODY:
        raise NotNow("report_not_for_everybody")
    if report.state == "compiled":
        raise NotNow("report_not_approved")
    if report.state != "approved":
        raise NotNow("report_decided")
    slug = slug_of(report.kind, report.first_on, report.last_on)
    # Also about other days that overlap: a year less eleven months of it tells what the twelfth would hide.
    if await reports.shown_beside(session, report.kind, report.first_on, report.last_on):
        raise NotNow("report_shown_already")
    report.state = "published"
    published = ReportPublication(
        id=uuid5(report.id, "publication"),
        organisation_id=report.organisation_id,
        report_id=report.id,
        slug=slug,
        published_at=at,
        published_by=person_id,
    )
    session.add(published)
    await session.flush()
    return published


async def withdraw(session: AsyncSession, report: Report, person_id: UUID | None, at: datetime, reason: str) -> None:
    """Withdraw a published report: its address says so from now on. Raises NotNow."""
    published = await reports.publication(session, report.id)
    if report.state != "published" or published is None:
        raise NotNow("report_not_published")
    report.state = "withdrawn"
    published.withdrawn_at, published.withdrawn_by, published.withdrawn_reason = at, person_id, reason
    await session.flush()


def slug_of(kind: str, first_on: date, last_on: date) -> str:
    """Return the last part of a report's address: of its kind and its days alone, a year to 31 March in short."""
    if (first_on.month, first_on.day) == (4, 1) and last_on == date(first_on.year + 1, 3, 31):
        return f"{kind}-{first_on.year}-{last_on:%y}"
    return f"{kind}-{first_on.isoformat()}-to-{last_on.isoformat()}"
