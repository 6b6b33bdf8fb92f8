"""The one draft of several bodies: how it is shared and commented on, and how that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.base import AgreedDay, EventDay, Reason, Request, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from db import joint_draft_said
from db.models.joint import Contribution
from db.models.joint_draft import JointComment, JointDraft, JointDraftReader


class JointDraftShared(Request):
    """The draft as it stands is shared; or a senior leaves that out, with the reason."""

    audience: Literal["bodies", "person", "supplement"] = Field(
        description="First the bodies, then the person, by a letter that somebody releases. A supplement is signed as a"
        " response is: here it can only be left out."
    )
    comment_by: AgreedDay | None = Field(
        default=None, description="Left out: 5 working days for bodies, 10 for people."
    )
    note: Reason | None = Field(default=None, description="For the file.")
    skip_reason: Reason | None = Field(default=None, description="Why a senior leaves it out. Never for bodies.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.skip_reason is not None and (self.comment_by is not None or self.note is not None):
            raise ValueError("What is left out has a reason, and nothing else.")
        if self.skip_reason is not None and self.audience == "bodies":
            raise ValueError("The bodies always see the draft first.")
        if self.skip_reason is None and self.audience == "supplement":
            raise ValueError("A supplement is drafted and signed as a response is.")
        return self

    def said(self) -> joint_draft_said.ShareJointDraft:
        """Return what was said."""
        return joint_draft_said.ShareJointDraft(**self.model_dump())


class JointCommentSaid(Request):
    """What the person, or a body by word of mouth, said of a draft. Agreed without a word is said, too."""

    received_on: EventDay
    agrees: StrictBool = False
    words: Words | None = None
    party_id: UUID | None = None
    contribution_id: UUID | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.party_id is None) == (self.contribution_id is None):
            raise ValueError("A comment is of a party of the complaint, or of a body.")
        if not self.agrees and self.words is None:
            raise ValueError("Who does not agree says why.")
        return self

    def said(self, draft_id: UUID) -> joint_draft_said.RecordJointComment:
        """Return what was said."""
        return joint_draft_said.RecordJointComment(draft_id=draft_id, **self.model_dump())


class JointCommentWeighed(Request):
    """What came of a comment. A body is told it in these words."""

    used: joint_draft_said.CommentUse
    reason: Words

    def said(self, draft_id: UUID, comment_id: UUID) -> joint_draft_said.WeighJointComment:
        """Return what was said."""
        return joint_draft_said.WeighJointComment(draft_id=draft_id, comment_id=comment_id, **self.model_dump())


class JointCommentShown(Wire):
    """What somebody said of a draft, and what came of it. Words and names are left out for who may not see them."""

    id: UUID
    contribution_id: UUID | None = None
    party_id: UUID | None = None
    name: str | None = None
    agrees: bool
    words: str | None = None
    received_on: date
    late: bool
    used: str | None = Field(default=None, description="used, partly or not_used; left out until it is weighed")
    reason: str | None = None
    used_on: date | None = None
    used_by: PersonRef | None = None

    @classmethod
    def of(cls, row: JointComment, name: str | None, weigher: str | None, *, words: bool) -> JointCommentShown:
        """Return a comment as it is shown."""
        return cls(
            id=row.id,
            contribution_id=row.contribution_id,
            party_id=row.party_id,
            name=name if words else None,
            agrees=row.agrees,
            words=row.words if words else None,
            received_on=row.received_on,
            late=row.late,
            used=row.used,
            reason=row.reason if words else None,
            used_on=row.used_on,
            used_by=PersonRef.of(row.used_by, weigher if words else None),
        )


class DraftReaderShown(Wire):
    """A body with which a draft was shared."""

    contribution_id: UUID
    body: str
    told: bool = Field(description="No: consent did not cover it.")
    commented: bool

    @classmethod
    def of(cls, row: JointDraftReader, body: Contribution, *, commented: bool) -> DraftReaderShown:
        """Return a reader as it is shown."""
        return cls(contribution_id=row.contribution_id, body=body.code, told=row.message_id is not None,
                   commented=commented)  # fmt: skip


class JointDraftShown(Wire):
    """One sharing of a version of the response."""

    id: UUID
    audience: str
    left_out: bool
    draft_id: UUID | None = None
    shared_on: date
    said_at: UtcTime
    comment_by: date | None = None
    released_on: date | None = Field(default=None, description="The day on which it left for the person.")
    notice_id: UUID | None = None
    note: str | None = None
    bodies: list[DraftReaderShown]
    comments: list[JointCommentShown]

    @classmethod
    def of(
        cls,
        row: JointDraft,
        bodies: Sequence[DraftReaderShown],
        comments: Sequence[JointCommentShown],
        *,
        words: bool,
    ) -> JointDraftShown:
        """Return a sharing with who has read it and what they said."""
        return cls(
            id=row.id,
            audience=row.audience,
            left_out=row.skipped,
            draft_id=row.draft_id,
            shared_on=row.shared_on,
            said_at=row.said_at,
            comment_by=row.comment_by,
            released_on=row.released_on,
            notice_id=row.notice_id,
            note=row.note if words else None,
            bodies=list(bodies),
            comments=list(comments),
        )


class JointDrafts(Wire):
    """Every sharing of the draft, in order."""

    items: list[JointDraftShown]
