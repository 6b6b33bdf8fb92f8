"""Clocks derived from the shipped procedure: ladders, agreed dates, jitter, provisional dates, proofs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.calendars import Calendar, ClosedDay, Nation, end_of_day
from policies.clock_rules import ClockRule
from policies.clocks import Calendars, Derivation, derive, jitter_for
from policies.procedure import Procedure
from policies.procedure_files import load_procedures
from policies.proofs import Extension, Proof, explain

_NAMESPACE = UUID("6f1d4a52-5f0e-4c39-9d2b-0f8f6f3f7a10")
_KINDS = ("acknowledgement", "relevant_period", "settle_period", "response_period", "next_update", "draft_release")


def _procedure() -> Procedure:
    return load_procedures().get("nhs-england-2009", 1)


def _calendars(*closed: date, corrections: tuple[ClosedDay, ...] = (), revision: int = 1) -> Calendars:
    nation = Calendar.legal(Nation.ENGLAND, corrections, revision)
    return Calendars(
        nation=nation,
        organisation=nation.with_closures(ClosedDay(day=day, name="Training day") for day in closed),
    )


def _clock(kind: str, started_on: date, calendars: Calendars | None = None, **more: Any) -> Derivation:
    return derive(_procedure().clock(kind), started_on=started_on, calendars=calendars or _calendars(), **more)


def _ladder(derived: Derivation) -> list[tuple[str, str, str]]:
    return [(rung.rung, f"{rung.at:%Y-%m-%d %H:%M}", rung.to.value) for rung in derived.rungs]


def test_the_ladder_of_an_acknowledgement_over_a_weekend() -> None:
    derived = _clock("acknowledgement", date(2026, 7, 2))
    assert _ladder(derived) == [
        ("reminder_1", "2026-07-03 08:00", "owner"),
        ("reminder_2", "2026-07-07 08:00", "owner"),
        ("overdue", "2026-07-07 23:00", "owner"),
        ("escalation_1", "2026-07-08 08:00", "complaints_manager"),
        ("escalation_2", "2026-07-10 08:00", "responsible_person"),
    ]


def test_the_ladder_of_six_months_crosses_daylight_saving() -> None:
    derived = _clock("relevant_period", date(2026, 1, 1))
    assert _ladder(derived) == [
        ("reminder_1", "2026-05-18 08:00", "owner"),
        ("reminder_2", "2026-06-16 08:00", "owner"),
        ("overdue", "2026-06-30 23:00", "owner"),
        ("escalation_1", "2026-07-01 08:00", "complaints_manager"),
        ("escalation_2", "2026-07-07 08:00", "responsible_person"),
    ]


def test_the_ladder_of_a_promised_date_that_is_a_sunday() -> None:
    derived = _clock("response_period", date(2026, 9, 1), given=date(2026, 11, 1))
    assert derived.due_on == date(2026, 11, 1)
    assert _ladder(derived) == [
        ("reminder_1", "2026-10-19 08:00", "owner"),
        ("reminder_2", "2026-10-28 09:00", "owner"),
        ("overdue", "2026-11-02 00:00", "owner"),
        ("escalation_1", "2026-11-02 09:00", "complaints_manager"),
        ("escalation_2", "2026-11-06 09:00", "responsible_person"),
    ]


def test_the_ladders_of_settling_updating_and_releasing() -> None:
    monday = date(2026, 9, 7)
    assert [rung[:2] for rung in _ladder(_clock("settle_period", monday))] == [
        ("reminder_1", "2026-09-11 08:00"),
        ("overdue", "2026-09-14 23:00"),
        ("escalation_1", "2026-09-15 08:00"),
    ]
    assert [rung[:2] for rung in _ladder(_clock("next_update", monday, days=28))] == [
        ("prompt", "2026-10-01 08:00"),
        ("overdue", "2026-10-05 23:00"),
        ("escalation_1", "2026-10-06 08:00"),
    ]
    assert [rung[:2] for rung in _ladder(_clock("draft_release", monday))] == [
        ("reminder_1", "2026-09-08 08:00"),
        ("overdue", "2026-09-09 23:00"),
        ("escalation_1", "2026-09-10 08:00"),
    ]


def test_only_overdue_breaches_and_the_drafts_are_where_the_lifecycle_says() -> None:
    drafts = {}
    for kind in _KINDS:
        given_date = date(2026, 12, 1) if kind == "response_period" else None
        for rung in _clock(kind, date(2026, 9, 7), given=given_date).rungs:
            assert ("breach" in rung.does) == (rung.rung == "overdue")
            if rung.template is not None:
                drafts[kind, rung.rung] = rung.template
    assert drafts == {
        ("relevant_period", "overdue"): "explain_delay",
        ("response_period", "overdue"): "explain_delay",
        ("next_update", "prompt"): "update",
    }


def test_reminders_that_would_come_before_the_clock_starts_are_dropped() -> None:
    derived = _clock("response_period", date(2026, 9, 7), given=date(2026, 9, 11))
    assert [rung.rung for rung in derived.rungs] == ["reminder_2", "overdue", "escalation_1", "escalation_2"]
    derived = _clock("response_period", date(2026, 9, 7), given=date(2026, 9, 10))
    assert [rung.rung for rung in derived.rungs] == ["overdue", "escalation_1", "escalation_2"]


def test_a_reminder_counted_from_the_start_is_dropped_when_the_due_date_comes_first() -> None:
    rule = _procedure().clock("draft_release")
    slow = replace(
        rule, rungs=tuple(replace(rung, offset=2) if rung.anchor == "start" else rung for rung in rule.rungs)
    )
    derived = derive(slow, started_on=date(2026, 9, 7), calendars=_calendars(), days=1)
    assert [rung.rung for rung in derived.rungs] == ["overdue", "escalation_1"]


def test_a_response_may_be_promised_for_the_very_day() -> None:
    assert _clock("response_period", date(2026, 9, 7), given=date(2026, 9, 7)).due_on == date(2026, 9, 7)


def test_jitter_delays_nudges_but_never_the_due_instant() -> None:
    plain = _clock("acknowledgement", date(2026, 9, 7))
    jittered = _clock("acknowledgement", date(2026, 9, 7), jitter_seconds=599)
    assert jittered.due_at == plain.due_at
    for before, after in zip(plain.rungs, jittered.rungs, strict=True):
        delay = timedelta(0) if before.rung == "overdue" else timedelta(seconds=599)
        assert after.at - before.at == delay


def test_jitter_is_the_same_for_one_clock_and_spread_over_ten_minutes() -> None:
    clocks = [uuid5(_NAMESPACE, str(number)) for number in range(3000)]
    jitters = [jitter_for(clock) for clock in clocks]
    assert jitters == [jitter_for(clock) for clock in clocks]
    assert min(jitters) >= 0
    assert max(jitters) < 600
    assert len(set(jitters)) > 500


def test_a_closure_moves_an_internal_date_and_a_rhythm_but_not_a_statute_nor_a_promised_date() -> None:
    monday, closed = date(2026, 9, 7), (date(2026, 9, 8), date(2026, 9, 9), date(2026, 9, 21))
    for kind, set_date in (("acknowledgement", None), ("relevant_period", None), ("response_period", closed[2])):
        moved = _clock(kind, monday, _calendars(*closed), given=set_date)
        assert moved.due_on == _clock(kind, monday, given=set_date).due_on
    assert _clock("settle_period", monday, _calendars(*closed)).due_on == date(2026, 9, 16)
    assert _clock("next_update", monday, _calendars(*closed), days=14).due_on == date(2026, 9, 22)


def test_a_closure_does_not_move_the_rungs_of_a_statutory_clock_but_those_of_a_promise() -> None:
    monday = date(2026, 9, 7)
    closed = _calendars(date(2026, 9, 8), date(2026, 9, 11))
    assert _clock("acknowledgement", monday, closed).rungs == _clock("acknowledgement", monday).rungs
    promise = _clock("response_period", date(2026, 9, 1), closed, given=date(2026, 9, 14))
    assert _ladder(promise)[0] == ("reminder_2", "2026-09-07 08:00", "owner")


def test_a_proclaimed_day_moves_a_statutory_date_and_the_proof_names_it_and_the_revision() -> None:
    proclaimed = ClosedDay(day=date(2027, 6, 8), name="Day of thanksgiving")
    before = _clock("acknowledgement", date(2027, 6, 7))
    after = _clock("acknowledgement", date(2027, 6, 7), _calendars(corrections=(proclaimed,), revision=2))
    assert (before.due_on, after.due_on) == (date(2027, 6, 10), date(2027, 6, 11))
    assert (before.proof.calendar_revision, after.proof.calendar_revision) == (1, 2)
    assert [day.why for day in after.proof.days if not day.counted] == ["the day of receipt", "Day of thanksgiving"]


def test_six_months_may_be_agreed_longer_and_the_proof_shows_both_dates() -> None:
    derived = _clock("relevant_period", date(2026, 1, 1), given=date(2026, 8, 14))
    assert derived.due_on == date(2026, 8, 14)
    assert derived.proof.extensions == (Extension(was=date(2026, 6, 30), now=date(2026, 8, 14)),)
    assert "Extended from Tuesday 30 June 2026 to Friday 14 August 2026" in explain(derived.proof)


def test_the_extensions_of_the_ledger_go_into_the_proof_as_they_are() -> None:
    ledger = (Extension(was=date(2026, 10, 1), now=date(2026, 11, 2), agreed_on=date(2026, 9, 28)),)
    proof = _clock("response_period", date(2026, 9, 1), given=date(2026, 11, 2), extensions=ledger).proof
    assert proof.extensions == ledger
    assert "to Monday 2 November 2026, agreed on Monday 28 September 2026" in explain(proof)


@pytest.mark.parametrize(
    ("kind", "more", "message"),
    [
        ("response_period", {}, "needs the date"),
        ("response_period", {"given": date(2026, 9, 6)}, "before the start"),
        ("response_period", {"given": date(2026, 9, 30), "days": 5}, "not counted in days"),
        ("relevant_period", {"given": date(2027, 3, 6)}, "not later"),
        ("relevant_period", {"days": 5}, "not counted in days"),
        ("acknowledgement", {"given": date(2026, 9, 30)}, "no date can be given"),
        ("next_update", {"days": 0}, "1 to 3660"),
        ("next_update", {"days": 3661}, "1 to 3660"),
    ],
)
def test_an_input_that_the_rule_has_no_place_for_is_refused(kind: str, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _clock(kind, date(2026, 9, 7), **more)


def test_an_update_without_an_agreed_rhythm_uses_the_amount_of_the_procedure() -> None:
    assert _clock("next_update", date(2026, 9, 7)).due_on == date(2026, 9, 21)


def test_only_a_date_that_the_calendar_decides_is_provisional_beyond_the_horizon() -> None:
    last, first_after = _clock("acknowledgement", date(2028, 12, 22)), _clock("acknowledgement", date(2028, 12, 28))
    assert (last.due_on, last.provisional) == (date(2028, 12, 29), False)
    assert (first_after.due_on, first_after.provisional) == (date(2029, 1, 3), True)
    assert first_after.proof.provisional
    assert explain(first_after.proof).splitlines()[-1].startswith("Provisional")
    assert not _clock("relevant_period", date(2028, 12, 1)).provisional
    assert not _clock("response_period", date(2028, 12, 1), given=date(2029, 5, 1)).provisional
    assert _clock("next_update", date(2028, 12, 20), days=14).provisional


def _months_after_the_first_day() -> ClockRule:
    return replace(_procedure().clock("relevant_period"), count_first_day=False)


def test_months_that_do_not_count_the_first_day_end_on_the_corresponding_date() -> None:
    derived = derive(_months_after_the_first_day(), started_on=date(2026, 2, 28), calendars=_calendars())
    assert derived.due_on == date(2026, 8, 28)
    assert derived.proof.budget == "6 months, the first day not counted"


def test_calendar_days_that_count_the_first_day_end_one_day_earlier() -> None:
    rule = replace(_procedure().clock("next_update"), count_first_day=True)
    assert derive(rule, started_on=date(2026, 9, 7), calendars=_calendars(), days=3).due_on == date(2026, 9, 9)


def test_a_proof_reads_as_plain_english() -> None:
    assert explain(_clock("acknowledgement", date(2026, 12, 24)).proof).splitlines() == [
        "Acknowledge the complaint and offer to discuss it: a statutory time limit",
        "Basis: SI 2009/309 reg 13(3): not later than 3 working days after the day on which the complaint was "
        "received (not yet checked against the official text)",
        "Starts: Thursday 24 December 2026, the day of receipt",
        "Budget: 3 working days of England, the first day not counted",
        "  Thursday 24 December 2026: not counted, the day of receipt",
        "  Friday 25 December 2026: not counted, Christmas Day",
        "  Saturday 26 December 2026: not counted, Boxing Day",
        "  Sunday 27 December 2026: not counted, Sunday",
        "  Monday 28 December 2026: not counted, Boxing Day (observed)",
        "  Tuesday 29 December 2026: working day 1 of 3",
        "  Wednesday 30 December 2026: working day 2 of 3",
        "  Thursday 31 December 2026: working day 3 of 3",
        "Due by the end of Thursday 31 December 2026",
    ]


def test_a_rhythm_that_meets_a_closed_day_says_where_it_moved_and_why() -> None:
    proof = _clock("next_update", date(2026, 9, 7), _calendars(date(2026, 9, 21)), days=14).proof
    assert proof.steps == (
        "14 calendar days end on Monday 21 September 2026",
        "Monday 21 September 2026 is closed (Training day): moved to Tuesday 22 September 2026",
    )


def test_a_stored_proof_with_a_key_of_a_newer_version_can_still_be_read() -> None:
    proof = _clock("acknowledgement", date(2026, 12, 24)).proof
    assert Proof.from_dict(proof.to_dict() | {"added_later": 1}) == proof


@given(kind=st.sampled_from(_KINDS), start=st.dates(date(2015, 1, 1), date(2035, 12, 31)), later=st.integers(190, 900))
@settings(deadline=None)
def test_every_ladder_is_in_order_fires_after_the_start_and_is_overdue_once(kind: str, start: date, later: int) -> None:
    given_date = start + timedelta(days=later) if kind in ("response_period", "relevant_period") else None
    derived = _clock(kind, start, given=given_date, jitter_seconds=jitter_for(uuid5(_NAMESPACE, str(later))))
    instants = [rung.at for rung in derived.rungs]
    assert instants == sorted(instants)
    assert instants[0] > end_of_day(start)
    assert [rung.at for rung in derived.rungs if rung.rung == "overdue"] == [derived.due_at]
    assert derived.due_at == end_of_day(derived.due_on)
    assert Proof.from_dict(json.loads(json.dumps(derived.proof.to_dict()))) == derived.proof
