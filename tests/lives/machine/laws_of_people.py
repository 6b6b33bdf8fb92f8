"""The laws about the people outside: promises have clocks, needs only grow, and nothing leaves that must not."""

from __future__ import annotations

from datetime import date
from typing import Final

from activities.acts.letter_facts import purpose_of
from policies.consent import DISCLOSES, Discloses
from tests.lives.machine.look import Look, Row, day

_CLOCKS: Final = ("promise", "promise_rhythm")
_UNSAFE: Final = {"email": "no_email", "letter": "no_post", "text": "no_text"}
_SHOWN: Final = ("written", "oral", "statutory")
_UNASKED: Final = ("child", "lacks_capacity", "died")
_BARELY: Final = (Discloses.NOTHING, Discloses.OWN)


def of_a_step(before: Look, after: Look) -> None:
    """Check that what people need, agreed to and were promised is never rewritten, and what left might leave."""
    for table in ("contact_needs", "statement_given", "promise_kept", "told_date", "conduct_warning", "arrival"):
        gone = [row["id"] for row in before.tables[table] if row not in after.tables[table]]
        assert not gone, f"{table} was rewritten"
    for table, settled in (("consent", "withdrawn_on"), ("consent", "superseded_by"), ("party", "retired_at")):
        now = {row["id"]: row for row in after.tables[table]}
        undone = [row["id"] for row in before.tables[table] if row[settled] and now[row["id"]][settled] != row[settled]]
        assert not undone, f"{table}: {settled} was undone"
    _none_left_to_whom_it_must_not(before, after)


def of_a_case(look: Look, on: date) -> None:
    """Check promises, needs, consents and letters as they stand on a day."""
    _promises_run(look)
    _needs_grow(look)
    _formats_are_watched(look)
    _consents_are_watched(look)
    for notice in look.rows("notice", state="queued"):
        wrong = wrongly_sent(look, notice, on)
        assert not wrong, f"{notice['template']} is queued: {wrong}"


def _promises_run(look: Look) -> None:
    open_ = {row["id"] for row in look.rows("promise", state="open")}
    runs = {row["subject_id"] for row in look.running if row["kind"] in _CLOCKS}
    expected = open_ if look.open else set()
    assert runs == expected, f"{len(open_)} promises are open, {len(runs)} clocks run"
    asked = {row["subject_id"] for row in look.rows("task", state="open", kind="promised")}
    subjects = {row["contact_id"] or row["id"] for row in look.rows("promise", state="open")}
    assert asked == subjects, f"{len(subjects)} promises are open, {len(asked)} are asked for"


def _needs_grow(look: Look) -> None:
    for party in look.ids("party"):
        numbers = sorted(row["number"] for row in look.rows("contact_needs", party_id=str(party)))
        assert numbers == list(range(1, len(numbers) + 1)), f"versions of needs: {numbers}"


def _formats_are_watched(look: Look) -> None:
    owed = {row["id"] for row in look.rows("notice", state="released", failure="format_owed")}
    asked = {row["notice_id"] for row in look.rows("task", state="open", kind="supply_format")}
    assert owed == asked, f"{len(owed)} formats are owed, {len(asked)} are asked for"
    runs = {row["subject_id"] for row in look.running if row["kind"] == "format"}
    assert runs <= owed, "a clock runs on a format that nobody is owed"
    assert not look.open or owed <= runs, "a format is owed, and no clock runs"
    failed = {row["id"] for row in look.rows("notice", state="failed")}
    late = {row["subject_id"] for row in look.running if row["kind"] == "undelivered"}
    assert late <= failed, "a clock runs on what did not arrive, and it has"


def _consents_are_watched(look: Look) -> None:
    rows = {row["id"]: row for row in look.rows("consent")}
    for clock in look.running:
        if clock["kind"] == "consent_expiry":
            row = rows[clock["subject_id"]]
            assert not (row["superseded_by"] or row["withdrawn_on"]), "asked to renew a consent that is over"


def _none_left_to_whom_it_must_not(before: Look, after: Look) -> None:
    """Check what was handed over in this step by what was known before it; what the step itself says may be later."""
    then = {row["id"]: row["state"] for row in before.rows("notice")}
    for notice in after.rows("notice", state="handed_over"):
        if then.get(notice["id"]) in (None, "handed_over", "delivered", "failed"):
            continue
        wrong = wrongly_sent(before, notice, day(after.complaint["received_on"]))
        assert not wrong, f"{notice['template']} was handed over: {wrong}"


def wrongly_sent(look: Look, notice: Row, on: date) -> str | None:
    """Return why a notice must not leave to a person outside, as far as that is plain from the rows."""
    party = next((row for row in look.rows("party") if row["id"] == notice["party_id"]), None)
    if party is None:
        return None
    if party["death_known_at"]:
        return "they have died"
    if party["retired_at"] or party["replaced_by"]:
        return "they have no part in it any more"
    needs = sorted(look.rows("contact_needs", party_id=party["id"]), key=lambda row: int(row["number"]))
    if needs and _UNSAFE[notice["channel"]] in needs[-1]["unsafe"]:
        return f"by {notice['channel']}, which is not safe"
    return "nothing covers that they are told" if _uncovered(look, notice, party, on) else None


def _uncovered(look: Look, notice: Row, party: Row, on: date) -> bool:
    """Say whether somebody is told about another with plainly nothing that covers it."""
    about = _concerned(look)
    if DISCLOSES.get(purpose_of(notice["template"]), Discloses.FINDINGS) in _BARELY or party["id"] == about:
        return False
    consents = look.rows("consent", recipient_id=party["id"])
    left = [row for row in consents if not (row["superseded_by"] or row["withdrawn_on"])]
    if any(row["expires_on"] is None or day(row["expires_on"]) >= on for row in left):
        return False
    decided = sorted(look.rows("standing", party_id=party["id"]), key=lambda row: str(row["decided_at"]))
    if decided:
        return not decided[-1]["may_speak"]
    if party["ground"] in _UNASKED or party["role"] == "mp" or _is_dead(look, about):
        return False
    return party["consent_basis"] not in _SHOWN


def _concerned(look: Look) -> str | None:
    people = [row for row in look.rows("party") if not row["replaced_by"] and not row["retired_at"]]
    affected = [row["id"] for row in people if row["role"] == "affected"]
    own = [row["id"] for row in people if row["role"] == "complainant" and row["ground"] is None]
    return next(iter(affected or own), None)


def _is_dead(look: Look, party_id: str | None) -> bool:
    return any(row["death_known_at"] for row in look.rows("party") if row["id"] == party_id)
