"""What a report is asked about: an organisation, a stretch of local days, and what was known before an instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.evidence import microseconds
from db.models.report_facts import ReportCase, ReportClock, ReportItem

_AT_ONCE: Final = text("set local jit = off")
Facts = type[ReportCase] | type[ReportClock] | type[ReportItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The organisation, the first and the last day, both included, and the instant before which it was known."""

    organisation_id: UUID
    first_on: date
    last_on: date
    known_until: datetime

    @property
    def known_us(self) -> int:
        """Return the instant as the tables hold it."""
        return microseconds(self.known_until)

    def between(self, first_on: date, last_on: date) -> Scope:
        """Return the same about other days."""
        return replace(self, first_on=first_on, last_on=last_on)


async def count_at_once(session: AsyncSession) -> None:
    """Let PostgreSQL begin to count at once: to compile the many conditions of a report takes longer than to count."""
    await session.execute(_AT_ONCE)


def known(scope: Scope, facts: Facts) -> ColumnElement[bool]:
    """Return what picks of a table what was known of each thing: at most one row of it."""
    return and_(
        facts.organisation_id == scope.organisation_id,
        facts.known_us < scope.known_us,
        facts.until_us >= scope.known_us,
    )
