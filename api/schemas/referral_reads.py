"""What an Ombudsman or a regulator asked and decided, and what became of it: how one referral is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import UtcTime, Wire
from db.models.recommendation import Recommendation, RecommendationFile
from db.models.referral import DecisionComment, ReferralDecision, ReferralEnquiry, ReferralLearning
from db.models.work import Notice
from db.queries.referral_reads import Carried, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All that hangs on one referral, and the letters that tell of compliance."""

    enquiries: Sequence[ReferralEnquiry] = ()
    decisions: Sequence[ReferralDecision] = ()
    comments: Sequence[DecisionComment] = ()
    recommendations: Sequence[Recommendation] = ()
    files: Sequence[RecommendationFile] = ()
    learning: Sequence[ReferralLearning] = ()
    letters: dict[UUID, Notice] = field(default_factory=dict)
    carried: Sequence[Carried] = ()


class EnquiryShown(Wire):
    """One enquiry, and its answer. Words are left out for those who may not see them."""

    id: UUID
    number: int
    basis: str = Field(description="date_set, or reg_16: SI 2014/2936 reg 16(3), 28 days from the day after receipt")
    what: str | None = None
    asked_on: date
    due_on: date
    answered_on: date | None = None
    in_time: bool | None = None
    pack_id: UUID | None = None
    words: str | None = None

    @classmethod
    def of(cls, row: ReferralEnquiry, *, words: bool) -> EnquiryShown:
        """Return an enquiry as it is shown."""
        return cls(
            id=row.id,
            number=row.number,
            basis=row.basis,
            what=row.what if words else None,
            asked_on=row.asked_on,
            due_on=row.due_on,
            answered_on=row.answered_on,
            in_time=row.in_time,
            pack_id=row.pack_id,
            words=row.words if words else None,
        )


class CommentedShown(Wire):
    """What we said of a preliminary decision."""

    commented_on: date
    words: str | None = None


class DecisionShown(Wire):
    """A decision of theirs, with our comments on it."""

    id: UUID
    number: int
    kind: str
    decided_on: date
    outcome: str | None = None
    words: str | None = None
    comments_by: date | None = None
    comments: list[CommentedShown]

    @classmethod
    def of(cls, row: ReferralDecision, comments: Sequence[DecisionComment], *, words: bool) -> DecisionShown:
        """Return a decision as it is shown."""
        said = [
            CommentedShown(commented_on=each.commented_on, words=each.words if words else None)
            for each in comments
            if each.decision_id == row.id
        ]
        return cls(
            id=row.id,
            number=row.number,
            kind=row.kind,
            decided_on=row.decided_on,
            outcome=row.outcome,
            words=row.words if words else None,
            comments_by=row.comments_by,
            comments=said,
        )


class CarriedShown(Wire):
    """The action that carries out a recommendation, and what shows that it was done: what a compliance can rest on."""

    action_id: UUID
    state: str = Field(description="open, done or ended")
    due_on: date
    done_on: date | None = None
    evidence: str | None = None
    file_ids: list[UUID]

    @classmethod
    def of(cls, each: Carried, *, words: bool) -> CarriedShown:
        """Return an action as it stands."""
        done = each.done if each.action.done_on is not None else None
        return cls(
            action_id=each.action.id,
            state=each.state,
            due_on=each.action.due_on,
            done_on=each.action.done_on,
            evidence=done.evidence if done is not None and words else None,
            file_ids=each.files if done is not None else [],
        )


class RecommendationShown(Wire):
    """A recommendation. `late`: it was not complied with by its day, whatever became of it since."""

    id: UUID
    number: int
    kind: str
    what: str | None = None
    target_on: date
    owner_id: UUID
    state: str = Field(description="open, complied, told, or lifted by whoever recommended it")
    late: bool
    first_target_on: date | None = Field(
        default=None, description="The target that they gave, where another was agreed with them since."
    )
    lifted_on: date | None = None
    complied_on: date | None = None
    evidence: str | None = None
    file_ids: list[UUID]
    told_body_on: date | None = None
    told_how: str | None = None
    letter_id: UUID | None = Field(default=None, description="The letter that tells the person.")
    letter_state: str | None = None
    told_person_at: UtcTime | None = Field(default=None, description="When that letter was released.")
    action: CarriedShown | None = Field(default=None, description="The action that carries it out, where one does.")

    @classmethod
    def of(cls, row: Recommendation, parts: Parts, on: date, *, words: bool) -> RecommendationShown:
        """Return a recommendation as it stands on a day."""
        letter = parts.letters.get(row.notice_id) if row.notice_id is not None else None
        state = "open" if row.complied_on is None else "complied" if row.told_body_on is None else "told"
        passed = (row.lifted_on or on) > row.target_on if row.in_time is None else not row.in_time
        return cls(
            id=row.id,
            number=row.number,
            kind=row.kind,
            what=row.what if words else None,
            target_on=row.target_on,
            owner_id=row.owner_id,
            state="lifted" if row.lifted_on is not None else state,
            late=passed or row.moved_late,
            first_target_on=row.first_target_on,
            lifted_on=row.lifted_on,
            complied_on=row.complied_on,
            evidence=row.evidence if words else None,
            file_ids=[each.file_id for each in parts.files if each.recommendation_id == row.id],
            told_body_on=row.told_body_on,
            told_how=row.told_how if words else None,
            letter_id=row.notice_id,
            letter_state=letter.state if letter is not None else None,
            told_person_at=letter.released_at if letter is not None else None,
            action=next((CarriedShown.of(each, words=words) for each in parts.carried if each.carries(row.id)), None),
        )


class LearningShown(Wire):
    """What was learned, as it was published."""

    published_on: date
    place: str | None = None
    words: str | None = None


class ReferralLine(Wire):
    """A referral in a list of them."""

    id: UUID
    reference: str
    number: int
    kind: str = Field(description="ombudsman or regulator")
    body: str
    body_name: str | None = None
    their_reference: str | None = None
    received_on: date
    state: str = Field(description="received, provisional, decided, complying or closed")
    due_on: date | None = Field(default=None, description="Of the clock that runs out first.")
    due_clock: str | None = None
    overdue: bool
    closed_on: date | None = None
    closed_cause: str | None = None

    @classmethod
    def values(cls, line: Line, on: date, *, words: bool) -> dict[str, Any]:
        """Return what every line of a referral says."""
        row, proceeding = line.referral, line.proceeding
        return {
            "id": row.id,
            "reference": line.reference,
            "number": proceeding.number,
            "kind": row.kind,
            "body": row.body_code,
            "body_name": row.body_name if words else None,
            "their_reference": row.their_reference if words else None,
            "received_on": row.received_on,
            "state": proceeding.state,
            "due_on": line.due_on,
            "due_clock": line.clock,
            "overdue": line.due_on is not None and line.due_on < on,
            "closed_on": proceeding.ended_on,
            "closed_cause": proceeding.ended_cause,
        }

    @classmethod
    def of(cls, line: Line, on: date, *, words: bool) -> ReferralLine:
        """Return a referral in a list."""
        return cls.model_validate(cls.values(line, on, words=words))


class ReferralLines(Wire):
    """One page of an organisation's referrals."""

    items: list[ReferralLine]
    next: str | None = None


class ReferralShown(ReferralLine):
    """A referral with all that was asked, decided, recommended and learned."""

    channel: str
    tier_step_id: UUID | None = None
    request_id: UUID | None = Field(default=None, description="The request of a regulator about several complaints.")
    scope: str | None = None
    closed_reason: str | None = None
    enquiries: list[EnquiryShown]
    decisions: list[DecisionShown]
    recommendations: list[RecommendationShown]
    learning: list[LearningShown]

    @classmethod
    def whole(cls, line: Line, parts: Parts, on: date, *, words: bool) -> ReferralShown:
        """Return a referral with its parts; of `parts` only those are shown that are its own."""
        row = line.referral
        mine = {"words": words}
        return cls(
            **cls.values(line, on, words=words),
            channel=row.channel,
            tier_step_id=row.tier_step_id,
            request_id=row.request_id,
            scope=row.scope if words else None,
            closed_reason=row.closed_reason if words else None,
            enquiries=[EnquiryShown.of(each, **mine) for each in parts.enquiries if each.referral_id == row.id],
            decisions=[
                DecisionShown.of(each, parts.comments, **mine) for each in parts.decisions if each.referral_id == row.id
            ],
            recommendations=[
                RecommendationShown.of(each, parts, on, **mine)
                for each in parts.recommendations
                if each.referral_id == row.id
            ],
            learning=[
                LearningShown(
                    published_on=each.published_on,
                    place=each.place if words else None,
                    words=each.words if words else None,
                )
                for each in parts.learning
                if each.referral_id == row.id
            ],
        )
