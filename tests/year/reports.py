"""The reports of the year: compiled when they would be, and compiled again when more is known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import select

from activities.reporting.compiling import Asked
from activities.reporting.keeping import Rebuilt, keep, rebuild, with_since
from db.models.report import Report
from db.queries.report_scope import Scope
from reports.document import Document, read
from tests.year.trust import Trust

FIRST, LAST = date(2027, 4, 1), date(2028, 3, 31)
BEGIN: Final = datetime(2027, 4, 1, 8, 0, tzinfo=UTC)
MARCH: Final = datetime(2028, 3, 31, 18, 0, tzinfo=UTC)
NOVEMBER: Final = datetime(2028, 11, 30, 18, 0, tzinfo=UTC)
KINDS: Final = ("board", "annual", "ko41a", "public")


async def compiled(trust: Trust, kind: str) -> Document:
    """Compile and keep a report of the year as it is known now."""
    now = trust.world.clock.time
    scope = Scope(organisation_id=trust.body.id, first_on=FIRST, last_on=LAST, known_until=now)
    async with trust.world.database.tenant(trust.body.id, now) as session:
        report = await keep(
            session, Asked(kind=kind, scope=scope), now, person_id=trust.body.person("complaints_manager")
        )
        return read(report.document.encode())


async def again(trust: Trust, kind: str) -> tuple[Rebuilt, Document]:
    """Compile the first report of a kind that was kept once more, and beside what is known since."""
    now = trust.world.clock.time
    async with trust.world.database.tenant(trust.body.id, now) as session:
        report = await session.scalar(select(Report).where(Report.kind == kind).order_by(Report.compiled_at).limit(1))
        assert report is not None
        return await rebuild(session, report), await with_since(session, report, now)
