"""Makes the charts of tables: bars, and process behaviour charts with their limits, signals and words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from policies.reporting.definition_files import ChartRule, Definition, SectionRule
from policies.reporting.xmr import IN_A_ROW, OUTSIDE, Behaviour, behaviour
from reports.document import Chart, ChartKind, Limits, Table, Unit, Value

_CALLED: Final = {OUTSIDE: "outside the limits", IN_A_ROW: "eight or more in a row on one side"}


def bars(rule: SectionRule, tables: Sequence[Table]) -> tuple[Chart, ...]:
    """Return the bar charts of a section whose tables have rows."""
    found = {each.code: each for each in tables}
    charts = [each for each in rule.charts if each.kind == "bars" and found[each.table].rows]
    return tuple(
        Chart(
            code=each.code,
            title=each.title,
            kind=ChartKind.BARS,
            table=each.table,
            column=each.column,
            words=_bars_in_words(each, found[each.table]),
        )
        for each in charts
    )


def process(definition: Definition, rule: ChartRule, table: Table, baseline: int | None = None) -> Chart:
    """Return the process behaviour chart of a column, with what it shows in words.

    `baseline` is of how many of the first values its centre and limits are; none: of all.
    """
    place = [each.code for each in table.columns].index(rule.column)
    values = [_number(row.cells[place].value) for row in table.rows]
    percent = table.columns[place].unit is Unit.PERCENT
    found = behaviour(values, least=0, most=100 if percent else None, baseline=baseline)
    return Chart(
        code=rule.code,
        title=rule.title,
        kind=ChartKind.XMR,
        table=rule.table,
        column=rule.column,
        words=_in_words(definition, table, found),
        limits=None
        if found is None
        else Limits(centre=found.centre, lower=found.lower, upper=found.upper, signals=found.signals),
    )


def _in_words(definition: Definition, table: Table, found: Behaviour | None) -> str:
    if found is None:
        return definition.texts["too_few"]
    signals = [
        f"{' to '.join(dict.fromkeys((table.rows[first].title, table.rows[last].title)))} ({_CALLED[rule]})"
        for first, last, rule in _together(found)
    ]
    said = f"Signals: {'; '.join(signals)}." if signals else definition.texts["no_signal"]
    lines = f"Mean {found.centre}, limits {found.lower} and {found.upper}."
    return f"{lines} {said} {definition.texts['rules']}"


def _together(found: Behaviour) -> list[tuple[int, int, str]]:
    """Return the first and the last position of signals of one rule that follow one another."""
    runs: list[tuple[int, int, str]] = []
    for rule in _CALLED:
        for place in (each for each, broken in found.signals if broken == rule):
            if runs and runs[-1][1:] == (place - 1, rule):
                runs[-1] = (runs[-1][0], place, rule)
            else:
                runs.append((place, place, rule))
    return runs


def _bars_in_words(rule: ChartRule, table: Table) -> str:
    place = [each.code for each in table.columns].index(rule.column)
    values = [(row.title, _number(row.cells[place].value)) for row in table.rows]
    present = [(title, value) for title, value in values if value is not None]
    if not present or not any(value for _, value in present):
        return "There is nothing to show."
    numbers = [value for _, value in present]
    bars = "1 bar" if len(table.rows) == 1 else f"{len(table.rows)} bars"
    return f"{bars}. The most is {_named(present, max(numbers))}, the least {_named(present, min(numbers))}."


def _named(present: Sequence[tuple[str, Decimal]], number: Decimal) -> str:
    """Return a number with where it stands: the first place, and how many more there are."""
    first, *more = (title for title, value in present if value == number)
    return f"{number} ({first} and {len(more)} more)" if more else f"{number} ({first})"


def _number(value: Value) -> Decimal | None:
    return None if value is None else Decimal(value)
