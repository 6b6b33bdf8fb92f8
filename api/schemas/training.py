"""What people are trained in, and what their role asks of them: how it is said and shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.insight_rules import Courses
from api.schemas.base import AgreedDay, EventDay, Reason, Request, UtcTime, Wire, Words
from api.schemas.people import HeldRole
from db.models.training import ObjectiveExample, RoleObjective, TrainingRecord
from db.queries.training import Agreed

CourseCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["investigation"])]


class CourseShown(Wire):
    """A course. `months`: for so long it is valid, where a record says no other day."""

    code: str
    title: str
    basis: str
    months: int | None = None


class CoursesShown(Wire):
    """The courses of today."""

    version: int
    items: list[CourseShown]

    @classmethod
    def of(cls, courses: Courses) -> CoursesShown:
        """Return the list as it is shown."""
        items = [CourseShown(code=c.code, title=c.title, basis=c.basis, months=c.months) for c in courses.courses]
        return cls(version=courses.version, items=items)


class TrainingSaid(Request):
    """Somebody has done a course."""

    course: CourseCode
    done_on: EventDay
    expires_on: AgreedDay | None = Field(default=None, description="The last day; left out: as the course says.")
    evidence: Words = Field(description="What shows it: a certificate, a register.")


class TrainingTakenBack(Request):
    """Why a record was a mistake."""

    reason: Reason


class TrainingShown(Wire):
    """A course that somebody has done."""

    id: UUID
    person_id: UUID
    course: str
    done_on: date
    expires_on: date | None = None
    valid: bool = Field(description="Today; nothing that was taken back is.")
    evidence: str | None = None
    said_by: UUID
    said_at: UtcTime
    withdrawn: bool
    withdrawn_reason: str | None = None

    @classmethod
    def of(cls, row: TrainingRecord, today: date) -> TrainingShown:
        """Return a record as it is shown."""
        names = ("id", "person_id", "course", "done_on", "expires_on", "evidence", "said_by", "said_at")
        gone = row.withdrawn_by is not None
        return cls(
            **{name: getattr(row, name) for name in names},
            valid=not gone and (row.expires_on is None or row.expires_on >= today),
            withdrawn=gone,
            withdrawn_reason=row.withdrawn_reason,
        )


class TrainingOf(Wire):
    """What somebody was trained in, the latest first."""

    items: list[TrainingShown]


class ObjectiveSaid(Request):
    """What a role asks of somebody for a just and learning culture, as it was agreed with them."""

    role: HeldRole
    words: Words
    agreed_on: EventDay


class ExampleSaid(Request):
    """A practical example of how somebody meets an objective. It names nobody who complained."""

    on: EventDay
    words: Words


class ExampleShown(Wire):
    """An example."""

    id: UUID
    on: date
    words: str
    said_by: UUID
    said_at: UtcTime

    @classmethod
    def of(cls, row: ObjectiveExample) -> ExampleShown:
        """Return an example as it is shown."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ObjectiveShown(Wire):
    """An objective with its examples, the earliest first."""

    id: UUID
    person_id: UUID
    role: str
    words: str
    agreed_on: date
    ended: bool
    examples: list[ExampleShown]

    @classmethod
    def of(cls, found: Agreed) -> ObjectiveShown:
        """Return an objective as it is shown."""
        row: RoleObjective = found.objective
        names = ("id", "person_id", "role", "words", "agreed_on")
        return cls(
            **{name: getattr(row, name) for name in names},
            ended=row.ended_by is not None,
            examples=[ExampleShown.of(each) for each in found.examples],
        )


class ObjectivesOf(Wire):
    """What somebody's role asks of them."""

    items: list[ObjectiveShown]
