"""Builds the section of the board report that shows complaints beside what other sources counted (R-64)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from activities.reporting import filling
from activities.reporting.board_context import Context
from activities.reporting.filling import Counts, Told
from db.queries import report_figures
from db.queries.report_figures import opens
from db.queries.report_groups import NONE
from db.queries.report_insight import Beside, beside
from db.queries.report_scope import Scope
from policies.reporting import triangulation
from policies.reporting.definition_files import SectionRule
from policies.reporting.percent import at_most_tenths
from policies.reporting.periods import day_title
from policies.reporting.triangulation import COMPLAINTS, COMPLIMENT, SOURCES, SURVEY, Pair, Rule
from reports.document import Cell, Row, Section, Table, Value

# What is on record here counts under its source, too.
_HERE: Final = {COMPLAINTS: "received", COMPLIMENT: "compliments", "feedback": "feedback"}
_REST: Final = "rest"
Rows = dict[str, dict[str, Pair]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Themes or places with what each source counted, and which of these rise together."""

    by: str
    field: str
    rows: Rows
    rising: Mapping[str, tuple[str, ...]]


async def together(context: Context, rule: SectionRule) -> Section | None:
    """Show sources side by side, by theme and by place; what rises together says so, and from what."""
    scope = context.scope
    days = triangulation.period_before(scope.first_on, scope.last_on)
    earlier = scope.between(*days)
    sent, sent_before = await beside(context.session, scope), await beside(context.session, earlier)
    if not (sent.months or sent_before.months):
        return None
    here, before = await _here(context, scope), await _here(context, earlier)
    comparable = _comparable(scope, sent, sent_before, before)
    themes = _compared(context, comparable, "subject", (sent.by_theme, sent_before.by_theme), (here, before))
    places = _compared(context, comparable, "place", (sent.by_place, sent_before.by_place), (here, before))
    counts = {"together_themes": len(themes.rising), "together_places": len(places.rising)}
    tables = (
        _table(context, rule, "together_by_theme", themes),
        _table(context, rule, "together_by_place", places),
        _risen(context, rule, (themes, places)),
    )
    told = replace(rule, words=(*rule.words, *_words(context, comparable, days)))
    return filling.section(told, figures=filling.figures(rule, counts), tables=tables)


async def _here(context: Context, scope: Scope) -> Told:
    wanted = [(code, by) for code in _HERE.values() for by in ("subject", "place")]
    return await report_figures.grouped_many(context.session, scope, wanted)


def _comparable(scope: Scope, sent: Beside, sent_before: Beside, before: Told) -> frozenset[str]:
    """Return the sources that can be compared; complaints, where there were any in the period before."""
    months = triangulation.months_of(scope.first_on, scope.last_on)
    found = triangulation.compared(months, sent.months, sent_before.months)
    return found | {COMPLAINTS} if months and before["received", "subject"] else found


def _compared(
    context: Context,
    comparable: frozenset[str],
    by: str,
    sent: tuple[Mapping[tuple[str, str], Decimal], Mapping[tuple[str, str], Decimal]],
    here: tuple[Told, Told],
) -> Compared:
    numbers = context.definition.numbers
    rule = Rule(
        least=numbers["rise_least"], hundredths=numbers["rise_hundredths"], score_tenths=numbers["score_fall_tenths"]
    )
    now, before = (_numbers(*each, by) for each in zip(sent, here, strict=True))
    rows: Rows = {}
    for source, code in {*now, *before}:
        if code != NONE:
            pair = Pair(now=now.get((source, code)), before=before.get((source, code)))
            rows.setdefault(code, {})[source] = pair
    rising = {code: triangulation.rising_together(row, comparable, rule) for code, row in rows.items()}
    field = "theme" if by == "subject" else "place"
    return Compared(by=by, field=field, rows=rows, rising={code: each for code, each in rising.items() if each})


def _numbers(sent: Mapping[tuple[str, str], Decimal], here: Told, by: str) -> dict[tuple[str, str], Decimal]:
    """Return what each source counted by theme or place, what is on record here added to what was sent."""
    found = dict(sent)
    for source, figure in _HERE.items():
        counted: Counts = here[figure, by]
        for code, number in counted.items():
            found[source, code] = found.get((source, code), Decimal(0)) + int(number or 0)
    return found


def _table(context: Context, rule: SectionRule, code: str, found: Compared) -> Table:
    """Return what rises first, then the most counted; the rest together."""
    every = sorted(found.rows, key=lambda each: _place_of(context, found, each))
    most = max(context.definition.numbers["themes"], len(found.rising))
    rows = [_row(context, found, each) for each in every[:most]]
    if every[most:]:
        cells = [Cell(value=_sum(found.rows, every[most:], source)) for source in SOURCES if source != SURVEY]
        rows.append(Row(code=_REST, title=context.definition.texts["rest"], cells=(*cells, Cell(), Cell())))
    return filling.bare_table(rule.table(code), rows)


def _place_of(context: Context, found: Compared, code: str) -> tuple[bool, Decimal, str, str]:
    counted = sum((pair.now or Decimal(0) for source, pair in found.rows[code].items() if source != SURVEY), Decimal(0))
    return code not in found.rising, -counted, context.titles.of(found.field, code), code


def _row(context: Context, found: Compared, code: str) -> Row:
    row = found.rows[code]
    cells = []
    for source in SOURCES:
        opened = opens("received", found.by, code) if source == COMPLAINTS else None
        cells.append(Cell(value=_value(source, row.get(source, Pair()).now), figure=opened))
    cells.append(Cell(value=len(found.rising.get(code, ()))))
    return Row(code=code, title=context.titles.of(found.field, code), cells=tuple(cells))


def _risen(context: Context, rule: SectionRule, every: Sequence[Compared]) -> Table:
    rows = []
    for found in every:
        for code in sorted(found.rising, key=lambda each: _place_of(context, found, each)):
            for source in found.rising[code]:
                pair = found.rows[code][source]
                title = f"{context.titles.of(found.field, code)}: {context.titles.of('insight', source)}"
                cells = tuple(Cell(value=_value(source, each)) for each in (pair.before, pair.now))
                rows.append(Row(code=f"{found.field}/{code}/{source}", title=title, cells=cells))
    return filling.bare_table(rule.table("together_rising"), rows)


def _words(context: Context, comparable: frozenset[str], days: tuple[date, date]) -> list[str]:
    texts = context.definition.texts
    if not triangulation.months_of(context.scope.first_on, context.scope.last_on):
        return [texts["together_not_whole"]]
    compared = [context.titles.of("insight", each).lower() for each in SOURCES if each in comparable]
    first, last = (day_title(each) for each in days)
    return [texts["together_rule"], f"{texts['together_last']} {first} to {last}: {', '.join(compared) or 'nothing'}."]


def _value(source: str, number: Decimal | None) -> Value:
    if source == SURVEY:
        return None if number is None else at_most_tenths(number)
    return int(number or 0)


def _sum(rows: Rows, codes: Sequence[str], source: str) -> int:
    return sum(int(rows[each].get(source, Pair()).now or 0) for each in codes)
