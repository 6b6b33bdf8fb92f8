"""Who still has to clear a draft of the response, and who may: each office of its chain in turn, by another person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.failures import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """Somebody cleared a draft for an office."""

    office: str
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearer:
    """Whoever is about to clear a draft, on that day.

    `holds`: the office whose turn it is is theirs, by appointment, as its deputy, on the rota, or as who stands in.
    `mitigated`: what makes it fair in a small body is on record.
    """

    person_id: UUID
    holds: bool
    investigated: bool = False
    mitigated: bool = False


def left(chain: Sequence[str], taken: Iterable[StepTaken]) -> tuple[str, ...]:
    """Return the offices of a chain that have not cleared yet, in turn."""
    done = {step.office for step in taken}
    return tuple(office for office in chain if office not in done)


def refusal(clearer: Clearer, *, written_by: UUID, taken: Iterable[StepTaken]) -> Refusal | None:
    """Return why somebody may not take the next step of a chain, or None where they may.

    Nobody clears what they wrote, nobody clears twice, and whoever investigated does not: but in a small body, with
    what makes it fair.
    """
    if not clearer.holds:
        return Refusal.NOT_AUTHORISED_TO_CLEAR
    again = clearer.person_id == written_by or any(step.person_id == clearer.person_id for step in taken)
    if again and not clearer.mitigated:
        return Refusal.SAME_PERSON
    if clearer.investigated and not clearer.mitigated:
        return Refusal.NOT_AUTHORISED_TO_CLEAR
    return None
