"""Keeps what is searched of a case up to date with the words that acts put on its file."""

from __future__ import annotations

from typing import Final

from activities.acts.case import Case
from contracts.command_groups import JOINT, LEARNING, SERIOUS
from contracts.commands import CommandKind
from db.queries import search

_K: Final = CommandKind
# What can put words on the file, or change a name. Rungs, and what moves letters and dates alone, put none there.
_WORDY: Final = frozenset(
    {_K.LOG, _K.IMPORT, _K.ACKNOWLEDGE, _K.RECORD_DISCUSSION, _K.RECORD_UPDATE, _K.RESPOND, _K.CLOSE, _K.WITHDRAW}
    | {_K.ASSIGN, _K.ADD_NOTE, _K.RECORD_CONTACT, _K.MARK_FILE, _K.SET_CONTACT_RULES, _K.COMPLETE_TASK}
    | {_K.DISCARD_NOTICE, _K.CORRECT, _K.DECIDE_CORRECTION, _K.MOVE_PROCEDURE, _K.CONVERT, _K.EXEMPT}
    | {_K.BEGIN_RESOLUTION, _K.RESOLVE, _K.MOVE_ON, _K.SET_ISSUES, _K.CONFIRM_ISSUES, _K.SHARE_PLAN}
    | {_K.RAISE_REQUEST, _K.ANSWER_REQUEST, _K.REVIEW_REQUEST, _K.CANCEL_REQUEST, _K.RECORD_FINDING, _K.SHARE_VIEWS}
    | {_K.RECORD_COMMENT, _K.SKIP_VIEWS, _K.PROPOSE_REMEDY, _K.DECIDE_REMEDY, _K.ESCALATE, _K.EXCLUDE}
    | {_K.DECIDE_TIME_LIMIT, _K.SCREEN_ROUTES, _K.LINK, _K.UNLINK, _K.RECORD_DEATH, _K.NAME_SUCCESSOR}
    | {_K.ADD_PARTY, _K.RETIRE_PARTY, _K.MAKE_PROMISE, _K.KEEP_PROMISE, _K.RELEASE_PROMISE}
    | {*JOINT, *SERIOUS, *LEARNING}
)


async def keep_findable(case: Case) -> None:
    """Make anew what is searched of the case, if the act can have changed it."""
    command = case.act.command
    if command is not None and command.kind in _WORDY:
        await search.refresh(case.session, case.complaint.id)
