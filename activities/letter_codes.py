"""Puts the code of somebody's page into the words of their letter at the moment when these leave, and nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from activities.notice_steps import undeliverable
from db.engine import Database
from db.feedback_codes import is_hidden, with_code
from db.queries import feedback
from gateways.feedback_marks import FeedbackMarks

# Why a letter does not leave: no key of this installation makes the code in it.
NO_LINK: Final = "no_link"


class LetterCodes:
    """Make words as they leave, of the key of this installation."""

    def __init__(self, database: Database, marks: FeedbackMarks) -> None:
        self._database = database
        self._marks = marks

    async def leaving(self, organisation_id: UUID, notice_id: UUID, words: str, now: datetime) -> str:
        """Return the words of a notice as they leave. Raises UNDELIVERABLE where the code cannot be made again."""
        whole = await self.whole(organisation_id, notice_id, words, now)
        if whole is None:
            raise undeliverable(NO_LINK)
        return whole

    async def whole(self, organisation_id: UUID, notice_id: UUID, words: str, now: datetime) -> str | None:
        """Return the words of a notice as they leave; None where the code cannot be made again."""
        if not is_hidden(words):
            return words  # nearly every letter
        async with self._database.tenant(organisation_id, now) as session:
            link = await feedback.link_in(session, notice_id)
        if link is None:
            return words  # somebody typed what looks like it
        return with_code(words, self._marks.of(link.round_id, link.subject_id), link.link_hash)
