"""What may be put right, and who else has to agree: the rules as tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clocks import Effect
from contracts.failures import Refusal
from policies import corrections
from policies.corrections import Moved

OLD, TODAY = date(2028, 3, 2), date(2028, 3, 10)
SOON, LATER = date(2028, 3, 7), date(2028, 3, 8)


def receipt(new: date, **changes: Any) -> Refusal | None:
    facts: dict[str, Any] = {
        "old": OLD,
        "today": TODAY,
        "happened_by": date(2028, 3, 4),
        "in_force_from": date(2009, 4, 1),
        "in_force_until": None,
    }
    return corrections.receipt(new, **facts | changes)


@pytest.mark.parametrize(
    ("new", "changes", "refusal"),
    [
        (date(2028, 3, 1), {}, None),
        (date(2028, 3, 4), {}, None),  # on the day of the first thing that was done
        (date(2028, 3, 5), {}, Refusal.CONTRADICTS_RECORD),
        (date(2028, 3, 11), {}, Refusal.DATE_IN_FUTURE),
        (OLD, {}, Refusal.NOTHING_CHANGES),
        (date(2009, 4, 1), {}, None),
        (date(2009, 3, 31), {}, Refusal.NO_PROCEDURE),
        (date(2028, 3, 3), {"in_force_until": OLD}, Refusal.NO_PROCEDURE),
    ],
)
def test_a_day_of_receipt(new: date, changes: dict[str, Any], refusal: Refusal | None) -> None:
    assert receipt(new, **changes) is refusal


@given(new=st.dates(date(2005, 1, 1), date(2030, 1, 1)), happened_by=st.dates(date(2009, 4, 1), TODAY))
def test_no_day_of_receipt_is_allowed_after_anything_that_happened(new: date, happened_by: date) -> None:
    if receipt(new, happened_by=happened_by) is None:
        assert date(2009, 4, 1) <= new <= happened_by <= TODAY


@pytest.mark.parametrize(
    ("moved", "needed"),
    [
        ([], False),
        ([(Effect.STATUTORY, SOON, SOON)], False),
        ([(Effect.PROMISE, SOON, LATER), (Effect.INTERNAL, SOON, LATER)], False),
        ([(Effect.STATUTORY, SOON, SOON), (Effect.STATUTORY, SOON, LATER)], True),
        ([(Effect.STATUTORY, LATER, SOON)], True),
    ],
)
def test_another_person_is_needed_where_a_statutory_date_moves(
    moved: list[tuple[Effect, date, date]], needed: bool
) -> None:
    clocks = [Moved(effect=effect, old_due_on=old, due_on=new) for effect, old, new in moved]
    assert corrections.needs_approval(clocks) is needed


@pytest.mark.parametrize(
    ("met_on", "ended_at", "well"),
    [
        (SOON, None, True),
        (LATER, None, False),
        (None, datetime(2028, 3, 7, 23, 59, tzinfo=UTC), True),
        (None, datetime(2028, 3, 8, 0, 0, tzinfo=UTC), False),
    ],
)
def test_an_ended_clock_is_judged_by_the_day_it_was_met_or_the_instant_it_stopped(
    met_on: date | None, ended_at: datetime | None, well: bool
) -> None:
    due_at = datetime(2028, 3, 8, 0, 0, tzinfo=UTC)
    assert corrections.judged(due_on=SOON, due_at=due_at, met_on=met_on, ended_at=ended_at) is well


@pytest.mark.parametrize(
    ("outcome", "present", "new", "refusal"),
    [
        ("upheld", "not_upheld", True, None),
        ("upheld", None, True, Refusal.CONTRADICTS_RECORD),
        (None, None, True, None),
        (None, None, False, Refusal.NOTHING_CHANGES),
        ("upheld", "upheld", False, Refusal.NOTHING_CHANGES),
    ],
)
def test_codes(outcome: str | None, present: str | None, new: bool, refusal: Refusal | None) -> None:
    assert corrections.coding(outcome=outcome, present_outcome=present, anything_new=new) is refusal


def test_an_outcome_is_said_of_what_was_resolved_early() -> None:
    said = corrections.coding(outcome="upheld", present_outcome=None, anything_new=True, resolved_early=True)
    assert said is None


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"same": True}, Refusal.NOTHING_CHANGES),
        ({"itself": True}, Refusal.CONTRADICTS_RECORD),
        ({"original_closed": False}, Refusal.ORIGINAL_NOT_CLOSED),
        ({"reopened_by_another": True}, Refusal.ALREADY_REOPENED),
    ],
)
def test_a_link(changes: dict[str, bool], refusal: Refusal | None) -> None:
    facts = {"same": False, "itself": False, "original_closed": True, "reopened_by_another": False}
    assert corrections.link(**facts | changes) is refusal


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"kept_received_on": OLD - timedelta(days=1)}, None),
        ({"kept_received_on": OLD + timedelta(days=1)}, Refusal.CONTRADICTS_RECORD),
        ({"kept_in_error": True}, Refusal.CONTRADICTS_RECORD),
        ({"itself": True}, Refusal.CONTRADICTS_RECORD),
    ],
)
def test_a_duplicate_does_not_lose_the_earlier_day_of_receipt(changes: dict[str, Any], refusal: Refusal | None) -> None:
    facts: dict[str, Any] = {
        "received_on": OLD,
        "kept_received_on": OLD,
        "kept_in_error": False,
        "itself": False,
    }
    assert corrections.duplicate(**facts | changes) is refusal


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2028, 3, 2, 10, 0, tzinfo=UTC), date(2028, 3, 5)),
        (datetime(2028, 3, 23, 23, 30, tzinfo=UTC), date(2028, 3, 27)),  # summer time begins on the 26th
        (datetime(2028, 10, 26, 23, 30, tzinfo=UTC), date(2028, 10, 29)),  # and ends on the 29th
    ],
)
def test_information_governance_is_told_on_the_local_day_that_72_hours_end_on(at: datetime, due: date) -> None:
    assert corrections.governance_due(at) == due


@pytest.mark.parametrize(
    ("agreed", "binds"),
    [
        ([], None),
        ([(SOON, LATER)], None),  # it was no longer than the six months
        ([(LATER, TODAY)], 0),  # on the very last day
        ([(date(2028, 3, 9), TODAY)], None),  # too late by a day
        ([(OLD, TODAY), (TODAY, date(2028, 4, 1))], 1),  # within what had been agreed in time
        ([(date(2028, 3, 9), TODAY), (TODAY, date(2028, 4, 1))], None),  # neither: the first had no force
        ([(OLD, TODAY), (date(2028, 3, 11), date(2028, 4, 1))], 0),
    ],
)
def test_an_agreed_end_binds_where_it_was_agreed_before_the_period_ran_out(
    agreed: list[tuple[date, date]], binds: int | None
) -> None:
    said = [corrections.Agreement(agreed_on=on, due_on=due_on) for on, due_on in agreed]
    assert corrections.binding(LATER, said) == binds
