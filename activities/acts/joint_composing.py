"""Gathers what other bodies say for the one response, and what of it is missing. Changes nothing."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Final
from uuid import UUID

from activities.acts.case import Case
from contracts.joint import ContributionState
from db.models.casework import Issue
from db.models.joint import Contribution
from db.models.response import ResponseDraft
from db.models.submissions import BodySubmission
from db.queries import casework, findings, response
from db.queries import joint as joint_rows
from db.queries import submissions_of_bodies as submitted
from policies.joint_composing import BodyAnswer, BodyPart, BodyPromise, Gap, IssueOfBody, Joint, Why

_GROUNDS: Final = {"late": Why.LATE, "declined": Why.DECLINED, "consent": Why.NO_CONSENT}
# What a body will do, or has done already.
_PROMISED: Final = ("promised", "done", "settled")


async def joint_of(case: Case) -> Joint | None:
    """Return what the response tells of other bodies; None where none contributes."""
    rows = await joint_rows.of_complaint(case.session, case.complaint.id)
    if not rows:
        return None
    issued = await issued_of(case)
    theirs = await submitted.others_issues(case.session, case.complaint.id)
    issues = {issue.id: issue for issue in await casework.issues_of(case.session, case.complaint.id)}
    numbers = tuple(sorted(issues[issue_id].number for issue_id in theirs if issue_id in issues))
    told = set(issued[0].parts) if issued else set()
    parts = [part for row in rows if (part := await _part(case, row, told, theirs)) is not None]
    new = [part for part in parts if part.key not in told]
    if issued and new:
        before = set(issued[0].findings)
        told_before = await _numbers_told(case, before)
        return Joint(parts=tuple(new), gaps=(), theirs=numbers, adds_to=issued[-1].issued_on, told_before=told_before)
    gaps = [gap for row in rows if (gap := await gap_of(case, row, theirs)) is not None]
    if not parts and not gaps and not numbers:
        return None
    return Joint(parts=tuple(parts), gaps=tuple(gaps), theirs=numbers)


async def keys_told(case: Case) -> list[str]:
    """Return which rounds of which contributions a draft tells, with those that were told before it."""
    joint = await joint_of(case)
    issued = await issued_of(case)
    before = set(issued[0].parts) if issued else set()
    return sorted(before | {part.key for part in joint.parts} if joint is not None else before)


async def issued_of(case: Case) -> list[ResponseDraft]:
    """Return the responses of the present tier that went out, the latest first."""
    drafts = await response.drafts_of(case.session, case.complaint.id)
    return [draft for draft in drafts if draft.issued_on is not None and draft.tier == case.complaint.tier]


def key_of(round_: BodySubmission) -> str:
    """Return how a draft remembers a round that it tells."""
    return f"{round_.contribution_id}/{round_.round}"


def is_split(row: Contribution) -> bool:
    """Say whether a body answers its part itself, because nothing more may be shared with it."""
    return row.split_on is not None and row.state == ContributionState.CONSENT_BLOCKED


async def gap_of(case: Case, row: Contribution, theirs: Mapping[UUID, Contribution]) -> Gap | None:
    """Return what the response says is missing of a body, where that was named, or where the case split from it.

    That stays so though the body was let go of, as long as nobody else has its issues.
    """
    released = row.state == ContributionState.RELEASED
    apart = is_split(row) or (released and row.split_on is not None and row.approved_on is None)
    if row.state == ContributionState.APPROVED or (released and not apart):
        return None
    named = (await submitted.open_gaps(case.session, case.complaint.id)).get(row.id)
    if named is None and row.gap_named_on is None and not apart:
        return None
    if apart:
        why = Why.NO_CONSENT
    elif row.state == ContributionState.DECLINED:
        why = Why.DECLINED
    else:
        why = _GROUNDS.get(named.ground, Why.LATE) if named is not None else Why.LATE
    issues = [each for each in await joint_rows.issues_of(case.session, row.id) if _still(row, each.id, theirs)]
    return Gap(name=row.name, why=why, issues=tuple(_told(issue) for issue in issues)) if issues or not apart else None


def _still(row: Contribution, issue_id: UUID, theirs: Mapping[UUID, Contribution]) -> bool:
    """Say whether an issue is this body's: one that was let go of may have been followed by another."""
    return issue_id in theirs and theirs[issue_id].id == row.id


def _is_approved(row: Contribution) -> bool:
    """Say whether the part of a body stands: it was approved, and whether it was let go of since is no matter."""
    released = row.state == ContributionState.RELEASED and row.approved_on is not None
    return row.state == ContributionState.APPROVED or released


async def _part(case: Case, row: Contribution, told: set[str], theirs: Mapping[UUID, Contribution]) -> BodyPart | None:
    """Return the part of a body: approved now, or told by a response that went out already."""
    round_ = await submitted.approved_round(case.session, row.id)
    if round_ is None or not (_is_approved(row) or key_of(round_) in told):
        return None
    issues = {issue.id: issue for issue in await casework.issues_of(case.session, case.complaint.id)}
    answers = [each for each in await submitted.answers_of(case.session, row.id) if each.submission_id == round_.id]
    owed = [each for each in await joint_rows.issues_of(case.session, row.id) if _still(row, each.id, theirs)]
    if key_of(round_) not in told:
        its = {issue.id for issue in owed}  # an issue may have become another body's since
        answers = [answer for answer in answers if answer.issue_id in its]
        if not answers:
            return None
    answered = {answer.issue_id for answer in answers}
    return BodyPart(
        key=key_of(round_),
        name=row.name,
        answers=tuple(
            BodyAnswer(
                issue=_told(issues[each.issue_id]),
                did=each.did,
                found=each.found,
                conclusion=each.conclusion,
                remedy=each.remedy,
            )
            for each in answers
        ),
        promises=tuple(
            BodyPromise(what=each.what, due_on=each.due_on)
            for each in await submitted.actions_of(case.session, row.id)
            if each.state in _PROMISED and each.submission_id == round_.id
        ),
        signed_by=round_.signed_by,
        signed_role=round_.signed_role,
        unanswered=_unanswered(owed, answered),
    )


def _unanswered(owed: Sequence[Issue], answered: Container[UUID]) -> tuple[IssueOfBody, ...]:
    return tuple(_told(issue) for issue in owed if issue.id not in answered)


def _told(issue: Issue) -> IssueOfBody:
    return IssueOfBody(number=issue.number, summary=issue.summary)


async def _numbers_told(case: Case, findings_told: set[str]) -> tuple[int, ...]:
    """Return the numbers of our own issues of which a response told the finding that stands now."""

    present = await findings.present(case.session, case.complaint.id)
    issues = await casework.issues_of(case.session, case.complaint.id)
    return tuple(issue.number for issue in issues if issue.id in present and str(present[issue.id].id) in findings_told)
