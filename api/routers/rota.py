"""The rota of seniors: who is asked when a serious complaint needs a hand on it. Entries are ended, never rewritten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.dates import today
from api.deps import PartsDep, Reader
from api.office_desk import A_CHANGE, Desk, DeskDep, Entry, row, wrong
from api.openapi import A_READ, answers, problems
from api.problems import Problem
from api.schemas.rota import RotaEnd, RotaListed, RotaSaid, RotaShown
from db.models.escalation import Rota
from db.models.organisation import Person
from db.queries import rota

router = APIRouter(prefix="/v1/organisation/rota", tags=["organisation"])
_BEFORE: Final = "The last day is before the first."
_PAST: Final = "What is past cannot be changed any more."


@router.get("", operation_id="getRota", response_model=RotaListed, responses=problems(*A_READ))
async def get_rota(parts: PartsDep, who: Reader) -> RotaListed:
    """Show the rota of seniors from today on."""
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        found = await rota.listed(session, who.organisation_id, today(now))
    return RotaListed(items=[RotaShown.of(each, name, words=who.sees_words) for each, name in found])


@router.post(
    "",
    operation_id="addToRota",
    status_code=201,
    responses=answers(201, RotaShown, "They are on the rota.") | problems(*A_CHANGE),
)
async def add_to_rota(desk: DeskDep, body: RotaSaid) -> Response:
    """Put a senior on the rota, from a day, perhaps to a day."""

    async def make(session: AsyncSession) -> Entry:
        if body.last_on is not None and body.last_on < body.first_on:
            raise wrong("/lastOn", "ends_before_start", _BEFORE)
        if body.last_on is not None and body.last_on < desk.today:
            raise wrong("/lastOn", "date_in_past", _PAST)
        await desk.person(session, body.person_id)
        new = Rota(id=uuid7(), organisation_id=desk.who.organisation_id, **body.model_dump())
        if await rota.is_taken(session, new):
            raise wrong("/place", "taken", "Somebody has this place in these hours on one of these days.")
        session.add(new)
        # A number is no code: the ledger holds that there is one.
        data = body.model_dump(mode="json", exclude={"mobile"}) | {"has_mobile": body.mobile is not None}
        return Entry(kind="rota.added", subject_id=new.id, data=data)

    return reply(await desk.change(body, make=make, show=_shower(desk)), 201, {})


@router.post(
    "/{rota_id}/end",
    operation_id="endOnRota",
    responses=answers(200, RotaShown, "It ends on that day.") | problems(*A_CHANGE, "already_ended"),
)
async def end_on_rota(desk: DeskDep, rota_id: UUID, body: RotaEnd) -> Response:
    """End an entry of the rota on a day: today at the earliest, and never later than it ends anyway."""

    async def make(session: AsyncSession) -> Entry:
        held = await row(session, Rota, rota_id)
        if held.last_on is not None and held.last_on < desk.today:
            raise Problem("already_ended")
        if body.last_on < held.first_on:
            raise wrong("/lastOn", "ends_before_start", _BEFORE)
        if body.last_on < desk.today:
            raise wrong("/lastOn", "date_in_past", _PAST)
        if held.last_on is not None and body.last_on > held.last_on:
            raise wrong("/lastOn", "date_not_earlier", "It ends earlier than that already.")
        held.last_on = body.last_on
        data = {"person_id": str(held.person_id), "last_on": body.last_on.isoformat()}
        return Entry(kind="rota.ended", subject_id=held.id, data=data)

    return reply(await desk.change(body, rota_id, make=make, show=_shower(desk)), 200, {})


def _shower(desk: Desk) -> Callable[[AsyncSession, UUID], Awaitable[RotaShown]]:
    async def show(session: AsyncSession, rota_id: UUID) -> RotaShown:
        entry = await row(session, Rota, rota_id)
        person = await row(session, Person, entry.person_id)
        return RotaShown.of(entry, person.name, words=desk.who.sees_words)

    return show
