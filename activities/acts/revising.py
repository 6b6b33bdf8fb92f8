"""What a body submitted is sent back with the reason, or goes into the response as it stands (R-51).

Nothing here changes what the body found or concluded: that is its own, and it alone can submit it anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from activities.acts import body_actions, gaps, joint, joint_issues, ledger
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from activities.acts.submitting import REVIEW, TASK, review_of
from contracts.failures import Refusal
from contracts.joint import ContributionState as State
from db.joint_messages import Approved, RevisionRequested
from db.models.joint import Contribution
from db.models.submissions import BodySubmission
from db.queries import joint as contributions
from db.queries import submissions_of_bodies as rows
from db.queries import tasks, tiers
from db.submission_said import ApproveContribution, RequestRevision

SUPPLEMENT: Final = "supplement"
_REVISION: Final = "body_revision"
_COMMENT: Final = "body_comment"


async def request_revision(case: Case, said: RequestRevision) -> None:
    """Send back what a body submitted, with the reason and a date for the next round.

    So can what was approved, while no response has told it: what is said of the draft may ask for it.
    """
    row = await joint.find_live(case, said.contribution_id)
    refuse_if(said.due_on < case.on, Refusal.DATE_IN_PAST)
    if row.state == State.APPROVED:
        submission = await _approved(case, row, said.round)
    else:
        submission = await _to_look_at(case, row, said.round)
        case.session.add(review_of(case, submission, "sent_back", said.reason, said.due_on))
    await _looked_at(case, row)
    sent = await joint.post(
        case, row, RevisionRequested(round=submission.round, reason=said.reason, due_on=said.due_on)
    )
    refuse_if(sent is None, Refusal.CONSENT_MISSING)
    case.event("contribution.sent_back", **_of(row, submission), due_on=said.due_on)
    joint.move(case, row, State.REVISION_REQUESTED)
    if case.procedure.has_clock(_REVISION):
        terms = Terms(cause="sent_back", given=said.due_on, contribution_id=row.id)
        await ledger.arm(case, _REVISION, case.on, terms, row.id)


async def approve(case: Case, said: ApproveContribution) -> None:
    """Take what a body submitted into the response as it stands. Its actions are awaited from now on.

    A round that leaves issues out needs the gap named first. One that comes after the response owes a supplement.
    """
    row = await joint.find_live(case, said.contribution_id)
    submission = await _to_look_at(case, row, said.round)
    partial = bool(await joint_issues.lacking(case, row))
    refuse_if(partial and row.gap_named_on is None, Refusal.CONTRIBUTIONS_OPEN)
    # Whenever the body was named: what an answer that went out does not hold has to be told in another.
    late = await rows.is_answered(case.session, case.complaint.id, await _since(case))
    case.session.add(review_of(case, submission, "approved"))
    await _looked_at(case, row)
    case.event("contribution.approved", **_of(row, submission), partial=partial, late=late)
    row.approved_on = case.on
    joint.move(case, row, State.APPROVED)
    await joint.post(case, row, Approved(round=submission.round))
    await body_actions.await_all(case, row)
    if late:
        await _owe_supplement(case, row)
    elif row.gap_named_on is not None and not partial:
        await gaps.close(case, row, "approved")


async def _to_look_at(case: Case, row: Contribution, round_: int | None) -> BodySubmission:
    """Return the round that waits to be looked at: the latest, and the one that was read where that is said."""
    latest = await rows.last_round(case.session, row.id)
    waits = row.state == State.SUBMITTED and latest is not None
    if not waits or latest is None or await rows.is_reviewed(case.session, latest.id):
        raise Refused(Refusal.NOTHING_SUBMITTED)
    refuse_if(round_ not in (None, latest.round), Refusal.STALE_VERSION)
    return latest


async def _approved(case: Case, row: Contribution, round_: int | None) -> BodySubmission:
    """Take an approved round out of the response again. That it was approved stays on record, with the round."""
    submission = await rows.approved_round(case.session, row.id)
    if submission is None or await rows.is_answered(case.session, case.complaint.id, await _since(case)):
        raise Refused(Refusal.NOTHING_SUBMITTED)
    refuse_if(round_ not in (None, submission.round), Refusal.STALE_VERSION)
    row.approved_on = None
    for clock in await contributions.running_clocks(case.session, row.id):
        if clock.kind == _COMMENT:
            await ledger.stop(case, clock, "sent_back")  # the draft on which it was to comment is overtaken
    return submission


async def _since(case: Case) -> datetime | None:
    """Return when the tier began that answers now; None for the first."""
    return await tiers.entered_at(case.session, case.complaint.id, case.complaint.tier)


async def _looked_at(case: Case, row: Contribution) -> None:
    # As done, before the clock takes its own tasks away as overtaken.
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=TASK, done_by=case.actor_id, done=True
    )
    await ledger.meet_if_running(case, REVIEW, case.on, row.id)


async def _owe_supplement(case: Case, row: Contribution) -> None:
    """Have the person told what came after their response: a second letter, by its own date (R-54)."""
    clock = None
    if case.procedure.has_clock(SUPPLEMENT):
        clock = await ledger.arm(case, SUPPLEMENT, case.on, Terms(cause="part_came_late"), row.id)
    await case.task(
        "write_supplement",
        "owner",
        name=str(row.id),
        due_on=clock.due_on if clock else None,
        clock_id=clock.id if clock else None,
        subject_id=row.id,
    )


def _of(row: Contribution, submission: BodySubmission) -> dict[str, object]:
    return {
        "contribution_id": row.id,
        "body": row.code,
        "submission_id": submission.id,
        "round": submission.round,
    }
