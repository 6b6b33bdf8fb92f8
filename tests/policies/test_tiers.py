"""Tiers: the order in which they are asked for, and until when each is open."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.failures import Refusal
from policies.calendars import Calendar, Nation
from policies.clock_rules import Unit
from policies.procedure import Procedure
from policies.procedure_files import load_procedures
from policies.procedure_rules import TierRule, WindowFrom, WindowRule
from policies.tiers import next_tier, tier_asked_for, window_until

ENGLAND = Calendar.legal(Nation.ENGLAND, [], 0)
FIGURES = {"acknowledge_days": 5, "early_resolution_days": 10, "closer_look_days": 20, "tier_2_days": 30}


def _department() -> Procedure:
    return load_procedures().pinned("uk-central-government", 1, FIGURES)


@pytest.mark.parametrize(
    ("asked", "done", "answer"),
    [
        ("tier_2", (), "tier_2"),
        ("tier_2", ("tier_2",), Refusal.WRONG_TIER),
        ("independent", (), Refusal.WRONG_TIER),
        ("independent", ("tier_2",), "independent"),
        ("ombudsman", ("tier_2",), "ombudsman"),
        ("ombudsman", ("tier_2", "independent"), "ombudsman"),
        ("ombudsman", (), Refusal.WRONG_TIER),
        ("court", (), Refusal.UNKNOWN_TIER),
        ("court", ("tier_2",), Refusal.UNKNOWN_TIER),
    ],
)
def test_every_tier_inside_comes_first_and_one_outside_may_be_passed_over(
    asked: str, done: tuple[str, ...], answer: str | Refusal
) -> None:
    found = tier_asked_for(_department().tiers, asked, done)
    assert (found.code if isinstance(found, TierRule) else found) == answer


def test_a_response_names_the_first_tier_that_was_not_gone_through() -> None:
    tiers = _department().tiers
    assert [getattr(next_tier(tiers, done), "code", None) for done in ((), ("tier_2",), ("tier_2", "independent"))] == [
        "tier_2",
        "independent",
        "ombudsman",
    ]
    assert next_tier(tiers, ("tier_2", "independent", "ombudsman")) is None


def test_the_ombudsman_of_a_department_is_reached_through_a_member_of_parliament_and_that_of_the_nhs_directly() -> None:
    nhs = load_procedures().get("nhs-england-2009", 2).tier("ombudsman")
    department = _department().tier("ombudsman")
    assert nhs is not None and department is not None
    assert (nhs.channel.value, department.channel.value) == ("direct", "mp")


@pytest.mark.parametrize(
    ("unit", "amount", "start", "last"),
    [
        (Unit.MONTHS, 6, date(2027, 8, 31), date(2028, 2, 29)),
        (Unit.MONTHS, 12, date(2028, 2, 29), date(2029, 2, 28)),
        (Unit.CALENDAR_DAYS, 30, date(2028, 3, 1), date(2028, 3, 31)),
        (Unit.WORKING_DAYS, 20, date(2028, 4, 12), date(2028, 5, 15)),  # over Easter and the first bank holiday of May
    ],
)
def test_a_window_ends_on_a_day_that_is_counted_by_hand(unit: Unit, amount: int, start: date, last: date) -> None:
    window = WindowRule(amount=amount, unit=unit, starts=WindowFrom.RESPONSE)
    assert window_until(window, answered_on=start, noticed_on=None, calendar=ENGLAND) == last


def test_a_window_whose_start_is_not_known_has_no_end_and_shuts_nobody_out() -> None:
    window = WindowRule(amount=12, unit=Unit.MONTHS, starts=WindowFrom.NOTICE)
    assert window_until(window, answered_on=date(2028, 3, 1), noticed_on=None, calendar=ENGLAND) is None
    assert window_until(None, answered_on=date(2028, 3, 1), noticed_on=date(2028, 3, 1), calendar=ENGLAND) is None


def test_a_procedure_without_figures_of_its_own_takes_an_organisations_and_refuses_wrong_ones() -> None:
    filled = _department()
    assert filled.clock("acknowledgement").amount == 5
    assert filled.clock("tier_2").amount == 30
    raw = load_procedures().get("uk-central-government", 1)
    for wrong, why in (
        ({}, "not set"),
        ({**FIGURES, "acknowledge_days": 99}, "not between"),
        ({"tea": 1}, "not a figure"),
    ):
        with pytest.raises(ValueError, match=why):
            raw.figures_with(wrong)
