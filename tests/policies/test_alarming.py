"""The mix of alarms as tables: what wakes a senior, what only goes to a manager, and files that are refused."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies import alarming
from policies.alarm_files import AlarmRuleError, load_alarms, newest, parse_alarms
from policies.alarm_rules import By, Cause, MixRule, RecurrenceRule
from policies.alarming import Found
from policies.clock_rules import ClockRule
from policies.procedure_files import load_procedures

NHS = load_procedures().pinned("nhs-england-2009", 2, {})
MIX: MixRule = newest().mix_for("nhs-england-2009", "nhs-england")


def rule(kind: str) -> ClockRule:
    return NHS.clock(kind)


@pytest.mark.parametrize(
    ("kind", "times", "wakes"),
    [
        ("acknowledgement", 1, None),
        ("acknowledgement", 2, None),
        ("relevant_period", 1, Cause.SIX_MONTHS),
        ("response_period", 1, None),
        ("next_update", 2, None),
        ("next_update", 3, Cause.REPEATED_BREACH),
        ("next_update", 4, None),
        ("next_update", 6, Cause.REPEATED_BREACH),
        ("staff_support", 1, Cause.STAFF_SUPPORT),
        ("staff_notice", 1, None),
        ("escalation_call", 3, None),  # seniors are asked there already
        ("escalation_decision", 3, None),
        ("candour_notice", 1, None),
    ],
)
def test_one_breach_wakes_nobody_but_for_what_the_mix_names(kind: str, times: int, wakes: Cause | None) -> None:
    assert alarming.of_breach(MIX, rule(kind), times) == wakes


@pytest.mark.parametrize(
    ("kind", "rung", "to", "instead"),
    [
        ("acknowledgement", "escalation_2", "responsible_person", ("division_lead", "complaints_manager")),
        ("acknowledgement", "chase_3", "responsible_person", ("division_lead", "complaints_manager")),
        ("acknowledgement", "escalation_1", "complaints_manager", ()),
        ("relevant_period", "escalation_2", "responsible_person", ()),
        ("referral", "escalation_1", "responsible_person", ()),  # a concern to be passed on the same day
        ("signature", "overdue", "responsible_person", ()),  # theirs to sign
        ("plan_appeal", "escalation", "responsible_person", ()),  # theirs to decide
        ("allocation", "escalation_1", "responsible_person", ("division_lead", "complaints_manager")),
    ],
)
def test_a_rung_goes_elsewhere_only_for_a_single_breach_that_is_somebody_elses_to_mend(
    kind: str, rung: str, to: str, instead: tuple[str, ...]
) -> None:
    assert alarming.goes_instead(MIX, rule(kind), rung, to) == instead


@pytest.mark.parametrize(
    ("kind", "rung", "does", "wakes"),
    [
        ("request", "escalation_3", ("task",), None),
        ("request", "chase_1", ("task",), Cause.DIVISION_SILENT),
        ("request", "chase_2", ("task",), None),
        ("request", "chase_5", ("task",), Cause.DIVISION_SILENT),
        ("acknowledgement", "chase_1", ("task",), None),
        ("acknowledgement", "chase_1", ("task", "remind_body:responsible_person"), Cause.BODY_SILENT),
        ("acknowledgement", "chase_1", ("task", "remind_body:complaints_manager"), None),
    ],
)
def test_silence_at_the_top_of_a_ladder_wakes_a_senior_at_the_first_chase_and_now_and_then(
    kind: str, rung: str, does: tuple[str, ...], wakes: Cause | None
) -> None:
    assert alarming.of_rung(MIX, rule(kind), rung, does) == wakes


FIVE = RecurrenceRule(by=By.BOTH, times=5, within_days=90)
DAY = date(2028, 3, 2)


@pytest.mark.parametrize(
    ("count", "before", "tips"),
    [
        (4, None, False),
        (5, None, True),
        (9, Found(on=DAY, count=5), False),
        (10, Found(on=DAY, count=5), True),
        (5, Found(on=date(2027, 12, 3), count=5), False),  # ninety days ago: it holds today still
        (5, Found(on=date(2027, 12, 2), count=5), True),
    ],
)
def test_what_recurs_is_told_once_in_its_window_unless_it_doubles(count: int, before: Found | None, tips: bool) -> None:
    assert alarming.tips(FIVE, count, before, DAY) is tips


@given(kind=st.sampled_from(sorted(each.kind for each in NHS.clocks)), times=st.integers(1, 200))
def test_what_wakes_a_senior_never_goes_elsewhere_and_nothing_is_told_more_often_than_every_third_time(
    kind: str, times: int
) -> None:
    woken = [alarming.of_breach(MIX, rule(kind), each) for each in range(1, times + 1)]
    once = woken[0] is not None
    assert once or sum(each is not None for each in woken) <= times // MIX.times
    if once:
        assert alarming.goes_instead(MIX, rule(kind), "escalation_2", "responsible_person") == ()


def shipped() -> str:
    return files("policies.alarms").joinpath("alarms.v1.toml").read_text(encoding="utf-8")


def test_versions_are_without_gaps_and_each_has_a_default() -> None:
    assert [rules.version for rules in load_alarms()] == list(range(1, len(load_alarms()) + 1))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('of = "default"', 'of = "spso-model"', "none is the default"),
        ("times = 3", "times = 1", "greater than or equal to 2"),
        ('wakes = ["severity", ', "wakes = [", "reaches a senior, whatever the mix"),
        ('single = ["division_lead", "complaints_manager"]', 'single = ["division_lead"]', "always asked"),
        ('by = "place"', 'by = "theme"', "more than once"),
        ('code = "recurrence"', 'code = "weather"', "recurrence"),
        ("version = 1", "version = 2", "not named after version 2"),
        ("again_after = 4", "again_after = 4\nloud = true", "loud"),
    ],
)
def test_a_malformed_file_is_refused_with_its_name_and_the_reason(old: str, new: str, says: str) -> None:
    assert old in shipped()
    with pytest.raises(AlarmRuleError, match=says) as refused:
        parse_alarms("alarms.v1.toml", shipped().replace(old, new, 1))
    assert "alarms.v1.toml" in str(refused.value)
