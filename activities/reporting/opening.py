"""Finds the complaints behind a figure of a kept report, by what was known when it was compiled."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting import ko41_opening
from activities.reporting.keeping import scope_of
from db.models.report import Report
from db.queries import report_figures
from db.queries.report_figures import Behind
from policies.reporting import definition_files


async def opened(
    session: AsyncSession, report: Report, figure: str, told: tuple[str, str] | None, after: UUID | None, limit: int
) -> Sequence[Behind]:
    """Return the complaints behind a figure, or behind a part of it, `told` apart by something; those after an id.

    Raises LookupError for a figure that cannot be opened.
    """
    by, value = told or (None, None)
    if ko41_opening.is_ours(figure):
        scope, rules = scope_of(report), report.rules
        return await ko41_opening.behind(session, scope, rules, figure, by=by, value=value, after=after, limit=limit)
    code = _counted(report.kind, report.rules, figure)
    return await report_figures.behind(session, scope_of(report), code, by=by, value=value, after=after, limit=limit)


def _counted(kind: str, rules: int, figure: str) -> str:
    """Return the code under which a figure of a report is counted: a share is opened to what it is a share."""
    if figure in report_figures.FIGURES:
        return figure
    sections = [
        each
        for known in definition_files.load_definitions()
        if (known.kind, known.version) == (kind, rules)
        for each in known.sections
    ]
    return next((each.counted for section in sections for each in section.figures if each.code == figure), figure)
