"""The shape of a person outside, as somebody says it: who complained, or who was affected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

PartyRole = Literal["complainant", "affected", "representative", "advocate", "mp", "regulator", "correspondent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartySaid:
    """A person outside: who complained, who was affected, or who speaks or writes for them.

    `ground` is why somebody may speak for another, `consent_basis` what shows that the other agrees. `died`: they have
    died, though the day may not be known.
    """

    role: PartyRole
    name: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    born_on: date | None = None
    relation: str | None = None
    ground: Literal["asked", "child", "lacks_capacity", "died"] | None = None
    consent_basis: Literal["written", "oral", "statutory", "implied_constituent", "none"] | None = None
    died_on: date | None = None
    nhs_number: str | None = None
    died: bool = False
