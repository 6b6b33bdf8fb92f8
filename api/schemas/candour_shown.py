"""Incidents under the duty of candour, as they are shown. Words are left out for those who may not see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from pydantic import Field

from api.procedure_titles import CLOCKS
from api.schemas.base import Wire
from api.schemas.complaints import PersonRef
from api.words import title
from db.models.candour import (
    CandourAttempt,
    CandourElement,
    CandourEnquiry,
    CandourNotice,
    CandourSupport,
    Incident,
    IncidentAssessment,
)
from db.models.clock import ClockRow
from db.models.proceeding import Proceeding
from db.models.work import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that is on record about the incidents of a complaint, as it was read."""

    flagged_by: dict[UUID, str] = field(default_factory=dict)
    assessments: list[tuple[IncidentAssessment, str]] = field(default_factory=list)
    notices: list[tuple[CandourNotice, Notice | None, str | None]] = field(default_factory=list)
    elements: list[CandourElement] = field(default_factory=list)
    enquiries: list[CandourEnquiry] = field(default_factory=list)
    attempts: list[tuple[CandourAttempt, str | None]] = field(default_factory=list)
    support: list[CandourSupport] = field(default_factory=list)
    clocks: list[tuple[ClockRow, bool]] = field(default_factory=list)


class AssessmentShown(Wire):
    """One assessment; the last counts."""

    number: int
    notifiable: bool
    harm: str
    threshold: str | None = Field(default=None, description="The threshold of the rules that the harm reaches.")
    assessed_by: PersonRef
    assessed_on: date
    reasons: str | None = None


class ElementShown(Wire):
    """One element of a notice."""

    code: str
    words: str | None = None


class NoticeShown(Wire):
    """A notice in person, or a letter; `givenOn` of a letter is the day of its release."""

    id: UUID
    kind: str
    how: str
    party_id: UUID
    by: PersonRef | None = None
    given_on: date | None = None
    elements: list[ElementShown]
    record: str | None = None
    late_reason: str | None = None
    notice_id: UUID | None = Field(default=None, description="The letter.")
    letter_state: str | None = None


class EnquiryShown(Wire):
    """A further enquiry: announced, and told of, once the letter that says so is released."""

    id: UUID
    due_on: date
    announced_on: date | None = None
    told_on: date | None = None
    what: str | None = None


class AttemptShown(Wire):
    """An attempt to reach the person, or that they declined."""

    id: UUID
    tried_on: date
    how: str
    outcome: str
    closed: bool
    altogether: bool
    by: PersonRef | None = None
    words: str | None = None
    late_reason: str | None = None


class SupportShown(Wire):
    """Support that was offered."""

    id: UUID
    offered_on: date
    taken: bool | None = None
    what: str | None = None


class IncidentClock(Wire):
    """A clock of candour. Its basis says that no regulation gives the number of days."""

    id: UUID
    kind: str
    title: str
    subject_id: UUID | None = None
    state: str
    due_on: date
    overdue: bool
    breached: bool
    met_on: date | None = None
    in_time: bool | None = None
    legal_basis: str | None = None


class IncidentShown(Wire):
    """An incident with all that is on record of it."""

    id: UUID
    number: int
    state: str
    rules: str
    rules_version: int
    became_known_on: date
    happened_on: date | None = None
    flagged_on: date
    flagged_by: PersonRef | None = None
    about_party_id: UUID | None = None
    relevant_party_id: UUID | None = Field(default=None, description="Who was told last.")
    notifiable: bool | None = None
    harm: str | None = None
    threshold: str | None = None
    declined_on: date | None = Field(default=None, description="They want nothing in writing, either.")
    ended_on: date | None = None
    ended_cause: str | None = None
    words: str | None = None
    end_reason: str | None = None
    assessments: list[AssessmentShown]
    notices: list[NoticeShown]
    enquiries: list[EnquiryShown]
    attempts: list[AttemptShown]
    support: list[SupportShown]
    clocks: list[IncidentClock]

    @classmethod
    def of(cls, incident: Incident, row: Proceeding, record: Record, *, words: bool) -> IncidentShown:
        """Return an incident as it is shown, with its words or without."""
        return cls(
            **{name: getattr(incident, name) for name in _SAME},
            number=row.number,
            state=row.state,
            flagged_by=_flagged_by(incident, record, words),
            ended_on=row.ended_on,
            ended_cause=row.ended_cause,
            words=incident.words if words else None,
            end_reason=incident.end_reason if words else None,
            assessments=[_assessment(one, who, words) for one, who in record.assessments if _its(one, incident)],
            notices=[
                _notice(one, letter, who, record.elements, words)
                for one, letter, who in record.notices
                if _its(one, incident)
            ],
            enquiries=[_enquiry(one, words) for one in record.enquiries if _its(one, incident)],
            attempts=[_attempt(one, who, words) for one, who in record.attempts if _its(one, incident)],
            support=[_support(one, words) for one in record.support if _its(one, incident)],
            clocks=[_clock(clock, late) for clock, late in record.clocks if clock.proceeding_id == incident.id],
        )


class Incidents(Wire):
    """The incidents of a complaint, in the order in which they were flagged."""

    items: list[IncidentShown]


_SAME = (
    *("id", "rules", "rules_version", "became_known_on", "happened_on", "flagged_on", "about_party_id"),
    *("relevant_party_id", "notifiable", "harm", "threshold", "declined_on"),
)
_Part = IncidentAssessment | CandourNotice | CandourEnquiry | CandourAttempt | CandourSupport


def _flagged_by(incident: Incident, record: Record, words: bool) -> PersonRef | None:
    who = incident.flagged_by
    return PersonRef.of(who, record.flagged_by.get(who) if words and who is not None else None)


def _its(part: _Part, incident: Incident) -> bool:
    return part.incident_id == incident.id


def _assessment(row: IncidentAssessment, who: str, words: bool) -> AssessmentShown:
    return AssessmentShown(
        number=row.number,
        notifiable=row.notifiable,
        harm=row.harm,
        threshold=row.threshold,
        assessed_by=PersonRef(id=row.assessed_by, name=who if words else None),
        assessed_on=row.assessed_on,
        reasons=row.reasons if words else None,
    )


def _notice(
    row: CandourNotice, letter: Notice | None, who: str | None, elements: Iterable[CandourElement], words: bool
) -> NoticeShown:
    return NoticeShown(
        id=row.id,
        kind=row.kind,
        how=row.how,
        party_id=row.party_id,
        by=PersonRef.of(row.by_id, who if words else None),
        given_on=row.given_on,
        elements=[
            ElementShown(code=each.code, words=each.words if words else None)
            for each in elements
            if each.candour_notice_id == row.id
        ],
        record=row.record if words else None,
        late_reason=row.late_reason if words else None,
        notice_id=row.notice_id,
        letter_state=letter.state if letter is not None else None,
    )


def _enquiry(row: CandourEnquiry, words: bool) -> EnquiryShown:
    return EnquiryShown(
        id=row.id,
        due_on=row.due_on,
        announced_on=row.announced_on,
        told_on=row.told_on,
        what=row.what if words else None,
    )


def _attempt(row: CandourAttempt, who: str | None, words: bool) -> AttemptShown:
    return AttemptShown(
        id=row.id,
        tried_on=row.tried_on,
        how=row.how,
        outcome=row.outcome,
        closed=row.closed,
        altogether=row.altogether,
        by=PersonRef.of(row.said_by, who if words else None),
        words=row.words if words else None,
        late_reason=row.late_reason if words else None,
    )


def _support(row: CandourSupport, words: bool) -> SupportShown:
    return SupportShown(id=row.id, offered_on=row.offered_on, taken=row.taken, what=row.what if words else None)


def _clock(row: ClockRow, overdue: bool) -> IncidentClock:
    return IncidentClock(
        id=row.id,
        kind=row.kind,
        title=title(CLOCKS, row.kind),
        subject_id=row.subject_id,
        state=row.state,
        due_on=row.due_on,
        overdue=overdue,
        breached=row.breached_at is not None,
        met_on=row.met_on,
        in_time=row.in_time,
        legal_basis=row.proof.get("legal_basis"),
    )
