"""Which issues of a complaint are ours to find on, which are another body's, and what that body answered on them."""

from __future__ import annotations

from uuid import UUID

from activities.acts.case import Case
from db.models.casework import Issue
from db.models.joint import Contribution
from db.models.submissions import BodyAnswer, BodySubmission
from db.queries import joint
from db.queries import submissions_of_bodies as rows


async def others(case: Case) -> dict[UUID, Contribution]:
    """Return the issues that another body finds on, and signs off, with its contribution (R-51): no finding is ours."""
    return await rows.others_issues(case.session, case.complaint.id)


async def answers(case: Case, row: Contribution) -> list[BodyAnswer]:
    """Return what a body answered on issues that are still its own, as its last approved round has it."""
    approved = await rows.approved_round(case.session, row.id)
    return [] if approved is None else await _on_its_issues(case, row, approved)


async def lacking(case: Case, row: Contribution) -> list[Issue]:
    """Return the issues of a body that its latest round does not answer: all of them where it submitted nothing.

    On what is on hold nobody has to find.
    """
    latest = await rows.last_round(case.session, row.id)
    answered = set() if latest is None else {each.issue_id for each in await _on_its_issues(case, row, latest)}
    its = await joint.issues_of(case.session, row.id)
    return [issue for issue in its if issue.state == "open" and issue.id not in answered]


async def _on_its_issues(case: Case, row: Contribution, round_: BodySubmission) -> list[BodyAnswer]:
    its = {issue.id for issue in await joint.issues_of(case.session, row.id)}
    found = await rows.answers_of(case.session, row.id)
    return [answer for answer in found if answer.submission_id == round_.id and answer.issue_id in its]
