"""Escalations to senior leaders: raised, acknowledged, passed on, decided, followed, shown, and their figures."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers import ANSWERS
from api.cursors import decode, encode
from api.dates import first_instant, today
from api.deps import Cursor, Limit, PartsDep, Reader, Taker, Writer
from api.errands import ErrandDep
from api.openapi import A_READ, ONE_READ, problems
from api.problems import FieldError, Problem
from api.schemas.base import FIRST_EVENT, LAST_AGREED
from api.schemas.escalations import (
    Cause,
    EscalationAcknowledged,
    EscalationDecided,
    EscalationFigures,
    EscalationFollowed,
    EscalationLine,
    EscalationLines,
    EscalationPassed,
    EscalationRaised,
    Escalations,
    EscalationShown,
    OpenState,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from contracts.proceedings import EscalationState
from db.queries import escalation_reads

router = APIRouter(prefix="/v1", tags=["work"])
_PREFIX: Final = "/complaints/{reference}/escalations"
_ONE: Final = _PREFIX + "/{escalation_id}"
_ORDER: Final = "escalations"
_OPEN: Final = tuple(state.value for state in EscalationState if state is not EscalationState.ENDED)
_A_YEAR: Final = timedelta(days=365)
_LONGEST: Final = timedelta(days=3 * 366)
_A_DAY: Final = timedelta(days=1)


@router.get("/escalations", operation_id="listEscalations", response_model=EscalationLines, responses=problems(*A_READ))
async def list_escalations(
    parts: PartsDep,
    who: Reader,
    state: Annotated[OpenState | None, Query(description="Left out: all that have not ended.")] = None,
    cause: Annotated[Cause | None, Query(description="Left out: of every cause.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> EscalationLines:
    """List the escalations of the organisation, the oldest first: what waits for a senior leader."""
    after = decode(cursor, _ORDER, datetime)
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        lines = await escalation_reads.worklist(
            session,
            who.organisation_id,
            states=_OPEN if state is None else (state,),
            cause=cause,
            after=after,
            limit=limit + 1,
        )
    last = lines[limit - 1].row if len(lines) > limit else None
    return EscalationLines(
        items=[EscalationLine.of(line) for line in lines[:limit]],
        next=None if last is None else encode(_ORDER, last.raised_at, last.id),
    )


@router.get(
    "/figures/escalations",
    operation_id="getEscalationFigures",
    response_model=EscalationFigures,
    responses=problems(*A_READ),
)
async def get_escalation_figures(
    parts: PartsDep,
    who: Reader,
    first: Annotated[
        date | None, Query(alias="from", ge=FIRST_EVENT, le=LAST_AGREED, description="Left out: a year before `until`.")
    ] = None,
    until: Annotated[date | None, Query(ge=FIRST_EVENT, le=LAST_AGREED, description="Left out: today.")] = None,
) -> EscalationFigures:
    """Count what was raised in a stretch of time by cause and level, and the minutes to acknowledgement."""
    now = parts.clock.now()
    last = until or today(now)
    begin = first or max(last - _A_YEAR, FIRST_EVENT)
    if begin > last or last - begin > _LONGEST:
        detail = "`from` must not be after `until`, nor more than three years before it."
        error = FieldError(place="query", pointer="/from", code="value_error", detail=detail)
        raise Problem("invalid_request", errors=[error])
    span = (first_instant(begin), first_instant(last + _A_DAY))
    async with parts.database.tenant(who.organisation_id, now) as session:
        found = await escalation_reads.figures(session, who.organisation_id, *span)
        overall = await escalation_reads.overall(session, who.organisation_id, *span)
    return EscalationFigures.of(begin, last, found, overall)


@router.get(_PREFIX, operation_id="getEscalations", response_model=Escalations, responses=problems(*ONE_READ))
async def get_escalations(visit: VisitDep) -> Escalations:
    """Show the escalations of a complaint: who was asked, who has it in hand, what was decided and what came of it."""
    return Escalations(items=await _shown(visit))


@router.get(_ONE, operation_id="getEscalation", response_model=EscalationShown, responses=problems(*ONE_READ))
async def get_escalation(visit: VisitDep, escalation_id: UUID) -> EscalationShown:
    """Show one escalation of a complaint."""
    for each in await _shown(visit):
        if each.id == escalation_id:
            return each
    raise Problem("not_found")


async def _shown(visit: VisitDep) -> list[EscalationShown]:
    async with visit.found() as (session, found):
        lines = await escalation_reads.lines_of(session, found.id)
        told = await escalation_reads.said_of(session, found.id)
        kept = await visit.kept_from(session, found)
    return [EscalationShown.whole(line, told, words=visit.who.sees_words, kept=kept) for line in lines]


@router.post(_PREFIX, operation_id="raiseEscalation", responses=ANSWERS)
async def raise_escalation(errand: ErrandDep, who: Writer, body: EscalationRaised) -> Response:
    """Ask a senior leader to look. Whoever is on the rota is called until somebody acknowledges it."""
    return await errand.carry(who, CommandKind.RAISE_ESCALATION, body, body.said())


@router.post(_ONE + "/acknowledgement", operation_id="acknowledgeEscalation", responses=ANSWERS)
async def acknowledge_escalation(
    errand: ErrandDep, who: Taker, escalation_id: UUID, body: EscalationAcknowledged
) -> Response:
    """Say that the caller, a senior leader, has it in hand."""
    return await errand.carry(who, CommandKind.ACKNOWLEDGE_ESCALATION, body, body.said(escalation_id), escalation_id)


@router.post(_ONE + "/passing", operation_id="passEscalation", responses=ANSWERS)
async def pass_escalation(errand: ErrandDep, who: Taker, escalation_id: UUID, body: EscalationPassed) -> Response:
    """Say that the caller was called and cannot take it: the next is called at once."""
    return await errand.carry(who, CommandKind.PASS_ESCALATION, body, body.said(escalation_id), escalation_id)


@router.post(_ONE + "/decision", operation_id="decideEscalation", responses=ANSWERS)
async def decide_escalation(errand: ErrandDep, who: Taker, escalation_id: UUID, body: EscalationDecided) -> Response:
    """Decide what is done about it, with the reason; or decide anew."""
    return await errand.carry(who, CommandKind.DECIDE_ESCALATION, body, body.said(escalation_id), escalation_id)


@router.post(_ONE + "/follow-up", operation_id="followEscalation", responses=ANSWERS)
async def follow_escalation(errand: ErrandDep, who: Taker, escalation_id: UUID, body: EscalationFollowed) -> Response:
    """Write down a look while it is overseen, or what came of what was decided."""
    return await errand.carry(who, CommandKind.FOLLOW_ESCALATION, body, body.said(escalation_id), escalation_id)
