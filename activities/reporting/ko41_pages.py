"""Writes a return KO41a or KO41b down as a document: its sections, the equalities, and what is not coded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from activities.reporting import filling
from activities.reporting.ko41_rules import FIELDS, Rules
from activities.reporting.titles import NONE, Titles
from db.queries.report_figures import opens
from db.queries.report_ko41_counted import UNCODED
from db.queries.report_scope import Scope
from policies.reporting.definition_files import SectionRule, TableRule
from policies.reporting.ko41 import Check, Part, Returned, broken
from reports.document import Cell, Column, Document, Figure, Row, Section, Table, Unit, Value

_ALL: Final = "all"
_OPENED: Final = ("unfound", "unfinished", "reopened")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What was counted for a return. `uncoded` and `unlisted` are new complaints, by section."""

    whole: Returned
    sites: tuple[Returned, ...]
    unfound: int
    unfinished: int
    reopened: int
    carried_before: int
    uncoded: Mapping[Part, int]
    unlisted: Mapping[Part, int]
    unplaced: int
    checks: tuple[Check, ...]


def document_of(counts: Counts, rules: Rules, scope: Scope, titles: Titles) -> Document:
    """Return the document of a return."""
    page = _Page(counts=counts, rules=rules, titles=titles)
    found = filling.document(rules.definition, scope, titles, map(page.section, rules.definition.sections))
    return replace(found, notes=(*_first(counts, rules), *found.notes))


def _first(counts: Counts, rules: Rules) -> Iterator[str]:
    """Say at the top what has to be mended before a return is made."""
    for name, count in (("broken_note", len(broken(counts.checks))), ("unfound_note", counts.unfound)):
        if count and name in rules.definition.texts:
            yield rules.definition.texts[name].format(count=count)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    counts: Counts
    rules: Rules
    titles: Titles

    def section(self, rule: SectionRule) -> Section:
        tables = tuple(table for each in rule.tables for table in self._tables(each))
        return Section(
            code=rule.code, title=rule.title, words=rule.words, figures=tuple(self._figures(rule)), tables=tables
        )

    def _figures(self, rule: SectionRule) -> Iterator[Figure]:
        values = self._values()
        for each in rule.figures:
            opened = each.code in _OPENED
            yield Figure(
                code=self.rules.opened_by(each.code) if opened else each.code,
                title=each.title,
                value=values[each.code],
                unit=Unit(each.unit),
                basis=rule.basis or self.rules.definition.basis,
                note=each.note,
                opens=opened,
            )

    def _values(self) -> Mapping[str, Value]:
        lists = self.rules.lists
        named = {"name": lists.name, "version": lists.version, "date": lists.effective_from.isoformat()}
        return {
            "sites": sum(each.site != UNCODED for each in self.counts.sites),
            "lists": self.rules.definition.texts["lists"].format(**named),
            "carried_before": self.counts.carried_before,
            "learned_since": self.counts.whole.summary.brought - self.counts.carried_before,
            "unfound": self.counts.unfound,
            "unfinished": self.counts.unfinished,
            "reopened": self.counts.reopened,
            "broken": len(broken(self.counts.checks)),
        }

    def _tables(self, rule: TableRule) -> Iterable[Table]:
        if rule.code == "summary":
            return (self._summary(rule),)
        if rule.code == "equalities":
            return (self._equalities(rule),)
        if rule.code == "uncoded":
            return (self._uncoded(rule),)
        return self._by_site(rule)

    def _summary(self, rule: TableRule) -> Table:
        rows = tuple(self._summary_row(rule, each) for each in self.counts.sites)
        return filling.bare_table(rule, rows, self._summary_row(rule, self.counts.whole))

    def _summary_row(self, rule: TableRule, each: Returned) -> Row:
        by, value = ("site", each.site or NONE) if each.site is not None else (None, None)
        cells = tuple(
            Cell(
                value=getattr(each.summary, column.code),
                figure=opens(self.rules.opened_by(column.code), by, value),
            )
            for column in rule.columns
        )
        return Row(code=_site_code(each), title=self._site_title(each), cells=cells)

    def _by_site(self, rule: TableRule) -> Iterator[Table]:
        """Write a section as tables that fit a page: all sites together first, then so many sites at a time."""
        several = self.counts.sites if len(self.counts.sites) > 1 else ()
        columns = (self.counts.whole, *several)
        abreast = self.rules.definition.numbers["sites_abreast"]
        for n in range(0, len(columns), abreast):
            yield self._part(rule, columns[n : n + abreast], n // abreast + 1)

    def _part(self, rule: TableRule, chunk: tuple[Returned, ...], n: int) -> Table:
        part: Part = next(each for each in self.rules.parts if each == rule.code)
        rows = tuple(
            Row(
                code=code,
                title=self.titles.of(FIELDS[part], code),
                cells=tuple(self._cell(each, part, code) for each in chunk),
            )
            for code in self.rules.listed[part]
        )
        total = Row(code="total", title="Total", cells=tuple(Cell(value=each.total(part)) for each in chunk))
        return Table(
            code=rule.code if n == 1 else f"{rule.code}_{n}",
            title=rule.title,
            head=rule.head,
            columns=tuple(Column(code=_site_code(each), title=self._site_title(each)) for each in chunk),
            rows=rows,
            total=total,
            note=rule.note,
        )

    def _cell(self, each: Returned, part: Part, code: str) -> Cell:
        by, value = (part, code) if each.site is None else (f"site.{part}", f"{each.site or NONE}.{code}")
        count = each.parts[part][code]
        # Behind a nought there is nothing, and most cells of most sites are noughts.
        return Cell(value=count, figure=opens(self.rules.opened_by("new"), by, value) if count else None)

    def _equalities(self, rule: TableRule) -> Table:
        texts = self.rules.definition.texts
        whole = [check for check in self.counts.checks if check.site is None]
        failed = broken(self.counts.checks)
        rows = []
        for check in whole:
            sites = sum(each.code == check.code and each.site is not None for each in failed)
            result = texts["holds"] if check.holds and not sites else texts["broken"]
            values: tuple[Value, ...] = (check.left, _RELATIONS[check.relation], check.right, result, sites)
            rows.append(Row(code=check.code, title=check.text, cells=tuple(Cell(value=value) for value in values)))
        return filling.bare_table(rule, rows)

    def _uncoded(self, rule: TableRule) -> Table:
        new = self.rules.opened_by("new")
        rows = [Row(code="site", title=self.rules.definition.texts["no_site"], cells=self._unplaced(new))]
        for part in self.rules.parts:
            cells = (
                Cell(value=self.counts.uncoded[part], figure=opens(new, "uncoded", part)),
                Cell(value=self.counts.unlisted[part], figure=opens(new, "unlisted", part)),
            )
            rows.append(Row(code=part, title=self.rules.definition.section(part).title, cells=cells))
        return filling.bare_table(rule, rows)

    def _unplaced(self, new: str) -> tuple[Cell, ...]:
        return (Cell(value=self.counts.unplaced, figure=opens(new, "site", NONE)), Cell(value=0))

    def _site_title(self, each: Returned) -> str:
        texts = self.rules.definition.texts
        if each.site is None:
            return texts["all"]
        return self.titles.of("site", each.site) if each.site else texts["no_site"]


_RELATIONS: Final = {"=": "equal to", ">=": "at least"}


def _site_code(each: Returned) -> str:
    return _ALL if each.site is None else each.site or NONE
