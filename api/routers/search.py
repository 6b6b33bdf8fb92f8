"""Searching the words of complaints, by those who may read them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from api.cursors import decode_place, encode_place
from api.deps import Cursor, Limit, PartsDep, WordsReader
from api.narrowing import FiltersDep, wanted
from api.openapi import A_READ, problems
from api.schemas.base import storable
from api.schemas.search import Found, FoundLine
from db.queries.search import search

router = APIRouter(prefix="/v1", tags=["complaints"])

Q = Annotated[
    str,
    Query(
        min_length=1,
        max_length=500,
        description='Words, names or the beginning of them, or a reference. "Words in quotes" stand together,'
        " `or` finds either, and a word after `-` is left out.",
        examples=["hearing aids"],
    ),
    AfterValidator(storable),
]


@router.get("/search", operation_id="searchComplaints", response_model=Found, responses=problems(*A_READ))
async def search_complaints(
    parts: PartsDep, who: WordsReader, q: Q, filters: FiltersDep, cursor: Cursor = None, limit: Limit = 25
) -> Found:
    """Find complaints by their words: the best matches first, or the newest where very many match."""
    after = decode_place(cursor)
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        looked_for = await wanted(session, who, await filters.narrowing(session, who), now)
        if looked_for is None:
            return Found(items=[])
        hits = await search(session, looked_for, q, after=after, limit=limit + 1)
    return Found(
        items=[FoundLine.found(hit, stage_title=parts.called(hit.line.complaint)) for hit in hits[:limit]],
        next=encode_place(hits[limit - 1].place) if len(hits) > limit else None,
    )
