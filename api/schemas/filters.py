"""Saved filters as they are said and shown, and what a worklist can be narrowed to."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from api.schemas.base import Day, Line, Request, UtcTime, Wire
from contracts.severities import Severity
from db.models.search import SavedFilter
from db.queries.worklist import Sort

CODE = r"^[a-z][a-z0-9_]{0,63}$"
UNIT = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


class Narrowing(Request):
    """What a worklist is narrowed to, by the names of the worklist's own parameters."""

    stage: str | None = Field(default=None, pattern=CODE)
    waiting_on: str | None = Field(default=None, pattern=CODE)
    owner: UUID | Literal["me", "unassigned"] | None = None
    covered_by_me: StrictBool | None = None
    team: str | None = Field(default=None, pattern=UNIT)
    division: str | None = Field(default=None, pattern=UNIT)
    reference: str | None = Field(default=None, max_length=64)
    open: StrictBool | None = None
    overdue: StrictBool | None = None
    needs_attention: StrictBool | None = None
    severity: Severity | None = None
    due_before: Day | None = None
    sort: Sort | None = None

    def stored(self) -> dict[str, Any]:
        """Return what is kept of it: what was said, by its names on the wire."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class FilterSaid(Request):
    """A filter is to be kept. A shared one is read by everybody of the organisation."""

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    shared: StrictBool = False
    query: Narrowing


class FilterShown(Wire):
    """A saved filter, and whose it is."""

    id: UUID
    name: str
    shared: bool
    mine: bool
    owner_name: str | None = Field(default=None, description="Left out for those who may not see names.")
    query: dict[str, Any] = Field(description="The worklist's own parameters.")
    saved_at: UtcTime

    @classmethod
    def of(cls, row: SavedFilter, *, mine: bool, owner_name: str | None) -> FilterShown:
        """Return a filter as it is shown."""
        return cls(
            id=row.id,
            name=row.name,
            shared=row.shared,
            mine=mine,
            owner_name=owner_name,
            query=row.query,
            saved_at=row.saved_at,
        )


class FiltersShown(Wire):
    """One's own filters and the shared ones, by name."""

    items: list[FilterShown]
