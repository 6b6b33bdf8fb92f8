"""Counts the figures of reports, and finds the complaints behind each: PostgreSQL counts, no row comes here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Double,
    Select,
    SQLColumnExpression,
    Subquery,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from db.models.complaint import Complaint
from db.queries.report_conditions import CASE_FIGURES, CLOCK_FIGURES
from db.queries.report_counted import Counted, Measure, countable
from db.queries.report_groups import DATED, SEVERAL, grouping, ways
from db.queries.report_item_conditions import ITEM_FIGURES
from db.queries.report_scope import Facts, Scope

FIGURES: Final[Mapping[str, Counted]] = {**CASE_FIGURES, **CLOCK_FIGURES, **ITEM_FIGURES}
_AT_ONCE: Final = 31
# Whole where it counts; else a decimal as text, and None of nothing.
Found = int | str | None


class NoFigure(LookupError):
    """A figure, or a way to tell it apart, that there is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A complaint that a figure counted, as it stands today; `times` is how often the figure counted in it."""

    complaint_id: UUID
    reference: str
    received_on: date
    stage: str
    severity: str | None
    times: int


async def count(session: AsyncSession, scope: Scope, codes: Iterable[str]) -> dict[str, Found]:
    """Count figures, in one pass over each table."""
    found: dict[str, Found] = {}
    for wanted in _by_pass(codes):
        facts = FIGURES[wanted[0]].facts
        columns = [_measured(FIGURES[code], FIGURES[code].condition(scope)) for code in wanted]
        query = select(*columns).where(countable(scope, facts))
        if _in_order(wanted[0]):
            # What is put in order is no more than what counts: all else would be sorted for nothing.
            query = query.where(or_(*(FIGURES[code].condition(scope) for code in wanted)))
        row = (await session.execute(query)).one()
        found |= {code: _plain(FIGURES[code], value) for code, value in zip(wanted, row, strict=True)}
    return found


async def grouped(session: AsyncSession, scope: Scope, code: str, by: str) -> dict[str, Found]:
    """Count one figure for each code by which its facts are told apart; only those codes that occur."""
    return (await grouped_many(session, scope, ((code, by),)))[code, by]


async def grouped_many(
    session: AsyncSession, scope: Scope, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, Found]]:
    """Count several figures, each told apart in its own way, in as few passes as can be."""
    asked = list(dict.fromkeys(wanted))
    found: dict[tuple[str, str], dict[str, Found]] = {each: {} for each in asked}
    for batch in _batches(asked):
        await _one_pass(session, scope, batch, found)
    return found


async def behind(
    session: AsyncSession,
    scope: Scope,
    code: str,
    *,
    by: str | None = None,
    value: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
    also: ColumnElement[bool] | None = None,
) -> list[Behind]:
    """Return the very complaints that a figure counted, in the order of their ids, those after one; with `also` those
    of its facts that something else is true of.

    Raises NoFigure where there is no such figure, no such way to tell it apart, or it does not open.
    """
    counted = _figure(code)
    if not counted.opens:
        raise NoFigure(code)
    facts = counted.facts
    columns: list[ColumnElement[Any]] = [facts.complaint_id.label("complaint_id")]
    if by is not None:
        columns.append(_way(scope, code, by).label("code"))
    conditions = [countable(scope, facts), counted.condition(scope), *([] if also is None else [also])]
    inner = select(*columns).where(*conditions).subquery()
    times = func.count().label("times")
    picked = select(inner.c.complaint_id, times).group_by(inner.c.complaint_id)
    if by is not None:
        picked = picked.where(inner.c.code == value)
    if after is not None:
        picked = picked.where(inner.c.complaint_id > after)
    page = picked.order_by(inner.c.complaint_id).limit(limit).subquery()
    rows = await session.execute(
        select(
            Complaint.id, Complaint.reference, Complaint.received_on, Complaint.stage, Complaint.severity, page.c.times
        )
        .join(page, page.c.complaint_id == Complaint.id)
        .order_by(Complaint.id)
    )
    return [
        Behind(complaint_id=row[0], reference=row[1], received_on=row[2], stage=row[3], severity=row[4], times=row[5])
        for row in rows
    ]


def opened(figure: str) -> tuple[str, str | None, str | None]:
    """Take apart the code by which a cell is opened: the figure, by what it is told apart, and the value of that."""
    code, _, told = figure.partition("?")
    by, _, value = told.partition("=")
    return code, by or None, value or None


def opens(code: str, by: str | None = None, value: str | None = None) -> str:
    """Return the code by which a cell is opened."""
    return code if by is None else f"{code}?{by}={value}"


def can_open(code: str) -> bool:
    """Say whether the complaints behind a figure may be looked at."""
    return code in FIGURES and FIGURES[code].opens


def _figure(code: str) -> Counted:
    try:
        return FIGURES[code]
    except KeyError:
        raise NoFigure(code) from None


def _way(scope: Scope, code: str, by: str) -> ColumnElement[str]:
    counted = _figure(code)
    if by not in ways(counted.facts):
        raise NoFigure(f"{code} by {by}")
    return grouping(scope, counted, by)


def _by_pass(codes: Iterable[str]) -> list[list[str]]:
    """Put together what one pass counts: of one table; medians apart, for these PostgreSQL has to sort."""
    found: dict[tuple[Facts, bool], list[str]] = defaultdict(list)
    for code in dict.fromkeys(codes):
        found[_figure(code).facts, _in_order(code)].append(code)
    return list(found.values())


def _in_order(code: str) -> bool:
    return FIGURES[code].measure in (Measure.MEDIAN, Measure.NINETIETH)


def _batches(asked: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Put together what one pass can count: of one table; what has several codes for one fact goes by itself.

    PostgreSQL tells no more than 31 ways apart at a time.
    """
    found: dict[tuple[Facts, bool, str], list[tuple[str, str]]] = defaultdict(list)
    for code, by in asked:
        found[_figure(code).facts, _in_order(code), by if by in SEVERAL else ""].append((code, by))
    return [every[at : at + _AT_ONCE] for every in found.values() for at in range(0, len(every), _AT_ONCE)]


async def _one_pass(
    session: AsyncSession,
    scope: Scope,
    batch: list[tuple[str, str]],
    found: dict[tuple[str, str], dict[str, Found]],
) -> None:
    inner, columns = _facts(scope, batch)
    codes = list(dict.fromkeys(code for code, _ in batch))
    # The same day of two figures is two ways: each figure counts only in its own.
    sets = [tuple_(inner.c[column]) for column in columns]
    values = [_measured(FIGURES[code], inner.c[f"if_{code}"], _number(inner, code)) for code in codes]
    query: Select[Any] = select(
        func.grouping(*(inner.c[column] for column in columns)), *(inner.c[column] for column in columns), *values
    ).group_by(func.grouping_sets(*sets))
    for row in await session.execute(query):
        # Bit 0 stands for a way that this row is told apart by: the last way is the lowest bit.
        place = next(i for i in range(len(columns)) if not row[0] >> (len(columns) - 1 - i) & 1)
        _take(row, place, columns, batch, codes, found)


def _take(
    row: Any,
    place: int,
    columns: dict[str, list[tuple[str, str]]],
    batch: list[tuple[str, str]],
    codes: list[str],
    found: dict[tuple[str, str], dict[str, Found]],
) -> None:
    value = row[1 + place]
    for code, by in list(columns.values())[place]:
        counted = _plain(FIGURES[code], row[1 + len(columns) + codes.index(code)])
        # A figure that counted nothing here does not have this code.
        if value is not None and counted not in (0, None):
            found[code, by][value] = counted


def _facts(scope: Scope, batch: list[tuple[str, str]]) -> tuple[Subquery, dict[str, list[tuple[str, str]]]]:
    """Return the facts that any figure counts, with the ways they are told apart by, and whose each way is."""
    facts = FIGURES[batch[0][0]].facts
    conditions = {code: FIGURES[code].condition(scope) for code, _ in batch}
    columns: dict[str, list[tuple[str, str]]] = {}
    for code, by in batch:
        dated = _day(code) if by in DATED else ""
        columns.setdefault(f"by_{by}_{dated}", []).append((code, by))
    chosen: list[ColumnElement[Any]] = []
    for name, pairs in columns.items():
        way = _way(scope, *pairs[0])
        if pairs[0][1] not in SEVERAL:
            # What none of its own figures counts is told apart by nothing: it would only make empty groups.
            way = case((or_(*(conditions[code] for code, _ in pairs)), way))
        chosen.append(way.label(name))
    for code, condition in conditions.items():
        chosen.append(condition.label(f"if_{code}"))
        if (number := FIGURES[code].of) is not None:
            chosen.append(number.label(f"of_{code}"))
    return select(*chosen).where(countable(scope, facts), or_(*conditions.values())).subquery(), columns


def _day(code: str) -> str:
    """Name the day by which a figure is placed: figures that are placed by the same one are told apart together."""
    day = FIGURES[code].day
    return day.key if isinstance(day, InstrumentedAttribute) else code


def _number(inner: Subquery, code: str) -> SQLColumnExpression[Any] | None:
    return None if FIGURES[code].of is None else inner.c[f"of_{code}"]


def _measured(
    counted: Counted, condition: ColumnElement[bool], of: SQLColumnExpression[Any] | None = None
) -> ColumnElement[Any]:
    """Return what a figure says of the facts that a condition picks."""
    number = counted.of if of is None else of
    if counted.measure is Measure.COUNT or number is None:
        return func.count().filter(condition)
    if counted.measure is Measure.MEDIAN:
        # Between two whole numbers in the middle lies a half: a float holds it exactly.
        return func.percentile_cont(literal_column("0.5")).within_group(cast(number, Double)).filter(condition)
    if counted.measure is Measure.NINETIETH:
        return func.percentile_disc(literal_column("0.9")).within_group(number).filter(condition)
    return (func.avg(number) if counted.measure is Measure.MEAN else func.sum(number)).filter(condition)


def _plain(counted: Counted, value: Any) -> Found:
    """Return what PostgreSQL counted as a report holds it: whole, or with at most one decimal, or pounds and pence."""
    if counted.measure is Measure.COUNT or value is None:
        return value if value is None else int(value)
    exact = Decimal(str(value))
    if counted.measure is Measure.SUM:
        return str(exact.to_integral_value() if exact == exact.to_integral_value() else exact.quantize(Decimal("0.01")))
    rounded = exact.quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return str(rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded)
