"""The shapes of what is said about the response before it is signed: its draft, and whether it may go out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contracts.commands import CommandKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSaid:
    """What somebody wrote for one element of the response. `element` is a code of the procedure."""

    element: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftResponse:
    """The response was drafted: the whole of what people wrote for it. `remark` is for whoever clears it."""

    sections: tuple[SectionSaid, ...]
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearResponse:
    """The draft is cleared for signature, or sent back.

    `version` is the one that was read, the present one if left out. `mitigation` is for a body so small that whoever
    wrote it must clear it.
    """

    cleared: bool
    reason: str | None = None
    version: int | None = None
    mitigation: str | None = None


ResponseSaid = DraftResponse | ClearResponse
RESPONSE_SHAPES: Final[dict[CommandKind, type[ResponseSaid]]] = {
    CommandKind.DRAFT_RESPONSE: DraftResponse,
    CommandKind.CLEAR_RESPONSE: ClearResponse,
}
