"""The ways in beside the API: whether the organisation has switched its form and its mail on."""

from __future__ import annotations

import secrets
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.caller import Caller
from api.dates import today
from api.deps import PartsDep, Reader
from api.governed import check_governed
from api.office_desk import Desk, DeskDep, Entry
from api.openapi import A_READ, A_WRITE, problems
from api.schemas.incoming import IntakeSaid, IntakeShown
from db.models.incoming import IntakeChannel
from db.queries import incoming

router = APIRouter(prefix="/v1/organisation/intake", tags=["organisation"])

_KINDS: Final = ("form", "email")


@router.get("", operation_id="getIntake", response_model=IntakeShown, responses=problems(*A_READ))
async def get_intake(parts: PartsDep, who: Reader) -> IntakeShown:
    """Show which ways in are switched on."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return await _shown(session, who)


@router.put(
    "",
    operation_id="setIntake",
    response_model=IntakeShown,
    responses=problems(*A_WRITE, "no_procedure", "figures_not_set"),
)
async def set_intake(desk: DeskDep, body: IntakeSaid) -> IntakeShown:
    """Switch ways in on or off. A form that is switched off is at once no more there for anybody."""

    async def make(session: AsyncSession) -> Entry:
        if body.form or body.email:
            # What comes in by itself must not be refused afterwards: nobody could be told.
            await check_governed(desk.parts, session, desk.who, "complaint", today(desk.now))
        known = {each.kind: each for each in await incoming.channels(session)}
        data: dict[str, Any] = body.model_dump(mode="json")
        for kind in _KINDS:
            _switch(session, desk, known.get(kind), kind, enabled=data[kind])
        return Entry(kind="intake.changed", subject_id=desk.who.organisation_id, data=data)

    async def show(session: AsyncSession, _: UUID) -> IntakeShown:
        return await _shown(session, desk.who)

    return await desk.change(body, make=make, show=show)


def _switch(session: AsyncSession, desk: Desk, row: IntakeChannel | None, kind: str, *, enabled: bool) -> None:
    """Switch one way in. Pages that lie open when a form is switched on anew are of no use: their keys are void."""
    if row is None:
        row = IntakeChannel(id=uuid7(), organisation_id=desk.who.organisation_id, kind=kind, enabled=False, secret=b"")
        session.add(row)
    elif row.enabled == enabled:
        return
    row.enabled, row.changed_by, row.changed_at = enabled, desk.who.person_id, desk.now
    row.secret = secrets.token_bytes(32) if enabled else b""


async def _shown(session: AsyncSession, who: Caller) -> IntakeShown:
    enabled = {each.kind for each in await incoming.channels(session) if each.enabled}
    return IntakeShown(
        form="form" in enabled, email="email" in enabled, form_address=f"/complain/{who.organisation_code}"
    )
