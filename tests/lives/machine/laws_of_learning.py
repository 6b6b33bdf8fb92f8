"""The laws of learning: no promise or action is lost, late stays late, none ends but as it held or was let go of."""

from __future__ import annotations

from typing import Any, Final

from tests.lives.machine.look import Look, Row, day

# What was written once of these is never written otherwise, and none of them ever goes.
_ONCE: Final = {
    "learning": ("number", "act_id"),
    "learning_version": ("theme", "factors", "outcome", "went_wrong", "found", "will_change", "public_words"),
    "action": ("what", "follows", "first_due_on", "evidence_wanted", "act_id"),
    "action_change": ("old_due_on", "due_on", "old_owner_id", "owner_id", "late", "reason"),
    "action_progress": ("happened_on", "words"),
    "action_done": ("done_on", "due_on", "in_time", "evidence"),
    "action_check": ("kind", "result", "counted", "judged_otherwise", "first_on", "last_on"),
}
_HELD, _DROPPED = "held", "dropped"


def of_a_step(before: Look, after: Look) -> None:
    """Check what one step did: nothing that was written of an action is gone, and what was late stays late."""
    for table, names in _ONCE.items():
        _stays(before, after, table, names)
    then = {row["id"]: row for row in before.rows("action")}
    for row in after.rows("action"):
        if row["id"] in then:
            _stays_late(then[row["id"]], row)


def of_a_case(look: Look) -> None:
    """Check each action and all learning as they stand."""
    of_action = {row["id"]: row for row in look.rows("proceeding", kind="action")}
    assert of_action.keys() == {row["id"] for row in look.rows("action")}, (
        "an action has no proceeding, or it no action"
    )
    for row in look.rows("action"):
        _is_told_by_its_record(look, row, of_action[row["id"]])
    if look.stage != "opened_in_error":
        for row in look.rows("remedy", kind="action"):
            _is_seen_to(look, row)
    for row in look.rows("learning"):
        numbers = sorted(each["number"] for each in look.rows("learning_version", learning_id=row["id"]))
        assert numbers == list(range(1, row["version"] + 1)), f"learning has the versions {numbers}"
    for version in look.rows("learning_version"):
        alone = version["public_approved_by"] is not None and version["public_approved_by"] == version["public_by"]
        assert not alone, "words for the public were approved by whoever wrote them"


def _is_seen_to(look: Look, remedy: Row) -> None:
    """Check that what was promised is planned, or that somebody is, or was, asked to."""
    if remedy["state"] in ("approved", "offered", "accepted"):
        planned = look.rows("action", remedy_id=remedy["id"])
        asked = look.rows("task", kind="plan_action", subject_id=remedy["id"])
        assert planned or any(each["state"] in ("open", "done") for each in asked), "a promise that nobody sees to"


def _stays_late(before: Row, after: Row) -> None:
    if before["recurred"] != after["recurred"]:
        return  # opened again, with a date of its own
    assert after["moved_late"] or not before["moved_late"], "what was late when its date was moved is not late any more"
    moved = before["due_on"] != after["due_on"]
    assert before["in_time"] is None or before["in_time"] == after["in_time"], "whether it was in time was rewritten"
    assert not (moved and before["done_on"] is not None), "the date of what is done was moved"


def _is_told_by_its_record(look: Look, action: Row, proceeding: Row) -> None:
    state = proceeding["state"]
    done = sorted(look.rows("action_done", action_id=action["id"]), key=lambda each: int(each["number"]))
    checks = sorted(look.rows("action_check", action_id=action["id"]), key=lambda each: int(each["number"]))
    changes = look.rows("action_change", action_id=action["id"])
    results = [each["result"] for each in checks if each["kind"] == "checked"]
    assert results.count("recurred") == action["recurred"], "it is not as often opened again as it recurred"
    assert len(done) == action["recurred"] + (action["done_on"] is not None), f"done {len(done)} times"
    for each in done:
        _is_shown(look, each)
    if done and action["done_on"] is not None:
        _was_in_time(action, done[-1])
    late = [each["late"] for each in changes if each["due_on"] != each["old_due_on"]]
    assert any(late) or not action["moved_late"], "it counts as moved late, and no change says so"
    assert (state == "open") == (action["done_on"] is None and proceeding["ended_on"] is None), (
        f"{state}, and done or not"
    )
    if proceeding["ended_on"] is not None:
        _ended_rightly(action, proceeding, results)


def _is_shown(look: Look, done: Row) -> None:
    files = look.rows("action_file", done_id=done["id"])
    assert done["evidence"] or files, "it is done, and nothing shows it"


def _was_in_time(action: Row, done: Row) -> None:
    assert (done["done_on"], done["in_time"]) == (action["done_on"], action["in_time"]), "done by two accounts"
    in_time = day(action["done_on"]) <= day(action["due_on"]) and not action["moved_late"]
    assert action["in_time"] is in_time, f"done on {action['done_on']}, due on {action['due_on']}: {action['in_time']}"


def _ended_rightly(action: Row, proceeding: Row, results: list[Any]) -> None:
    cause = proceeding["ended_cause"]
    assert cause in (_HELD, _DROPPED), f"an action ended as {cause}"
    if cause == _HELD:
        assert results[-1:] == [_HELD], "an action ended, and nobody found that it held"
    else:
        assert action["dropped_reason"] and action["dropped_by"], "an action was let go of, by nobody or for no reason"
        assert action["dropped_by"] != action["owner_id"], "an action was let go of by its owner"


def _stays(before: Look, after: Look, table: str, names: tuple[str, ...]) -> None:
    now = {row["id"]: row for row in after.rows(table)}
    for row in before.rows(table):
        assert row["id"] in now, f"a row of {table} is gone"
        for name in names:
            assert row[name] == now[row["id"]][name], f"{name} of {table} was rewritten"
