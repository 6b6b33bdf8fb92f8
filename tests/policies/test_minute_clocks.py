"""Clocks in minutes: when each step of the calling comes, when they are due, what the proof says, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies import duty_files
from policies.calendars import Calendar, ClosedDay, Nation, end_of_day, local_date
from policies.clock_rules import ClockRule, Reaches, Unit
from policies.clocks import Calendars, Derivation, call_again, derive
from policies.duty_files import DutyError, parse_duties
from policies.procedure_words import clock
from policies.proofs import Proof, explain
from tests.policies.minute_count import BY_HAND, minutes_later

LONDON = ZoneInfo("Europe/London")
RULES = {rule.kind: rule for rule in duty_files.newest().clocks if rule.unit is Unit.MINUTES}


def _calendars(nation: Nation = Nation.ENGLAND, *closed: date) -> Calendars:
    legal = Calendar.legal(nation, [], revision=7)
    return Calendars(
        nation=legal, organisation=legal.with_closures(ClosedDay(day=day, name="Closed for training") for day in closed)
    )


def _derive(kind: str, at: datetime, calendars: Calendars | None = None) -> Derivation:
    return derive(RULES[kind], started_on=local_date(at), started_at=at, calendars=calendars or _calendars())


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def _local(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}"


def test_the_book_knows_every_clock_in_minutes_and_its_figures() -> None:
    assert RULES.keys() == BY_HAND.keys()
    for kind, rule in RULES.items():
        book = BY_HAND[kind]
        assert (rule.amount, rule.hours == "office", rule.chase_every_minutes) == (book.amount, book.office, book.chase)
        found = {each.split(":")[1]: rung for rung in rule.rungs for each in rung.does if each.startswith("call:")}
        assert {step: rule.amount if rung.code == "overdue" else rung.offset for step, rung in found.items()} == (
            book.steps
        )


def test_a_serious_case_late_on_a_friday_is_called_on_in_office_hours_only() -> None:
    found = _derive("escalation_call", _at("2028-03-10 16:10"))
    assert [(rung.rung, _local(rung.at)) for rung in found.rungs] == [
        ("first", "2028-03-10 16:10"),
        ("again", "2028-03-13 10:10"),
        ("second", "2028-03-13 12:10"),
        ("overdue", "2028-03-13 16:10"),
        ("responsible", "2028-03-14 12:10"),
    ]
    assert (found.due_on, _local(found.due_at)) == (date(2028, 3, 13), "2028-03-13 16:10")


def test_a_serious_case_at_night_waits_for_the_morning_and_an_immediate_one_does_not() -> None:
    slow = _derive("escalation_call", _at("2028-03-11 02:00"))
    assert _local(slow.rungs[0].at) == "2028-03-13 09:00"
    now = _derive("escalation_call_now", _at("2028-03-11 23:50"))
    assert [(rung.rung, _local(rung.at)) for rung in now.rungs] == [
        ("first", "2028-03-11 23:50"),
        ("again", "2028-03-12 00:05"),
        ("second", "2028-03-12 00:20"),
        ("overdue", "2028-03-12 00:50"),
        ("responsible", "2028-03-12 01:20"),
    ]
    assert now.due_on == date(2028, 3, 12) and now.due_at < end_of_day(now.due_on)


@pytest.mark.parametrize("on", ["2028-03-26 00:45", "2028-10-29 01:45"])
def test_an_hour_is_an_hour_when_the_clocks_change(on: str) -> None:
    at = _at(on)
    found = _derive("escalation_call_now", at)
    assert found.due_at - at.astimezone(UTC) == timedelta(minutes=60)


def test_overdue_breaches_and_calls_and_no_step_is_delayed() -> None:
    for kind in RULES:
        found = derive(
            RULES[kind], started_on=date(2028, 3, 6), started_at=_at("2028-03-06 09:00"), calendars=_calendars(),
            jitter_seconds=599,
        )  # fmt: skip
        assert found == _derive(kind, _at("2028-03-06 09:00"))
        assert next(rung.does for rung in found.rungs if rung.rung == "overdue") == ("breach", "call:next")
        assert found.rungs[-1].to is Reaches.RESPONSIBLE_PERSON


def test_after_the_ladder_it_is_called_each_working_day_or_every_two_hours() -> None:
    late = _at("2028-03-10 12:10")
    slow = call_again(RULES["escalation_call"], 1, after=late, to=Reaches.RESPONSIBLE_PERSON, calendars=_calendars())
    assert (slow.rung, _local(slow.at), slow.does) == ("chase_1", "2028-03-13 12:10", ("call:chase",))
    now = call_again(RULES["escalation_call_now"], 4, after=late, to=Reaches.SENIOR, calendars=_calendars())
    assert (now.rung, _local(now.at), now.to) == ("chase_4", "2028-03-10 14:10", Reaches.SENIOR)


def test_the_proof_says_which_minutes_of_which_day_counted_and_survives_being_stored() -> None:
    found = _derive("escalation_call", _at("2028-03-10 16:10"), _calendars(Nation.ENGLAND, date(2028, 3, 13)))
    assert Proof.from_dict(found.proof.to_dict()) == found.proof
    assert explain(found.proof).splitlines()[2:] == [
        "Starts: Friday 10 March 2028 at 16:10, the day it was put to senior leaders",
        "Budget: 480 office minutes from 16:10 on Friday 10 March 2028, 09:00 to 17:00"
        " on open days of the organisation",
        "  Friday 10 March 2028: 50 of 480 minutes, 16:10 to 17:00",
        "  Saturday 11 March 2028: not counted, Saturday",
        "  Sunday 12 March 2028: not counted, Sunday",
        "  Monday 13 March 2028: not counted, Closed for training",
        "  Tuesday 14 March 2028: 430 of 480 minutes, 09:00 to 16:10",
        "Due on Tuesday 14 March 2028 at 16:10",
    ]
    now = explain(_derive("escalation_call_now", _at("2028-03-11 23:50")).proof)
    assert "60 minutes from 23:50 on Saturday 11 March 2028, at any hour of any day" in now
    assert now.endswith("Due on Sunday 12 March 2028 at 00:50")


def test_beyond_the_published_calendar_only_office_minutes_are_provisional() -> None:
    at = _at("2029-01-03 10:00")
    assert _derive("escalation_call", at).provisional
    assert not _derive("escalation_call_now", at).provisional


def test_a_clock_in_minutes_is_told_in_plain_words() -> None:
    lines = list(clock(RULES["escalation_call"]))
    assert "480 minutes of office hours" in lines[0]
    assert any("first: at once, to the senior: whoever is first on the rota is called" in line for line in lines)
    assert any("again: 120 minutes after it starts" in line for line in lines)
    assert any("then every 480 minutes" in line for line in lines)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"started_at": _at("2028-03-07 09:00")},  # of another day
        {"started_at": _at("2028-03-06 09:00"), "given": date(2028, 3, 9)},
        {"started_at": _at("2028-03-06 09:00"), "days": 3},
    ],
)
def test_a_clock_in_minutes_takes_an_instant_and_nothing_else(more: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="counted in minutes from an instant"):
        derive(RULES["escalation_call"], started_on=date(2028, 3, 6), calendars=_calendars(), **more)  # type: ignore[arg-type]


def _text() -> str:
    whole = (files("policies.duties") / "duties.v1.toml").read_text(encoding="utf-8")
    begin = whole.index('[[clocks]]\nkind = "escalation_call"')
    return "version = 1\n" + whole[begin : whole.index("[[clocks]]", begin + 1)]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('hours = "office"\n', "", "hours"),
        ('hours = "office"', 'hours = "night"', "hours"),
        ("chase_every_minutes = 480", "chase_every = 5", "chase_every"),
        ("chase_every_minutes = 480", "chase_every_minutes = 480\nchase_every = 5", "chase_every"),
        ("chase_every_minutes = 480\n", "", "chase_every"),
        ('kept_by = "proceeding"', 'kept_by = "complaint"', "kept by a proceeding"),
        ('effect = "internal"', 'effect = "promise"', "is internal"),
        ('unit = "minutes"\namount', 'unit = "working_days"\namount', "hours"),
        ('offset = 120, unit = "minutes", anchor = "start"', 'offset = 120, unit = "minutes", anchor = "due"', "start"),
        ("offset = 120,", "offset = -5,", "start"),
        ('offset = 120, unit = "minutes", anchor = "start",', 'offset = 1, unit = "working_days", anchor = "start",',
         "needs a time of day"),
        ('"call:again"', '"call:everybody"', "call:everybody"),
        ('"call:again"', '"call:chase"', "call:chase"),  # the chase is the machine's own
        ("amount = 480\n", "", "amount is needed"),
    ],
)  # fmt: skip
def test_a_malformed_clock_in_minutes_is_refused(old: str, new: str, why: str) -> None:
    text = _text()
    assert parse_duties("duties.v1.toml", text).clocks[0].kind == "escalation_call"
    assert old in text
    with pytest.raises(DutyError, match=why):
        parse_duties("duties.v1.toml", text.replace(old, new, 1))


def test_a_clock_in_days_calls_nobody() -> None:
    whole = (files("policies.duties") / "duties.v1.toml").read_text(encoding="utf-8")
    with pytest.raises(DutyError, match="only a clock in minutes calls"):
        parse_duties("duties.v1.toml", whole.replace('does = ["task", "prompt_email"]', 'does = ["call:first"]', 1))


INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 11, 30), timezones=st.just(UTC))


@settings(max_examples=30, deadline=None)
@given(
    kind=st.sampled_from(sorted(BY_HAND)),
    at=INSTANTS,
    nation=st.sampled_from(sorted(Nation)),
    closed=st.sets(st.integers(0, 5)),
)
def test_both_counts_agree_on_every_step_in_any_nation_at_any_time(
    kind: str, at: datetime, nation: Nation, closed: set[int]
) -> None:
    at = at.replace(second=0, microsecond=0)
    days = frozenset(local_date(at) + timedelta(days=n) for n in closed)
    found, book = _derive(kind, at, _calendars(nation, *days)), BY_HAND[kind]

    def later(minutes: int) -> datetime:
        return minutes_later(at, minutes, office=book.office, nation=nation.value, closed=days)

    assert found.due_at == later(book.amount)
    steps = {each.removeprefix("call:"): rung.at for rung in found.rungs for each in rung.does if "call:" in each}
    assert steps == {step: later(minutes) for step, minutes in book.steps.items()}
    assert [rung.at for rung in found.rungs] == sorted(rung.at for rung in found.rungs)


def test_another_amount_gives_another_end() -> None:
    rule: ClockRule = replace(RULES["escalation_call_now"], amount=61)
    at = _at("2028-03-06 09:00")
    found = derive(rule, started_on=date(2028, 3, 6), started_at=at, calendars=_calendars())
    assert _local(found.due_at) == "2028-03-06 10:01"
