"""The calendar and its changes: what is proposed, and as they are shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from api.schemas.base import AgreedDay, Name, Reason, Request, UtcTime, Wire
from api.words import CLOCKS, title
from db.models.change_set import ChangeSet
from db.queries.change_sets import Item

Nation = Literal["england", "wales", "scotland", "northern_ireland"]
Source = Annotated[Reason, Field(max_length=500)]


class ChangeSaid(Request):
    """A day is to be closed, or with `opens` to be a working day again."""

    scope: Literal["organisation", "nation"] = Field(
        description="A nation's legal calendar moves statutory dates; an organisation's moves its own only."
    )
    nation: Nation | None = Field(default=None, description="Left out: the organisation's own.")
    day: AgreedDay
    name: Name
    opens: StrictBool = False
    reason: Reason
    source: Source | None = Field(default=None, description="Where the day was proclaimed; a nation's change needs it.")


class DecisionSaid(Request):
    """Whether a change may take effect, decided by another person than who proposed it."""

    approve: StrictBool
    reason: Reason | None = None


class ClosedDayShown(Wire):
    """A weekday on which nobody works."""

    day: date
    name: str
    legal: bool = Field(description="Closed by law for the whole nation, and so for statutory dates.")


class CalendarShown(Wire):
    """The weekdays of a year on which nobody works."""

    nation: str
    year: int
    revision: int
    published_until: date = Field(description="Dates beyond this day are provisional.")
    days: list[ClosedDayShown]


class ItemShown(Wire):
    """One clock of ours that a change moves."""

    reference: str
    kind: str
    title: str
    effect: str
    clock_id: UUID
    generation: int
    old_due_on: date
    new_due_on: date
    submission_id: UUID | None = None

    @classmethod
    def of(cls, item: Item) -> ItemShown:
        """Return an item as it is shown."""
        row = item.row
        return cls(
            reference=item.reference,
            kind=item.kind,
            title=title(CLOCKS, item.kind),
            effect=item.effect,
            clock_id=row.clock_id,
            generation=row.generation,
            old_due_on=row.old_due_on,
            new_due_on=row.new_due_on,
            submission_id=row.submission_id,
        )


class Items(Wire):
    """The clocks that a change moves; `next` is the `after` of the page after, if there is one."""

    items: list[ItemShown]
    next: UUID | None = None


class ChangeShown(Wire):
    """A proposed change of a calendar, and how far it has come."""

    id: UUID
    scope: str
    nation: str
    day: date
    name: str
    opens: bool
    reason: str
    source: str | None = None
    state: str
    revision: int = Field(description="The calendar's revision that the dry run is pinned to.")
    proposed_by: UUID
    proposed_at: UtcTime
    decided_by: UUID | None = None
    decided_at: UtcTime | None = None
    approved: bool | None = None
    decision_reason: str | None = None
    examined: int = Field(description="How many complaints the dry run has looked at.")
    moved: int = Field(description="How many of them move.")

    @classmethod
    def of(cls, change: ChangeSet) -> ChangeShown:
        """Return a change as it is shown."""
        return cls(**{name: getattr(change, name) for name in cls.model_fields})


class Changes(Wire):
    """Proposed changes; `next` is the cursor of the page after, if there is one."""

    items: list[ChangeShown]
    next: str | None = None
