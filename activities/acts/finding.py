"""Keeps what is searched of a case up to date with the words that acts put on its file."""

from __future__ import annotations

from typing import Final

from activities.acts.case import Case
from contracts.commands import CommandKind
from db.queries import search

_K: Final = CommandKind
# What can put words on the file, or change a name. Rungs, and what moves letters and dates alone, put none there.
_WORDY: Final = frozenset(
    {_K.LOG, _K.IMPORT, _K.ACKNOWLEDGE, _K.RECORD_DISCUSSION, _K.RECORD_UPDATE, _K.RESPOND, _K.CLOSE, _K.WITHDRAW}
    | {_K.ASSIGN, _K.ADD_NOTE, _K.RECORD_CONTACT, _K.MARK_FILE, _K.SET_CONTACT_RULES, _K.COMPLETE_TASK}
    | {_K.DISCARD_NOTICE, _K.CORRECT, _K.DECIDE_CORRECTION}
)


async def keep_findable(case: Case) -> None:
    """Make anew what is searched of the case, if the act can have changed it."""
    command = case.act.command
    if command is not None and command.kind in _WORDY:
        await search.refresh(case.session, case.complaint.id)
