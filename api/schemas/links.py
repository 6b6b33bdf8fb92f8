"""Complaints that belong together: how that is said, and how it is shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictStr, model_validator

from api.schemas.base import Reason, Request, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from db.intake_said import Link, LinkKind, Unlink
from db.queries.links import Linked, Member

GroupCode = Annotated[
    StrictStr,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="A code of your own for the common cause. It names no person.",
        examples=["WARD-7-FALLS-2026"],
    ),
]


class LinkSaid(Request):
    """The complaint belongs together with another one of this organisation."""

    to: Annotated[StrictStr, Field(min_length=1, max_length=64, description="The other complaint's reference.")]
    kind: LinkKind
    group: GroupCode | None = Field(default=None, description="Needed for a common cause, and only there.")
    words: Words | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.kind == "common_cause") != (self.group is not None):
            raise ValueError("A common cause, and nothing else, has the code of its group.")
        return self

    def said(self, to_id: UUID) -> Link:
        """Return what was said."""
        return Link(to_id=to_id, kind=self.kind, group=self.group, words=self.words)


class RemovalSaid(Request):
    """A link does not hold."""

    reason: Reason

    def said(self, link_id: UUID) -> Unlink:
        """Return what was said."""
        return Unlink(link_id=link_id, reason=self.reason)


class LinkShown(Wire):
    """One link as it is seen from this complaint."""

    id: UUID
    kind: str
    group: str | None = None
    reference: str = Field(description="The other complaint's.")
    stage: str
    stage_title: str
    open: bool
    received_on: date
    linked_at: UtcTime
    linked_by: PersonRef | None = None
    words: str | None = None

    @classmethod
    def of(cls, linked: Linked, *, words: bool, stage_title: str) -> LinkShown:
        """Return a link as it is shown."""
        link, other = linked.link, linked.other
        return cls(
            id=link.id,
            kind=link.kind,
            group=link.group_code,
            reference=other.reference,
            stage=other.stage,
            stage_title=stage_title,
            open=other.open,
            received_on=other.received_on,
            linked_at=link.linked_at,
            linked_by=PersonRef.of(link.linked_by, linked.by if words else None),
            words=link.words if words else None,
        )


class Links(Wire):
    """The links of a complaint that hold, the oldest first."""

    items: list[LinkShown]


class MemberShown(Wire):
    """One complaint of a group."""

    reference: str
    matter: str
    stage: str
    stage_title: str
    open: bool
    received_on: date
    outcome: str | None = None
    summary: str | None = Field(default=None, description="Left out for those who may not see words.")

    @classmethod
    def of(cls, member: Member, *, words: bool, stage_title: str) -> MemberShown:
        """Return a complaint of a group as it is shown."""
        complaint = member.complaint
        return cls(
            reference=complaint.reference,
            matter=complaint.matter,
            stage=complaint.stage,
            stage_title=stage_title,
            open=complaint.open,
            received_on=complaint.received_on,
            outcome=complaint.outcome,
            summary=member.summary if words else None,
        )


class Group(Wire):
    """Complaints with a common cause, the earliest received first."""

    code: str
    items: list[MemberShown]
