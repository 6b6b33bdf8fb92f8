"""A timescale changed: everybody else who was given the old date gets a letter of their own, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from activities.acts import letters
from activities.acts.case import Case
from contracts.notices import NoticeState
from db.models.clock import ClockRow
from db.models.complaint import Party
from db.models.promise import ToldDate
from db.queries import notices, told_dates

TEMPLATE: Final = "new_date"
# So many drafts have a clock of their own: what a verdict hands to the workflow stays small, however many were told.
_CLOCKED: Final = 2
# Whoever has a draft to release has it in this many working days.
_WITHIN_DAYS: Final = 2


async def changed(case: Case, clock: ClockRow, old_due_on: date, reason: str) -> None:
    """Draft a letter to everybody but the complainant who was given another date than the clock has now.

    The complainant has a letter already, and so has whoever gets copies of it. Staff are told by those who support
    them.
    """
    given = [each for each in await told_dates.last_given(case.session, clock.id) if each.due_on != clock.due_on]
    written = await notices.parties_of_act(case.session, case.act.act_id)
    mine = (await letters.complainant(case)).id
    others = [each for each in given if each.party_id not in (None, mine, *written)]
    case.event(
        "timescale.changed",
        clock_id=clock.id,
        clock=clock.kind,
        old_due_on=old_due_on,
        due_on=clock.due_on,
        parties=len(others),
        staff=sum(each.involvement_id is not None for each in given),
    )
    await _write(case, clock, others, reason)


async def _write(case: Case, clock: ClockRow, others: Iterable[ToldDate], reason: str) -> None:
    """Draft the letters, each with a task to release it. No complaint is closed while one of them is a draft."""
    due_on = case.calendars.organisation.add_working_days(case.on, _WITHIN_DAYS)
    for number, each in enumerate(others):
        party = await case.session.get_one(Party, each.party_id)
        facts = {"due_on": each.due_on, "new_due_on": clock.due_on, "reason": reason}
        if number < _CLOCKED:
            await letters.draft(case, TEMPLATE, facts, party)
            continue
        notice = await letters.to_person(case, TEMPLATE, facts, NoticeState.DRAFT, party)
        await case.task("release_draft", "owner", name=str(notice.id), due_on=due_on, notice_id=notice.id)
