"""A step that the machine could not do: the office has it tried again, once what hindered it is put right."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import reply
from api.governance_desk import GovernanceDeskDep, Matter
from api.office_desk import Entry
from api.openapi import problems
from api.problems import Problem
from api.routers.governance import SAYING, Step
from api.schemas.governance_shown import OccurrenceShown
from db.queries import governance_hindered

router = APIRouter(prefix="/v1/governance/{occurrence_id}", tags=["governance"])


@router.post(
    "/steps/{step}/another-try",
    operation_id="tryGovernanceStepAgain",
    response_model=OccurrenceShown,
    responses=problems(*SAYING, "step_not_open", "step_not_hindered"),
)
async def try_governance_step_again(desk: GovernanceDeskDep, occurrence_id: UUID, step: Step) -> Response:
    """Have the machine try the open step again at once, as the office."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        if not matter.office:
            raise Problem("not_your_part")
        if matter.step.code != step:
            raise Problem("step_not_open")
        if matter.step.hindered is None:
            raise Problem("step_not_hindered")
        data = {"step": step, "hindered": matter.step.hindered, "tries": matter.step.tries}
        await governance_hindered.try_anew(session, matter.row, matter.step, desk.desk.now, by=desk.person_id)
        return Entry(kind="governance.step_tried_again", subject_id=matter.row.id, data=data)

    return reply(await desk.say(occurrence_id, None, say, step), 200, {})
