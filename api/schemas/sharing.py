"""Learning that is shared with other bodies, as it is said and shown; and what other bodies share with us."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.base import EventDay, Reason, Request, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from api.schemas.partners import BodyCode
from db.models.sharing import LearningSharing, LearningSharingBody, SharedLearning, SharedLearningMark

MOST_BODIES = 50
Mark = Literal["seen", "used"]


class SharingAsked(Request):
    """With which bodies learning is to be shared, in its words for the public."""

    bodies: Annotated[
        list[BodyCode],
        Field(min_length=1, max_length=MOST_BODIES, description="Of this installation, or partners, by their codes."),
    ]
    words: Words | None = Field(
        default=None, description="What goes with it, and names nobody either: whoever approves reads it, too."
    )


class SharingDecided(Request):
    """Whether it is shared; if not, why."""

    approve: StrictBool
    reason: Reason | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.approve is (self.reason is not None):
            raise ValueError("What is declined has a reason, and what is approved has none.")
        return self


class SharingWithdrawn(Request):
    """Why it is shared no more. The bodies are not told why."""

    reason: Reason


class SharingSent(Request):
    """On which day a person sent it to a partner, or told the partner that it is withdrawn."""

    on: EventDay


class SharedWith(Wire):
    """A body, and what it made of it."""

    code: str
    name: str | None = None
    here: bool = Field(description="A body of this installation. Any other is a partner.")
    told_by: str | None = Field(default=None, description="A partner: `system`, or `hand`: then a person sends it.")
    sent_on: date | None = None
    recalled_on: date | None = None
    seen_at: UtcTime | None = None
    used_at: UtcTime | None = None


class SharingShown(Wire):
    """What was asked, what was decided, and what each body made of it."""

    id: UUID
    learning_id: UUID
    version: int
    words: str | None = Field(default=None, description="What goes with it. Left out for those who may not see words.")
    state: str
    asked_by: PersonRef | None = None
    asked_at: UtcTime
    decided_by: PersonRef | None = None
    decided_at: UtcTime | None = None
    decision_reason: str | None = None
    withdrawn_by: PersonRef | None = None
    withdrawn_at: UtcTime | None = None
    withdrawn_reason: str | None = None
    bodies: list[SharedWith]

    @classmethod
    def of(
        cls,
        row: LearningSharing,
        bodies: Sequence[LearningSharingBody],
        marks: Sequence[SharedLearningMark],
        *,
        words: bool,
    ) -> SharingShown:
        """Return it as it is shown."""
        return cls(
            id=row.id,
            learning_id=row.learning_id,
            version=row.version,
            words=row.remark if words or row.state == "approved" else None,
            state=row.state,
            asked_by=PersonRef.of(row.asked_by),
            asked_at=row.asked_at,
            decided_by=PersonRef.of(row.decided_by),
            decided_at=row.decided_at,
            decision_reason=row.decision_reason if words else None,
            withdrawn_by=PersonRef.of(row.withdrawn_by),
            withdrawn_at=row.withdrawn_at,
            withdrawn_reason=row.withdrawn_reason if words else None,
            bodies=[_with(each, marks) for each in bodies if each.sharing_id == row.id],
        )


class Sharings(Wire):
    """What was asked to be shared, the newest first."""

    items: list[SharingShown]
    next: str | None = None


class SharedLearningShown(Wire):
    """What another body learned and shares with us. Nothing in it leads to a complaint."""

    id: UUID
    from_code: str
    from_name: str
    theme: str
    theme_title: str
    learned: str
    words: str | None = Field(default=None, description="What goes with it.")
    shared_at: UtcTime
    seen_at: UtcTime | None = None
    used_at: UtcTime | None = None

    @classmethod
    def of(cls, row: SharedLearning, marks: Sequence[SharedLearningMark]) -> SharedLearningShown:
        """Return it as it is shown."""
        return cls(
            id=row.id,
            from_code=row.from_code,
            from_name=row.from_name,
            theme=row.theme,
            theme_title=row.theme_title,
            learned=row.words,
            words=row.remark,
            shared_at=row.shared_at,
            **_marked(row.id, marks),
        )


class SharedLearnings(Wire):
    """What other bodies share with us, the newest first."""

    items: list[SharedLearningShown]
    next: str | None = None


class MarkSaid(Request):
    """That we have seen it, or that we use it. The body that shared it reads this."""

    mark: Mark


class SharedForPartner(Wire):
    """What is shared with a partner, or that it is withdrawn."""

    id: UUID
    state: str = Field(description="`shared`, or `withdrawn`: then use it no more.")
    theme_title: str | None = None
    learned: str | None = None
    words: str | None = Field(default=None, description="What goes with it.")
    shared_at: UtcTime | None = None
    withdrawn_at: UtcTime | None = None


def _with(row: LearningSharingBody, marks: Sequence[SharedLearningMark]) -> SharedWith:
    return SharedWith(
        code=row.code,
        name=row.name,
        here=row.way == "here",
        told_by=row.told_by,
        sent_on=row.sent_on,
        recalled_on=row.recalled_on,
        **_marked(row.id, marks),
    )


def _marked(shared_id: UUID, marks: Sequence[SharedLearningMark]) -> dict[str, UtcTime]:
    return {f"{each.mark}_at": each.at for each in marks if each.shared_id == shared_id}
