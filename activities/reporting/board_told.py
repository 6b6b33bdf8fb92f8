"""Builds what the board is told one by one: what was learned, in words that name nobody, and each recommendation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from activities.reporting import filling
from activities.reporting.board_context import Context, plain
from activities.reporting.outside import told_in_words
from db.queries.report_recommendations import Recommended, recommendations
from policies.reporting.definition_files import SectionRule, TableRule
from policies.reporting.periods import day_title
from reports.document import Cell, Row, Section, Table


async def learned(context: Context, rule: SectionRule) -> Section:
    """Show what was learned, and where the definition asks for it, in the words that were approved to be told."""
    section = await plain(context, rule)
    table = next((each for each in rule.tables if each.code == "public_learning"), None)
    return section if table is None else replace(section, tables=(*section.tables, await told_in_words(context, table)))


async def ombudsman(context: Context, rule: SectionRule) -> Section:
    """Show what came from the Ombudsman, and where the definition asks for it, each recommendation."""
    section = await plain(context, rule)
    table = next((each for each in rule.tables if each.code == "recommendations_each"), None)
    return section if table is None else replace(section, tables=(*section.tables, await _each(context, table)))


async def _each(context: Context, rule: TableRule) -> Table:
    texts = context.definition.texts
    found, more = await recommendations(context.session, context.scope, context.definition.numbers["recommendations"])
    rows = [_row(context, number, each) for number, each in enumerate(found, start=1)]
    note = texts["more_recommendations"] if more else None if rows else texts["no_recommendations"]
    return filling.bare_table(rule, rows, note=note)


def _row(context: Context, number: int, each: Recommended) -> Row:
    days = (each.made_on, each.target_on, each.complied_on)
    standing = context.definition.texts[f"standing_{_standing(each, context.scope.last_on)}"]
    cells = (*(Cell(value=None if day is None else day_title(day)) for day in days), Cell(value=standing))
    return Row(code=f"{number:04}", title=context.titles.of("recommended", each.kind), cells=cells)


def _standing(each: Recommended, on: date) -> str:
    if each.lifted:
        return "lifted"
    if each.complied_on is not None:
        return "complied" if each.in_time is not False else "complied_late"
    return "late" if each.target_on is not None and each.target_on <= on else "open"
