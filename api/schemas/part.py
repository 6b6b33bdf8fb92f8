"""Our own part in what another body coordinates: how it stands, what was said both ways, and what we say.

What is said is written as the protocol has it, with underscores (docs/joint-protocol.md): it goes to other systems.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from api.schemas.base import Request, UtcTime, Wire
from api.schemas.joint_protocol import storable_body
from db.joint_messages import to_lead
from db.models.casework import Issue
from db.models.clock import ClockRow
from db.models.parts import JointPart, PartMessage
from db.part_said import TellLead

ToldKind = Literal[
    "accept", "decline", "lead_view", "timescale_view", "information", "submission", "draft_comment", "attendance",
    "action_done",
]  # fmt: skip
_UNSIGNED = {"signed_by": "-", "signed_role": "-"}


class PartMessageSaid(Request):
    """Something that we say to the body that coordinates. A submission is signed by whoever sends it."""

    kind: ToldKind
    body: Annotated[dict[str, Any], AfterValidator(storable_body)] = Field(
        description="As docs/joint-protocol.md says for the kind; of a submission, without who signs it.",
        examples=[{"contact": "Sam Sample", "senior_lead": "Kim Sample"}],
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        signed = _UNSIGNED if self.kind == "submission" else {}
        try:
            to_lead(self.kind, {**self.body, **signed})
        except ValueError:
            raise ValueError("The body is not what the protocol says for this kind.") from None
        return self

    def said(self) -> TellLead:
        """Return what was said."""
        return TellLead(kind=self.kind, body=self.body)


class PartDue(Wire):
    """Something that we owe."""

    kind: str
    due_on: date
    about: UUID | None = Field(description="The request, draft or action that it is about.")
    overdue: bool


class PartSaidShown(Wire):
    """One message: heard from the body that coordinates, or said to it."""

    id: UUID
    direction: Literal["in", "out"]
    seq: int
    kind: str
    state: Literal["heard", "queued", "brought", "refused"]
    refusal: str | None
    said_at: UtcTime
    body: dict[str, Any] | None = Field(description="Only for those who read words.")

    @classmethod
    def of(cls, row: PartMessage, *, words: bool) -> Self:
        """Return a message, with its words for those who read them."""
        return cls.model_validate(
            {
                "id": row.id,
                "direction": row.direction,
                "seq": row.seq,
                "kind": row.kind,
                "state": row.state,
                "refusal": row.refusal,
                "said_at": row.said_at,
                "body": row.body if words else None,
            }
        )


class PartShown(Wire):
    """Our part as it stands."""

    contribution_id: UUID
    lead_code: str
    lead_name: str | None = Field(description="Left out, as its reference is, for those who may not see words.")
    lead_reference: str | None
    bound: Literal["regulation_9", "voluntary"]
    stage: str
    yours: bool = Field(description="It was settled that we coordinate.")
    accept_by: date
    contribute_by: date | None
    respond_by: date | None
    trouble: str | None = Field(description="Why the other side could not be reached when it was tried last.")
    ended_on: date | None
    issues: list[int] = Field(description="The numbers of our issues, as the body that coordinates counts them.")
    due: list[PartDue]
    messages: list[PartSaidShown]

    @classmethod
    def of(
        cls,
        part: JointPart,
        stage: str,
        issues: list[Issue],
        clocks: list[ClockRow],
        messages: list[PartMessage],
        *,
        on: date,
        words: bool,
    ) -> Self:
        """Return a part, with what is owed now."""
        return cls(
            contribution_id=part.contribution_id,
            lead_code=part.lead_code,
            lead_name=part.lead_name if words else None,
            lead_reference=part.lead_reference if words else None,
            bound="regulation_9" if part.bound == "regulation_9" else "voluntary",
            stage=stage,
            yours=part.yours,
            accept_by=part.accept_by,
            contribute_by=part.contribute_by,
            respond_by=part.respond_by,
            trouble=part.trouble,
            ended_on=part.ended_on,
            issues=[issue.number for issue in issues if issue.state != "taken_back"],
            due=[
                PartDue(kind=row.kind, due_on=row.due_on, about=row.subject_id, overdue=row.due_on < on)
                for row in clocks
                if row.kind.startswith("part_")
            ],
            messages=[PartSaidShown.of(each, words=words) for each in messages],
        )


class IssueDrafted(Wire):
    """What our findings and remedies say of one issue, as a submission would: to be read, and put right, before."""

    number: int
    did: str
    found: str
    conclusion: Literal["upheld", "partly_upheld", "not_upheld", "resolved"] | None
    remedy: str | None


class SubmissionDrafted(Wire):
    """A submission as our findings would have it. `missing` are issues without a finding."""

    issues: list[IssueDrafted]
    missing: list[int]
