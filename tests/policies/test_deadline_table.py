"""A truth table of deadlines, written out in deadlines.csv, against our own count and a second, simpler one.

The second count knows nothing of `policies` or of the `holidays` library: it takes the closed days that the
Ministry of Justice's package ships, lists the open days in order and looks the answer up by position.
"""

from __future__ import annotations

import csv
import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from policies.calendars import Calendar, ClosedDay, Nation, local_date
from policies.clock_rules import ClockRule
from policies.clocks import Calendars, Derivation, derive
from policies.procedure_files import load_procedures
from policies.proofs import Proof, explain

_TABLE = Path(__file__).with_name("deadlines.csv")
_MIDNIGHT_TO_MIDNIGHT = ZoneInfo("Europe/London")
_DIVISIONS = {
    "england": "england-and-wales",
    "wales": "england-and-wales",
    "scotland": "scotland",
    "northern_ireland": "northern-ireland",
}

# Proclaimed for Scotland on the occasion of the World Cup; the package's data was shipped before.
_PROCLAIMED_SINCE = {"scotland": {date(2026, 6, 15)}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    group: str
    nation: str
    received_at: datetime
    clock: str
    amount: int | None
    first_day_counts: bool
    closures: tuple[date, ...]
    given: date | None
    due_on: date
    due_at: datetime


def _dates(text: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in text.split())


def _rows() -> list[Row]:
    with _TABLE.open(encoding="utf-8", newline="") as table:
        return [
            Row(
                group=line["group"],
                nation=line["nation"],
                received_at=datetime.fromisoformat(line["received_at"]),
                clock=line["clock"],
                amount=int(line["amount"]) if line["amount"] else None,
                first_day_counts=line["first_day"] == "counted",
                closures=_dates(line["closures"]),
                given=date.fromisoformat(line["given"]) if line["given"] else None,
                due_on=date.fromisoformat(line["due_on"]),
                due_at=datetime.fromisoformat(line["due_at"]),
            )
            for line in csv.DictReader(table)
        ]


ROWS = _rows()
_IDS = [f"{number:03d}-{row.group}-{row.nation}-{row.clock}" for number, row in enumerate(ROWS, start=2)]


@cache
def _official_closed_days(nation: str) -> frozenset[date]:
    shipped = json.loads((files("govuk_bank_holidays") / "bank-holidays.json").read_text(encoding="utf-8"))
    events = shipped[_DIVISIONS[nation]]["events"]
    return frozenset(date.fromisoformat(event["date"]) for event in events) | _PROCLAIMED_SINCE.get(nation, set())


@cache
def _open_days(nation: str, closures: tuple[date, ...]) -> list[date]:
    every_day = (date(2019, 1, 1) + timedelta(days=n) for n in range(3653))
    closed = _official_closed_days(nation) | set(closures)
    return [day for day in every_day if day.isoweekday() < 6 and day not in closed]


def _second_count(row: Row) -> date:
    start = row.received_at.astimezone(_MIDNIGHT_TO_MIDNIGHT).date()
    if row.given is not None:
        return row.given
    assert row.amount is not None
    if row.clock == "relevant_period":
        return _last_day_of_months(start, row.amount)
    if row.clock == "next_update":
        days = _open_days(row.nation, row.closures)
        return days[bisect_left(days, start + timedelta(days=row.amount))]
    days = _open_days(row.nation, row.closures if row.clock in ("settle_period", "draft_release") else ())
    position = (bisect_left if row.first_day_counts else bisect_right)(days, start)
    return days[position + row.amount - 1]


def _last_day_of_months(start: date, months: int) -> date:
    """Step day by day to the first day that no longer belongs to the period; the day before it is the last."""
    day = start
    while True:
        passed = (day.year - start.year) * 12 + day.month - start.month
        if passed > months or (passed == months and day.day >= start.day):
            return day - timedelta(days=1)
        day += timedelta(days=1)


def _rule(row: Row) -> ClockRule:
    procedure = load_procedures().get("nhs-england-2009", 1)
    return replace(procedure.clock(row.clock), amount=row.amount, count_first_day=row.first_day_counts)


def _derive(row: Row) -> Derivation:
    nation = Calendar.legal(Nation(row.nation), [], revision=1)
    organisation = nation.with_closures(ClosedDay(day=day, name="Closed for training") for day in row.closures)
    calendars = Calendars(nation=nation, organisation=organisation)
    return derive(_rule(row), started_on=local_date(row.received_at), calendars=calendars, given=row.given)


@pytest.mark.parametrize("row", ROWS, ids=_IDS)
def test_the_due_date_is_the_one_in_the_table_and_its_proof_recounts(row: Row) -> None:
    derived = _derive(row)
    assert (derived.due_on, derived.due_at) == (row.due_on, row.due_at)
    assert not derived.provisional
    assert derived.proof.due_on == row.due_on
    _recount(derived.proof, row)
    assert explain(derived.proof).splitlines()[-1].startswith("Due by the end of ")


def _recount(proof: Proof, row: Row) -> None:
    if row.clock not in ("acknowledgement", "settle_period", "draft_release"):
        assert proof.days == ()
        assert proof.steps
        return
    counted = [day.on for day in proof.days if day.counted]
    assert len(counted) == row.amount
    assert counted[-1] == proof.days[-1].on == row.due_on
    assert proof.days[0].on == proof.started_on
    assert all(later.on - earlier.on == timedelta(days=1) for earlier, later in pairwise(proof.days))
    closures = row.closures if row.clock != "acknowledgement" else ()
    walked = proof.days if row.first_day_counts else proof.days[1:]
    assert [day.on for day in walked if day.counted] == [
        day.on for day in walked if day.on in _open_days(row.nation, closures)
    ]


@pytest.mark.parametrize("row", ROWS, ids=_IDS)
def test_the_second_count_agrees_with_the_table(row: Row) -> None:
    assert _second_count(row) == row.due_on
    end = datetime.combine(row.due_on + timedelta(days=1), datetime.min.time(), tzinfo=_MIDNIGHT_TO_MIDNIGHT)
    assert end.astimezone(UTC) == row.due_at


def test_the_table_has_every_kind_of_difficulty() -> None:
    groups = {row.group for row in ROWS}
    assert len(ROWS) >= 500
    assert len(set(map(repr, ROWS))) == len(ROWS)
    assert groups >= {
        "weekend",
        "bank_holiday",
        "christmas",
        "clocks_go_forward",
        "clocks_go_back",
        "leap_day",
        "month_end",
        "after_hours",
        "closure_statutory_stays",
        "closure_internal_moves",
        "proclaimed",
        "long_count",
        "hand_counted",
    }
    assert {row.nation for row in ROWS if row.group == "bank_holiday"} == set(Nation)


@pytest.mark.parametrize("row", [row for row in ROWS if row.closures], ids=str)
def test_a_closure_moves_the_date_only_where_it_may(row: Row) -> None:
    without = _derive(replace(row, closures=()))
    moved = without.due_on != row.due_on
    assert moved == (row.group == "closure_internal_moves")
