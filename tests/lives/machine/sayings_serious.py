"""What is said of how serious a complaint is, and by the seniors who are asked to put a hand on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from contracts.commands import CommandKind
from db import escalation_said as escalation
from db import triage_said as triage
from tests.lives.machine.draws import WORDS, Draws
from tests.lives.machine.sayings_early import Saying

_SENIORS = ("responsible_person", "senior_leader")


def assert_facts(d: Draws) -> Saying:
    what = triage.Triage(
        harm=d.one(None, "low", "severe", "none"),
        safeguarding=d.one(None, None, True, False),
        media=d.one(None, True),
        remark=d.one(None, WORDS),
    )
    return what, "handler"


def set_severity(d: Draws) -> Saying:
    severity = d.one("serious", "elevated", "routine", "immediate")
    return triage.SetSeverity(severity=severity, reason=WORDS), d.speaker("complaints_manager")


def decide_severity(d: Draws) -> Saying:
    what = triage.DecideSeverity(approve=d.one(True, False), reason=WORDS)
    return what, d.speaker("responsible_person", "senior_leader")


def raise_escalation(d: Draws) -> Saying:
    what = escalation.RaiseEscalation(reason=WORDS, level=d.one("serious", "elevated", "immediate"))
    return what, "complaints_manager"


def acknowledge(d: Draws) -> Saying:
    return escalation.AcknowledgeEscalation(escalation_id=_escalation(d, "asking")), d.speaker(*_SENIORS)


def pass_on(d: Draws) -> Saying:
    what = escalation.PassEscalation(escalation_id=_escalation(d, "asking"), reason=WORDS)
    return what, d.speaker(*_SENIORS)


def decide(d: Draws) -> Saying:
    decision = d.one("oversee", "no_further_action", "take_over", "panel", "independent_investigator")
    dated = decision in ("panel", "independent_investigator")
    what = escalation.DecideEscalation(
        escalation_id=_escalation(d, "acknowledged"),
        decision=decision,
        reason=WORDS,
        due_on=d.today + timedelta(days=20) if dated else None,
    )
    return what, d.speaker(*_SENIORS)


def follow(d: Draws) -> Saying:
    held_on = d.one(None, d.today)
    what = escalation.FollowEscalation(escalation_id=_escalation(d, "decided"), words=WORDS, held_on=held_on)
    return what, d.speaker(*_SENIORS)


def _escalation(d: Draws, state: str) -> UUID:
    """Choose an escalation: one of a state where there is any."""
    return d.id(d.look.ids("proceeding", kind="escalation", state=state) or d.look.ids("escalation"))


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
