"""What the API asks of the rules of sharing: whether words name somebody, what a theme is called, and the view over
bodies. The answers are put in from outside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from reports.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Overseen:
    """A body that agreed, and the aggregate that it delivered: None where it has not."""

    code: str
    name: str
    document: Document | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overseer:
    """Whose view it is, about which days, and before which instant bodies delivered."""

    organisation: str
    organisation_code: str
    first_on: date
    last_on: date
    known_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingRules:
    """How learning and aggregates are shared. `theme_title` takes an organisation, a day, and the code of a theme."""

    names_somebody: Callable[[str, Collection[str]], bool]
    theme_title: Callable[[AsyncSession, UUID, date, str], Awaitable[str]]
    merged: Callable[[Overseer, Sequence[Overseen]], Document]
