"""The effects of a notice on its way: hand it over, give it up, tell its complaint.

Mail is handed over outside every transaction. A crash between the two can hand a mail over again,
with the same Message-ID and the same copy of its letter; nothing here can lose one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.acts.body_letters import LINK
from activities.acts.reach import FORMAT_OWED
from activities.letter_codes import LetterCodes
from activities.letter_copies import LetterCopies
from activities.notice_steps import MAIL_AWAY as MAIL_AWAY  # what raises it is asked for it
from activities.notice_steps import found, is_letter, kept_here, moment, outcome_of, owed, undeliverable
from activities.out_tray import Tray
from contracts import names
from contracts.notices import OUT_TRAY, NoticeAct, NoticeOutcome, NoticeState
from db.desk_said import NoticeOutcomeSaid
from db.engine import Database
from db.outcome_said import saying
from db.queries.notices import NoticeToSend, settle_queued
from db.queries.submissions import append_submission
from gateways.feedback_marks import FeedbackMarks
from gateways.mail import Attachment, MailGateway, MailUnavailable, OutgoingMail, Undeliverable, message_id
from gateways.out_tray import OutTray
from gateways.part_links import PartLinks
from gateways.sealing import Sealing
from gateways.typesetting import CannotTypeset, Typesetter

_EMAIL: Final = "email"
_DELIVERY_BUDGET: Final = timedelta(seconds=5)  # well below the time an attempt to report is given
_REPORTED: Final = frozenset({NoticeState.WITHHELD, NoticeState.FAILED})

# Deliver what is pending for (organisation, complaint). What it leaves, the sweep delivers.
Deliver = Callable[[UUID, UUID], Awaitable[object]]


class Notices:
    """Carry notices to the mail gateway or the out-tray, under their organisation."""

    def __init__(
        self,
        database: Database,
        mail: MailGateway,
        sender_default: str,
        typesetter: Typesetter,
        deliver: Deliver | None = None,
        out_tray: OutTray | None = None,
        links: PartLinks | None = None,
        marks: FeedbackMarks | None = None,
    ) -> None:
        self._database = database
        self._mail = mail
        self._sender_default = sender_default
        self._codes = LetterCodes(database, marks or FeedbackMarks(Sealing()))
        self._copies = LetterCopies(database, typesetter, self._codes)
        self._tray = Tray(database, self._copies, out_tray) if out_tray is not None else None
        self._deliver = deliver
        self._links = links

    @activity.defn(name=names.SEND_NOTICE)
    async def send(self, act: NoticeAct) -> NoticeOutcome:
        """Hand a queued notice over, unless its complaint forbids it now; or see to a letter in the out-tray.

        QUEUED in the answer means that a hold is in force, the silence of an import, or, with `look_at`, quiet hours.
        Raises UNDELIVERABLE with a failure code in its details, never to be retried; NOT_FOUND; or MAIL_AWAY, to be
        retried.
        """
        now = moment(act)
        async with self._database.tenant(act.organisation_id, now) as session:
            notice = await found(session, act)
            in_tray = notice.carrier == OUT_TRAY.value
            kept = None if in_tray else await kept_here(session, act, notice, now)
        if kept is not None:
            return kept
        if in_tray:
            return await self._tray.see_to(act, notice, now) if self._tray is not None else outcome_of(notice)
        try:
            await self._hand_over(act, notice, now)
        except CannotTypeset:
            async with self._database.tenant(act.organisation_id, now) as session:
                return await owed(session, act)
        return await self._settle(act, NoticeState.HANDED_OVER, now)

    @activity.defn(name=names.GIVE_UP_NOTICE)
    async def give_up(self, act: NoticeAct) -> NoticeOutcome:
        """Mark a queued notice failed, or say what it became meanwhile. Raises NOT_FOUND."""
        return await self._settle(act, NoticeState.FAILED, moment(act))

    @activity.defn(name=names.REPORT_NOTICE)
    async def report(self, act: NoticeAct) -> None:
        """Put what became of a notice on its complaint, as something said. Raises NOT_FOUND."""
        now = moment(act)
        async with self._database.tenant(act.organisation_id, now) as session:
            notice = await found(session, act)
            if not _is_reported(notice):
                return
            said = NoticeOutcomeSaid(notice_id=act.notice_id, state=notice.state, failure=notice.failure)
            await append_submission(session, saying(act.organisation_id, act.complaint_id, said, now))
        await try_delivery(self._deliver, act)

    async def _hand_over(self, act: NoticeAct, notice: NoticeToSend, now: datetime) -> None:
        if notice.channel != _EMAIL:
            raise undeliverable("no_gateway")
        if not notice.recipient:
            raise undeliverable("no_address")
        attachment = await self._attachment(act, notice, now)
        sender = notice.sender or self._sender_default
        mail = OutgoingMail(
            message_id=message_id(notice.notice_id, sender),
            sender=sender,
            sender_name=notice.sender_name,
            recipient=notice.recipient,
            subject=notice.subject,
            body=await self._codes.leaving(act.organisation_id, act.notice_id, self._words(notice), now),
            dated=now,
            automatic=not notice.released,
            attachment=attachment,
        )
        try:
            await self._mail.send(mail)
        except Undeliverable as fault:
            raise undeliverable(fault.code) from None
        except MailUnavailable as fault:
            raise ApplicationError(fault.code, type=MAIL_AWAY) from None

    def _words(self, notice: NoticeToSend) -> str:
        """Return the words as they leave: with the link to a body's page, which stands nowhere until now."""
        if LINK not in notice.body:
            return notice.body
        if notice.link_of is None or self._links is None or not self._links.can_be_made:
            raise undeliverable("no_link")
        return notice.body.replace(LINK, self._links.link_of(notice.organisation_code, *notice.link_of))

    async def _attachment(self, act: NoticeAct, notice: NoticeToSend, now: datetime) -> Attachment | None:
        """Return what goes with the words: a letter's copy, and whatever is needed in large print.

        Raises CannotTypeset where there is no large print.
        """
        if notice.large_print and is_letter(notice):
            return await self._copies.large(act, now)
        return await self._copies.attached(act, now) if notice.released and is_letter(notice) else None

    async def _settle(self, act: NoticeAct, state: NoticeState, now: datetime) -> NoticeOutcome:
        failure = act.failure.value if act.failure and state is NoticeState.FAILED else None
        async with self._database.tenant(act.organisation_id, now) as session:
            await settle_queued(session, act.notice_id, state, now, failure)
            return outcome_of(await found(session, act))


async def try_delivery(deliver: Deliver | None, act: NoticeAct) -> None:
    """Deliver what is said of a complaint if that goes quickly; the sweep delivers what it leaves."""
    if deliver is None:
        return
    with suppress(Exception):
        async with asyncio.timeout(_DELIVERY_BUDGET.total_seconds()):
            await deliver(act.organisation_id, act.complaint_id)


def _is_reported(notice: NoticeToSend) -> bool:
    """Say whether the complaint is told at once.

    Of a message that arrived at the gateway an open complaint learns with its next act: telling it
    would cost as much history as a command.
    """
    arrived = notice.state is NoticeState.HANDED_OVER and is_letter(notice)
    if notice.state is NoticeState.RELEASED and notice.failure == FORMAT_OWED:
        return notice.carrier is None  # one that lies in the out-tray was owed by an act
    # With a failure: a correction had withheld it, and came too late.
    at_once = not notice.complaint_open or notice.failure is not None
    # A letter of the out-tray is withheld, or handed over, by a person: that is on record.
    return notice.carrier != OUT_TRAY.value and (notice.state in _REPORTED or (arrived and at_once))
