"""Promises of a complaint: made, kept, released and shown, and the figures of an organisation."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers import ANSWERS
from api.dates import today
from api.deps import PartsDep, Reader, Writer
from api.errands import ErrandDep
from api.openapi import A_READ, ONE_READ, problems
from api.problems import FieldError, Problem
from api.schemas.base import FIRST_EVENT, LAST_AGREED
from api.schemas.promises import (
    KeepingSaid,
    KeptShown,
    OrganisationFigures,
    PromiseMade,
    PromiseReleased,
    Promises,
    PromiseShown,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.clock import ClockRow, ClockVersion
from db.queries import promises

router = APIRouter(prefix="/v1", tags=["work"])
_PREFIX: Final = "/complaints/{reference}/promises"
_A_YEAR: Final = timedelta(days=365)
_LONGEST: Final = timedelta(days=3 * 366)


@router.get(
    "/promises/figures",
    operation_id="getPromiseFigures",
    response_model=OrganisationFigures,
    responses=problems(*A_READ),
)
async def get_promise_figures(
    parts: PartsDep,
    who: Reader,
    first: Annotated[
        date | None, Query(alias="from", ge=FIRST_EVENT, le=LAST_AGREED, description="Left out: a year before `until`.")
    ] = None,
    until: Annotated[date | None, Query(ge=FIRST_EVENT, le=LAST_AGREED, description="Left out: today.")] = None,
) -> OrganisationFigures:
    """Count what was promised for a stretch of time, by the day it was due: how much of it was kept, and broken."""
    now = parts.clock.now()
    last = until or today(now)
    begin = first or max(last - _A_YEAR, FIRST_EVENT)
    if begin > last or last - begin > _LONGEST:
        wrong = "`from` must not be after `until`, nor more than three years before it."
        raise Problem("invalid_request", errors=[FieldError(place="query", pointer="/from", code="value_error",
                                                           detail=wrong)])  # fmt: skip
    async with parts.database.tenant(who.organisation_id, now) as session:
        found = await promises.tallies(session, who.organisation_id, begin, last, today(now))
    return OrganisationFigures.of(begin, last, found)


@router.get(_PREFIX, operation_id="getPromises", response_model=Promises, responses=problems(*ONE_READ))
async def get_promises(visit: VisitDep) -> Promises:
    """Show what people were promised about a complaint, and whether it was kept."""
    on = today(visit.parts.clock.now())
    async with visit.found() as (session, found):
        rows = await promises.promises_of(session, found.id)
        kept = await promises.kept_of(session, found.id)
        versions = await promises.clocks_of(session, found.id)
        tallies = await promises.tallies_of(session, found.id, on)
    words = visit.who.sees_words
    clocks: dict[UUID | None, list[tuple[ClockRow, ClockVersion]]] = defaultdict(list)
    for clock, version in versions:
        clocks[clock.subject_id].append((clock, version))
    rounds: dict[UUID, list[KeptShown]] = defaultdict(list)
    for row, name in kept:
        rounds[row.promise_id].append(KeptShown.of(row, name, words=words))
    items = [PromiseShown.of(row, maker, clocks[row.id], rounds[row.id], on, words=words) for row, maker in rows]
    return Promises.of(items, tallies)


@router.post(_PREFIX, operation_id="makePromise", responses=ANSWERS)
async def make_promise(errand: ErrandDep, who: Writer, body: PromiseMade) -> Response:
    """Put on record what somebody was promised: a clock reminds of it until it is kept."""
    return await errand.carry(who, CommandKind.MAKE_PROMISE, body, body.said())


@router.post(_PREFIX + "/{promise_id}/keeping", operation_id="keepPromise", responses=ANSWERS)
async def keep_promise(errand: ErrandDep, who: Writer, promise_id: UUID, body: KeepingSaid) -> Response:
    """Record that a promise was kept. One that comes round starts again."""
    return await errand.carry(who, CommandKind.KEEP_PROMISE, body, body.said(promise_id), promise_id)


@router.post(_PREFIX + "/{promise_id}/release", operation_id="releasePromise", responses=ANSWERS)
async def release_promise(errand: ErrandDep, who: Writer, promise_id: UUID, body: PromiseReleased) -> Response:
    """Let go of a promise that binds no more. One that was overdue stays broken."""
    return await errand.carry(who, CommandKind.RELEASE_PROMISE, body, body.said(promise_id), promise_id)
