"""Time that hurts: ends of summer time, dates beyond the published calendar, what may be capped, what still binds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from policies.calendars import HORIZON, Calendar, ClosedDay, Nation, end_of_day, local_date
from policies.clock_rules import ClockRule, Unit
from policies.clocks import Calendars, Derivation, derive
from policies.corrections import Agreement, binding
from policies.extension_rules import ExtensionRule
from policies.lawful import last_day
from policies.procedure_files import load_procedures


def _rule(procedure: str, kind: str) -> ClockRule:
    return load_procedures().get(procedure, 1).clock(kind)


def _calendars(nation: Nation, *closed: date) -> Calendars:
    legal = Calendar.legal(nation, [ClosedDay(day=day, name="Proclaimed") for day in closed], revision=1)
    return Calendars(nation=legal, organisation=legal)


def _ladder(derived: Derivation) -> list[tuple[str, str]]:
    return [(rung.rung, f"{rung.at:%m-%d %H:%M}") for rung in derived.rungs]


def test_a_ladder_that_crosses_the_start_of_summer_time_keeps_to_nine_and_to_local_midnight() -> None:
    derived = derive(_rule("lgsco-code", "stage_1"), started_on=date(2028, 3, 14), calendars=_calendars(Nation.ENGLAND))
    assert derived.due_on == date(2028, 3, 28)
    assert _ladder(derived) == [
        ("reminder_1", "03-21 09:00"),
        ("reminder_2", "03-24 09:00"),
        ("overdue", "03-28 23:00"),
        ("escalation_1", "03-29 08:00"),
        ("escalation_2", "04-04 08:00"),
    ]


def test_a_ladder_that_crosses_the_end_of_summer_time_and_a_day_that_has_25_hours() -> None:
    derived = derive(
        _rule("lgsco-code", "stage_1"), started_on=date(2027, 10, 15), calendars=_calendars(Nation.ENGLAND)
    )
    assert derived.due_on == date(2027, 10, 29)
    assert _ladder(derived) == [
        ("reminder_1", "10-22 08:00"),
        ("reminder_2", "10-27 08:00"),
        ("overdue", "10-29 23:00"),
        ("escalation_1", "11-01 09:00"),
        ("escalation_2", "11-05 09:00"),
    ]


def test_a_ladder_over_christmas_and_the_second_of_january_skips_what_is_closed_in_scotland() -> None:
    rule = _rule("spso-model", "early_resolution")
    there, here = (
        derive(rule, started_on=date(2027, 12, 23), calendars=_calendars(nation))
        for nation in (Nation.SCOTLAND, Nation.ENGLAND)
    )
    # 24 December, 29, 30 and 31; then 3 January is closed in both, and the fourth only in Scotland.
    assert (there.due_on, here.due_on) == (date(2028, 1, 5), date(2028, 1, 4))
    assert dict(_ladder(there))["overdue"] == "01-06 00:00"
    assert all(there.proof.days[n].counted is False for n in (2, 3, 4, 5))


def test_a_date_that_was_set_is_not_provisional_however_far_ahead_and_a_count_is() -> None:
    rule, calendars = _rule("lgsco-code", "stage_2"), _calendars(Nation.ENGLAND)
    started = date(2028, 11, 27)
    counted = derive(rule, started_on=started, calendars=calendars)
    assert counted.due_on <= HORIZON
    assert not counted.provisional
    beyond = derive(rule, started_on=date(2028, 12, 11), calendars=calendars)
    assert beyond.due_on > HORIZON
    assert beyond.provisional
    promised = derive(rule, started_on=date(2028, 12, 11), calendars=calendars, given=date(2029, 1, 31))
    assert not promised.provisional
    assert promised.proof.extensions[0].was == beyond.due_on


@pytest.mark.parametrize("unit", [Unit.MONTHS, Unit.DATE])
@pytest.mark.parametrize("cap", [{"cap": 2}, {"cap_figure": "most"}])
def test_a_cap_in_days_on_a_clock_that_is_not_counted_in_days_is_refused(unit: Unit, cap: dict[str, object]) -> None:
    rule = _rule("uk-central-government", "closer_look")
    amount = {"amount": 6} if unit is Unit.MONTHS else {"amount": None}
    with pytest.raises(ValidationError, match="a cap is counted in days"):
        replace(rule, unit=unit, figure=None, **amount, extension=ExtensionRule(allowed=True, **cap))  # type: ignore[arg-type]


def test_what_was_agreed_too_late_binds_only_where_the_rule_takes_it_late() -> None:
    due_on = date(2028, 3, 9)
    late = [Agreement(agreed_on=date(2028, 3, 13), due_on=date(2028, 3, 31))]
    assert binding(due_on, late) is None
    assert binding(due_on, late, before_expiry=False) == 0
    assert binding(date(2028, 3, 31), late, before_expiry=False) is None  # it is no later than what is due anyway


_CAPPED = [
    (rule, nation)
    for procedure in load_procedures().versions
    for rule in procedure.clocks
    if rule.extension.cap is not None
    for nation in procedure.nations
]


@pytest.mark.parametrize(("rule", "nation"), _CAPPED, ids=[f"{rule.kind}-{nation}" for rule, nation in _CAPPED])
@settings(max_examples=40, deadline=None)
@given(
    start=st.dates(date(2024, 2, 1), date(2028, 6, 30)),
    closed=st.lists(st.dates(date(2024, 2, 1), date(2028, 9, 30)), max_size=4),
)
def test_a_cap_is_always_so_many_open_days_after_the_first_date_and_no_calendar_makes_it_less(
    rule: ClockRule, nation: Nation, start: date, closed: list[date]
) -> None:
    assert rule.extension.cap is not None
    before, after = _calendars(nation), _calendars(nation, *closed)
    ends = []
    for calendars in (before, after):
        first = derive(rule, started_on=start, calendars=calendars).due_on
        last = last_day(first, rule.extension.cap, working=True, calendar=calendars.nation)
        passed = [day for day, why in calendars.nation.walk(first, rule.extension.cap) if why is None]
        assert (len(passed), passed[-1]) == (rule.extension.cap, last)
        extended = derive(rule, started_on=start, calendars=calendars, given=last)
        assert extended.due_at == end_of_day(last)
        assert local_date(extended.due_at) > last
        ends.append(last)
    assert ends[1] >= ends[0]
