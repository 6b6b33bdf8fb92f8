"""SQL of our own parts in what other bodies coordinate, and of the messages between us and them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.parts import JointPart, PartMessage


def part_id_of(organisation_id: UUID, contribution_id: UUID) -> UUID:
    """Return the id of an organisation's part in a contribution: the same however often it is asked for."""
    return uuid5(organisation_id, f"part/{contribution_id}")


async def part_of(session: AsyncSession, complaint_id: UUID) -> JointPart | None:
    """Return the part that a case is, if it is one."""
    found: JointPart | None = await session.scalar(select(JointPart).where(JointPart.complaint_id == complaint_id))
    return found


async def by_contribution(session: AsyncSession, organisation_id: UUID, contribution_id: UUID) -> JointPart | None:
    """Return our part in a contribution, if it was opened."""
    return await session.get(JointPart, part_id_of(organisation_id, contribution_id), populate_existing=True)


async def messages_of(session: AsyncSession, part_id: UUID) -> list[PartMessage]:
    """Return what was said, both ways, in order."""
    query = select(PartMessage).where(PartMessage.part_id == part_id)
    return list(await session.scalars(query.order_by(PartMessage.said_at, PartMessage.direction, PartMessage.seq)))


async def heard_numbers(session: AsyncSession, part_id: UUID) -> set[int]:
    """Return the lead's numbers of what was heard."""
    query = select(PartMessage.seq).where(PartMessage.part_id == part_id, PartMessage.direction == "in")
    return set(await session.scalars(query))


async def next_queued(session: AsyncSession, part_id: UUID) -> PartMessage | None:
    """Return what has to be brought next: in the order in which it was said."""
    found: PartMessage | None = await session.scalar(
        select(PartMessage)
        .where(PartMessage.part_id == part_id, PartMessage.state == "queued")
        .order_by(PartMessage.seq)
        .limit(1)
    )
    return found


async def count_queued(session: AsyncSession, part_id: UUID) -> int:
    """Count what still has to be brought."""
    query = select(func.count()).where(PartMessage.part_id == part_id, PartMessage.state == "queued")
    return int(await session.scalar(query) or 0)


async def settle(session: AsyncSession, message_id: UUID, state: str, now: datetime, refusal: str | None) -> bool:
    """Write what became of a queued message. Say whether it was still queued."""
    done = await session.execute(
        update(PartMessage)
        .where(PartMessage.id == message_id, PartMessage.state == "queued")
        .values(state=state, refusal=refusal, settled_at=now)
        .returning(PartMessage.id)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None


async def note_trouble(session: AsyncSession, part_id: UUID, trouble: str | None) -> None:
    """Write why the other side could not be reached, or that it could again."""
    await session.execute(
        update(JointPart)
        .where(JointPart.id == part_id, JointPart.trouble.is_distinct_from(trouble))
        .values(trouble=trouble)
        .execution_options(synchronize_session=False)
    )
