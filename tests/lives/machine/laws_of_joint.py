"""The laws about bodies that contribute: told only what consent covers, never overruled, never waited for in vain."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from contracts import command_groups
from contracts.commands import CommandKind
from policies.calendars import local_date
from policies.clock_rules import Keeper
from tests.lives.machine.kept import RELEASED, Kept, of_bodies
from tests.lives.machine.look import Look, Row, day, instant

FROM_THEM: Final = frozenset({CommandKind.FROM_BODY.value, CommandKind.RECORD_FROM_BODY.value})
_OF_JOINT: Final = {each.value for each in command_groups.JOINT}
_ENDS_CONSENT: Final = frozenset({"withdraw_consent", "record_death", "correct", "decide_correction"})
# What is written once and stays: above all what bodies found and concluded.
_WRITTEN_ONCE: Final = ("joint_message", "body_submission", "body_answer", "body_review", "joint_lead",
                        "joint_lead_view", "joint_timescale_view", "joint_draft_reader")  # fmt: skip
# What stands for another that runs while it lasts, with the workflow of the contribution: state, kind of clock.
_AWAITED: Final = {"invited": "body_acceptance", "revision_requested": "body_revision"}
# Promises that are themselves about the work of several bodies.
_ABOUT_BODIES: Final = frozenset({"person_comment", "supplement"})
# Whoever is let go of, and takes part by telephone, is still told that.
_LAST_WORD: Final = "tell_body"
# What the refusal of a message leaves of a contribution and of its complaint: that something came, and was journalled.
_COUNTED: Final = {
    "contribution": {"changes", "heard", "changed_at"},
    "complaint": {"version", "event_seq", "event_head"},
}
_BY_IT: Final = frozenset({"joint_message", "case_event", "complaint", "contribution"})
# All that another organisation of the installation may ever read of the case.
_READ_BY_BODIES: Final = frozenset({"contribution", "joint_message"})


def of_a_step(before: Look, after: Look) -> None:
    """Check what one step did: nothing is rewritten or taken back, and nothing was told that consent did not cover."""
    for table in _WRITTEN_ONCE:
        gone = [row["id"] for row in before.tables[table] if row not in after.tables[table]]
        assert not gone, f"{table} was rewritten"
    then = {row["id"]: row for row in before.rows("contribution")}
    now = {row["id"]: row for row in after.rows("contribution")}
    assert then.keys() <= now.keys(), "a contribution is gone"
    back = [row["code"] for each, row in then.items() if row["state"] == RELEASED and now[each]["state"] != RELEASED]
    assert not back, "a contribution that was released is back"
    _own_words(after)
    _clocks_do_not_wait(before, after)
    known = {row["id"] for row in before.rows("joint_message")}
    for message in after.rows("joint_message", direction="out"):
        if message["id"] not in known and message["discloses"]:
            _was_covered(after, message)


def of_a_case(look: Look, kept: dict[UUID, Kept]) -> None:
    """Check each contribution as it stands: its messages, its clocks, its tasks, its workflow."""
    _are_kept_apart(look)
    for row in look.rows("contribution"):
        _is_counted(look, row)
        _is_over(look, row)
        _is_silent(look, row)
        _is_awaited(look, row)
        _is_kept(look, row, kept[UUID(row["id"])])
    if not look.open:
        left = [row for row in look.rows("contribution") if row["state"] != RELEASED]
        owing = {row["contribution_id"] for row in look.rows("body_action") if row["state"] in ("promised", "done")}
        wrong = [row["state"] for row in left if row["state"] != "approved" or row["id"] not in owing]
        assert not wrong, f"the complaint is over, and a body that owes nothing is still {wrong}"


def of_a_response(before: Look) -> None:
    """Check that a response was signed only with every body's part approved, or named as missing."""
    for row in before.rows("contribution", kind="joint"):
        apart = row["split_on"] is not None or row["gap_named_on"] is not None
        settled = row["state"] in (RELEASED, "approved") or apart
        assert settled, f"answered while the part of a body is {row['state']}, and no gap is named"


def of_a_message(before: Look, after: Look, submission_id: UUID) -> str:
    """Check that a message that was refused left nothing but itself, and return what became of it."""
    kept = [row for row in after.rows("joint_message", direction="in") if row["act_id"] == str(submission_id)]
    if not kept or kept[0]["refusal"] is None:
        return "" if kept else " (said before)"
    then, now = before.of_the_case(), after.of_the_case()
    changed = {table for table, rows in now.items() if rows != then[table]}
    assert changed <= _BY_IT, f"a message that was refused changed {changed - _BY_IT}"
    assert len(kept) == 1 and len(now["joint_message"]) == len(then["joint_message"]) + 1, "more than itself was kept"
    new = [row["kind"] for row in now["case_event"] if row not in then["case_event"]]
    assert new == ["contribution.message_refused"], f"a message that was refused made {new}"
    for table, counted in _COUNTED.items():
        same = [_but(row, counted) for row in now[table]] == [_but(row, counted) for row in then[table]]
        assert same, f"a message that was refused changed {table}"
    return f" but {kept[0]['refusal']}"


def of_a_reader(look: Look, read: Look, code: str, now: datetime) -> None:
    """Check what another organisation of the installation reads of the case, in a session of its own."""
    tables = {table for table, rows in read.tables.items() if rows}
    assert tables <= _READ_BY_BODIES, f"another organisation reads {tables - _READ_BY_BODIES}"
    its = {row["id"]: row for row in look.rows("contribution", way="here", code=code)}
    seen = {row["id"] for row in read.rows("contribution")}
    assert seen == {each for each, row in its.items() if row["invited_on"]}, "a body reads of a part it was never told"
    for message in read.rows("joint_message"):
        assert message["direction"] == "out", "a body reads what others said"
        assert message["contribution_id"] in seen, "a body reads what was said to another"
        covered = covers(look, code, local_date(now))
        assert covered or not message["discloses"], f"without consent a body reads {message['kind']}"


def covers(look: Look, code: str, on: date, *, at: datetime | None = None) -> bool:
    """Say, from the rows alone, whether somebody's consent covers that a body is told: on a day, or at an instant."""
    people = {row["id"]: row for row in look.rows("party")}
    return any(
        _in_force(row, people.get(row["giver_id"], {}), on, at)
        for row in look.rows("consent", scope="share_with_body", body=code)
    )


def _in_force(row: Row, giver: Row, on: date, at: datetime | None) -> bool:
    def over(when: str | None) -> bool:
        return when is not None and (at is None or instant(when) < at)

    if row["expires_on"] is not None and day(row["expires_on"]) < on:
        return False
    ended = over(row["withdrawn_at"]) or (at is None and row["superseded_by"] is not None)
    died = over(giver.get("death_known_at")) and not row["after_death"] and not giver.get("replaced_by")
    return not ended and not died and day(row["given_on"]) <= on


def _was_covered(look: Look, message: Row) -> None:
    (row,) = look.rows("contribution", id=message["contribution_id"])
    at = instant(message["said_at"])
    assert covers(look, row["code"], local_date(at), at=at), f"a body was told {message['kind']} without consent"
    by = look.submissions.get(UUID(message["act_id"]), {}).get("kind")
    covered = by not in _ENDS_CONSENT or covers(look, row["code"], local_date(at))
    assert covered, f"a body was told {message['kind']} as its consent ended"


def _own_words(look: Look) -> None:
    """Check that a part was only ever said by the body whose it is."""
    for row in look.rows("body_submission"):
        by = look.submissions[UUID(row["act_id"])]["kind"]
        assert by in FROM_THEM, f"{by} wrote what a body has to say itself"


def _clocks_do_not_wait(before: Look, after: Look) -> None:
    """Check that nothing that is said of bodies, or by them, moves or ends a clock on what we owe the person."""
    said = {row["kind"] for act, row in after.submissions.items() if act not in before.submissions}
    if not said or not said <= _OF_JOINT:
        return
    now = {row["id"]: row for row in after.rows("clock")}
    for row in before.running:
        if row["effect"] in ("statutory", "promise") and row["kind"] not in _ABOUT_BODIES:
            same = all(now[row["id"]][name] == row[name] for name in ("state", "generation", "due_on", "due_at"))
            assert same, f"{said} moved {row['kind']}"


def _are_kept_apart(look: Look) -> None:
    duties = {rule.kind for rule in look.procedure.duties if rule.kept_by is Keeper.CONTRIBUTION}
    bodies = {row["id"] for row in look.rows("contribution")}
    for clock in look.rows("clock"):
        of_body = clock["kind"] in duties
        assert of_body == (clock["contribution_id"] is not None), f"{clock['kind']} is kept by another"
        assert not of_body or clock["contribution_id"] in bodies, f"{clock['kind']} is kept by another's workflow"
    theirs = {row["id"]: row["contribution_id"] for row in look.rows("clock") if row["contribution_id"] is not None}
    fired = {UUID(row["act_id"]): theirs.get(row["clock_id"]) for row in look.rows("fired_rung")}
    for act, verdict in look.verdicts.items():
        handed = {each["clock_id"] for each in verdict["armed"]} | {*verdict["stopped"]}
        wrong = {each for each in handed if theirs.get(each) != fired.get(act)}
        assert not wrong, "a clock of a body went to a workflow that does not keep it"


def _is_counted(look: Look, row: Row) -> None:
    sent = look.rows("joint_message", contribution_id=row["id"], direction="out")
    numbers = sorted(each["seq"] for each in sent)
    assert numbers == list(range(1, len(numbers) + 1)), f"messages to a body are numbered {numbers}"
    assert row["sent"] == len(numbers), f"{row['sent']} messages are counted, {len(numbers)} are there"
    rounds = sorted(each["round"] for each in look.rows("body_submission", contribution_id=row["id"]))
    assert rounds == list(range(1, row["round"] + 1)), f"rounds {rounds}, of {row['round']}"


def _is_over(look: Look, row: Row) -> None:
    if row["state"] != RELEASED:
        return
    running = [each["kind"] for each in look.rows("clock", state="running")
               if row["id"] in (each["contribution_id"], each["subject_id"])]  # fmt: skip
    assert not running, f"released, and {running} run"
    its = {row["id"]} | {each["id"] for table in ("body_request", "body_action")
                         for each in look.rows(table, contribution_id=row["id"])}  # fmt: skip
    asked = {each["kind"] for each in look.rows("task", state="open") if each["subject_id"] in its}
    assert asked <= {_LAST_WORD}, f"released, and asked for: {asked - {_LAST_WORD}}"


def _is_silent(look: Look, row: Row) -> None:
    """Check that a body that consent does not cover is waited for by nobody, and reads nothing."""
    if row["state"] != "consent_blocked":
        return
    running = [each["kind"] for each in look.bodies_running if each["contribution_id"] == row["id"]]
    assert not running, f"no consent, and {running} run"
    assert not row["open_to_body"], "no consent, and open to the body"
    sent = look.rows("joint_message", contribution_id=row["id"])
    assert row["invited_on"] or not [each for each in sent if each["direction"] == "out"], "told before it was invited"


def _is_awaited(look: Look, row: Row) -> None:
    """Check that whatever waits for a body, or of a body for us, has a clock on it, and nothing else has."""
    mine = {each["id"]: each for each in look.bodies_running if each["contribution_id"] == row["id"]}
    runs = {each["kind"] for each in mine.values()}
    for state, kind in _AWAITED.items():
        if look.procedure.has_clock(kind):
            assert (kind in runs) == (row["state"] == state), f"{row['state']}, and {kind} runs: {kind in runs}"
    review = any(each["kind"] == "contribution_review" and each["subject_id"] == row["id"] for each in look.running)
    if look.procedure.has_clock("contribution_review"):
        assert review == (row["state"] == "submitted"), f"{row['state']}, and its review runs: {review}"
    if row["state"] in ("consent_blocked", RELEASED):
        return
    _each_has_one(look, mine, "body_information", look.rows("body_request", state="open", contribution_id=row["id"]))
    if row["approved_on"]:
        owed = look.rows("body_action", state="promised", contribution_id=row["id"])
        known = {each["subject_id"] for each in mine.values() if each["kind"] == "body_action"}
        assert row["state"] != "approved" or {each["id"] for each in owed} == known, "actions are not awaited"


def _each_has_one(look: Look, mine: dict[str, Row], kind: str, waits: list[Row]) -> None:
    known = {each["subject_id"] for each in mine.values() if each["kind"] == kind}
    expected = {each["id"] for each in waits}
    assert not look.procedure.has_clock(kind) or known == expected, f"{len(expected)} wait, {len(known)} {kind} run"


def _is_kept(look: Look, row: Row, kept: Kept) -> None:
    lives = row in of_bodies(look)
    assert kept.running == lives, f"{row['state']}, and its workflow lives: {kept.running}"
    if lives:
        expected = look.next_of(row["id"])
        assert (kept.state, kept.next_at) == (row["state"], expected), (
            f"its workflow has it as {kept.state}, next at {kept.next_at}; it is {row['state']}, next at {expected}"
        )


def _but(row: Row, names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
