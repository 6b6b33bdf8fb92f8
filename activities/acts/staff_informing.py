"""The staff complained about are told how it stands: progress, a new date, the initial views, the outcome (R-19, R-29).

What is told by letter counts when that letter is released, not when it is drafted.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from activities.acts import action_letters, involved, ledger, staff_letters, told
from activities.acts.case import Case, refuse_if
from activities.acts.ledger import Terms
from activities.acts.letter_facts import purpose_of
from activities.acts.staff_records import EXPERIENCE, check_day, discard_drafts, end_if_done
from contracts.failures import Refusal
from contracts.involvements import InvolvementState
from contracts.notices import NoticeState
from db.models.clock import ClockRow
from db.models.involvement import Involvement
from db.models.work import Notice
from db.queries import casework, clocks, findings, parallel, staff_comments, tiers
from db.queries.requests import OF_THE_RESPONSE
from db.staff_said import InformStaff
from policies.calendars import local_date

UPDATE: Final = "staff_update"
CHANGE: Final = "staff_change"
VIEWS: Final = "staff_views"
OUTCOME: Final = "staff_outcome"
INVITATION: Final = "staff_invitation"
COMMENT: Final = "staff_comment"
# What each thing that they are told meets; and what has nothing left to say once they know the outcome.
CLOCKS: Final = {"change_of_timescale": CHANGE, "initial_views": VIEWS, "outcome": OUTCOME}
LETTERS: Final = {"progress": UPDATE, **CLOCKS}
OVERTAKEN: Final = (INVITATION, VIEWS, CHANGE)
_ANSWERED: Final = ("response.issued",)
_TOLD: Final = (InvolvementState.TOLD.value, InvolvementState.OUTCOME_TOLD.value)


async def inform(case: Case, said: InformStaff) -> None:
    """Record that a member of staff was told something; by letter today, draft one for somebody to release.

    A letter that is dated earlier has been sent already.
    """
    row = await involved.find_told(case, said.involvement_id)
    involved.refuse_own(case, row)
    check_day(case, row, said.informed_on)
    by_id = await involved.who_did(case, row, said.by_id)
    refuse_if(said.about == "outcome" and not await outcome_is_known(case), Refusal.NOT_IN_THIS_STAGE)
    if running := await _clock_on(case, row, said.about):
        # Nobody is told of something before it is there to tell.
        refuse_if(said.informed_on < running.started_on, Refusal.CONTRADICTS_RECORD)
    await discard_drafts(case, row, "overtaken", (LETTERS[said.about],))
    if said.how == "letter" and said.informed_on == case.on:
        case.event("staff.letter_wanted", involvement_id=row.id, about=said.about)
        await _draft(case, row, said)
    else:
        await have_told(case, row, said.about, said.informed_on, said.how, by_id, said.words)


async def released(case: Case, notice: Notice) -> None:
    """Count a letter to a member of staff that was just released as told, or as the invitation that it is."""
    if notice.involvement_id is None or notice.state == NoticeState.WITHHELD.value:
        return
    row = await case.session.get_one(Involvement, notice.involvement_id)
    if row.state not in _TOLD:
        return
    template = purpose_of(notice.template)
    if template == INVITATION:
        await ledger.meet_if_running(case, INVITATION, case.on, row.id)
    for about, letter in LETTERS.items():
        if letter == template:
            await have_told(case, row, about, case.on, "letter", case.actor_id)


async def have_told(
    case: Case, row: Involvement, about: str, on: date, how: str, by_id: UUID | None, words: str | None = None
) -> None:
    """Write down that they were told: it meets the clock on that, and the next update is due a rhythm later."""
    await involved.step(case, row, "information", on, about=about, how=how, by_id=by_id, words=words)
    case.event("staff.informed", involvement_id=row.id, about=about, how=how, informed_on=on, by_id=by_id)
    running = await _clock_on(case, row, about)
    if running is not None and running.started_on <= on:
        await ledger.meet(case, running, on)
    if about == "change_of_timescale":
        await _know_the_date(case, row, on)
    if about == "outcome":
        await _know_the_outcome(case, row, on)
        await action_letters.tell_what_was_done(case, row)
    else:
        await renew_update(case, row, on)


async def _know_the_date(case: Case, row: Involvement, on: date) -> None:
    """Remember that they were given the dates which the response is due by now, as far as those stood on that day."""
    for kind in OF_THE_RESPONSE:
        if clock := await ledger.running(case, kind):
            version = await clocks.version_of(case.session, clock.id, clock.generation)
            if local_date(version.made_at) <= on:
                await told.told(case, clock, clock.generation, involvement_id=row.id, on=on)


async def renew_update(case: Case, row: Involvement, on: date) -> None:
    """Meet the running clock of updates and start its next generation; an older update moves nothing."""
    running = await ledger.running(case, UPDATE, row.id)
    if running is None or on < running.started_on:
        return
    await ledger.meet(case, running, on)
    await involved.begin(case, row, UPDATE, on, Terms(cause="update_given", days=row.update_every_days))


async def outcome_is_known(case: Case) -> bool:
    """Say whether the complaint was answered, or has ended otherwise."""
    complaint = case.complaint
    if not complaint.open or complaint.outcome is not None:
        return True
    attempts = await casework.attempts_of(case.session, complaint.id)
    if any(each.result == "satisfied" for each in attempts):
        return True
    return await tiers.last_at(case.session, complaint.id, _ANSWERED) is not None


async def _know_the_outcome(case: Case, row: Involvement, on: date) -> None:
    """End what has no purpose once they know, and ask how it was. While issues are on hold, another outcome follows."""
    row.state, row.outcome_told_on = InvolvementState.OUTCOME_TOLD.value, on
    follows = case.complaint.open and bool(await parallel.holds_in_force(case.session, case.complaint.id))
    for kind in OVERTAKEN if follows else (*OVERTAKEN, UPDATE):
        await involved.stop(case, row, kind, "outcome_told")
    if not await staff_comments.is_any_unused(case.session, row.id):
        await involved.stop(case, row, COMMENT, "outcome_told")
    await discard_drafts(case, row, "outcome_told", (*OVERTAKEN, UPDATE, OUTCOME))
    if follows:
        await renew_update(case, row, on)
        return
    asked = await staff_comments.experience_of(case.session, involvement_id=row.id)
    if asked is None or asked.answered_on is None:
        await involved.begin(case, row, EXPERIENCE, on, Terms(cause="outcome_told"))
    await end_if_done(case, row)


async def _clock_on(case: Case, row: Involvement, about: str) -> ClockRow | None:
    return await ledger.running(case, CLOCKS[about], row.id) if about in CLOCKS else None


async def _draft(case: Case, row: Involvement, said: InformStaff) -> None:
    """Draft a letter with what is known, none of it about anybody else: the rest a person fills in."""
    facts: dict[str, Any] = {"staff_words": said.words or None}
    if said.about == "progress":
        await staff_letters.draft(case, UPDATE, facts | {"respond_by": await _respond_by(case)}, row)
    elif said.about == "change_of_timescale":
        await staff_letters.draft(case, CHANGE, facts | await _dates(case, row), row)
    elif said.about == "initial_views":
        await staff_letters.draft(case, VIEWS, facts | {"comment_by": await _comment_by(case)}, row)
    else:
        await staff_letters.draft(case, OUTCOME, facts, row)


async def _dates(case: Case, row: Involvement) -> dict[str, date]:
    """Return the date that they were given and that by which the response is due now, as extended perhaps twice."""
    extended = await staff_comments.extensions(case.session, case.complaint.id)
    if not extended:
        return {}
    owed = await ledger.running(case, CHANGE, row.id)
    since = [each for each in extended if owed is not None and local_date(each[1].made_at) >= owed.started_on]
    return {"due_on": (since or extended[-1:])[0][0].due_on, "new_due_on": extended[-1][1].due_on}


async def _comment_by(case: Case) -> date | None:
    """Return until when the initial views can be commented on, where that day has not passed."""
    shared = [each for each in await findings.rounds_of(case.session, case.complaint.id) if each.kind == "shared"]
    until = shared[-1].comment_until if shared else None
    return until if until is not None and until >= case.on else None


async def _respond_by(case: Case) -> date | None:
    """Return by when the person is to have the response, where a clock says so and that day has not passed."""
    for kind in OF_THE_RESPONSE:
        if running := await ledger.running(case, kind):
            return running.due_on if running.due_on >= case.on else None
    return None
