"""Decides whether somebody may have a part in a case: training, prior involvement, conflict, several roles at once.

What stands in the way is refused, or mitigated on record, as the procedure says (NHS Complaint Standards S4 T1, T3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contracts.failures import Refusal
from policies.procedure_rules import InvestigatorRule

INVESTIGATOR: Final = "investigator"
DECISION_MAKER: Final = "decision_maker"


class Ground(StrEnum):
    """Why a part in a case needs mitigation. The first two are declared, the others the record itself shows."""

    DECLARED_INVOLVEMENT = "declared_involvement"
    DECLARED_CONFLICT = "declared_conflict"
    HANDLED_ORIGINAL = "handled_original"  # owned, investigated or decided the complaint that was reopened
    HANDLED_TIER_BEFORE = "handled_tier_before"
    BOTH_PARTS = "both_parts"  # investigates and decides
    SEVERAL_ROLES = "several_roles"  # investigates, and is manager or signatory: a small body


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointee:
    """Somebody who is to have a part in a case, with what they declare and what the record shows of them.

    `barred`: who handled the tier before may not handle this one. `complained_about`: it is their own matter.
    """

    part: str
    prior_involvement: bool
    conflict: bool
    trained: bool
    mitigated: bool
    handled_original: bool = False
    handled_tier_before: bool = False
    barred: bool = False
    has_other_part: bool = False
    holds_office: bool = False  # complaints manager, or one who signs
    small_body: bool = False
    complained_about: bool = False


def grounds(who: Appointee) -> tuple[Ground, ...]:
    """Return everything about an appointment that has to be mitigated, if it is possible at all."""
    several = who.small_body and who.part == INVESTIGATOR and who.holds_office
    found = (
        (Ground.DECLARED_INVOLVEMENT, who.prior_involvement),
        (Ground.DECLARED_CONFLICT, who.conflict),
        (Ground.HANDLED_ORIGINAL, who.handled_original),
        (Ground.HANDLED_TIER_BEFORE, who.handled_tier_before),
        (Ground.BOTH_PARTS, who.has_other_part),
        (Ground.SEVERAL_ROLES, several),
    )
    return tuple(ground for ground, holds in found if holds)


def refusal(rule: InvestigatorRule | None, who: Appointee) -> Refusal | None:
    """Return why somebody may not have a part in a case, or None.

    What a procedure bars outright no mitigation lifts: in a small body somebody of another body stands in.
    """
    if who.barred:
        return Refusal.HANDLER_BARRED
    if who.complained_about:
        return Refusal.CONFLICT_OF_INTEREST
    if rule is None:
        return None
    if who.part == INVESTIGATOR and rule.training_required and not who.trained:
        return Refusal.NOT_TRAINED
    found = grounds(who)
    if Ground.BOTH_PARTS in found and not (who.small_body and rule.signs_alone == "small_body"):
        return Refusal.CONFLICT_OF_INTEREST
    roles_only = set(found) <= {Ground.BOTH_PARTS, Ground.SEVERAL_ROLES}
    if found and (not who.mitigated or (rule.conflict == "barred" and not roles_only)):
        return Refusal.CONFLICT_OF_INTEREST
    return None
