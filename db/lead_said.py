"""The shapes of what is said of who coordinates a complaint of several bodies, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.commands import CommandKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeLead:
    """Who should lead: as the rule proposes, or a body by its code, with the reason; and whom the person prefers."""

    lead: str | None = None
    reason: str | None = None
    person_prefers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadDecider:
    """Who of a body decided, by its code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideLead:
    """Who leads is decided, or moved later. Where it was disputed, with who decided it on each side."""

    lead: str
    reason: str
    deciders: tuple[LeadDecider, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetJointTimescale:
    """By when contributions come, and by when the person has the response. A change has a reason."""

    contribute_by: date
    respond_by: date
    reason: str | None = None


LeadSaid = ProposeLead | DecideLead | SetJointTimescale
LEAD_SHAPES: Final[dict[CommandKind, type[LeadSaid]]] = {
    CommandKind.PROPOSE_LEAD: ProposeLead,
    CommandKind.DECIDE_LEAD: DecideLead,
    CommandKind.SET_JOINT_TIMESCALE: SetJointTimescale,
}
