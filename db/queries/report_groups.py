"""By what figures of reports can be told apart, and how: a code for each fact, or several where it has several.

`owner` is not among them: no report counts anything by named member of staff.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, DateTime, String, case, cast, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute

from db.models.report_facts import ReportCase, ReportClock, ReportItem
from db.queries.report_counted import Counted
from db.queries.report_scope import Facts, Scope

NONE: Final = "none"
# A fact can have several of these, and counts once for each.
SEVERAL: Final = frozenset({"theme", "subject", "theme_place", "all_professions"})
_NO_THEME: Final[ColumnElement[Any]] = literal_column("array['none']::varchar[]")

_PLAIN: Final[dict[Facts, dict[str, InstrumentedAttribute[Any]]]] = {
    ReportCase: {
        name: getattr(ReportCase, name)
        for name in (
            *("matter", "source", "channel", "procedure", "severity", "outcome", "ended_as", "age_band"),
            *("complainant_status", "site", "ward", "service_area", "profession", "place"),
        )
    }
    | {"division": ReportCase.division_id, "team": ReportCase.team_id},
    ReportClock: {"clock": ReportClock.kind, "effect": ReportClock.effect},
    ReportItem: {
        "code": ReportItem.code,
        "second": ReportItem.second,
        "state": ReportItem.state,
        "part": ReportItem.part,
    },
}
DATED: Final = {"month": "YYYY-MM", "week": 'IYYY-"W"IW', "day": "YYYY-MM-DD"}


def ways(facts: Facts) -> tuple[str, ...]:
    """Return by what the facts of a table can be told apart."""
    special = {ReportCase: ("waited", *sorted(SEVERAL)), ReportItem: ("cause", "level")}.get(facts, ())
    return (*_PLAIN[facts], *DATED, *special)


def grouping(scope: Scope, counted: Counted, by: str) -> ColumnElement[str]:
    """Return the code by which the facts of a figure are told apart. Raises KeyError for a way that there is not."""
    if by in DATED:
        # As a local day: what PostgreSQL would make of it is an instant in the time zone of the session.
        return func.to_char(cast(counted.day, DateTime), literal_column(f"'{DATED[by]}'"))
    if (special := _SPECIAL.get((counted.facts, by))) is not None:
        return special(scope)
    return func.coalesce(cast(_PLAIN[counted.facts][by], String), literal_column(f"'{NONE}'"))


def _themes() -> ColumnElement[Any]:
    return case((func.cardinality(ReportCase.themes) == 0, _NO_THEME), else_=ReportCase.themes)


def _theme(scope: Scope) -> ColumnElement[str]:
    return func.unnest(_themes())


def _subject(scope: Scope) -> ColumnElement[str]:
    # Two sub-subjects of one subject are one subject.
    theme = func.unnest(_themes()).column_valued("theme")
    subjects = select(func.array_agg(func.split_part(theme, ".", 1).distinct()))
    return func.unnest(subjects.correlate(ReportCase).scalar_subquery())


def _theme_place(scope: Scope) -> ColumnElement[str]:
    place = func.coalesce(ReportCase.place, literal_column(f"'{NONE}'"))
    return func.concat(func.unnest(_themes()), literal_column("'|'"), place)


def _professions(scope: Scope) -> ColumnElement[str]:
    several = func.cardinality(ReportCase.professions) == 0
    return func.unnest(case((several, _NO_THEME), else_=ReportCase.professions))


def _waited(scope: Scope) -> ColumnElement[str]:
    """Say in which band of days lies how long a case has been open on the last day."""
    days = scope.last_on - ReportCase.received_on
    bands = ((30, "up_to_30"), (60, "up_to_60"), (90, "up_to_90"), (180, "up_to_180"))
    return case(*((days <= most, band) for most, band in bands), else_="longer")


def _cause(scope: Scope) -> ColumnElement[str]:
    return func.coalesce(func.split_part(ReportItem.code, "/", 1), NONE)


def _level(scope: Scope) -> ColumnElement[str]:
    return func.coalesce(func.split_part(ReportItem.code, "/", 2), NONE)


_SPECIAL: Final[dict[tuple[Facts, str], Callable[[Scope], ColumnElement[str]]]] = {
    (ReportCase, "theme"): _theme,
    (ReportCase, "subject"): _subject,
    (ReportCase, "theme_place"): _theme_place,
    (ReportCase, "all_professions"): _professions,
    (ReportCase, "waited"): _waited,
    (ReportItem, "cause"): _cause,
    (ReportItem, "level"): _level,
}
