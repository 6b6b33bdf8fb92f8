"""What a body says on its page, on its way: through the door like everything else that is said, once for each page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from uuid_utils.compat import uuid7

from api.attachments import attachment, keep
from api.dates import today
from api.door import Door, Envelope, Saying, fingerprint
from api.part_page.entry import Guest
from api.part_page.told import View, view_of
from api.permissions import Permission
from api.problems import Problem
from contracts.commands import CommandKind
from contracts.joint import PROTOCOL
from db.desk_said import AttachFile
from db.joint_messages import ToLead, kind_of, to_json
from db.joint_said import FromBody
from db.models.act import Submission
from db.models.complaint import CaseFile
from db.queries import access, joint
from db.queries.files import was_said
from gateways.files import FileKey

_ROUTE: Final = "/part/say"
_FILES: Final = "/part/files"
MOST_FILES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What became of something that was said. `refusal` is a code; `later`: no verdict is known yet."""

    refusal: str | None = None
    later: bool = False


async def look(guest: Guest) -> View:
    """Return how the part stands, as far as the body may see it now."""
    row, now = guest.held.contribution, guest.gate.now
    async with guest.parts.database.tenant(guest.organisation.id, now) as session:
        view = view_of(row, await access.messages(session, row.id, now), await access.said(session, row.id), now)
        view.files = await access.own_files(session, row.complaint_id, guest.caller.subject)
        view.drafts = await access.working_drafts(session, row.id)
    return view


async def keep_typed(guest: Guest, place: str, typed: dict[str, str]) -> None:
    """Keep what was typed into a form, so that nothing of it can be lost."""
    now = guest.gate.now
    async with guest.parts.database.tenant(guest.organisation.id, now) as session:
        await access.keep_draft(session, guest.held.access, place, typed, now, new_id=uuid7())


async def say(guest: Guest, message: ToLead, key: str) -> Heard:
    """Bring a message to the complaint, once for each key of a page. Raises a problem for a key used for another."""
    row = guest.held.contribution
    said = FromBody(
        contribution_id=row.id,
        message_id=uuid5(guest.held.access.id, key),
        protocol=PROTOCOL,
        kind=kind_of(message),
        body=to_json(message),
        via="page",
    )
    envelope = Envelope(route=_ROUTE, key=key)
    saying = Saying(
        kind=CommandKind.FROM_BODY,
        said=said,
        envelope=envelope,
        fingerprint=fingerprint(envelope, said.body, row.id, said.kind),
    )
    submission = await Door(guest.parts).say(guest.caller, guest.held.reference, saying)
    if submission.state == "refused":
        return Heard(refusal=submission.refusal)
    if submission.state != "applied":
        return Heard(later=True)
    async with guest.parts.database.tenant(guest.organisation.id, guest.gate.now) as session:
        kept = await joint.answer_to(session, row.id, said.message_id)
    return Heard(refusal=kept.refusal if kept is not None else None)


async def put_file(guest: Guest, upload: UploadFile, key: str) -> Heard:
    """Put a file on the complaint, checked and scanned as every other. Raises a problem for one that is not taken."""
    caller, parts = guest.caller, guest.parts
    attached = await attachment(upload, parts.largest_file)
    stored = FileKey(
        organisation_id=caller.organisation_id,
        file_id=uuid5(caller.organisation_id, "\n".join(("file", caller.subject, _FILES, key, attached.sha256))),
    )
    async with parts.database.tenant(caller.organisation_id, guest.gate.now) as session:
        repeated = await was_said(session, caller.subject, _FILES, key)
        files = await access.own_files(session, guest.held.contribution.complaint_id, caller.subject)
    if not repeated:
        if len(files) >= MOST_FILES:
            raise Problem("body_too_large")
        await keep(parts, caller, attached, stored)

    async def prepare(session: AsyncSession, submission: Submission) -> None:
        session.add(
            CaseFile(
                id=stored.file_id, organisation_id=submission.organisation_id, complaint_id=submission.complaint_id,
                submission_id=submission.id, name=attached.name, media_type=attached.media_type, size=attached.size,
                sha256=attached.sha256, stored_key=str(stored), source="other_body", kind="evidence",
                disclosure="restricted", scanned_with=parts.scanner.name, received_on=today(submission.received_at),
                attached=False, added_at=submission.received_at,
            )
        )  # fmt: skip

    envelope = Envelope(route=_FILES, key=key)
    sent = {"name": attached.name, "media_type": attached.media_type, "sha256": attached.sha256}
    saying = Saying(
        kind=CommandKind.ATTACH_FILE,
        said=AttachFile(file_id=stored.file_id, disclosure="restricted"),
        envelope=envelope,
        fingerprint=fingerprint(envelope, sent, guest.held.reference),
        needs=Permission.SPEAK_AS_BODY,
    )
    submission = await Door(parts).say(caller, guest.held.reference, saying, prepare)
    return Heard(refusal=submission.refusal if submission.state == "refused" else None)


def subject_of(text: str | None) -> UUID | None:
    """Return the id in a path. Raises ValueError for what is none."""
    return None if text is None else UUID(text)
