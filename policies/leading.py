"""Which of several bodies is proposed to coordinate a complaint: pure, with what each criterion came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Criterion(StrEnum):
    """What speaks for a body."""

    PERSON_PREFERENCE = "person_preference"
    MOST_SERIOUS = "most_serious"
    MOST_ISSUES = "most_issues"
    FIRST_RECIPIENT = "first_recipient"


class Result(StrEnum):
    """What a criterion came to."""

    DECIDES = "decides"  # one body is left
    NARROWS = "narrows"  # fewer are left, and more than one
    TIES = "ties"  # it speaks for all that are left
    UNKNOWN = "unknown"  # what it asks about is not on record, or is no body that is left
    NOT_REACHED = "not_reached"  # it was decided before


# Where all criteria leave more than one: whoever holds the complaint, else who was named first.
LAST: Final = "holds_the_complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyStanding:
    """A body as the criteria see it. `gravest` ranks its most serious issue: more is worse; None where nobody said."""

    code: str
    issues: int
    ours: bool = False
    gravest: int | None = None
    received_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """What one criterion came to, and which bodies it left."""

    criterion: Criterion
    result: Result
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Who should lead, by which criterion, and what each came to."""

    lead: str
    rule: str
    outcomes: tuple[CriterionResult, ...]


def propose(bodies: Sequence[BodyStanding], criteria: Sequence[Criterion], prefers: str | None = None) -> Proposal:
    """Propose a lead of at least one body. The bodies come in the order in which they were named, and we first."""
    left, rule = list(bodies), None
    outcomes = []
    for criterion in criteria:
        if rule is not None:
            result = Result.NOT_REACHED
        else:
            found = _for(criterion, left, prefers)
            result = _result(len(left), len(found))
            left = found or left
            rule = criterion.value if result is Result.DECIDES else None
        outcomes.append(CriterionResult(criterion=criterion, result=result, left=tuple(each.code for each in left)))
    lead = next((each for each in left if each.ours), left[0])
    return Proposal(lead=lead.code, rule=rule or LAST, outcomes=tuple(outcomes))


def _result(before: int, after: int) -> Result:
    if after == 0:
        return Result.UNKNOWN
    if after == 1 and before > 1:
        return Result.DECIDES
    return Result.TIES if after == before else Result.NARROWS


def _for(criterion: Criterion, bodies: Sequence[BodyStanding], prefers: str | None) -> list[BodyStanding]:
    """Return the bodies that a criterion speaks for; none where it cannot tell."""
    if criterion is Criterion.PERSON_PREFERENCE:
        return [each for each in bodies if each.code == prefers]
    if criterion is Criterion.FIRST_RECIPIENT:
        return [each for each in bodies if each.received_first]
    if criterion is Criterion.MOST_SERIOUS:
        if any(each.gravest is None for each in bodies):
            return []  # unknown of one, it may be the gravest of all
        worst = max(each.gravest or 0 for each in bodies)
        return [each for each in bodies if each.gravest == worst]
    most = max(each.issues for each in bodies)
    return [each for each in bodies if each.issues == most]
