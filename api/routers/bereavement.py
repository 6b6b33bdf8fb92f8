"""Somebody has died, and somebody goes on or nobody does."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Driver
from api.errands import ErrandDep
from api.schemas.bereavement import DeathSaid, SuccessorSaid
from contracts.commands import CommandKind

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["commands"], responses=ANSWERS)


@router.post("/deaths", operation_id="recordDeath")
async def record_death(errand: ErrandDep, who: Driver, body: DeathSaid) -> Response:
    """Say that a person who is part of the complaint has died."""
    return await errand.carry(who, CommandKind.RECORD_DEATH, body, body.said())


@router.post("/successor", operation_id="nameSuccessor")
async def name_successor(errand: ErrandDep, who: Driver, body: SuccessorSaid) -> Response:
    """Say who goes on with the complaint of a person who died, or that nobody does."""
    return await errand.carry(who, CommandKind.NAME_SUCCESSOR, body, body.said())
