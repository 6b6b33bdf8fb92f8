"""The shape of what is said about the rules themselves: a complaint is moved to another version."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveProcedure:
    """A complaint is moved to another version of its procedure, with the reason."""

    version: int
    reason: str
