"""Complaints as they are shown: the whole of one, and a line of the worklist."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from pydantic import Field

from api.schemas.base import UtcTime, Wire
from api.schemas.needs import ContactCard, cards
from api.schemas.parties import PartyShown, WordsShown
from api.words import STAGES
from db.models.act import Submission
from db.models.office import Unit
from db.queries.complaint_reads import Case
from db.queries.worklist import Line


class PersonRef(Wire):
    """Somebody who works on complaints. The name is left out where it may not be seen."""

    id: UUID
    name: str | None = None

    @classmethod
    def of(cls, person_id: UUID | None, name: str | None = None) -> PersonRef | None:
        """Return a reference to somebody; None for nobody."""
        return None if person_id is None else cls(id=person_id, name=name)


class UnitRef(Wire):
    """A division or a team."""

    id: UUID
    code: str
    name: str

    @classmethod
    def of(cls, unit: Unit | None) -> UnitRef | None:
        """Return a reference to a division or team; None for none."""
        return None if unit is None else cls(id=unit.id, code=unit.code, name=unit.name)


class Logged(Wire):
    """A complaint was taken in. It is opened a moment later."""

    id: UUID
    reference: str = Field(examples=["RX1-7K3M9QWD-C"])
    stage: str = Field(examples=["received"])
    submission_id: UUID
    complaint: str = Field(description="Where the complaint is read.")
    submission: str = Field(description="Where it is read what became of it.")


_SAID_AT_INTAKE: Final = ("matter", "source", "first_contact_on", "happened_on", "noticed_on")


class ComplaintShown(Wire):
    """One complaint as it stands. `opened` is false in the moment before its workflow has begun."""

    id: UUID
    reference: str
    opened: bool
    open: bool
    version: int = Field(description="Counts the acts applied to it; also its ETag.")
    stage: str
    stage_title: str
    refusal: str | None = Field(default=None, description="Why it could not be opened.")
    procedure: str | None = None
    procedure_version: int | None = None
    regime: str | None = None
    nation: str | None = None
    matter: str = "complaint"
    source: str = "person"
    channel: str
    received_on: date
    first_contact_on: date | None = None
    happened_on: date | None = None
    noticed_on: date | None = None
    logged_at: UtcTime
    closed_at: UtcTime | None = None
    owner: PersonRef | None = Field(default=None, description="Nobody while it lies in the unassigned queue.")
    team: UnitRef | None = None
    division: UnitRef | None = None
    waiting_on: str | None = None
    next_event_at: UtcTime | None = None
    overdue: bool = False
    severity: str | None = Field(
        default=None, description="routine, elevated, serious or immediate; left out where it was never triaged."
    )
    attention: str | None = Field(default=None, description="A code while the complaint needs attention.")
    discussion: str | None = None
    update_every_days: int | None = None
    outcome: str | None = None
    outcome_title: str | None = Field(default=None, description="What its procedure calls the outcome.")
    stop_contact: bool = False
    hold: bool = False
    staff_safety: bool = Field(default=False, description="Staff have to take care when they meet somebody of it.")
    reopened_from: str | None = Field(default=None, description="The reference it was reopened from.")
    reopened_as: str | None = Field(default=None, description="The reference it was reopened as.")
    source_reference: str | None = Field(default=None, description="Its reference in the system it was imported from.")
    contact: list[ContactCard] = Field(
        default=[], description="Before anybody rings or writes: what is not safe first, and what each person needs."
    )
    allowed: list[str] = Field(description="What may be said about it now.")
    words: WordsShown | None = None

    @classmethod
    def of(
        cls,
        case: Case,
        *,
        overdue: bool,
        allowed: list[str],
        words: bool,
        stage_title: str,
        own: bool = True,
        outcome_title: str | None = None,
    ) -> ComplaintShown:
        """Return an opened complaint as it is shown, with its words or without."""
        complaint = case.complaint
        same = {
            name: getattr(complaint, name)
            for name in (
                *(
                    "id",
                    "reference",
                    "open",
                    "version",
                    "stage",
                    "procedure",
                    "procedure_version",
                ),
                *(
                    "regime",
                    "nation",
                    "channel",
                    "received_on",
                    "logged_at",
                    "closed_at",
                ),
                *(
                    "waiting_on",
                    "next_event_at",
                    "attention",
                    "discussion",
                    "update_every_days",
                ),
                *("outcome", "stop_contact", "hold", "staff_safety"),
                *_SAID_AT_INTAKE,
            )
        }
        return cls(
            **same,
            opened=True,
            stage_title=stage_title,
            owner=PersonRef.of(complaint.owner_id, case.owner_name if words else None),
            team=UnitRef.of(case.team),
            division=UnitRef.of(case.division),
            overdue=overdue,
            severity=complaint.severity if own else None,
            reopened_from=case.reopened_from,
            reopened_as=case.reopened_as,
            source_reference=complaint.source_reference if words else None,
            contact=cards(case.parties, case.needs, words=words),
            allowed=allowed,
            outcome_title=outcome_title,
            words=_words(case) if words else None,
        )

    @classmethod
    def unopened(cls, logged: Submission, *, words: bool) -> ComplaintShown:
        """Return a complaint that is known from what logged it only."""
        body = logged.body
        refused = logged.state == "refused"
        stage = "refused" if refused else "received"
        return cls(
            id=logged.complaint_id,
            reference=str(logged.reference),
            opened=False,
            open=not refused,
            version=0,
            stage=stage,
            stage_title=STAGES[stage],
            refusal=logged.refusal,
            channel=body["channel"],
            received_on=date.fromisoformat(body["received_on"]),
            **{name: body[name] for name in _SAID_AT_INTAKE if body.get(name) is not None},
            logged_at=logged.received_at,
            allowed=[],
            words=_words_said(body) if words else None,
        )


def _words(case: Case) -> WordsShown | None:
    if case.words is None:
        return None
    return WordsShown(
        summary=case.words.summary,
        narrative=case.words.narrative,
        desired_outcome=case.words.desired_outcome,
        parties=[PartyShown.of(party) for party in case.parties],
    )


def _words_said(body: dict[str, Any]) -> WordsShown:
    return WordsShown(
        summary=body["summary"],
        narrative=body["narrative"],
        desired_outcome=body["desired_outcome"],
        parties=[PartyShown(**party) for party in body["parties"]],
    )


class WorklistLine(Wire):
    """One line of the worklist."""

    id: UUID
    reference: str
    matter: str
    stage: str
    stage_title: str
    open: bool
    version: int
    received_on: date
    owner: PersonRef | None = Field(default=None, description="Nobody while it lies in the unassigned queue.")
    team: UnitRef | None = None
    division: UnitRef | None = None
    waiting_on: str | None = None
    next_event_at: UtcTime | None = None
    due_at: UtcTime | None = Field(default=None, description="The earliest end of a running clock.")
    overdue: bool
    severity: str | None = None
    attention: str | None = None
    summary: str | None = Field(default=None, description="Left out for those who may not see words.")

    @classmethod
    def of(cls, line: Line, *, words: bool, stage_title: str) -> WorklistLine:
        """Return a line as it is shown."""
        complaint = line.complaint
        return cls(
            id=complaint.id,
            reference=complaint.reference,
            matter=complaint.matter,
            stage=complaint.stage,
            stage_title=stage_title,
            open=complaint.open,
            version=complaint.version,
            received_on=complaint.received_on,
            owner=PersonRef.of(complaint.owner_id, line.owner_name if words else None),
            team=UnitRef.of(line.team),
            division=UnitRef.of(line.division),
            waiting_on=complaint.waiting_on,
            next_event_at=complaint.next_event_at,
            due_at=line.due_at,
            overdue=line.overdue,
            severity=complaint.severity,
            attention=complaint.attention,
            summary=line.summary if words else None,
        )


class Worklist(Wire):
    """A page of the worklist; `next` is the cursor of the page after, if there is one."""

    items: list[WorklistLine]
    next: str | None = None
