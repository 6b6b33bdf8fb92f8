"""Letters as accessible PDF: the copy of what was released, and a preview of what was not."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

import structlog
from fastapi import APIRouter
from fastapi.responses import Response

from api.attachments import disposition
from api.caller import Caller
from api.deps import WordsReader
from api.openapi import ONE_READ, Responses, problems
from api.parts import Parts
from api.problems import Problem
from api.readings import note
from api.visits import Visit, VisitDep
from db.feedback_codes import is_hidden, with_code
from db.models.complaint import Complaint
from db.models.copies import LetterCopy
from db.queries import feedback, tiers
from db.queries.copies import LetterWords, keep_copy, kept_copy, letter_words
from gateways.feedback_marks import FeedbackMarks
from gateways.typesetting import PDF, CannotTypeset, Typeset, file_name

router = APIRouter(prefix="/v1/complaints/{reference}/notices/{notice_id}", tags=["work"])
_log = structlog.get_logger(__name__)

_LETTER: Final[Responses] = {
    200: {
        "description": "The letter, to be saved. What was released is the same file each time; a draft says so on"
        " every page.",
        "content": {PDF: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get(
    "/pdf",
    operation_id="getLetter",
    response_class=Response,
    responses=_LETTER | problems(*ONE_READ, "letter_not_typeset", "link_not_made", "content_damaged"),
)
async def get_letter(visit: VisitDep, who: WordsReader, notice_id: UUID) -> Response:
    """Read a notice to a person outside as PDF: the copy that was sent or is to be posted, or a preview of a draft.

    The copy of a released letter is made and kept when it is sent, or first asked for. Through a share it is read once
    it is there; drafts are not shared. The code that opens somebody's page is in it only while it is still to be
    posted, for those of its own organisation who did not deal with the complaint.
    """
    async with visit.found() as (session, found):
        copy = await kept_copy(session, found.id, notice_id)
        words = await letter_words(session, found.id, notice_id)
        if words is not None and words.to_staff and found.organisation_id != who.organisation_id:
            raise Problem("not_found")  # what staff are told is not shared
    if copy is None:
        if words is None:
            raise Problem("not_found")
        made = await _typeset(visit.parts, words)
        if words.draft:
            return _pdf(made.content, file_name(words))
        async with visit.parts.database.tenant(who.organisation_id, visit.parts.clock.now()) as session:
            copy = await keep_copy(
                session, words, made.content, sheet=made.sheet, program=made.program, now=visit.parts.clock.now()
            )
    content = _whole(copy)
    if words is not None and words.to_be_posted and is_hidden(words.body) and await _posts(visit, who, words):
        content = (await _typeset(visit.parts, await _to_post(visit, words))).content
    response = _pdf(content, f"letter-{visit.reference}.pdf")
    async with visit.found() as (session, found):
        await note(session, visit, found, "letter", notice_id)
    return response


async def _posts(visit: Visit, who: Caller, words: LetterWords) -> bool:
    """Say whether a caller may print what opens somebody's page: nobody may who dealt with the complaint."""
    if words.organisation_id != who.organisation_id:
        return False
    async with visit.found() as (session, _):
        complaint = await session.get_one(Complaint, words.complaint_id)
        return who.person_id is None or who.person_id not in await tiers.not_apart(session, complaint)


async def _to_post(visit: Visit, words: LetterWords) -> LetterWords:
    """Return the words of a letter as they are printed: with the code that opens the page of whom it is for."""
    async with visit.found() as (session, _):
        link = await feedback.link_in(session, words.notice_id)
    if link is None:
        return words
    secrets = FeedbackMarks(visit.parts.sealing).of(link.round_id, link.subject_id)
    body = with_code(words.body, secrets, link.link_hash)
    if body is None:
        raise Problem("link_not_made")
    return replace(words, body=body)


async def _typeset(parts: Parts, words: LetterWords) -> Typeset:
    try:
        return await parts.typesetter.typeset(words)
    except CannotTypeset as fault:
        _log.error("letter.not_typeset", notice_id=str(words.notice_id), failure=fault.code)
        raise Problem("letter_not_typeset") from None


def _whole(copy: LetterCopy) -> bytes:
    """Return the bytes of a copy. Raises a problem when they are not those that were kept."""
    if not copy.whole:
        _log.error("letter.damaged", notice_id=str(copy.notice_id), complaint_id=str(copy.complaint_id))
        raise Problem("content_damaged")
    return copy.content


def _pdf(content: bytes, name: str) -> Response:
    return Response(content, media_type=PDF, headers={"Content-Disposition": disposition(name)})
