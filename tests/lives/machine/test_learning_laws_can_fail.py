"""Each law of learning can fail: a look that keeps them all is broken, one row at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.lives.machine import laws_of_learning
from tests.lives.machine.look import Look, Row
from tests.lives.machine.spoiled import broken, gone, put

DONE, HELD, DROPPED = "a-done", "a-held", "a-dropped"
DAY, LATER = "2028-03-02", "2028-03-09"


def action(id: str, **changes: object) -> Row:
    return {
        "id": id, "what": "Ring.", "follows": "other", "first_due_on": DAY, "evidence_wanted": "The form.",
        "act_id": "x", "owner_id": "p1", "due_on": LATER, "moved_late": False, "done_on": None, "in_time": None,
        "recurred": 0, "remedy_id": None, "dropped_reason": None, "dropped_by": None,
    } | changes  # fmt: skip


def proceeding(id: str, state: str, cause: str | None = None) -> Row:
    ended_on = None if cause is None else LATER
    return {"id": id, "kind": "action", "state": state, "ended_on": ended_on, "ended_cause": cause}


def done(of: str, **changes: object) -> Row:
    said = {"done_on": DAY, "due_on": LATER, "in_time": True, "evidence": "The form is there."}
    return {"id": f"d-{of}", "action_id": of, "number": 1} | said | changes


def whole() -> Look:
    """Return an action that is late and done, one that held, one that was let go of, and learning in two versions."""
    version = {
        "learning_id": "l", "theme": "communications", "factors": ["handover"], "outcome": "learned",
        "went_wrong": True, "found": "It.", "will_change": "That.", "public_words": "Words.", "public_by": "p1",
        "public_approved_by": None,
    }  # fmt: skip
    checked = {"kind": "checked", "counted": 0, "judged_otherwise": False, "first_on": DAY, "last_on": LATER}
    change = {"old_due_on": DAY, "due_on": LATER, "old_owner_id": "p1", "owner_id": "p1", "late": True, "reason": "So."}
    return Look(
        {
            "action": [
                action(DONE, done_on=DAY, in_time=False, moved_late=True),
                action(HELD, done_on=DAY, in_time=True),
                action(DROPPED, dropped_reason="The ward has closed.", dropped_by="p2"),
            ],
            "proceeding": [
                proceeding(DONE, "done"), proceeding(HELD, "ended", "held"), proceeding(DROPPED, "ended", "dropped"),
            ],
            "action_done": [done(DONE, in_time=False), done(HELD, evidence=None)],
            "action_file": [{"id": "f", "done_id": f"d-{HELD}"}],
            "action_change": [{"id": "c", "action_id": DONE} | change],
            "action_progress": [{"id": "p", "action_id": DONE, "happened_on": DAY, "words": "Half."}],
            "action_check": [{"id": "k", "action_id": HELD, "number": 1, "result": "held"} | checked],
            "complaint": [{"id": "c", "stage": "closed"}],
            "remedy": [{"id": "r", "kind": "action", "state": "offered"}],
            "task": [{"id": "t", "kind": "plan_action", "subject_id": "r", "state": "open"}],
            "learning": [{"id": "l", "number": 1, "version": 2, "act_id": "x"}],
            "learning_version": [
                {"id": "v1", "number": 1} | version, {"id": "v2", "number": 2} | version | {"public_approved_by": "p2"}
            ],
        }
    )  # fmt: skip


def test_a_look_that_keeps_them_all_is_found_right() -> None:
    laws_of_learning.of_a_case(whole())
    laws_of_learning.of_a_step(whole(), whole())


@pytest.mark.parametrize(
    ("table", "change", "like"),
    [
        ("action", gone, {}),
        ("proceeding", gone, {"id": DONE}),
        ("action", put(in_time=True), {"id": DONE}),
        ("action", put(moved_late=False), {"id": DONE}),
        ("action_change", put(late=False), {}),
        ("action_done", gone, {"action_id": DONE}),
        ("action_done", put(evidence=None), {"action_id": DONE}),
        ("action_file", gone, {}),
        ("proceeding", put(state="open"), {"id": DONE}),
        ("proceeding", put(ended_cause="closed"), {"id": HELD}),
        ("action_check", gone, {}),
        ("action_check", put(result="recurred"), {}),
        ("action", put(dropped_reason=None), {"id": DROPPED}),
        ("action", put(dropped_by="p1"), {"id": DROPPED}),
        ("task", gone, {}),
        ("task", put(state="superseded"), {}),
        ("learning_version", gone, {"number": 1}),
        ("learning_version", put(public_approved_by="p1"), {"number": 2}),
    ],
)
def test_an_action_or_learning_that_is_not_as_its_record_tells_is_seen(
    table: str, change: Callable[[Row], Any], like: dict[str, object]
) -> None:
    with pytest.raises(AssertionError):
        laws_of_learning.of_a_case(broken(whole(), table, change, **like))


@pytest.mark.parametrize(
    ("table", "change", "like"),
    [
        ("action", gone, {}),
        ("action", put(first_due_on=LATER), {}),
        ("action", put(moved_late=False), {"id": DONE}),
        ("action", put(in_time=True), {"id": DONE}),
        ("action", put(due_on="2028-04-09"), {"id": DONE}),
        ("action_change", gone, {}),
        ("action_change", put(late=False), {}),
        ("action_done", put(in_time=True), {"action_id": DONE}),
        ("action_progress", gone, {}),
        ("action_check", put(counted=2), {}),
        ("learning", gone, {}),
        ("learning_version", put(found="Otherwise."), {}),
    ],
)
def test_what_a_step_takes_away_or_writes_otherwise_is_seen(
    table: str, change: Callable[[Row], Any], like: dict[str, object]
) -> None:
    with pytest.raises(AssertionError):
        laws_of_learning.of_a_step(whole(), broken(whole(), table, change, **like))
