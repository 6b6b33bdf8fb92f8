"""Who may sign a response, and in which capacity: never whoever investigated alone, but in a small body (R-38)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contracts.failures import Refusal
from policies.procedure import Procedure
from policies.procedure_rules import Signatory

# The roles whose holders sign: the responsible person, or a person authorised to act, their delegate (SI 2009/309
# regs 4(2) and 14(2)). The decision-maker is no office: the case says who it is.
ROLES: Final[dict[Signatory, tuple[str, ...]]] = {
    Signatory.RESPONSIBLE_PERSON: ("responsible_person",),
    Signatory.AUTHORISED_PERSON: ("authorised_signatory", "delegate"),
    Signatory.DECISION_MAKER: (),
}
_TITLES: Final = {
    Signatory.RESPONSIBLE_PERSON: "Responsible person",
    Signatory.AUTHORISED_PERSON: "Authorised to sign",
    Signatory.DECISION_MAKER: "Decision-maker",
}
_SMALL_BODY: Final = "small_body"
# Whoever clears a draft for signature, beside the decision-maker of the case.
_CLEARS: Final = frozenset({"complaints_manager", "deputy_complaints_manager", "responsible_person", "delegate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a person is to a case on the day of the signature.

    `roles` are those they are appointed to. `mitigated`: what makes it fair that they investigated is on record.
    """

    roles: frozenset[str]
    decision_maker: bool = False
    investigated: bool = False
    mitigated: bool = False
    small_body: bool = False


def capacity(procedure: Procedure, standing: Standing) -> Signatory | None:
    """Return in which capacity a person may sign under a procedure, if they may."""
    for signatory in procedure.signatories:
        if signatory is Signatory.DECISION_MAKER and standing.decision_maker:
            return signatory
        if standing.roles & set(ROLES[signatory]):
            return signatory
    return None


def refusal(procedure: Procedure, standing: Standing) -> Refusal | None:
    """Return why a person may not sign, or None where they may."""
    if capacity(procedure, standing) is None:
        return Refusal.NOT_AUTHORISED_TO_SIGN
    rule = procedure.investigator
    if rule is None or not standing.investigated:
        return None
    excused = rule.signs_alone == _SMALL_BODY and standing.small_body and standing.mitigated
    return None if excused else Refusal.SIGNED_BY_INVESTIGATOR


def may_clear(standing: Standing) -> bool:
    """Say whether a person may clear a draft for signature, or send it back."""
    return standing.decision_maker or bool(standing.roles & _CLEARS)


def title(signatory: Signatory) -> str:
    """Return what stands under the name of whoever signs."""
    return _TITLES[signatory]
