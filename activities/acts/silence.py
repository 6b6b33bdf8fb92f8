"""The silence about an imported complaint: until its switch date nothing is sent, to nobody.

The database refuses it too, whoever asks (`silent_until_switch` on `notice`); here it is not even tried.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts.case import Case
from db.models.imports import ImportBatch
from policies.calendars import local_date


async def is_kept(case: Case) -> bool:
    """Say whether nothing may be sent about this complaint yet."""
    return await lasts(case.session, case.complaint.import_id, case.act.now)


async def lasts(session: AsyncSession, import_id: UUID | None, now: datetime) -> bool:
    """Say whether an import's switch date lies ahead; for what was not imported it never does."""
    if import_id is None:
        return False
    batch = await session.get_one(ImportBatch, import_id)
    return local_date(now) < batch.switch_on
