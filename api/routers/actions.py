"""Actions that follow from complaints: planned, changed, done, checked, let go of; shown, listed and counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers import ANSWERS
from api.cursors import decode, encode
from api.dates import today
from api.deps import Cursor, Holder, Limit, PartsDep, Reader, Writer
from api.errands import ErrandDep
from api.openapi import A_READ, ONE_READ, problems
from api.problems import FieldError, Problem
from api.schemas.action_reads import ActionLine, ActionLines, Actions, ActionShown
from api.schemas.actions import (
    ActionChanged,
    ActionChecked,
    ActionCompleted,
    ActionDropped,
    ActionPlanned,
    ActionProgressed,
)
from api.schemas.base import FIRST_EVENT, LAST_AGREED
from api.schemas.learning import ActionFigures, TwoCodes
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries import action_reads

router = APIRouter(prefix="/v1", tags=["work"])
_PREFIX: Final = "/complaints/{reference}/actions"
_ONE: Final = _PREFIX + "/{action_id}"
_ORDER: Final = "actions"
_A_YEAR: Final = timedelta(days=365)
_LONGEST: Final = timedelta(days=3 * 366)


@router.get("/actions", operation_id="listActions", response_model=ActionLines, responses=problems(*A_READ))
async def list_actions(
    parts: PartsDep,
    who: Reader,
    state: Annotated[Literal["open", "done", "ended"] | None, Query()] = None,
    owner: Annotated[UUID | None, Query(description="Whose they are.")] = None,
    overdue: Annotated[bool | None, Query(description="Open, and their date has passed; or not.")] = None,
    theme: Annotated[TwoCodes | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ActionLines:
    """List the actions of the organisation, those first whose date comes first."""
    after = decode(cursor, _ORDER, date)
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        lines = await action_reads.worklist(
            session, today(now), state=state, owner_id=owner, overdue=overdue, theme=theme, after=after,
            limit=limit + 1,
        )  # fmt: skip
    last = lines[limit - 1].action if len(lines) > limit else None
    return ActionLines(
        items=[ActionLine.of(line, today(now), words=who.sees_words) for line in lines[:limit]],
        next=None if last is None else encode(_ORDER, last.due_on, last.id),
    )


@router.get("/figures/actions", operation_id="getActionFigures", response_model=ActionFigures,
            responses=problems(*A_READ))  # fmt: skip
async def get_figures(
    parts: PartsDep,
    who: Reader,
    first: Annotated[
        date | None, Query(alias="from", ge=FIRST_EVENT, le=LAST_AGREED, description="Left out: a year before `to`.")
    ] = None,
    until: Annotated[
        date | None, Query(alias="to", ge=FIRST_EVENT, le=LAST_AGREED, description="Left out: today.")
    ] = None,
) -> ActionFigures:
    """Count actions by their date, and checks by the day on which they were."""
    now = parts.clock.now()
    last = until or today(now)
    begin = first or max(last - _A_YEAR, FIRST_EVENT)
    if begin > last or last - begin > _LONGEST:
        wrong = "`from` must not be after `to`, nor more than three years before it."
        error = FieldError(place="query", pointer="/from", code="value_error", detail=wrong)
        raise Problem("invalid_request", errors=[error])
    async with parts.database.tenant(who.organisation_id, now) as session:
        found = await action_reads.tally(session, begin, last, today(now))
    return ActionFigures.model_validate({"from": begin, "to": last, **found.actions, **found.checks})


@router.get(_PREFIX, operation_id="getActions", response_model=Actions, responses=problems(*ONE_READ))
async def get_actions(visit: VisitDep) -> Actions:
    """Show the actions that follow from a complaint, with all that became of them."""
    async with visit.found() as (session, found):
        if found.organisation_id != visit.who.organisation_id:
            return Actions(items=[])
        lines = await action_reads.of_complaint(session, found.id)
        hanging = await action_reads.hanging(session, found.id)
    on, words = today(visit.parts.clock.now()), visit.who.sees_words
    return Actions(items=[ActionShown.whole(line, hanging, on, words=words) for line in lines])


@router.post(_PREFIX, operation_id="planAction", responses=ANSWERS)
async def plan_action(errand: ErrandDep, who: Writer, body: ActionPlanned) -> Response:
    """Plan an action: what, who, by when, and what will show that it was done."""
    return await errand.carry(who, CommandKind.PLAN_ACTION, body, body.said())


@router.post(_ONE, operation_id="changeAction", responses=ANSWERS)
async def change_action(errand: ErrandDep, who: Writer, action_id: UUID, body: ActionChanged) -> Response:
    """Give an action another owner, or another date."""
    return await errand.carry(who, CommandKind.CHANGE_ACTION, body, body.said(action_id), action_id)


@router.post(_ONE + "/progress", operation_id="recordActionProgress", responses=ANSWERS)
async def record_progress(errand: ErrandDep, who: Writer, action_id: UUID, body: ActionProgressed) -> Response:
    """Record what was done so far; the letters that tell it are drafted."""
    return await errand.carry(who, CommandKind.RECORD_ACTION_PROGRESS, body, body.said(action_id), action_id)


@router.post(_ONE + "/completion", operation_id="completeAction", responses=ANSWERS)
async def complete_action(errand: ErrandDep, who: Writer, action_id: UUID, body: ActionCompleted) -> Response:
    """Record that an action is done, and what shows it; the letters that tell it are drafted."""
    return await errand.carry(who, CommandKind.COMPLETE_ACTION, body, body.said(action_id), action_id)


@router.post(_ONE + "/check", operation_id="checkAction", responses=ANSWERS)
async def check_action(errand: ErrandDep, who: Writer, action_id: UUID, body: ActionChecked) -> Response:
    """Record whether an action held; what recurred is opened again, with a new date."""
    return await errand.carry(who, CommandKind.CHECK_ACTION, body, body.said(action_id), action_id)


@router.post(_ONE + "/dropping", operation_id="dropAction", responses=ANSWERS)
async def drop_action(errand: ErrandDep, who: Holder, action_id: UUID, body: ActionDropped) -> Response:
    """Let go of an action, with the reason: somebody senior decides it, and not its owner."""
    return await errand.carry(who, CommandKind.DROP_ACTION, body, body.said(action_id), action_id)
