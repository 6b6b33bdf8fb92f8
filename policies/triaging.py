"""How serious a complaint is: a verdict over facts, with a reason for each rule that speaks. Pure rules.

Conditions only ask for more, so a further fact never lowers a verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from contracts.severities import SEVERITIES, Severity

Harm = Literal["none", "low", "moderate", "severe", "death"]
Parallel = Literal[
    "police", "coroner", "safeguarding", "patient_safety", "hr", "claim", "counter_fraud", "regulator", "other"
]

HARMS: Final[tuple[Harm, ...]] = ("none", "low", "moderate", "severe", "death")
# By appointment: who decides as second person that something is less serious than it was.
DECIDERS: Final = ("complaints_manager", "responsible_person", "delegate", "senior_leader")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a complaint that may make it serious: what people assert, and what is on record anyway.

    `parallel` are the kinds of what others investigate and have not ended; `upheld` counts issues upheld at least in
    part; `findings` and `comments` count what there is, so that a verdict says what it had before it.
    """

    harm: Harm = "none"
    psychological: bool = False
    immediate_risk: bool = False
    safeguarding: bool = False
    vulnerable: bool = False
    media: bool = False
    regulator: bool = False
    police: bool = False
    death: bool = False
    staff_safety: bool = False
    parallel: tuple[str, ...] = ()
    remedy_pence: int = 0
    incident: bool = False
    incident_harm: Harm = "none"
    recurrence: bool = False
    upheld: int = 0
    findings: int = 0
    comments: int = 0

    def plain(self) -> dict[str, Any]:
        """Return the facts as they are stored: codes, numbers and truth values; what says nothing is left out."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        kept = {name: value for name, value in said.items() if value not in (False, 0, (), "none")}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must hold for a rule to speak, all of it; None asks nothing. `parallel`: one of these kinds is enough."""

    harm: Harm | None = None
    incident_harm: Harm | None = None
    parallel: tuple[Parallel, ...] | None = None
    remedy_pounds: int | None = None
    upheld: int | None = None
    psychological: Literal[True] | None = None
    immediate_risk: Literal[True] | None = None
    safeguarding: Literal[True] | None = None
    vulnerable: Literal[True] | None = None
    media: Literal[True] | None = None
    regulator: Literal[True] | None = None
    police: Literal[True] | None = None
    death: Literal[True] | None = None
    staff_safety: Literal[True] | None = None
    incident: Literal[True] | None = None
    recurrence: Literal[True] | None = None

    def holds(self, facts: Facts) -> bool:
        """Say whether everything that is asked is so."""
        return all(_holds(each.name, getattr(self, each.name), facts) for each in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `second_person`: where it spoke, one person alone does not call the complaint less serious."""

    code: str
    severity: Severity
    when: Condition
    second_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A rule that spoke."""

    code: str
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How serious it is by the policy alone, and every reason for it."""

    severity: Severity
    reasons: tuple[Reason, ...]

    def beyond(self, weighed: Collection[str]) -> Severity:
        """Return how serious it is by those reasons alone that a person has not weighed yet."""
        return _highest(each.severity for each in self.reasons if each.code not in weighed)


def judge(facts: Facts, rules: Iterable[Rule]) -> Verdict:
    """Return the verdict of some rules over the facts: all of them speak, the highest counts."""
    reasons = tuple(Reason(code=rule.code, severity=rule.severity) for rule in rules if rule.when.holds(facts))
    return Verdict(severity=_highest(each.severity for each in reasons), reasons=reasons)


def rank(severity: str | None) -> int:
    """Return how high a severity is; nothing known is below all."""
    return -1 if severity is None else [*SEVERITIES].index(severity)  # type: ignore[arg-type]


def worst(harms: Iterable[str]) -> Harm:
    """Return the worst of some harms; what is not of the scale counts for none."""
    said = set(harms)
    known = [number for number, each in enumerate(HARMS) if each in said]
    return HARMS[max(known, default=0)]


def _highest(severities: Iterable[Severity]) -> Severity:
    return max(severities, key=rank, default="routine")


def _holds(name: str, asked: Any, facts: Facts) -> bool:
    if asked is None:
        return True
    if name in ("harm", "incident_harm"):
        return HARMS.index(getattr(facts, name)) >= HARMS.index(asked)
    if name == "parallel":
        return not set(asked).isdisjoint(facts.parallel)
    if name == "remedy_pounds":
        return facts.remedy_pence >= 100 * int(asked)
    if name == "upheld":
        return facts.upheld >= int(asked)
    return bool(getattr(facts, name))
