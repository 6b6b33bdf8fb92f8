"""A letter and the out-tray: laid out while it waits to be posted, and taken out when it has been, or may not be."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import uuid5

from temporalio.exceptions import ApplicationError

from activities.letter_copies import LetterCopies
from activities.notice_steps import MAIL_AWAY, outcome_of, owed
from contracts.notices import NoticeAct, NoticeOutcome, NoticeState
from db.engine import Database
from db.models.work import Notice
from db.queries import carriers
from db.queries.carriers import NO_COPY
from db.queries.notices import NoticeToSend
from gateways.mail import MailUnavailable
from gateways.out_tray import OutTray
from gateways.typesetting import CannotTypeset

_POSTED: Final = frozenset({NoticeState.HANDED_OVER, NoticeState.DELIVERED, NoticeState.FAILED})


class Tray:
    """See to letters in the out-tray, under their organisation. Whatever is done here can be done again."""

    def __init__(self, database: Database, copies: LetterCopies, tray: OutTray) -> None:
        self._database = database
        self._copies = copies
        self._tray = tray

    async def see_to(self, act: NoticeAct, notice: NoticeToSend, now: datetime) -> NoticeOutcome:
        """Lay a released letter out, or take out one that is released no more. Its state stays what it is.

        Raises MAIL_AWAY where the tray is away. A letter of which no PDF can be made is printed from its words;
        one in large print is owed to its reader by a person.
        """
        name = f"{notice.reference}-{notice.notice_id}.pdf"
        try:
            if notice.state is NoticeState.RELEASED and notice.failure is None:
                try:
                    await self._lay_out(act, notice, name, now)
                except CannotTypeset:
                    async with self._database.tenant(act.organisation_id, now) as session:
                        return await owed(session, act)
            else:
                await self._tray.take_out(notice.organisation_code, name, posted=notice.state in _POSTED)
                await self._note(act, now, laid_out=False)
        except MailUnavailable as fault:
            raise ApplicationError(fault.code, type=MAIL_AWAY) from None
        return outcome_of(notice)

    async def _lay_out(self, act: NoticeAct, notice: NoticeToSend, name: str, now: datetime) -> None:
        copy = await (self._copies.large if notice.large_print else self._copies.attached)(act, now)
        # Written before it lies there: whatever dies in between, a letter that is withheld then is looked for there.
        async with self._database.tenant(act.organisation_id, now) as session:
            row = await session.get_one(Notice, act.notice_id)
            await carriers.begin_carriage(session, row, uuid5(row.id, "carriage"), carriers.OUT_TRAY, now)
            if copy is None:
                await carriers.note_status(session, row.id, NO_COPY, now)
        if copy is not None:
            await self._tray.lay_out(notice.organisation_code, name, copy.content)
            await self._note(act, now, laid_out=True)

    async def _note(self, act: NoticeAct, now: datetime, *, laid_out: bool) -> None:
        async with self._database.tenant(act.organisation_id, now) as session:
            await carriers.note_tray(session, act.notice_id, now, laid_out=laid_out)
