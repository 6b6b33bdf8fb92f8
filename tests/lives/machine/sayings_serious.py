"""What is said of how serious a complaint is, and by the seniors who are asked to put a hand on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from contracts.commands import CommandKind
from db import escalation_said as escalation
from db import triage_said as triage
from tests.lives.machine.draws import NOBODY, WORDS, Draws
from tests.lives.machine.look import Row
from tests.lives.machine.sayings_early import Saying

SENIORS = ("senior_leader", "responsible_person")
# Whoever is no senior, or is no longer with us: what they say of an escalation is refused.
_OTHERS = ("handler", "auditor", "complaints_manager")


def assert_facts(d: Draws) -> Saying:
    what = triage.Triage(
        harm=d.one("low", "severe", None, "death", "none"),
        safeguarding=d.one(None, None, True, False),
        vulnerable=d.one(None, None, True, False),
        immediate_risk=d.one(None, None, None, True, False),
        police=d.one(None, True, False),
        media=d.one(None, True, False),
        remark=d.one(None, WORDS),
    )
    return what, d.speaker("handler", "complaints_manager")


def set_severity(d: Draws) -> Saying:
    """Say that it is more serious, or less; mostly not what it is already."""
    there = d.look.complaint["severity"]
    others = [each for each in ("serious", "elevated", "routine", "immediate", "serious") if each != there]
    severity = d.mostly(d.one(*others), there or "routine")
    return triage.SetSeverity(severity=severity, reason=WORDS), d.speaker("complaints_manager", "responsible_person")


def decide_severity(d: Draws) -> Saying:
    """A second person agrees, or not; wrongly the same person, or one who is no senior."""
    pending = d.row(d.look.rows("severity_setting", state="pending"))
    asked_by = pending["asked_by"] if pending else None
    free = [each for each in SENIORS if str(d.body.person(each)) != asked_by]
    approve = d.one(True, False)
    what = triage.DecideSeverity(approve=approve, reason=WORDS if approve else d.mostly(WORDS, None))
    return what, d.mostly(d.one(*free), *_OTHERS, *SENIORS)


def raise_escalation(d: Draws) -> Saying:
    what = escalation.RaiseEscalation(
        reason=WORDS,
        cause=d.one("person", "safeguarding"),
        level=d.one("serious", "elevated", "immediate"),
    )
    return what, d.speaker("complaints_manager", "handler")


def acknowledge(d: Draws) -> Saying:
    """Whoever was called has it in hand, or another senior."""
    row = _one(d, "asking")
    by = d.mostly(d.one(*_called(d, row), *SENIORS), *_OTHERS)
    return escalation.AcknowledgeEscalation(escalation_id=_id(d, row)), by


def pass_on(d: Draws) -> Saying:
    """Whoever was called cannot take it; now and then somebody says so who was not."""
    row = _one(d, "asking")
    by = d.mostly(d.one(*(_called(d, row) or SENIORS)), *_OTHERS, *SENIORS)
    return escalation.PassEscalation(escalation_id=_id(d, row), reason=WORDS), by


def decide(d: Draws) -> Saying:
    row = _one(d, "acknowledged", "decided")
    decision = d.one("oversee", "panel", "take_over", "independent_investigator", "no_further_action")
    dated = decision in ("panel", "independent_investigator")
    right, past = d.today + timedelta(days=d.one(20, 5, 60)), d.today - timedelta(days=1)
    what = escalation.DecideEscalation(
        escalation_id=_id(d, row),
        decision=decision,
        reason=d.mostly(WORDS, " "),
        due_on=d.mostly(right, None, past) if dated else d.mostly(None, right),
    )
    return what, _in_hand(d, row)


def follow(d: Draws) -> Saying:
    """A look, or what came of what was decided. A panel was held since; wrongly tomorrow, or not at all."""
    row = _one(d, "decided")
    said = d.look.rows("escalation", id=row["id"]) if row else []
    panel = bool(said) and said[0]["decision"] == "panel"
    held_on: date | None = d.mostly(d.today, None, d.today + timedelta(days=1), d.received_on) if panel else None
    what = escalation.FollowEscalation(escalation_id=_id(d, row), words=d.mostly(WORDS, " "), held_on=held_on)
    return what, _in_hand(d, row)


def role_of(d: Draws, person_id: str | None) -> str | None:
    """Return the role by which somebody of the organisation is known."""
    return next((role for role, each in d.body.people.items() if str(each) == person_id), None)


def _called(d: Draws, row: Row | None) -> list[str]:
    """Return who was called about an escalation and has not answered, by role."""
    calls = d.look.rows("escalation_call", escalation_id=row["id"], outcome="called") if row else []
    found = {role_of(d, call["person_id"]) for call in calls}
    return sorted(each for each in found if each is not None)


def _in_hand(d: Draws, row: Row | None) -> str:
    """Choose who decides: whoever has it in hand, or the responsible person."""
    said = d.look.rows("escalation", id=row["id"]) if row else []
    theirs = [role for each in said if (role := role_of(d, each["acknowledged_by"])) is not None]
    return d.mostly(d.one(*theirs, "responsible_person"), *_OTHERS, *SENIORS)


def _one(d: Draws, *states: str) -> Row | None:
    """Choose an escalation: one in a state, if there is any; else any."""
    rows = d.look.rows("proceeding", kind="escalation")
    fit = [row for row in rows if row["state"] in states]
    return d.row(fit) or d.row(rows)


def _id(d: Draws, row: Row | None) -> UUID:
    return NOBODY if row is None else d.mostly(UUID(row["id"]), NOBODY, UUID(d.look.complaint["id"]))


SERIOUS: dict[CommandKind, Callable[[Draws], Saying]] = {
    CommandKind.TRIAGE: assert_facts,
    CommandKind.SET_SEVERITY: set_severity,
    CommandKind.DECIDE_SEVERITY: decide_severity,
    CommandKind.RAISE_ESCALATION: raise_escalation,
    CommandKind.ACKNOWLEDGE_ESCALATION: acknowledge,
    CommandKind.PASS_ESCALATION: pass_on,
    CommandKind.DECIDE_ESCALATION: decide,
    CommandKind.FOLLOW_ESCALATION: follow,
}
