"""What the acts with the staff complained about share: days checked, drafts overtaken, the end when all is done."""

from __future__ import annotations

from datetime import date
from typing import Final

from activities.acts import involved, ledger, letters
from activities.acts.case import Case, refuse_if
from activities.acts.letter_facts import purpose_of
from contracts.failures import Refusal
from contracts.involvements import InvolvementState
from db.models.involvement import Involvement
from db.queries import involvements, staff_comments, tasks

DONE: Final = "done"  # why an involvement ended that went its whole way


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
    """End an involvement when they know the outcome, were asked how it was, and nothing they said waits to be used.

    Not while the complaint is open: what was on hold, or a further tier, may have another outcome for them.
    """
    if case.complaint.open or row.state != InvolvementState.OUTCOME_TOLD.value:
        return
    asked = await staff_comments.experience_of(case.session, involvement_id=row.id)
    if asked is None or asked.answered_on is None:
        return
    owed = await ledger.running(case, "staff_outcome", row.id) is not None
    if not (owed or await staff_comments.is_any_unused(case.session, row.id)):
        await involved.finish(case, row, DONE)
