"""Bodies that contribute to a complaint: named, changed, heard, and shown with all that was said both ways."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StrictStr, model_validator

from api.procedure_titles import CLOCKS
from api.schemas.base import Email, EventDay, Name, Phone, Reason, Request, UtcTime, Wire, storable
from api.words import title
from db import joint_said
from db.joint_messages import TO_LEAD
from db.models.joint import JointMessage
from db.queries.joint_standing import BodyStanding

BodyCode = Annotated[
    StrictStr,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="ODS code, or a local one.", examples=["A81001"]),
]
_MOST_ISSUES = 100
_DEEPEST = 20


def _body(value: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """Return a message that the database can hold. Raises ValueError for what it cannot."""
    for name, each in value.items():
        storable(name)
        _check(each, depth)
    return value


def _check(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError("This is nested too deeply.")
    if isinstance(value, str):
        storable(value)
    elif isinstance(value, dict):
        _body(value, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, depth + 1)


class BodyContactSaid(Request):
    """Somebody of another body, by what they are there."""

    role: joint_said.ContactRole
    name: Name
    email: Email | None = None
    phone: Phone | None = None

    def said(self) -> joint_said.ContactSaid:
        """Return what was said."""
        return joint_said.ContactSaid(**self.model_dump())


class BodyNamed(Request):
    """Issues of the complaint are for another body. It is told nothing before consent covers it."""

    code: BodyCode
    name: Name
    body_kind: joint_said.BodyKind
    bound: joint_said.Bound = Field(description="By SI 2009/309 reg 9, or it contributes voluntarily.")
    way: joint_said.WaySaid = Field(
        description="How it takes part: `here`, an organisation of this installation, found by its code; `system`, a"
        " partner; `page`, a contact with an e-mail address; `none`, by word of mouth and on paper."
    )
    issue_ids: list[UUID] = Field(min_length=1, max_length=_MOST_ISSUES)
    contacts: list[BodyContactSaid] = Field(default_factory=list, max_length=10)
    partner_id: UUID | None = None

    def said(self) -> joint_said.NameBody:
        """Return what was said."""
        return joint_said.NameBody(
            code=self.code,
            name=self.name,
            body_kind=self.body_kind,
            bound=self.bound,
            way=self.way,
            issue_ids=tuple(self.issue_ids),
            contacts=tuple(each.said() for each in self.contacts),
            partner_id=self.partner_id,
        )


class BodyChanged(Request):
    """Something about a body has changed; what is not said stays. Contacts take their roles over."""

    reason: Reason
    issue_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=_MOST_ISSUES)
    contacts: list[BodyContactSaid] = Field(default_factory=list, max_length=10)
    bound: joint_said.Bound | None = None
    way: joint_said.WaySaid | None = None
    partner_id: UUID | None = None
    consent_refused_on: EventDay | None = Field(
        default=None, description="The person said that this body is not to be told. Said alone: the case splits."
    )

    @model_validator(mode="after")
    def _alone(self) -> Self:
        if self.consent_refused_on is not None and self.model_fields_set - {"reason", "consent_refused_on"}:
            raise ValueError("That consent is refused is said alone.")
        return self

    def said(self, contribution_id: UUID) -> joint_said.ChangeBody:
        """Return what was said."""
        return joint_said.ChangeBody(
            contribution_id=contribution_id,
            reason=self.reason,
            issue_ids=tuple(self.issue_ids) if self.issue_ids is not None else None,
            contacts=tuple(each.said() for each in self.contacts),
            bound=self.bound,
            way=self.way,
            partner_id=self.partner_id,
            consent_refused_on=self.consent_refused_on,
        )


class FromBodySaid(Request):
    """What a body said by word of mouth or on paper, written down for it as a message of the protocol."""

    kind: Annotated[StrictStr, Field(pattern=r"^[a-z][a-z_]{0,63}$")] = Field(
        description=f"One of {', '.join(TO_LEAD)}.", examples=["accept"]
    )
    body: Annotated[dict[str, Any], AfterValidator(_body)] = Field(
        description="As the protocol says for the kind: docs/joint-protocol.md.",
        examples=[{"contact": "Sam Sample", "senior_lead": "Kim Sample"}],
    )
    how: Literal["call", "meeting", "letter", "email"]
    said_on: EventDay

    def said(self, contribution_id: UUID) -> joint_said.RecordFromBody:
        """Return what was said."""
        return joint_said.RecordFromBody(contribution_id=contribution_id, **self.model_dump())


class BodyIssue(Wire):
    """An issue that is the body's."""

    id: UUID
    number: int


class BodyContactShown(Wire):
    """Somebody of the body. Names and addresses are left out for those who may not see words."""

    role: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None


class BodyClock(Wire):
    """Something that is awaited of the body, or of us about it."""

    id: UUID
    kind: str
    title: str
    state: str
    subject_id: UUID | None = None
    due_on: date
    overdue: bool
    met_on: date | None = None
    in_time: bool | None = None
    kept_for_body: bool = Field(description="The body owes it; else we do.")


class JointMessageShown(Wire):
    """One message, either way. A refused one shows why; its words are left out for those who may not see them."""

    id: UUID
    direction: Literal["out", "in"]
    seq: int | None = None
    kind: str
    via: str | None = None
    refusal: str | None = None
    said_at: UtcTime
    body: dict[str, Any] | None = None

    @classmethod
    def of(cls, row: JointMessage, *, words: bool) -> JointMessageShown:
        """Return a message as it is shown."""
        same = ("id", "direction", "seq", "kind", "via", "refusal", "said_at")
        return cls(**{name: getattr(row, name) for name in same}, body=row.body if words else None)


_SAME = (
    *("id", "number", "kind", "code", "body_kind", "bound", "way", "state", "partner_id", "level", "round"),
    *("named_on", "invited_on", "accepted_on", "declined_on", "submitted_on", "approved_on", "split_on"),
    *("split_cause", "gap_named_on", "released_on", "released_cause", "contribute_by", "open_until"),
)


class BodyShown(Wire):
    """A body that contributes, or to which the complaint was passed on (`transfer`), and how it stands."""

    id: UUID
    number: int
    kind: str
    code: str
    name: str | None = Field(default=None, description="Left out for those who may not see words.")
    body_kind: str
    bound: str
    way: str
    partner_id: UUID | None = None
    state: str
    standing: str = Field(description="The state; or `overdue`, or `escalated`, where these lie over it.")
    overdue: bool
    escalated: bool = Field(description="It was reminded further up its own ladder than its contact.")
    level: str | None = None
    open_to_body: bool = Field(description="Consent covers that the body reads now what it was told.")
    open_until: UtcTime | None = None
    round: int
    named_on: date
    invited_on: date | None = None
    accepted_on: date | None = None
    declined_on: date | None = None
    submitted_on: date | None = None
    approved_on: date | None = None
    split_on: date | None = Field(default=None, description="Since then it answers its issues itself.")
    split_cause: str | None = None
    gap_named_on: date | None = None
    released_on: date | None = None
    released_cause: str | None = None
    contribute_by: date | None = None
    own_reference: str | None = None
    issues: list[BodyIssue]
    contacts: list[BodyContactShown]
    clocks: list[BodyClock]
    messages: list[JointMessageShown] | None = Field(default=None, description="Of one body alone: what was said.")

    @classmethod
    def of(cls, found: BodyStanding, *, is_open: bool, words: bool, messages: bool = False) -> BodyShown:
        """Return a body as it is shown."""
        row = found.row
        return cls(
            **{name: getattr(row, name) for name in _SAME},
            name=row.name if words else None,
            standing=found.standing,
            overdue=found.overdue,
            escalated=row.level not in (None, "contact"),
            open_to_body=is_open,
            own_reference=row.own_reference if words else None,
            issues=[BodyIssue(id=issue.id, number=issue.number) for issue in found.issues],
            contacts=[
                BodyContactShown(
                    role=each.role,
                    name=each.name if words else None,
                    email=each.email if words else None,
                    phone=each.phone if words else None,
                )
                for each in found.contacts
            ],
            clocks=[
                BodyClock(
                    **{name: getattr(clock, name) for name in ("id", "kind", "state", "subject_id", "due_on")},
                    title=clock.proof.get("title") or title(CLOCKS, clock.kind),
                    overdue=late,
                    met_on=clock.met_on,
                    in_time=clock.in_time,
                    kept_for_body=clock.contribution_id == row.id,
                )
                for clock, late in found.clocks
            ],
            messages=[JointMessageShown.of(each, words=words) for each in found.messages] if messages else None,
        )


class Bodies(Wire):
    """The bodies of a complaint, by their numbers."""

    items: list[BodyShown]
