"""By when a colleague is asked, and who is asked when they are silent."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.failures import Refusal
from policies import requests as rules
from policies.calendars import Calendar, ClosedDay, Nation
from policies.request_standing import Asked, asked_in_turn, director_for, roles_above
from policies.standing_in import Holding

ENGLAND = Calendar.legal(Nation("england"), [], 0)
TODAY = date(2028, 3, 2)  # a Thursday
DAYS = st.dates(date(2028, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize(
    ("respond_by", "due_on", "step"),
    [
        # Ten working days before Friday 24 March, counted back over two weekends.
        (date(2028, 3, 24), date(2028, 3, 10), "10 working days before it is Friday 10 March 2028"),
        # The response is far away: not later than ten working days from today.
        (date(2028, 4, 28), date(2028, 3, 16), "Not later than 10 working days from today: Thursday 16 March 2028"),
        # Too near, or past already: three working days are the least.
        (date(2028, 3, 10), date(2028, 3, 7), "Not sooner than 3 working days from today: Tuesday 7 March 2028"),
        (date(2028, 2, 1), date(2028, 3, 7), "Not sooner than 3 working days from today: Tuesday 7 March 2028"),
        (None, date(2028, 3, 16), "No date of the response is known"),
    ],
)
def test_a_date_is_worked_back_from_the_response_and_says_how(respond_by: date | None, due_on: date, step: str) -> None:
    found = rules.worked_back(TODAY, respond_by, ENGLAND)
    assert found.due_on == due_on
    assert any(step in each for each in found.steps), found.steps


def test_days_on_which_the_organisation_is_closed_do_not_count() -> None:
    closed = ENGLAND.with_closures([ClosedDay(day=date(2028, 3, 3), name="Training", opens=False)])
    assert rules.worked_back(TODAY, date(2028, 3, 3), closed).due_on == date(2028, 3, 8)
    assert rules.took(TODAY, date(2028, 3, 6), closed) == 1


@given(DAYS, st.one_of(st.none(), DAYS))
def test_nobody_is_asked_by_yesterday_nor_left_without_end(today: date, respond_by: date | None) -> None:
    found = rules.worked_back(today, respond_by, ENGLAND)
    assert ENGLAND.add_working_days(today, 3) <= found.due_on <= ENGLAND.add_working_days(today, 10)
    assert ENGLAND.is_open(found.due_on) and found.steps


@given(DAYS, st.integers(0, 60))
def test_how_long_it_took_counts_working_days_after_the_day_of_asking(asked_on: date, days: int) -> None:
    given_on = asked_on + timedelta(days=days)
    counted = sum(ENGLAND.is_open(asked_on + timedelta(days=n)) for n in range(1, days + 1))
    assert rules.took(asked_on, given_on, ENGLAND) == counted


def test_a_date_that_was_set_stands_and_says_when_it_is_after_the_response() -> None:
    found = rules.as_given(date(2028, 3, 20), date(2028, 3, 17))
    assert found.due_on == date(2028, 3, 20)
    assert found.steps[-1] == "That is after the response is due: Friday 17 March 2028"


def test_days_that_cannot_be_are_refused() -> None:
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    assert rules.set_date(yesterday, today=TODAY) is Refusal.DATE_IN_PAST
    assert rules.set_date(TODAY, today=TODAY) is None
    assert rules.given(tomorrow, asked_on=TODAY, today=TODAY) is Refusal.DATE_IN_FUTURE
    assert rules.given(yesterday, asked_on=TODAY, today=TODAY) is Refusal.CONTRADICTS_RECORD
    assert rules.referred(tomorrow, known_on=TODAY, today=TODAY) is Refusal.DATE_IN_FUTURE
    assert rules.referred(yesterday, known_on=TODAY, today=TODAY) is Refusal.CONTRADICTS_RECORD
    assert rules.review(TODAY, today=TODAY) is rules.review(None, today=TODAY) is Refusal.DATE_NOT_LATER


def p(letter: str) -> UUID:
    return UUID(int=ord(letter))


TEAM, DIVISION, OTHER = p("T"), p("D"), p("O")
EVERYBODY = [
    Holding(person_id=p("t"), role="team_lead", unit_id=TEAM),
    Holding(person_id=p("o"), role="service_lead", unit_id=OTHER),
    Holding(person_id=p("s"), role="service_lead", unit_id=TEAM),
    Holding(person_id=p("l"), role="division_lead", unit_id=DIVISION),
    Holding(person_id=p("x"), role="divisional_director", unit_id=OTHER),
    Holding(person_id=p("d"), role="divisional_director", unit_id=DIVISION),
    Holding(person_id=p("m"), role="medical_director"),
    Holding(person_id=p("n"), role="nursing_director"),
    Holding(person_id=p("y"), role="deputy_complaints_manager"),
    Holding(person_id=p("c"), role="complaints_manager"),
]
OF_A_TEAM = Asked(person_id=p("a"), units=(TEAM, DIVISION))


@pytest.mark.parametrize(
    ("role", "asked", "turn"),
    [
        ("requestee", OF_A_TEAM, "atsldcy"),
        ("requestee", Asked(units=(TEAM, DIVISION)), "tsldcy"),
        ("requestee", Asked(units=(DIVISION,)), "ldcy"),
        ("requestee", Asked(), "cy"),
        ("service_lead", OF_A_TEAM, "stldcy"),
        ("divisional_director", OF_A_TEAM, "dcy"),
        ("divisional_director", Asked(units=(TEAM, DIVISION), director="medical_director"), "mdcy"),
        ("divisional_director", Asked(director="nursing_director"), "ncy"),
        ("medical_director", OF_A_TEAM, "mcy"),
        # Whoever was asked is not told of their own silence.
        ("service_lead", Asked(person_id=p("s"), units=(TEAM, DIVISION)), "tldcy"),
    ],
)
def test_those_above_are_asked_in_turn_and_nobody_of_another_unit(role: str, asked: Asked, turn: str) -> None:
    assert asked_in_turn(role, EVERYBODY, asked) == tuple(map(p, turn))


def test_everybody_who_may_have_to_be_asked_is_looked_up() -> None:
    assert {each.role for each in EVERYBODY} <= set(roles_above())


def test_clinical_advice_belongs_under_the_director_of_its_profession() -> None:
    assert director_for("clinical_advice", None) == director_for("clinical_advice", "medical") == "medical_director"
    assert director_for("clinical_advice", "nursing") == "nursing_director"
    assert director_for("statement", None) == "divisional_director"
