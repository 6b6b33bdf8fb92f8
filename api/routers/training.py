"""What people who work on complaints are trained in: recorded, taken back, read by themselves and by managers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.dates import refuse_future, today
from api.deps import AnyCaller, Appointer, PartsDep, Reader
from api.insight_rules import Course
from api.known_desk import KnownDesk, KnownDeskDep, own_or_all, somebody
from api.office_desk import A_CHANGE, Entry, row, wrong
from api.openapi import A_READ, ONE_READ, answers, problems
from api.permissions import Permission
from api.problems import Problem
from api.schemas.training import CoursesShown, TrainingOf, TrainingSaid, TrainingShown, TrainingTakenBack
from db.models.training import TrainingRecord
from db.queries import training

router = APIRouter(prefix="/v1", tags=["organisation"])


@router.get("/training/courses", operation_id="listCourses", response_model=CoursesShown, responses=problems(*A_READ))
async def list_courses(parts: PartsDep, who: Reader) -> CoursesShown:
    """List the courses that people who work on complaints are trained in."""
    return CoursesShown.of(parts.insight.courses())


@router.get(
    "/people/{person_id}/training", operation_id="getTraining", response_model=TrainingOf, responses=problems(*ONE_READ)
)
async def get_training(parts: PartsDep, who: AnyCaller, person_id: UUID) -> TrainingOf:
    """Show what somebody was trained in: to themselves, and to whoever appoints people."""
    own_or_all(who, person_id)
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        found = await training.records_of(session, person_id)
    return TrainingOf(items=[TrainingShown.of(each, today(now)) for each in found])


@router.post(
    "/people/{person_id}/training",
    operation_id="recordTraining",
    status_code=201,
    responses=answers(201, TrainingShown, "It is on record.") | problems(*A_CHANGE),
)
async def record_training(desk: KnownDeskDep, who: Appointer, person_id: UUID, body: TrainingSaid) -> Response:
    """Record that somebody has done a course, with what shows it."""

    async def make(session: AsyncSession, known_us: int) -> Entry:
        refuse_future(body, desk.now)
        courses = desk.parts.insight.courses()
        course = courses.find(body.course)
        if course is None:
            raise wrong("/course", "unknown_course", "There is no such course.")
        await somebody(session, person_id)
        assert who.person_id is not None  # `Appointer` sees to it
        new = TrainingRecord(
            id=uuid7(),
            organisation_id=who.organisation_id,
            person_id=person_id,
            courses_version=courses.version,
            **body.model_dump(exclude={"expires_on"}),
            expires_on=_expires(body, course),
            known_us=known_us,
            said_by=who.person_id,
            said_at=desk.now,
        )
        if await training.is_recorded(session, new):
            raise wrong("/doneOn", "recorded_already", "This course of this day is on record.")
        session.add(new)
        await training.end_tasks(session, training.renewed_by(new), desk.now, by=who.person_id)
        data = {"person_id": str(person_id), **body.model_dump(mode="json", exclude={"evidence"})}
        return Entry(kind="training.recorded", subject_id=new.id, data=data)

    shown = await desk.change(who, Permission.APPOINT, body, person_id, make=make, show=_shower(desk))
    return reply(shown, 201, {})


@router.post(
    "/people/{person_id}/training/{record_id}/withdrawal",
    operation_id="takeBackTraining",
    responses=answers(200, TrainingShown, "It is taken back.") | problems(*A_CHANGE, "already_ended"),
)
async def take_back_training(
    desk: KnownDeskDep, who: Appointer, person_id: UUID, record_id: UUID, body: TrainingTakenBack
) -> Response:
    """Take back what was recorded by mistake, with the reason. It stays on record as what was once known."""

    async def make(session: AsyncSession, known_us: int) -> Entry:
        record = await row(session, TrainingRecord, record_id)
        if record.person_id != person_id:
            raise Problem("not_found")
        if record.withdrawn_by is not None:
            raise Problem("already_ended")
        record.until_us = max(known_us, record.known_us)
        record.withdrawn_by, record.withdrawn_reason = who.person_id, body.reason
        await training.end_tasks(session, TrainingRecord.id == record.id, desk.now, by=None)
        data = {"person_id": str(person_id), "course": record.course}
        return Entry(kind="training.withdrawn", subject_id=record.id, data=data)

    path = (person_id, record_id)
    return reply(await desk.change(who, Permission.APPOINT, body, *path, make=make, show=_shower(desk)), 200, {})


def _expires(body: TrainingSaid, course: Course) -> date | None:
    if body.expires_on is None:
        return course.expires_on(body.done_on)
    if body.expires_on <= body.done_on:
        raise wrong("/expiresOn", "ends_before_start", "It is not valid for a day.")
    return body.expires_on


def _shower(desk: KnownDesk) -> Callable[[AsyncSession, UUID], Awaitable[TrainingShown]]:
    async def show(session: AsyncSession, record_id: UUID) -> TrainingShown:
        return TrainingShown.of(await row(session, TrainingRecord, record_id), desk.today)

    return show
