"""What becomes of something that came in: a concern becomes a complaint, an oral complaint is put right at once."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Driver
from api.errands import ErrandDep
from api.schemas.intake import ConversionSaid, ExemptionSaid
from contracts.commands import CommandKind

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["commands"], responses=ANSWERS)


@router.post("/conversion", operation_id="convert")
async def convert(errand: ErrandDep, who: Driver, body: ConversionSaid) -> Response:
    """Make a complaint of a concern, an enquiry or feedback: the same case, with the clocks of a complaint."""
    return await errand.carry(who, CommandKind.CONVERT, body, body.said())


@router.post("/exemption", operation_id="exempt")
async def exempt(errand: ErrandDep, who: Driver, body: ExemptionSaid) -> Response:
    """Say that an oral complaint was put right, to the person's satisfaction, by the end of the next working day."""
    return await errand.carry(who, CommandKind.EXEMPT, body, body.said())
