"""The shapes of what is said of how serious a complaint is: facts that are asserted, and a severity that people set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from contracts.commands import CommandKind
from contracts.severities import Severity

Harm = Literal["none", "low", "moderate", "severe", "death"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """Somebody asserts facts that may make a complaint serious. None says nothing, False takes back what was said.

    `harm` is what care is said to have led to; `immediate_risk` that somebody may be at risk now.
    """

    harm: Harm | None = None
    psychological: bool | None = None
    immediate_risk: bool | None = None
    safeguarding: bool | None = None
    vulnerable: bool | None = None
    media: bool | None = None
    regulator: bool | None = None
    police: bool | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSeverity:
    """A person says that a complaint is more serious, or less, than it was; and why."""

    severity: Severity
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideSeverity:
    """A second person agrees that a complaint is less serious, or does not."""

    approve: bool
    reason: str | None = None


TriageSaid = Triage | SetSeverity | DecideSeverity

TRIAGE_SHAPES: Final[dict[CommandKind, type[TriageSaid]]] = {
    CommandKind.TRIAGE: Triage,
    CommandKind.SET_SEVERITY: SetSeverity,
    CommandKind.DECIDE_SEVERITY: DecideSeverity,
}
