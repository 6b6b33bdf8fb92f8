"""Escalations to senior leaders: how they are said, and how they are shown with every call, decision and look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.base import AgreedDay, EventDay, Reason, Request, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from db import escalation_said
from db.models.escalation import EscalationAgain, EscalationCall, EscalationDecision, EscalationLook
from db.queries.escalation_reads import Counted, Line, Said

OpenState = Literal["asking", "acknowledged", "decided", "ended"]
Cause = Literal[
    "severity", "six_months", "repeated_breach", "body_silent", "division_silent", "staff_support", "recurrence",
    "action_late", "person", "safeguarding",
]  # fmt: skip


class EscalationRaised(Request):
    """A person asks a senior leader to look."""

    reason: Reason
    cause: escalation_said.RaisedCause = "person"
    level: escalation_said.Level = Field(
        default="serious", description="How soon: `immediate` is asked at any hour, the others in office hours."
    )

    def said(self) -> escalation_said.RaiseEscalation:
        """Return what was said."""
        return escalation_said.RaiseEscalation(**self.model_dump())


class EscalationAcknowledged(Request):
    """The caller has it in hand."""

    def said(self, escalation_id: UUID) -> escalation_said.AcknowledgeEscalation:
        """Return what was said."""
        return escalation_said.AcknowledgeEscalation(escalation_id=escalation_id)


class EscalationPassed(Request):
    """Whoever was called cannot take it: the next is called at once."""

    reason: Reason

    def said(self, escalation_id: UUID) -> escalation_said.PassEscalation:
        """Return what was said."""
        return escalation_said.PassEscalation(escalation_id=escalation_id, reason=self.reason)


class EscalationDecided(Request):
    """What is done about it. A panel, and an independent investigator, have a day."""

    decision: escalation_said.Decision
    reason: Reason
    due_on: AgreedDay | None = Field(default=None, description="By when the panel meets, or somebody is appointed.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.decision in ("panel", "independent_investigator")) != (self.due_on is not None):
            raise ValueError("A panel and an independent investigator have a day, and nothing else has.")
        return self

    def said(self, escalation_id: UUID) -> escalation_said.DecideEscalation:
        """Return what was said."""
        return escalation_said.DecideEscalation(escalation_id=escalation_id, **self.model_dump())


class EscalationFollowed(Request):
    """A look while it is overseen, or what came of what was decided."""

    words: Words
    held_on: EventDay | None = Field(default=None, description="Of a panel: the day on which it was held.")

    def said(self, escalation_id: UUID) -> escalation_said.FollowEscalation:
        """Return what was said."""
        return escalation_said.FollowEscalation(escalation_id=escalation_id, **self.model_dump())


class EscalationLine(Wire):
    """An escalation in a list of them: codes, days and numbers."""

    id: UUID
    reference: str
    number: int
    cause: str
    level: str
    state: str
    raised_at: UtcTime
    due_at: UtcTime | None = Field(default=None, description="When what is waited for is due, while something is.")
    acknowledged_at: UtcTime | None = None
    minutes_to_acknowledge: int | None = None
    decision: str | None = None
    ended_on: date | None = None
    ended_cause: str | None = None

    @classmethod
    def of(cls, line: Line) -> EscalationLine:
        """Return an escalation as a list shows it."""
        return cls(**_line(line))


class EscalationLines(Wire):
    """Escalations over complaints, the oldest first; `next` is the cursor of the page after, if there is one."""

    items: list[EscalationLine]
    next: str | None = None


class CallShown(Wire):
    """One asking of one senior, or that nobody was found at a step."""

    number: int
    step: str
    person: PersonRef | None = None
    asked_as: str | None = None
    channels: list[str]
    called_at: UtcTime
    outcome: str = Field(description="called, nobody_found, passed or acknowledged")
    reason: str | None = Field(default=None, description="Why it was passed on.")
    ended_at: UtcTime | None = None


class AgainShown(Wire):
    """There was more, while it was open."""

    number: int
    level: str
    heard_at: UtcTime
    words: str | None = None


class DecisionShown(Wire):
    """What was decided; the last one counts."""

    number: int
    decision: str
    due_on: date | None = None
    reason: str | None = None
    decided_by: PersonRef | None = None
    decided_at: UtcTime
    done_on: date | None = None
    outcome: str | None = None


class LookShown(Wire):
    """A look of whoever oversees it."""

    number: int
    looked_on: date
    words: str | None = None
    by: PersonRef | None = None


class EscalationShown(EscalationLine):
    """An escalation with all that was said of it. Words and names are left out for those who may not see them."""

    subject_id: UUID | None = Field(default=None, description="What it is about beside the complaint.")
    words: str | None = None
    raised_by: PersonRef | None = None
    acknowledged_by: PersonRef | None = None
    calls: list[CallShown]
    again: list[AgainShown]
    decisions: list[DecisionShown]
    looks: list[LookShown]

    @classmethod
    def whole(cls, line: Line, told: Said, *, words: bool, kept: frozenset[UUID] = frozenset()) -> EscalationShown:
        """Return an escalation with all that belongs to it; `kept` is what the reader may not come upon yet."""
        row = line.row

        def who(person_id: UUID | None) -> PersonRef | None:
            return PersonRef.of(person_id, told.names.get(person_id) if words and person_id is not None else None)

        def mine(rows: Sequence[Any]) -> list[Any]:
            return [each for each in rows if each.escalation_id == row.id]

        return cls(
            **_line(line),
            subject_id=None if row.subject_id in kept else row.subject_id,
            words=row.words if words else None,
            raised_by=who(row.raised_by),
            acknowledged_by=who(row.acknowledged_by),
            calls=[_call(each, who(each.person_id), words=words) for each in mine(told.calls)],
            again=[_again(each, words=words) for each in mine(told.again)],
            decisions=[_decision(each, who(each.decided_by), words=words) for each in mine(told.decisions)],
            looks=[_look(each, who(each.said_by), words=words) for each in mine(told.looks)],
        )


class Escalations(Wire):
    """The escalations of a complaint, the oldest first."""

    items: list[EscalationShown]


class EscalationCount(Wire):
    """How many there were of one cause and level, and in how many minutes they were acknowledged."""

    cause: str
    level: str
    raised: int
    acknowledged: int
    asking: int = Field(description="Nobody has these in hand yet.")
    median_minutes: float | None = None
    p90_minutes: float | None = None


class EscalationFigures(Wire):
    """The escalations raised in a stretch of time."""

    from_: date = Field(alias="from")
    until: date
    raised: int
    acknowledged: int
    asking: int
    median_minutes: float | None = Field(default=None, description="From raising to acknowledgement.")
    p90_minutes: float | None = None
    items: list[EscalationCount]

    @classmethod
    def of(
        cls, first: date, last: date, found: list[Counted], overall: tuple[float | None, float | None]
    ) -> EscalationFigures:
        """Return the figures with their sums."""
        return cls(
            from_=first,
            until=last,
            raised=sum(each.raised for each in found),
            acknowledged=sum(each.acknowledged for each in found),
            asking=sum(each.asking for each in found),
            median_minutes=overall[0],
            p90_minutes=overall[1],
            items=[
                EscalationCount(
                    cause=each.cause,
                    level=each.level,
                    raised=each.raised,
                    acknowledged=each.acknowledged,
                    asking=each.asking,
                    median_minutes=each.median,
                    p90_minutes=each.p90,
                )
                for each in found
            ],
        )


def _line(line: Line) -> dict[str, Any]:
    row, proceeding = line.row, line.proceeding
    same = ("id", "cause", "level", "raised_at", "acknowledged_at", "minutes_to_acknowledge", "decision")
    return {
        **{name: getattr(row, name) for name in same},
        "reference": line.reference,
        "number": proceeding.number,
        "state": proceeding.state,
        "due_at": line.due_at,
        "ended_on": proceeding.ended_on,
        "ended_cause": proceeding.ended_cause,
    }


def _call(row: EscalationCall, person: PersonRef | None, *, words: bool) -> CallShown:
    same = ("number", "step", "asked_as", "channels", "called_at", "outcome", "ended_at")
    reason = row.reason if words else None
    return CallShown(**{name: getattr(row, name) for name in same}, person=person, reason=reason)


def _again(row: EscalationAgain, *, words: bool) -> AgainShown:
    told = row.words if words else None
    return AgainShown(number=row.number, level=row.level, heard_at=row.heard_at, words=told)


def _decision(row: EscalationDecision, by: PersonRef | None, *, words: bool) -> DecisionShown:
    same = ("number", "decision", "due_on", "decided_at", "done_on")
    told = {"reason": row.reason, "outcome": row.outcome} if words else {}
    return DecisionShown(**{name: getattr(row, name) for name in same}, decided_by=by, **told)


def _look(row: EscalationLook, by: PersonRef | None, *, words: bool) -> LookShown:
    told = row.words if words else None
    return LookShown(number=row.number, looked_on=row.looked_on, words=told, by=by)
