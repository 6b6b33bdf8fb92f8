"""Bulk operations: what is asked to be done to many complaints, and how it stands."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StrictStr, model_validator

from api.schemas.base import Reason, Request, Summary, UtcTime, Wire, Words
from contracts.bulk import BulkKind
from contracts.commands import CommandKind
from db import desk_said
from db.models.bulk import BulkItem, BulkOperation
from db.office_said import SendUpdate
from db.said import to_body

MOST_REFERENCES = 2_000


class BulkAssignSaid(Request):
    """Whose the complaints shall be: with `ownerId` null nobody's, in the queue of a team where one is named."""

    owner_id: UUID | None
    team_id: UUID | None = None
    division_id: UUID | None = None
    handover: Reason | None = None


class BulkNoteSaid(Request):
    """A note for the file of each complaint."""

    words: Words


class BulkUpdateSaid(Request):
    """An update that the caller has written, and releases to the person of each complaint."""

    subject: Summary
    body: Words


class BulkFilter(Request):
    """Which complaints: all that fit, as they are found when this is asked for. One that is empty is refused."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    stage: Annotated[StrictStr, Field(pattern=r"^[a-z_]{1,64}$")] | None = None
    unassigned: StrictBool | None = None
    open: StrictBool | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether it would take every complaint there is."""
        return not self.model_dump(exclude_none=True)


class BulkSaid(Request):
    """One thing to be done to many complaints: named by reference, or by what they have in common."""

    kind: Literal[BulkKind.ASSIGN, BulkKind.ADD_NOTE, BulkKind.SEND_UPDATE, BulkKind.EXPORT]
    assign: BulkAssignSaid | None = Field(default=None, description="With kind `assign`.")
    note: BulkNoteSaid | None = Field(default=None, description="With kind `add_note`.")
    update: BulkUpdateSaid | None = Field(default=None, description="With kind `send_update`.")
    references: list[Annotated[StrictStr, Field(max_length=64)]] | None = Field(
        default=None, min_length=1, max_length=MOST_REFERENCES
    )
    filter: BulkFilter | None = None

    @model_validator(mode="after")
    def _whole(self) -> BulkSaid:
        given = [name for name in ("assign", "note", "update") if getattr(self, name) is not None]
        if given != _NEEDS[self.kind]:
            raise ValueError("The part that this kind needs is given, and no other.")
        if (self.references is None) == (self.filter is None):
            raise ValueError("Either references or a filter names the complaints.")
        return self

    def params(self) -> dict[str, Any]:
        """Return what is said to each complaint, as it is stored in a submission."""
        if self.assign is not None:
            return to_body(CommandKind.ASSIGN, desk_said.Assign(**self.assign.model_dump()))
        if self.note is not None:
            return to_body(CommandKind.ADD_NOTE, desk_said.AddNote(words=self.note.words))
        if self.update is not None:
            return to_body(CommandKind.SEND_UPDATE, SendUpdate(subject=self.update.subject, body=self.update.body))
        return {}


_NEEDS: dict[BulkKind, list[str]] = {
    BulkKind.ASSIGN: ["assign"],
    BulkKind.ADD_NOTE: ["note"],
    BulkKind.SEND_UPDATE: ["update"],
    BulkKind.EXPORT: [],
}


class BulkShown(Wire):
    """A bulk operation, and how it stands. It is `done` only when every item was done."""

    id: UUID
    kind: str
    state: str
    total: int
    done: int
    refused: int
    failed: int
    not_yet_known: int = Field(description="Items without an outcome yet.")
    attempt: int
    asked_by: UUID | None = None
    asked_at: UtcTime
    ended_at: UtcTime | None = None
    params: dict[str, Any] | None = Field(default=None, description="Left out for those who may not see words.")

    @classmethod
    def of(cls, operation: BulkOperation, *, words: bool) -> BulkShown:
        """Return an operation as it is shown."""
        known = operation.done + operation.refused + operation.failed
        return cls(
            id=operation.id,
            kind=operation.kind,
            state=operation.state,
            total=operation.total,
            done=operation.done,
            refused=operation.refused,
            failed=operation.failed,
            not_yet_known=operation.total - known,
            attempt=operation.attempt,
            asked_by=operation.asked_by,
            asked_at=operation.asked_at,
            ended_at=operation.ended_at,
            params=operation.params if words else None,
        )


class Bulks(Wire):
    """Bulk operations; `next` is the cursor of the page after, if there is one."""

    items: list[BulkShown]
    next: str | None = None


class BulkItemShown(Wire):
    """What became of one complaint."""

    n: int
    reference: str
    state: Literal["waiting", "said", "done", "refused", "failed"]
    refusal: str | None = Field(default=None, description="Why it was refused, as a code.")
    failure: str | None = Field(default=None, description="How it failed, as a code.")
    submission_id: UUID | None = None
    settled_at: UtcTime | None = None

    @classmethod
    def of(cls, item: BulkItem, reference: str) -> BulkItemShown:
        """Return an item as it is shown."""
        shown = {name: getattr(item, name) for name in cls.model_fields if name != "reference"}
        return cls(reference=reference, **shown)


class BulkItems(Wire):
    """The items of an operation; `next` is the `after` of the page after, if there is one."""

    items: list[BulkItemShown]
    next: int | None = None
