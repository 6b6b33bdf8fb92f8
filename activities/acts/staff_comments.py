"""The staff complained about are asked to comment, say something, and see how it was used (R-28)."""

from __future__ import annotations

from datetime import date
from typing import Final

from activities.acts import involved, ledger, staff_letters
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from activities.acts.staff_records import check_day, discard_drafts, end_if_done
from contracts.failures import Refusal
from db.models.clock import ClockRow
from db.models.involvement import Involvement
from db.models.staff_comment import StaffComment
from db.queries import staff_comments, tasks
from db.staff_said import InviteStaff, RecordStaffComment, UseStaffComment
from policies import views
from policies.views import Window

INVITATION: Final = "staff_invitation"  # the clock on asking them, and the letter that does
CLOCK: Final = "staff_comment"
USE: Final = "use_staff_comment"
# So many working days somebody has to comment, at least and at most: a day far away would hold up the weighing.
LEAST: Final = 3
MOST: Final = 30
_ABOUT: Final = {
    "allegation": "what is complained of",
    "initial_views": "our initial views",
    "plan": "the plan of the investigation",
    "other": "the complaint",
}


async def invite(case: Case, said: InviteStaff) -> None:
    """Ask a member of staff to comment, by a day. The clock on weighing it starts; asked again, it starts anew.

    By letter today, one is drafted, and they count as asked when it is released. An earlier letter has been sent.
    """
    row = await involved.find_told(case, said.involvement_id)
    involved.refuse_own(case, row)
    check_day(case, row, said.invited_on)
    window = _window(case, said)
    drafted = said.how == "letter" and said.invited_on == case.on
    await involved.step(
        case, row, "invitation", said.invited_on, about=said.about, how=said.how, until=window.until,
        by_id=case.actor_id, words=said.words,
    )  # fmt: skip
    case.event(
        "staff.invited",
        involvement_id=row.id,
        about=said.about,
        how=said.how,
        invited_on=said.invited_on,
        comment_by=window.until,
    )
    await ledger.arm(case, CLOCK, said.invited_on, Terms(cause="invited", days=window.weigh_days), row.id)
    await discard_drafts(case, row, "invited_anew", (INVITATION,))
    if not drafted:
        await ledger.meet_if_running(case, INVITATION, said.invited_on, row.id)
        return
    facts = {"comment_on": _ABOUT[said.about], "comment_by": window.until, "staff_words": said.words or None}
    await staff_letters.draft(case, INVITATION, facts, row)


def _window(case: Case, said: InviteStaff) -> Window:
    rule = case.procedure.clock(CLOCK)
    window = views.window(rule, said.invited_on, said.comment_by, case.calendars.organisation)
    assert window is not None  # the clock is counted in working days
    refuse_if(said.comment_by is not None and not LEAST <= window.days <= MOST, Refusal.WINDOW_NOT_ALLOWED)
    return window


async def record(case: Case, said: RecordStaffComment) -> None:
    """Record what a member of staff said. A late comment is marked so, and weighed all the same."""
    row = await involved.find_told(case, said.involvement_id)
    check_day(case, row, said.received_on)
    case.involved.add(row.id)
    until = await staff_comments.comment_until(case.session, row.id)
    comment = _comment(
        case,
        row,
        said,
        number=1 + await staff_comments.comments_made(case.session, row.id),
        late=until is not None and said.received_on > until,
    )
    case.session.add(comment)
    await case.session.flush()
    case.event(
        "staff.commented",
        involvement_id=row.id,
        comment_id=comment.id,
        number=comment.number,
        about=comment.about,
        received_on=comment.received_on,
        late=comment.late,
        themselves=comment.themselves,
    )
    clock = await _to_be_weighed(case, row, said.received_on)
    await case.task(
        USE, "investigator", name=str(comment.id), due_on=clock.due_on, clock_id=clock.id, subject_id=comment.id
    )


def _comment(case: Case, row: Involvement, said: RecordStaffComment, *, number: int, late: bool) -> StaffComment:
    themselves = case.actor_id is not None and case.actor_id == row.person_id
    return StaffComment(
        id=case.new_id("comment"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        involvement_id=row.id,
        number=number,
        about=said.about,
        words=said.words,
        received_on=said.received_on,
        late=late,
        themselves=themselves,
        through_id=None if themselves else case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
    )


async def _to_be_weighed(case: Case, row: Involvement, received_on: date) -> ClockRow:
    """Return the clock on weighing comments: that of the invitation, or one of its own where that runs no more."""
    if running := await ledger.running(case, CLOCK, row.id):
        return running
    margin = case.procedure.clock(CLOCK).margin
    return await ledger.arm(case, CLOCK, received_on, Terms(cause="commented", days=margin), row.id)


async def use(case: Case, said: UseStaffComment) -> None:
    """Record how a comment was used. With none left to weigh, the clock on it is met."""
    row = await involved.find_told(case, said.involvement_id)
    comment = await case.session.get(StaffComment, said.comment_id)
    if comment is None or comment.involvement_id != row.id:
        raise Refused(Refusal.UNKNOWN_COMMENT)
    refuse_if(comment.effect is not None, Refusal.NOTHING_CHANGES)
    refuse_if(said.effect != "accepted" and not said.words, Refusal.REASON_NEEDED)
    # Nobody weighs what they said themselves.
    refuse_if(case.actor_id is not None and case.actor_id == row.person_id, Refusal.SAME_PERSON)
    comment.effect, comment.effect_words = said.effect, said.words
    comment.used_on, comment.used_by = case.on, case.actor_id
    case.event("staff.comment_used", involvement_id=row.id, comment_id=comment.id, effect=said.effect, used_on=case.on)
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=comment.id, kind=USE, done_by=case.actor_id, done=True
    )
    await case.session.flush()
    if not await staff_comments.is_any_unused(case.session, row.id):
        await ledger.meet_if_running(case, CLOCK, case.on, row.id)
        await end_if_done(case, row)


async def over_in_silence(case: Case, clock: ClockRow) -> bool:
    """Meet a clock on weighing comments of which a rung fires with nothing to weigh. Say whether it was so.

    The time to comment is over before the first rung: whoever said nothing by then owes nobody a word. Whoever was
    not asked, because the letter that asks them is still a draft, was not silent.
    """
    if clock.kind != CLOCK or clock.involvement_id is None:
        return False
    asked = await ledger.running(case, INVITATION, clock.involvement_id) is None
    if not asked or await staff_comments.is_any_unused(case.session, clock.involvement_id):
        return False
    case.event("staff.said_nothing", involvement_id=clock.involvement_id)
    await ledger.meet(case, clock, min(case.on, clock.due_on))
    return True
