"""The accessible copy of a letter: made once, kept before it leaves, and the same bytes whoever carries it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from activities.letter_codes import NO_LINK, LetterCodes
from contracts.notices import NoticeAct
from db.engine import Database
from db.feedback_codes import is_hidden
from db.queries.copies import keep_copy, kept_copy, letter_words
from gateways.mail import Attachment
from gateways.typesetting import PDF, CannotTypeset, Typesetter, file_name

_log = logging.getLogger(__name__)


class LetterCopies:
    """Make and keep the copies of letters. What is secret in one is in what leaves, and in no copy that is kept."""

    def __init__(self, database: Database, typesetter: Typesetter, codes: LetterCodes) -> None:
        self._database = database
        self._typesetter = typesetter
        self._codes = codes

    async def attached(self, act: NoticeAct, now: datetime) -> Attachment | None:
        """Return the accessible copy of a letter, or None, and tell the operator, where there can be none.

        Such a letter goes as text alone: that somebody is told in time comes first.
        """
        try:
            return await self.kept(act, now)
        except CannotTypeset as fault:
            _tell(act, fault)
            return None

    async def large(self, act: NoticeAct, now: datetime) -> Attachment:
        """Return the copy of a letter in large print, or tell the operator, and raise CannotTypeset.

        Whoever needs it cannot read the text alone.
        """
        try:
            return await self.kept(act, now)
        except CannotTypeset as fault:
            _tell(act, fault)
            raise

    async def kept(self, act: NoticeAct, now: datetime) -> Attachment:
        """Return the copy of a letter, the same at each attempt: it is kept before it is sent. Raises CannotTypeset.

        With a code in it, it is set once more as it leaves; without the key of that code none is made.
        """
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
        content = copy.content
        if is_hidden(words.body):
            body = await self._codes.whole(act.organisation_id, act.notice_id, words.body, now)
            if body is None:
                raise CannotTypeset(NO_LINK)
            content = (await self._typesetter.typeset(replace(words, body=body))).content
        return Attachment(name=file_name(words), media_type=PDF, content=content)


def _tell(act: NoticeAct, fault: CannotTypeset) -> None:
    _log.error("no copy of notice %s of complaint %s: %s", act.notice_id, act.complaint_id, fault.code)
