"""What is on a complaint's file, as it is shown: events and notes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import UtcTime, Wire
from api.schemas.complaints import PersonRef
from api.words import title
from db.models.act import CaseEvent
from db.models.complaint import Note


class EventShown(Wire):
    """One event of a complaint, as its evidence chain holds it: ids, codes and dates."""

    seq: int
    kind: str
    title: str
    at: UtcTime
    actor: PersonRef | None = None
    role: str
    act_id: UUID
    data: dict[str, Any]
    hash: str

    @classmethod
    def of(cls, event: CaseEvent, actor_name: str | None, *, words: bool) -> EventShown:
        """Return an event as it is shown."""
        return cls(
            seq=event.seq,
            kind=event.kind,
            title=title({}, event.kind),
            at=datetime.fromtimestamp(event.at_us // 1_000_000, UTC).replace(microsecond=event.at_us % 1_000_000),
            actor=PersonRef.of(event.actor_id, actor_name if words else None),
            role=event.role,
            act_id=event.act_id,
            data=json.loads(event.data),
            hash=event.hash,
        )


class Timeline(Wire):
    """A page of a complaint's events; `next` is the `after` of the page after, if there is one."""

    items: list[EventShown]
    next: int | None = None


class NoteShown(Wire):
    """A note on the file."""

    id: UUID
    kind: str
    author: PersonRef | None = None
    said_at: UtcTime
    words: str | None = Field(default=None, description="Left out for those who may not see words.")

    @classmethod
    def of(cls, note: Note, author_name: str | None, *, words: bool) -> NoteShown:
        """Return a note as it is shown."""
        return cls(
            id=note.id,
            kind=note.kind,
            author=PersonRef.of(note.author_id, author_name if words else None),
            said_at=note.said_at,
            words=note.words if words else None,
        )


class Notes(Wire):
    """The notes on a complaint's file."""

    items: list[NoteShown]
