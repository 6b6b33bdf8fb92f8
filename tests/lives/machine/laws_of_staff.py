"""The laws about the staff complained about: told before anything else is asked of them, and owed until it is over."""

from __future__ import annotations

import json
from typing import Final
from uuid import UUID

from contracts.complaint import Happening
from policies.clock_rules import Keeper
from tests.lives.machine.kept import ENDED, Kept
from tests.lives.machine.look import Look, Row

_IN_TURN: Final = ("named", "deferred", "told", "outcome_told", ENDED)
# What is only done with somebody who knows what is complained of.
_AFTER_TELLING: Final = ("support", "invitation", "information")
# What the end of a complaint leaves without a purpose for whoever is owed the outcome instead.
_OVERTAKEN: Final = frozenset({"staff_invitation", "staff_views", "staff_change", "staff_experience"})
# What is owed to somebody as long as they are in a state, whatever becomes of the complaint.
_OWED: Final = {"named": "staff_notice", "deferred": "staff_deferral"}
# What is still asked about an involvement that was ended because there never was a complaint.
_LAST_WORD: Final = "tell_staff_it_is_over"


def of_a_step(before: Look, after: Look) -> None:
    """Check what one step did: nothing is taken back, and the end of a complaint stops nothing that is owed."""
    then, now = _by_id(before), _by_id(after)
    for each, row in then.items():
        assert each in now, "an involvement is gone"
        back = _IN_TURN.index(now[each]["state"]) < _IN_TURN.index(row["state"])
        assert not back, f"an involvement went from {row['state']} back to {now[each]['state']}"
    gone = [row["kind"] for row in before.tables["involvement_step"] if row not in after.tables["involvement_step"]]
    assert not gone, f"what was done for staff was rewritten: {gone}"
    _comments_stay(before, after)
    if before.open and not after.open:
        _end_stops_nothing(before, after)


def of_a_case(look: Look, happening: Happening | None, kept: dict[UUID, Kept]) -> None:
    """Check each involvement as it stands, and that its clocks are kept by its own workflow and no other."""
    _are_kept_apart(look, happening)
    for row in look.rows("involvement"):
        running = {each["kind"] for each in look.staff_running if each["involvement_id"] == row["id"]}
        _told_before_asked(look, row)
        _is_owed(look, row, running)
        _is_over(look, row, running)
        _is_kept(look, row, kept[UUID(row["id"])])


def _comments_stay(before: Look, after: Look) -> None:
    now = {row["id"]: row for row in after.rows("staff_comment")}
    for row in before.rows("staff_comment"):
        same = now.get(row["id"])
        assert same is not None, "a comment is gone"
        assert same["words"] == row["words"], "a comment was rewritten"
        assert row["effect"] in (None, same["effect"]), "how a comment was used was rewritten"


def _end_stops_nothing(before: Look, after: Look) -> None:
    if after.stage == "opened_in_error":
        return  # there never was a complaint: nothing is owed
    now = {row["id"]: row for row in after.tables["clock"]}
    states = {row["id"]: row["state"] for row in after.rows("involvement")}
    stopped = [row["kind"] for row in before.staff_running if now[row["id"]]["state"] == "stopped"
               and row["kind"] not in _OVERTAKEN and states[row["involvement_id"]] != ENDED]  # fmt: skip
    assert not stopped, f"the end of the complaint stopped what is owed to staff: {stopped}"


def _told_before_asked(look: Look, row: Row) -> None:
    steps = sorted(look.rows("involvement_step", involvement_id=row["id"]), key=lambda each: int(each["number"]))
    kinds = [each["kind"] for each in steps]
    assert [each["number"] for each in steps] == list(range(1, len(steps) + 1)), "steps are not counted"
    assert kinds.count("telling") <= 1, "told twice"
    assert (row["told_on"] is not None) == ("telling" in kinds), f"told on {row['told_on']}, by {kinds}"
    before = kinds[: kinds.index("telling")] if "telling" in kinds else kinds
    early = [kind for kind in before if kind in _AFTER_TELLING]
    assert not early, f"before they were told: {early}"
    comments = look.rows("staff_comment", involvement_id=row["id"])
    assert "telling" in kinds or not comments, "a comment of somebody who was never told"
    assert "deferral" not in kinds[len(before) :], "put off after they were told"


def _is_owed(look: Look, row: Row, running: set[str]) -> None:
    """Check that what is still owed to somebody has a clock on it, and after the end of the complaint, too."""
    state = str(row["state"])
    if state in _OWED:
        assert running == {_OWED[state]}, f"{state}, and {running} run"
    if state == "told":
        wanted = "staff_update" if look.open else "staff_outcome"
        assert wanted in running or "staff_outcome" in running, f"told, and only {running} run"
    if state != ENDED and not look.open:
        assert running, f"{state}: the complaint is over, and nothing of theirs will ever come up again"
    if state != ENDED and look.rows("staff_comment", involvement_id=row["id"], effect=None):
        assert "staff_comment" in running, "a comment waits to be weighed, and nobody is reminded"


def _is_over(look: Look, row: Row, running: set[str]) -> None:
    if row["state"] != ENDED:
        return
    assert not running, f"ended, and {running} run"
    asked = [each["kind"] for each in look.rows("task", state="open", subject_id=row["id"])]
    assert set(asked) <= {_LAST_WORD}, f"ended, and asked for: {asked}"
    drafts = look.rows("notice", state="draft", involvement_id=row["id"])
    assert not drafts, f"ended, with drafts: {[each['template'] for each in drafts]}"


def _is_kept(look: Look, row: Row, kept: Kept) -> None:
    assert kept.running == (row["state"] != ENDED), f"{row['state']}, and its workflow lives: {kept.running}"
    if kept.running:
        expected = look.next_of(row["id"])
        assert (kept.state, kept.next_at) == (row["state"], expected), (
            f"its workflow has it as {kept.state}, next at {kept.next_at}; it is {row['state']}, next at {expected}"
        )


def _are_kept_apart(look: Look, happening: Happening | None) -> None:
    """Check that no clock of staff was ever handed to the complaint's workflow."""
    # Told by the duties: a clock may be of the procedure from which a complaint was moved.
    duties = {rule.kind for rule in look.procedure.duties if rule.kept_by is Keeper.INVOLVEMENT}
    for clock in look.tables["clock"]:
        by_involvement = clock["kind"] in duties
        assert by_involvement == (clock["involvement_id"] is not None), f"{clock['kind']} is kept by another"
        assert not by_involvement or clock["involvement_id"] == clock["subject_id"], "kept by another's workflow"
    theirs = {row["id"]: row["involvement_id"] for row in look.tables["clock"] if row["involvement_id"] is not None}
    fired = {UUID(row["act_id"]): theirs.get(row["clock_id"]) for row in look.tables["fired_rung"]}
    for act, verdict in look.verdicts.items():
        handed = {each["clock_id"] for each in verdict["armed"]} | {*verdict["stopped"]}
        wrong = {each for each in handed if theirs.get(each) != fired.get(act)}
        assert not wrong, f"a clock went to a workflow that does not keep it: {json.dumps(verdict)}"
    due = None if happening is None else happening.next_rung
    assert due is None or str(due.clock_id) not in theirs, "the complaint's workflow waits for a clock of staff"


def _by_id(look: Look) -> dict[str, Row]:
    return {row["id"]: row for row in look.rows("involvement")}
