"""Whether a complaint is handled: the time limit with its proof, who may speak for another, what other routes leave.

Pure rules over what a procedure says. Dates count in whole days, and the day of a limit is still in time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from contracts.failures import Refusal
from policies.calendars import add_months
from policies.procedure_rules import TimeLimitRule

# Roles whose bearer may speak for somebody else. Who writes in an office of their own has standing by it.
_SPEAKERS: Final = frozenset({"complainant", "representative", "advocate"})
_NAMED_FOR_IT: Final = frozenset({"representative", "advocate"})
_ADULT: Final = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """How a complaint stands to the time limit, and why: plain JSON that people can follow."""

    limit_on: date
    late: bool
    proof: dict[str, Any]


def dates_contradict(happened_on: date | None, noticed_on: date | None, received_on: date) -> bool:
    """Say whether the days of a matter cannot all be true: each is on or before the next."""
    known = [day for day in (happened_on, noticed_on, received_on) if day is not None]
    return known != sorted(known)


def reckon(
    rule: TimeLimitRule, *, happened_on: date | None, noticed_on: date | None, received_on: date
) -> Reckoning | None:
    """Return how a complaint stands to the time limit; None while no day of the matter is known.

    A day of notice that is not known is taken to be the day of the matter, and the proof says so: whoever decides
    can put it right.
    """
    known = [day for day in (happened_on, noticed_on) if day is not None]
    if not known:
        return None
    limit_on = add_months(max(known), rule.months)
    counted = {"what": "limit", "from": max(known).isoformat(), "months": rule.months, "on": limit_on.isoformat()}
    steps: list[dict[str, Any]] = [*_days(happened_on, noticed_on), counted]
    if rule.cap_months is not None and happened_on is not None:
        cap = add_months(happened_on, rule.cap_months)
        steps.append({"what": "cap", "months": rule.cap_months, "on": cap.isoformat(), "counts": cap < limit_on})
        limit_on = min(limit_on, cap)
    steps.append({"what": "received", "on": received_on.isoformat()})
    late = received_on > limit_on
    proof: dict[str, Any] = {"legal_basis": rule.legal_basis, "certainty": rule.certainty.value, "steps": steps}
    proof |= {"limit_on": limit_on.isoformat(), "late": late}
    return Reckoning(limit_on=limit_on, late=late, proof=proof)


def _days(happened_on: date | None, noticed_on: date | None) -> list[dict[str, Any]]:
    steps = [] if happened_on is None else [{"what": "happened", "on": happened_on.isoformat()}]
    noticed = {"what": "notice_not_known"} if noticed_on is None else {"what": "noticed", "on": noticed_on.isoformat()}
    return [*steps, noticed]


def any_unknown(rule: TimeLimitRule, findings: Collection[str]) -> bool:
    """Say whether a finding is none of the procedure's. Which one is not told: it is only what somebody wrote."""
    return bool(set(findings) - {each.code for each in rule.waiver})


def findings_missing(rule: TimeLimitRule, findings: Collection[str]) -> list[str]:
    """Return what a waiver still lacks, in the order of the procedure."""
    return [each.code for each in rule.waiver if each.code not in findings]


def may_be_heard_for_another(role: str) -> bool:
    """Say whether somebody in this role may be found to speak for another."""
    return role in _SPEAKERS


def needs_decision(role: str, ground: str | None, *, for_another: bool = False) -> bool:
    """Say whether it has to be decided if somebody may speak (SI 2009/309 reg 5).

    Who speaks for a person who died, and who speaks for nobody else, needs no decision. `for_another`: somebody else
    is named as the person affected, and lives; whoever complains then speaks for them, whatever ground they give.
    """
    if role not in _SPEAKERS:
        return False
    if for_another:
        return True
    return ground != "died" and (ground is not None or role in _NAMED_FOR_IT)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingFacts:
    """What was found about somebody who would speak for another.

    `born_on` is of the other; `died` says whether they are known to have died, where they are named.
    """

    ground: str
    capacity: str
    reasonable_grounds: bool | None
    best_interests: bool | None
    consent_basis: str | None
    born_on: date | None
    on: date
    died: bool | None = None


def standing_refused(facts: StandingFacts) -> tuple[Refusal, list[str]] | None:
    """Return why somebody cannot be found to speak for another, with the findings that are missing; else None."""
    grown = facts.born_on is not None and age_on(facts.born_on, facts.on) >= _ADULT
    contradicts = {
        "child": grown,
        "lacks_capacity": facts.capacity == "has",
        "asked": facts.capacity == "lacks",
        "died": facts.died is False,
    }
    if contradicts.get(facts.ground, False):
        return Refusal.CONTRADICTS_RECORD, []
    found = {
        "reasonable_grounds": facts.reasonable_grounds is True,
        "best_interests": facts.best_interests is True,
        "capacity": facts.capacity == "lacks",
        "consent_basis": facts.consent_basis not in (None, "none"),
    }
    needed = {
        "child": ("reasonable_grounds", "best_interests"),
        "lacks_capacity": ("capacity", "best_interests"),
        "asked": ("consent_basis",),
    }
    missing = [finding for finding in needed.get(facts.ground, ()) if not found[finding]]
    return (Refusal.FINDINGS_NEEDED, missing) if missing else None


def left_open(states: Mapping[Any, str]) -> bool:
    """Say whether an issue stays with the complaint, on hold or not. A complaint without issues is all there."""
    kept = [state for state in states.values() if state != "taken_back"]
    return not kept or any(state != "passed_on" for state in kept)


def age_on(born_on: date, on: date) -> int:
    """Return somebody's age in years on a day; who was born on 29 February is a year older from 1 March."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
