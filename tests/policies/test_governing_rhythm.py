"""When a series comes round: months that end early, leap years, summer time, what was missed, and what it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.governing_rhythm import MOST_CAUGHT_UP, Turns, due, nominal_at, nominal_on, period

LONDON = ZoneInfo("Europe/London")
TURNS = st.builds(
    Turns,
    rhythm=st.sampled_from(["weekly", "monthly", "quarterly", "yearly"]),
    anchor_on=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    hour=st.integers(5, 20),
    base=st.integers(0, 40),
)


def test_a_month_that_ends_early_has_its_last_day_and_the_next_has_the_31st_again() -> None:
    turns = Turns(rhythm="monthly", anchor_on=date(2028, 1, 31), hour=7)
    assert [nominal_on(turns, number) for number in (1, 2, 3, 4)] == [
        date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30),
    ]  # fmt: skip


def test_a_leap_day_comes_each_year() -> None:
    turns = Turns(rhythm="yearly", anchor_on=date(2028, 2, 29), hour=7)
    assert [nominal_on(turns, number) for number in (1, 2, 5)] == [
        date(2028, 2, 29), date(2029, 2, 28), date(2032, 2, 29),
    ]  # fmt: skip


def test_the_hour_is_of_london_in_summer_and_winter() -> None:
    turns = Turns(rhythm="weekly", anchor_on=date(2028, 3, 20), hour=7)
    assert nominal_at(turns, 1) == datetime(2028, 3, 20, 7, tzinfo=UTC)
    assert nominal_at(turns, 2) == datetime(2028, 3, 27, 6, tzinfo=UTC)


def test_nothing_is_due_a_minute_before_and_one_is_at_its_time() -> None:
    turns = Turns(rhythm="quarterly", anchor_on=date(2028, 4, 3), hour=7)
    at = nominal_at(turns, 2)
    assert [turn.number for turn in due(turns, 1, at - timedelta(minutes=1))] == []
    assert [(turn.number, turn.late) for turn in due(turns, 1, at)] == [(2, False)]


def test_three_missed_months_begin_in_order_and_say_that_they_are_late() -> None:
    turns = Turns(rhythm="monthly", anchor_on=date(2028, 1, 10), hour=7)
    found = due(turns, 1, datetime(2028, 5, 10, 9, tzinfo=UTC))
    assert [(turn.number, turn.nominal_on.month, turn.late) for turn in found] == [
        (2, 2, True), (3, 3, True), (4, 4, True), (5, 5, False),
    ]  # fmt: skip


def test_of_what_was_missed_for_years_the_newest_are_caught_up() -> None:
    turns = Turns(rhythm="weekly", anchor_on=date(2024, 1, 1), hour=7)
    found = due(turns, 0, datetime(2028, 3, 2, 10, tzinfo=UTC))
    assert len(found) == MOST_CAUGHT_UP and found[-1].nominal_on == date(2028, 2, 28)


def test_what_is_begun_by_hand_is_never_due() -> None:
    assert (
        due(Turns(rhythm="on_request", anchor_on=date(2020, 1, 1), hour=7), 0, datetime(2028, 3, 2, tzinfo=UTC)) == ()
    )


@given(turns=TURNS, days=st.integers(-30, 2000), minutes=st.integers(0, 1439))
def test_exactly_what_has_come_by_an_instant_is_due_each_once_and_in_order(
    turns: Turns, days: int, minutes: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days, minutes=minutes)
    numbers = [turn.number for turn in due(turns, turns.base, now)]
    newest = numbers[-1] if numbers else turns.base
    assert numbers == list(range(newest - len(numbers) + 1, newest + 1))
    assert newest == turns.base or nominal_at(turns, newest) <= now
    assert nominal_at(turns, newest + 1) > now
    if newest > turns.base:
        assert due(turns, newest, now) == ()
    if len(numbers) < MOST_CAUGHT_UP:
        assert not numbers or numbers[0] == turns.base + 1


@given(turns=TURNS, number=st.integers(1, 60))
def test_the_hour_on_the_wall_is_always_the_same(turns: Turns, number: int) -> None:
    at = nominal_at(turns, turns.base + number).astimezone(LONDON)
    assert (at.date(), at.hour, at.minute) == (nominal_on(turns, turns.base + number), turns.hour, 0)


@pytest.mark.parametrize(
    ("rhythm", "about", "on", "first", "last"),
    [
        ("weekly", "rhythm", date(2028, 3, 6), date(2028, 2, 28), date(2028, 3, 5)),
        ("monthly", "rhythm", date(2028, 3, 10), date(2028, 2, 1), date(2028, 2, 29)),
        ("quarterly", "rhythm", date(2028, 1, 31), date(2027, 10, 1), date(2027, 12, 31)),
        ("yearly", "rhythm", date(2028, 6, 1), date(2027, 6, 1), date(2028, 5, 31)),
        ("yearly", "financial_year", date(2028, 3, 31), date(2026, 4, 1), date(2027, 3, 31)),
        ("yearly", "financial_year", date(2028, 4, 1), date(2027, 4, 1), date(2028, 3, 31)),
        ("on_request", "year_before", date(2028, 2, 29), date(2027, 2, 28), date(2028, 2, 28)),
    ],
)
def test_an_occurrence_is_about_whole_weeks_months_and_years_before_it(
    rhythm: str, about: str, on: date, first: date, last: date
) -> None:
    assert period(rhythm, about, on) == (first, last)  # type: ignore[arg-type]


@given(on=st.dates(date(2024, 1, 1), date(2040, 12, 31)), months=st.sampled_from([("monthly", 1), ("quarterly", 3)]))
def test_one_stretch_of_months_follows_on_the_other(on: date, months: tuple[str, int]) -> None:
    rhythm, length = months
    turns = Turns(rhythm=rhythm, anchor_on=on, hour=7)
    first, second = (period(rhythm, "rhythm", nominal_on(turns, number)) for number in (1, 2))
    assert second[0] == first[1] + timedelta(days=1)
    assert (first[1] - first[0]).days in range(27, 31 * length)
