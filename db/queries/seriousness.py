"""SQL that says whether a complaint is serious, or ever was, unless another person approved that it is less so."""

from __future__ import annotations

from typing import Final

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.severities import GRAVE
from db.models.complaint import Complaint
from db.models.triage import SeveritySetting, TriageVerdict

_COUNTED: Final = ("in_force", "superseded")  # neither awaits a second person, nor was rejected by one


async def was_serious(session: AsyncSession, complaint: Complaint) -> bool:
    """Say whether a complaint is, or ever was, serious or worse: by the policy's verdict, or by what people set.

    A lowering that a second person approved lets go of what was before it; one that nobody approved does not. So
    nobody closes a serious complaint by calling it less first.
    """
    if complaint.severity in GRAVE:
        return True
    last = (
        select(func.max(SeveritySetting.number))
        .where(
            SeveritySetting.complaint_id == complaint.id,
            SeveritySetting.direction == "lower",
            SeveritySetting.severity.not_in(GRAVE),
            SeveritySetting.decided_by.is_not(None),
            SeveritySetting.state.in_(_COUNTED),
        )
        .scalar_subquery()
    )
    by_people = exists().where(
        SeveritySetting.complaint_id == complaint.id,
        SeveritySetting.number > func.coalesce(last, 0),
        or_(
            SeveritySetting.before.in_(GRAVE),
            SeveritySetting.severity.in_(GRAVE) & SeveritySetting.state.in_(_COUNTED),
        ),
    )
    by_policy = exists().where(TriageVerdict.complaint_id == complaint.id, TriageVerdict.severity.in_(GRAVE))
    return bool(await session.scalar(select(by_people | (last.is_(None) & by_policy))))
