"""Answers to what was said: the complaint as it stands, the refusal, or where to ask later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.caller import Caller
from api.deps import IdempotencyKey, IfMatch, PartsDep
from api.door import Door, Envelope
from api.openapi import A_COMMAND, Responses, header, problems
from api.parts import Parts
from api.permissions import NEEDED
from api.problems import RETRY_AFTER_SECONDS, Problem
from api.said_at import SAID_AT
from api.schemas.complaints import ComplaintShown
from api.schemas.work import SubmissionShown
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.models.act import Submission
from db.models.complaint import Complaint
from db.queries.clock_reads import any_overdue
from db.queries.complaint_reads import case
from gateways.delivery import AFTERWARDS


def _door(parts: PartsDep) -> Door:
    return Door(parts)


def _envelope(request: Request, key: IdempotencyKey, if_match: IfMatch = None) -> Envelope:
    version = None if if_match is None else int(if_match.strip('"'))
    return Envelope(route=request.scope["route"].path, key=key, if_version=version)


def _plain_envelope(request: Request, key: IdempotencyKey) -> Envelope:
    return Envelope(route=request.scope["route"].path, key=key)


DoorDep = Annotated[Door, Depends(_door)]
EnvelopeDep = Annotated[Envelope, Depends(_envelope)]
PlainEnvelopeDep = Annotated[Envelope, Depends(_plain_envelope)]

ANSWERS: Final[Responses] = {
    200: {
        "model": ComplaintShown,
        "description": "It took effect: the complaint as it stands.",
        "headers": header("ETag", "The complaint's version."),
    },
    202: {
        "model": SubmissionShown,
        "description": "It is stored, and no verdict is known yet.",
        "headers": header("Location", "Where to ask what became of it.") | header("Retry-After", "Seconds to wait."),
    },
    **problems(*A_COMMAND),
}


def allowed(parts: Parts, who: Caller, complaint: Complaint) -> list[str]:
    """Return what the caller may say about a complaint now, by the last part of its path."""
    lawful: Iterable[CommandKind] = AFTERWARDS
    if complaint.open:
        lawful = parts.lawful(complaint.procedure, complaint.procedure_version, complaint.stage)
        if CommandKind.RECORD_UPDATE not in lawful:  # an update is sent where one may be given
            lawful = [kind for kind in lawful if kind is not CommandKind.SEND_UPDATE]
    return [place for kind, place in SAID_AT.items() if kind in lawful and who.may(NEEDED[kind])]


async def show(session: AsyncSession, parts: Parts, who: Caller, complaint: Complaint) -> ComplaintShown:
    """Return an opened complaint as the caller may see it."""
    mine = complaint.organisation_id == who.organisation_id
    called = parts.outcome_title(complaint.procedure, complaint.procedure_version, complaint.outcome or "")
    return ComplaintShown.of(
        await case(session, complaint),
        overdue=await any_overdue(session, complaint.id, parts.clock.now()),
        allowed=allowed(parts, who, complaint) if mine else [],
        outcome_title=called if complaint.outcome else None,
        stage_title=parts.called(complaint),
        words=who.sees_words,
        own=mine,
    )


def etag(version: int) -> str:
    """Return the ETag of a version of a complaint."""
    return f'"{version}"'


async def answer(parts: Parts, who: Caller, submission: Submission) -> Response:
    """Return the answer to a command, from what became of its submission. Raises a problem if refused."""
    if submission.state not in ("applied", "refused"):
        return later(submission)
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        complaint = await session.get(Complaint, submission.complaint_id, populate_existing=True)
        if submission.state == "refused":
            now = [] if complaint is None else allowed(parts, who, complaint)
            raise Problem.refused(_refusal(submission), now, submission.missing)
        if complaint is None:
            raise RuntimeError("applied to a complaint that is not there")
        shown = await show(session, parts, who, complaint)
    return reply(shown, 200, {"ETag": etag(shown.version)})


def _refusal(submission: Submission) -> Refusal:
    """Return why it was refused. Whatever refuses says why: to have lost that is a fault of ours."""
    if submission.refusal is None:
        raise RuntimeError("refused without a code")
    return Refusal(submission.refusal)


def later(submission: Submission) -> Response:
    """Return 202, with where to ask what became of a submission."""
    headers = {
        "Location": f"/v1/submissions/{submission.id}",
        "Retry-After": str(RETRY_AFTER_SECONDS),
    }
    return reply(SubmissionShown.of(submission), 202, headers)


def reply(shown: Any, status: int, headers: dict[str, str]) -> Response:
    """Return a shape as a response with headers."""
    return JSONResponse(shown.model_dump(mode="json"), status_code=status, headers=headers)
