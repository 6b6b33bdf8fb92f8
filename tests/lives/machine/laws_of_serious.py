"""The laws of serious cases: none is closed without a senior's hand on it, and what runs beside one goes on."""

from __future__ import annotations

from tests.lives.machine.answered import GRAVE
from tests.lives.machine.look import Look


def of_a_step(before: Look, after: Look) -> None:
    """Check what one step did to what runs beside a complaint, above all one that ended it."""
    if before.open and after.stage == "closed" and before.complaint["severity"] in GRAVE:
        assert _acknowledged(after), "a serious complaint was closed, and no senior acknowledged an escalation of it"
    if before.open and not after.open:
        _nothing_ended_with_it(before, after)


def of_a_case(look: Look) -> None:
    """Check how it stands: whoever is asked for a hand is asked, and what was to be passed on today is not lost."""
    kept = {row["proceeding_id"] for row in look.beside_running}
    for row in look.rows("proceeding", kind="escalation", state="asking"):
        assert row["id"] in kept, "an escalation asks, and no clock reminds of it"
    ended = {row["id"] for row in look.tables["proceeding"] if row["ended_on"] is not None}
    assert not kept & ended, "a clock runs for what has ended"
    if look.open:
        return
    owed = {row["id"] for row in look.rows("parallel_investigation", kind="safeguarding", referred_on=None)}
    raised = {row["subject_id"] for row in look.rows("escalation", cause="safeguarding")}
    assert owed <= raised, "a concern was not passed on when the complaint ended, and no senior hears of it"


def _acknowledged(look: Look) -> bool:
    found = [row for row in look.tables["escalation"] if row["acknowledged_at"] is not None]
    return any(row["cause"] == "severity" or row["level"] in GRAVE for row in found)


def _nothing_ended_with_it(before: Look, after: Look) -> None:
    """Check that the end of a complaint ends no proceeding but an escalation that only oversaw it."""
    now = {row["id"]: row for row in after.tables["proceeding"]}
    for row in before.rows("proceeding", ended_on=None):
        same = now[row["id"]]
        overseen = row["state"] == "decided"
        assert same["ended_on"] is None or overseen, f"a {row['kind']} ended with the complaint"
    running = {row["id"] for row in after.beside_running}
    for clock in before.beside_running:
        over = now[clock["proceeding_id"]]["ended_on"] is not None
        assert clock["id"] in running or over, f"{clock['kind']} stopped with the complaint"
