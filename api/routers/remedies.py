"""Remedies: proposed, decided within the limits of authority, and shown beside comparable ones."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import ANSWERS
from api.deps import Driver, Examiner
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.parts import Parts
from api.schemas.remedies import (
    ComparisonShown,
    Remedies,
    RemedyDecisionSaid,
    RemedySaid,
    RemedyShown,
    RulesShown,
    StepShown,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.remedies import Remedy
from db.queries import remedies

router = APIRouter(prefix="/v1/complaints/{reference}/remedies", tags=["casework"])


@router.get("", operation_id="getRemedies", response_model=Remedies, responses=problems(*ONE_READ))
async def get_remedies(visit: VisitDep) -> Remedies:
    """Show the remedies of a complaint, each sum for injustice beside comparable ones of the same organisation."""
    words = visit.who.sees_words
    async with visit.found() as (session, found):
        rows = await remedies.remedies_of(session, found.id)
        steps = await remedies.steps_of(session, found.id)
        # Through a share one sees one case, and not how the other body treats the rest of its own.
        mine = found.organisation_id == visit.who.organisation_id
        group = await remedies.common_cause_of(session, found.id) if mine else []
        compared = {row.id: await _compared(session, visit.parts, row, group) if mine else [] for row in rows}
    return Remedies(
        items=[
            RemedyShown.of(
                row,
                [StepShown.of(step, name, words=words) for step, name in steps if step.remedy_id == row.id],
                compared[row.id],
                words=words,
            )
            for row in rows
        ],
        rules=RulesShown.model_validate(visit.parts.remedy_rules),
    )


@router.post("", operation_id="proposeRemedy", responses=ANSWERS)
async def propose_remedy(errand: ErrandDep, who: Examiner, body: RemedySaid) -> Response:
    """Propose what would put things right: an apology, an explanation, an action, money."""
    return await errand.carry(who, CommandKind.PROPOSE_REMEDY, body, body.said())


@router.post("/{remedy_id}/decision", operation_id="decideRemedy", responses=ANSWERS)
async def decide_remedy(errand: ErrandDep, who: Driver, remedy_id: UUID, body: RemedyDecisionSaid) -> Response:
    """Decide a remedy, or record that it was offered, accepted, declined or paid."""
    return await errand.carry(who, CommandKind.DECIDE_REMEDY, body, body.said(remedy_id), remedy_id)


async def _compared(session: AsyncSession, parts: Parts, row: Remedy, group: list[UUID]) -> list[ComparisonShown]:
    if row.injustice_amount is None:
        return []
    sums = {"severity_level": await remedies.sums_of_level(session, row)}
    if group:
        sums["common_cause"] = await remedies.sums_of_group(session, row, group)
    return [ComparisonShown.of(like, parts.compare(row.injustice_amount, others)) for like, others in sums.items()]
