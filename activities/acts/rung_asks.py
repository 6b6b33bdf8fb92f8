"""Whom a rung reaches where its own words do not say it: whoever was asked for the very thing that it is about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from activities.acts import clearing, composing, severity
from activities.acts.case import Case
from db.models.clock import ClockRow
from db.models.organisation import Person
from db.models.triage import SeveritySetting
from policies.clock_rules import Reaches, StartEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A role that is asked, the person in it, and who is kept out of it."""

    role: str
    person: Person | None
    kept: Collection[UUID] = ()


async def of(case: Case, row: ClockRow, to: str) -> Asked | None:
    """Return whom a clock reaches in place of a role; None where it reaches whoever has the role."""
    starts = case.procedure.clock(row.kind).starts
    if starts is StartEvent.CLEARANCE and row.subject_id is None:
        return await _who_clears(case)
    if starts is StartEvent.LOWERING_ASKED and to == Reaches.RESPONSIBLE_PERSON.value:
        return await _who_agrees(case, row)
    return None


async def _who_clears(case: Case) -> Asked | None:
    """Return the office whose step it is, where several clear in turn: the same person as the step was asked of."""
    draft = await composing.pending(case)
    if draft is None:
        return None
    now = await clearing.standing(case, draft)
    if not now.left:
        return None
    return Asked(role=clearing.role_asked(now), person=await clearing.asked(case, draft, now))


async def _who_agrees(case: Case, row: ClockRow) -> Asked | None:
    setting = await case.session.get(SeveritySetting, row.subject_id)
    if setting is None:
        return None
    role, person, kept = await severity.second_person(case, setting)
    return Asked(role=role, person=person, kept=kept)
