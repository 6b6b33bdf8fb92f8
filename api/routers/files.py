"""Files on a complaint: put on, listed, and read again."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import ANSWERS, answer
from api.attachments import ALLOWED, attachment, disposition
from api.deps import Writer
from api.door import Saying, fingerprint
from api.errands import ErrandDep
from api.openapi import A_COMMAND, ONE_READ, Responses, problems
from api.problems import Problem
from api.schemas.case_file import Files, FileShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.act import Submission
from db.models.complaint import CaseFile
from db.queries.complaint_reads import file_content, files_of
from db.said import AttachFile

router = APIRouter(prefix="/v1/complaints/{reference}/files", tags=["work"])


_CONTENT: Final[Responses] = {
    200: {
        "description": "The content, to be saved and not opened in a page.",
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in ALLOWED},
    }
}


@router.get("", operation_id="getFiles", response_model=Files, responses=problems(*ONE_READ))
async def get_files(visit: VisitDep) -> Files:
    """Show the files on a complaint."""
    async with visit.found() as (session, found):
        files = await files_of(session, found.id)
    return Files(items=[FileShown.of(file, visit.reference, words=visit.who.sees_words) for file in files])


@router.post(
    "",
    operation_id="attachFile",
    responses=ANSWERS | problems(*A_COMMAND, "file_type_not_allowed"),
)
async def attach_file(
    errand: ErrandDep,
    who: Writer,
    file: Annotated[UploadFile, File(description=f"At most 10 MB; one of {', '.join(ALLOWED)}.")],
) -> Response:
    """Put a file on a complaint."""
    attached = await attachment(file)
    file_id = uuid7()
    sent = {
        "name": attached.name,
        "media_type": attached.media_type,
        "sha256": attached.sha256,
    }

    async def prepare(session: AsyncSession, submission: Submission) -> None:
        session.add(
            CaseFile(
                **sent,
                id=file_id,
                organisation_id=who.organisation_id,
                complaint_id=submission.complaint_id,
                submission_id=submission.id,
                size=len(attached.content),
                content=attached.content,
                attached=False,
                added_at=submission.received_at,
            )
        )

    saying = Saying(
        kind=CommandKind.ATTACH_FILE,
        said=AttachFile(file_id=file_id),
        envelope=errand.envelope,
        fingerprint=fingerprint(errand.envelope, dict(sent), errand.reference),
    )
    submission = await errand.door.say(who, errand.reference, saying, prepare)
    return await answer(errand.parts, who, submission)


@router.get(
    "/{file_id}",
    operation_id="getFileContent",
    response_class=Response,
    responses=_CONTENT | problems(*ONE_READ),
)
async def get_file_content(visit: VisitDep, file_id: UUID) -> Response:
    """Read the content of a file."""
    if not visit.who.sees_words:
        raise Problem("forbidden")
    async with visit.found() as (session, found):
        row = await file_content(session, found.id, file_id)
    if row is None:
        raise Problem("not_found")
    file, content = row
    headers = {"Content-Disposition": disposition(file.name)}
    return Response(content, media_type=file.media_type, headers=headers)
