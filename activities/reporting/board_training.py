"""Builds the section of the board report on training and role objectives (R-70): shares, and never who."""

from __future__ import annotations

from dataclasses import replace

from activities.reporting import filling
from activities.reporting.board_context import Context
from db.queries.report_staff import Trained, trained
from policies.calendars import add_months
from policies.reporting.definition_files import SectionRule
from policies.reporting.percent import percent
from reports.document import Cell, Row, Section, Table

_STAFF = "complaint_staff"


async def training(context: Context, rule: SectionRule) -> Section | None:
    """Show how many of those who work on complaints are trained, and have objectives and examples."""
    definition = context.definition
    since = add_months(context.scope.last_on, -definition.numbers["example_months"])
    found = await trained(context.session, context.scope, definition.codes[_STAFF], since)
    if not found.staff:
        return None
    counts = {
        _STAFF: found.staff,
        "staff_with_objectives": found.with_objectives,
        "staff_with_examples": found.with_examples,
    }
    figures = filling.figures(rule, counts)
    if found.staff < definition.numbers["fewest_answers"]:
        # What two of three have, is what the third has not, to everybody who knows them.
        figures = tuple(
            each if each.code == _STAFF else replace(each, value=None, of=None, suppressed=True) for each in figures
        )
        return filling.section(replace(rule, words=(*rule.words, definition.texts["staff_hidden"])), figures=figures)
    return filling.section(rule, figures=figures, tables=(_courses(context, rule, found),))


def _courses(context: Context, rule: SectionRule, found: Trained) -> Table:
    # The courses that there were when it was compiled: they are kept with its titles.
    titles = context.titles.held.get("course", {})
    codes = sorted({*titles, *found.by_course}, key=lambda code: (titles.get(code, code), code))
    rows = [
        Row(
            code=code,
            title=context.titles.of("course", code),
            cells=(
                Cell(value=found.by_course.get(code, 0)),
                Cell(value=percent(found.by_course.get(code, 0), found.staff)),
            ),
        )
        for code in codes
    ]
    return filling.bare_table(rule.table("trained_by_course"), rows)
