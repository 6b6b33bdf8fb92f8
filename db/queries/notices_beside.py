"""SQL of letters that were written in a proceeding beside a complaint, and so outlive it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.candour import CandourNotice
from db.models.work import Notice

# Only ever written when an Ombudsman's recommendation was complied with, or of an action that outlives the complaint.
_OF_OTHERS: Final = ("recommendation_done", "action_news", "action_done", "action_dropped")


async def drafts_beside(session: AsyncSession, complaint_id: UUID) -> frozenset[UUID]:
    """Return the drafts that tell of an incident, of what an Ombudsman recommended, or of an action."""
    of_candour = select(CandourNotice.notice_id).where(
        CandourNotice.complaint_id == complaint_id, CandourNotice.notice_id.is_not(None)
    )
    found = await session.scalars(
        select(Notice.id).where(
            Notice.complaint_id == complaint_id,
            Notice.state == NoticeState.DRAFT.value,
            or_(Notice.id.in_(of_candour), Notice.template.in_(_OF_OTHERS)),
        )
    )
    return frozenset(found)
