"""The shapes of what is said at intake: a concern becomes a complaint, one is exempt, and which belong together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

Channel = Literal["oral", "written", "electronic", "assisted"]
LinkKind = Literal["related", "same_person", "same_event", "repeat_complainant", "common_cause"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Convert:
    """What came as something else is a complaint, made so on a day. `summary` is what is complained of."""

    received_on: date
    channel: Channel
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exempt:
    """What was complained of was put right at once: on which day, how, and whether to the person's satisfaction."""

    resolved_on: date
    satisfied: bool
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The complaint belongs together with another. `group` is the code of a common cause, and of nothing else."""

    to_id: UUID
    kind: LinkKind
    group: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlink:
    """A link, recorded with either complaint, does not hold."""

    link_id: UUID
    reason: str


IntakeSaid = Convert | Exempt | Link | Unlink
INTAKE_SHAPES: Final[dict[CommandKind, type[IntakeSaid]]] = {
    CommandKind.CONVERT: Convert,
    CommandKind.EXEMPT: Exempt,
    CommandKind.LINK: Link,
    CommandKind.UNLINK: Unlink,
}
