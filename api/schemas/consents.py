"""Consent: how it is recorded and withdrawn, how it is shown, and who may be told what because of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.disclosure_rules import Disclosed
from api.schemas.base import AgreedDay, BirthDay, EventDay, Reason, Request, UtcTime, Wire
from api.schemas.complaints import PersonRef
from api.words import DISCLOSED, WHY_TOLD, title
from db import consent_said
from db.consent_said import Basis, ConsentScope, GiverGround, WithdrawnHow
from db.queries.consents import Line

BodyCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", examples=["RXH"])]


class ConsentRecorded(Request):
    """Somebody agreed that another is told. A newer consent for the same takes the place of the older one."""

    scope: ConsentScope
    giver_id: UUID = Field(description="The party who agreed: whom it is about, or another on a ground.")
    giver_ground: GiverGround | None = Field(default=None, description="Why another than the person concerned gave it.")
    recipient_id: UUID | None = Field(default=None, description="The party who is told. Left out for a body.")
    body: BodyCode | None = Field(default=None, description="A body that is no party, by its code.")
    basis: Basis
    file_id: UUID | None = Field(default=None, description="What shows it: a file on the complaint.")
    contact_id: UUID | None = Field(default=None, description="What shows it: a contact in the log.")
    given_on: BirthDay
    expires_on: AgreedDay | None = Field(default=None, description="Its last day, later than today.")
    after_death: StrictBool = Field(default=False, description="It was given for after the giver's death, too.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.recipient_id is None) == (self.body is None):
            raise ValueError("A consent has one recipient: a party, or a body.")
        if self.basis != "statutory" and self.file_id is None and self.contact_id is None:
            raise ValueError("A consent has evidence: a file or a contact.")
        if self.expires_on is not None and self.expires_on < self.given_on:
            raise ValueError("A consent does not end before it is given.")
        return self

    def said(self) -> consent_said.RecordConsent:
        """Return what was said."""
        return consent_said.RecordConsent(**self.model_dump())


class ConsentWithdrawn(Request):
    """A consent was taken back, by whoever gave it or by the person concerned."""

    withdrawn_on: EventDay
    withdrawn_by: UUID
    how: WithdrawnHow
    words: Reason | None = None

    def said(self, consent_id: UUID) -> consent_said.WithdrawConsent:
        """Return what was said."""
        return consent_said.WithdrawConsent(consent_id=consent_id, **self.model_dump())


class ConsentShown(Wire):
    """A consent: who gave what to whom, on what evidence, until when, and how it stands today."""

    id: UUID
    number: int
    scope: str
    state: str = Field(description="in_force, expired, withdrawn, superseded or ended_by_death")
    giver_id: UUID
    giver_ground: str | None = None
    recipient_id: UUID | None = None
    body: str | None = None
    basis: str
    file_id: UUID | None = None
    contact_id: UUID | None = None
    given_on: date
    expires_on: date | None = None
    after_death: bool
    superseded_by: UUID | None = None
    withdrawn_on: date | None = None
    withdrawn_by: UUID | None = None
    withdrawn_how: str | None = None
    withdrawn_words: str | None = None
    said_by: PersonRef | None = None
    said_at: UtcTime


class ConsentsShown(Wire):
    """Every consent of a complaint, by number."""

    items: list[ConsentShown]

    @classmethod
    def of(cls, lines: Sequence[Line], states: Mapping[UUID, str], *, words: bool) -> ConsentsShown:
        """Return consents as they are shown; why one was withdrawn is for those who may see words."""
        return cls(items=[_shown(line, states[line.consent.id], words=words) for line in lines])


class DisclosureShown(Wire):
    """Whether somebody may be told one kind of thing today, and why."""

    party_id: UUID
    role: str
    what: str = Field(description="nothing, own, progress, findings or records")
    what_title: str
    may: bool
    why: str
    why_title: str
    consent_id: UUID | None = None


class DisclosuresShown(Wire):
    """What each party may be told today."""

    items: list[DisclosureShown]

    @classmethod
    def of(cls, found: Sequence[Disclosed]) -> DisclosuresShown:
        """Return what parties may be told, as it is shown."""
        return cls(
            items=[
                DisclosureShown(
                    party_id=each.party_id,
                    role=each.role,
                    what=each.what,
                    what_title=title(DISCLOSED, each.what),
                    may=each.may,
                    why=each.why,
                    why_title=title(WHY_TOLD, each.why),
                    consent_id=each.consent_id,
                )
                for each in found
            ]
        )


def _shown(line: Line, state: str, *, words: bool) -> ConsentShown:
    row = line.consent
    return ConsentShown(
        id=row.id,
        number=row.number,
        scope=row.scope,
        state=state,
        giver_id=row.giver_id,
        giver_ground=row.giver_ground,
        recipient_id=row.recipient_id,
        body=row.body,
        basis=row.basis,
        file_id=row.file_id,
        contact_id=row.contact_id,
        given_on=row.given_on,
        expires_on=row.expires_on,
        after_death=row.after_death,
        superseded_by=row.superseded_by,
        withdrawn_on=row.withdrawn_on,
        withdrawn_by=row.withdrawn_by,
        withdrawn_how=row.withdrawn_how,
        withdrawn_words=row.withdrawn_words if words else None,
        said_by=PersonRef.of(row.said_by, line.said_by if words else None),
        said_at=row.said_at,
    )
