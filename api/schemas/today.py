"""What there is to do today, and who has how much, as they are shown."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from api.parts import Placed
from api.schemas.base import Wire
from api.schemas.complaints import PersonRef
from api.words import CLOCKS, task_title, title
from db.models.organisation import Person
from db.queries.caseload import Load
from db.queries.today import Face, Item


class TaskRef(Wire):
    """A task that an item is about."""

    id: UUID
    kind: str
    title: str


class ItemShown(Wire):
    """One thing to do, and the reason for its place in the list."""

    rank: int = Field(description="How much is at risk; 1 is the most.")
    reason: str = Field(description="Why it has this place, as a stable code.", examples=["statutory_overdue"])
    why: str = Field(description="Why, in words.", examples=["The six months ran out on 3 March, 4 days ago"])
    title: str
    reference: str | None = Field(default=None, description="Left out for what is about no one complaint.")
    stage: str | None = None
    severity: str | None = Field(default=None, description="How serious the complaint is.")
    owner: PersonRef | None = None
    clock: str | None = None
    clock_id: UUID | None = None
    due_on: date | None = None
    attention: str | None = None
    tasks: list[TaskRef]
    summary: str | None = Field(default=None, description="Left out for those who may not see words.")

    @classmethod
    def of(cls, item: Item, placed: Placed, face: Face | None, *, words: bool) -> ItemShown:
        """Return an item as it is shown."""
        tasks = [TaskRef(id=task_id, kind=kind, title=task_title(kind)) for task_id, kind in item.tasks]
        return cls(
            rank=placed.rank,
            reason=placed.reason,
            why=placed.words,
            title=_title(item),
            reference=face.reference if face else None,
            stage=face.stage if face else None,
            severity=face.severity if face else None,
            owner=PersonRef.of(face.owner_id, face.owner_name if words else None) if face else None,
            clock=item.clock,
            clock_id=item.clock_id,
            due_on=item.due_on,
            attention=item.attention,
            tasks=tasks,
            summary=face.summary if face and words else None,
        )


def _title(item: Item) -> str:
    """Return what is to be done: about a clock, by a task, or about the case as a whole."""
    if item.clock is not None:
        return title(CLOCKS, item.clock)
    if item.tasks:
        return task_title(item.tasks[0][1])
    return task_title("needs_attention" if item.attention else "assign_owner")


class Counted(Wire):
    """How many things to do share a rank."""

    rank: int
    count: int


class TodayShown(Wire):
    """The work of a day, what is most at risk first: at most 200 items, and how many there are of each rank."""

    on: date
    total: int
    counts: list[Counted]
    items: list[ItemShown]


class LoadShown(Wire):
    """How much one person has. Not a measure of anybody's worth: cases differ."""

    person: PersonRef | None = Field(default=None, description="Nobody: the unassigned queue.")
    open: int = Field(description="Open cases.")
    overdue: int = Field(description="Of these, with a statutory time that has run out.")
    due_soon: int = Field(description="Of these, with a clock that runs out within seven days.")
    drafts: int = Field(description="Drafts that nobody has released or discarded.")
    absent_until: date | None = None
    cover: PersonRef | None = None

    @classmethod
    def of(cls, load: Load, *, words: bool) -> LoadShown:
        """Return a caseload as it is shown, with names or without."""
        return cls(
            person=_named(load.person, words),
            open=load.open_cases,
            overdue=load.overdue,
            due_soon=load.due_soon,
            drafts=load.drafts,
            absent_until=load.absent_until,
            cover=_named(load.cover, words),
        )


def _named(person: Person | None, words: bool) -> PersonRef | None:
    return None if person is None else PersonRef.of(person.id, person.name if words else None)


class CaseloadShown(Wire):
    """Who has how much, by name; `unassigned` for those who see everybody's."""

    items: list[LoadShown]
    unassigned: LoadShown | None = None
