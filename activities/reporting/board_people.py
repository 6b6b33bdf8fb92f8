"""Builds the sections of the board report that are about people who work on complaints, and about how it was.

Nobody is named here, nothing leads back to anybody, and what fewer than five people said is not shown (R-68).
"""

from __future__ import annotations

from dataclasses import replace

from activities.reporting import filling
from activities.reporting.board_context import Context
from db.queries.report_caseload import Caseload
from db.queries.report_caseload import caseload as counted_caseload
from policies.reporting.definition_files import SectionRule
from policies.survey_files import in_order
from reports.document import Cell, Figure, Row, Section, Table


async def caseload(context: Context, rule: SectionRule) -> Section:
    """Show how open cases are spread over those who own them."""
    found = await counted_caseload(context.session, context.scope)
    spread = {"handlers": found.handlers, "caseload_median": found.median, "caseload_most": found.most}
    counts = {**context.counts, **spread}
    figures = filling.figures(rule, counts)
    if 0 < found.handlers < context.definition.numbers["fewest_answers"]:
        # What three people have is what one of them has, to the other two.
        figures = tuple(
            _hidden(each) if each.code in ("caseload_median", "caseload_most") else each for each in figures
        )
        hidden = replace(rule, words=(*rule.words, context.definition.texts["handlers_hidden"]))
        return filling.section(hidden, figures=figures)
    return filling.section(rule, figures=figures, tables=(_bands(context, rule, found),))


async def feedback_staff(context: Context, rule: SectionRule) -> Section:
    """Show how it was for staff."""
    return await _feedback(context, rule, "staff")


async def feedback_party(context: Context, rule: SectionRule) -> Section:
    """Show how it was for people."""
    return await _feedback(context, rule, "party")


async def _feedback(context: Context, rule: SectionRule, who: str) -> Section:
    fewest = context.definition.numbers["fewest_answers"]
    figures = filling.figures(rule, context.counts)
    answered = int(context.counts[f"answered_{who}"] or 0)
    if answered == 0:
        return filling.section(rule, figures=figures)
    if answered < fewest:
        telling = {f"answered_{who}", f"answered_{who}_share", f"declined_{who}"}
        figures = tuple(_hidden(each) if each.code in telling else each for each in figures)
        hidden = replace(rule, words=(*rule.words, context.definition.texts["answers_hidden"]))
        return filling.section(hidden, figures=figures)
    tables = filling.tables_of(context.scope, rule, context.titles, context.told)
    return filling.section(rule, figures=figures, tables=tuple(_few_hidden(each, fewest) for each in tables))


def _few_hidden(table: Table, fewest: int) -> Table:
    """Hide the statements that fewer than so many answered."""
    rows = tuple(
        row if int(row.cells[0].value or 0) >= fewest else replace(row, cells=tuple(_NOT_SHOWN for _ in row.cells))
        for row in sorted(table.rows, key=lambda row: in_order(table.code.removeprefix("scores_"), row.code))
    )
    return replace(table, rows=rows)


def _bands(context: Context, rule: SectionRule, found: Caseload) -> Table:
    rows = [
        Row(code=code, title=context.titles.of("caseload", code), cells=(Cell(value=number),))
        for code, number in found.bands.items()
    ]
    total = Row(code="total", title="All", cells=(Cell(value=found.handlers),))
    return filling.bare_table(rule.table("caseload_bands"), rows, total)


def _hidden(figure: Figure) -> Figure:
    return replace(figure, value=None, of=None, suppressed=True)


_NOT_SHOWN = Cell(suppressed=True)
