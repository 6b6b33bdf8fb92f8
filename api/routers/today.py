"""What must I do today: one list of tasks and of clocks that run out, what is most at risk first."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query

from api.dates import today
from api.deps import PartsDep, Reader
from api.openapi import A_READ, problems
from api.schemas.today import Counted, ItemShown, TodayShown
from db.queries.mine import Whose, mine_of
from db.queries.today import faces_of, items_today

router = APIRouter(prefix="/v1", tags=["work"])

_MOST: Final = 200

Wants = Annotated[
    Whose,
    Query(
        description="`mine`: my cases and tasks, those of whoever I stand in for today, and what is of a role of mine"
        " and nobody's, or of somebody who has left. `team`: those of everybody in my teams too."
    ),
]


@router.get("/today", operation_id="getToday", response_model=TodayShown, responses=problems(*A_READ))
async def get_today(parts: PartsDep, who: Reader, whose: Wants = "mine") -> TodayShown:
    """List what there is to do today, what is most at risk first, each with the reason for its place."""
    now = parts.clock.now()
    on = today(now)
    async with parts.database.tenant(who.organisation_id, now) as session:
        roles = [role.value for role in who.roles]
        mine = await mine_of(session, who.organisation_id, who.person_id, roles, whose, on)
        items = await items_today(session, mine)
        placed = [(parts.place(item, on), item) for item in items]
        placed.sort(key=lambda each: (each[0].rank, each[1].due_on or date.max, each[1].id))
        first = placed[:_MOST]
        faces = await faces_of(session, {item.complaint_id for _, item in first if item.complaint_id is not None})
    counted = Counter(int(place.rank) for place, _ in placed)
    return TodayShown(
        on=on,
        total=len(placed),
        counts=[Counted(rank=rank, count=count) for rank, count in sorted(counted.items())],
        items=[
            ItemShown.of(item, place, faces.get(item.complaint_id) if item.complaint_id else None, words=who.sees_words)
            for place, item in first
        ],
    )
