"""A truth table of deadlines, written out in deadlines.csv, against our own count and a second, simpler one.

The rows about the first version of the procedure of NHS bodies give their own amounts. Every other row asks the
procedure as it is shipped, so that the table also says what its figures are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies import duty_files
from policies.calendars import Calendar, ClosedDay, Nation, local_date
from policies.clock_rules import ClockRule, Unit, WhoseCalendar
from policies.clocks import Calendars, Derivation, derive
from policies.lawful import last_day
from policies.procedure import Procedure
from policies.procedure_files import load_procedures
from policies.proofs import Proof, explain
from tests.policies import second_count as second
from tests.policies.deadline_rows import BY_HAND
from tests.policies.second_count import Row

ROWS = second.read()
_LATER = {
    "nhs-england-2009/2",
    "spso-model/1",
    "lgsco-code/1",
    "uk-central-government/1",
    "informal-contacts/1",
    "joint-contribution/1",
}
_KNOWN = {*_LATER, second.DUTIES}


# The rows of one clock are one test: thousands of tests cost more than what they test.
def _by_clock(rows: list[Row]) -> list[Any]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(f"{row.procedure}-{row.clock}", []).append(row)
    return [pytest.param(of_one, id=name) for name, of_one in found.items()]


def _each(rows: list[Row], check: Callable[[Row], None]) -> None:
    """Check every row, and fail with all those of which it does not hold."""
    wrong = []
    for row in rows:
        try:
            check(row)
        except AssertionError as error:
            wrong.append(f"{row.group} {row.nation} {row.received_at}: {error}")
    assert not wrong, "\n".join(wrong)


_LATER_ROWS = [row for row in ROWS if not row.old]
_CAPPED = [row for row in ROWS if row.cap_on is not None]
_CLOSED = [row for row in ROWS if row.closures]


def _procedure(row: Row) -> Procedure:
    code, version = row.procedure.split("/")
    procedure = load_procedures().get(code, int(version))
    # What a row does not say has some lawful value: its clock does not ask for it.
    needed = {each.code: each.least for each in procedure.figures if each.default is None}
    return procedure.with_figures(needed | dict(row.figures))


def _rule(row: Row) -> ClockRule:
    if row.procedure == second.DUTIES:
        return _duties()[row.clock]
    rule = _procedure(row).clock(row.clock)
    return replace(rule, amount=row.amount, count_first_day=row.first_day_counts) if row.old else rule


def _duties() -> dict[str, ClockRule]:
    # Those in minutes have a count of their own: minute_count.py.
    return {rule.kind: rule for rule in duty_files.version(1).clocks if rule.unit is not Unit.MINUTES}


def _calendars(row: Row) -> Calendars:
    nation = Calendar.legal(Nation(row.nation), [], revision=1)
    organisation = nation.with_closures(ClosedDay(day=day, name="Closed for training") for day in row.closures)
    return Calendars(nation=nation, organisation=organisation)


def _derive(row: Row) -> Derivation:
    """Derive a clock, and give it each later date that was asked for and is lawful."""
    rule, calendars, start = _rule(row), _calendars(row), local_date(row.received_at)
    found = derive(rule, started_on=start, calendars=calendars, given=row.given)
    last = _last_extension(row, rule, found)
    for asked in row.extended:
        if last is None or asked <= last:
            found = derive(rule, started_on=start, calendars=calendars, given=asked)
    return found


def _last_extension(row: Row, rule: ClockRule, first: Derivation) -> object:
    if rule.extension.cap is None:
        return None
    calendars = _calendars(row)
    whose = calendars.nation if rule.calendar is WhoseCalendar.NATION else calendars.organisation
    return last_day(first.due_on, rule.extension.cap, working=rule.unit is Unit.WORKING_DAYS, calendar=whose)


@pytest.mark.parametrize("rows", _by_clock(ROWS))
def test_the_due_date_is_the_one_in_the_table_and_its_proof_recounts(rows: list[Row]) -> None:
    _each(rows, _due_date)


def _due_date(row: Row) -> None:
    derived = _derive(row)
    assert (derived.due_on, derived.due_at) == (row.due_on, row.due_at)
    assert not derived.provisional
    assert derived.proof.due_on == row.due_on
    _recount(derived.proof, row)
    assert explain(derived.proof).splitlines()[-1].startswith("Due by the end of ")


def _recount(proof: Proof, row: Row) -> None:
    if proof.unit is not Unit.WORKING_DAYS:
        assert proof.days == ()
        assert proof.steps
        return
    counted = [day.on for day in proof.days if day.counted]
    assert len(counted) == (row.amount or 0) + row.margin
    extended = proof.extensions[0].was if proof.extensions else row.due_on
    assert counted[-1] == proof.days[-1].on == extended
    assert proof.days[0].on == proof.started_on
    assert all(later.on - earlier.on == timedelta(days=1) for earlier, later in pairwise(proof.days))
    closures = row.closures if second.allowed(row).own_closures else ()
    walked = proof.days if row.first_day_counts else proof.days[1:]
    assert [day.on for day in walked if day.counted] == [
        day.on for day in walked if day.on in second.open_days(row.nation, closures)
    ]


@pytest.mark.parametrize("rows", _by_clock(ROWS))
def test_the_second_count_agrees_with_the_table(rows: list[Row]) -> None:
    _each(rows, _second_count)


def _second_count(row: Row) -> None:
    assert second.due_on(row) == row.due_on
    assert second.end_of(row.due_on) == row.due_at


@pytest.mark.parametrize("rows", _by_clock(_LATER_ROWS))
def test_the_figures_of_the_shipped_procedure_are_those_that_were_written_down_by_hand(rows: list[Row]) -> None:
    _each(rows, _figures)


def _figures(row: Row) -> None:
    rule = _rule(row)
    assert (rule.amount, rule.margin, rule.count_first_day) == (row.amount, row.margin, row.first_day_counts)
    assert second.amount_of(row) == row.amount
    assert rule.extension.cap == second.allowed(row).cap


def test_every_clock_of_every_later_procedure_is_in_the_table_and_in_the_book() -> None:
    for name in _LATER:
        code, version = name.split("/")
        kinds = {rule.kind for rule in load_procedures().get(code, int(version)).clocks}
        assert kinds == set(second.BOOK[name])
        assert kinds == {row.clock for row in ROWS if row.procedure == name}
    assert _duties().keys() == second.BOOK[second.DUTIES].keys()
    assert _duties().keys() == {row.clock for row in ROWS if row.procedure == second.DUTIES}
    shipped = {f"{each.code}/{each.version}" for each in load_procedures().versions}
    assert shipped == {*_LATER, second.FIRST}


def test_what_was_counted_on_paper_stands_in_the_table() -> None:
    found = {(row.procedure, row.nation, row.clock, str(local_date(row.received_at)), str(row.due_on)) for row in ROWS}
    assert found >= {(procedure, nation, clock, day, due) for procedure, nation, clock, day, _, due in BY_HAND}


def test_the_table_has_every_kind_of_difficulty() -> None:
    groups = {row.group for row in ROWS}
    assert len(ROWS) >= 1300
    assert len(set(map(repr, ROWS))) == len(ROWS)
    assert groups >= {
        "weekend",
        "bank_holiday",
        "christmas",
        "clocks_go_forward",
        "clocks_go_back",
        "leap_day",
        "month_end",
        "after_hours",
        "closure_statutory_stays",
        "closure_internal_moves",
        "proclaimed",
        "long_count",
        "hand_counted",
        "easter",
        "second_january",
        "st_andrew",
        "st_patrick",
        "twelfth_july",
    }
    assert {row.nation for row in ROWS if row.group == "bank_holiday"} == set(Nation)
    assert {row.procedure for row in ROWS if row.group == "easter"} == _KNOWN


@pytest.mark.parametrize("rows", _by_clock(_CAPPED))
def test_a_cap_counts_from_the_first_due_date_and_what_lies_beyond_it_is_not_given(rows: list[Row]) -> None:
    _each(rows, _cap)


def _cap(row: Row) -> None:
    rule, start = _rule(row), local_date(row.received_at)
    first = derive(rule, started_on=start, calendars=_calendars(row))
    assert _last_extension(row, rule, first) == row.cap_on == second.last_extension(row)
    assert row.cap_on is not None and row.due_on <= row.cap_on
    if row.extended:
        asked_too_much = row.extended[-1] > row.cap_on
        assert asked_too_much == row.group.endswith("beyond_cap")
        assert (row.due_on == row.extended[-1]) != asked_too_much


@pytest.mark.parametrize("rows", _by_clock(_CLOSED))
def test_a_closure_moves_the_date_only_where_it_may(rows: list[Row]) -> None:
    _each(rows, _closure)


def _closure(row: Row) -> None:
    without = _derive(replace(row, closures=()))
    moved = without.due_on != row.due_on
    assert moved == (row.group == "closure_internal_moves")


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_both_counts_agree_on_any_clock_in_any_nation_at_any_time(data: st.DataObject) -> None:
    procedure = data.draw(st.sampled_from(sorted(_KNOWN)))
    kind = data.draw(st.sampled_from(sorted(second.BOOK[procedure])))
    code, version = (second.FIRST if procedure == second.DUTIES else procedure).split("/")
    shipped = load_procedures().get(code, int(version))  # the duties are the same under every procedure
    figures = {
        each.code: data.draw(st.integers(each.least, each.most))
        for each in shipped.figures
        if each.code == shipped.clock(kind).figure
    }
    start = data.draw(st.dates(date(2023, 1, 1), date(2028, 5, 31)))
    hour = data.draw(st.times(max_value=time(23, 59)))
    row = Row(
        group="any",
        nation=data.draw(st.sampled_from(sorted(shipped.nations))),
        received_at=datetime.combine(start, hour, tzinfo=UTC),
        clock=kind,
        amount=None,
        first_day_counts=shipped.clock(kind).count_first_day,
        closures=tuple(sorted(data.draw(st.sets(st.dates(start, start + timedelta(days=40)), max_size=6)))),
        given=start + timedelta(days=30) if shipped.clock(kind).unit is Unit.DATE else None,
        due_on=start,
        due_at=second.end_of(start),
        procedure=procedure,
        figures=tuple(figures.items()),
        margin=second.BOOK[procedure][kind].margin,
    )
    row = replace(row, amount=second.amount_of(row))
    derived = _derive(row)
    assert derived.due_on == second.due_on(row)
    assert derived.due_at == second.end_of(derived.due_on)
