"""SQL of the copies of letters: the words one is made of, the copy that is kept, and every one for verification."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.complaint import Complaint, Party
from db.models.copies import LetterCopy
from db.models.involvement import Involvement, InvolvementWords
from db.models.organisation import Organisation, Person
from db.models.work import Notice

_UNSENT: Final = frozenset({NoticeState.DRAFT, NoticeState.DISCARDED})
# Somebody prints and posts these: what waits for that, and what did not arrive by another way.
_TO_BE_POSTED: Final = frozenset({NoticeState.RELEASED, NoticeState.FAILED})
_LARGE_PRINT: Final = "large_print"
# Whom a letter is for: a person outside, or a member of staff who is complained about.
_RECIPIENT: Final = func.coalesce(Party.name, Person.name, InvolvementWords.name)
_ADDRESS: Final = func.coalesce(Party.address, InvolvementWords.address)
# What is there, beside what it should be: by the row's own hash, and by the release that stands in the chain, or, for
# what nobody had to release, by the notice.
_FOR_VERIFICATION: Final = text("""
    select l.notice_id, l.complaint_id, c.reference, l.size,
           l.sha256 = encode(sha256(l.content), 'hex') and l.size = octet_length(l.content) as whole,
           l.words_sha256 = coalesce(
               (select e.data::jsonb->>'sha256' from case_event e
                where e.complaint_id = l.complaint_id and e.kind = 'notice.released'
                and e.data::jsonb->>'notice_id' = l.notice_id::text order by e.seq desc limit 1),
               encode(sha256(convert_to(n.subject || chr(10) || n.body, 'UTF8')), 'hex')) as of_its_words
    from letter_copy l join notice n on n.id = l.notice_id join complaint c on c.id = l.complaint_id
    where l.organisation_id = :organisation and (cast(:after as uuid) is null or l.notice_id > :after)
    order by l.notice_id limit :limit
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords:
    """The words of a notice to a person outside, or to a member of staff who is complained about, and what stands
    around them on paper.
    """

    notice_id: UUID
    organisation_id: UUID
    complaint_id: UUID
    template: str
    template_version: int
    organisation: str
    reference: str
    recipient: str | None
    address: str | None
    subject: str
    body: str
    dated: datetime
    draft: bool
    large_print: bool
    to_staff: bool = False
    to_be_posted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyChecked:
    """One copy as verification found it: whether its bytes are whole, and of the words that were released."""

    notice_id: UUID
    complaint_id: UUID
    reference: str
    size: int
    whole: bool
    of_its_words: bool


async def letter_words(session: AsyncSession, complaint_id: UUID, notice_id: UUID) -> LetterWords | None:
    """Return the words of a complaint's notice, or None when there is no such letter: a prompt to staff is none."""
    row = (
        await session.execute(
            select(Notice, Organisation.name, Complaint.reference, _RECIPIENT, _ADDRESS)
            .join(Complaint, Complaint.id == Notice.complaint_id)
            .join(Organisation, Organisation.id == Notice.organisation_id)
            .outerjoin(Party, Party.id == Notice.party_id)
            .outerjoin(Involvement, Involvement.id == Notice.involvement_id)
            .outerjoin(InvolvementWords, InvolvementWords.involvement_id == Involvement.id)
            .outerjoin(Person, Person.id == Involvement.person_id)
            .where(Notice.id == notice_id, Notice.complaint_id == complaint_id)
            .where(or_(Notice.party_id.is_not(None), Notice.involvement_id.is_not(None)))
        )
    ).one_or_none()
    if row is None:
        return None
    notice, organisation, reference, recipient, address = row
    return LetterWords(
        notice_id=notice.id,
        organisation_id=notice.organisation_id,
        complaint_id=notice.complaint_id,
        template=notice.template,
        template_version=notice.template_version,
        organisation=organisation,
        reference=reference,
        recipient=recipient,
        address=address,
        subject=notice.subject,
        body=notice.body,
        dated=notice.released_at or notice.drafted_at,
        draft=NoticeState(notice.state) in _UNSENT,
        large_print=_LARGE_PRINT in notice.formats,
        to_staff=notice.involvement_id is not None,
        to_be_posted=NoticeState(notice.state) in _TO_BE_POSTED,
    )


async def kept_copy(session: AsyncSession, complaint_id: UUID, notice_id: UUID) -> LetterCopy | None:
    """Return the copy of a complaint's notice, with its bytes, if one was made."""
    found: LetterCopy | None = await session.scalar(
        select(LetterCopy).where(LetterCopy.notice_id == notice_id, LetterCopy.complaint_id == complaint_id)
    )
    return found


async def is_kept(session: AsyncSession, notice_id: UUID) -> bool:
    """Say whether a copy of a notice was made."""
    return await session.scalar(select(LetterCopy.notice_id).where(LetterCopy.notice_id == notice_id)) is not None


async def keep_copy(
    session: AsyncSession, words: LetterWords, content: bytes, *, sheet: int, program: str, now: datetime
) -> LetterCopy:
    """Keep a copy and return what is kept: where two were made at once, the first. A draft has none: ValueError."""
    if words.draft:
        raise ValueError("a draft has no copy")
    await session.execute(
        insert(LetterCopy)
        .values(
            notice_id=words.notice_id,
            organisation_id=words.organisation_id,
            complaint_id=words.complaint_id,
            template=words.template,
            template_version=words.template_version,
            # The same expression as at the release: activities/acts/letters.py.
            words_sha256=hashlib.sha256(f"{words.subject}\n{words.body}".encode()).hexdigest(),
            sheet=sheet,
            program=program,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            content=content,
            made_at=now,
        )
        .on_conflict_do_nothing()
    )
    return (await session.scalars(select(LetterCopy).where(LetterCopy.notice_id == words.notice_id))).one()


async def copies_made(session: AsyncSession, complaint_id: UUID) -> dict[UUID, datetime]:
    """Return when the copy of each notice of a complaint was made, for those that have one."""
    rows = await session.execute(
        select(LetterCopy.notice_id, LetterCopy.made_at).where(LetterCopy.complaint_id == complaint_id)
    )
    return {row[0]: row[1] for row in rows}


async def copies_checked(
    session: AsyncSession, organisation_id: UUID, after: UUID | None, limit: int
) -> Sequence[CopyChecked]:
    """Return a page of an organisation's copies in order of notice, each compared with what it should be."""
    rows = await session.execute(_FOR_VERIFICATION, {"organisation": organisation_id, "after": after, "limit": limit})
    return [CopyChecked(**row) for row in rows.mappings()]
