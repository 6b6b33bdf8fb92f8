"""What became of something that was said; and an operator's second tries."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import DoorDep, PlainEnvelopeDep, later, reply
from api.deps import Operator, PartsDep, Reader, Reference
from api.door import own
from api.openapi import A_WRITE, ONE_READ, answers, problems
from api.problems import Problem
from api.schemas.work import ResumedShown, SubmissionShown
from contracts.failures import Refusal
from db.models.act import Submission
from db.queries.submissions import get_submission, redeliver
from gateways.engine import EngineAway, NotRunning

router = APIRouter(prefix="/v1", tags=["submissions"])

_RESUME_BUDGET: Final = timedelta(seconds=20)


async def _submission(session: AsyncSession, submission_id: UUID) -> Submission:
    found = await get_submission(session, submission_id)
    if found is None:
        raise Problem("not_found")
    return found


@router.get(
    "/submissions/{submission_id}",
    operation_id="getSubmission",
    response_model=SubmissionShown,
    responses=problems(*ONE_READ),
)
async def read_submission(parts: PartsDep, who: Reader, submission_id: UUID) -> SubmissionShown:
    """Say what became of something that was said."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return SubmissionShown.of(await _submission(session, submission_id))


@router.post(
    "/submissions/{submission_id}/retry",
    operation_id="retrySubmission",
    responses=answers(200, SubmissionShown, "It was applied or refused.")
    | answers(202, SubmissionShown, "No verdict is known yet.")
    | problems(*A_WRITE, "not_found"),
)
async def retry_submission(
    parts: PartsDep,
    door: DoorDep,
    who: Operator,
    envelope: PlainEnvelopeDep,
    submission_id: UUID,
) -> Response:
    """Deliver a parked submission again. One that is not parked is only reported on."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        await _submission(session, submission_id)
        await redeliver(session, submission_id)
        submission = await _submission(session, submission_id)
    settled = await door.deliver(who, submission)
    if settled.state in ("applied", "refused"):
        return reply(SubmissionShown.of(settled), 200, {})
    return later(settled)


@router.post(
    "/complaints/{reference}/resumption",
    operation_id="resume",
    response_model=ResumedShown,
    responses=problems(
        *A_WRITE,
        "not_found",
        "not_your_complaint",
        "engine_unavailable",
        Refusal.COMPLAINT_CLOSED.value,
    ),
)
async def resume(parts: PartsDep, who: Operator, envelope: PlainEnvelopeDep, reference: Reference) -> ResumedShown:
    """Have a complaint that needs attention try again what failed."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        target = await own(session, who, reference)
    try:
        # An id of its own each time: the engine would answer a repeated one with its first answer.
        resumed = await parts.engine.resume(target.id, uuid7(), _RESUME_BUDGET)
    except NotRunning:
        raise Problem.refused(Refusal.COMPLAINT_CLOSED, []) from None
    except EngineAway:
        raise Problem("engine_unavailable") from None
    return ResumedShown(applied=resumed.applied, parked=resumed.parked)
