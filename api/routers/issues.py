"""The issues of a complaint: set, confirmed with the person, and shown with what they said before."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Examiner
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.casework import ConfirmationSaid, IssuesSaid
from api.schemas.casework_reads import Issues
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries.casework import issue_versions_of, issues_of

router = APIRouter(prefix="/v1/complaints/{reference}/issues", tags=["casework"])


@router.get("", operation_id="getIssues", response_model=Issues, responses=problems(*ONE_READ))
async def get_issues(visit: VisitDep) -> Issues:
    """Show the issues of a complaint, those taken back included."""
    async with visit.found() as (session, found):
        rows, before = await issues_of(session, found.id), await issue_versions_of(session, found.id)
    return Issues.of(rows, before, words=visit.who.sees_words)


@router.post("", operation_id="setIssues", responses=ANSWERS)
async def set_issues(errand: ErrandDep, who: Examiner, body: IssuesSaid) -> Response:
    """Add, change and take back issues; those with other words have to be confirmed again."""
    return await errand.carry(who, CommandKind.SET_ISSUES, body, body.said())


@router.post("/confirmation", operation_id="confirmIssues", responses=ANSWERS)
async def confirm_issues(errand: ErrandDep, who: Examiner, body: ConfirmationSaid) -> Response:
    """Say that the person confirmed the issues as they stand."""
    return await errand.carry(who, CommandKind.CONFIRM_ISSUES, body, body.said())
