"""The shape of a person outside, as somebody says it: who complained, or who was affected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PartySaid:
    """A person outside: who complained, or who was affected."""

    role: Literal["complainant", "affected"]
    name: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    born_on: date | None = None
