"""Where staff find support: what an organisation gives every member of staff who is complained about."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.deps import PartsDep, Reader
from api.office_desk import DeskDep, Entry
from api.openapi import A_READ, A_WRITE, problems
from api.schemas.staff import SupportDetails, SupportDetailsSaid
from db.models.involvement import SupportDetail
from db.queries import support_details

router = APIRouter(prefix="/v1/organisation/support-details", tags=["organisation"])


@router.get("", operation_id="getSupportDetails", response_model=SupportDetails, responses=problems(*A_READ))
async def get_support_details(parts: PartsDep, who: Reader) -> SupportDetails:
    """Show the details of support that staff are given."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return SupportDetails.of(await support_details.in_force(session))


@router.put("", operation_id="setSupportDetails", response_model=SupportDetails, responses=problems(*A_WRITE))
async def set_support_details(desk: DeskDep, body: SupportDetailsSaid) -> SupportDetails:
    """Put details of support in the place of those that staff were given until now. Letters sent stay as they are."""

    async def make(session: AsyncSession) -> Entry:
        rows = [
            SupportDetail(
                id=uuid7(),
                organisation_id=desk.who.organisation_id,
                kind=each.kind,
                position=position,
                title=each.title,
                reached_by=each.reached_by,
                set_by=desk.who.person_id,
                set_at=desk.now,
            )
            for position, each in enumerate(body.items)
        ]
        await support_details.replace(session, rows, organisation_id=desk.who.organisation_id, now=desk.now)
        counts = {kind: sum(row.kind == kind for row in rows) for kind in ("inside", "outside")}
        return Entry(kind="support_details.set", subject_id=desk.who.organisation_id, data=counts)

    async def show(session: AsyncSession, _: UUID) -> SupportDetails:
        return SupportDetails.of(await support_details.in_force(session))

    return await desk.change(body, make=make, show=show)
