"""The rhythm of updates: when the person hears next, and what a letter has said of that already."""

from __future__ import annotations

from datetime import date
from typing import Final

from activities.acts import told
from activities.acts.case import Case
from db.models.work import Notice
from policies.calendars import local_date
from policies.clocks import derive
from policies.template_files import short_date

UPDATE: Final = "next_update"


def next_update_on(case: Case, given_on: date) -> date | None:
    """Return by when the person hears from us again, if they are given an update on a day."""
    every = case.complaint.update_every_days
    if every is None or not case.procedure.has_clock(UPDATE):
        return None
    return derive(case.procedure.clock(UPDATE), started_on=given_on, calendars=case.calendars, days=every).due_on


def days_until_next(case: Case, given_on: date, letter: Notice | None) -> int:
    """Return in how many days the next update is due: the rhythm, or sooner where the letter itself says so.

    A draft names the day that was right when it was written; released some days later, it still binds.
    """
    every = case.complaint.update_every_days
    assert every is not None  # nothing is renewed without a rhythm
    if letter is None:
        return every
    said = next_update_on(case, local_date(letter.drafted_at))
    named = said is not None and told.gives(letter.body, short_date(said))
    if said is None or not named or said <= given_on:
        return every
    return min(every, (said - given_on).days)
