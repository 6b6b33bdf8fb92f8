"""The shapes of what is said of promises: made, kept, and released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

PromiseKind = Literal["call", "letter", "update", "copy", "meeting", "action", "other"]
ReleasedBecause = Literal["not_wanted", "overtaken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePromise:
    """Somebody was told what would happen: by a day, every so many days, or both: then the day is the first.

    To a person outside, to a member of staff complained about, or to nobody by name.
    """

    kind: PromiseKind
    what: str
    due_on: date | None = None
    every_days: int | None = None
    made_on: date | None = None
    party_id: UUID | None = None
    involvement_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPromise:
    """A promise was kept: when, and how, by a contact on record or in words."""

    promise_id: UUID
    kept_on: date
    contact_id: UUID | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePromise:
    """A promise binds no more: the person does not want it any longer, or something else took its place."""

    promise_id: UUID
    because: ReleasedBecause
    words: str | None = None


PromiseSaid = MakePromise | KeepPromise | ReleasePromise

PROMISE_SHAPES: Final[dict[CommandKind, type[PromiseSaid]]] = {
    CommandKind.MAKE_PROMISE: MakePromise,
    CommandKind.KEEP_PROMISE: KeepPromise,
    CommandKind.RELEASE_PROMISE: ReleasePromise,
}
