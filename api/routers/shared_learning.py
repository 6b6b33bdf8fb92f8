"""What other bodies of this installation share with us, and that we have seen it or use it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import reply
from api.cursors import decode, encode
from api.deps import Cursor, Limit, PartsDep, Reader
from api.office_desk import Entry
from api.openapi import A_READ, A_WRITE, answers, problems
from api.problems import Problem
from api.schemas.learning import TwoCodes
from api.schemas.sharing import MarkSaid, SharedLearnings, SharedLearningShown
from api.sharing_desk import AskingDep, person_of
from db.models.sharing import SharedLearningMark
from db.queries import sharing

router = APIRouter(prefix="/v1/shared-learning", tags=["work"])
_ORDER: Final = "shared"


@router.get("", operation_id="listSharedLearning", response_model=SharedLearnings, responses=problems(*A_READ))
async def list_shared_learning(
    parts: PartsDep,
    who: Reader,
    theme: Annotated[TwoCodes | None, Query(description="As the body that shares it calls it.")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> SharedLearnings:
    """List what other bodies learned and share with us, the newest first. What was withdrawn is not there any more."""
    after = decode(cursor, _ORDER, datetime)
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await sharing.with_us(session, who.organisation_id, theme=theme, after=after, limit=limit + 1)
        marks = await sharing.marks(session, [each.id for each in rows])
    last = rows[limit - 1] if len(rows) > limit else None
    return SharedLearnings(
        items=[SharedLearningShown.of(each, marks) for each in rows[:limit]],
        next=None if last is None else encode(_ORDER, last.shared_at, last.id),
    )


@router.post(
    "/{shared_id}/marks",
    operation_id="markSharedLearning",
    responses=answers(200, SharedLearningShown, "As it stands now.") | problems(*A_WRITE, "not_found"),
)
async def mark_shared_learning(desk: AskingDep, shared_id: UUID, body: MarkSaid) -> Response:
    """Say that we have seen what another body shares, or that we use it. That body reads it; the same again is said."""
    person_of(desk)

    async def make(session: AsyncSession) -> Entry:
        row = await sharing.one_with_us(session, desk.who.organisation_id, shared_id)
        if row is None:
            raise Problem("not_found")
        if body.mark not in {each.mark for each in await sharing.marks(session, [row.id])}:
            session.add(
                SharedLearningMark(
                    id=uuid5(row.id, body.mark),
                    organisation_id=desk.who.organisation_id,
                    shared_id=row.id,
                    sender_id=row.organisation_id,
                    mark=body.mark,
                    at=desk.now,
                )
            )
            await session.flush()
        return Entry(kind="shared_learning.marked", subject_id=row.id, data={"mark": body.mark, "from": row.from_code})

    async def show(session: AsyncSession, row_id: UUID) -> SharedLearningShown:
        row = await sharing.one_with_us(session, desk.who.organisation_id, row_id)
        if row is None:  # withdrawn since the same was said before
            raise Problem("not_found")
        return SharedLearningShown.of(row, await sharing.marks(session, [row.id]))

    return reply(await desk.change(body, shared_id, make=make, show=show), 200, {})
