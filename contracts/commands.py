"""What somebody can say about a complaint, and the command that carries it to the workflow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class CommandKind(StrEnum):
    """What somebody can say about a complaint. A new value needs the workers deployed before the API."""

    LOG = "log"
    ACKNOWLEDGE = "acknowledge"
    RECORD_DISCUSSION = "record_discussion"
    SET_RESPONSE_PERIOD = "set_response_period"
    EXTEND = "extend"
    RECORD_UPDATE = "record_update"
    RESPOND = "respond"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    ASSIGN = "assign"
    ADD_NOTE = "add_note"
    ATTACH_FILE = "attach_file"
    SET_CONTACT_RULES = "set_contact_rules"
    RELEASE_NOTICE = "release_notice"
    DISCARD_NOTICE = "discard_notice"
    NOTICE_OUTCOME = "notice_outcome"
    COMPLETE_TASK = "complete_task"
    REDATE = "redate"
    RECORD_CONTACT = "record_contact"
    MARK_FILE = "mark_file"
    CORRECT = "correct"
    DECIDE_CORRECTION = "decide_correction"
    SEND_UPDATE = "send_update"
    IMPORT = "import"  # a complaint from another system; opens it, as LOG does


# The office's own: lawful in every open stage of every complaint, whatever its procedure says.
OFFICE: Final = (
    CommandKind.RECORD_CONTACT,
    CommandKind.MARK_FILE,
    CommandKind.CORRECT,
    CommandKind.DECIDE_CORRECTION,
    CommandKind.SEND_UPDATE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Carry one submission to the workflow. What was said stays in PostgreSQL under `submission_id`."""

    submission_id: UUID
    kind: CommandKind
    said_at: datetime
    if_version: int | None = None
