"""Divisions and teams, and the ledger of what changed in the office."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.cursors import decode, encode
from api.deps import Cursor, Limit, OfficeReader, PartsDep, Reader
from api.office_desk import DeskDep, Entry, row, wrong
from api.openapi import A_READ, A_WRITE, answers, problems
from api.problems import Problem
from api.schemas.organisation import UnitShown
from api.schemas.people import OfficeEvents, OfficeEventShown, UnitAdded, Units, UnitSaid
from contracts.failures import Refusal
from db.models.office import Unit
from db.queries import office
from db.queries.people import active_unit
from db.queries.people_reads import units_of

router = APIRouter(prefix="/v1", tags=["organisation"])


@router.get("/units", operation_id="listUnits", response_model=Units, responses=problems(*A_READ))
async def list_units(parts: PartsDep, who: Reader) -> Units:
    """List the divisions and teams, those that are no more included."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        found = await units_of(session, who.organisation_id)
    return Units(items=[UnitShown.of(each) for each in found])


@router.post(
    "/units",
    operation_id="addUnit",
    status_code=201,
    responses=answers(201, UnitShown, "It is added.") | problems(*A_WRITE),
)
async def add_unit(desk: DeskDep, body: UnitAdded) -> Response:
    """Add a division or a team."""

    async def make(session: AsyncSession) -> Entry:
        await _check_division(session, body.kind, body.division_id)
        if await office.is_code_taken(session, body.code):
            raise wrong("/code", "taken", "Another division or team has this code.")
        unit = Unit(id=uuid7(), organisation_id=desk.who.organisation_id, active=True, **body.model_dump())
        session.add(unit)
        data = body.model_dump(mode="json", exclude={"name"})
        return Entry(kind="unit.added", subject_id=unit.id, data=data)

    return reply(await desk.change(body, make=make, show=_unit), 201, {})


@router.post(
    "/units/{unit_id}/details",
    operation_id="correctUnit",
    responses=answers(200, UnitShown, "As it stands now.") | problems(*A_WRITE, "not_found", "already_ended"),
)
async def correct_unit(desk: DeskDep, unit_id: UUID, body: UnitSaid) -> Response:
    """Give a division or team another name, or a team to another division."""

    async def make(session: AsyncSession) -> Entry:
        unit = await _active(session, unit_id)
        await _check_division(session, unit.kind, body.division_id)
        data = {"name_changed": unit.name != body.name, **body.model_dump(mode="json", exclude={"name"})}
        unit.name, unit.division_id = body.name, body.division_id
        return Entry(kind="unit.changed", subject_id=unit.id, data=data)

    return reply(await desk.change(body, unit_id, make=make, show=_unit), 200, {})


@router.post(
    "/units/{unit_id}/retirement",
    operation_id="retireUnit",
    responses=answers(200, UnitShown, "It is no more.")
    | problems(*A_WRITE, "not_found", "already_ended", "unit_in_use"),
)
async def retire_unit(desk: DeskDep, unit_id: UUID) -> Response:
    """Retire a division or team. Refused while open cases, appointments or teams belong to it."""

    async def make(session: AsyncSession) -> Entry:
        unit = await _active(session, unit_id)
        if uses := await office.count_uses(session, unit_id, desk.today):
            raise Problem("unit_in_use", count=uses)
        unit.active = False
        return Entry(kind="unit.retired", subject_id=unit.id)

    return reply(await desk.change(None, unit_id, make=make, show=_unit), 200, {})


async def _active(session: AsyncSession, unit_id: UUID) -> Unit:
    """Return a unit that still exists, which no case can be given to meanwhile. Raises a problem else."""
    unit = await session.get(Unit, unit_id, with_for_update=True)
    if unit is None:
        raise Problem("not_found")
    if not unit.active:
        raise Problem("already_ended")
    return unit


async def _check_division(session: AsyncSession, kind: str, division_id: UUID | None) -> None:
    """Refuse a division that is not here; a division belongs to none."""
    if division_id is None:
        return
    if kind == "division":
        raise wrong("/divisionId", "not_a_team", "Only a team belongs to a division.")
    division = await active_unit(session, division_id)
    if division is None or division.kind != "division":
        raise wrong("/divisionId", Refusal.UNKNOWN_TEAM.value, "This is no division of this organisation.")


async def _unit(session: AsyncSession, unit_id: UUID) -> UnitShown:
    return UnitShown.of(await row(session, Unit, unit_id))


@router.get("/office-events", operation_id="listOfficeEvents", response_model=OfficeEvents, responses=problems(*A_READ))
async def list_office_events(
    parts: PartsDep, who: OfficeReader, cursor: Cursor = None, limit: Limit = 50
) -> OfficeEvents:
    """Show what changed in the office, the newest first: who did it, and when."""
    key = decode(cursor, "officeEvents", datetime)
    after = office.After(at=key.value, id=key.id) if key and isinstance(key.value, datetime) else None
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await office.list_office_events(session, after=after, limit=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return OfficeEvents(
        items=[OfficeEventShown.of(each) for each in rows[:limit]],
        next=None if last is None else encode("officeEvents", last.at, last.id),
    )
