"""How numbers, days and instants are said in plain English."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from reports.document import Unit, Value
from reports.words import clean, heading, instant, number, period, rule, said


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1234567, Unit.COUNT, "1,234,567"),
        (-3, Unit.COUNT, "−3"),
        ("1234.50", Unit.COUNT, "1,234.50"),
        ("62.5", Unit.PERCENT, "62.5%"),
        (1, Unit.DAYS, "1 day"),
        (0, Unit.DAYS, "0 days"),
        ("4.5", Unit.DAYS, "4.5 days"),
        (1, Unit.MINUTES, "1 minute"),
        (18250, Unit.POUNDS, "£18,250"),
        (-300, Unit.POUNDS, "−£300"),
        ("3.9", Unit.SCORE, "3.9 out of 5"),
        ("12 to 14", Unit.DAYS, "12 to 14"),
        ("", Unit.TEXT, ""),
        (None, Unit.PERCENT, "–"),
    ],
)
def test_a_value_is_said_with_its_unit(value: Value, unit: Unit, words: str) -> None:
    assert said(value, unit) == words


def test_a_number_is_never_rounded() -> None:
    assert number("98765432109876543210987654321098765.4321") == "98,765,432,109,876,543,210,987,654,321,098,765.4321"


@pytest.mark.parametrize(
    ("title", "unit", "words"),
    [
        ("Share in time", Unit.PERCENT, "Share in time (%)"),
        ("Median", Unit.DAYS, "Median (days)"),
        ("Median days", Unit.DAYS, "Median days"),
        ("Received", Unit.COUNT, "Received"),
    ],
)
def test_a_heading_says_the_unit_once(title: str, unit: Unit, words: str) -> None:
    assert heading(title, unit) == words


def test_a_stretch_of_days_and_a_single_day() -> None:
    assert period(date(2027, 4, 1), date(2028, 3, 31)) == "1 April 2027 to 31 March 2028"
    assert period(date(2028, 2, 29), date(2028, 2, 29)) == "29 February 2028"


def test_an_instant_is_on_the_clock_of_london() -> None:
    assert instant(datetime(2028, 3, 31, 23, 30, tzinfo=UTC)) == "1 April 2028, 00:30"
    assert instant(datetime(2028, 1, 31, 23, 30, tzinfo=UTC)) == "31 January 2028, 23:30"


def test_a_rule_nobody_has_words_for_is_still_readable() -> None:
    assert rule("outside") == "outside the limits"
    assert rule("six_in_a_row") == "six in a row"


def test_signs_that_cannot_be_shown_or_turn_the_text_are_left_out() -> None:
    assert clean("a\u202eb\x00c\nd\ufeffe\ud800f\uffff") == "ab c def"
    assert clean("Zoë Łukaszewicz مرحبا 日本 🎉") == "Zoë Łukaszewicz مرحبا 日本 🎉"
