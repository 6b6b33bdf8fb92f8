"""What the law does not ask for waits for the end of quiet hours: in local time, and over holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.calendars import LONDON, Calendar, ClosedDay, Nation
from policies.quiet import Quiet, asked_for_by_law, may_leave_at

ENGLAND = Calendar.legal(Nation.ENGLAND, [], 0)
NIGHT = Quiet(quiet_from=time(19), quiet_until=time(8))


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2028-03-08T18:59", "2028-03-08T18:59"),
        ("2028-03-08T19:00", "2028-03-09T08:00"),
        ("2028-03-09T07:59", "2028-03-09T08:00"),
        ("2028-03-09T08:00", "2028-03-09T08:00"),
        ("2028-03-25T22:00", "2028-03-26T08:00"),  # the night of eleven hours: summer time begins
        ("2028-10-28T22:00", "2028-10-29T08:00"),  # the night of thirteen
    ],
)
def test_what_waits_over_night_leaves_at_the_local_hour_whatever_the_clocks_do(now: str, leaves: str) -> None:
    assert may_leave_at(local(now), NIGHT, ENGLAND) == local(leaves)


def test_an_hour_that_comes_twice_is_quiet_until_it_has_come_twice() -> None:
    quiet = Quiet(quiet_from=time(0), quiet_until=time(1, 30))
    first, second = local("2028-10-29T01:10"), local("2028-10-29T01:10", fold=1)
    assert second - first == timedelta(hours=1)
    assert may_leave_at(second, quiet, ENGLAND) == local("2028-10-29T01:30", fold=1)
    assert may_leave_at(first, quiet, ENGLAND) == local("2028-10-29T01:30", fold=1)


def test_an_end_that_the_spring_skips_still_comes() -> None:
    quiet = Quiet(quiet_from=time(0), quiet_until=time(1, 30))
    at = may_leave_at(local("2028-03-26T00:30"), quiet, ENGLAND)
    assert local("2028-03-26T02:00") <= at <= local("2028-03-26T02:30")


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2028-04-13T18:00", "2028-04-13T18:00"),  # Maundy Thursday is a working day
        ("2028-04-13T20:00", "2028-04-18T08:00"),  # then Good Friday, a weekend and Easter Monday
        ("2028-04-15T12:00", "2028-04-18T08:00"),
        ("2028-03-10T19:30", "2028-03-13T08:00"),
    ],
)
def test_only_on_working_days_means_after_the_weekend_and_the_bank_holiday(now: str, leaves: str) -> None:
    quiet = Quiet(quiet_from=time(19), quiet_until=time(8), working_days_only=True)
    assert may_leave_at(local(now), quiet, ENGLAND) == local(leaves)


def test_a_day_on_which_the_organisation_is_closed_is_no_working_day() -> None:
    closed = ENGLAND.with_closures([ClosedDay(day=date(2028, 3, 13), name="moving house")])
    quiet = Quiet(working_days_only=True)
    assert may_leave_at(local("2028-03-11T12:00"), quiet, closed) == local("2028-03-14T00:00")


def test_without_quiet_hours_everything_leaves_at_once() -> None:
    now = local("2028-04-14T03:00")
    assert may_leave_at(now, Quiet(), ENGLAND) == now


@given(
    now=st.datetimes(datetime(2027, 1, 1), datetime(2029, 12, 31)),
    hours=st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] != pair[1]),
    working_days_only=st.booleans(),
)
def test_the_moment_is_never_past_never_quiet_and_never_skips_one_that_is_free(
    now: datetime, hours: tuple[time, time], working_days_only: bool
) -> None:
    begun = now.replace(tzinfo=UTC)
    quiet = Quiet(quiet_from=hours[0], quiet_until=hours[1], working_days_only=working_days_only)
    at = may_leave_at(begun, quiet, ENGLAND)
    assert begun <= at <= begun + timedelta(days=14)
    assert may_leave_at(at, quiet, ENGLAND) == at


def test_a_courtesy_is_not_asked_for_by_law_and_a_decision_is() -> None:
    assert not asked_for_by_law("receipt", by_template=True)
    assert not asked_for_by_law("anything", by_template=False)
    assert asked_for_by_law("extension", by_template=True)
