"""The seniors' digest of each week: what was missed and went to managers and divisions, and woke no senior."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from api.deps import DigestReader, Limit, PartsDep
from api.openapi import A_READ, ONE_READ, problems
from api.problems import Problem
from api.schemas.base import FIRST_EVENT, LAST_AGREED
from api.schemas.digests import Digest, Digests, WholeDigest
from db.queries import digests

router = APIRouter(prefix="/v1/digests", tags=["organisation"])
_MOST: Final = 1000


@router.get("", operation_id="listDigests", response_model=Digests, responses=problems(*A_READ))
async def list_digests(
    parts: PartsDep,
    who: DigestReader,
    limit: Limit = 13,
    before: Annotated[
        date | None, Query(ge=FIRST_EVENT, le=LAST_AGREED, description="`next` of the page before; a Monday.")
    ] = None,
) -> Digests:
    """List the digests of the organisation, the latest week first."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await digests.listed(session, who.organisation_id, limit + 1, before)
    shown = rows[:limit]
    return Digests(items=[Digest.of(row) for row in shown], next=shown[-1].week_on if len(rows) > limit else None)


@router.get("/{week}", operation_id="getDigest", response_model=WholeDigest, responses=problems(*ONE_READ))
async def get_digest(
    parts: PartsDep,
    who: DigestReader,
    week: Annotated[date, Path(ge=FIRST_EVENT, le=LAST_AGREED, description="The Monday of the week.")],
) -> WholeDigest:
    """Show the digest of one week, with the breaches in it."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        row = await digests.find(session, who.organisation_id, week)
        if row is None:
            raise Problem("not_found")
        items = await digests.items(session, row.id, _MOST)
    return WholeDigest.whole(row, items)
