"""What roles ask of people for a just and learning culture, with examples: read by themselves and by managers."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.caller import Caller
from api.dates import refuse_future
from api.deps import AnyCaller, Appointer, PartsDep
from api.known_desk import KnownDeskDep, own_or_all, somebody
from api.office_desk import A_CHANGE, Entry, row, wrong
from api.openapi import ONE_READ, answers, problems
from api.permissions import Permission
from api.problems import Problem
from api.schemas.training import ExampleSaid, ObjectiveSaid, ObjectiveShown, ObjectivesOf
from db.models.training import ObjectiveExample, RoleObjective
from db.queries import training

router = APIRouter(prefix="/v1/people/{person_id}/objectives", tags=["organisation"])


@router.get("", operation_id="getObjectives", response_model=ObjectivesOf, responses=problems(*ONE_READ))
async def get_objectives(parts: PartsDep, who: AnyCaller, person_id: UUID) -> ObjectivesOf:
    """Show what somebody's role asks of them: to themselves, and to whoever appoints people."""
    own_or_all(who, person_id)
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        found = await training.objectives_of(session, person_id)
    return ObjectivesOf(items=[ObjectiveShown.of(each) for each in found])


@router.post(
    "",
    operation_id="agreeObjective",
    status_code=201,
    responses=answers(201, ObjectiveShown, "It is on record.") | problems(*A_CHANGE),
)
async def agree_objective(desk: KnownDeskDep, who: Appointer, person_id: UUID, body: ObjectiveSaid) -> Response:
    """Record an objective that was agreed with somebody."""

    async def make(session: AsyncSession, known_us: int) -> Entry:
        refuse_future(body, desk.now)
        await somebody(session, person_id)
        assert who.person_id is not None  # `Appointer` sees to it
        new = RoleObjective(
            id=uuid7(),
            organisation_id=who.organisation_id,
            person_id=person_id,
            **body.model_dump(),
            known_us=known_us,
            said_by=who.person_id,
            said_at=desk.now,
        )
        session.add(new)
        data = {"person_id": str(person_id), "role": body.role, "agreed_on": body.agreed_on.isoformat()}
        return Entry(kind="objective.agreed", subject_id=new.id, data=data)

    return reply(await desk.change(who, Permission.APPOINT, body, person_id, make=make, show=_objective), 201, {})


@router.post(
    "/{objective_id}/examples",
    operation_id="addExample",
    status_code=201,
    responses=answers(201, ObjectiveShown, "It is on record.") | problems(*A_CHANGE, "already_ended"),
)
async def add_example(
    desk: KnownDeskDep, who: AnyCaller, person_id: UUID, objective_id: UUID, body: ExampleSaid
) -> Response:
    """Record a practical example of how somebody meets an objective: they do, or whoever appoints people."""
    permission = Permission.OWN_PART if who.person_id == person_id else Permission.APPOINT
    who.acting_as(permission)

    async def make(session: AsyncSession, known_us: int) -> Entry:
        refuse_future(body, desk.now)
        objective = await _standing(session, person_id, objective_id)
        if body.on < objective.agreed_on:
            raise wrong("/on", "before_objective", "This was before it was agreed.")
        new = ObjectiveExample(
            id=uuid7(),
            organisation_id=who.organisation_id,
            objective_id=objective.id,
            **body.model_dump(),
            known_us=max(known_us, objective.known_us),
            said_by=_person(who),
            said_at=desk.now,
        )
        session.add(new)
        data = {"person_id": str(person_id), "example_id": str(new.id), "on": body.on.isoformat()}
        return Entry(kind="objective.example", subject_id=objective.id, data=data)

    path = (person_id, objective_id)
    return reply(await desk.change(who, permission, body, *path, make=make, show=_objective), 201, {})


@router.post(
    "/{objective_id}/end",
    operation_id="endObjective",
    responses=answers(200, ObjectiveShown, "It is ended.") | problems(*A_CHANGE, "already_ended"),
)
async def end_objective(desk: KnownDeskDep, who: Appointer, person_id: UUID, objective_id: UUID) -> Response:
    """End an objective: it is asked of somebody no more, or another one takes its place."""

    async def make(session: AsyncSession, known_us: int) -> Entry:
        objective = await _standing(session, person_id, objective_id)
        objective.until_us, objective.ended_by = max(known_us, objective.known_us), _person(who)
        return Entry(kind="objective.ended", subject_id=objective.id, data={"person_id": str(person_id)})

    path = (person_id, objective_id)
    return reply(await desk.change(who, Permission.APPOINT, None, *path, make=make, show=_objective), 200, {})


async def _standing(session: AsyncSession, person_id: UUID, objective_id: UUID) -> RoleObjective:
    objective = await row(session, RoleObjective, objective_id)
    if objective.person_id != person_id:
        raise Problem("not_found")
    if objective.ended_by is not None:
        raise Problem("already_ended")
    return objective


def _person(who: Caller) -> UUID:
    assert who.person_id is not None  # whoever appoints is a person, and so is whoever it is about
    return who.person_id


async def _objective(session: AsyncSession, objective_id: UUID) -> ObjectiveShown:
    return ObjectiveShown.of(await training.agreed(session, await row(session, RoleObjective, objective_id)))
