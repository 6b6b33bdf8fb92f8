"""Which running clocks a calendar moves: each is derived again, on the terms on which it runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from activities.acts.redating import derived_again, may_move, terms_again
from db.models.change_set import ChangeSet
from db.models.clock import ClockRow, ClockVersion
from db.models.complaint import Complaint
from policies.calendars import ClosedDay
from policies.clocks import Calendars
from policies.procedure_files import load_procedures


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One clock whose due date is another by some calendars."""

    organisation_id: UUID
    complaint_id: UUID
    clock_id: UUID
    generation: int
    old_due_on: date
    new_due_on: date


def moves_of(found: Iterable[tuple[Complaint, ClockRow, ClockVersion]], calendars: Calendars) -> Iterator[Move]:
    """Yield the clocks whose due date is not what these calendars give."""
    procedures = load_procedures()
    for complaint, row, version in found:
        rule = procedures.governing(complaint).clock(row.kind)
        if not may_move(rule):
            continue
        terms = terms_again(rule, row, version, complaint.update_every_days)
        due_on = derived_again(rule, row, terms, calendars).due_on
        if due_on != row.due_on:
            yield Move(
                organisation_id=complaint.organisation_id,
                complaint_id=complaint.id,
                clock_id=row.id,
                generation=row.generation,
                old_due_on=row.due_on,
                new_due_on=due_on,
            )


def with_proposed(calendars: Calendars, change: ChangeSet) -> Calendars:
    """Return the calendars as they would be with a proposed day.

    A nation's day lies in both; an organisation's only in its own, so that it can never reach a statutory clock.
    """
    day = ClosedDay(day=change.day, name=change.name, opens=change.opens)
    if change.scope != "nation":
        return replace(calendars, organisation=calendars.organisation.with_closures([day]))
    return Calendars(
        nation=replace(calendars.nation, corrections={**calendars.nation.corrections, day.day: day}),
        organisation=replace(calendars.organisation, corrections={**calendars.organisation.corrections, day.day: day}),
    )
