"""The shape of what is said about tiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """The person asks for the next tier. `late_reason` is why a tier is open to them after its window."""

    tier: str
    asked_on: date
    method: Literal["call", "meeting", "letter", "email", "form"]
    words: str | None = None
    late_reason: str | None = None
