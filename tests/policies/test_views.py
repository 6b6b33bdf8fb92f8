"""The time to comment on initial views, counted by hand over a weekend and a bank holiday."""

from __future__ import annotations

from datetime import date

import pytest

from policies import views
from policies.calendars import Calendar, Nation
from policies.clocks import Calendars, derive
from policies.procedure_files import load_procedures

LEGAL = Calendar.legal(Nation.ENGLAND, [], 0)
NHS = load_procedures().pinned("nhs-england-2009", 2, {}).clock(views.CLOCK)
THURSDAY = date(2028, 4, 6)  # Good Friday is the 14th, Easter Monday the 17th


def test_the_time_to_comment_is_the_procedures_figure_and_weighing_comes_after() -> None:
    found = views.window(NHS, THURSDAY, None, LEGAL)
    # 7, 10, 11, 12, 13, then Easter, 18, 19, 20, 21, 24; and 25, 26, 27 to weigh what came.
    assert found == views.Window(until=date(2028, 4, 24), days=10, weigh_days=None)
    calendars = Calendars(nation=LEGAL, organisation=LEGAL)
    assert derive(NHS, started_on=THURSDAY, calendars=calendars).due_on == date(2028, 4, 27)


def test_an_organisation_has_its_own_figure() -> None:
    own = load_procedures().pinned("nhs-england-2009", 2, {"comment_days": 5}).clock(views.CLOCK)
    assert views.window(own, THURSDAY, None, LEGAL) == views.Window(until=date(2028, 4, 13), days=5, weigh_days=None)


@pytest.mark.parametrize(
    ("comment_by", "days"),
    [
        (date(2028, 4, 6), 0),
        (date(2028, 4, 5), 0),
        (date(2028, 4, 7), 1),
        (date(2028, 4, 9), 1),  # a Sunday
        (date(2028, 4, 17), 5),  # Easter Monday
        (date(2028, 4, 18), 6),
    ],
)
def test_a_date_that_was_set_is_counted_in_working_days(comment_by: date, days: int) -> None:
    found = views.window(NHS, THURSDAY, comment_by, LEGAL)
    assert found == views.Window(until=comment_by, days=days, weigh_days=days + 3)


def test_a_date_ages_away_is_counted_no_further_than_it_matters() -> None:
    found = views.window(NHS, THURSDAY, date(2100, 1, 1), LEGAL)
    assert found is not None
    assert found.days > views.bounds("nhs-england-2009", 2)[1]


def test_without_a_rule_nothing_says_how_long_unless_a_date_is_set() -> None:
    assert views.window(None, THURSDAY, None, LEGAL) is None
    assert views.window(None, THURSDAY, date(2028, 4, 10), LEGAL) == views.Window(
        until=date(2028, 4, 10), days=2, weigh_days=None
    )


def test_the_bounds_are_those_of_the_figure_or_wide_where_there_is_none() -> None:
    assert views.bounds("nhs-england-2009", 2) == (3, 30)
    assert views.bounds("nhs-england-2009", 1) == (1, 366)


@pytest.mark.parametrize(
    ("released_on", "last"),
    [
        (None, date(2028, 4, 13)),
        (date(2028, 4, 6), date(2028, 4, 13)),
        (date(2028, 4, 10), date(2028, 4, 13)),  # three working days later it is the 13th
        (date(2028, 4, 12), date(2028, 4, 19)),  # 13, 18, 19
    ],
)
def test_a_letter_that_was_released_late_leaves_the_least_of_the_time(released_on: date | None, last: date) -> None:
    assert views.over_on(date(2028, 4, 13), released_on=released_on, least=3, calendar=LEGAL) == last


@pytest.mark.parametrize("procedure", [each for each in load_procedures().versions if each.has_clock(views.CLOCK)])
def test_nobody_is_late_before_the_time_to_comment_is_over(procedure: object) -> None:
    assert procedure.clock(views.CLOCK).margin >= 1  # type: ignore[attr-defined]
