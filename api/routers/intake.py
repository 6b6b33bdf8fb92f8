"""Log a complaint, and reopen one."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, cast

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import DoorDep, PlainEnvelopeDep, reply
from api.dates import refuse_future, today
from api.deps import Logger, PartsDep, Reference
from api.door import Saying, fingerprint, own
from api.openapi import A_COMMAND, A_WRITE, Responses, header, problems
from api.problems import Problem
from api.schemas.complaints import Logged
from api.schemas.said import ComplaintSaid, LogSaid, ReopeningSaid
from api.whose import check_whose
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.models.act import Submission
from db.models.complaint import Complaint
from db.queries import imports
from db.queries.complaint_reads import is_reopened, parties_of
from db.said import Log, PartySaid

router = APIRouter(prefix="/v1/complaints")

_LOGGED: Final[Responses] = {
    201: {
        "model": Logged,
        "description": "It is stored and cannot be lost; it is opened a moment later.",
        "headers": header("Location", "Where the complaint is read."),
    }
}


@router.post(
    "",
    operation_id="logComplaint",
    status_code=201,
    tags=["complaints"],
    responses=_LOGGED | problems(*A_WRITE),
)
async def log_complaint(
    parts: PartsDep,
    door: DoorDep,
    who: Logger,
    envelope: PlainEnvelopeDep,
    body: LogSaid,
) -> Response:
    """Log a complaint."""
    refuse_future(body, parts.clock.now())
    saying = Saying(
        kind=CommandKind.LOG,
        said=_log(body, body.parties()),
        envelope=envelope,
        fingerprint=fingerprint(envelope, body),
    )

    async def prepare(session: AsyncSession, submission: Submission) -> None:
        await check_whose(session, body)

    return _logged(await door.log(who, saying, prepare))


@router.post(
    "/{reference}/reopening",
    operation_id="reopen",
    status_code=201,
    tags=["commands"],
    responses=_LOGGED | problems(*A_COMMAND),
)
async def reopen(
    parts: PartsDep,
    door: DoorDep,
    who: Logger,
    reference: Reference,
    envelope: PlainEnvelopeDep,
    body: ReopeningSaid,
) -> Response:
    """Take up a closed complaint again, as a new one that is linked to it."""
    now = parts.clock.now()
    refuse_future(body, now)
    async with parts.database.tenant(who.organisation_id, now) as session:
        original = (await own(session, who, reference)).complaint
        if original is None:
            raise Problem.refused(Refusal.ORIGINAL_NOT_CLOSED, [])
        parties = await _parties(session, original, body)

    async def prepare(session: AsyncSession, submission: Submission) -> None:
        await _check_original(session, original, now)
        await check_whose(session, body)

    saying = Saying(
        kind=CommandKind.LOG,
        said=_log(body, parties, original),
        envelope=envelope,
        fingerprint=fingerprint(envelope, body, reference),
    )
    return _logged(await door.log(who, saying, prepare))


async def _check_original(session: AsyncSession, original: Complaint, now: datetime) -> None:
    """Refuse early what would be refused later: a 201 is not to be taken back for what we can see."""
    if original.open:
        raise Problem.refused(Refusal.ORIGINAL_NOT_CLOSED, [])
    if await is_reopened(session, original.id):
        raise Problem.refused(Refusal.ALREADY_REOPENED, [])
    if original.import_id is not None:
        batch = await imports.find(session, original.import_id)
        if batch is not None and today(now) < batch.switch_on:
            raise Problem.refused(Refusal.QUIET_UNTIL_SWITCH, [])


async def _parties(session: AsyncSession, original: Complaint, body: ReopeningSaid) -> tuple[PartySaid, ...]:
    """Return the people outside as said now, and those of the original where nothing was said."""
    said: dict[str, PartySaid] = {}
    if body.complainant is not None:
        said["complainant"] = body.complainant.party("complainant")
    if body.affected is not None:
        said["affected"] = body.affected.party("affected")
    for party in await parties_of(session, original.id):
        role = cast(Literal["complainant", "affected"], party.role)
        said.setdefault(
            role,
            PartySaid(
                role=role,
                name=party.name,
                email=party.email,
                phone=party.phone,
                address=party.address,
                born_on=party.born_on,
            ),
        )
    return tuple(said.values())


def _log(
    body: ComplaintSaid,
    parties: tuple[PartySaid, ...],
    original: Complaint | None = None,
) -> Log:
    return Log(
        channel=body.channel,
        received_on=body.received_on,
        summary=body.summary,
        narrative=body.narrative,
        desired_outcome=body.desired_outcome,
        owner_id=body.owner_id,
        team_id=body.team_id,
        division_id=body.division_id,
        parties=parties,
        reopened_from=None if original is None else original.id,
    )


def _logged(submission: Submission) -> Response:
    """Return 201, the same for a repeated request whatever has happened since."""
    here = f"/v1/complaints/{submission.reference}"
    shown = Logged(
        id=submission.complaint_id,
        reference=str(submission.reference),
        stage="received",
        submission_id=submission.id,
        complaint=here,
        submission=f"/v1/submissions/{submission.id}",
    )
    return reply(shown, 201, {"Location": here})
