"""A notice by GOV.UK Notify: handed over once, and followed until it has arrived or is known not to.

Notify tells two messages with one reference from each other: so a hand-over is written down before it is tried, and one
that was tried before is looked up by its reference before anything is sent again.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.letter_codes import LetterCodes
from activities.letter_copies import LetterCopies
from activities.notice_steps import MAIL_AWAY, found, kept_here, moment, outcome_of, undeliverable
from activities.notices import Deliver, try_delivery
from contracts import names
from contracts.code import Code
from contracts.notices import ARRIVAL_UNKNOWN, NoticeAct, NoticeOutcome, NoticeState
from db.desk_said import NoticeOutcomeSaid
from db.engine import Database
from db.models.arrivals import CarrierSetting
from db.models.work import Notice
from db.outcome_said import saying
from db.queries import carriers
from db.queries.copies import letter_words
from db.queries.notices import NoticeToSend, settle_queued
from db.queries.submissions import append_submission
from gateways.feedback_marks import FeedbackMarks
from gateways.mail import MailUnavailable, Undeliverable
from gateways.notify import DELIVERED, FAILURES, IN_THE_POST, Account, Known, Message, Notify, letter_fault
from gateways.sealing import NoSecretsKey, Sealing, Unsealable, about
from gateways.typesetting import CannotTypeset, Typesetter

# Below what an attempt is given: two attempts at once could each find nothing, and each send.
_WHOLE: Final = timedelta(seconds=50)
_LETTER: Final = "letter"
KEY_COLUMN: Final = "carrier_setting.key_sealed"


class ByNotify:
    """Carry notices by GOV.UK Notify, each organisation's with its own key."""

    def __init__(
        self,
        database: Database,
        notify: Notify,
        sealing: Sealing,
        typesetter: Typesetter,
        deliver: Deliver | None = None,
    ) -> None:
        self._database = database
        self._notify = notify
        self._sealing = sealing
        self._codes = LetterCodes(database, FeedbackMarks(sealing))
        self._copies = LetterCopies(database, typesetter, self._codes)
        self._deliver = deliver

    @activity.defn(name=names.NOTIFY_SEND)
    async def send(self, act: NoticeAct) -> NoticeOutcome:
        """Hand a queued notice over to Notify, once. Answers and raises as `notice.send` does."""
        now = moment(act)
        try:
            async with asyncio.timeout(_WHOLE.total_seconds()):
                known = await self._taken_before(act, now) or await self._sent(act, now)
        except Undeliverable as fault:
            raise undeliverable(fault.code) from None
        except MailUnavailable as fault:
            raise ApplicationError(fault.code, type=MAIL_AWAY) from None
        except TimeoutError:
            raise ApplicationError("notify_timeout", type=MAIL_AWAY) from None
        if isinstance(known, NoticeOutcome):
            return known
        async with self._database.tenant(act.organisation_id, now) as session:
            await carriers.note_status(session, act.notice_id, known.status, now, known.id)
            await settle_queued(session, act.notice_id, NoticeState.HANDED_OVER, now)
            return outcome_of(await found(session, act))

    @activity.defn(name=names.NOTIFY_FOLLOW)
    async def follow(self, act: NoticeAct) -> NoticeOutcome:
        """Look what became of a notice at Notify, and say it once it is known.

        With a failure in the act this was the last look: what is not known to have arrived is said to be so. Raises
        NOT_FOUND, never to be retried, or MAIL_AWAY.
        """
        now = moment(act)
        async with self._database.tenant(act.organisation_id, now) as session:
            notice = await found(session, act)
            setting = await carriers.setting(session, carriers.NOTIFY)
        if notice.state is not NoticeState.HANDED_OVER:
            return outcome_of(notice)  # a callback came sooner, or a person said so
        status = await self._status(act, setting, last=act.failure is not None)
        said = _said(act, status)
        async with self._database.tenant(act.organisation_id, now) as session:
            if status is not None:
                await carriers.note_status(session, act.notice_id, status, now)
            if said is not None:
                once = ARRIVAL_UNKNOWN.value if said.state is NoticeState.HANDED_OVER else None
                await append_submission(session, saying(act.organisation_id, act.complaint_id, said, now, once))
        if said is None:
            return outcome_of(notice)
        await try_delivery(self._deliver, act)
        return NoticeOutcome(state=said.state, failure=Code(said.failure) if said.failure else None)

    async def _taken_before(self, act: NoticeAct, now: datetime) -> Known | None:
        """Return what Notify took at an attempt of which nobody knows what came: that has left, whatever holds now."""
        async with self._database.tenant(act.organisation_id, now) as session:
            notice = await found(session, act)
            tried = await carriers.carriage_of(session, act.notice_id) is not None
            setting = await carriers.setting(session, carriers.NOTIFY)
        # One that was withheld since has left all the same, if Notify has it.
        if not tried or notice.state not in (NoticeState.QUEUED, NoticeState.WITHHELD):
            return None
        return await self._notify.find(self._account(setting), act.notice_id)

    async def _sent(self, act: NoticeAct, now: datetime) -> Known | NoticeOutcome:
        """Hand a notice over, or return what it is where it may not leave now."""
        async with self._database.tenant(act.organisation_id, now) as session:
            notice = await found(session, act)
            kept = await kept_here(session, act, notice, now)
            setting = await carriers.setting(session, carriers.NOTIFY)
        if kept is not None:
            return kept
        account, message = self._account(setting), await self._message(act, notice, now)
        async with self._database.tenant(act.organisation_id, now) as session:
            row = await session.get_one(Notice, act.notice_id)
            await carriers.begin_carriage(session, row, uuid5(row.id, "carriage"), carriers.NOTIFY, now)
        return await self._notify.send(account, message)

    async def _status(self, act: NoticeAct, setting: CarrierSetting | None, *, last: bool) -> str | None:
        """Return how a notice stands at Notify, as a code; None where it cannot be known."""
        try:
            known = await self._notify.find(self._account(setting), act.notice_id)
        except Undeliverable:
            return None
        except MailUnavailable as fault:
            if last:
                return None
            raise ApplicationError(fault.code, type=MAIL_AWAY) from None
        return known.status if known is not None else None

    def _account(self, setting: CarrierSetting | None) -> Account:
        """Return an organisation's account. Raises Undeliverable without one, MailUnavailable where no key opens it."""
        if setting is None or setting.key_sealed is None:
            raise Undeliverable("carrier_off")
        try:
            key = self._sealing.unseal(setting.key_sealed, about(KEY_COLUMN, setting.id))
        except (NoSecretsKey, Unsealable):
            # Ours to mend, and every notice would fail with it: they wait.
            raise MailUnavailable("secrets_away") from None
        return Account(
            key=key,
            email_template=setting.email_template,
            text_template=setting.text_template,
            reply_to=setting.reply_to,
        )

    async def _message(self, act: NoticeAct, notice: NoticeToSend, now: datetime) -> Message:
        if notice.channel == _LETTER:
            return Message(reference=act.notice_id, channel=_LETTER, pdf=await self._pdf(act, now))
        if not notice.recipient:
            raise undeliverable("no_address")
        return Message(
            reference=act.notice_id,
            channel=notice.channel,
            recipient=notice.recipient,
            subject=notice.subject,
            body=await self._codes.leaving(act.organisation_id, act.notice_id, notice.body, now),
        )

    async def _pdf(self, act: NoticeAct, now: datetime) -> bytes:
        """Return a letter as it is printed. Raises UNDELIVERABLE for one that Notify will not print."""
        try:
            copy = await self._copies.kept(act, now)
        except CannotTypeset:
            raise undeliverable("no_copy") from None
        async with self._database.tenant(act.organisation_id, now) as session:
            words = await letter_words(session, act.complaint_id, act.notice_id)
        address = f"{words.recipient or ''}\n{words.address or ''}" if words is not None else ""
        if (fault := letter_fault(copy.content, [line for line in address.splitlines() if line.strip()])) is not None:
            raise undeliverable(fault)
        return copy.content


def _said(act: NoticeAct, status: str | None) -> NoticeOutcomeSaid | None:
    """Return what there is to say of a notice; None while nothing is known, and another look will be taken."""
    if status == DELIVERED:
        return NoticeOutcomeSaid(notice_id=act.notice_id, state=NoticeState.DELIVERED)
    if status in FAILURES:
        return NoticeOutcomeSaid(notice_id=act.notice_id, state=NoticeState.FAILED, failure=status)
    if act.failure is None or status in IN_THE_POST:
        return None
    return NoticeOutcomeSaid(notice_id=act.notice_id, state=NoticeState.HANDED_OVER, failure=ARRIVAL_UNKNOWN.value)
