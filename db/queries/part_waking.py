"""What the sweeper sees of our parts in what other bodies coordinate: which have something to carry."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.joint import JointPartStart

_TO_CARRY: Final = text(
    "select organisation_id, contribution_id, lead_organisation_id, partner_id from sweep_joint_part"
    " where queued_at < :before or (live and partner_id is not null)"
    " union all"
    " select organisation_id, contribution_id, lead_organisation_id, partner_id from sweep_transfer_received"
    " where opened_at < :before"
)


async def to_carry(session: AsyncSession, *, before: datetime) -> list[JointPartStart]:
    """Return the parts with something said before an instant that is still to be brought, and all with partners; and
    what was passed on to us, where its sender does not know yet that we have it.
    """
    found = await session.execute(_TO_CARRY, {"before": before})
    return [JointPartStart(**row) for row in found.mappings()]
