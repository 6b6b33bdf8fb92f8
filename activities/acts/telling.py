"""Telling a member of staff what is complained of, putting that off for a reason, support, and an early end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from activities.acts import involved, ledger, letters, reach, staff_letters, staff_outcome
from activities.acts.case import Case, check, refuse_if
from activities.acts.involved import SUPPORTER
from activities.acts.involving import NOTICE, UPDATE, refuse_unidentified
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.involvements import InvolvementState
from contracts.notices import NoticeState
from db.involvement_said import DeferStaff, EndStaff, SupportStaff, TellStaff
from db.models.involvement import Involvement
from db.queries import notices, people, tasks
from policies import lawful

DEFERRAL: Final = "staff_deferral"
FOLLOW_UP: Final = "staff_follow_up"
SUPPORT: Final = "staff_support"
INVITATION: Final = "staff_invitation"
LONGEST_DEFERRAL: Final = timedelta(days=90)
_IN_PERSON: Final = "in_person"
# Why an involvement ended to whose member of staff nothing may leave any more.
_NOT_THEIRS_TO_READ: Final = ("died", "not_concerned")
_UNTOLD: Final = (InvolvementState.NAMED, InvolvementState.DEFERRED)
# Who may approve that somebody is not told, by appointment: a token alone is not enough.
_SENIORS: Final = ("complaints_manager", "responsible_person", "delegate", "senior_leader")


async def defer_staff(case: Case, said: DeferStaff) -> None:
    """Put off telling somebody whom it would harm to tell now, or what it would harm; said again, it is the review."""
    row = await _untold(case, said)
    refuse_if(not said.words.strip(), Refusal.REASON_NEEDED)
    refuse_if(said.review_on <= case.on, Refusal.DATE_IN_PAST)
    refuse_if(said.review_on > case.on + LONGEST_DEFERRAL, Refusal.BEYOND_CAP)
    await _check_approver(case, row, said)
    await involved.step(
        case, row, "deferral", case.on,
        about=said.reason, until=said.review_on, by_id=said.approver_id, words=said.words,
    )  # fmt: skip
    again = await ledger.meet_if_running(case, DEFERRAL, case.on, row.id) is not None
    await involved.stop(case, row, NOTICE, "deferred")
    row.state = InvolvementState.DEFERRED.value
    case.event(
        "staff.deferred",
        involvement_id=row.id,
        reason=said.reason,
        approver_id=said.approver_id,
        review_on=said.review_on,
        again=again,
    )
    await involved.begin(case, row, DEFERRAL, case.on, Terms(cause="deferred", given=said.review_on))


async def tell_staff(case: Case, said: TellStaff) -> None:
    """Write down that somebody was told, and draft the written follow-up with the details of support (R-27)."""
    row = await _untold(case, said)
    refuse_unidentified(row)
    check(lawful.happened(said.told_on, received_on=case.complaint.received_on, today=case.on))
    refuse_if(said.how != _IN_PERSON and not (said.words or "").strip(), Refusal.REASON_NEEDED)
    by_id = await involved.who_did(case, row, said.by_id)
    await involved.step(case, row, "telling", said.told_on, how=said.how, by_id=by_id, words=said.words)
    await involved.task_done(case, row, "tell_staff")
    await ledger.meet_if_running(case, NOTICE, said.told_on, row.id)
    await ledger.meet_if_running(case, DEFERRAL, said.told_on, row.id)
    row.state, row.told_on = InvolvementState.TOLD.value, said.told_on
    case.event("staff.told", involvement_id=row.id, told_on=said.told_on, how=said.how, by_id=by_id)
    await _begin_what_is_owed(case, row, said.told_on)
    await staff_outcome.told_late(case, row, case.on)
    await staff_letters.write_follow_up(case, row)


async def support_staff(case: Case, said: SupportStaff) -> None:
    """Write down that somebody spoke with a member of staff about how they are; it may be said again and again."""
    row = await involved.find_told(case, said.involvement_id)
    involved.refuse_own(case, row)
    check(lawful.happened(said.spoke_on, received_on=case.complaint.received_on, today=case.on))
    refuse_if(row.told_on is not None and said.spoke_on < row.told_on, Refusal.CONTRADICTS_RECORD)
    by_id = await involved.who_did(case, row, said.by_id)
    await involved.step(case, row, "support", said.spoke_on, how=said.how, by_id=by_id, words=said.words)
    case.event("staff.supported", involvement_id=row.id, spoke_on=said.spoke_on, how=said.how, by_id=by_id)
    await involved.task_done(case, row, "support_staff")
    await ledger.meet_if_running(case, SUPPORT, said.spoke_on, row.id)


async def end_staff(case: Case, said: EndStaff) -> None:
    """End an involvement early: nothing more is owed to this member of staff, and why."""
    row = await involved.find_for_others(case, said.involvement_id)
    refuse_if(not said.words.strip(), Refusal.REASON_NEEDED)
    await involved.step(case, row, "end", case.on, about=said.cause, words=said.words)
    if said.cause in _NOT_THEIRS_TO_READ:
        await _keep_letters_back(case, row)
    await involved.finish(case, row, said.cause)


async def _keep_letters_back(case: Case, row: Involvement) -> None:
    """Withhold the letters to a member of staff that were released and have not left."""
    for state in (NoticeState.RELEASED, NoticeState.QUEUED):
        for notice in await notices.in_state(case.session, case.complaint.id, state):
            if notice.involvement_id == row.id:
                await letters.keep_back(case, notice, reach.RETIRED)
                await tasks.end_open(case.session, case.complaint.id, at=case.at, notice_id=notice.id)


async def _untold(case: Case, said: DeferStaff | TellStaff) -> Involvement:
    row = await involved.find_for_others(case, said.involvement_id)
    refuse_if(row.state not in _UNTOLD, Refusal.ALREADY_TOLD)
    return row


async def _check_approver(case: Case, row: Involvement, said: DeferStaff) -> None:
    """Refuse an approver who is no senior, who asks for it themself, or who is too near to it."""
    approver = await people.active_person(case.session, said.approver_id)
    refuse_if(approver is None, Refusal.UNKNOWN_PERSON)
    refuse_if(said.approver_id in (case.actor_id, row.supporter_id, row.person_id), Refusal.NOT_AUTHORISED)
    senior = await people.holds_any(case.session, said.approver_id, _SENIORS, case.on)
    refuse_if(not senior, Refusal.NOT_AUTHORISED)


async def _begin_what_is_owed(case: Case, row: Involvement, told_on: date) -> None:
    """Start what is owed to somebody from the day on which they were told."""
    told = Terms(cause="told")
    await involved.begin(case, row, FOLLOW_UP, told_on, told)
    await involved.begin(case, row, INVITATION, told_on, told)
    await involved.begin(case, row, UPDATE, told_on, Terms(cause="told", days=row.update_every_days))
    clock = await involved.begin(case, row, SUPPORT, told_on, told)
    await case.task(
        "support_staff", SUPPORTER, name=str(row.id), due_on=clock.due_on, clock_id=clock.id, subject_id=row.id
    )
