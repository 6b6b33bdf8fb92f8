"""What a contributing body may say to the one that coordinates, by where its own part stands: pure checks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from contracts.failures import Refusal

RECEIVED, CONTRIBUTING, SUBMITTED, APPROVED = "received", "contributing", "submitted", "approved"
DECLINED, SEPARATE = "declined", "separate"
_TAKES_PART: Final = frozenset({CONTRIBUTING, SUBMITTED, APPROVED})
_STAGES: Final[dict[str, Collection[str]]] = {
    "accept": frozenset({RECEIVED, DECLINED}),
    "decline": frozenset({RECEIVED, CONTRIBUTING}),
    "lead_view": frozenset({RECEIVED}) | _TAKES_PART,
    "timescale_view": frozenset({RECEIVED}) | _TAKES_PART,
    "information": _TAKES_PART,
    "submission": _TAKES_PART,
    "draft_comment": _TAKES_PART,
    "attendance": frozenset({RECEIVED}) | _TAKES_PART,
    "action_done": _TAKES_PART,
}


def refusal(kind: str, stage: str) -> Refusal | None:
    """Return why something may not be said now, or None where it may."""
    stages = _STAGES.get(kind)
    if stages is None:
        return Refusal.PROTOCOL_NOT_SPOKEN
    if stage in stages:
        return None
    if stage == SEPARATE:
        return Refusal.CONSENT_MISSING
    return Refusal.NOT_ACCEPTED_YET if stage == RECEIVED else Refusal.NOT_IN_THIS_STAGE


def theirs(answered: Collection[int], ours: Collection[int]) -> Refusal | None:
    """Refuse an answer to an issue that is not ours, or two to one (R-51)."""
    if len(set(answered)) != len(answered):
        return Refusal.CONTRADICTS_RECORD
    return Refusal.NOT_THEIR_ISSUE if set(answered) - set(ours) else None
