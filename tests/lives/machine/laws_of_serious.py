"""The laws of serious cases: none is closed without a senior's hand on it, and seniors are called in turn until one has
it in hand.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from contracts.commands import CommandKind
from tests.lives.machine.answered import GRAVE
from tests.lives.machine.look import Look, Row, instant

CALLS: Final = ("escalation_call", "escalation_call_now")
_RANKS: Final = ("routine", "elevated", "serious", "immediate")
# What is lowered by a second person only, where the policy ever gave one of these reasons.
_SECOND_PERSON: Final = {"safeguarding_vulnerable", "safeguarding", "death_of_person", "harm_death"}
_TURNS: Final = ("escalation.called", "escalation.acknowledged")
# What was written once of whoever had it in hand is never written otherwise.
_ONCE: Final = ("acknowledged_by", "acknowledged_at", "minutes_to_acknowledge", "raised_at", "cause")


def of_a_step(before: Look, after: Look) -> None:
    """Check what one step did to how serious a complaint is, and to whom it was put before."""
    if before.open and after.stage == "closed" and was_grave(after):
        assert _acknowledged(after), "a serious complaint was closed, and no senior acknowledged an escalation of it"
    _is_lowered_by_people(before, after)
    _is_acknowledged_once(before, after)
    _calls_whom_it_may(before, after)


def of_a_case(look: Look) -> None:
    """Check how it stands: whoever is asked for a hand is asked, and what was to be passed on today is not lost."""
    if look.complaint["severity"] in GRAVE:
        assert look.rows("escalation", cause="severity"), "it is serious, and no senior was asked"
    for row in look.rows("escalation"):
        _was_asked_in_turn(look, row)
    for clock in look.tables["clock"]:
        if clock["kind"] in CALLS:
            _called_by_each_rung(look, clock)
    for row in look.rows("severity_setting"):
        _had_a_second_person(look, row)
    if not look.open:
        owed = {row["id"] for row in look.rows("parallel_investigation", kind="safeguarding", referred_on=None)}
        raised = {row["subject_id"] for row in look.rows("escalation", cause="safeguarding")}
        assert owed <= raised, "a concern was not passed on when the complaint ended, and no senior hears of it"


def was_grave(look: Look) -> bool:
    """Say, from the events alone, whether it ever was serious, and nobody else agreed that it is not any more."""
    agreed = {row["id"] for row in look.rows("severity_setting") if row["decided_by"] is not None}
    grave = look.complaint["severity"] in GRAVE
    for kind, data in _events(look, "severity.raised", "severity.lowered"):
        if data["severity"] in GRAVE:
            grave = True
        elif kind == "severity.lowered" and data["setting_id"] in agreed:
            grave = look.complaint["severity"] in GRAVE
    return grave


def _acknowledged(look: Look) -> bool:
    found = [row for row in look.tables["escalation"] if row["acknowledged_at"] is not None]
    return any(row["cause"] == "severity" or row["level"] in GRAVE for row in found)


def _is_lowered_by_people(before: Look, after: Look) -> None:
    """Check that only people lower it: no verdict, and no act about something else."""
    then, now = before.complaint["severity"], after.complaint["severity"]
    if then is None or now is None or _RANKS.index(now) >= _RANKS.index(then):
        return
    known = {row["id"] for row in before.rows("severity_setting", state="in_force")}
    new = [row for row in after.rows("severity_setting", direction="lower") if row["id"] not in known]
    assert any(row["severity"] == now and row["state"] == "in_force" for row in new), f"{then} became {now} by itself"


def _had_a_second_person(look: Look, row: Row) -> None:
    if row["direction"] != "lower" or row["state"] not in ("in_force", "superseded") or not _took_effect(look, row):
        return
    if _SECOND_PERSON & set(row["weighed"]):
        assert row["decided_by"] not in (None, row["asked_by"]), "lowered, and no second person agreed"


def _took_effect(look: Look, row: Row) -> bool:
    return any(data["setting_id"] == row["id"] for _, data in _events(look, "severity.lowered"))


def _is_acknowledged_once(before: Look, after: Look) -> None:
    then = {row["id"]: row for row in before.rows("escalation")}
    told = [data["proceeding_id"] for _, data in _events(after, "escalation.acknowledged")]
    for row in after.rows("escalation"):
        had = row["acknowledged_at"] is not None
        assert told.count(row["id"]) == had, f"acknowledged {told.count(row['id'])} times"
        same = then.get(row["id"])
        if same is not None and same["acknowledged_at"] is not None:
            assert [row[name] for name in _ONCE] == [same[name] for name in _ONCE], "who has it in hand was rewritten"
        if had:
            minutes = (instant(row["acknowledged_at"]) - instant(row["raised_at"])) // timedelta(minutes=1)
            assert row["minutes_to_acknowledge"] == minutes, "the minutes until somebody had it in hand are wrong"


def _calls_whom_it_may(before: Look, after: Look) -> None:
    """Check that nobody was called who is complained about, or who has passed it on."""
    known = {row["id"] for row in before.rows("escalation_call")}
    about = _complained_about(before) & _complained_about(after)
    passed = _passed(before)
    for call in after.rows("escalation_call", outcome="called"):
        if call["id"] in known:
            continue
        assert call["person_id"] not in about, "somebody was called who is complained about"
        assert (call["escalation_id"], call["person_id"]) not in passed, "somebody was called who has passed it on"


def _complained_about(look: Look) -> set[Any]:
    """Return who of the organisation is complained about, or was, unless it was found not to be about them."""
    rows = [row for row in look.rows("involvement") if row["ended_cause"] != "not_concerned"]
    return {row["person_id"] for row in rows if row["person_id"] is not None}


def _passed(look: Look) -> set[tuple[Any, Any]]:
    return {(row["escalation_id"], row["person_id"]) for row in look.rows("escalation_call", outcome="passed")}


def _was_asked_in_turn(look: Look, row: Row) -> None:
    """Check that calls are numbered, and that nobody is called once somebody has it in hand."""
    calls = sorted(look.rows("escalation_call", escalation_id=row["id"]), key=lambda each: int(each["number"]))
    numbers = [each["number"] for each in calls]
    assert numbers == list(range(1, len(calls) + 1)), f"calls are numbered {numbers}"
    for call in calls:
        nobody = call["outcome"] == "nobody_found"
        assert nobody == (call["person_id"] is None), f"a call that {call['outcome']}, of {call['person_id']}"
    told = [kind for kind, data in _events(look, *_TURNS) if data["proceeding_id"] == row["id"]]
    in_hand = told.index(_TURNS[1]) if _TURNS[1] in told else len(told)
    assert _TURNS[0] not in told[in_hand:], "somebody was called although it is in hand"
    theirs = {each["outcome"] for each in calls if each["person_id"] == row["acknowledged_by"] is not None}
    assert not theirs & {"called"}, "whoever has it in hand was called, and the call knows nothing of it"


def _called_by_each_rung(look: Look, clock: Row) -> None:
    """Check that each rung of the ladder of calls fired once, in its turn; and called, or found nobody.

    Late it may be: a busy machine, or something that was said before it and is not applied yet, holds it up.
    """
    fired = sorted(look.rows("fired_rung", clock_id=clock["id"]), key=lambda each: instant(each["due_at"]))
    ladder = [each["rung"] for each in clock["rungs"]]
    found = [each["rung"] for each in fired]
    assert len(found) == len(set(found)), f"rungs of {clock['kind']} fired twice: {found}"
    assert found == ladder[: len(found)], f"{clock['kind']} climbed {found}, of {ladder}"
    calls = look.rows("escalation_call", escalation_id=clock["proceeding_id"])
    for rung in fired:
        by_it = [each["outcome"] != "nobody_found" for each in calls if each["act_id"] == rung["act_id"]]
        assert (by_it and not any(by_it[:-1])) or by_it.count(True) == 1, f"{rung['rung']} made {len(by_it)} calls"
    rungs = {each["act_id"] for each in look.rows("fired_rung")}
    for call in calls:
        said = look.submissions.get(UUID(call["act_id"]))
        passed = said is not None and said["kind"] == CommandKind.PASS_ESCALATION.value
        assert call["act_id"] in rungs or passed, "somebody was called, and neither a rung nor a person asked for it"


def _events(look: Look, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of some kinds, in order, with what they hold."""
    rows = sorted((row for row in look.rows("case_event") if row["kind"] in kinds), key=lambda row: int(row["seq"]))
    return [(row["kind"], json.loads(row["data"])) for row in rows]
