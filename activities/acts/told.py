"""Who was given which date of a clock: written when a letter with it goes out, and asked when the date moves."""

from __future__ import annotations

import re
from datetime import date
from typing import Final
from uuid import UUID

from activities.acts.case import Case
from contracts.notices import NoticeState
from db.models.clock import ClockRow
from db.models.promise import ToldDate
from db.models.work import Notice
from db.queries import tasks, told_dates
from policies.template_files import short_date

TELL: Final = "tell_new_date"
# A date that moved is told within as many working days as staff are told of a change of timescale.
_WITHIN_DAYS: Final = 2
_NOT_OUT: Final = (NoticeState.DRAFT.value, NoticeState.WITHHELD.value, NoticeState.DISCARDED.value)


async def told(
    case: Case,
    clock: ClockRow,
    generation: int,
    *,
    party_id: UUID | None = None,
    involvement_id: UUID | None = None,
    notice_id: UUID | None = None,
    contact_id: UUID | None = None,
    on: date | None = None,
) -> None:
    """Write down, once, that somebody was given the date that a clock had in one of its generations.

    With the present date, nobody need be asked any more to tell them.
    """
    version = await told_dates.version(case.session, clock.id, generation)
    whose = party_id or involvement_id
    if version is None or whose is None:
        return
    if not await told_dates.is_told(case.session, clock.id, generation, party_id, involvement_id):
        case.session.add(
            ToldDate(
                id=case.new_id(f"told/{clock.id}/{generation}/{whose}"),
                organisation_id=case.complaint.organisation_id,
                complaint_id=case.complaint.id,
                clock_id=clock.id,
                generation=generation,
                due_on=version.due_on,
                party_id=party_id,
                involvement_id=involvement_id,
                notice_id=notice_id,
                contact_id=contact_id,
                told_on=on or case.on,
                act_id=case.act.act_id,
                said_at=case.at,
            )
        )
    if generation == clock.generation:
        await _no_longer_asked(case, whose)


async def by_notice(case: Case, notice: Notice) -> None:
    """Write down which dates of the case's clocks a letter gives, as it goes out.

    The letter itself is read: a person may have changed its words before they released it.
    """
    if notice.state in _NOT_OUT or (notice.party_id is None and notice.involvement_id is None):
        return
    # The notice before what names it: the models declare no relationship that would order the two.
    await case.session.flush()
    text = f"{notice.subject}\n{notice.body}"
    for clock, version in await told_dates.dates_of(case.session, case.complaint.id):
        if gives(text, short_date(version.due_on)):
            await told(
                case,
                clock,
                version.generation,
                party_id=notice.party_id,
                involvement_id=notice.involvement_id,
                notice_id=notice.id,
            )


def gives(text: str, day: str) -> bool:
    """Say whether a text holds a day, as letters write it: the first of March is not in the eleventh."""
    return re.search(rf"(?<!\d){re.escape(day)}(?!\d)", text) is not None


async def moved(case: Case, clock: ClockRow) -> None:
    """Ask the owner to tell everybody who was given another date than a clock has by now, each in one task."""
    due_on = case.calendars.organisation.add_working_days(case.on, _WITHIN_DAYS)
    for each in await told_dates.last_given(case.session, clock.id):
        whose = each.party_id or each.involvement_id
        if each.due_on == clock.due_on or await tasks.is_open(case.session, case.complaint.id, TELL, whose):
            continue
        await case.task(TELL, "owner", name=str(whose), due_on=due_on, subject_id=whose)


async def _no_longer_asked(case: Case, whose: UUID) -> None:
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=whose, kind=TELL, done_by=case.actor_id, done=True
    )
