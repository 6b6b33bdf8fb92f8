"""Each law about what runs beside a complaint can fail: a look that keeps them all is broken, one row at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from tests.lives.machine import laws_of_beside
from tests.lives.machine.kept import Kept
from tests.lives.machine.look import Look, Row
from tests.lives.machine.spoiled import broken, gone, put

TABLES = (
    "complaint", "proceeding", "escalation", "clock", "fired_rung", "task", "incident", "candour_notice",
    "candour_attempt", "candour_support", "candour_enquiry", "referral", "referral_enquiry", "referral_decision",
    "recommendation", "decision_comment", "referral_learning", "evidence_pack",
)  # fmt: skip
E, C, R = (str(UUID(int=number)) for number in (1, 2, 3))
DAY = "2028-03-02"
NEXT = "2028-03-09T09:00:00+00:00"


def proceeding(each: str, kind: str, state: str, **changes: object) -> Row:
    return {"id": each, "kind": kind, "state": state, "ended_on": None, "ended_cause": None} | changes


def clock(keeper: str, kind: str, subject: str | None = None) -> Row:
    keepers = {"involvement_id": None, "contribution_id": None, "proceeding_id": keeper}
    rungs = [{"rung": "reminder", "at": NEXT}]
    return keepers | {
        "id": f"{kind}/{subject or keeper}", "kind": kind, "subject_id": subject or keeper, "state": "running",
        "generation": 1, "rungs": rungs,
    }  # fmt: skip


def look(stage: str = "responded", **tables: list[Row]) -> Look:
    row = {"stage": stage, "open": stage == "responded"}
    return Look({name: [] for name in TABLES} | {"complaint": [row]} | tables)


def whole(stage: str = "responded") -> Look:
    """Return a complaint beside which an escalation, candour and a referral run, each with what is awaited of it."""
    return look(
        stage,
        proceeding=[
            proceeding(E, "escalation", "asking"), proceeding(C, "candour", "told_in_writing"),
            proceeding(R, "referral", "complying"),
        ],
        escalation=[{"id": E, "level": "serious", "decision": None}],
        incident=[
            {"id": C, "notifiable": True, "rules": "england", "rules_version": 1, "became_known_on": "2028-03-01"}
        ],
        candour_notice=[
            {"id": "n1", "incident_id": C, "kind": "in_person", "given_on": DAY, "party_id": "p1", "notice_id": None}
        ],
        candour_enquiry=[{"id": "q1", "incident_id": C, "announced_on": DAY, "told_on": None}],
        referral_enquiry=[
            {"id": "f1", "referral_id": R, "basis": "reg_16", "answered_on": None, "in_time": None, "pack_id": None}
        ],
        referral_decision=[
            {"id": "d1", "referral_id": R, "number": 1, "kind": "final", "decided_on": DAY, "outcome": "upheld"}
        ],
        recommendation=[
            {"id": "r1", "referral_id": R, "complied_on": None, "in_time": None, "told_body_on": None},
            {"id": "r2", "referral_id": R, "complied_on": DAY, "in_time": True, "told_body_on": None},
        ],
        clock=[
            clock(E, "escalation_call"), clock(C, "candour_support"), clock(C, "candour_results", "q1"),
            clock(R, "regulator_request", "f1"), clock(R, "recommendation", "r1"),
            clock(R, "recommendation_told", "r2"), clock(R, "referral_learning"),
        ],
    )  # fmt: skip


def kept(look_: Look) -> dict[UUID, Kept]:
    """Return workflows that are in step with a look."""
    return {
        UUID(row["id"]): Kept(
            running=row["ended_on"] is None, rests=True, state=row["state"], next_at=look_.next_of(row["id"])
        )
        for row in look_.rows("proceeding")
    }  # fmt: skip


@pytest.mark.parametrize("stage", ["responded", "withdrawn"])
@pytest.mark.parametrize("lost", range(7))
def test_a_clock_that_is_lost_is_seen_whether_the_complaint_has_ended_or_not(stage: str, lost: int) -> None:
    there = whole(stage)
    laws_of_beside.of_a_case(there, kept(there))
    spoiled = broken(there, "clock", put(state="stopped"), id=there.tables["clock"][lost]["id"])
    with pytest.raises(AssertionError, match="have no clock"):
        laws_of_beside.of_a_case(spoiled, kept(there))


@pytest.mark.parametrize(
    ("state", "kind"),
    [("acknowledged", "escalation_decision"), ("decided", "escalation_look"), ("asking", "escalation_call_now")],
)
def test_what_is_awaited_of_an_escalation_follows_its_state(state: str, kind: str) -> None:
    said: Row = {"id": E, "level": "immediate", "decision": "oversee"}
    row = proceeding(E, "escalation", state)
    there = look(proceeding=[row], escalation=[said], clock=[clock(E, kind)])
    laws_of_beside.of_a_case(there, kept(there))
    with pytest.raises(AssertionError, match="wait for nothing"):
        other = broken(there, "clock", put(kind="escalation_call"))
        laws_of_beside.of_a_case(other, kept(there))


@pytest.mark.parametrize(
    ("state", "notifiable", "kinds"),
    [
        ("flagged", None, ["candour_assessment"]),
        ("notifiable", True, ["candour_notice", "candour_support"]),
        ("not_reached", True, ["candour_written", "candour_support"]),
    ],
)
def test_what_is_awaited_of_candour_follows_the_record(state: str, notifiable: bool | None, kinds: list[str]) -> None:
    tried = [{"id": "a1", "incident_id": C, "closed": True}] if state == "not_reached" else []
    incident: Row = {"id": C, "notifiable": notifiable, "rules": "england", "rules_version": 1}
    there = look(
        proceeding=[proceeding(C, "candour", state)], incident=[incident], candour_attempt=tried,
        clock=[clock(C, kind) for kind in kinds],
    )  # fmt: skip
    laws_of_beside.of_a_case(there, kept(there))
    with pytest.raises(AssertionError, match="have no clock"):
        laws_of_beside.of_a_case(broken(there, "clock", gone), kept(there))


def test_candour_of_which_nothing_reminds_and_nobody_is_asked_is_seen() -> None:
    there = whole()
    there.tables["clock"] = [row for row in there.tables["clock"] if row["proceeding_id"] != C]
    there.tables["candour_enquiry"][0]["told_on"] = DAY
    there.tables["candour_support"].append({"id": "s1", "incident_id": C})
    there.tables["task"].append({"kind": "end_candour", "state": "open", "subject_id": C})
    laws_of_beside.of_a_case(there, kept(there))
    with pytest.raises(AssertionError, match="nobody is asked"):
        laws_of_beside.of_a_case(broken(there, "task", gone), kept(there))


def test_comments_that_are_owed_are_awaited_until_they_are_made() -> None:
    decided = {"id": "d1", "referral_id": R, "number": 1, "kind": "preliminary", "decided_on": DAY}
    rows: dict[str, list[Row]] = {"referral_decision": [decided | {"outcome": None}]}
    rows |= {"proceeding": [proceeding(R, "referral", "provisional")], "clock": [clock(R, "referral_comments")]}
    there = look(**rows)
    laws_of_beside.of_a_case(there, kept(there))
    there.tables["decision_comment"].append({"id": "o1", "decision_id": "d1"})
    with pytest.raises(AssertionError, match="wait for nothing"):
        laws_of_beside.of_a_case(there, kept(there))


@pytest.mark.parametrize(
    "said",
    [{"running": False}, {"state": "asking"}, {"next_at": None}],
)
def test_a_workflow_that_is_out_of_step_is_seen(said: dict[str, Any]) -> None:
    there = whole()
    found = kept(there)
    shown = {"running": True, "rests": True, "state": "complying", "next_at": datetime.fromisoformat(NEXT)}
    with pytest.raises(AssertionError, match="its workflow"):
        laws_of_beside.of_a_case(there, found | {UUID(R): Kept(**(shown | said))})


def test_what_has_ended_and_still_asks_or_owes_is_seen() -> None:
    over = proceeding(C, "candour", "ended", ended_on=DAY, ended_cause="done")
    task: Row = {"kind": "tell_of_incident", "state": "open", "subject_id": C}
    rows: dict[str, list[Row]] = {name: whole().tables[name] for name in ("incident", "candour_notice")}
    written = {"id": "n2", "incident_id": C, "kind": "written", "given_on": DAY}
    rows["candour_notice"] = [*rows["candour_notice"], written]
    there = look(proceeding=[over], candour_support=[{"id": "s1", "incident_id": C}], **rows)
    laws_of_beside.of_a_case(there, kept(there))
    with pytest.raises(AssertionError, match="somebody is asked"):
        laws_of_beside.of_a_case(look(proceeding=[over], task=[task], **rows), kept(there))
    for table, like in (("candour_support", {}), ("candour_notice", {"id": "n1"}), ("candour_notice", {"id": "n2"})):
        with pytest.raises(AssertionError, match="is owed"):
            laws_of_beside.of_a_case(broken(there, table, gone, **like), kept(there))


def test_a_referral_that_is_done_with_something_open_is_seen() -> None:
    over = proceeding(R, "referral", "closed", ended_on=DAY, ended_cause="done")
    there = look(proceeding=[over])
    laws_of_beside.of_a_case(there, kept(there))
    for table in ("referral_enquiry", "recommendation"):
        with pytest.raises(AssertionError, match="is open"):
            laws_of_beside.of_a_case(look(proceeding=[over], **{table: whole().tables[table]}), kept(there))


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("recommendation", put(in_time=False)),
        ("recommendation", put(complied_on=None)),
        ("recommendation", gone),
        ("referral_decision", put(outcome="not_upheld")),
        ("incident", put(became_known_on=DAY)),
        ("candour_notice", put(kind="written")),
    ],
)
def test_what_was_written_once_and_is_written_otherwise_is_seen(table: str, change: Callable[[Row], Any]) -> None:
    there = whole()
    laws_of_beside.of_a_step(there, there)
    like = {"id": "r2"} if table == "recommendation" else {}
    with pytest.raises(AssertionError, match="was rewritten|is gone"):
        laws_of_beside.of_a_step(there, broken(there, table, change, **like))


def test_what_ends_with_the_complaint_or_goes_on_after_its_end_is_seen() -> None:
    ended = put(ended_on=DAY, ended_cause="closed")
    laws_of_beside.of_a_step(whole(), whole("withdrawn"))
    with pytest.raises(AssertionError, match="ended with the complaint"):
        laws_of_beside.of_a_step(whole(), broken(whole("withdrawn"), "proceeding", ended))
    with pytest.raises(AssertionError, match="stopped with the complaint"):
        laws_of_beside.of_a_step(whole(), broken(whole("withdrawn"), "clock", put(state="stopped")))
    with pytest.raises(AssertionError, match="goes on"):
        laws_of_beside.of_a_step(broken(whole(), "proceeding", ended), whole())
