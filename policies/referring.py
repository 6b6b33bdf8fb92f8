"""Judges what is said of a referral: its dates, its decisions, and what is still owed before it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.failures import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """How a referral stands: what of it is open."""

    kind: str
    decided: bool
    enquiries_open: int
    recommendations: int
    not_complied: int
    not_told: int
    letters_in_draft: int
    learned: bool


def happened(on: date, *, since: date, today: date) -> Refusal | None:
    """Check the day of something that followed something else: not before it, and not in the future."""
    if on > today:
        return Refusal.DATE_IN_FUTURE
    return Refusal.CONTRADICTS_RECORD if on < since else None


def enquiry(basis: str, due_on: date | None, *, asked_on: date, reg_16: bool) -> Refusal | None:
    """Check an enquiry: only a body that regulation 16 names asks under it, and then the regulation sets the date."""
    if basis == "reg_16":
        return None if reg_16 and due_on is None else Refusal.CONTRADICTS_RECORD
    if due_on is None:
        return Refusal.REASON_NEEDED
    return Refusal.DATE_NOT_LATER if due_on < asked_on else None


def decision(
    kind: str,
    *,
    before: Sequence[str],
    decided_on: date,
    comments_by: date | None,
    outcome: str | None,
    targets: Sequence[date],
) -> Refusal | None:
    """Check a decision against those before it: nothing follows one that ends the matter."""
    if {"final", "not_investigated"} & set(before):
        return Refusal.CONTRADICTS_RECORD
    if kind != "final" and targets:
        return Refusal.CONTRADICTS_RECORD
    if kind == "final" and outcome is None:
        return Refusal.REASON_NEEDED
    if (kind == "preliminary") != (comments_by is not None):
        return Refusal.CONTRADICTS_RECORD
    early = [each for each in (comments_by, *targets) if each is not None and each < decided_on]
    return Refusal.DATE_NOT_LATER if early else None


def owed(found: Owed) -> tuple[str, ...]:
    """Return what is still owed before a referral is done, as codes."""
    codes = {
        "enquiry_answered": found.enquiries_open > 0,
        "decision_received": found.kind == "ombudsman" and not found.decided,
        "recommendation_complied": found.not_complied > 0,
        "compliance_told": found.not_told > 0,
        "person_told": found.letters_in_draft > 0,
        "learning_published": found.recommendations > 0 and not found.learned,
    }
    return tuple(code for code, open_ in codes.items() if open_)
