"""The effects of a notice on its way: hand it over, give it up, tell its complaint.

Mail is handed over outside every transaction. A crash between the two can hand a mail over again,
with the same Message-ID and the same copy of its letter; nothing here can lose one.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from contracts import names
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.failures import ErrorType
from contracts.notices import NoticeAct, NoticeOutcome, NoticeState
from db.desk_said import NoticeOutcomeSaid
from db.engine import Database
from db.queries.copies import keep_copy, kept_copy, letter_words
from db.queries.notices import (
    NoticeToSend,
    get_notice_to_send,
    settle_queued,
)
from db.queries.submissions import NewSubmission, append_submission
from db.said import to_body
from gateways.mail import (
    Attachment,
    MailGateway,
    MailUnavailable,
    OutgoingMail,
    Undeliverable,
    message_id,
)
from gateways.typesetting import PDF, CannotTypeset, Typesetter, file_name
from policies.calendars import local_date

MAIL_AWAY = "MAIL_AWAY"  # the type of a failure that another attempt may mend
_EMAIL = "email"
_DELIVERY_BUDGET = timedelta(seconds=5)  # well below the time an attempt to report is given
_REPORTED = frozenset({NoticeState.WITHHELD, NoticeState.FAILED})
_log = logging.getLogger(__name__)

# Deliver what is pending for (organisation, complaint). What it leaves, the sweep delivers.
Deliver = Callable[[UUID, UUID], Awaitable[object]]


class Notices:
    """Carry notices to the mail gateway, under their organisation."""

    def __init__(
        self,
        database: Database,
        mail: MailGateway,
        sender_default: str,
        typesetter: Typesetter,
        deliver: Deliver | None = None,
    ) -> None:
        self._database = database
        self._mail = mail
        self._sender_default = sender_default
        self._typesetter = typesetter
        self._deliver = deliver

    @activity.defn(name=names.SEND_NOTICE)
    async def send(self, act: NoticeAct) -> NoticeOutcome:
        """Hand a queued notice over, unless its complaint forbids it at this moment.

        QUEUED in the answer means that a hold is in force, or the silence of an import. Raises UNDELIVERABLE
        with a failure code in its details, never to be retried; NOT_FOUND; or MAIL_AWAY, to be retried.
        """
        now = _moment(act)
        async with self._database.tenant(act.organisation_id, now) as session:
            notice = await _found(session, act)
            if notice.state is not NoticeState.QUEUED or _held(notice) or _silent(notice, now):
                return _outcome(notice)
            if _stopped(notice):
                await settle_queued(session, act.notice_id, NoticeState.WITHHELD, now)
                return NoticeOutcome(state=NoticeState.WITHHELD)
        await self._hand_over(act, notice, now)
        return await self._settle(act, NoticeState.HANDED_OVER, now)

    @activity.defn(name=names.GIVE_UP_NOTICE)
    async def give_up(self, act: NoticeAct) -> NoticeOutcome:
        """Mark a queued notice failed, or say what it became meanwhile. Raises NOT_FOUND."""
        return await self._settle(act, NoticeState.FAILED, _moment(act))

    @activity.defn(name=names.REPORT_NOTICE)
    async def report(self, act: NoticeAct) -> None:
        """Put what became of a notice on its complaint, as something said. Raises NOT_FOUND."""
        now = _moment(act)
        async with self._database.tenant(act.organisation_id, now) as session:
            notice = await _found(session, act)
            if not _is_reported(notice):
                return
            await append_submission(session, _submission(act, notice, now))
        await self._try_delivery(act)

    async def _try_delivery(self, act: NoticeAct) -> None:
        """Deliver at once if that goes quickly; the sweep delivers what it leaves."""
        if self._deliver is None:
            return
        with suppress(Exception):
            async with asyncio.timeout(_DELIVERY_BUDGET.total_seconds()):
                await self._deliver(act.organisation_id, act.complaint_id)

    async def _hand_over(self, act: NoticeAct, notice: NoticeToSend, now: datetime) -> None:
        if notice.channel != _EMAIL:
            raise _undeliverable("no_gateway")
        if not notice.recipient:
            raise _undeliverable("no_address")
        sender = notice.sender or self._sender_default
        mail = OutgoingMail(
            message_id=message_id(notice.notice_id, sender),
            sender=sender,
            sender_name=notice.sender_name,
            recipient=notice.recipient,
            subject=notice.subject,
            body=notice.body,
            dated=now,
            automatic=not notice.released,
            attachment=await self._copy(act, now) if notice.released and _outside(notice) else None,
        )
        try:
            await self._mail.send(mail)
        except Undeliverable as fault:
            raise _undeliverable(fault.code) from None
        except MailUnavailable as fault:
            raise ApplicationError(fault.code, type=MAIL_AWAY) from None

    async def _copy(self, act: NoticeAct, now: datetime) -> Attachment | None:
        """Return the accessible copy of a letter, or None, and tell the operator, where there can be none.

        Such a letter goes as text alone: that somebody is told in time comes first.
        """
        try:
            return await self._kept(act, now)
        except CannotTypeset as fault:
            _log.error("no copy of notice %s of complaint %s: %s", act.notice_id, act.complaint_id, fault.code)
            return None

    async def _kept(self, act: NoticeAct, now: datetime) -> Attachment:
        """Return the copy of a letter, the same at each attempt: it is kept before it is sent. Raises CannotTypeset."""
        async with self._database.tenant(act.organisation_id, now) as session:
            words = await letter_words(session, act.complaint_id, act.notice_id)
            copy = await kept_copy(session, act.complaint_id, act.notice_id)
        if words is None:
            raise CannotTypeset("no_recipient")
        if copy is None:
            made = await self._typesetter.typeset(words)
            async with self._database.tenant(act.organisation_id, now) as session:
                copy = await keep_copy(session, words, made.content, sheet=made.sheet, program=made.program, now=now)
        if not copy.whole:
            raise CannotTypeset("copy_damaged")
        return Attachment(name=file_name(words), media_type=PDF, content=copy.content)

    async def _settle(self, act: NoticeAct, state: NoticeState, now: datetime) -> NoticeOutcome:
        failure = act.failure.value if act.failure and state is NoticeState.FAILED else None
        async with self._database.tenant(act.organisation_id, now) as session:
            await settle_queued(session, act.notice_id, state, now, failure)
            return _outcome(await _found(session, act))


def _moment(act: NoticeAct) -> datetime:
    """Return the time of this attempt: `act.now` is of the first, which may be days ago."""
    info = activity.info()
    return act.now + (info.current_attempt_scheduled_time - info.scheduled_time)


async def _found(session: AsyncSession, act: NoticeAct) -> NoticeToSend:
    notice = await get_notice_to_send(session, act.notice_id)
    if notice is None or notice.complaint_id != act.complaint_id:
        raise ApplicationError("no such notice", type=ErrorType.NOT_FOUND, non_retryable=True)
    return notice


def _outside(notice: NoticeToSend) -> bool:
    """Say whether it goes to a person outside: whatever is not for a named member of staff does."""
    return not notice.to_staff


def _stopped(notice: NoticeToSend) -> bool:
    return notice.stop_contact and _outside(notice)


def _held(notice: NoticeToSend) -> bool:
    """Say whether to wait. Stopped contact goes before a hold: there is nothing to wait for."""
    return notice.hold and not notice.stop_contact and _outside(notice)


def _silent(notice: NoticeToSend, now: datetime) -> bool:
    """Say whether the switch date of an import lies ahead. Mail that has left cannot be called back by a database."""
    return notice.switch_on is not None and local_date(now) < notice.switch_on


def _is_reported(notice: NoticeToSend) -> bool:
    """Say whether the complaint is told at once.

    Of a message that arrived at the gateway an open complaint learns with its next act: telling it
    would cost as much history as a command.
    """
    arrived = notice.state is NoticeState.HANDED_OVER and _outside(notice)
    # With a failure: a correction had withheld it, and came too late.
    at_once = not notice.complaint_open or notice.failure is not None
    return notice.state in _REPORTED or (arrived and at_once)


def _outcome(notice: NoticeToSend) -> NoticeOutcome:
    failure = Code(notice.failure) if notice.failure else None
    return NoticeOutcome(state=notice.state, failure=failure)


def _undeliverable(code: str) -> ApplicationError:
    return ApplicationError(
        "the notice cannot be delivered",
        code,
        type=ErrorType.UNDELIVERABLE,
        non_retryable=True,
    )


def _submission(act: NoticeAct, notice: NoticeToSend, now: datetime) -> NewSubmission:
    """Return what is said. Its id is of notice and state: said twice, it is there once."""
    said = NoticeOutcomeSaid(notice_id=act.notice_id, state=notice.state, failure=notice.failure)
    body = to_body(CommandKind.NOTICE_OUTCOME, said)
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return NewSubmission(
        id=uuid5(act.notice_id, notice.state.value),
        organisation_id=act.organisation_id,
        complaint_id=act.complaint_id,
        kind=CommandKind.NOTICE_OUTCOME,
        body=body,
        caller=f"notice/{act.notice_id}",
        person_id=None,
        role="system",
        route=names.REPORT_NOTICE,
        idempotency_key=None,
        body_hash=hashlib.sha256(canonical).hexdigest(),
        received_at=now,
    )
