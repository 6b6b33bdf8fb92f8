"""What an Ombudsman or a regulator asks and decides: how it is said."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.base import AgreedDay, EventDay, Name, Reason, Request, Words
from db import referral_said as said_of
from db.referral_said import (
    Asker,
    ClosingCause,
    ComplianceResult,
    DecisionKind,
    DecisionOutcome,
    EnquiryBasis,
    RecommendationKind,
    ReferralChannel,
)

BodyOfOversight = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["phso"])]


class EnquiryAsked(Request):
    """Something is asked for. A request under regulation 16 has no date of its own: the regulation gives it 28 days."""

    what: Words
    asked_on: EventDay = Field(description="The day on which it was received here.")
    basis: EnquiryBasis = "date_set"
    due_on: AgreedDay | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.basis == "date_set") != (self.due_on is not None):
            raise ValueError("A date that was set is needed, but under regulation 16, which sets it.")
        return self

    def asked(self) -> said_of.EnquirySaid:
        """Return what was asked for."""
        return said_of.EnquirySaid(**self.model_dump())

    def said(self, referral_id: UUID) -> said_of.RecordReferralEnquiry:
        """Return what was said."""
        return said_of.RecordReferralEnquiry(referral_id=referral_id, enquiry=self.asked())


class ReferralReceived(Request):
    """An Ombudsman took the complaint up, or a regulator asks about it."""

    kind: Asker
    body: BodyOfOversight = Field(description="Its code: phso, lgsco, spso, psow, nipso, cqc and so on.")
    name: Name | None = Field(default=None, description="Of a body without a code: other_ombudsman, other_regulator.")
    their_reference: Name
    received_on: EventDay
    channel: ReferralChannel = "direct"
    tier: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")] | None = Field(
        default=None, description="The tier by which the person had asked for it, where they told us."
    )
    scope: Words = Field(description="What it is about, in their words.")
    enquiry: EnquiryAsked | None = Field(default=None, description="What they ask for with it.")

    def said(self) -> said_of.RecordReferral:
        """Return what was said."""
        values = self.model_dump(exclude={"enquiry"})
        return said_of.RecordReferral(**values, enquiry=self.enquiry.asked() if self.enquiry is not None else None)


class EnquiryAnswered(Request):
    """An enquiry was answered: with an evidence pack of this complaint, or with the reason why there is none."""

    answered_on: EventDay
    pack_id: UUID | None = None
    words: Words | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.pack_id is None and self.words is None:
            raise ValueError("An answer has a pack, or words that say why there is none.")
        return self

    def said(self, referral_id: UUID, enquiry_id: UUID) -> said_of.AnswerReferral:
        """Return what was said."""
        return said_of.AnswerReferral(referral_id=referral_id, enquiry_id=enquiry_id, **self.model_dump())


class Recommended(Request):
    """What they recommend, by when, and who sees to it here."""

    kind: RecommendationKind
    what: Words
    target_on: AgreedDay
    owner_id: UUID

    def said(self) -> said_of.RecommendationSaid:
        """Return what was recommended."""
        return said_of.RecommendationSaid(**self.model_dump())


class DecisionReceived(Request):
    """They decided. Only a preliminary decision asks for comments by a day; only a final one recommends."""

    kind: DecisionKind
    decided_on: EventDay
    outcome: DecisionOutcome | None = None
    words: Words
    comments_by: AgreedDay | None = None
    recommendations: list[Recommended] = Field(default_factory=list, max_length=12)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.kind == "preliminary") != (self.comments_by is not None):
            raise ValueError("A preliminary decision has a day for comments, and no other has.")
        if self.kind == "final" and self.outcome is None:
            raise ValueError("A final decision has an outcome.")
        if self.kind != "final" and self.recommendations:
            raise ValueError("Only a final decision recommends.")
        return self

    def said(self, referral_id: UUID) -> said_of.RecordReferralDecision:
        """Return what was said."""
        values = self.model_dump(exclude={"recommendations"})
        made = tuple(each.said() for each in self.recommendations)
        return said_of.RecordReferralDecision(referral_id=referral_id, **values, recommendations=made)


class DecisionCommented(Request):
    """What we said of the preliminary decision, or that we have nothing to say."""

    commented_on: EventDay
    words: Words

    def said(self, referral_id: UUID) -> said_of.CommentOnDecision:
        """Return what was said."""
        return said_of.CommentOnDecision(referral_id=referral_id, **self.model_dump())


class ComplianceSaid(Request):
    """A recommendation was complied with. The person is told of the evidence in these words.

    Or whoever made it agreed to another target, or lifted it: then these are the day and the words that show that.
    """

    complied_on: EventDay
    evidence: Words
    file_ids: list[UUID] = Field(default_factory=list, max_length=50)
    result: ComplianceResult = "complied"
    target_on: AgreedDay | None = Field(default=None, description="The target that was agreed, where it is `moved`.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.result == "moved") != (self.target_on is not None):
            raise ValueError("A target that is moved has another day, and nothing else has one.")
        return self

    def said(self, referral_id: UUID, recommendation_id: UUID) -> said_of.RecordCompliance:
        """Return what was said."""
        values = self.model_dump() | {"file_ids": tuple(self.file_ids)}
        return said_of.RecordCompliance(referral_id=referral_id, recommendation_id=recommendation_id, **values)


class ComplianceTold(Request):
    """The body was told that a recommendation was complied with; the letter to the person is drafted."""

    told_on: EventDay
    how: Name

    def said(self, referral_id: UUID, recommendation_id: UUID) -> said_of.TellCompliance:
        """Return what was said."""
        return said_of.TellCompliance(referral_id=referral_id, recommendation_id=recommendation_id, **self.model_dump())


class LearningPublished(Request):
    """What was learned, as it was published: words that identify nobody."""

    published_on: EventDay
    place: Name
    words: Words

    def said(self, referral_id: UUID) -> said_of.PublishLearning:
        """Return what was said."""
        return said_of.PublishLearning(referral_id=referral_id, **self.model_dump())


class ReferralClosed(Request):
    """Nothing more is awaited. Another cause than that it is done has a reason."""

    cause: ClosingCause
    reason: Reason | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.cause != "done" and self.reason is None:
            raise ValueError("What is closed before it is done has a reason.")
        return self

    def said(self, referral_id: UUID) -> said_of.CloseReferral:
        """Return what was said."""
        return said_of.CloseReferral(referral_id=referral_id, **self.model_dump())
