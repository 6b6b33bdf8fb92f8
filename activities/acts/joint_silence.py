"""The person says nothing of the one draft: then there is nothing to weigh, and nothing is late."""

from __future__ import annotations

from typing import Final

from activities.acts import ledger
from activities.acts.case import Case
from db.models.clock import ClockRow
from db.models.joint_draft import JointDraft
from db.queries import joint_drafts

PERSON_CLOCK: Final = "person_comment"


async def over_in_silence(case: Case, clock: ClockRow) -> bool:
    """Meet the clock on the person's comments of which a rung fires with nothing to weigh. Say whether it was so.

    Whoever said nothing by the end of the time to comment owes nobody a word.
    """
    if clock.kind != PERSON_CLOCK or clock.subject_id is None:
        return False
    shared = await case.session.get(JointDraft, clock.subject_id)
    waits = shared is None or shared.comment_by is None or case.on <= shared.comment_by
    if waits or await joint_drafts.unweighed(case.session, [clock.subject_id]):
        return False
    case.event("joint_draft.person_said_nothing", joint_draft_id=clock.subject_id)
    await ledger.meet(case, clock, min(case.on, clock.due_on))
    return True
