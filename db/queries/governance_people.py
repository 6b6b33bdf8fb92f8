"""SQL of who has the parts of a series on a day: those who work there, and whoever covers for the absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.governance import OccurrenceState
from db.models.governance import Governance, GovernanceMember
from db.models.governance_meeting import GovernanceComment
from db.models.organisation import Person
from db.queries import people


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One part that somebody who works there has. `asked` is who is asked on the day: they, or whoever covers for them;
    nobody, where they are away with nobody in their place. Each of `may` may do what the part is for.
    """

    part: str
    asked: UUID | None
    may: frozenset[UUID]


async def seats(session: AsyncSession, series_id: UUID, on: date) -> Sequence[Seat]:
    """Return the parts that people of the organisation have in a series on a day. Who has left has none."""
    rows = await session.execute(
        select(GovernanceMember.part, Person.id)
        .join(Person, Person.id == GovernanceMember.person_id)
        .where(GovernanceMember.series_id == series_id, GovernanceMember.ended_at.is_(None), Person.active)
        .order_by(GovernanceMember.part, GovernanceMember.id)
    )
    away = {
        person_id: cover.id if cover is not None and cover.active else None
        for person_id, cover in await people.absences_on(session, on)
    }
    found = [(part, person_id, _there(person_id, away)) for part, person_id in rows]
    return [
        Seat(part=part, asked=asked, may=frozenset({person_id} if asked is None else {person_id, asked}))
        for part, person_id, asked in found
    ]


async def commented(session: AsyncSession, step_id: UUID) -> frozenset[UUID]:
    """Return who has said something at a step."""
    return frozenset(
        await session.scalars(select(GovernanceComment.person_id).where(GovernanceComment.step_id == step_id))
    )


def _there(person_id: UUID, away: Mapping[UUID, UUID | None]) -> UUID | None:
    """Follow the chain of covers to somebody who is there. A circle of covers leads to nobody."""
    asked: set[UUID] = set()
    here: UUID | None = person_id
    while here is not None and here not in asked:
        if here not in away:
            return here
        asked.add(here)
        here = away[here]
    return None


async def changed_for(
    session: AsyncSession, now: datetime, *, person_id: UUID | None = None, series_id: UUID | None = None
) -> None:
    """Have the open occurrences of a series, or of all that a person has a part in, looked at: others are told."""
    concerned = (
        Governance.series_id == series_id
        if person_id is None
        else Governance.series_id.in_(
            select(GovernanceMember.series_id).where(
                GovernanceMember.person_id == person_id, GovernanceMember.ended_at.is_(None)
            )
        )
    )
    await session.execute(
        update(Governance)
        .where(Governance.state == OccurrenceState.OPEN.value, concerned)
        .values(changes=Governance.changes + 1, changed_at=now)
        .execution_options(synchronize_session=False)
    )
