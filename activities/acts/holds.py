"""Issues on hold for what others investigate: decided by a named senior, told to the person, reviewed by date.

A hold touches issues only. No clock stops for it, and none may be stopped here but the one on its own review.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from activities.acts import ledger, letters
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from activities.acts.named_issues import named
from activities.acts.parallel import OVER, investigation
from activities.acts.requests import response_due_on
from contracts.failures import Refusal
from db.models.casework import Issue
from db.models.parallel import HeldIssue, HoldReview, IssueHold
from db.queries import casework, parallel, people, tasks
from db.request_said import HoldIssues, ReviewHold
from policies import requests as rules

CLOCK: Final = "hold_review"
ON_HOLD: Final = "on_hold"
_IN_FORCE: Final = "in_force"
# Who decides by appointment: a token alone is not enough.
_SENIORS: Final = ("responsible_person", "delegate", "senior_leader")


async def hold_issues(case: Case, said: HoldIssues) -> None:
    """Put issues on hold, until a day on which it is reviewed; draft the letter that tells the person."""
    await _check_senior(case, said.decided_by)
    beside = await investigation(case, said.parallel_id)
    refuse_if(beside.status in OVER, Refusal.CONTRADICTS_RECORD)
    refuse_if(not said.issue_ids, Refusal.UNKNOWN_ISSUE)
    issues = await named(case, said.issue_ids)
    check(rules.review(said.review_on, today=case.on))
    await _refuse_repeat(case, beside.id, issues)
    hold = _row(case, said)
    case.session.add(hold)
    await case.session.flush()
    for issue in issues:
        case.session.add(HeldIssue(id=case.new_id(f"held/{issue.id}"), **_of(hold), issue_id=issue.id))
        issue.state = ON_HOLD
        case.event("issue.held", issue_id=issue.id, hold_id=hold.id)
    case.event(
        "hold.decided",
        hold_id=hold.id,
        investigation_id=beside.id,
        issues=len(issues),
        review_on=hold.review_on,
        decided_by=hold.decided_by,
    )
    await _review_by(case, hold, "held")
    facts = {"held_issues": _listed(issues), "review_on": hold.review_on, "respond_by": await response_due_on(case)}
    await letters.draft(case, "hold", facts)


async def review_hold(case: Case, said: ReviewHold) -> None:
    """Lift a hold, or let it go on until another day; either way the person is told."""
    if case.actor_id is None:
        raise Refused(Refusal.NOT_AUTHORISED_TO_HOLD)
    await _check_senior(case, case.actor_id)
    hold = await case.session.get(IssueHold, said.hold_id)
    if hold is None or hold.complaint_id != case.complaint.id or hold.state != _IN_FORCE:
        raise Refused(Refusal.UNKNOWN_HOLD)
    if not said.lifted:
        check(rules.review(said.review_on, today=case.on))
    case.session.add(_review(case, hold, case.actor_id, said))
    await ledger.meet_if_running(case, CLOCK, case.on, hold.id)
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=hold.id, kind="review_hold", done_by=case.actor_id,
        done=True,
    )  # fmt: skip
    await (_lift(case, hold) if said.lifted else _go_on(case, hold, said))


async def end_with_case(case: Case) -> None:
    """End the holds of a case that has ended."""
    for hold in await parallel.holds_in_force(case.session, case.complaint.id):
        hold.state, hold.ended_at = "ended", case.at
        case.event("hold.ended", hold_id=hold.id)


async def nothing_is_held(case: Case) -> bool:
    """Say whether no issue waits for what others investigate."""
    return all(issue.state != ON_HOLD for issue in await casework.issues_of(case.session, case.complaint.id))


async def _lift(case: Case, hold: IssueHold) -> None:
    """Take up the issues again, but for those that another hold covers as well."""
    hold.state, hold.ended_at = "lifted", case.at
    covered = await parallel.covered_by_hold(case.session, hold.id)
    elsewhere = await parallel.held_elsewhere(case.session, case.complaint.id, hold.id)
    free = [issue for issue in covered if issue.state == ON_HOLD and issue.id not in elsewhere]
    for issue in free:
        issue.state = "open"
        case.event("issue.taken_up", issue_id=issue.id, hold_id=hold.id)
    case.event("hold.lifted", hold_id=hold.id, issues=len(free))
    await _overtake(case)
    if free:
        facts = {"held_issues": _listed(free), "respond_by": await response_due_on(case)}
        await letters.draft(case, "hold_lifted", facts)


async def _go_on(case: Case, hold: IssueHold, said: ReviewHold) -> None:
    assert said.review_on is not None  # checked above
    covered = await parallel.covered_by_hold(case.session, hold.id)
    waiting = [issue for issue in covered if issue.state == ON_HOLD]
    refuse_if(not waiting, Refusal.CONTRADICTS_RECORD)  # all were taken back: it is lifted, not prolonged
    hold.review_on = said.review_on
    case.event("hold.goes_on", hold_id=hold.id, review_on=hold.review_on)
    await _review_by(case, hold, "goes_on")
    facts = {"held_issues": _listed(waiting), "review_on": hold.review_on}
    await letters.draft(case, "hold_goes_on", facts)


async def _overtake(case: Case) -> None:
    """Discard drafts that say of the present that something waits, where nothing does any more."""
    if await nothing_is_held(case):
        for template in ("hold", "hold_goes_on"):
            await letters.discard(case, await letters.unreleased(case, template), "hold_lifted")


async def _check_senior(case: Case, decided_by: UUID) -> None:
    """Refuse a decision that is not the actor's own, or not that of a senior by appointment on this day."""
    refuse_if(await people.active_person(case.session, decided_by) is None, Refusal.UNKNOWN_PERSON)
    refuse_if(case.actor_id != decided_by, Refusal.NOT_AUTHORISED_TO_HOLD)
    senior = await people.holds_any(case.session, decided_by, _SENIORS, case.on)
    refuse_if(not senior, Refusal.NOT_AUTHORISED_TO_HOLD)


async def _refuse_repeat(case: Case, investigation_id: UUID, issues: Iterable[Issue]) -> None:
    """Refuse to hold again, for the same investigation, what is on hold for it already."""
    same = {
        hold.id
        for hold in await parallel.holds_in_force(case.session, case.complaint.id)
        if hold.investigation_id == investigation_id
    }
    held = {
        each.issue_id for each in await parallel.held_issues(case.session, case.complaint.id) if each.hold_id in same
    }
    refuse_if(any(issue.id in held for issue in issues), Refusal.NOTHING_CHANGES)


async def _review_by(case: Case, hold: IssueHold, cause: str) -> None:
    if not case.procedure.has_clock(CLOCK):
        return
    # Met in this very act by a review: it runs again from here.
    clock = await ledger.arm(case, CLOCK, case.on, Terms(cause=cause, given=hold.review_on), hold.id)
    if clock.id in case.stopped:
        case.stopped.remove(clock.id)


def _listed(issues: Iterable[Issue]) -> str:
    return "\n".join(f"{issue.number}. {issue.summary}" for issue in issues)


def _row(case: Case, said: HoldIssues) -> IssueHold:
    return IssueHold(
        id=case.new_id("hold"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        investigation_id=said.parallel_id,
        reason=said.reason,
        review_on=said.review_on,
        decided_by=said.decided_by,
        decided_on=case.on,
        state=_IN_FORCE,
        act_id=case.act.act_id,
    )


def _review(case: Case, hold: IssueHold, senior: UUID, said: ReviewHold) -> HoldReview:
    return HoldReview(
        id=case.new_id("hold_review"),
        **_of(hold),
        lifted=said.lifted,
        reason=said.reason,
        review_on=None if said.lifted else said.review_on,
        decided_by=senior,
        decided_on=case.on,
        said_at=case.at,
        act_id=case.act.act_id,
    )


def _of(hold: IssueHold) -> dict[str, Any]:
    return {"organisation_id": hold.organisation_id, "complaint_id": hold.complaint_id, "hold_id": hold.id}
