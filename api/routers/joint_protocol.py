"""The door of the joint protocol at the body that coordinates: what was said to a body, and what it says.

What it says is one submission on the complaint, like everything else. A message that is not allowed is kept there, with
the refusal that this answers.
"""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import JSONResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import DoorDep
from api.attachments import Attachment, attachment, each_once, keep
from api.door import Envelope, Saying, fingerprint
from api.joint_door import Speaker, SpeakerDep
from api.openapi import Responses, answers, header, problems
from api.permissions import Permission
from api.problems import RETRY_AFTER_SECONDS, Problem
from api.schemas.joint_protocol import (
    JointContribution,
    JointFileSaid,
    JointFileTaken,
    JointMessages,
    JointSaid,
    JointTaken,
    JointTold,
    Spoken,
)
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.joint import ContributionState
from db.desk_said import AttachFile
from db.joint_said import FromBody
from db.models.act import Submission
from db.models.complaint import CaseFile
from db.queries import joint, joint_door
from db.queries.files import was_said
from gateways.files import FileKey

router = APIRouter(prefix="/joint/v1/{organisation_code}/contributions/{contribution_id}", tags=["joint protocol"])

_MESSAGES: Final = "/joint/v1/{organisation_code}/contributions/{contribution_id}/messages"
_FILES: Final = "/joint/v1/{organisation_code}/contributions/{contribution_id}/files"
_READ: Final = (
    *("unauthenticated", "too_many_calls", "invalid_request", "method_not_allowed"),
    *("unavailable", "internal_error"),
)
_SAY: Final = (
    *(*_READ, "malformed_body", "body_too_large", "unsupported_media_type", "idempotency_key_reused"),
    *(refusal.value for refusal in Refusal),
)
_FILE: Final = (
    *(*_SAY, "file_type_not_allowed", "file_infected", "scanner_unavailable", "storage_unavailable"),
    "content_damaged",
)


def _answered(taken: type[Spoken]) -> Responses:
    later = answers(
        202, taken, "It is kept, and nothing is known yet: say it again.", header("Retry-After", "Seconds.")
    )
    return answers(200, taken, "It is taken. The same again gets this answer again.") | later


@router.get("", operation_id="getJointContribution", response_model=JointContribution, responses=problems(*_READ))
async def get_contribution(speaker: SpeakerDep) -> JointContribution:
    """Show how the contribution stands."""
    row = speaker.contribution
    async with speaker.parts.database.tenant(row.organisation_id, speaker.now) as session:
        clocks = await joint.running_clocks(session, row.id)
    return JointContribution.of(row, speaker.organisation, clocks, is_open=speaker.is_open, now=speaker.now)


@router.get("/messages", operation_id="getJointMessages", response_model=JointMessages, responses=problems(*_READ))
async def get_messages(
    speaker: SpeakerDep,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="The number of the last that you have.")] = 0,
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 50,
) -> JointMessages:
    """Show what was said to the body after a number, in order."""
    row = speaker.contribution
    async with speaker.parts.database.tenant(row.organisation_id, speaker.now) as session:
        found = await joint_door.messages(session, row.id, after, limit + 1)
    items = [JointTold.of(each, is_open=speaker.is_open) for each in found[:limit]]
    return JointMessages(items=items, more=len(found) > limit)


@router.post("/messages", operation_id="sayJointMessage", responses=_answered(JointTaken) | problems(*_SAY))
async def say_message(speaker: SpeakerDep, door: DoorDep, body: JointSaid) -> Response:
    """Say something as the body. What is not allowed is refused with a code, and kept on record."""
    sent = fingerprint(Envelope(route=_MESSAGES, key=str(body.id)), body)
    saying = Saying(
        kind=CommandKind.FROM_BODY,
        said=FromBody(
            contribution_id=speaker.contribution.id,
            message_id=body.id,
            protocol=body.protocol,
            kind=body.kind,
            body=body.body,
            via="system",
        ),
        # By what it says as well: the same id with other words is heard, too, and refused on record.
        envelope=Envelope(route=_MESSAGES, key=f"{body.id}/{sent[:32]}"),
        fingerprint=sent,
    )
    submission = await door.say(speaker.who, speaker.reference, saying)
    if submission.state == "applied":
        await _raise_what_came_of_it(speaker, body.id, submission)
    return _reply(submission, JointTaken(id=body.id, state="taken"), JointTaken(id=body.id, state="pending"))


async def _raise_what_came_of_it(speaker: Speaker, message_id: UUID, submission: Submission) -> None:
    """Raise the problem of a message that was kept with its refusal."""
    async with speaker.parts.database.tenant(speaker.organisation.id, speaker.now) as session:
        kept = await joint_door.came_of(session, speaker.contribution.id, message_id, submission.id)
    if kept is not None and kept.refusal is not None:
        raise _refused(Refusal(kept.refusal))


def _refused(refusal: Refusal) -> Problem:
    return Problem.refused(refusal, []) if refusal is not Refusal.PROTOCOL_NOT_SPOKEN else Problem.not_spoken()


def _reply(submission: Submission, taken: Spoken, pending: Spoken) -> Response:
    """Answer what became of a submission. Raises a problem where it was refused."""
    if submission.state == "refused":
        if submission.refusal is None:
            raise RuntimeError("refused without a code")
        raise _refused(Refusal(submission.refusal))
    if submission.state == "applied":
        return JSONResponse(taken.model_dump(mode="json"))
    return JSONResponse(
        pending.model_dump(mode="json"), status_code=202, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}
    )


@router.post(
    "/files",
    operation_id="sendJointFile",
    dependencies=[Depends(each_once)],
    responses=_answered(JointFileTaken) | problems(*_FILE),
)
async def send_file(
    speaker: SpeakerDep, door: DoorDep, body: Annotated[JointFileSaid, Form(media_type="multipart/form-data")]
) -> Response:
    """Send a file, for messages to name: checked and scanned before anything of it is kept."""
    await _check_awaited(speaker)
    parts, who = speaker.parts, speaker.who
    attached = await attachment(body.file, parts.largest_file)
    key = _key(speaker, body, attached)
    async with parts.database.tenant(who.organisation_id, speaker.now) as session:
        repeated = await was_said(session, who.subject, _FILES, str(body.id))
    if not repeated:
        await keep(parts, who, attached, key)
    envelope = Envelope(route=_FILES, key=str(body.id))
    sent = {"name": attached.name, "media_type": attached.media_type, "sha256": attached.sha256}

    async def prepare(session: AsyncSession, submission: Submission) -> None:
        session.add(_row(submission, attached, key, parts.scanner.name))

    saying = Saying(
        kind=CommandKind.ATTACH_FILE,
        said=AttachFile(file_id=key.file_id, disclosure="restricted"),
        envelope=envelope,
        fingerprint=fingerprint(envelope, sent),
        needs=Permission.SPEAK_AS_BODY,
    )
    submission = await door.say(who, speaker.reference, saying, prepare)
    known = {"id": body.id, "file_id": key.file_id}
    return _reply(submission, JointFileTaken(state="taken", **known), JointFileTaken(state="pending", **known))


async def _check_awaited(speaker: Speaker) -> None:
    """Raise a problem where nothing more is taken from the body. What it promised may outlast its release."""
    row = speaker.contribution
    if row.state == ContributionState.RELEASED:
        async with speaker.parts.database.tenant(row.organisation_id, speaker.now) as session:
            awaited = bool(await joint.running_clocks(session, row.id))
    else:
        awaited = True
    if not awaited:
        raise _refused(Refusal.CONTRIBUTION_RELEASED)
    if not speaker.is_open:
        raise _refused(Refusal.CONSENT_MISSING)


def _key(speaker: Speaker, body: JointFileSaid, attached: Attachment) -> FileKey:
    """Return where a file is stored: the same place for the same file sent twice."""
    said = "\n".join(("joint file", str(speaker.contribution.id), str(body.id), attached.sha256))
    return FileKey(organisation_id=speaker.organisation.id, file_id=uuid5(speaker.organisation.id, said))


def _row(submission: Submission, attached: Attachment, key: FileKey, scanned_with: str) -> CaseFile:
    return CaseFile(
        id=key.file_id,
        organisation_id=submission.organisation_id,
        complaint_id=submission.complaint_id,
        submission_id=submission.id,
        name=attached.name,
        media_type=attached.media_type,
        size=attached.size,
        sha256=attached.sha256,
        stored_key=str(key),
        source="other_body",
        kind="other",
        # What another body gave is for us to look at before anybody outside has it.
        disclosure="restricted",
        scanned_with=scanned_with,
        received_on=None,
        attached=False,
        added_at=submission.received_at,
    )
