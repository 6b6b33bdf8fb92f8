"""Each law about how serious a case is, and who senior has it in hand, can fail: one row at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.lives.machine import laws_of_serious
from tests.lives.machine.look import Look, Row
from tests.lives.machine.spoiled import broken, gone, put

TABLES = (
    "complaint", "proceeding", "escalation", "escalation_call", "severity_setting", "clock", "fired_rung",
    "involvement", "parallel_investigation", "case_event", "submission",
)  # fmt: skip
RAISED_AT, CALLED_AT, IN_HAND_AT = "2028-03-02T10:00:00+00:00", "2028-03-02T12:00:00+00:00", "2028-03-02T12:30:00+00:00"
RUNG, PASSED, ACT = (str(UUID(int=number)) for number in (1, 2, 3))
ESCALATION: Row = {
    "id": "e1", "cause": "severity", "level": "serious", "subject_id": None, "raised_at": RAISED_AT,
    "acknowledged_by": None, "acknowledged_at": None, "minutes_to_acknowledge": None,
}  # fmt: skip
IN_HAND: Row = ESCALATION | {
    "acknowledged_by": "senior", "acknowledged_at": IN_HAND_AT, "minutes_to_acknowledge": 150,
}  # fmt: skip
CALL: Row = {
    "id": "k1", "escalation_id": "e1", "number": 1, "person_id": "senior", "outcome": "called", "act_id": RUNG,
    "called_at": CALLED_AT,
}  # fmt: skip
NEXT: Row = CALL | {"id": "k2", "number": 2, "person_id": "deputy", "act_id": PASSED}
CLOCK: Row = {
    "id": "c1", "kind": "escalation_call", "proceeding_id": "e1", "rungs": [{"rung": "first"}, {"rung": "again"}],
}  # fmt: skip
FIRED: Row = {"clock_id": "c1", "rung": "first", "due_at": RAISED_AT, "late": False, "act_id": RUNG}
SAID: Row = {"id": PASSED, "kind": "pass_escalation"}
SETTING: Row = {
    "id": "s1", "direction": "lower", "severity": "elevated", "state": "in_force", "asked_by": "manager",
    "decided_by": "senior", "weighed": ["harm_death"],
}  # fmt: skip
ABOUT: Row = {"id": "i1", "person_id": "deputy", "ended_cause": None}
CONCERN: Row = {"id": "i1", "kind": "safeguarding", "referred_on": None}


def event(seq: int, kind: str, **data: object) -> Row:
    return {"seq": seq, "kind": kind, "data": json.dumps(data)}


CALLED = event(2, "escalation.called", proceeding_id="e1")
TAKEN = event(3, "escalation.acknowledged", proceeding_id="e1")
RAISED = event(1, "severity.raised", severity="serious")
LOWERED = event(4, "severity.lowered", severity="elevated", setting_id="s1")


def look(stage: str = "responded", severity: str = "serious", **tables: list[Row]) -> Look:
    """Return a complaint in a stage, so serious, with what is on record of it."""
    row = {"stage": stage, "open": stage == "responded", "severity": severity}
    return Look({name: [] for name in TABLES} | {"complaint": [row]} | tables)


def called() -> Look:
    """Return one in which a senior was called, and passed it on to another, who has it in hand."""
    passed, taken = CALL | {"outcome": "passed"}, NEXT | {"outcome": "acknowledged"}
    in_hand = IN_HAND | {"acknowledged_by": "deputy"}
    return look(
        escalation=[in_hand], escalation_call=[passed, taken], clock=[CLOCK], fired_rung=[FIRED], submission=[SAID],
        case_event=[RAISED, CALLED, TAKEN],
    )  # fmt: skip


def test_closed_with_nobodys_hand_on_it_is_seen() -> None:
    asked = {"escalation": [ESCALATION]}
    before = look(**asked)
    laws_of_serious.of_a_step(before, look("withdrawn", **asked))
    laws_of_serious.of_a_step(before, look("closed", escalation=[IN_HAND], case_event=[TAKEN]))
    with pytest.raises(AssertionError, match="no senior acknowledged"):
        laws_of_serious.of_a_step(before, look("closed", **asked))
    other = IN_HAND | {"cause": "recurrence", "level": "elevated"}
    with pytest.raises(AssertionError, match="no senior acknowledged"):
        laws_of_serious.of_a_step(before, look("closed", escalation=[other], case_event=[TAKEN]))


def test_one_that_was_serious_and_that_nobody_else_agreed_is_not_is_serious_still() -> None:
    asked: dict[str, list[Row]] = {"case_event": [RAISED, LOWERED], "escalation": [ESCALATION]}
    before = look(severity="elevated", severity_setting=[SETTING], **asked)
    laws_of_serious.of_a_step(before, look("closed", "elevated", severity_setting=[SETTING], **asked))
    alone = SETTING | {"decided_by": None, "weighed": ["harm_severe"]}
    with pytest.raises(AssertionError, match="no senior acknowledged"):
        laws_of_serious.of_a_step(before, look("closed", "elevated", severity_setting=[alone], **asked))


def test_what_becomes_less_serious_by_itself_is_seen() -> None:
    laws_of_serious.of_a_step(look(), look(severity="elevated", severity_setting=[SETTING], case_event=[LOWERED]))
    with pytest.raises(AssertionError, match="by itself"):
        laws_of_serious.of_a_step(look(), look(severity="elevated"))
    with pytest.raises(AssertionError, match="by itself"):
        laws_of_serious.of_a_step(look(), look(severity="routine", severity_setting=[SETTING | {"state": "pending"}]))


@pytest.mark.parametrize("by", [None, "manager"])
def test_a_lowering_that_nobody_else_agreed_to_is_seen(by: str | None) -> None:
    lowered = look(severity="elevated", severity_setting=[SETTING], case_event=[LOWERED])
    laws_of_serious.of_a_case(lowered)
    with pytest.raises(AssertionError, match="no second person"):
        laws_of_serious.of_a_case(broken(lowered, "severity_setting", put(decided_by=by)))


@pytest.mark.parametrize(
    ("message", "table", "change"),
    [
        ("no senior was asked", "escalation", gone),
        ("calls are numbered", "escalation_call", put(number=3)),
        ("a call that nobody_found", "escalation_call", put(outcome="nobody_found")),
        ("climbed", "fired_rung", put(rung="again")),
        ("first made 0 calls", "escalation_call", put(act_id=PASSED)),
        ("neither a rung nor a person", "submission", put(kind="add_note")),
        ("knows nothing of it", "escalation", put(acknowledged_by="x", id="e1")),
    ],
)
def test_calls_that_are_not_made_in_turn_are_seen(message: str, table: str, change: Callable[[Row], Any]) -> None:
    laws_of_serious.of_a_case(called())
    spoiled = broken(called(), table, change)
    if message == "knows nothing of it":
        spoiled = broken(
            broken(called(), table, put(acknowledged_by="senior")), "escalation_call", put(outcome="called")
        )
    with pytest.raises(AssertionError, match=message):
        laws_of_serious.of_a_case(spoiled)


def test_a_rung_that_fires_twice_or_calls_two_is_seen() -> None:
    spoiled = called()
    spoiled.tables["fired_rung"].append(FIRED | {"due_at": CALLED_AT})
    with pytest.raises(AssertionError, match="fired twice"):
        laws_of_serious.of_a_case(spoiled)
    with pytest.raises(AssertionError, match="first made 2 calls"):
        laws_of_serious.of_a_case(broken(called(), "escalation_call", put(act_id=RUNG), number=2))


def test_a_call_although_it_is_in_hand_is_seen() -> None:
    spoiled = called()
    spoiled.tables["case_event"].append(event(4, "escalation.called", proceeding_id="e1"))
    with pytest.raises(AssertionError, match="although it is in hand"):
        laws_of_serious.of_a_case(spoiled)


def test_whoever_may_not_be_called_and_is_is_seen() -> None:
    before, rest = {"escalation": [ESCALATION], "escalation_call": [CALL]}, {"involvement": [ABOUT]}
    after: dict[str, list[Row]] = {"escalation": [ESCALATION], "escalation_call": [CALL, NEXT]}
    laws_of_serious.of_a_step(look(**before), look(**after))
    with pytest.raises(AssertionError, match="who is complained about"):
        laws_of_serious.of_a_step(look(**before, **rest), look(**after, **rest))
    passed = before | {"escalation_call": [CALL | {"outcome": "passed", "person_id": "deputy"}]}
    with pytest.raises(AssertionError, match="who has passed it on"):
        laws_of_serious.of_a_step(look(**passed), look(**after))


@pytest.mark.parametrize(
    ("message", "change"),
    [
        ("rewritten", put(acknowledged_by="somebody else")),
        ("rewritten", put(minutes_to_acknowledge=5)),
        ("acknowledged 1 times", put(acknowledged_at=None)),
    ],
)
def test_who_has_it_in_hand_is_written_once(message: str, change: Callable[[Row], Any]) -> None:
    taken = look(escalation=[IN_HAND], case_event=[TAKEN])
    laws_of_serious.of_a_step(taken, taken)
    with pytest.raises(AssertionError, match=message):
        laws_of_serious.of_a_step(taken, broken(taken, "escalation", change))


def test_minutes_that_are_counted_wrong_and_a_second_hand_are_seen() -> None:
    before, late = look(escalation=[ESCALATION]), IN_HAND | {"minutes_to_acknowledge": 5}
    with pytest.raises(AssertionError, match="minutes"):
        laws_of_serious.of_a_step(before, look(escalation=[late], case_event=[TAKEN]))
    with pytest.raises(AssertionError, match="acknowledged 2 times"):
        laws_of_serious.of_a_step(before, look(escalation=[IN_HAND], case_event=[TAKEN, TAKEN]))


def test_a_concern_that_is_lost_with_the_complaint_is_seen() -> None:
    there: dict[str, list[Row]] = {"parallel_investigation": [CONCERN]}
    laws_of_serious.of_a_case(look(severity="elevated", **there))
    with pytest.raises(AssertionError, match="not passed on"):
        laws_of_serious.of_a_case(look("withdrawn", "elevated", **there))
    raised = ESCALATION | {"cause": "safeguarding", "subject_id": "i1"}
    laws_of_serious.of_a_case(look("withdrawn", "elevated", escalation=[raised], **there))
