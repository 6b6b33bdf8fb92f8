"""A year less three published quarters does not tell what the fourth one hides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from policies.reporting.series import Shown, laid
from policies.reporting.suppression import Adding, Sum, hidden

QUARTERS = [
    (date(2027, 4, 1), date(2027, 6, 30)),
    (date(2027, 7, 1), date(2027, 9, 30)),
    (date(2027, 10, 1), date(2027, 12, 31)),
    (date(2028, 1, 1), date(2028, 3, 31)),
]
YEAR = (QUARTERS[0][0], QUARTERS[-1][1])


def shown(days: tuple[date, date], kind: str = "public", **counts: int) -> Shown:
    return Shown(kind=kind, first_on=days[0], last_on=days[1], counts=counts)


def silent(days: tuple[date, date]) -> Shown:
    """Return a report that names the count and does not show it."""
    return Shown(kind="public", first_on=days[0], last_on=days[1], counts={}, hidden=frozenset({"n"}))


def concealed(mine: Shown, *published: Shown, always: tuple[str, ...] = ()) -> set[str]:
    beside = laid(mine, published)
    return set(hidden({**mine.counts, **beside.known}, beside.sums, [*beside.known, *always]))


@pytest.mark.parametrize(("fourth", "gone"), [(0, set()), (1, {"n"}), (3, {"n"}), (4, {"n"}), (5, set())])
def test_a_year_is_hidden_where_what_is_left_of_it_is_small(fourth: int, gone: set[str]) -> None:
    quarters = [shown(days, n=10) for days in QUARTERS[:3]]
    assert concealed(shown(YEAR, "annual", n=30 + fourth), *quarters) == gone


def test_a_hidden_quarter_is_a_part_of_what_is_left() -> None:
    """Three are shown and the second is not: the year would tell it."""
    quarters = [shown(QUARTERS[0], n=10), shown(QUARTERS[1]), shown(QUARTERS[2], n=10), shown(QUARTERS[3], n=10)]
    assert concealed(shown(YEAR, "annual", n=33), *quarters) == {"n"}
    assert concealed(shown(YEAR, "annual", n=36), *quarters) == set()


def test_a_quarter_is_hidden_where_it_tells_the_rest_of_a_published_year() -> None:
    year, first = shown(YEAR, "annual", n=33), shown(QUARTERS[0], n=15)
    assert concealed(shown(QUARTERS[1], n=15), year) == set()
    assert concealed(shown(QUARTERS[1], n=30), year) == {"n"}
    # Together with the first quarter it tells what the other two hide.
    assert concealed(shown(QUARTERS[1], n=15), year, first) == {"n"}


def test_what_the_law_demands_is_shown_and_what_is_of_the_same_days_is_not_subtracted() -> None:
    quarters = [shown(days, n=10) for days in QUARTERS[:3]]
    assert concealed(shown(YEAR, "annual", n=33), *quarters, always=("n",)) == set()
    assert laid(shown(YEAR, "annual", n=33), [shown(YEAR, n=30)]).sums == []
    assert laid(shown(YEAR, n=1), [shown((date(2026, 4, 1), date(2027, 3, 31)), n=30)]).sums == []


def test_years_and_quarters_are_subtracted_each_by_their_kind() -> None:
    mine = shown(YEAR, "annual", n=30, m=7)
    found = laid(mine, [shown(QUARTERS[0], n=10), shown(QUARTERS[1], "annual", n=10), shown(QUARTERS[2], n=9)])
    assert found.sums == [
        Sum(whole="n", parts=("annual@2027-07-01@2027-09-30/n",), adding=Adding.PART),
        Sum(whole="n", parts=("public@2027-04-01@2027-06-30/n", "public@2027-10-01@2027-12-31/n"), adding=Adding.PART),
    ]


@pytest.mark.parametrize(
    ("left", "hides"),
    [(6, {"n"}), (7, set()), (16, set()), (23, set()), (24, {"n"}), (25, set())],
)
def test_a_year_is_hidden_where_what_is_left_tells_each_of_several_small_ones(left: int, hides: set[str]) -> None:
    """Six that are hidden and come to six are one each, and four each where they come to twenty-four."""
    months = [(date(2027, month, 1), date(2027, month + 1, 1) - timedelta(1)) for month in range(4, 10)]
    rest, every = shown((date(2027, 10, 1), YEAR[1]), n=20), map(silent, months)
    assert concealed(shown(YEAR, "annual", n=20 + left), rest, *every) == hides


def test_what_is_left_may_be_of_days_of_which_nothing_is_published() -> None:
    year = shown(YEAR, "annual", n=18)
    assert concealed(year, shown(QUARTERS[0], n=10), silent(QUARTERS[1]), silent(QUARTERS[2])) == set()
    fourth = shown(QUARTERS[3], n=0)
    assert concealed(year, shown(QUARTERS[0], n=10), silent(QUARTERS[1]), silent(QUARTERS[2]), fourth) == {"n"}


def test_a_quarter_is_hidden_where_it_tells_two_others_of_a_published_year() -> None:
    year, third = shown(YEAR, "annual", n=28), shown(QUARTERS[2], n=20)
    others = [shown(QUARTERS[0], n=0), silent(QUARTERS[1]), silent(QUARTERS[3])]
    assert concealed(third, year, *others) == {"n"}
    assert concealed(shown(QUARTERS[2], n=21), year, *others) == set()
