"""What reports count with: shares, periods, process behaviour charts worked by hand, and definitions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.reporting.definition_files import DefinitionError, load_definitions, newest, parse_definition
from policies.reporting.percent import at_most_tenths, percent, tenths
from policies.reporting.periods import code_of, period_title, stretch, whole_months, whole_weeks
from policies.reporting.xmr import IN_A_ROW, OUTSIDE, behaviour


@pytest.mark.parametrize(
    ("part", "of", "share"),
    [
        (0, 0, None), (0, 7, "0.0"), (7, 7, "100.0"), (1, 3, "33.3"), (2, 3, "66.7"), (1, 8, "12.5"),
        # True ties go to the even tenth: 1 of 2000 is 0.05, 3 of 2000 is 0.15, 1 of 400 is 0.25.
        (1, 2000, "0.0"), (3, 2000, "0.2"), (1, 400, "0.2"), (3, 400, "0.8"),
        (999999, 1000000, "100.0"), (256777, 256777, "100.0"),
    ],
)  # fmt: skip
def test_a_share_has_one_decimal_and_a_tie_goes_to_the_even_one(part: int, of: int, share: str | None) -> None:
    assert percent(part, of) == share


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_never_further_off_than_half_a_tenth(part: int, of: int) -> None:
    found = percent(part, of)
    assert found is not None and abs(Fraction(found) - Fraction(100 * part, of)) <= Fraction(1, 20)


@pytest.mark.parametrize(("value", "text"), [("2", "2"), ("2.5", "2.5"), ("2.04", "2"), ("2.05", "2"), ("2.15", "2.2")])
def test_a_number_has_a_decimal_only_where_it_says_something(value: str, text: str) -> None:
    assert at_most_tenths(Decimal(value)) == text


def test_a_negative_tenth_is_written_as_one() -> None:
    assert tenths(Fraction(-25, 100)) == "-0.2"


def test_a_stretch_names_every_month_and_week_that_it_touches() -> None:
    assert stretch("month", date(2027, 11, 30), date(2028, 2, 1)) == ["2027-11", "2027-12", "2028-01", "2028-02"]
    # 1 January 2027 is a Friday: it lies in week 53 of the year before.
    assert stretch("week", date(2026, 12, 31), date(2027, 1, 4)) == ["2026-W53", "2027-W01"]


@pytest.mark.parametrize(
    ("code", "title"),
    [("2027-04", "April 2027"), ("2026-W53", "Week of 28 December 2026"), ("2028-02-29", "29 February 2028")],
)
def test_a_period_is_called_what_people_call_it(code: str, title: str) -> None:
    assert period_title(code) == title


def test_only_months_that_have_ended_are_whole() -> None:
    assert whole_months(date(2027, 3, 30), 3) == ["2026-12", "2027-01", "2027-02"]
    assert whole_months(date(2027, 3, 31), 3) == ["2027-01", "2027-02", "2027-03"]


def test_only_weeks_that_have_ended_are_whole() -> None:
    sunday, saturday = date(2027, 1, 10), date(2027, 1, 9)
    assert whole_weeks(sunday, 2) == ["2026-W53", "2027-W01"]
    assert whole_weeks(saturday, 2) == ["2026-W52", "2026-W53"]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_the_last_whole_week_ends_by_the_day_and_the_next_does_not(last_on: date, most: int) -> None:
    weeks = whole_weeks(last_on, most)
    assert len(set(weeks)) == most and weeks == sorted(weeks)
    sunday = date.fromisocalendar(int(weeks[-1][:4]), int(weeks[-1][6:]), 7)
    assert 0 <= (last_on - sunday).days < 7
    assert code_of("week", sunday) == weeks[-1]


# Twelve values. Their moving ranges are 2, 4, 4, 2, 4, 4, 2, 4, 4, 2 and 0: 32 in all.
STEADY = [12, 10, 14, 10, 12, 16, 12, 10, 14, 10, 12, 12]


def test_the_limits_are_as_worked_by_hand() -> None:
    # The sum of the values is 144: the mean is 12. The ranges sum to 32, their mean is 32/11; 2.66 of it is 7.738.
    found = behaviour(STEADY)
    assert found is not None
    assert (found.centre, found.lower, found.upper, found.signals) == ("12.0", "4.3", "19.7", ())


def test_one_value_far_out_is_a_signal() -> None:
    # Thirteen values: the sum is 144 + 40 = 184, the mean 184/13 = 14.15; the ranges 32 + 28 = 60, of twelve 5;
    # the limits lie 13.3 on either side: 0.85 and 27.45.
    found = behaviour([*STEADY, 40])
    assert found is not None
    assert (found.centre, found.lower, found.upper, found.signals) == ("14.2", "0.9", "27.5", ((12, OUTSIDE),))


def test_what_comes_after_the_baseline_moves_neither_the_mean_nor_the_limits() -> None:
    # The first twelve are as above: mean 12, limits 4.262 and 19.738. After them nine times 15, one 20 and one 4.
    later = [*STEADY, *[15] * 9, 20, 4]
    fixed, moved = behaviour(later, baseline=12), behaviour(later)
    assert fixed is not None and moved is not None
    assert (fixed.centre, fixed.lower, fixed.upper) == ("12.0", "4.3", "19.7")
    # The last two lie outside, above and below; the nine and the 20 are ten in a row above the mean.
    run = [(place, IN_A_ROW) for place in range(12, 22)]
    assert fixed.signals == tuple(sorted([*run, (21, OUTSIDE), (22, OUTSIDE)]))
    # By all values: their sum is 144 + 135 + 24 = 303, of 23; the shift has drawn the mean after it.
    assert moved.centre == "13.2"
    # Fewer than twelve are no baseline, and where there are no more than it, it is all of them.
    assert behaviour(later, baseline=3) == fixed
    assert behaviour(STEADY, baseline=24) == behaviour(STEADY)


def test_a_value_that_is_missing_is_none_of_the_baseline() -> None:
    found = behaviour([None, *STEADY[:5], None, *STEADY[5:], 30], baseline=12)
    assert found is not None and (found.centre, found.signals) == ("12.0", ((14, OUTSIDE),))


def test_a_value_on_the_limit_is_no_signal() -> None:
    # All alike: the limits are the mean itself, and nothing lies outside.
    found = behaviour([5] * 12)
    assert found is not None
    assert (found.centre, found.lower, found.upper, found.signals) == ("5.0", "5.0", "5.0", ())


def test_eight_in_a_row_on_one_side_are_signals_and_seven_are_not() -> None:
    # Mean of eight times 11 and eight times 9 is 10; ranges: one of 2 in fifteen. The limits, 10 less and plus 0.35,
    # are so narrow that all lie outside, too.
    eight = behaviour([11] * 8 + [9] * 8)
    assert eight is not None and [each for each in eight.signals if each[1] == IN_A_ROW] == [
        (place, IN_A_ROW) for place in range(16)
    ]
    seven = behaviour([11, 9] * 3 + [11] * 7 + [9] * 6 + [10])
    # 33 and 27, 77, 54 and 10 are 201: of twenty, 10.05. Seven lie above it, and then seven below.
    assert seven is not None and seven.centre == "10.0"
    assert not [each for each in seven.signals if each[1] == IN_A_ROW]


def test_a_value_on_the_mean_ends_a_run() -> None:
    # Mean 10: sevens of 11 and of 9, with 10 between them.
    found = behaviour([11] * 7 + [10] + [9] * 7)
    assert found is not None and found.centre == "10.0"
    assert not [each for each in found.signals if each[1] == IN_A_ROW]


@pytest.mark.parametrize("values", [[], [1], list(range(11)), [None] * 20, [*range(11), None]])
def test_fewer_than_twelve_values_have_no_limits(values: list[int | None]) -> None:
    assert behaviour(values) is None


def test_a_missing_value_is_passed_over_and_the_others_keep_their_places() -> None:
    with_gap = behaviour([*STEADY[:6], None, *STEADY[6:], 40])
    assert with_gap is not None and with_gap.signals == ((13, OUTSIDE),)


def test_limits_end_where_no_value_can_lie_beyond() -> None:
    found = behaviour([0, 100] * 6, least=0, most=100)
    # The mean is 50, every range 100: without an end they would be 216 less and 316.
    assert found is not None and (found.lower, found.upper) == ("0.0", "100.0")


@given(st.lists(st.integers(0, 10**6), min_size=12, max_size=60))
def test_every_signal_of_a_value_outside_lies_outside_and_no_other(values: list[int]) -> None:
    found = behaviour(values)
    assert found is not None
    mean = Fraction(sum(values), len(values))
    steps = [abs(later - earlier) for earlier, later in pairwise(values)]
    width = Fraction(266, 100) * Fraction(sum(steps), len(steps))
    outside = {place for place, rule in found.signals if rule == OUTSIDE}
    assert outside == {place for place, value in enumerate(values) if abs(value - mean) > width}
    assert list(found.signals) == sorted(found.signals)


GOOD = """
kind = "tiny"
version = 1
title = "Tiny"
basis = "none at all"
certainty = "verified"
[[sections]]
code = "one"
title = "One"
figures = [{ code = "received", title = "Received" }]
tables = [{ code = "months", title = "Months", head = "Month", by = "month", columns = [{ code = "n", title = "N" }] }]
charts = [{ code = "c", title = "C", table = "months", column = "n" }]
"""


def test_a_definition_is_read() -> None:
    found = parse_definition("tiny.v1.toml", GOOD)
    assert found.sections[0].figures[0].counted == "received"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("tiny.v2.toml", "", ""),
        ("other.v1.toml", "", ""),
        ("tiny.v1.toml", 'title = "Tiny"', 'titel = "Tiny"'),
        ("tiny.v1.toml", "version = 1", 'version = "1"'),
        ("tiny.v1.toml", "version = 1", "version = 0"),
        ("tiny.v1.toml", 'certainty = "verified"', 'certainty = "sure"'),
        ("tiny.v1.toml", 'column = "n"', 'column = "m"'),
        ("tiny.v1.toml", 'title = "Received" }', 'title = "Received", of = "all" }'),
        ("tiny.v1.toml", 'title = "Received" }', 'title = "R" }, { code = "received", title = "Again" }'),
        ("tiny.v1.toml", 'code = "received"', 'code = "Received!"'),
        ("tiny.v1.toml", "[[sections]]", "[[sections]"),
        ("tiny.v1.toml", GOOD[GOOD.index("[[sections]]") :], ""),
    ],
)
def test_a_definition_that_is_malformed_is_refused_by_the_name_of_its_file(file: str, old: str, new: str) -> None:
    with pytest.raises(DefinitionError, match=f"^{file}"):
        parse_definition(file, GOOD.replace(old, new) if old else GOOD)


def test_the_shipped_definitions_are_read_and_the_newest_is_the_last() -> None:
    kinds = {each.kind for each in load_definitions()}
    assert "board" in kinds
    assert all(newest(kind).version == max(d.version for d in load_definitions() if d.kind == kind) for kind in kinds)
