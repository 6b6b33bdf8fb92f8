"""Incidents under the duty of candour, as they are said: flagged, assessed, told of, written about, ended."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.base import AgreedDay, EventDay, Narrative, Reason, Request, Words
from db import candour_said
from db.candour_said import AttemptOutcome, CandourCause, ElementCode, Harm, Spoken, Tried, WrittenKind

_MOST = 20


class ElementSaid(Request):
    """One element of a notice, in the words in which the person is told it."""

    code: ElementCode
    words: Words


class EnquirySaid(Request):
    """A further enquiry that the letter announces, and by when the person hears what it found."""

    what: Reason
    due_on: AgreedDay


Elements = Annotated[list[ElementSaid], Field(max_length=_MOST, description="Each code once.")]


def _once(elements: list[ElementSaid]) -> None:
    codes = [each.code for each in elements]
    if len(set(codes)) != len(codes):
        raise ValueError("Each element is said once.")


def _said(elements: list[ElementSaid]) -> tuple[candour_said.ElementSaid, ...]:
    return tuple(candour_said.ElementSaid(code=each.code, words=each.words) for each in elements)


class IncidentFlagged(Request):
    """A notifiable safety incident may have happened: what, when it became known, and to whom."""

    words: Narrative
    became_known_on: EventDay
    happened_on: EventDay | None = None
    about_party_id: UUID | None = Field(default=None, description="Left out: whoever the complaint is about.")

    def said(self) -> candour_said.FlagIncident:
        """Return what was said."""
        return candour_said.FlagIncident(**self.model_dump())


class IncidentAssessed(Request):
    """Whether an incident is notifiable. What is not, or is below the threshold, needs reasons."""

    notifiable: StrictBool
    harm: Harm
    reasons: Words | None = None

    def said(self, incident_id: UUID) -> candour_said.AssessIncident:
        """Return what was said."""
        return candour_said.AssessIncident(incident_id=incident_id, **self.model_dump())


class IncidentTold(Request):
    """The notice in person: who told whom and how, each element, and the record that is kept of it."""

    told_on: EventDay
    how: Spoken
    elements: Elements
    record: Narrative | None = Field(default=None, description="The written record of what was said.")
    by_id: UUID | None = Field(default=None, description="Who told them. Left out: whoever says so.")
    party_id: UUID | None = Field(default=None, description="Left out: who was harmed, or acts for them.")
    late_reason: Reason | None = Field(default=None, description="Why it is late, where the rules ask for that.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        _once(self.elements)
        return self

    def said(self, incident_id: UUID) -> candour_said.TellOfIncident:
        """Return what was said."""
        values = self.model_dump() | {"elements": _said(self.elements)}
        return candour_said.TellOfIncident(incident_id=incident_id, **values)


class AttemptLogged(Request):
    """An attempt to reach the person, or that they declined to speak."""

    tried_on: EventDay
    how: Tried
    outcome: AttemptOutcome
    closed: StrictBool = Field(default=False, description="No further attempt is made.")
    altogether: StrictBool = Field(default=False, description="They want nothing in writing, either.")
    words: Words | None = None
    late_reason: Reason | None = Field(default=None, description="Why they are told late.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.altogether and self.outcome != "declined":
            raise ValueError("Only who declined can decline altogether.")
        return self

    def said(self, incident_id: UUID) -> candour_said.LogCandourAttempt:
        """Return what was said."""
        return candour_said.LogCandourAttempt(incident_id=incident_id, **self.model_dump())


class SupportOffered(Request):
    """Support that was offered to the person, and whether they took it."""

    what: Words
    offered_on: EventDay
    taken: StrictBool | None = Field(default=None, description="Left out: they have not said yet.")

    def said(self, incident_id: UUID) -> candour_said.OfferCandourSupport:
        """Return what was said."""
        return candour_said.OfferCandourSupport(incident_id=incident_id, **self.model_dump())


class LetterWanted(Request):
    """The written notice, or the results of further enquiries: a draft that a named person releases."""

    kind: WrittenKind
    elements: Elements
    enquiries: Annotated[list[EnquirySaid], Field(max_length=_MOST)] = Field(default=[])
    enquiry_ids: Annotated[list[UUID], Field(max_length=_MOST)] = Field(
        default=[], description="Whose results these are. Left out: of all that are open."
    )
    party_id: UUID | None = Field(default=None, description="Left out: who was harmed, or acts for them.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        _once(self.elements)
        if self.kind == "written" and self.enquiry_ids:
            raise ValueError("Only results are of enquiries that were announced before.")
        return self

    def said(self, incident_id: UUID) -> candour_said.WriteOfIncident:
        """Return what was said."""
        values = self.model_dump() | {
            "elements": _said(self.elements),
            "enquiries": tuple(candour_said.EnquirySaid(what=each.what, due_on=each.due_on) for each in self.enquiries),
            "enquiry_ids": tuple(self.enquiry_ids),
        }
        return candour_said.WriteOfIncident(incident_id=incident_id, **values)


class CandourEnded(Request):
    """Nothing is owed any more, or the person declined altogether."""

    cause: CandourCause
    reason: Reason | None = None

    def said(self, incident_id: UUID) -> candour_said.EndCandour:
        """Return what was said."""
        return candour_said.EndCandour(incident_id=incident_id, **self.model_dump())
