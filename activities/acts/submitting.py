"""A body submits its part: what it did about its own issues, found and concluded, signed off by itself (R-51)."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from activities.acts import body_actions, body_files, joint, ledger
from activities.acts.case import Case, refuse_if
from activities.acts.heard_on import heard_on
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.joint import ContributionState as State
from db.joint_messages import Submission
from db.models.joint import Contribution
from db.models.submissions import BodyAnswer, BodyReview, BodySubmission
from db.queries import joint as contributions
from db.queries import submissions_of_bodies as rows
from db.queries import tasks
from policies.letters import has_blanks

REVIEW: Final = "contribution_review"
TASK: Final = "review_contribution"
# What a body owes until it has submitted its part.
OWED: Final = ("body_contribution", "body_revision")
_NOT_YET: Final = frozenset({State.INVITED, State.DECLINED})
_MOST: Final = 50  # issues, actions or files of one message


async def submit(case: Case, row: Contribution, said: Submission) -> None:
    """Take in a round of a body's part: all of it, or none of it where anything is not its own to say.

    One that comes before anybody has looked at the last takes its place. Issues left out are allowed, and shown.
    """
    late = await _check(case, row, said)
    issues = {issue.number: issue.id for issue in await contributions.issues_of(case.session, row.id)}
    numbers = [answer.number for answer in said.issues]
    refuse_if(not numbers or not set(numbers) <= issues.keys(), Refusal.NOT_THEIR_ISSUE)
    refuse_if(len(set(numbers)) < len(numbers), Refusal.CONTRADICTS_RECORD)
    replaced = await _replace(case, row)
    submission = await _keep(case, row, said, issues, late=late)
    await body_actions.promised(case, row, submission, said.actions)
    counted = {"issues": len(numbers), "missing": len(issues) - len(numbers), "actions": len(said.actions)}
    about = {"contribution_id": row.id, "body": row.code, "submission_id": submission.id, "round": submission.round}
    case.event("contribution.submitted", **about, **counted, replaces=replaced, late=late)
    row.submitted_on = submission.submitted_on
    row.approved_on = row.approved_on if late else None  # what the response told stays approved
    joint.move(case, row, State.SUBMITTED)
    joint.touch(case, row)
    for kind in OWED:
        await ledger.meet_if_running(case, kind, submission.submitted_on, row.id)
    await _have_it_looked_at(case, row)


async def _check(case: Case, row: Contribution, said: Submission) -> bool:
    """Refuse what cannot be submitted now. Say whether the response was signed without it."""
    refuse_if(row.state == State.RELEASED, Refusal.CONTRIBUTION_RELEASED)
    refuse_if(row.state == State.CONSENT_BLOCKED or not row.open_to_body, Refusal.CONSENT_MISSING)
    refuse_if(State(row.state) in _NOT_YET, Refusal.NOT_ACCEPTED_YET)
    refuse_if(not case.complaint.open, Refusal.COMPLAINT_CLOSED)
    refuse_if(not said.signed_by.strip() or not said.signed_role.strip(), Refusal.UNKNOWN_SIGNATORY)
    refuse_if(any(not each.did.strip() or not each.found.strip() for each in said.issues), Refusal.REASON_NEEDED)
    refuse_if(any(has_blanks(words) for words in _words(said)), Refusal.BLANKS_LEFT)
    refuse_if(max(len(said.issues), len(said.actions), len(said.file_ids)) > _MOST, Refusal.CONTRADICTS_RECORD)
    return await rows.response_signed_since(case.session, row)


def _words(said: Submission) -> list[str]:
    """Return all words that go into the response as the body wrote them."""
    answers = [words for each in said.issues for words in (each.did, each.found, each.remedy or "")]
    return [*answers, *(each.what for each in said.actions), said.signed_by, said.signed_role]


async def _replace(case: Case, row: Contribution) -> int | None:
    """Let a new round take the place of one that nobody has looked at, and return the number of that."""
    latest = await rows.last_round(case.session, row.id)
    if latest is None or await rows.is_reviewed(case.session, latest.id):
        return None
    case.session.add(review_of(case, latest, "replaced"))
    await case.session.flush()
    return latest.round


def review_of(
    case: Case, submission: BodySubmission, result: str, reason: str | None = None, due_on: date | None = None
) -> BodyReview:
    """Return what becomes of a round, not yet stored."""
    return BodyReview(
        id=case.new_id(f"body_review/{submission.id}"),
        organisation_id=submission.organisation_id,
        complaint_id=submission.complaint_id,
        submission_id=submission.id,
        result=result,
        reason=reason,
        due_on=due_on,
        decided_by=case.actor_id,
        decided_at=case.at,
        act_id=case.act.act_id,
    )


async def _keep(
    case: Case, row: Contribution, said: Submission, issues: dict[int, UUID], *, late: bool
) -> BodySubmission:
    row.round += 1
    owner = {"organisation_id": row.organisation_id, "complaint_id": row.complaint_id}
    submission = BodySubmission(
        id=case.new_id(f"body_submission/{row.id}/{row.round}"),
        **owner,
        contribution_id=row.id,
        round=row.round,
        signed_by=said.signed_by,
        signed_role=said.signed_role,
        submitted_on=heard_on(case),
        late=late,
        act_id=case.act.act_id,
        said_at=case.at,
    )
    case.session.add(submission)
    await case.session.flush()
    for each in said.issues:
        case.session.add(
            BodyAnswer(
                id=case.new_id(f"body_answer/{submission.id}/{each.number}"),
                **owner,
                submission_id=submission.id,
                issue_id=issues[each.number],
                number=each.number,
                did=each.did,
                found=each.found,
                conclusion=each.conclusion,
                remedy=each.remedy,
            )
        )
    await body_files.name(case, row, said.file_ids, submission.id)
    return submission


async def _have_it_looked_at(case: Case, row: Contribution) -> None:
    """Ask the owner to approve it or to send it back, with a clock: it is our turn now."""
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=TASK)
    clock = None
    if case.procedure.has_clock(REVIEW):
        clock = await ledger.arm(case, REVIEW, case.on, Terms(cause="submitted"), row.id)
    await case.task(
        TASK,
        "owner",
        name=str(row.id),
        due_on=clock.due_on if clock else None,
        clock_id=clock.id if clock else None,
        subject_id=row.id,
    )
