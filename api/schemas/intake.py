"""What is said when something comes in: what it is, from whom, about whom, and when; and what becomes of it.

Each turns itself into the shape that is stored as a submission; the limits stand here and nowhere else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, StrictStr, ValidationInfo, field_validator

from api.schemas.base import (
    FIRST_BIRTH,
    Address,
    BirthDay,
    Day,
    Email,
    EventDay,
    Line,
    Name,
    Narrative,
    NotFuture,
    Phone,
    Request,
    Summary,
    Words,
)
from api.schemas.needs import Needs, needs_said
from api.schemas.tiers import TierCode
from db import intake_said, said
from db.intake_said import Channel
from db.nhs_numbers import normalise
from db.said import Matter, Source

# fmt: off
OtherRole = Literal[
    "representative", "advocate", "mp", "regulator", "correspondent", "witness", "staff_representative",
    "union_representative", "other_body",
]
# fmt: on
Ground = Literal["asked", "child", "lacks_capacity", "died"]
ConsentBasis = Literal["written", "oral", "statutory", "implied_constituent", "none"]

# What is complained about may lie far back: no procedure has to have been in force then.
PastDay = Annotated[Day, Field(ge=FIRST_BIRTH), NotFuture()]
Relation = Annotated[Line, Field(min_length=1, max_length=64)]


def _nhs_number(value: str) -> str:
    number = normalise(value)
    if number is None:
        raise ValueError("An NHS number has ten digits, and the last one checks the others.")
    return number


NhsNumber = Annotated[
    StrictStr,
    Field(max_length=12, description="Ten digits, with or without blanks.", examples=["943 476 5919"]),
    AfterValidator(_nhs_number),
]


class PersonSaid(Request):
    """A person outside. An e-mail address is needed for a receipt by e-mail."""

    name: Name
    email: Email | None = None
    phone: Phone | None = None
    address: Address | None = None
    born_on: BirthDay | None = None
    nhs_number: NhsNumber | None = None
    needs: Needs | None = Field(default=None, description="What they need, and what is not safe.")

    def party(self, role: Literal["complainant", "affected"]) -> said.PartySaid:
        """Return the party as it is stored."""
        values = self.model_dump(exclude={"needs"})
        return said.PartySaid(role=role, **values, needs=needs_said(self.needs))


class ComplainantSaid(PersonSaid):
    """Who complains: for themselves, or, with a ground, for the person affected."""

    relation: Relation | None = Field(default=None, description="What they are to the person affected.")
    ground: Ground | None = Field(default=None, description="Why they may speak for another. Left out: for themselves.")
    consent_basis: ConsentBasis | None = Field(default=None, description="What shows that the other agrees.")


class AffectedSaid(PersonSaid):
    """The person who was affected, where that is not the person who complains."""

    died_on: PastDay | None = Field(default=None, description="Where the person has died.")

    @field_validator("died_on")
    @classmethod
    def _after_birth(cls, value: date | None, info: ValidationInfo) -> date | None:
        born_on = info.data.get("born_on")
        if value is not None and born_on is not None and value < born_on:
            raise ValueError("Nobody dies before they are born.")
        return value


class OtherPartySaid(Request):
    """Somebody else outside: who speaks or writes for the person, and what shows that the person agrees."""

    role: OtherRole
    name: Name
    email: Email | None = None
    phone: Phone | None = None
    address: Address | None = None
    relation: Relation | None = Field(default=None, description="What they are to the person.")
    ground: Ground | None = Field(default=None, description="Why they may speak for the person.")
    consent_basis: ConsentBasis | None = Field(default=None, description="What shows that the person agrees.")
    needs: Needs | None = Field(default=None, description="What they need, and what is not safe.")

    def party(self) -> said.PartySaid:
        """Return the party as it is stored."""
        return said.PartySaid(**self.model_dump(exclude={"needs"}), needs=needs_said(self.needs))


class ComplaintSaid(Request):
    """What was received, and from whom."""

    channel: Channel
    received_on: EventDay = Field(description="The day of receipt, after hours included.")
    summary: Summary
    narrative: Narrative
    desired_outcome: Words | None = None
    owner_id: UUID | None = Field(default=None, description="Else it goes to the unassigned queue.")
    team_id: UUID | None = None
    division_id: UUID | None = None
    matter: Matter = Field(default="complaint", description="Only a complaint has the statutory clocks.")
    source: Source = Field(default="person", description="Who brought it. Whoever writes for others is in `parties`.")
    happened_on: PastDay | None = Field(default=None, description="The day of what is complained about.")
    noticed_on: PastDay | None = Field(default=None, description="The day on which it came to the person's notice.")
    first_contact_on: EventDay | None = Field(default=None, description="Where there was contact before.")
    parties: Annotated[tuple[OtherPartySaid, ...], Field(max_length=10)] = ()

    @field_validator("happened_on", "noticed_on", "first_contact_on")
    @classmethod
    def _in_order(cls, value: date | None, info: ValidationInfo) -> date | None:
        received_on = info.data.get("received_on")
        if value is not None and received_on is not None and value > received_on:
            raise ValueError("This is not after the day of receipt.")
        return value

    @field_validator("noticed_on")
    @classmethod
    def _noticed(cls, value: date | None, info: ValidationInfo) -> date | None:
        happened_on = info.data.get("happened_on")
        if value is not None and happened_on is not None and value < happened_on:
            raise ValueError("Nothing is noticed before it happens.")
        return value

    def log(self, parties: tuple[said.PartySaid, ...], **more: Any) -> said.Log:
        """Return what is stored, with the people outside."""
        fields = self.model_dump(exclude={"parties", "complainant", "affected"})
        return said.Log(**{**fields, "parties": parties, **more})


class LogSaid(ComplaintSaid):
    """A complaint, or another matter, was received."""

    complainant: ComplainantSaid
    affected: AffectedSaid | None = Field(default=None, description="If not the complainant.")

    def people(self) -> tuple[said.PartySaid, ...]:
        """Return the people outside."""
        affected = () if self.affected is None else (self.affected.party("affected"),)
        return (self.complainant.party("complainant"), *affected, *(each.party() for each in self.parties))


class ReopeningSaid(ComplaintSaid):
    """A closed complaint is taken up again, as a new one that is linked to it."""

    complainant: ComplainantSaid | None = Field(
        default=None, description="Left out: the people of the original complaint."
    )
    affected: AffectedSaid | None = None
    tier: TierCode | None = Field(default=None, description="The tier inside the organisation that is asked for.")

    def people(self, original: tuple[said.PartySaid, ...]) -> tuple[said.PartySaid, ...]:
        """Return the people outside as said now, and those of the original where nothing was said.

        Who is named again needs what they needed, unless something else is said: what is not safe stays so.
        """
        now = [] if self.complainant is None else [self.complainant.party("complainant")]
        now += [] if self.affected is None else [self.affected.party("affected")]
        now += [each.party() for each in self.parties]
        roles = {party.role for party in now}
        needs = {(party.role, party.name): party.needs for party in original}
        now = [replace(each, needs=each.needs or needs.get((each.role, each.name))) for each in now]
        return (*now, *(party for party in original if party.role not in roles))


class ConversionSaid(Request):
    """What came as a concern is a complaint: the day on which it was made so, and how."""

    received_on: EventDay = Field(description="The day from which the clocks of a complaint count.")
    channel: Channel
    summary: Words | None = Field(default=None, description="What is complained about, if that is not clear yet.")

    def said(self) -> intake_said.Convert:
        """Return what was said."""
        return intake_said.Convert(**self.model_dump())


class ExemptionSaid(Request):
    """An oral complaint was put right at once: when, how, and whether to the person's satisfaction."""

    resolved_on: EventDay
    satisfied: StrictBool
    summary: Words = Field(description="What was complained about, and what was done.")

    def said(self) -> intake_said.Exempt:
        """Return what was said."""
        return intake_said.Exempt(**self.model_dump())
