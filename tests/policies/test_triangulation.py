"""What is seen to rise together: the rule worked by hand, and which periods and sources are compared at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from policies.reporting.triangulation import Pair, Rule, compared, months_of, period_before, rises, rising_together

RULE = Rule(least=3, hundredths=20, score_tenths=2)
EVERY = frozenset({"received", "incident", "claim", "compliment", "staff_survey"})


def pair(before: object, now: object) -> Pair:
    return Pair(before=None if before is None else Decimal(str(before)), now=None if now is None else Decimal(str(now)))


@pytest.mark.parametrize(
    ("source", "before", "now", "rise"),
    [
        ("incident", 10, 13, True), ("incident", 10, 12, False), ("incident", 15, 18, True),
        ("incident", 16, 19, False),
        ("incident", 0, 3, True), ("incident", 0, 2, False), ("incident", None, 3, True), ("incident", 13, 10, False),
        ("received", 100, 120, True), ("received", 100, 119, False),
        ("compliment", 0, 50, False),
        ("staff_survey", "7.0", "6.8", True), ("staff_survey", "7.0", "6.81", False),
        ("staff_survey", "6.8", "7.0", False),
        ("staff_survey", None, "2.0", False), ("staff_survey", "7.0", None, False),
    ],
)  # fmt: skip
def test_a_rise_is_so_many_more_and_so_great_a_share_and_of_a_score_a_fall(
    source: str, before: object, now: object, rise: bool
) -> None:
    assert rises(source, pair(before, now), RULE) is rise


def test_one_that_rises_alone_is_not_seen_together_and_two_are() -> None:
    row = {"received": pair(5, 10), "incident": pair(5, 5), "compliment": pair(0, 90)}
    assert rising_together(row, EVERY, RULE) == ()
    row["staff_survey"] = pair(7, 6)
    assert rising_together(row, EVERY, RULE) == ("received", "staff_survey")
    assert rising_together(row, EVERY - {"staff_survey"}, RULE) == ()


@pytest.mark.parametrize(
    ("first", "last", "months", "before"),
    [
        ("2027-04-01", "2027-06-30", 3, ("2027-01-01", "2027-03-31")),
        ("2027-01-01", "2027-12-31", 12, ("2026-01-01", "2026-12-31")),
        ("2028-03-01", "2028-03-31", 1, ("2028-02-01", "2028-02-29")),
        ("2027-04-02", "2027-04-30", 0, ("2027-03-04", "2027-04-01")),
        ("2027-04-01", "2027-04-29", 0, ("2027-03-03", "2027-03-31")),
    ],
)
def test_the_period_before_is_as_many_months_or_else_as_many_days(
    first: str, last: str, months: int, before: tuple[str, str]
) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert months_of(*days) == months
    assert tuple(each.isoformat() for each in period_before(*days)) == before


def test_a_source_that_told_of_less_than_every_month_is_not_compared() -> None:
    now, before = {"incident": 3, "claim": 3, "feedback": 2}, {"incident": 3, "claim": 1, "feedback": 3}
    assert compared(3, now, before) == {"incident"}
    assert compared(0, {"incident": 0}, {}) == frozenset()
