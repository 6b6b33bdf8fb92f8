"""The shapes of what is said of meetings with contributing bodies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

How = Literal["in_person", "call", "video"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMeeting:
    """Bodies are to attend, or be represented at, a meeting (SI 2009/309 reg 9(3)(c)). `at`: local time, HH:MM."""

    contribution_ids: tuple[UUID, ...]
    on: date
    at: str
    how: How
    purpose: str
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendedSaid:
    """Whether a body was there, and who for it."""

    contribution_id: UUID
    attended: bool
    who: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingSaid:
    """A meeting that was not called beforehand."""

    on: date
    at: str
    how: How
    purpose: str
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMeeting:
    """A meeting was held, with who was there for each body, or was cancelled. `uncalled`: one that nobody had called.

    `held_on` where it was another day than the one it was called for.
    """

    held: bool
    meeting_id: UUID | None = None
    uncalled: MeetingSaid | None = None
    held_on: date | None = None
    attendance: tuple[AttendedSaid, ...] = ()
    words: str | None = None


JointMeetingSaid = CallMeeting | RecordMeeting
MEETING_SHAPES: Final[dict[CommandKind, type[JointMeetingSaid]]] = {
    CommandKind.CALL_MEETING: CallMeeting,
    CommandKind.RECORD_MEETING: RecordMeeting,
}
