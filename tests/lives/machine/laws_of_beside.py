"""The laws of what runs beside a complaint: what is awaited there has its clock, also when the complaint has ended."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from policies.candour_files import version_of
from tests.lives.machine.kept import Kept, of_beside
from tests.lives.machine.look import Look, Row

Awaited = set[tuple[str, str]]
_CALLED: Final = {"immediate": "escalation_call_now"}
_ENQUIRED: Final = {"date_set": "referral_enquiry", "reg_16": "regulator_request"}
_FOLLOWED: Final = {"oversee": "escalation_look"}
# What was written once of these is never written otherwise.
_ONCE: Final = {
    "referral_enquiry": ("answered_on", "in_time", "pack_id"),
    "referral_decision": ("kind", "decided_on", "outcome"),
    "recommendation": ("complied_on", "in_time", "told_body_on"),
    "evidence_pack": ("content_sha256", "event_seq", "event_head"),
    "incident": ("became_known_on", "rules", "rules_version"),
    "candour_notice": ("kind", "party_id", "notice_id"),
}


def of_a_step(before: Look, after: Look) -> None:
    """Check what one step did to what runs beside a complaint, above all one that ended it."""
    for table, names in _ONCE.items():
        _stays(before, after, table, names)
    _ends_stay(before, after)
    if before.open and not after.open:
        _nothing_ended_with_it(before, after)


def of_a_case(look: Look, kept: dict[UUID, Kept]) -> None:
    """Check each proceeding as it stands: its clocks, its tasks, its workflow; and what it ended with."""
    for row in look.rows("proceeding"):
        _is_awaited(look, row)
        _is_kept(look, row, kept[UUID(row["id"])])
        if row["ended_on"] is not None:
            _is_over(look, row)
    theirs = {row["id"] for row in look.rows("proceeding")}
    wrong = [clock["kind"] for clock in look.beside_running if clock["proceeding_id"] not in theirs]
    assert not wrong, f"{wrong} are kept by another's workflow"


def awaited(look: Look, row: Row) -> Awaited:
    """Return what has to have a clock, told from the record alone: its kind, and what it is about."""
    if row["ended_on"] is not None:
        return set()
    told = {"escalation": _of_escalation, "candour": _of_candour, "referral": _of_referral, "action": _of_action}
    return told[row["kind"]](look, row)


def _of_escalation(look: Look, row: Row) -> Awaited:
    (said,) = look.rows("escalation", id=row["id"])
    kinds = {
        "asking": _CALLED.get(said["level"], "escalation_call"),
        "acknowledged": "escalation_decision",
        "decided": _FOLLOWED.get(said["decision"], "escalation_follow"),
    }
    return {(kinds[row["state"]], row["id"])}


def _of_candour(look: Look, row: Row) -> Awaited:
    (incident,) = look.rows("incident", id=row["id"])
    if incident["notifiable"] is None:
        return {("candour_assessment", row["id"])}
    found: Awaited = set()
    if not _told_or_tried(look, row):
        found.add(("candour_notice", row["id"]))
    elif row["state"] in ("told_in_person", "not_reached"):
        found.add(("candour_written", row["id"]))
    if not look.rows("candour_support", incident_id=row["id"]):
        found.add(("candour_support", row["id"]))
    announced = look.rows("candour_enquiry", incident_id=row["id"], told_on=None)
    return found | {("candour_results", each["id"]) for each in announced if each["announced_on"] is not None}


def _of_referral(look: Look, row: Row) -> Awaited:
    enquiries = look.rows("referral_enquiry", referral_id=row["id"], answered_on=None)
    found = {(_ENQUIRED[each["basis"]], each["id"]) for each in enquiries}
    made = look.rows("recommendation", referral_id=row["id"])
    found |= {("recommendation", each["id"]) for each in made if each["complied_on"] is None}
    found |= {("recommendation_told", each["id"]) for each in made if each["complied_on"] and not each["told_body_on"]}
    decisions = sorted(look.rows("referral_decision", referral_id=row["id"]), key=lambda each: int(each["number"]))
    if row["state"] == "provisional" and not look.rows("decision_comment", decision_id=decisions[-1]["id"]):
        found.add(("referral_comments", row["id"]))
    if made and not look.rows("referral_learning", referral_id=row["id"]):
        found.add(("referral_learning", row["id"]))
    return found


def _of_action(look: Look, row: Row) -> Awaited:
    (action,) = look.rows("action", id=row["id"])
    drafts = {each["id"] for each in look.rows("notice", state="draft")}
    done = [
        each for each in look.rows("action_letter", action_id=row["id"], kind="done") if each["party_id"] is not None
    ]
    found = {("action_told", row["id"]) for each in done if each["notice_id"] in drafts}
    if row["state"] == "done":
        return found | {("action_check", row["id"])}
    if action["tell_every_days"] is not None and (action["tell_person"] or action["tell_staff"]):
        found.add(("action_news", row["id"]))
    return found | {("action", row["id"])}


def _is_awaited(look: Look, row: Row) -> None:
    mine = [each for each in look.beside_running if each["proceeding_id"] == row["id"]]
    runs = {(each["kind"], each["subject_id"]) for each in mine}
    expected = awaited(look, row)
    where = f"{row['kind']} {row['state']}, the complaint {look.stage}"
    assert len(runs) == len(mine), f"{where}: a clock runs twice"
    # A written notice that was kept back on its way is owed anew once somebody writes it.
    missing, more = expected - runs, {each for each in runs - expected if each[0] != "candour_written"}
    assert not missing and not more, f"{where}: {_kinds(missing)} have no clock, {_kinds(more)} wait for nothing"
    if row["ended_on"] is None and row["kind"] == "candour" and not runs:
        asked = look.rows("task", state="open", subject_id=row["id"])
        assert asked, f"{where}: nothing reminds of it, and nobody is asked"


def _is_kept(look: Look, row: Row, kept: Kept) -> None:
    lives = row in of_beside(look)
    assert kept.running == lives, f"{row['kind']} {row['state']}, and its workflow lives: {kept.running}"
    if lives:
        expected = look.next_of(row["id"])
        assert (kept.state, kept.next_at) == (row["state"], expected), (
            f"its workflow has it as {kept.state}, next at {kept.next_at}; it is {row['state']}, next at {expected}"
        )


def _is_over(look: Look, row: Row) -> None:
    """Check that what has ended asks nobody, and that what ended as done owes nothing."""
    asked = [each["kind"] for each in look.rows("task", state="open") if each["subject_id"] == row["id"]]
    assert not asked, f"{row['kind']} has ended, and somebody is asked to {asked}"
    if row["kind"] == "candour" and row["ended_cause"] == "done":
        assert not _owed(look, row), f"candour ended, and {_owed(look, row)} is owed"
    if row["kind"] == "referral" and row["ended_cause"] == "done":
        left = _of_referral(look, row | {"state": "complying"})
        assert not left, f"the referral is done, and {_kinds(left)} is open"


def _owed(look: Look, row: Row) -> list[str]:
    """Return what a person was not told or offered, of what the rules make a duty."""
    (incident,) = look.rows("incident", id=row["id"])
    if not version_of(incident["rules"], incident["rules_version"]).mandatory:
        return []
    written = [each for each in look.rows("candour_notice", incident_id=row["id"], kind="written") if each["given_on"]]
    left = {
        "in_person": not _told_or_tried(look, row),
        "written": not written,
        "support": not look.rows("candour_support", incident_id=row["id"]),
    }
    return [name for name, open_ in left.items() if open_]


def _told_or_tried(look: Look, row: Row) -> bool:
    told = look.rows("candour_notice", incident_id=row["id"], kind="in_person")
    return bool(told or look.rows("candour_attempt", incident_id=row["id"], closed=True))


def _stays(before: Look, after: Look, table: str, names: tuple[str, ...]) -> None:
    now = {row["id"]: row for row in after.rows(table)}
    for row in before.rows(table):
        assert row["id"] in now, f"a row of {table} is gone"
        for name in names:
            assert row[name] in (None, now[row["id"]][name]), f"{name} of {table} was rewritten"


def _ends_stay(before: Look, after: Look) -> None:
    now = {row["id"]: row for row in after.rows("proceeding")}
    for row in before.rows("proceeding"):
        if row["ended_on"] is not None:
            same: dict[str, Any] = {name: now[row["id"]][name] for name in ("state", "ended_on", "ended_cause")}
            assert same == {name: row[name] for name in same}, f"a {row['kind']} that had ended goes on"


def _nothing_ended_with_it(before: Look, after: Look) -> None:
    """Check that the end of a complaint ends no proceeding but an escalation that only oversaw it."""
    now = {row["id"]: row for row in after.rows("proceeding")}
    for row in before.rows("proceeding", ended_on=None):
        overseen = row["kind"] == "escalation" and row["state"] == "decided"
        assert now[row["id"]]["ended_on"] is None or overseen, f"a {row['kind']} ended with the complaint"
    running = {row["id"] for row in after.beside_running}
    for clock in before.beside_running:
        over = now[clock["proceeding_id"]]["ended_on"] is not None
        assert clock["id"] in running or over, f"{clock['kind']} stopped with the complaint"


def _kinds(found: Awaited) -> list[str]:
    return sorted(kind for kind, _ in found)
