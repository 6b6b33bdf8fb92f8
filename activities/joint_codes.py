"""The effect of a code's workflow: send the code to whom it is for, or let go of it when it is good no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.notice_steps import MAIL_AWAY
from contracts import names
from contracts.failures import ErrorType
from contracts.joint import JointCodeAct, JointCodeSent
from db.engine import Database
from db.models.access import BodyAccess, BodyCode
from db.models.organisation import Organisation
from db.queries import access
from gateways.mail import MailGateway, MailUnavailable, OutgoingMail, Undeliverable, message_id
from gateways.sealing import NoSecretsKey, Sealing, Unsealable, about

SEALED = "body_code.sealed"
# No name, no reference: only who asked for it knows what it is for.
_SUBJECT = "Your code"
_WORDS = """Your code is {code}

Type it into the page on which you asked for it. It is good for ten minutes, and once.

If you did not ask for a code, you need not do anything: somebody may have opened a link that is yours. Nobody from
{organisation} will ever ask you for a code by telephone or e-mail.
"""


class JointCodes:
    """Send codes by mail, under their organisation."""

    def __init__(self, database: Database, mail: MailGateway, sender: str, sealing: Sealing) -> None:
        self._database = database
        self._mail = mail
        self._sender = sender
        self._sealing = sealing

    @activity.defn(name=names.JOINT_CODE_SEND)
    async def send(self, act: JointCodeAct) -> JointCodeSent:
        """Send a code once, and wipe it; wipe one that is good no more. Raises NOT_FOUND, or MAIL_AWAY to be retried.

        A crash between the two sends it again, with the same Message-ID.
        """
        now = _moment(act)
        async with self._database.tenant(act.organisation_id, now) as session:
            row = await _found(session, act)
            if row.sent_at is not None or row.sealed is None:
                return JointCodeSent(sent=row.sent_at is not None)
            if row.ended_at is not None or row.used_at is not None or row.expires_at <= now:
                row.sealed = None
                return JointCodeSent(sent=False)
            holder = await session.get(BodyAccess, row.access_id)
            organisation = await session.get(Organisation, act.organisation_id)
            assert holder is not None and organisation is not None  # foreign keys
            mail = self._made(row, holder, organisation, now)
        sent = mail is not None and await self._handed_over(mail)
        async with self._database.tenant(act.organisation_id, now) as session:
            row = await _found(session, act)
            row.sealed, row.sent_at = None, now if sent else None
        return JointCodeSent(sent=sent)

    def _made(
        self, row: BodyCode, holder: BodyAccess, organisation: Organisation, now: datetime
    ) -> OutgoingMail | None:
        """Return the mail; None where the key that sealed the code is gone."""
        assert row.sealed is not None
        try:
            code = self._sealing.unseal(row.sealed, about(SEALED, row.id))
        except (NoSecretsKey, Unsealable):
            return None
        sender = organisation.sender_email or self._sender
        return OutgoingMail(
            message_id=message_id(row.id, sender),
            sender=sender,
            sender_name=organisation.name,
            recipient=holder.email,
            subject=_SUBJECT,
            body=_WORDS.format(code=code, organisation=organisation.name),
            dated=now,
            automatic=True,
        )

    async def _handed_over(self, mail: OutgoingMail) -> bool:
        try:
            await self._mail.send(mail)
        except Undeliverable:
            return False
        except MailUnavailable as fault:
            raise ApplicationError(fault.code, type=MAIL_AWAY) from None
        return True


async def _found(session: AsyncSession, act: JointCodeAct) -> BodyCode:
    row = await access.code_for_change(session, act.code_id)
    if row is None:
        raise ApplicationError("no_such_code", type=ErrorType.NOT_FOUND, non_retryable=True)
    return row


def _moment(act: JointCodeAct) -> datetime:
    """Return the time of this attempt: `act.now` is of the first, and a code is good for minutes."""
    info = activity.info()
    return act.now + (info.current_attempt_scheduled_time - info.scheduled_time)
