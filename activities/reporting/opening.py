"""Finds the complaints behind a figure of a kept report, by what was known when it was compiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting import ko41_opening
from activities.reporting.keeping import scope_of
from activities.reporting.outside import FOUNDED, founded_as
from db.models.report import Report
from db.queries import report_figures
from db.queries.report_figures import Behind, NoFigure
from db.queries.report_learning import decided, has_any
from policies.reporting import definition_files
from reports.document import Document, Section

# The figures that open by outcomes; a share opens to its part.
_BY_OUTCOME: Final = frozenset({*FOUNDED, "well_founded_share"})


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
    if code in FOUNDED and told is None:
        return await _founded(session, report, code, after, limit)
    return await report_figures.behind(session, scope_of(report), code, by=by, value=value, after=after, limit=limit)


def openable(document: Document) -> Document:
    """Return a kept report in which figures open, too, that are counted by outcomes: the record stays as it is."""
    return replace(document, sections=tuple(_with_founded(each) for each in document.sections))


def _with_founded(section: Section) -> Section:
    figures = (replace(each, opens=each.opens or each.code in _BY_OUTCOME) for each in section.figures)
    return replace(section, figures=tuple(figures))


async def _founded(
    session: AsyncSession, report: Report, code: str, after: UUID | None, limit: int
) -> Sequence[Behind]:
    """Return the complaints that count as well-founded, or not, by what their procedures call their outcomes."""
    scope, rules = scope_of(report), definition_files.definition(report.kind, report.rules)
    if code not in {each.counted for section in rules.sections for each in section.figures}:
        raise NoFigure(code)
    outcomes = [each for each in await decided(session, scope) if founded_as(rules, each) == code]
    return await report_figures.behind(session, scope, "decided", after=after, limit=limit, also=has_any(outcomes))


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
