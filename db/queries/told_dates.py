"""SQL of the dates that people were given: of which clocks, by what, and who holds one that is no longer right."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clocks import Effect
from contracts.notices import NoticeState
from db.models.clock import ClockRow, ClockVersion
from db.models.complaint import Party
from db.models.promise import ToldDate
from db.models.work import Notice

# What was not sent, or did not arrive, told nobody.
_NOT_TOLD = (NoticeState.WITHHELD.value, NoticeState.FAILED.value)


async def version(session: AsyncSession, clock_id: UUID, generation: int) -> ClockVersion | None:
    """Return one version of a clock, if there is one."""
    found: ClockVersion | None = await session.scalar(
        select(ClockVersion).where(ClockVersion.clock_id == clock_id, ClockVersion.generation == generation)
    )
    return found


async def is_told(
    session: AsyncSession, clock_id: UUID, generation: int, party_id: UUID | None, involvement_id: UUID | None
) -> bool:
    """Say whether somebody was given the date of one generation of a clock, by something that may have reached them."""
    found = await session.scalar(
        select(ToldDate.id)
        .outerjoin(Notice, Notice.id == ToldDate.notice_id)
        .where(
            or_(Notice.id.is_(None), Notice.state.not_in(_NOT_TOLD)),
            ToldDate.clock_id == clock_id,
            ToldDate.generation == generation,
            ToldDate.party_id.is_not_distinct_from(party_id),
            ToldDate.involvement_id.is_not_distinct_from(involvement_id),
        )
        .limit(1)
    )
    return found is not None


async def dates_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[ClockRow, ClockVersion]]:
    """Return every date that a complaint's clocks gave people outside, the last version of each clock with it."""
    rows = await session.execute(
        select(ClockRow, ClockVersion)
        .join(ClockVersion, ClockVersion.clock_id == ClockRow.id)
        .where(ClockRow.complaint_id == complaint_id, ClockRow.effect != Effect.INTERNAL.value)
        .order_by(ClockVersion.clock_id, ClockVersion.generation)
    )
    return list({(row[0].id, row[1].due_on): (row[0], row[1]) for row in rows}.values())


async def last_given(session: AsyncSession, clock_id: UUID) -> list[ToldDate]:
    """Return the date of a clock that each person was given last, of those whom something can still reach."""
    rows = await session.scalars(
        select(ToldDate)
        .outerjoin(Party, Party.id == ToldDate.party_id)
        .outerjoin(Notice, Notice.id == ToldDate.notice_id)
        .where(
            ToldDate.clock_id == clock_id,
            or_(Notice.id.is_(None), Notice.state.not_in(_NOT_TOLD)),
            Party.replaced_by.is_(None),
            Party.retired_at.is_(None),
            Party.death_known_at.is_(None),
        )
        .order_by(ToldDate.generation, ToldDate.id)
    )
    return list({(each.party_id, each.involvement_id): each for each in rows}.values())
