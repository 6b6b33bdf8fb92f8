"""The files of a mail: each checked, scanned and stored as one that a person attaches, or refused by a code."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from fastapi import UploadFile
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import Headers

from api.attachments import Attachment, attachment, keep
from api.caller import Caller
from api.door import Envelope, Saying, append_beside
from api.file_types import ENDINGS, declared_type
from api.parts import Parts
from api.problems import Problem
from contracts.commands import CommandKind
from db.desk_said import AttachFile
from db.models.act import Submission
from db.models.complaint import CaseFile
from gateways.files import FileKey
from gateways.incoming_mail import IncomingMail, MailFile

# What says nothing of the file, but that it cannot be looked at now: the mail is not taken in either.
_LATER = frozenset({"scanner_unavailable", "storage_unavailable", "content_damaged"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that is stored."""

    file_id: UUID
    attached: Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFiles:
    """The files of one mail: those that are stored, and names and codes of those that were refused."""

    kept: tuple[Kept, ...]
    refused: tuple[dict[str, Any], ...]


async def keep_files(parts: Parts, who: Caller, mail: IncomingMail) -> KeptFiles:
    """Store the files of a mail, under the same keys if it comes again. Raises a problem to come back later."""
    kept: list[Kept] = []
    refused: list[dict[str, Any]] = []
    for number, file in enumerate(mail.files):
        try:
            kept.append(await _keep(parts, who, mail, number, file))
        except Problem as problem:
            if problem.code in _LATER:
                raise
            code = problem.errors[0].code if problem.code == "invalid_request" and problem.errors else problem.code
            refused.append({"name": file.name[:200], "code": code})
    if mail.left_out:
        refused.append({"name": f"{mail.left_out} more", "code": "too_many"})
    return KeptFiles(kept=tuple(kept), refused=tuple(refused))


async def _keep(parts: Parts, who: Caller, mail: IncomingMail, number: int, file: MailFile) -> Kept:
    upload = UploadFile(
        io.BytesIO(file.content), filename=file.name, headers=Headers({"content-type": _declared(file)})
    )
    attached = await attachment(upload, parts.largest_file)
    said = "\n".join(("mail", mail.key, str(number), attached.sha256))
    file_id = uuid5(who.organisation_id, said)
    await keep(parts, who, attached, FileKey(organisation_id=who.organisation_id, file_id=file_id))
    return Kept(file_id=file_id, attached=attached)


def _declared(file: MailFile) -> str:
    """Return the type that a file is said to be of; by its name, where the mail does not say one of ours."""
    if declared_type(file.media_type) is not None:
        return file.media_type
    name = file.name.lower()
    return next((kind for kind, endings in ENDINGS.items() if name.endswith(endings)), "application/octet-stream")


async def attach(
    parts: Parts, session: AsyncSession, who: Caller, first: Submission, files: KeptFiles, envelope: Envelope
) -> None:
    """Put the stored files on the complaint, in the transaction that says what the mail was."""
    for number, each in enumerate(files.kept):

        async def prepare(session: AsyncSession, submission: Submission, each: Kept = each) -> None:
            session.add(_row(parts, submission, each))

        saying = Saying(
            kind=CommandKind.ATTACH_FILE,
            said=AttachFile(file_id=each.file_id),
            envelope=Envelope(route=envelope.route, key=f"{envelope.key}/{number}"),
            fingerprint=each.attached.sha256,
        )
        await append_beside(session, who, saying, first, prepare)


def _row(parts: Parts, submission: Submission, kept: Kept) -> CaseFile:
    attached = kept.attached
    return CaseFile(
        id=kept.file_id,
        organisation_id=submission.organisation_id,
        complaint_id=submission.complaint_id,
        submission_id=submission.id,
        name=attached.name,
        media_type=attached.media_type,
        size=attached.size,
        sha256=attached.sha256,
        stored_key=str(FileKey(organisation_id=submission.organisation_id, file_id=kept.file_id)),
        source="complainant",
        kind="correspondence",
        disclosure="disclosable",
        scanned_with=parts.scanner.name,
        received_on=None,
        attached=False,
        added_at=submission.received_at,
    )
