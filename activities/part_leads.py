"""Whether the body that invites us is who it says it is: no partner speaks in the name of another body."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from contracts.joint import JointPartStart
from db.joint_messages import Invitation
from db.queries import access, partners

_WHY: Final = "other_lead"
_MOST_KNOCKS: Final = 20  # an hour


async def is_who_they_say(session: AsyncSession, start: JointPartStart, told: Invitation, now: datetime) -> bool:
    """Say whether an invitation names the very partner that it came from; keep as a knock that one does not."""
    return await is_partner(session, start, told.lead.code, now)


async def is_partner(session: AsyncSession, start: JointPartStart, code: str, now: datetime) -> bool:
    """Say whether a code is that of the partner that we were told to speak with; keep as a knock that it is not.

    Of this installation nobody can say otherwise: there the lead's own act writes who it is.
    """
    if start.partner_id is None:
        return True
    partner = await partners.find(session, start.partner_id)
    if partner is not None and partner.code == code:
        return True
    await access.knock(session, start.organisation_id, None, _WHY, now, new_id=uuid7(), most_an_hour=_MOST_KNOCKS)
    return False
