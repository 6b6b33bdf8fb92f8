"""Builds the section of the board report that shows how the process behaves over weeks and months."""

from __future__ import annotations

from activities.reporting import filling
from activities.reporting.board_context import Context
from activities.reporting.charts import process
from policies.reporting.definition_files import SectionRule, TableRule
from policies.reporting.periods import whole_months, whole_weeks
from reports.document import Section


async def behaviour(context: Context, rule: SectionRule) -> Section:
    """Chart the weeks and months up to the last day, from the first in which there was anything."""
    tables = [filling.table_of(table, context.told, context.titles, _shown(context, table)) for table in rule.tables]
    by_code = {each.code: each for each in tables}
    numbers = context.definition.numbers
    charts = [
        process(context.definition, each, by_code[each.table], numbers.get(f"baseline_{rule.table(each.table).by}s"))
        for each in rule.charts
        if by_code[each.table].rows
    ]
    return filling.section(rule, tables=tuple(tables), charts=tuple(charts))


def _shown(context: Context, table: TableRule) -> list[str]:
    """Return the whole weeks or months of a table: an organisation that began lately has none before it did."""
    numbers = context.definition.numbers
    if table.by == "week":
        every = whole_weeks(context.scope.last_on, numbers["chart_weeks"])
    else:
        every = whole_months(context.scope.last_on, numbers["chart_months"])
    first = min(
        (code for column in table.columns for code in context.told[str(column.counts), str(table.by)]), default=None
    )
    return [] if first is None else [code for code in every if code >= first]
