"""The shape of a person outside, as somebody says it: who complained, or who was affected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

# fmt: off
PartyRole = Literal[
    "complainant", "affected", "representative", "advocate", "mp", "regulator", "correspondent",
    "witness", "staff_representative", "union_representative", "other_body",
]
# fmt: on
PreferredChannel = Literal["email", "letter", "text", "call"]
Format = Literal["large_print", "easy_read", "braille", "audio", "bsl", "interpreter"]
Unsafe = Literal["no_post", "no_email", "no_text", "no_voicemail", "no_calls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsSaid:
    """What somebody needs so that something reaches them, and what is not safe. `language` is a BCP 47 code.

    `copies`: letters to the person who complained go to them, too.
    """

    preferred_channel: PreferredChannel | None = None
    language: str = "en"
    formats: tuple[Format, ...] = ()
    adjustments: str | None = None
    unsafe: tuple[Unsafe, ...] = ()
    unsafe_words: str | None = None
    copies: bool = False


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
    needs: NeedsSaid | None = None
