"""A document of any counts, after what is small was taken out: whoever reads it subtracts, and divides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.reporting.suppressing import suppressed
from policies.reporting.definition_files import DefinitionError, FigureRule, newest, parse_definition
from policies.reporting.percent import percent
from reports.document import (
    Cell,
    Chart,
    ChartKind,
    Column,
    Document,
    Figure,
    Limits,
    Row,
    Section,
    Table,
    Unit,
    canonical,
)

RULES = newest("public")
SHARES = [each for part in RULES.sections for each in part.figures if each.of is not None]
FOUND = ("well_founded", "not_well_founded", "not_found")


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Draw a document of the public figures in which shares are of their wholes, and sums add up."""
    number = st.one_of(st.integers(0, 9), st.integers(0, 200))
    counts = {each.code: draw(number) for part in RULES.sections for each in part.figures if each.unit == "count"}
    counts["decided"] = sum(counts[code] for code in FOUND)
    for each in SHARES:
        counts[each.counted] = min(counts[each.counted], counts[str(each.of)])
    counts["decided"] = sum(counts[code] for code in FOUND)
    subjects = draw(st.lists(number, max_size=5))
    counts["received"] = draw(st.integers(max(subjects, default=0), sum(subjects)))
    sections = [
        Section(code=rule.code, title=rule.title, figures=tuple(_figure(each, counts) for each in rule.figures))
        for rule in RULES.sections
    ]
    rows = tuple(Row(code=f"s{n}", title=f"s{n}", cells=(Cell(value=value),)) for n, value in enumerate(subjects))
    columns = (Column(code="received", title="Received"),)
    table = Table(code="subjects", title="Subjects", head="Subject", columns=columns, rows=rows)
    return a_document(*(replace(each, tables=(table,)) if each.code == "subjects" else each for each in sections))


def a_document(*sections: Section) -> Document:
    """Return a document of the public figures."""
    return Document(
        kind="public",
        rules=1,
        title="x",
        organisation="X",
        organisation_code="X",
        first_on=date(2027, 4, 1),
        last_on=date(2028, 3, 31),
        known_until=datetime(2028, 6, 1, tzinfo=UTC),
        sections=sections,
    )


def _figure(rule: FigureRule, counts: dict[str, int]) -> Figure:
    if rule.of is not None:
        of = counts[rule.of]
        return Figure(
            code=rule.code, title=rule.title, value=percent(counts[rule.counted], of), unit=Unit.PERCENT, of=of
        )
    if rule.base is not None:
        return Figure(code=rule.code, title=rule.title, value="3", unit=Unit(rule.unit))
    return Figure(code=rule.code, title=rule.title, value=counts[rule.code])


def shown(document: Document) -> dict[str, Figure]:
    return {each.code: each for section in document.sections for each in section.figures if not each.suppressed}


@settings(max_examples=300, deadline=None)
@given(documents())
def test_nothing_small_is_left_to_subtract_or_to_divide(document: Document) -> None:
    told = shown(suppressed(document, RULES))
    counts = {code: each.value for code, each in told.items() if each.unit is Unit.COUNT}
    assert not [code for code, value in counts.items() if value in (1, 2, 3, 4)]
    for each in SHARES:
        part, of = counts.get(each.counted), counts.get(str(each.of))
        if isinstance(part, int) and isinstance(of, int):
            assert of - part not in (1, 2, 3, 4), each.code
        if each.code in told and told[each.code].of is not None:
            whole = int(told[each.code].of or 0)
            worked_out = int((Decimal(str(told[each.code].value or 0)) * whole / 100).quantize(1, ROUND_HALF_EVEN))
            assert not {worked_out, whole - worked_out} & {1, 2, 3, 4}, each.code
            assert each.counted in counts and each.of in counts
    for code in ("responded_days", "responded_days_ninetieth"):
        assert code not in told or "responded_first" in counts
    # One of three that add up is never the only one that is not shown.
    assert len([code for code in (*FOUND, "decided") if code not in counts]) != 1


@settings(max_examples=100, deadline=None)
@given(documents())
def test_taking_out_again_changes_nothing_and_nothing_is_taken_out_of_a_zero(document: Document) -> None:
    once = suppressed(document, RULES)
    assert canonical(suppressed(once, RULES)) == canonical(once)
    known = shown(once)
    for section in document.sections:
        for each in section.figures:
            assert each.value != 0 or each.unit is not Unit.COUNT or each.code in known


def test_no_limits_are_drawn_through_points_that_are_not_shown() -> None:
    limits = Limits(centre="9", lower="1", upper="20")
    chart = Chart(code="c", title="c", kind=ChartKind.XMR, table="subjects", column="received", words="", limits=limits)
    columns = (Column(code="received", title="Received"),)

    def of(*values: int) -> Document:
        rows = tuple(Row(code=str(n), title=str(n), cells=(Cell(value=value),)) for n, value in enumerate(values))
        table = Table(code="subjects", title="Subjects", head="Subject", columns=columns, rows=rows)
        return a_document(Section(code="x", title="x", tables=(table,), charts=(chart,)))

    assert suppressed(of(7, 3), RULES).sections[0].charts[0].limits is None
    assert suppressed(of(7, 8), RULES).sections[0].charts[0].limits == limits


def test_where_a_row_stands_does_not_tell_how_many_it_has() -> None:
    columns = (Column(code="received", title="Received"),)

    def of(**values: int) -> list[str]:
        most_first = sorted(values.items(), key=lambda each: -each[1])
        rows = tuple(Row(code=code, title=code, cells=(Cell(value=value),)) for code, value in most_first)
        total = Row(code="total", title="All", cells=(Cell(value=sum(values.values())),))
        table = Table(code="subjects", title="x", head="x", columns=columns, rows=rows, total=total)
        found = suppressed(a_document(Section(code="x", title="x", tables=(table,))), RULES)
        return [f"{row.code} {row.cells[0].value}" for row in found.sections[0].tables[0].rows]

    assert of(a=1, b=6, c=30) == ["c 30", "a None", "b None"]
    assert of(a=4, b=2, c=30) == of(a=2, b=4, c=30) == ["c 30", "a None", "b None"]


@pytest.mark.parametrize("kind", ["annual", "public", "oversight"])
def test_every_value_that_goes_outside_says_of_how_many_it_is(kind: str) -> None:
    rules = newest(kind)
    figures = {each.code: each for part in rules.sections for each in part.figures}
    for each in figures.values():
        assert each.unit in ("count", "text") or each.of is not None or each.base in figures, each.code
    for table in (table for part in rules.sections for table in part.tables):
        columns = {column.counts or column.code for column in table.columns if column.unit == "count"}
        for column in table.columns:
            based = column.base in columns or {column.counts or column.code, column.of} <= columns
            assert column.unit in ("count", "text") or based, (table.code, column.code)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ('whole = "received"\nparts = ["nothing"]', "nothing: there is no such figure"),
        ('whole = "received"', "either parts, or the rows of a column"),
        ('whole = "received"\nparts = ["received"]\ntable = "t"\ncolumn = "received"', "either parts"),
        ('whole = "received"\ncolumn = "received"', "a column of which table"),
        ('whole = "received"\ntable = "u"\ncolumn = "received"', "received: there is no such figure"),
    ],
)
def test_a_sum_of_what_there_is_not_refuses_the_definition(rule: str, why: str) -> None:
    text = f"""
    kind = "x"
    version = 1
    title = "x"
    basis = "for a test"
    certainty = "unverified"
    [[sections]]
    code = "x"
    title = "x"
    figures = [{{ code = "received", title = "Received" }}]
    tables = [{{ code = "t", title = "t", head = "t", columns = [{{ code = "received", title = "Received" }}] }}]
    [[sums]]
    {rule}
    """
    with pytest.raises(DefinitionError, match=why):
        parse_definition("x.v1.toml", text)
