"""Documents that nobody would write, for tests: every text is anything, and so is every number."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import strategies as st

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
)

NASTY = (
    "<script>alert(1)</script>", "</title></style><img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "\u202eevil",
    "שלום עולם", "👩🏽‍⚕️🎉", "]]>", "&amp;&#x3c;", '"', "'", "#panic()", "\x00\x1b", "a" * 3000, "2027-04", "-1",
    "\ufffe", "\ufe0f", "",
)  # fmt: skip
words = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=("Cs",)), max_size=12))
maybe = st.none() | words
numbers = st.one_of(
    st.integers(-(10**24), 10**24),
    st.integers(0, 9),
    st.decimals(-(10**6), 10**6, places=1).map(str),
)
values = st.one_of(st.none(), numbers, words)
units = st.sampled_from(Unit)
limits = st.builds(
    Limits,
    centre=numbers.map(str),
    lower=numbers.map(str) | words,
    upper=numbers.map(str),
    signals=st.lists(st.tuples(st.integers(0, 5), words), max_size=3).map(tuple),
)
figures = st.builds(
    Figure, code=words, title=words, value=values, unit=units, of=st.none() | st.integers(0, 10**9), basis=maybe,
    note=maybe, opens=st.booleans(), suppressed=st.booleans(), since=values,
)  # fmt: skip
cells = st.builds(Cell, value=values, suppressed=st.booleans(), figure=maybe, since=values)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = tuple(draw(st.lists(st.builds(Column, code=words, title=words, unit=units), max_size=13)))
    row = st.builds(
        Row, code=words, title=words, cells=st.lists(cells, min_size=len(columns), max_size=len(columns)).map(tuple)
    )
    return Table(
        code=draw(words),
        title=draw(words),
        head=draw(words),
        columns=columns,
        rows=tuple(draw(st.lists(row, max_size=4))),
        total=draw(st.none() | row),
        note=draw(maybe),
    )


@st.composite
def sections(draw: st.DrawFn) -> Section:
    found = tuple(draw(st.lists(tables(), max_size=2)))
    charts = tuple(
        Chart(
            code=draw(words), title=draw(words), kind=draw(st.sampled_from(ChartKind)), table=table.code,
            column=draw(st.sampled_from([*(column.code for column in table.columns), "none"])), words=draw(words),
            limits=draw(st.none() | limits),
        )
        for table in found
    )  # fmt: skip
    return Section(
        code=draw(words),
        title=draw(words),
        words=tuple(draw(st.lists(words, max_size=2))),
        figures=tuple(draw(st.lists(figures, max_size=3))),
        tables=found,
        charts=charts,
    )


documents = st.builds(
    Document,
    kind=words,
    rules=st.integers(1, 9),
    title=words,
    organisation=words,
    organisation_code=words,
    first_on=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    last_on=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    known_until=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    sections=st.lists(sections(), max_size=5).map(tuple),
    notes=st.lists(words, max_size=2).map(tuple),
    since_at=st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
