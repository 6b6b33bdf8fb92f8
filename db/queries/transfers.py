"""SQL of complaints passed on to another body, and of those that another body passed on to us."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.transfers import Transfer, TransferReceived


def received_id_of(organisation_id: UUID, contribution_id: UUID) -> UUID:
    """Return the id of what was passed on to an organisation: the same however often it is asked for."""
    return uuid5(organisation_id, f"transfer/{contribution_id}")


async def of_contribution(session: AsyncSession, contribution_id: UUID) -> Transfer:
    """Return what a contribution of the kind `transfer` passes on."""
    found: Transfer = (await session.scalars(select(Transfer).where(Transfer.contribution_id == contribution_id))).one()
    return found


async def of_complaint(session: AsyncSession, complaint_id: UUID) -> list[Transfer]:
    """Return what was passed on of a complaint, in order."""
    query = select(Transfer).where(Transfer.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(Transfer.said_at, Transfer.id)))


async def received_as(session: AsyncSession, complaint_id: UUID) -> TransferReceived | None:
    """Return how a complaint came to us from another body, if it did."""
    query = select(TransferReceived).where(TransferReceived.complaint_id == complaint_id)
    found: TransferReceived | None = await session.scalar(query)
    return found


async def received(session: AsyncSession, organisation_id: UUID, contribution_id: UUID) -> TransferReceived | None:
    """Return what another body passed on to us by a contribution, if we have it."""
    return await session.get(TransferReceived, received_id_of(organisation_id, contribution_id), populate_existing=True)


async def settle(session: AsyncSession, received_id: UUID, now: datetime, refusal: str | None) -> None:
    """Write what became of our answer, once."""
    await session.execute(
        update(TransferReceived)
        .where(TransferReceived.id == received_id, TransferReceived.state == "queued")
        .values(state="brought" if refusal is None else "refused", refusal=refusal, settled_at=now)
        .execution_options(synchronize_session=False)
    )
