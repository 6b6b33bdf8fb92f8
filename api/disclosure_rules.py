"""What the API asks about consent: how each stands, and who may be told what. Put together in `api.app`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint


class Disclosed(Protocol):
    """Whether a party may be told one kind of thing, and why."""

    @property
    def party_id(self) -> UUID:
        """Return the party."""
        ...

    @property
    def role(self) -> str:
        """Return the part of the party in the complaint."""
        ...

    @property
    def what(self) -> str:
        """Return the kind of thing, as a code."""
        ...

    @property
    def may(self) -> bool:
        """Say whether the party may be told it."""
        ...

    @property
    def why(self) -> str:
        """Return why, or why not, as a code."""
        ...

    @property
    def consent_id(self) -> UUID | None:
        """Return the consent that decides it, where one does."""
        ...


class StatedWords(Protocol):
    """The statements at intake, in the words of an organisation or in those that come with the product."""

    @property
    def advocacy(self) -> str:
        """Return what is said of advocacy."""
        ...

    @property
    def non_detriment(self) -> str:
        """Return what is said of being treated no worse."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRules:
    """How consents stand, and who may be told what, within a session of the tenant and on a day; and what everybody
    is told: by nation and regime, and in an organisation's own words where it has any.
    """

    disclosures: Callable[[AsyncSession, Complaint, date], Awaitable[Sequence[Disclosed]]]
    states: Callable[[AsyncSession, Complaint, date], Awaitable[Mapping[UUID, str]]]
    statements: Callable[[str, str, str | None, str | None], StatedWords]
