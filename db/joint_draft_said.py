"""The shapes of what is said of the one draft of several bodies: that it is shared, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

DraftAudience = Literal["bodies", "person", "supplement"]
CommentUse = Literal["used", "partly", "not_used"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareJointDraft:
    """The draft as it stands goes to the bodies, then to the person who complained, before it is signed.

    With `skip_reason` a senior leaves it out: it is not shared with the person, or no supplement is sent.
    """

    audience: DraftAudience
    comment_by: date | None = None
    note: str | None = None
    skip_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordJointComment:
    """Somebody said something of a draft that was shared: a party of the case, or a body by word of mouth."""

    draft_id: UUID
    received_on: date
    agrees: bool = False
    words: str | None = None
    party_id: UUID | None = None
    contribution_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighJointComment:
    """What came of a comment on a draft, and why."""

    draft_id: UUID
    comment_id: UUID
    used: CommentUse
    reason: str


JointDraftSaid = ShareJointDraft | RecordJointComment | WeighJointComment
JOINT_DRAFT_SHAPES: Final[dict[CommandKind, type[JointDraftSaid]]] = {
    CommandKind.SHARE_JOINT_DRAFT: ShareJointDraft,
    CommandKind.RECORD_JOINT_COMMENT: RecordJointComment,
    CommandKind.WEIGH_JOINT_COMMENT: WeighJointComment,
}
