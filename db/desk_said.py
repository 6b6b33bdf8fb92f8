"""The shapes of what is said of the desk of a case: its owner, its file, contact rules, notices and tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts.commands import CommandKind
from contracts.notices import NoticeState
from db.office_said import Disclosure


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """The complaint has a new owner; with none it goes to the unassigned queue, of a team where one is named."""

    owner_id: UUID | None = None
    handover: str | None = None
    team_id: UUID | None = None
    division_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote:
    """A note for the file."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachFile:
    """A file was put on the complaint; its content is stored already."""

    file_id: UUID
    disclosure: Disclosure = "disclosable"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactRules:
    """Whether anything may be sent to the people outside."""

    stop_contact: bool
    hold: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseNotice:
    """A named person releases a draft, with the words changed where they are given."""

    notice_id: UUID
    subject: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardNotice:
    """A named person discards a draft."""

    notice_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOutcomeSaid:
    """What became of a notice."""

    notice_id: UUID
    state: NoticeState
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask:
    """A person did a task; of what came after the end, whether it was filed, answered or reopened."""

    task_id: UUID
    words: str | None = None
    outcome: Literal["filed", "answered", "reopened"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redate:
    """An approved change of calendar moves this complaint's clocks."""

    change_set_id: UUID


DeskSaid = (
    Assign
    | AddNote
    | AttachFile
    | SetContactRules
    | ReleaseNotice
    | DiscardNotice
    | NoticeOutcomeSaid
    | CompleteTask
    | Redate
)

DESK_SHAPES: dict[CommandKind, type[DeskSaid]] = {
    CommandKind.ASSIGN: Assign,
    CommandKind.ADD_NOTE: AddNote,
    CommandKind.ATTACH_FILE: AttachFile,
    CommandKind.SET_CONTACT_RULES: SetContactRules,
    CommandKind.RELEASE_NOTICE: ReleaseNotice,
    CommandKind.DISCARD_NOTICE: DiscardNotice,
    CommandKind.NOTICE_OUTCOME: NoticeOutcomeSaid,
    CommandKind.COMPLETE_TASK: CompleteTask,
    CommandKind.REDATE: Redate,
}
