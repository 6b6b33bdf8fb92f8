"""Findings on the issues of a complaint, every version of them, and the outcome that they add up to."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Examiner
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.findings import Findings, FindingSaid, FindingShown, IssueFound, OutcomeShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries.casework import issues_of
from db.queries.findings import versions_of
from db.queries.submissions_of_bodies import others_issues

router = APIRouter(prefix="/v1/complaints/{reference}/findings", tags=["casework"])


@router.get("", operation_id="getFindings", response_model=Findings, responses=problems(*ONE_READ))
async def get_findings(visit: VisitDep) -> Findings:
    """Show what was found on each issue, what was found before that, and the outcome of the case so far."""
    async with visit.found() as (session, found):
        issues = await issues_of(session, found.id)
        rows = await versions_of(session, found.id)
        theirs = await others_issues(session, found.id)
    if found.complaint is None:
        return Findings(items=[], complete=False)
    rules = (found.complaint.procedure, found.complaint.procedure_version)
    titles = visit.parts.outcome_titles(*rules)
    words = visit.who.sees_words
    by_issue: dict[UUID, list[FindingShown]] = defaultdict(list)
    for row, name in rows:
        by_issue[row.issue_id].append(FindingShown.of(row, name, titles, words=words))
    items = [IssueFound.of(issue, by_issue[issue.id], words=words) for issue in issues]
    of_open = [item.finding for item in items if item.state == "open" and item.issue_id not in theirs]
    outcome = visit.parts.case_outcome(*rules, [each.outcome for each in of_open if each is not None])
    return Findings(
        items=items,
        complete=any(item.state != "taken_back" for item in items) and None not in of_open,
        outcome=outcome and OutcomeShown(code=outcome.code, title=outcome.title, reports=dict(outcome.reports)),
    )


@router.post("", operation_id="recordFinding", responses=ANSWERS)
async def record_finding(errand: ErrandDep, who: Examiner, body: FindingSaid) -> Response:
    """Record what was found on one issue. A later finding replaces an earlier one, and never erases it."""
    return await errand.carry(who, CommandKind.RECORD_FINDING, body, body.said())
