"""Office minutes: over nights, weekends, bank holidays, closures and both changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.calendars import Calendar, ClosedDay, Nation, local_date
from policies.office_hours import add_office_minutes, next_office_instant, walk
from tests.policies.minute_count import minutes_later

LONDON = ZoneInfo("Europe/London")
_TRAINING = ClosedDay(day=date(2028, 3, 8), name="Closed for training")


def _calendar(nation: Nation = Nation.ENGLAND, *closed: date) -> Calendar:
    legal = Calendar.legal(nation, [], revision=1)
    return legal.with_closures(ClosedDay(day=day, name="Closed for training") for day in closed)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("at", "minutes", "end", "why"),
    [
        ("2028-03-06 10:00", 60, "2028-03-06 11:00", "within a day"),
        ("2028-03-06 09:00", 480, "2028-03-06 17:00", "a whole day ends when it does"),
        ("2028-03-06 10:00", 480, "2028-03-07 10:00", "over a night"),
        ("2028-03-06 16:59", 2, "2028-03-07 09:01", "a minute on each side"),
        ("2028-03-06 17:00", 1, "2028-03-07 09:01", "at closing time the day is over"),
        ("2028-03-06 03:00", 30, "2028-03-06 09:30", "before it opens"),
        ("2028-03-10 16:00", 120, "2028-03-13 10:00", "over a weekend"),
        ("2028-03-11 12:00", 1, "2028-03-13 09:01", "on a Saturday"),
        ("2028-04-13 16:00", 120, "2028-04-18 10:00", "over Easter"),
        ("2027-12-24 12:00", 480, "2027-12-29 12:00", "over Christmas, with a substitute day"),
        ("2028-03-24 16:30", 60, "2028-03-27 09:30", "the clocks went forward in between"),
        ("2028-10-27 16:30", 60, "2028-10-30 09:30", "the clocks went back in between"),
        ("2028-03-06 09:00", 481, "2028-03-07 09:01", "one more than a day"),
        ("2028-03-06 09:00", 1200, "2028-03-08 13:00", "two days and a half"),
    ],
)
def test_office_minutes_are_counted_by_local_time_on_open_days(at: str, minutes: int, end: str, why: str) -> None:
    found = add_office_minutes(_at(at), minutes, _calendar())
    assert found.astimezone(LONDON).replace(tzinfo=None) == datetime.fromisoformat(end), why
    assert found.utcoffset() == timedelta()


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2028-03-06 09:00", "2028-03-06 09:00"),
        ("2028-03-06 12:34", "2028-03-06 12:34"),
        ("2028-03-06 16:59", "2028-03-06 16:59"),
        ("2028-03-06 17:00", "2028-03-07 09:00"),
        ("2028-03-06 00:00", "2028-03-06 09:00"),
        ("2028-03-11 23:59", "2028-03-13 09:00"),
        ("2028-03-26 01:30", "2028-03-27 09:00"),  # in the hour that the spring change skips
        ("2028-10-29 01:30", "2028-10-30 09:00"),  # in the hour that comes twice
    ],
)
def test_the_next_office_instant_is_the_instant_itself_while_the_office_is_open(at: str, opens: str) -> None:
    found = next_office_instant(_at(at), _calendar())
    assert found == _at(opens) == add_office_minutes(_at(at), 0, _calendar())


def test_an_organisation_s_own_closure_is_no_office_day_and_the_walk_says_so() -> None:
    calendar = _calendar(Nation.ENGLAND, _TRAINING.day)
    found = walk(_at("2028-03-07 16:00"), 120, calendar)
    assert [(each.on.day, each.minutes, each.closed) for each in found] == [
        (7, 60, None),
        (8, 0, "Closed for training"),
        (9, 60, None),
    ]


def test_each_nation_has_its_own_office_days() -> None:
    ends = {nation: add_office_minutes(_at("2028-03-16 16:30"), 60, _calendar(nation)) for nation in Nation}
    assert local_date(ends[Nation.NORTHERN_IRELAND]) == date(2028, 3, 20)  # St Patrick's Day is the Friday
    assert {local_date(end) for nation, end in ends.items() if nation is not Nation.NORTHERN_IRELAND} == {
        date(2028, 3, 17)
    }


def test_an_instant_without_its_zone_and_a_count_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        add_office_minutes(datetime(2028, 3, 6, 10), 5, _calendar())
    with pytest.raises(ValueError, match="nothing to count"):
        walk(_at("2028-03-06 10:00"), 0, _calendar())


INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 11, 30), timezones=st.just(UTC))
MINUTES = st.integers(1, 1500)


@settings(max_examples=150, deadline=None)
@given(at=INSTANTS, minutes=MINUTES, nation=st.sampled_from(sorted(Nation)), closed=st.sets(st.integers(0, 9)))
def test_what_is_counted_lies_in_office_hours_and_adds_up(
    at: datetime, minutes: int, nation: Nation, closed: set[int]
) -> None:
    calendar = _calendar(nation, *(local_date(at) + timedelta(days=n) for n in closed))
    end, days = add_office_minutes(at, minutes, calendar), walk(at, minutes, calendar)
    spans = [(each.on, each.since, each.until) for each in days if each.since is not None and each.until is not None]
    assert sum((until - since for _, since, until in spans), timedelta()) == timedelta(minutes=minutes)
    for on, since, until in spans:
        opens, closes = since.astimezone(LONDON), until.astimezone(LONDON)
        assert calendar.is_open(on) and opens.date() == closes.date() == on
        assert (opens.hour, opens.minute) >= (9, 0) and (closes.hour, closes.minute, closes.second) <= (17, 0, 0)
    assert [each.on for each in days] == [days[0].on + timedelta(days=n) for n in range(len(days))]
    assert days[-1].until == end
    split = minutes // 2
    if split:
        assert add_office_minutes(add_office_minutes(at, split, calendar), minutes - split, calendar) == end


@settings(max_examples=25, deadline=None)
@given(
    at=INSTANTS, minutes=st.integers(0, 700), nation=st.sampled_from(sorted(Nation)), closed=st.sets(st.integers(0, 4))
)
def test_a_count_minute_by_minute_finds_the_same(at: datetime, minutes: int, nation: Nation, closed: set[int]) -> None:
    at = at.replace(second=0, microsecond=0)
    days = frozenset(local_date(at) + timedelta(days=n) for n in closed)
    found = add_office_minutes(at, minutes, _calendar(nation, *days))
    assert found == minutes_later(at, minutes, office=True, nation=nation.value, closed=days)
