"""Reads what reports are made of, from `policies/reporting/<kind>.v<version>.toml`: titles, sources, words, order.

A malformed file refuses the process at its start, as a malformed procedure does. A version that a report was compiled
by is not changed any more: what is counted otherwise, or called otherwise, is a new version.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import field
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from policies.clock_rules import Certainty
from policies.rule_fields import STRICT, Name, Words, refuse_repeats

UnitName = Literal["count", "percent", "days", "minutes", "pounds", "score", "text"]
Title = Annotated[str, Field(min_length=1, max_length=200)]


class DefinitionError(ValueError):
    """The definition of a report is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class FigureRule:
    """One figure. `counts` is the figure that is counted, if it is not called as this one; `of` makes it a share.

    `base` is the figure that says of how many it is, where it is neither a count nor a share.
    """

    code: Name
    title: Title
    unit: UnitName = "count"
    counts: Name | None = None
    of: Name | None = None
    base: Name | None = None
    basis: Words | None = None
    note: Words | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.of is not None and self.unit != "percent":
            raise ValueError(f"{self.code}: of: a share is a percent")
        return self

    @property
    def counted(self) -> str:
        """Return the code of what is counted."""
        return self.counts or self.code


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ColumnRule:
    """A column of a table. `counts` and `of` as of a figure; `base` is another column of the table."""

    code: Name
    title: Title
    unit: UnitName = "count"
    counts: Name | None = None
    of: Name | None = None
    base: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TableRule:
    """A table. `by` is what its rows are told apart by, `titles` by which field they are called, if by another.

    `total` adds up the counts of its rows: only where each thing stands in one row.
    """

    code: Name
    title: Title
    head: Title
    by: Name | None = None
    titles: Name | None = None
    total: StrictBool = False
    columns: tuple[ColumnRule, ...] = ()
    basis: Words | None = None
    note: Words | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats(f"{self.code}: columns", (each.code for each in self.columns))
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ChartRule:
    """A chart of one column of a table."""

    code: Name
    title: Title
    table: Name
    column: Name
    kind: Literal["bars", "xmr"] = "bars"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SectionRule:
    """A section, with what stands in it in its order. `basis` is the text that asks for it."""

    code: Name
    title: Title
    basis: Words | None = None
    words: tuple[Words, ...] = ()
    figures: tuple[FigureRule, ...] = ()
    tables: tuple[TableRule, ...] = ()
    charts: tuple[ChartRule, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        for what in ("figures", "tables", "charts"):
            refuse_repeats(f"{self.code}: {what}", (each.code for each in getattr(self, what)))
        columns = {(table.code, column.code) for table in self.tables for column in table.columns}
        for chart in self.charts:
            if (chart.table, chart.column) not in columns:
                raise ValueError(f"{self.code}: {chart.code}: no column {chart.column} of a table {chart.table}")
        return self

    def table(self, code: str) -> TableRule:
        """Return a table of it."""
        return next(each for each in self.tables if each.code == code)

    def figure(self, code: str) -> FigureRule:
        """Return a figure of it."""
        return next(each for each in self.figures if each.code == code)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SumRule:
    """Counts that anybody may subtract from one another: figures, or with a `table` the columns of each row of it.

    With a `column` as well, the rows of that column are the parts, and `whole` is a figure.
    """

    whole: Name
    parts: tuple[Name, ...] = ()
    table: Name | None = None
    column: Name | None = None
    adding: Literal["all", "part", "overlapping"] = "all"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.column is None) is not bool(self.parts):
            raise ValueError(f"sum to {self.whole}: either parts, or the rows of a column")
        if self.column is not None and self.table is None:
            raise ValueError(f"sum to {self.whole}: a column of which table")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class BesideRule:
    """A report that anybody can lay beside this one: in one version, so that what was compiled stays what it was."""

    kind: Name
    version: Annotated[StrictInt, Field(ge=1)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Definition:
    """One version of what a report is. `numbers` are thresholds, `texts` sentences, `codes` lists of codes, by name.

    `beside` are reports about the same days from which nothing may follow that this one hides. `nations` and `regimes`
    say whose law asks for it; empty: everybody may have it.
    """

    kind: Name
    version: Annotated[StrictInt, Field(ge=1)]
    title: Title
    basis: Words
    certainty: Certainty
    notes: tuple[Words, ...] = ()
    numbers: Mapping[Name, StrictInt] = field(default_factory=dict)
    texts: Mapping[Name, Words] = field(default_factory=dict)
    codes: Mapping[Name, tuple[Name, ...]] = field(default_factory=dict)
    sections: Annotated[tuple[SectionRule, ...], Field(min_length=1)]
    sums: tuple[SumRule, ...] = ()
    beside: tuple[BesideRule, ...] = ()
    nations: tuple[Name, ...] = ()
    regimes: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("sections", (each.code for each in self.sections))
        for what in ("figures", "tables", "charts"):
            refuse_repeats(what, (each.code for section in self.sections for each in getattr(section, what)))
        self._check_sums()
        return self

    def _check_sums(self) -> None:
        tables = {table.code: {each.code for each in table.columns} for part in self.sections for table in part.tables}
        figures = {each.code for part in self.sections for each in part.figures}
        for each in self.sums:
            columns = tables.get(each.table, set()) if each.table is not None else figures
            named = {*each.parts, each.whole} if each.column is None else {each.column}
            whole = set() if each.column is None else {each.whole}
            if unknown := (named - columns) | (whole - figures):
                raise ValueError(f"sums: {', '.join(sorted(unknown))}: there is no such figure or column")

    def is_for(self, nation: str, regime: str) -> bool:
        """Say whether a body of a nation, under a regime, is one that reports so."""
        return nation in (self.nations or (nation,)) and regime in (self.regimes or (regime,))

    def section(self, code: str) -> SectionRule:
        """Return a section of it."""
        return next(each for each in self.sections if each.code == code)


_DEFINITION = TypeAdapter(Definition)


@cache
def load_definitions() -> tuple[Definition, ...]:
    """Return every version of every definition, by kind and then the oldest first."""
    found = [
        parse_definition(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.reporting").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda each: (each.kind, each.version)))


def newest(kind: str) -> Definition:
    """Return what a report of a kind is today."""
    return [each for each in load_definitions() if each.kind == kind][-1]


def definition(kind: str, version: int) -> Definition:
    """Return what a report of a kind was in one version."""
    return next(each for each in load_definitions() if (each.kind, each.version) == (kind, version))


def parse_definition(file: str, text: str) -> Definition:
    """Turn the text of one file into a definition. Raises DefinitionError."""
    try:
        found = _DEFINITION.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise DefinitionError(f"{file}: {error}") from None
    if file != f"{found.kind}.v{found.version}.toml":
        raise DefinitionError(f"{file}: the file is not named after {found.kind}, version {found.version}")
    return found
