"""Writes the rows of deadlines.csv that are about the later procedures; the rows of the first version stay as they are.

`python -m tests.policies.deadline_rows` writes them anew, by the second count. The rows in `BY_HAND` were counted on
paper, and no program made their dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tests.policies import second_count as second
from tests.policies.second_count import BOOK, DEFAULTS, TABLE, TARGETS, Row

_LONDON = ZoneInfo("Europe/London")
_HEADER: Final = (
    "group,nation,received_at,clock,amount,first_day,closures,given,due_on,due_at"
    ",procedure,figures,margin,extended,cap_on"
)
_EVERYWHERE: Final = ("england", "wales", "scotland", "northern_ireland")
_NATIONS: Final = {
    "nhs-england-2009/2": ("england",),
    "spso-model/1": ("scotland",),
    "lgsco-code/1": ("england",),
    "uk-central-government/1": _EVERYWHERE,
    "informal-contacts/1": _EVERYWHERE,
    "joint-contribution/1": _EVERYWHERE,
    second.DUTIES: _EVERYWHERE,
}
_FIGURES: Final[dict[str, tuple[dict[str, int], ...]]] = {
    "nhs-england-2009/2": ({}, {"written_record_days": 1, "early_resolution_days": 20, "comment_days": 3}),
    "spso-model/1": ({}, {"comment_days": 20}),
    "lgsco-code/1": ({}, {"comment_days": 10}),
    "uk-central-government/1": (
        {"acknowledge_days": 2, "early_resolution_days": 5, "closer_look_days": 25, "tier_2_days": 30},
        {"acknowledge_days": 1, "early_resolution_days": 1, "closer_look_days": 5, "tier_2_days": 5},
        {"acknowledge_days": 20, "early_resolution_days": 30, "closer_look_days": 120, "tier_2_days": 120},
    ),
    "informal-contacts/1": ({}, {"answer_days": 1}, {"answer_days": 40}),
    "joint-contribution/1": ({},),
    second.DUTIES: ({},),
}
# Days on which something starts, so that the count has to get over what the group is called after.
_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "weekend": ("2026-02-06", "2026-02-07", "2026-02-08"),
    "easter": ("2026-04-02", "2027-03-25", "2028-04-13"),
    "christmas": ("2026-12-24", "2027-12-23"),
    "may": ("2026-05-01", "2027-05-28"),
    "month_end": ("2026-08-31", "2027-01-31"),
    "leap_day": ("2028-02-28", "2028-02-29"),
    "clocks_go_forward": ("2026-03-28", "2028-03-25"),
    "clocks_go_back": ("2026-10-24", "2027-10-30"),
}
_OF_NATION: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "scotland": {
        "second_january": ("2026-12-31", "2027-12-31", "2025-12-31"),
        "st_andrew": ("2026-11-27", "2027-11-29", "2026-11-30"),
    },
    "northern_ireland": {
        "st_patrick": ("2026-03-16", "2027-03-16", "2026-03-17"),
        "twelfth_july": ("2026-07-10", "2027-07-09", "2028-07-11"),
    },
}
# procedure, nation, clock, day, figures, due: counted on paper.
BY_HAND: Final = (
    ("lgsco-code/1", "england", "stage_1", "2026-12-17", {}, "2027-01-05"),
    ("lgsco-code/1", "england", "stage_2", "2026-04-02", {}, "2026-05-05"),
    ("spso-model/1", "scotland", "early_resolution", "2026-12-23", {}, "2027-01-05"),
    ("spso-model/1", "scotland", "acknowledgement", "2026-11-27", {}, "2026-12-03"),
    ("spso-model/1", "scotland", "investigation", "2026-04-02", {}, "2026-05-01"),
    ("spso-model/1", "scotland", "closing", "2026-06-12", {}, "2026-07-13"),
    ("nhs-england-2009/2", "england", "comments", "2026-04-24", {}, "2026-05-14"),
    ("nhs-england-2009/2", "england", "written_record", "2026-05-01", {}, "2026-05-07"),
    ("nhs-england-2009/2", "england", "referral", "2026-03-27", {}, "2026-03-27"),
    ("nhs-england-2009/2", "england", "relevant_period", "2027-08-31", {}, "2028-02-29"),
    ("uk-central-government/1", "northern_ireland", "acknowledgement", "2026-03-16", {"acknowledge_days": 2},
     "2026-03-19"),
    ("uk-central-government/1", "england", "acknowledgement", "2026-03-16", {"acknowledge_days": 2}, "2026-03-18"),
    ("uk-central-government/1", "northern_ireland", "closer_look", "2026-07-10", {"closer_look_days": 15},
     "2026-08-03"),
    ("uk-central-government/1", "england", "next_update", "2026-12-11", {}, "2026-12-29"),
    ("informal-contacts/1", "wales", "answer", "2026-05-21", {}, "2026-06-05"),
    ("joint-contribution/1", "england", "part_acceptance", "2026-12-24", {}, "2027-01-05"),
    ("joint-contribution/1", "scotland", "part_separate", "2026-11-27", {}, "2026-12-14"),
    (second.DUTIES, "england", "staff_notice", "2026-12-24", {}, "2026-12-30"),
    (second.DUTIES, "scotland", "staff_notice", "2026-12-31", {}, "2027-01-06"),
    (second.DUTIES, "northern_ireland", "staff_support", "2026-03-16", {}, "2026-03-20"),
    (second.DUTIES, "wales", "staff_update", "2026-12-11", {}, "2026-12-29"),
    (second.DUTIES, "england", "staff_comment", "2026-04-24", {}, "2026-05-14"),
    (second.DUTIES, "england", "regulator_request", "2027-03-01", {}, "2027-03-29"),
    (second.DUTIES, "england", "regulator_request", "2026-12-04", {}, "2027-01-01"),
    (second.DUTIES, "england", "referral_learning", "2026-12-01", {}, "2026-12-31"),
)  # fmt: skip
_LATEST: Final = date(2028, 12, 31)  # what lies after it would be provisional


def rows() -> Iterator[Row]:
    """Yield every row about the later procedures."""
    yield from _by_hand()
    for procedure in BOOK:
        for place, kind in enumerate(BOOK[procedure]):
            for number, nation in enumerate(_nations(procedure, kind, place)):
                yield from _of_clock(procedure, nation, kind, number + place)
    yield from _extensions()
    yield from _closures()


def _nations(procedure: str, kind: str, place: int) -> tuple[str, ...]:
    """Return the nations in which a clock is counted: one of them, in turn, for what every procedure has."""
    nations = _NATIONS[procedure]
    return (nations[place % len(nations)],) if kind in TARGETS or procedure == second.DUTIES else nations


def _by_hand() -> Iterator[Row]:
    for procedure, nation, kind, day, figures, due in BY_HAND:
        on = date.fromisoformat(due)
        yield replace(_row("hand_counted", procedure, nation, kind, day, figures), due_on=on, due_at=second.end_of(on))


def _of_clock(procedure: str, nation: str, kind: str, turn: int) -> Iterator[Row]:
    """Yield one row of every group, each with another of its days; all days for the days of the nation itself."""
    sets = _FIGURES[procedure]
    if BOOK[procedure][kind].unit == "date":
        for number, (group, days) in enumerate(_GROUPS.items()):
            yield _row(group, procedure, nation, kind, days[0], given=timedelta(days=20 + turn + number))
        return
    for number, (group, days) in enumerate(_GROUPS.items()):
        yield _row(group, procedure, nation, kind, days[(turn + number) % len(days)], sets[number % len(sets)])
    if nation != "england" or procedure != "uk-central-government/1":
        yield _row("late_evening", procedure, nation, kind, "2026-06-30", sets[-1], at=time(23, 59))
    for group, days in _OF_NATION.get(nation, {}).items():
        for number, day in enumerate(days):
            yield _row(group, procedure, nation, kind, day, sets[number % len(sets)])


def _extensions() -> Iterator[Row]:
    """Yield clocks that were given a later date: once and twice, up to the cap, and beyond it."""
    for procedure, nation, kind in (
        ("lgsco-code/1", "england", "stage_1"),
        ("lgsco-code/1", "england", "stage_2"),
        ("spso-model/1", "scotland", "early_resolution"),
    ):
        for day in ("2026-03-12", "2026-12-10", "2027-03-18", "2026-11-20", "2028-02-25", "2026-10-20"):
            plain = _row("extension", procedure, nation, kind, day)
            cap = plain.cap_on
            assert cap is not None
            next_day, between = plain.due_on + timedelta(days=1), plain.due_on + timedelta(days=2)
            yield _extended(plain, "extension_once", next_day)
            yield _extended(plain, "extension_capped", cap)
            yield _extended(plain, "extension_beyond_cap", cap + timedelta(days=1))
            yield _extended(plain, "extension_twice", between, cap)
            yield _extended(plain, "extension_twice_beyond_cap", between, cap + timedelta(days=1))
    for kind in ("investigation",):
        for day in ("2026-12-10", "2027-11-15"):
            plain = _row("extension", "spso-model/1", "scotland", kind, day)
            yield _extended(plain, "extension_uncapped", plain.due_on + timedelta(days=90))
    figures = _FIGURES["uk-central-government/1"][0]
    for kind in ("closer_look", "tier_2"):
        for nation in _EVERYWHERE:
            plain = _row("extension", "uk-central-government/1", nation, kind, "2026-12-10", figures)
            far = plain.due_on + timedelta(days=200)
            yield _extended(plain, "extension_uncapped", plain.due_on + timedelta(days=1), far)
    for day in ("2026-08-31", "2027-08-31"):
        plain = _row("extension", "nhs-england-2009/2", "england", "relevant_period", day)
        yield _extended(plain, "extension_uncapped", plain.due_on + timedelta(days=61))


def _extended(plain: Row, group: str, *asked: date) -> Row:
    return _due(replace(plain, group=group, extended=asked))


def _closures() -> Iterator[Row]:
    """Yield clocks of organisations that are closed on a day within the count."""
    for procedure in BOOK:
        for place, (kind, allows) in enumerate(BOOK[procedure].items()):
            for nation in _nations(procedure, kind, place) if allows.unit == "working" else ():
                yield from _closed(procedure, nation, kind, own=allows.own_closures)


def _closed(procedure: str, nation: str, kind: str, *, own: bool) -> Iterator[Row]:
    group = "closure_internal_moves" if own else "closure_statutory_stays"
    plain = _row(group, procedure, nation, kind, "2026-02-09", _FIGURES[procedure][0])
    closed = (date(2026, 2, 10), plain.due_on) if plain.due_on > date(2026, 2, 10) else (plain.due_on,)
    yield _due(replace(plain, closures=closed))


def _row(
    group: str,
    procedure: str,
    nation: str,
    kind: str,
    day: str,
    figures: dict[str, int] | None = None,
    *,
    given: timedelta | None = None,
    at: time = time(10, 30),
) -> Row:
    """Return a row with everything counted. Only the figures that the clock asks for are written into it."""
    allows = BOOK[procedure][kind]
    on = date.fromisoformat(day)
    known = DEFAULTS[procedure] | (figures or {})
    named = allows.amount if isinstance(allows.amount, str) else None
    own = {} if named is None or known[named] == DEFAULTS[procedure].get(named) else {named: known[named]}
    return _due(
        Row(
            group=group,
            nation=nation,
            received_at=datetime.combine(on, at, tzinfo=_LONDON).astimezone(UTC),
            clock=kind,
            amount=None if allows.unit == "date" else known[named] if named else _number(allows.amount),
            first_day_counts=allows.first,
            given=None if given is None else on + given,
            due_on=on,
            due_at=second.end_of(on),
            procedure=procedure,
            figures=tuple(own.items()),
            margin=allows.margin,
        )
    )


def _number(amount: int | str | None) -> int:
    assert isinstance(amount, int)
    return amount


def _due(row: Row) -> Row:
    found = second.due_on(row)
    return replace(row, due_on=found, due_at=second.end_of(found), cap_on=second.last_extension(row))


def _line(row: Row) -> str:
    return ",".join(
        (
            row.group,
            row.nation,
            row.received_at.isoformat(),
            row.clock,
            str(row.amount or ""),
            "counted" if row.first_day_counts else "not counted",
            " ".join(map(str, row.closures)),
            str(row.given or ""),
            str(row.due_on),
            row.due_at.isoformat(),
            row.procedure,
            " ".join(f"{code}={value}" for code, value in row.figures),
            str(row.margin or ""),
            " ".join(map(str, row.extended)),
            str(row.cap_on or ""),
        )
    )


def write() -> None:
    """Write the table: the old rows as they stand, and the others anew."""
    before = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    old = [line for line in before if line.count(",") < _HEADER.count(",")]
    made = dict.fromkeys(_line(row) for row in rows() if row.due_on <= _LATEST)
    TABLE.write_text("\n".join([_HEADER, *old, *made]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
