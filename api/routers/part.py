"""Our own part in what another body coordinates: shown, and what we say to that body."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.dates import today
from api.deps import WordsReader, Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.permissions import Permission
from api.problems import Problem
from api.schemas.part import IssueDrafted, PartMessageSaid, PartShown, SubmissionDrafted
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries import casework, clocks, findings, parts, remedies

router = APIRouter(prefix="/v1/complaints/{reference}/part", tags=["casework"])
# The findings of our procedure, in the words of the protocol.
_CONCLUSIONS: Final = {"upheld": "upheld", "partially_upheld": "partly_upheld", "not_upheld": "not_upheld"}


@router.get("", operation_id="getPart", response_model=PartShown, responses=problems(*ONE_READ))
async def get_part(visit: VisitDep) -> PartShown:
    """Show our part in what another body coordinates: what it said, what we said and what became of it, what is due."""
    on = today(visit.parts.clock.now())
    async with visit.found() as (session, found):
        part = await parts.part_of(session, found.id)
        if part is None or found.complaint is None:
            raise Problem("not_found")
        return PartShown.of(
            part,
            found.complaint.stage,
            await casework.issues_of(session, found.id),
            list(await clocks.running_clocks(session, found.id)),
            await parts.messages_of(session, part.id),
            on=on,
            words=visit.who.sees_words,
        )


@router.get(
    "/submission-draft",
    operation_id="getPartSubmissionDraft",
    response_model=SubmissionDrafted,
    responses=problems(*ONE_READ),
)
async def get_part_submission_draft(visit: VisitDep, who: WordsReader) -> SubmissionDrafted:
    """Compose what our findings and remedies say of each of our issues. Nothing is sent until somebody signs."""
    async with visit.found() as (session, found):
        if await parts.part_of(session, found.id) is None:
            raise Problem("not_found")
        issues = [each for each in await casework.issues_of(session, found.id) if each.state != "taken_back"]
        present = await findings.present(session, found.id)
        offered = await remedies.remedies_of(session, found.id)
    drafted = []
    for issue in issues:
        finding = present.get(issue.id)
        if finding is not None:
            words = [each.words for each in offered if each.issue_id == issue.id and each.words]
            conclusion = _CONCLUSIONS.get(finding.outcome)
            drafted.append(
                IssueDrafted.model_validate(
                    {
                        "number": issue.number,
                        "did": finding.evidence,
                        "found": f"{finding.happened}\n\n{finding.should_have}\n\n{finding.reason}",
                        "conclusion": conclusion,
                        "remedy": "\n".join(words) or None,
                    }
                )
            )
    missing = [issue.number for issue in issues if issue.id not in present]
    return SubmissionDrafted(issues=drafted, missing=missing)


@router.post("/messages", operation_id="tellLead", responses=ANSWERS)
async def tell_lead(errand: ErrandDep, who: Writer, body: PartMessageSaid) -> Response:
    """Say something to the body that coordinates. It is kept here first, and brought there by itself."""
    if body.kind == "submission":
        who.acting_as(Permission.SIGN)
    return await errand.carry(who, CommandKind.TELL_LEAD, body, body.said())
