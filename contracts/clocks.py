"""What a workflow carries of a clock: instants and codes. The ledger and its proof stay in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.code import Code


class Effect(StrEnum):
    """What missing the clock means."""

    STATUTORY = "statutory"
    PROMISE = "promise"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class RungAt:
    """One step of a clock's ladder and the instant (UTC) it fires."""

    rung: Code
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmedClock:
    """A running clock: the instant its due date ends, and the rungs not yet fired, in order."""

    clock_id: UUID
    kind: Code
    generation: int
    due_at: datetime
    rungs: tuple[RungAt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RungRef:
    """The identity of a rung: complaint, clock, generation and rung. It can be applied only once."""

    clock_id: UUID
    kind: Code
    generation: int
    rung: Code
    at: datetime
