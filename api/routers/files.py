"""Files on a complaint: put on, listed, marked, and read again."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import ANSWERS, answer
from api.attachments import Attachment, attachment, each_once, keep
from api.caller import Caller
from api.dates import refuse_future
from api.deps import Writer
from api.door import Saying, fingerprint, own
from api.downloads import download
from api.errands import Errand, ErrandDep
from api.file_types import ALLOWED
from api.openapi import A_COMMAND, ONE_READ, Responses, problems
from api.permissions import Permission
from api.problems import Problem
from api.readings import note
from api.schemas.files import Files, FileSaid, FileShown, MarkSaid
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.desk_said import AttachFile
from db.models.act import Submission
from db.models.complaint import CaseFile
from db.queries.files import attached_file, files_of, was_said
from gateways.files import FileKey

router = APIRouter(prefix="/v1/complaints/{reference}/files", tags=["work"])

_CONTENT: Final[Responses] = {
    200: {
        "description": "The content, to be saved and not opened in a page.",
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in ALLOWED},
    }
}
_TAKEN_IN: Final = ("file_type_not_allowed", "file_infected", "scanner_unavailable", "storage_unavailable")


@router.get("", operation_id="getFiles", response_model=Files, responses=problems(*ONE_READ))
async def get_files(visit: VisitDep) -> Files:
    """Show the files on a complaint."""
    async with visit.found() as (session, found):
        files = await files_of(session, found.id)
    return Files(items=[FileShown.of(file, visit.reference, named=_may_read(visit.who, file)) for file in files])


@router.post(
    "",
    operation_id="attachFile",
    dependencies=[Depends(each_once)],
    responses=ANSWERS | problems(*A_COMMAND, *_TAKEN_IN, "content_damaged"),
)
async def attach_file(
    errand: ErrandDep, who: Writer, body: Annotated[FileSaid, Form(media_type="multipart/form-data")]
) -> Response:
    """Put a file on a complaint: checked and scanned before anything of it is kept."""
    refuse_future(body, errand.parts.clock.now())
    attached = await attachment(body.file, errand.parts.largest_file)
    key = _key(errand, who, attached)
    if not await _repeated(errand, who):
        await keep(errand.parts, who, attached, key)
    sent = {"name": attached.name, "media_type": attached.media_type, "sha256": attached.sha256}
    marks = body.model_dump(mode="json", exclude={"file"}, exclude_unset=True)

    async def prepare(session: AsyncSession, submission: Submission) -> None:
        session.add(_row(submission, body, attached, key, errand.parts.scanner.name))

    saying = Saying(
        kind=CommandKind.ATTACH_FILE,
        said=AttachFile(file_id=key.file_id, disclosure=body.decided_disclosure),
        envelope=errand.envelope,
        fingerprint=fingerprint(errand.envelope, sent | marks, errand.reference),
    )
    submission = await errand.door.say(who, errand.reference, saying, prepare)
    return await answer(errand.parts, who, submission)


@router.post("/{file_id}/marks", operation_id="markFile", responses=ANSWERS)
async def mark_file(errand: ErrandDep, who: Writer, file_id: UUID, body: MarkSaid) -> Response:
    """Say whether a file may be disclosed from now on."""
    return await errand.carry(who, CommandKind.MARK_FILE, body, body.said(file_id), file_id)


@router.get(
    "/{file_id}",
    operation_id="getFileContent",
    response_class=Response,
    responses=_CONTENT | problems(*ONE_READ, "storage_unavailable", "content_damaged"),
)
async def get_file_content(visit: VisitDep, file_id: UUID) -> StreamingResponse:
    """Read the content of a file. A restricted one is read by those who work on the case only."""
    if not visit.who.sees_words:
        raise Problem("forbidden")
    async with visit.found() as (session, found):
        row = await attached_file(session, found.id, file_id)
        if row is None:
            raise Problem("not_found")
        file, kept = row
        if not _may_read(visit.who, file):
            raise Problem("forbidden")
    response = await download(visit.parts, file, kept)
    async with visit.found() as (session, found):
        await note(session, visit, found, "file", file.id)
    return response


def _may_read(who: Caller, file: CaseFile) -> bool:
    """Say whether a caller may read a file. That other organisations see no restricted one is in the database."""
    if file.disclosure == "restricted" and not (
        who.may(Permission.WRITE) and file.organisation_id == who.organisation_id
    ):
        return False
    return who.sees_words


def _key(errand: Errand, who: Caller, attached: Attachment) -> FileKey:
    """Return where a file is stored: the same place for the same file sent twice, so that there is one object."""
    said = "\n".join(("file", who.subject, errand.envelope.route, errand.envelope.key, attached.sha256))
    return FileKey(organisation_id=who.organisation_id, file_id=uuid5(who.organisation_id, said))


async def _repeated(errand: Errand, who: Caller) -> bool:
    """Say whether this was said already, so that nothing is scanned and stored once more. Raises a problem else."""
    async with errand.parts.database.tenant(who.organisation_id, errand.parts.clock.now()) as session:
        await own(session, who, errand.reference)
        return await was_said(session, who.subject, errand.envelope.route, errand.envelope.key)


def _row(submission: Submission, body: FileSaid, attached: Attachment, key: FileKey, scanned_with: str) -> CaseFile:
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
        source=body.source,
        kind=body.kind,
        disclosure=body.decided_disclosure,
        scanned_with=scanned_with,
        received_on=body.received_on,
        attached=False,
        added_at=submission.received_at,
    )
