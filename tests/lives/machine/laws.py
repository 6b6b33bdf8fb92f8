"""The laws that hold for every complaint after every step, whatever was said and whenever."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final
from uuid import UUID

from contracts.commands import CommandKind
from contracts.complaint import Happening
from gateways.delivery import AFTERWARDS
from tests.lives.machine.look import Look, Row, day, instant

# Tasks that outlive a complaint: letters on their way, promises made, mistakes still to be put right.
KEPT: Final = frozenset(
    {"post_letter", "find_way", "supply_format", "call_instead", "unsafe_contact", "notice_failed", "notice_withheld"}
    | {"promised", "approve_correction", "information_governance"}
    | {"write_again", "complete_coding", "review_staff_safety", "decide_severity", "refer_today"}
    | {"plan_action"}
)
LARGEST: Final = 2048  # bytes of a verdict (ADR 19)
# Where a complaint ends that is in no procedure's stages.
_OUTSIDE: Final = {
    CommandKind.CORRECT: "opened_in_error",
    CommandKind.DECIDE_CORRECTION: "opened_in_error",
    CommandKind.NAME_SUCCESSOR: "ended_on_death",
}
# What stands for another that runs while it lasts: table, state, kind of clock.
_WATCHED: Final = (
    ("request", "open", "request"),
    ("request", "under_review", "request_review"),
    ("issue_hold", "in_force", "hold_review"),
    ("correction", "awaiting_approval", "correction_approval"),
    ("contact_plan", "in_force", "plan_review"),
    ("contact_plan_appeal", "open", "plan_appeal"),
)


def of_a_step(before: Look, after: Look) -> None:
    """Check what one step did: acts are counted, stages follow the moves, what was written stays written."""
    _acts_are_counted(before, after)
    _stages_follow_the_moves(before, after)
    _breaches_stay(before, after)
    _rungs_stay(before, after)
    _versions_stay(before, after)
    _statutory_clocks_go_on(before, after)
    if not before.open:
        _nothing_but_afterwards(before, after)
    elif not after.open:
        _ended_well(before, after)


def of_a_case(look: Look, happening: Happening | None, now: datetime) -> None:
    """Check how a case stands: no clock is lost, none is forgotten, and all that is open is watched."""
    for clock in look.tables["clock"]:
        _is_proved(look, clock)
        _is_judged(look, clock)
    for clock in (*look.staff_running, *look.bodies_running, *look.beside_running):
        _goes_on(look, clock, now)
    if not look.open:
        assert not look.running, f"clocks run after the end: {_kinds(look.running)}"
        return
    assert happening is not None
    _is_carried(look, happening)
    for clock in look.running:
        _goes_on(look, clock, now)
    _is_watched(look)
    _tasks_have_clocks(look)


def _acts_are_counted(before: Look, after: Look) -> None:
    new = [each for act, each in after.verdicts.items() if act not in before.verdicts and each["outcome"] == "applied"]
    versions = sorted(each["version"] for each in new)
    expected = list(range(before.version + 1, after.version + 1))
    assert versions == expected, f"acts {versions}, versions {expected}"
    large = [len(json.dumps(each, separators=(",", ":"))) for each in new if each["plan"] is None]
    assert max(large, default=0) <= LARGEST, "a verdict is too large for a history"


def _stages_follow_the_moves(before: Look, after: Look) -> None:
    """Walk from stage to stage along the acts that were applied, in their order."""
    new = {act: each for act, each in after.verdicts.items() if act not in before.verdicts}
    stage, procedure = before.stage, before.procedure
    for act, verdict in sorted(new.items(), key=lambda each: int(each[1]["version"])):
        if verdict["outcome"] != "applied":
            continue
        submission = after.submissions.get(act)
        kind = CommandKind(submission["kind"]) if submission else None
        to = str(verdict["stage"]["value"] if isinstance(verdict["stage"], dict) else verdict["stage"])
        if kind is CommandKind.CONVERT or kind is CommandKind.MOVE_PROCEDURE:
            procedure = after.procedure
        lawful = {stage}
        if kind is not None:
            here = procedure.allowed_in(stage) or AFTERWARDS  # nothing else in a stage in which a complaint has ended
            assert kind in here or kind is CommandKind.CONVERT, f"{kind.value} was applied in {stage}"
            lawful |= {move.to for move in procedure.moves if (move.stage, move.command) == (stage, kind)}
        if kind is CommandKind.ESCALATE:
            lawful |= {tier.enters for tier in procedure.tiers if tier.enters}
        if kind is CommandKind.DECIDE_TIME_LIMIT:
            lawful |= {move.to for move in procedure.moves if move.command is CommandKind.EXCLUDE}
        if kind is CommandKind.CONVERT:
            lawful = {procedure.stages[0].code}
        if kind in _OUTSIDE:
            lawful.add(_OUTSIDE[kind])
        assert to in lawful, f"{kind} led from {stage} to {to}"
        stage = to
    assert after.stage == stage, f"{stage} was decided, {after.stage} is written"


def _breaches_stay(before: Look, after: Look) -> None:
    then, now = _breaches(before), _breaches(after)
    gone = {key for key, at in then.items() if now.get(key) != at}
    assert not gone, f"breaches were erased: {gone}"
    marked = {row["id"] for row in after.tables["clock"] if row["breached_at"]}
    unset = [row["kind"] for row in before.tables["clock"] if row["breached_at"] and row["id"] not in marked]
    assert not unset, f"clocks forgot their breach: {unset}"


def _breaches(look: Look) -> dict[tuple[str, int], str]:
    rows = look.tables["clock_version"]
    return {(row["clock_id"], row["generation"]): row["breached_at"] for row in rows if row["breached_at"]}


def _rungs_stay(before: Look, after: Look) -> None:
    assert before.fired <= after.fired, "a rung that fired is gone"
    early = [row["rung"] for row in after.rows("fired_rung") if instant(row["fired_at"]) < instant(row["due_at"])]
    assert not early, f"rungs fired before their time: {early}"


def _versions_stay(before: Look, after: Look) -> None:
    """Check that what was derived once is never derived otherwise in the same generation."""
    now = {(row["clock_id"], row["generation"]): row for row in after.tables["clock_version"]}
    for row in before.tables["clock_version"]:
        same = now.get((row["clock_id"], row["generation"]))
        assert same is not None, "a version of a clock is gone"
        assert (same["due_on"], same["proof"]) == (row["due_on"], row["proof"]), "a version of a clock was rewritten"


def _statutory_clocks_go_on(before: Look, after: Look) -> None:
    """Check that a statutory clock of an open complaint ends only by what its rule names."""
    if not after.open:
        return
    now = {row["id"]: row for row in after.tables["clock"]}
    said = {CommandKind(row["kind"]) for act, row in after.submissions.items() if act not in before.submissions}
    for row in before.running:
        ended = now[row["id"]]["state"] != "running"
        if row["effect"] == "statutory" and ended and CommandKind.MOVE_PROCEDURE not in said:
            rule = before.procedure.clock(row["kind"])
            assert said & {*rule.met_by, *rule.stopped_by}, f"{row['kind']} ended by {said or 'time'}"


def _nothing_but_afterwards(before: Look, after: Look) -> None:
    rungs = {UUID(str(row["act_id"])): row["clock_id"] for row in after.tables["fired_rung"]}
    for act, verdict in after.verdicts.items():
        if act in before.verdicts or verdict["outcome"] != "applied":
            continue
        if act in after.submissions:
            assert CommandKind(after.submissions[act]["kind"]) in AFTERWARDS, "applied after the end"
        else:
            assert rungs.get(UUID(str(act))) in after.kept_elsewhere, (
                "a rung that the complaint kept fired after the end"
            )


def _ended_well(before: Look, after: Look) -> None:
    """Check that an end leaves nothing behind but what outlives the complaint."""
    drafts = after.ids("notice", state="draft")
    if after.stage == "closed":
        assert not after.rows("notice", state="draft", involvement_id=None), "closed with drafts that nobody released"
    asked = {row["notice_id"] for row in after.rows("task", state="open")}
    assert {str(each) for each in drafts} <= asked, "a draft is left that nobody is asked to release"
    for row in after.rows("task", state="open"):
        new = UUID(row["act_id"]) not in before.verdicts
        assert row["kind"] in KEPT or new or _about_others(after, row), f"task {row['kind']} outlived the complaint"
    still = {row["id"] for row in after.rows("task", state="open")}
    on_the_way = {row["id"] for row in after.rows("notice") if row["state"] in ("released", "queued")}
    for row in before.rows("task", state="open"):
        if row["kind"] == "post_letter" and row["notice_id"] in on_the_way:
            assert row["id"] in still, "a letter waits to be posted, and nobody is asked"


def _about_others(look: Look, task: Row) -> bool:
    """Say whether a task is about staff, or about what a body promised: what is owed there outlives the complaint."""
    tables = ("involvement", "staff_comment", "body_action", "proceeding")
    theirs = {row["id"] for table in tables for row in look.rows(table)}
    theirs |= look.kept_elsewhere.keys()
    return bool(theirs & {task["subject_id"], task["clock_id"]})


def _is_proved(look: Look, clock: Row) -> None:
    versions = sorted(row["generation"] for row in look.rows("clock_version", clock_id=clock["id"]))
    assert versions == list(range(1, clock["generation"] + 1)), f"{clock['kind']} has versions {versions}"
    assert all(row["proof"] for row in look.rows("clock_version", clock_id=clock["id"])), "a version without proof"


def _is_judged(look: Look, clock: Row) -> None:
    if clock["state"] != "met":
        return
    in_time = day(clock["met_on"]) <= day(clock["due_on"])
    assert clock["in_time"] is in_time, f"{clock['kind']} was met on {clock['met_on']}, due on {clock['due_on']}"
    assert in_time or clock["breached_at"], f"{clock['kind']} was met late, and nobody says so"


def _is_carried(look: Look, happening: Happening) -> None:
    assert happening.parked == 0, "an act is parked"
    assert (str(happening.stage.value), happening.version) == (look.stage, look.version_heard)
    ref, expected = happening.next_rung, look.next_rung()
    carried = None if ref is None else (ref.at, ref.kind.value, ref.clock_id, ref.generation, ref.rung.value)
    assert carried == expected, f"the workflow waits for {carried}, the ledger for {expected}"
    written = look.complaint["next_event_at"]
    assert expected is None or instant(written) == expected[0], f"next_event_at is {written}, and {expected} is next"
    assert expected is not None, "an open complaint has no next event"


def _goes_on(look: Look, clock: Row, now: datetime) -> None:
    ahead = look.ahead(clock)
    assert ahead, f"{clock['kind']} runs, and nothing will ever remind of it"
    late = [each["rung"] for each in ahead if instant(each["at"]) <= now]
    assert not late, f"{clock['kind']}: rungs that are due did not fire: {late}"
    if instant(clock["due_at"]) <= now:
        (version,) = look.rows("clock_version", clock_id=clock["id"], generation=clock["generation"])
        assert version["breached_at"], f"{clock['kind']} is overdue since {clock['due_at']}, and no breach is written"


def _is_watched(look: Look) -> None:
    for table, state, kind in _WATCHED:
        if not look.procedure.has_clock(kind):
            continue
        waits = {row["id"] for row in look.rows(table, state=state)}
        watched = {row["subject_id"] for row in look.running if row["kind"] == kind}
        assert waits == watched, f"{table} {state}: {len(waits)} wait, {len(watched)} are watched, {waits ^ watched}"
    drafts = {row["id"] for row in look.rows("notice", state="draft")}
    watched = {row["subject_id"] for row in look.running if row["kind"] == "draft_release"}
    copies = {row["id"] for row in look.rows("notice", state="draft") if _may_be_copy(look, row)}
    watched |= drafts & (_watched_by_candour(look) | _watched_by_actions(look))
    assert drafts - copies <= watched <= drafts, f"{len(drafts)} drafts, of which {len(watched)} are watched"
    allocated = any(row["kind"] == "allocation" for row in look.running)
    assert allocated == (look.complaint["owner_id"] is None), "allocation does not follow the owner"


def _may_be_copy(look: Look, notice: Row) -> bool:
    """Say whether a draft is for somebody beside whoever complained: no clock is on a copy, and a task asks for it."""
    complainants = {row["id"] for row in look.rows("party", role="complainant", replaced_by=None)}
    asked = look.rows("task", state="open", kind="release_draft", notice_id=notice["id"])
    return notice["party_id"] is not None and notice["party_id"] not in complainants and bool(asked)


def _watched_by_candour(look: Look) -> set[str]:
    """Return the letters of candour that wait for their release on the clock of what they tell."""
    runs = {(row["kind"], row["subject_id"]) for row in look.beside_running}
    written = {row["notice_id"] for row in look.rows("candour_notice", kind="written")
               if ("candour_written", row["incident_id"]) in runs}  # fmt: skip
    told = {row["told_in"] for row in look.rows("candour_enquiry") if ("candour_results", row["id"]) in runs}
    return written | {row["notice_id"] for row in look.rows("candour_notice") if row["id"] in told}


def _watched_by_actions(look: Look) -> set[str]:
    """Return the letters that tell that an action is done: on the clock of telling, or asked for once it has ended."""
    told = {row["subject_id"] for row in look.beside_running if row["kind"] == "action_told"}
    asked = {row["notice_id"] for row in look.rows("task", state="open", kind="release_draft")}
    letters = look.rows("action_letter", kind="done")
    return {row["notice_id"] for row in letters if row["action_id"] in told or row["notice_id"] in asked}


def _tasks_have_clocks(look: Look) -> None:
    running = {row["id"] for row in look.rows("clock", state="running")}
    idle = [row["kind"] for row in look.rows("task", state="open") if row["clock_id"] not in (None, *running)]
    assert not idle, f"tasks about clocks that ended: {idle}"
    drafts = {str(each) for each in look.ids("notice", state="draft")}
    stale = [row for row in look.rows("task", state="open", kind="release_draft") if row["notice_id"] not in drafts]
    assert not stale, "a task asks for the release of what is no draft"


def _kinds(rows: list[Row]) -> list[str]:
    return [str(row["kind"]) for row in rows]
