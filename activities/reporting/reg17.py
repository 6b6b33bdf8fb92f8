"""Builds the report to the regulator on how quality is assessed and improved (SI 2014/2936 reg 17(3); R-63).

It is for the regulator alone: small numbers are shown in it, but never what fewer than five people said of how it was.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting import filling, outside
from activities.reporting.board_context import Context
from activities.reporting.titles import Titles
from db.queries.governance_counts import Counted, governance
from db.queries.report_scope import Scope
from policies.reporting.definition_files import SectionRule
from reports.document import Cell, Document, Row, Section


async def build(session: AsyncSession, scope: Scope, titles: Titles) -> Document:
    """Build the report to the regulator."""
    return await outside.build(session, scope, titles, "reg17", _SECTIONS, small_shown=True)


async def governed(context: Context, rule: SectionRule) -> Section:
    """Show which reports, panels and meetings there were, and whether they were in time."""
    counted = await governance(context.session, context.scope)
    rows = tuple(_row(context, each) for each in counted)
    note = None if rows else context.definition.texts["no_governance"]
    return filling.section(rule, tables=(filling.bare_table(rule.table("governance"), rows, note=note),))


def _row(context: Context, each: Counted) -> Row:
    cells = tuple(Cell(value=value) for value in (each.begun, each.done, each.abandoned, each.late))
    return Row(code=each.kind, title=context.titles.of("governance", each.kind), cells=cells)


_SECTIONS = {
    "governance": governed,
    "learning": outside.with_learning,
    "feedback_party": outside.feedback_party,
    "feedback_staff": outside.feedback_staff,
}
