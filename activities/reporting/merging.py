"""Puts the aggregates of several bodies together for their parent department (R-69), from what each of them delivered.

Nothing is read but what a body compiled and approved, and nothing is guessed: where a body shows no number, all of them
together have no exact one, and what is said instead is the least that it can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from policies.reporting.definition_files import Definition, FigureRule, SectionRule
from policies.reporting.percent import percent
from reports.document import Cell, Column, Document, Figure, Row, Section, Table, Unit


class NotAlike(ValueError):
    """Aggregates of other days, or of another kind, cannot be put together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A body that was asked to deliver, and its aggregate: None where it has not."""

    code: str
    title: str
    document: Document | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """Whose view it is, about which days, and before which instant bodies delivered."""

    organisation: str
    organisation_code: str
    first_on: date
    last_on: date
    known_until: datetime


_Known = Sequence[tuple[Related, dict[str, Figure]]]


def merged(parent: Parent, bodies: Sequence[Related], rules: Definition) -> Document:
    """Return the view over the bodies: who delivered, and a table for each section. Raises NotAlike."""
    for body in bodies:
        if body.document is not None and not _alike(body.document, parent, rules):
            raise NotAlike(body.code)
    ordered = sorted(bodies, key=lambda each: (each.title, each.code))
    known = [(body, _figures(body.document)) for body in ordered if body.document is not None]
    sections = [_delivered(ordered, rules), *(_section(each, known, rules) for each in rules.sections if each.figures)]
    return Document(
        kind=f"{rules.kind}_merged",
        rules=rules.version,
        title=rules.texts["merged_title"],
        organisation=parent.organisation,
        organisation_code=parent.organisation_code,
        first_on=parent.first_on,
        last_on=parent.last_on,
        known_until=parent.known_until,
        sections=tuple(sections),
        notes=(*rules.notes, rules.texts["at_least_note"], rules.texts["no_sum"]),
    )


def _alike(document: Document, parent: Parent, rules: Definition) -> bool:
    days = (document.first_on, document.last_on) == (parent.first_on, parent.last_on)
    return days and document.kind == rules.kind


def _figures(document: Document) -> dict[str, Figure]:
    return {each.code: each for each in chain.from_iterable(section.figures for section in document.sections)}


def _delivered(bodies: Sequence[Related], rules: Definition) -> Section:
    """Say which bodies delivered, and by what was known when."""
    delivered = sum(body.document is not None for body in bodies)
    rows = tuple(
        Row(code=body.code, title=body.title, cells=(_said(body, rules), Cell(value=_known_until(body))))
        for body in bodies
    )
    columns = (
        Column(code="delivered", title=rules.texts["delivered"], unit=Unit.TEXT),
        Column(code="known_until", title=rules.texts["known_until"], unit=Unit.TEXT),
    )
    figures = (
        Figure(code="bodies", title=rules.texts["bodies"], value=len(bodies)),
        Figure(code="bodies_delivered", title=rules.texts["bodies_delivered"], value=delivered),
    )
    table = Table(
        code="delivered", title=rules.texts["delivered"], head=rules.texts["body"], columns=columns, rows=rows
    )
    return Section(code="delivered", title=rules.texts["delivered"], figures=figures, tables=(table,))


def _said(body: Related, rules: Definition) -> Cell:
    return Cell(value=rules.texts["delivered" if body.document is not None else "not_delivered"])


def _known_until(body: Related) -> str | None:
    return None if body.document is None else body.document.known_until.date().isoformat()


def _section(rule: SectionRule, known: _Known, rules: Definition) -> Section:
    """Return a table of a section: a row for each body, and a column for each figure."""
    columns = tuple(Column(code=each.code, title=each.title, unit=Unit(each.unit)) for each in rule.figures)
    rows = [
        Row(code=body.code, title=body.title, cells=tuple(_cell(figures.get(each.code)) for each in rule.figures))
        for body, figures in known
    ]
    total = Row(code="all", title=rules.texts["all"], cells=tuple(_sum(each, known, rules) for each in rule.figures))
    if any(cell.suppressed for cell in total.cells):
        least = tuple(Cell(value=_least(each, known)) for each in rule.figures)
        rows.append(Row(code="at_least", title=rules.texts["at_least"], cells=least))
    table = Table(
        code=rule.code,
        title=rule.title,
        head=rules.texts["body"],
        columns=columns,
        rows=tuple(rows),
        total=total if known else None,
    )
    return Section(code=rule.code, title=rule.title, words=rule.words, tables=(table,))


def _cell(figure: Figure | None) -> Cell:
    return Cell() if figure is None else Cell(value=figure.value, suppressed=figure.suppressed)


def _sum(rule: FigureRule, known: _Known, rules: Definition) -> Cell:
    """Return a figure of all bodies together: exact, or not shown; nothing where it cannot be put together."""
    if rule.unit == "count":
        counts = _counts(rule.code, known)
        return Cell(suppressed=True) if counts is None else Cell(value=sum(counts))
    if rule.unit != "percent":
        return Cell()
    named = {each.counted: each.code for part in rules.sections for each in part.figures if each.unit == "count"}
    part, of = (_counts(named.get(code or "", ""), known) for code in (rule.counted, rule.of))
    if part is None or of is None:
        return Cell(suppressed=True)
    return Cell(value=percent(sum(part), sum(of)))


def _counts(code: str, known: _Known) -> list[int] | None:
    """Return a count of every body; None where any of them does not show it."""
    found = [figures[code].value if code in figures else None for _, figures in known]
    whole = [each for each in found if isinstance(each, int)]
    return whole if len(whole) == len(found) else None


def _least(rule: FigureRule, known: _Known) -> int | None:
    """Return the least that a count of all bodies can be: one for each that is not shown."""
    if rule.unit != "count":
        return None
    found = [figures.get(rule.code) for _, figures in known]
    return sum(1 if each.suppressed else int(each.value or 0) for each in found if each is not None)
