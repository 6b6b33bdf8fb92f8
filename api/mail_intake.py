"""Takes in one mail: only kept where a machine sent it, put on the complaint that it answers, else logged.

The mail, what was said of it and its files are one transaction: it is taken in once, whole, or not at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api import mail_files, mail_words
from api.caller import Caller
from api.dates import today
from api.door import Door, Envelope, Prepare, Saying
from api.mail_files import KeptFiles
from api.parts import Parts
from api.problems import Problem
from contracts.commands import CommandKind
from contracts.notices import NoticeState
from db.desk_said import NoticeOutcomeSaid
from db.models.act import Submission
from db.models.incoming import Incoming
from db.models.work import Notice
from db.office_said import RecordContact
from db.outcome_said import saying
from db.queries import incoming
from db.queries.complaint_reads import Found, find
from db.queries.submissions import append_submission
from db.references import normalise
from db.said import Log
from gateways.bounced_mail import Bounce
from gateways.files import FileKey, KeyTaken, StoreAway
from gateways.incoming_mail import IncomingMail, read_mail
from gateways.scanning import Infected, ScannerAway

ROUTE: Final = "/v1/intake/emails"
# An address gets so many receipts a day: two machines could answer one another, and anybody can write in any name.
MOST_RECEIPTS: Final = 5
_DAY: Final = timedelta(days=1)
LONGEST_BOUNCE: Final = timedelta(days=30)  # after it left: mail servers give up within days
_NOTHING: Final = KeptFiles(kept=(), refused=())
_BOUNCED: Final = "bounced"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A mail as it came, and when. `infected` is what a scanner says of the whole of it."""

    content: bytes
    arrived_at: datetime
    now: datetime
    sha256: str
    infected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A mail that is taken in, the reference of the complaint it went to, and whether that was so before."""

    row: Incoming
    reference: str | None
    repeated: bool


async def take_in(parts: Parts, door: Door, who: Caller, content: bytes, arrived_at: datetime) -> Taken:
    """Take in a mail, once. Raises a problem when that cannot be done now: nothing of it is known then."""
    now = parts.clock.now()
    mail = await asyncio.to_thread(read_mail, content)
    async with parts.database.tenant(who.organisation_id, now) as session:
        if await incoming.channel(session, "email") is None:
            raise Problem("intake_off")
        before = await _before(session, mail)
        bounce = await _bounced(session, who, mail, now)
        automatic = (bounce and bounce.what) or mail.automatic or await _loop(session, who, mail)
        target = None if automatic else await _target(session, who, mail)
    if before is not None:
        return before
    digest = hashlib.sha256(content).hexdigest()
    raw = await _store(parts, who, Raw(content=content, arrived_at=arrived_at, now=now, sha256=digest))
    files = _NOTHING if automatic else await mail_files.keep_files(parts, who, mail)
    try:
        return await _Taking(parts, door, who, mail, raw, files).take(automatic, target)
    except IntegrityError as error:
        if "uq_incoming_organisation_id_mail_key" not in str(error.orig):
            raise
    # Somebody else has taken in the same mail meanwhile.
    async with parts.database.tenant(who.organisation_id, now) as session:
        before = await _before(session, mail)
    if before is None:
        raise RuntimeError("a mail that is there cannot be found")
    return before


async def _before(session: AsyncSession, mail: IncomingMail) -> Taken | None:
    row = await incoming.by_key(session, mail.key)
    if row is None:
        return None
    found = await incoming.find(session, row.id)
    return Taken(row=row, reference=found[1] if found else None, repeated=True)


async def _loop(session: AsyncSession, who: Caller, mail: IncomingMail) -> str | None:
    """Return why a mail is one of our own that came back, or None."""
    if mail.own is not None and await incoming.is_own_notice(session, who.organisation_id, mail.own):
        return "own_loop"
    return None


async def _bounced(session: AsyncSession, who: Caller, mail: IncomingMail, now: datetime) -> Bounce | None:
    """Return what a mail says of a notice of the organisation; of another's, or of none, it says nothing here.

    Anybody can write such a mail who knows the id of a notice. So it counts only of what went as a mail, and lately.
    """
    bounce, since = mail.bounce, now - LONGEST_BOUNCE
    if bounce is None or not await incoming.may_bounce(session, who.organisation_id, bounce.notice_id, since):
        return None
    return bounce


async def _target(session: AsyncSession, who: Caller, mail: IncomingMail) -> tuple[str, str] | None:
    """Return the reference of the complaint that a mail answers, and how that is known; None where it answers none."""
    reference = await incoming.answered(session, who.organisation_id, mail.answers)
    if reference is not None:
        return reference, "in_reply_to"
    for said in mail.references:
        stored = normalise(said)
        found = await find(session, stored) if stored else None
        if stored and found is not None and _is_here(found, who):
            return stored, "subject"
    return None


def _is_here(found: Found, who: Caller) -> bool:
    """Say whether a complaint is the organisation's own, and was not refused when it was to be opened."""
    logged = found.logged_by
    return found.organisation_id == who.organisation_id and (logged is None or logged.state != "refused")


async def _store(parts: Parts, who: Caller, raw: Raw) -> Raw:
    """Keep the mail itself, what is infected too: it is evidence, and is not handed out. Raises a problem."""
    source = io.BytesIO(raw.content)
    try:
        finding = await parts.scanner.scan(source)
        await parts.files.put(_key(who, raw), source)
    except ScannerAway:
        raise Problem("scanner_unavailable") from None
    except StoreAway:
        raise Problem("storage_unavailable") from None
    except KeyTaken:
        raise Problem("content_damaged") from None
    if isinstance(finding, Infected):
        _log.warning("mail.infected", organisation_id=str(who.organisation_id), signature=finding.signature)
        return Raw(content=raw.content, arrived_at=raw.arrived_at, now=raw.now, sha256=raw.sha256, infected=True)
    return raw


def _key(who: Caller, raw: Raw) -> FileKey:
    return FileKey(organisation_id=who.organisation_id, file_id=uuid5(who.organisation_id, f"mail\n{raw.sha256}"))


class _Taking:
    """One mail on its way in."""

    def __init__(self, parts: Parts, door: Door, who: Caller, mail: IncomingMail, raw: Raw, files: KeptFiles) -> None:
        self._parts, self._door, self._who = parts, door, who
        self._mail, self._raw, self._files = mail, raw, files
        self._envelope = Envelope(route=ROUTE, key=mail.key)
        self._row: Incoming | None = None

    async def take(self, automatic: str | None, target: tuple[str, str] | None) -> Taken:
        """Keep the mail, record the answer, or log it."""
        if automatic is not None:
            async with self._session() as session:
                row = self._add(session, "automatic", automatic, None)
                told = await self._tell(session) if automatic == _BOUNCED else None
            if told is not None:
                self._parts.starts.begin(self._who.organisation_id, told)
            return Taken(row=row, reference=None, repeated=False)
        if target is not None:
            return await self._record(*target)
        return await self._enquire()

    async def _tell(self, session: AsyncSession) -> UUID | None:
        """Put on its complaint, once, that a notice did not arrive; return which. What a server could write, it did."""
        bounce = self._mail.bounce
        notice = await session.get(Notice, bounce.notice_id) if bounce is not None else None
        if notice is None:
            return None
        said = NoticeOutcomeSaid(notice_id=notice.id, state=NoticeState.FAILED, failure=_BOUNCED)
        await append_submission(session, saying(notice.organisation_id, notice.complaint_id, said, self._raw.now))
        return notice.complaint_id

    async def _record(self, reference: str, reason: str) -> Taken:
        said = mail_words.contact(self._mail, self._files, self._raw.arrived_at)
        saying = self._saying(CommandKind.RECORD_CONTACT, said)
        submission = await self._door.say(self._who, reference, saying, self._prepare("answer", reason))
        # What is about the same complaint, and stands behind it: its files.
        self._parts.starts.begin(self._who.organisation_id, submission.complaint_id)
        return await self._taken(reference)

    async def _enquire(self) -> Taken:
        async with self._session() as session:
            sent = await incoming.sent_since(session, self._mail.from_address or "", self._raw.now - _DAY)
        said = mail_words.enquiry(self._mail, self._files, today(self._raw.arrived_at), answered=sent < MOST_RECEIPTS)
        reason = "new" if self._mail.readable else "unreadable"
        saying = self._saying(CommandKind.LOG, said)
        submission = await self._door.log(self._who, saying, self._prepare("logged", reason))
        return await self._taken(str(submission.reference))

    def _saying(self, kind: CommandKind, said: Log | RecordContact) -> Saying:
        return Saying(kind=kind, said=said, envelope=self._envelope, fingerprint=self._mail.key)

    def _prepare(self, state: str, reason: str) -> Prepare:
        async def prepare(session: AsyncSession, submission: Submission) -> None:
            self._add(session, state, reason, submission)
            await session.flush()
            await mail_files.attach(self._parts, session, self._who, submission, self._files, self._envelope)

        return prepare

    async def _taken(self, reference: str) -> Taken:
        if self._row is not None:
            return Taken(row=self._row, reference=reference, repeated=False)
        async with self._session() as session:
            before = await _before(session, self._mail)
        if before is None:
            raise RuntimeError("said before, and not there")
        return before

    def _session(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self._parts.database.tenant(self._who.organisation_id, self._raw.now)

    def _add(self, session: AsyncSession, state: str, reason: str, submission: Submission | None) -> Incoming:
        mail, raw = self._mail, self._raw
        row = Incoming(
            id=uuid7(),
            organisation_id=self._who.organisation_id,
            mail_key=mail.key,
            message_id=mail.message_id,
            sha256=raw.sha256,
            size=len(raw.content),
            stored_key=str(_key(self._who, raw)),
            scanned_with=self._parts.scanner.name,
            infected=raw.infected,
            received_at=raw.arrived_at,
            taken_in_at=raw.now,
            from_name=mail.from_name,
            from_address=mail.from_address,
            subject=mail.subject,
            state=state,
            reason=reason,
            files=len(self._files.kept),
            refused_files=list(self._files.refused),
            complaint_id=submission.complaint_id if submission else None,
            submission_id=submission.id if submission else None,
        )
        session.add(row)
        self._row = row
        return row
