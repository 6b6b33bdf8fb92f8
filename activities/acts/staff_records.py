"""What the acts with the staff complained about share: days checked, drafts overtaken, the end when all is done."""

from __future__ import annotations

from datetime import date
from typing import Final

from activities.acts import involved, ledger, letters
from activities.acts.case import Case, refuse_if
from activities.acts.letter_facts import purpose_of
from contracts.failures import Refusal
from contracts.involvements import InvolvementState
from db.models.clock import ClockRow
from db.models.involvement import Involvement
from db.queries import involvements, staff_comments, tasks

# Why an involvement ended that went its whole way, with their answer and without.
DONE: Final = "done"
IN_VAIN: Final = "asked_in_vain"
EXPERIENCE: Final = "staff_experience"


def check_day(case: Case, row: Involvement, on: date) -> None:
    """Refuse a day in the future, and one before they were told."""
    refuse_if(on > case.on, Refusal.DATE_IN_FUTURE)
    refuse_if(row.told_on is not None and on < row.told_on, Refusal.CONTRADICTS_RECORD)


async def discard_drafts(case: Case, row: Involvement, cause: str, templates: tuple[str, ...]) -> None:
    """Discard the drafts to a member of staff, of some templates, that have nothing left to say."""
    drafts = await involvements.drafts_to(case.session, row.id)
    overtaken = [each for each in drafts if purpose_of(each.template) in templates]
    await letters.discard(case, overtaken, cause)
    for each in overtaken:
        await tasks.end_open(case.session, case.complaint.id, at=case.at, notice_id=each.id, kind="release_draft")


async def end_if_done(case: Case, row: Involvement) -> None:
    """End an involvement when they know the outcome, said how it was or were asked in vain, and nothing they said
    waits to be used.

    Not while the complaint is open: what was on hold, or a further tier, may have another outcome for them.
    """
    if case.complaint.open or row.state != InvolvementState.OUTCOME_TOLD.value:
        return
    asked = await staff_comments.experience_of(case.session, involvement_id=row.id)
    if asked is None:
        return
    for kind in (EXPERIENCE, "staff_outcome") if asked.answered_on is None else ("staff_outcome",):
        if await ledger.running(case, kind, row.id) is not None:
            return
    if not await staff_comments.is_any_unused(case.session, row.id):
        await involved.finish(case, row, IN_VAIN if asked.answered_on is None else DONE)


async def over_in_vain(case: Case, clock: ClockRow) -> bool:
    """Meet a clock on asking how it was when somebody was asked in good time and has not answered. Say if it was so.

    Nobody is made to answer: asking was what was owed, and the involvement ends with it.
    """
    if clock.kind != EXPERIENCE or clock.involvement_id is None or case.on <= clock.due_on:
        return False
    asked = await staff_comments.experience_of(case.session, involvement_id=clock.involvement_id)
    if asked is None or asked.asked_on is None:
        return False
    case.event("experience.not_answered", involvement_id=clock.involvement_id)
    await ledger.meet(case, clock, min(case.on, clock.due_on))
    await end_if_done(case, await case.session.get_one(Involvement, clock.involvement_id))
    return True
