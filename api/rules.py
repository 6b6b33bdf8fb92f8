"""What the API asks of the procedures: which there are, which governs, whether figures fit, what a move would do.

The answers come from the very rules that cases are decided by; they are put in from outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.failures import Refusal
from db.models.complaint import Complaint
from db.models.organisation import Adoption, Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureKnown:
    """A figure that an organisation may set, within bounds; without a default it must."""

    code: str
    title: str
    unit: str
    default: int | None
    least: int
    most: int
    legal_basis: str
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionKnown:
    """A version of a procedure."""

    code: str
    version: int
    title: str
    regime: str
    effective_from: date
    effective_until: date | None
    legal_basis: str
    figures: tuple[FigureKnown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoverningKnown:
    """The version that governs what an organisation receives on a day, with the figures as they count."""

    version: VersionKnown
    figures: dict[str, int]
    small_body: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionFault:
    """What is wrong with an adoption: the field of the request, a stable code, and words of ours."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockForeseen:
    """What a move would do to one clock."""

    kind: str
    title: str
    how: str
    old_due_on: date | None
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveForeseen:
    """What a move would do to a complaint: whether it can be made, why not, and what becomes of the clocks."""

    impact: str
    refusal: Refusal | None = None
    obstacles: tuple[tuple[str, str | None], ...] = ()
    changes: tuple[ClockForeseen, ...] = ()
    figures: dict[str, int] = field(default_factory=dict)


class Rules(Protocol):
    """The procedures, as the API asks about them."""

    def versions(self, organisation: Organisation) -> Sequence[VersionKnown]:
        """Return every version that an organisation could follow."""
        ...

    def versions_of(self, code: str) -> Sequence[VersionKnown]:
        """Return every version of one procedure."""
        ...

    def governing(
        self, organisation: Organisation, adoptions: Sequence[Adoption], matter: str, on: date
    ) -> GoverningKnown | Refusal:
        """Return what governs a matter received on a day, or why nothing does."""
        ...

    def adoption_faults(
        self, organisation: Organisation, code: str, version: int | None, figures: Mapping[str, int], on: date
    ) -> Sequence[AdoptionFault]:
        """Return what is wrong with adopting a procedure from a day on, with these figures."""
        ...

    async def foresee(self, session: AsyncSession, complaint: Complaint, version: int, now: datetime) -> MoveForeseen:
        """Say what moving a complaint to another version would do. It only reads."""
        ...
