"""Each law about serious cases can fail: a look that keeps them all is broken, one row at a time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lives.machine import laws_of_serious
from tests.lives.machine.look import Look, Row

TABLES = ("complaint", "proceeding", "escalation", "clock", "parallel_investigation")
ASKING: Row = {"id": "p1", "kind": "escalation", "state": "asking", "ended_on": None}
CLOCK: Row = {"id": "c1", "kind": "escalation_call", "state": "running", "proceeding_id": "p1"}
RAISED: Row = {"id": "p1", "cause": "severity", "level": "serious", "subject_id": None, "acknowledged_at": None}
CONCERN: Row = {"id": "i1", "kind": "safeguarding", "referred_on": None}


def look(stage: str, **tables: list[Row]) -> Look:
    """Return a serious complaint in a stage, with what runs beside it."""
    row = {"stage": stage, "open": stage == "responded", "severity": "serious"}
    return Look({name: [] for name in TABLES} | {"complaint": [row]} | tables)


def beside(**changes: Any) -> dict[str, list[Row]]:
    return {"proceeding": [ASKING], "escalation": [RAISED | changes], "clock": [CLOCK]}


def test_closed_with_nobodys_hand_on_it_is_seen() -> None:
    before = look("responded", **beside())
    laws_of_serious.of_a_step(before, look("withdrawn", **beside()))
    laws_of_serious.of_a_step(before, look("closed", **beside(acknowledged_at="2028-03-02")))
    with pytest.raises(AssertionError, match="no senior acknowledged"):
        laws_of_serious.of_a_step(before, look("closed", **beside()))
    other = beside(cause="recurrence", level="elevated", acknowledged_at="2028-03-02")
    with pytest.raises(AssertionError, match="no senior acknowledged"):
        laws_of_serious.of_a_step(before, look("closed", **other))


def test_what_ends_with_the_complaint_is_seen() -> None:
    before = look("responded", **beside())
    ended = beside() | {"proceeding": [ASKING | {"ended_on": "2028-03-02"}]}
    with pytest.raises(AssertionError, match="ended with the complaint"):
        laws_of_serious.of_a_step(before, look("withdrawn", **ended))
    stopped = beside() | {"clock": [CLOCK | {"state": "stopped"}]}
    with pytest.raises(AssertionError, match="stopped with the complaint"):
        laws_of_serious.of_a_step(before, look("withdrawn", **stopped))


def test_an_escalation_that_nothing_reminds_of_is_seen() -> None:
    laws_of_serious.of_a_case(look("responded", **beside()))
    with pytest.raises(AssertionError, match="no clock reminds"):
        laws_of_serious.of_a_case(look("responded", **beside() | {"clock": []}))
    over = beside() | {"proceeding": [ASKING | {"ended_on": "2028-03-02", "state": "ended"}]}
    with pytest.raises(AssertionError, match="has ended"):
        laws_of_serious.of_a_case(look("responded", **over))


def test_a_concern_that_is_lost_with_the_complaint_is_seen() -> None:
    laws_of_serious.of_a_case(look("responded", parallel_investigation=[CONCERN]))
    with pytest.raises(AssertionError, match="not passed on"):
        laws_of_serious.of_a_case(look("withdrawn", parallel_investigation=[CONCERN]))
    passed = RAISED | {"cause": "safeguarding", "subject_id": "i1"}
    laws_of_serious.of_a_case(look("withdrawn", parallel_investigation=[CONCERN], escalation=[passed]))
