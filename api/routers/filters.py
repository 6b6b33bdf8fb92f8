"""Saved filters: kept by a person, perhaps for all of the organisation, and used by the worklist."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import PlainEnvelopeDep, reply
from api.caller import Caller
from api.deps import PartsDep, Reader
from api.door import fingerprint
from api.openapi import A_READ, A_WRITE, ONE_READ, answers, header, problems
from api.permissions import Permission
from api.problems import Problem
from api.schemas.filters import FilterSaid, FilterShown, FiltersShown
from db.models.search import SavedFilter
from db.queries import filters
from db.queries.filters import NewFilter

router = APIRouter(prefix="/v1/filters", tags=["complaints"])


@router.get("", operation_id="listFilters", response_model=FiltersShown, responses=problems(*A_READ))
async def list_filters(parts: PartsDep, who: Reader) -> FiltersShown:
    """List my own filters, and the shared ones."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await filters.filters_for(session, who.person_id)
    return FiltersShown(items=[_shown(who, row, name) for row, name in rows])


@router.post(
    "",
    operation_id="saveFilter",
    status_code=201,
    responses=answers(201, FilterShown, "It is kept.", header("Location", "Where it is changed."))
    | problems(*A_WRITE, "name_taken"),
)
async def save_filter(parts: PartsDep, who: Reader, envelope: PlainEnvelopeDep, body: FilterSaid) -> Response:
    """Keep a filter of the worklist under a name."""
    now = parts.clock.now()
    new = NewFilter(
        id=uuid7(),
        organisation_id=who.organisation_id,
        person_id=_person(who),
        name=body.name,
        shared=body.shared,
        query=body.query.stored(),
        saved_at=now,
        idempotency_key=envelope.key,
        body_hash=fingerprint(envelope, body),
    )
    async with parts.database.tenant(who.organisation_id, now) as session:
        kept = await filters.keep(session, new)
    if kept is None:
        raise Problem("name_taken")
    if kept.body_hash != new.body_hash:
        raise Problem("idempotency_key_reused")
    return reply(_shown(who, kept, who.person_name), 201, {"Location": f"/v1/filters/{kept.id}"})


@router.put(
    "/{filter_id}",
    operation_id="changeFilter",
    response_model=FilterShown,
    responses=problems(*ONE_READ, "malformed_body", "body_too_large", "unsupported_media_type")
    | problems("person_needed", "name_taken"),
)
async def change_filter(parts: PartsDep, who: Reader, filter_id: UUID, body: FilterSaid) -> FilterShown:
    """Change a filter: its name, what it narrows to, and whether it is shared."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        row = await _changeable(session, who, filter_id)
        if await filters.is_taken(session, row.person_id, body.name, row.id):
            raise Problem("name_taken")
        row.name, row.shared, row.query = body.name, body.shared, body.query.stored()
    return _shown(who, row, who.person_name if row.person_id == who.person_id else None)


@router.delete(
    "/{filter_id}",
    operation_id="removeFilter",
    status_code=204,
    responses=problems(*ONE_READ) | problems("person_needed"),
)
async def remove_filter(parts: PartsDep, who: Reader, filter_id: UUID) -> Response:
    """Remove a filter."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        row = await _changeable(session, who, filter_id)
        row.removed = True
    return Response(status_code=204)


async def _changeable(session: AsyncSession, who: Caller, filter_id: UUID) -> SavedFilter:
    """Return a filter that the caller may change. Raises a problem for one that is not there, or another's."""
    row = await filters.find_filter(session, filter_id, _person(who), locked=True)
    if row is None:
        raise Problem("not_found")
    if row.person_id != who.person_id:
        who.acting_as(Permission.TIDY_FILTERS)
    return row


def _person(who: Caller) -> UUID:
    if who.person_id is None:
        raise Problem("person_needed")
    return who.person_id


def _shown(who: Caller, row: SavedFilter, owner_name: str | None) -> FilterShown:
    mine = row.person_id == who.person_id
    return FilterShown.of(row, mine=mine, owner_name=owner_name if who.sees_words else None)
