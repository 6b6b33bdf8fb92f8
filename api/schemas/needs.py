"""What somebody outside needs so that something reaches them, and what is not safe: as said, and as shown."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, StrictStr, model_validator

from api.schemas.base import Reason, Request, UtcTime, Wire
from db.models.complaint import Party
from db.models.people_outside import ContactNeeds
from db.party_said import Format, NeedsSaid, PreferredChannel, Unsafe

Language = Annotated[
    StrictStr,
    Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=35, description="BCP 47.", examples=["cy"]),
]
# The ways of reaching somebody that are the same as a preferred channel.
_SAME = {"email": "no_email", "letter": "no_post", "text": "no_text", "call": "no_calls"}


class Needs(Request):
    """What somebody needs, and what is not safe: the whole of it, in place of what was said before."""

    preferred_channel: PreferredChannel | None = Field(default=None, description="Left out: e-mail, else a letter.")
    language: Language = "en"
    formats: Annotated[list[Format], Field(max_length=6)] = Field(default=[])
    adjustments: Reason | None = Field(default=None, description="Reasonable adjustments, in words.")
    unsafe: Annotated[list[Unsafe], Field(max_length=5)] = Field(default=[], description="What must not be done.")
    unsafe_words: Reason | None = Field(default=None, description="Whatever else is not safe: not before a partner.")
    copies: StrictBool = Field(default=False, description="Letters to the complainant go to this person, too.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.preferred_channel is not None and not is_safe(self.preferred_channel, self.unsafe):
            raise ValueError("Nobody prefers to be reached in a way that is not safe.")
        return self

    def said(self) -> NeedsSaid:
        """Return what was said."""
        values = self.model_dump() | {"formats": tuple(self.formats), "unsafe": tuple(self.unsafe)}
        return NeedsSaid(**values)


def is_safe(channel: str, unsafe: Collection[str]) -> bool:
    """Say whether a way of reaching somebody is not among those that are not safe for them."""
    return _SAME.get(channel) not in unsafe


def needs_said(needs: Needs | None) -> NeedsSaid | None:
    """Return what was said of somebody's needs, if anything was."""
    return None if needs is None else needs.said()


class NeedsShown(Wire):
    """What somebody needs, as it was said last. Words are left out for those who may not see them."""

    version: int
    unsafe: list[str]
    unsafe_words: str | None = None
    preferred_channel: str | None = None
    language: str
    formats: list[str]
    adjustments: str | None = None
    copies: bool
    said_at: UtcTime

    @classmethod
    def of(cls, row: ContactNeeds | None, *, words: bool) -> NeedsShown | None:
        """Return what somebody needs as it is shown; None where nothing was said."""
        return None if row is None else cls(**_needs(row, words=words))


class ContactCard(Wire):
    """What whoever is about to ring or write to somebody has to know first: what is not safe, then what they need."""

    party_id: UUID
    role: str
    unsafe: list[str]
    unsafe_words: str | None = None
    preferred_channel: str | None = None
    language: str
    formats: list[str]
    adjustments: str | None = None
    has_died: bool

    @classmethod
    def of(cls, party: Party, row: ContactNeeds, *, words: bool) -> ContactCard:
        """Return the card of somebody."""
        shown = {name: value for name, value in _needs(row, words=words).items() if name in cls.model_fields}
        return cls(party_id=party.id, role=party.role, has_died=party.death_known_at is not None, **shown)


def cards(parties: tuple[Party, ...], needs: dict[UUID, ContactNeeds], *, words: bool) -> list[ContactCard]:
    """Return the cards of those of whom anything is known, first those for whom something is not safe."""
    found = [ContactCard.of(party, needs[party.id], words=words) for party in parties if party.id in needs]
    return sorted(found, key=lambda card: (not card.unsafe, card.unsafe_words is None))


def _needs(row: ContactNeeds, *, words: bool) -> dict[str, object]:
    return {
        "version": row.number,
        "unsafe": row.unsafe,
        "unsafe_words": row.unsafe_words if words else None,
        "preferred_channel": row.preferred_channel,
        "language": row.language,
        "formats": row.formats,
        "adjustments": row.adjustments if words else None,
        "copies": row.copies,
        "said_at": row.said_at,
    }
