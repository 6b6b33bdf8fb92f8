"""Decides about candour: what reaches the threshold, which elements are missing, who is told, and what is still owed.

Pure rules over what is on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.failures import Refusal
from contracts.proceedings import CandourState


class Harm(StrEnum):
    """How much harm an incident did, or may have done."""

    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    SEVERE = "severe"
    DEATH = "death"
    PROLONGED_PSYCHOLOGICAL = "prolonged_psychological"


class NoticeKind(StrEnum):
    """How the person is told, in the order in which they are."""

    IN_PERSON = "in_person"
    WRITTEN = "written"
    RESULTS = "results"


class Way(StrEnum):
    """How somebody is spoken to."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    CALL = "call"


class Element(StrEnum):
    """What a notice has to hold."""

    ACCOUNT = "account"  # all the facts known that day
    ENQUIRIES = "enquiries"  # what further enquiries are appropriate
    RESULTS = "results"
    APOLOGY = "apology"
    SUPPORT = "support"
    CONTACT = "contact"  # who to speak to
    REPRESENTATIVE = "representative"  # who told them, by name
    RECORD = "record"  # a written record of what was said


# Who says by appointment whether an incident is notifiable, and when nothing is owed any more.
ASSESSORS: Final = (
    "complaints_manager",
    "deputy_complaints_manager",
    "responsible_person",
    "delegate",
    "senior_leader",
)
_FOR_OTHERS: Final = frozenset({"child", "lacks_capacity"})


def reached(threshold: Iterable[str], harm: str) -> str | None:
    """Return the threshold that a harm reaches, or None."""
    return harm if harm in set(threshold) else None


def needs_reasons(*, notifiable: bool, reaches: str | None) -> bool:
    """Say whether an assessment cannot stand without reasons: not notifiable, or against its own threshold."""
    return not notifiable or reaches is None


def missing(mandatory: Sequence[str], given: Iterable[str]) -> tuple[str, ...]:
    """Return the mandatory elements that were not given, in the order of the rule set."""
    there = set(given)
    return tuple(each for each in mandatory if each not in there)


def known(became_known_on: date, happened_on: date | None, today: date) -> Refusal | None:
    """Check when an incident happened and became known: in this order, and not in the future."""
    if became_known_on > today or (happened_on is not None and happened_on > today):
        return Refusal.DATE_IN_FUTURE
    if happened_on is not None and happened_on > became_known_on:
        return Refusal.CONTRADICTS_RECORD
    return None


def done_on(on: date, *, became_known_on: date, today: date) -> Refusal | None:
    """Check the day on which something was done about an incident: not before it was known, not in the future."""
    if on > today:
        return Refusal.DATE_IN_FUTURE
    return Refusal.CONTRADICTS_RECORD if on < became_known_on else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Somebody outside, as far as it decides whether they are told. `ground` is why they speak for another.

    `turned_away`: it was decided that they may not speak for another.
    """

    id: UUID
    role: str
    died: bool = False
    ground: str | None = None
    turned_away: bool = False


def may_be_told(person: Outside, harmed: Outside | None) -> Refusal | None:
    """Say why somebody is not the relevant person: who was harmed, or acts lawfully for them (reg 20(7))."""
    if person.died:
        return Refusal.PERSON_HAS_DIED
    if harmed is not None and person.id == harmed.id:
        return None
    if person.turned_away:
        return Refusal.CONTRADICTS_RECORD
    if harmed is None or person.ground in _FOR_OTHERS:
        return None
    if harmed.died and (person.role == "complainant" or person.ground == "died"):
        return None
    return Refusal.CONTRADICTS_RECORD


def relevant(people: Sequence[Outside], harmed: Outside | None) -> UUID | None:
    """Return who is told where nobody was named: who acts for the one harmed, else that person; None for nobody."""
    first = sorted(people, key=lambda each: (each.role != "complainant", each.role))
    acting = [each for each in first if harmed is None or each.id != harmed.id]
    if harmed is not None and not harmed.died:
        acting = [each for each in acting if each.ground in _FOR_OTHERS]
    elif harmed is None:
        acting = [each for each in acting if each.role == "complainant"]
    fit = [each for each in acting if may_be_told(each, harmed) is None]
    if fit:
        return fit[0].id
    return harmed.id if harmed is not None and not harmed.died else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is on record of an incident that was assessed as notifiable.

    `open_enquiries` are announced in writing, and their results not told; `drafts` wait for somebody to release them.
    """

    state: str
    mandatory: bool
    supported: bool
    written: bool
    told_or_tried: bool
    open_enquiries: int = 0
    drafts: int = 0


def owed(standing: Standing) -> tuple[str, ...]:
    """Return, as codes, what is still owed to the person before nothing is."""
    needed = (
        ("in_person", standing.mandatory and not standing.told_or_tried),
        ("written", standing.mandatory and not standing.written),
        ("support", standing.mandatory and not standing.supported),
        ("results", standing.open_enquiries > 0),
        ("drafts", standing.drafts > 0),
    )
    return tuple(code for code, is_owed in needed if is_owed)


def is_written_to(state: str) -> bool:
    """Say whether the written notice has been released."""
    return state in (CandourState.TOLD_IN_WRITING, CandourState.RESULTS_TOLD)
