"""What somebody can say about a complaint, and the command that carries it to the workflow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Carry one submission to the workflow. What was said stays in PostgreSQL under `submission_id`."""

    submission_id: UUID
    kind: CommandKind
    said_at: datetime
    if_version: int | None = None
