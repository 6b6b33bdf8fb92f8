"""Mistakes put right: how they are said, and how they are shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.base import Address, BirthDay, Email, EventDay, Name, Phone, Reason, Request, UtcTime, Wire
from api.schemas.complaints import PersonRef
from api.schemas.intake import NhsNumber
from db import office_said
from db.intake_said import Channel
from db.models.correction import CorrectionRow

Reference = Annotated[str, Field(min_length=1, max_length=64, description="A complaint's reference.")]


class ReceiptSaid(Request):
    """The complaint was received on another day."""

    what: Literal["received_on"]
    received_on: EventDay


class PartySaid(Request):
    """A party's details are these, the whole of them; or the party was another person altogether."""

    what: Literal["party"]
    party_id: UUID
    cause: Literal["details", "wrong_person"]
    name: Name
    email: Email | None = None
    phone: Phone | None = None
    address: Address | None = None
    born_on: BirthDay | None = None
    nhs_number: NhsNumber | None = None


class CodingSaid(Request):
    """Codes of the complaint are others; what is left out stays."""

    what: Literal["coding"]
    channel: Channel | None = None
    outcome: Literal["upheld", "partially_upheld", "not_upheld"] | None = None
    division_id: UUID | None = None


class LinkSaid(Request):
    """The complaint reopens another original; with none given, none."""

    what: Literal["link"]
    reopened_from: Reference | None = None


class ErrorSaid(Request):
    """There should be no such complaint here."""

    what: Literal["opened_in_error"]
    cause: Literal["duplicate", "not_a_complaint", "other_organisation", "test"]
    duplicate_of: Reference | None = Field(default=None, description="Needed for a duplicate, and only there.")
    belongs_to: Name | None = Field(default=None, description="Needed for another organisation's, and only there.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.cause == "duplicate") != (self.duplicate_of is not None):
            raise ValueError("A duplicate, and nothing else, names the complaint that is kept.")
        if (self.cause == "other_organisation") != (self.belongs_to is not None):
            raise ValueError("Another organisation's complaint, and nothing else, says whose it is.")
        return self


class LetterSaid(Request):
    """A notice went, or is about to go, to the wrong recipient."""

    what: Literal["misdirected_letter"]
    notice_id: UUID
    went_to: Name | None = None


class CorrectionSaid(Request):
    """A mistake on the record is put right, with the reason."""

    correction: Annotated[
        ReceiptSaid | PartySaid | CodingSaid | LinkSaid | ErrorSaid | LetterSaid, Field(discriminator="what")
    ]
    reason: Reason

    @property
    def named(self) -> tuple[str, str] | None:
        """Return the reference that is named, with the name it is said under; None where none is."""
        if isinstance(self.correction, LinkSaid) and self.correction.reopened_from is not None:
            return "reopened_from", self.correction.reopened_from
        if isinstance(self.correction, ErrorSaid) and self.correction.duplicate_of is not None:
            return "duplicate_of", self.correction.duplicate_of
        return None

    def said(self, named_id: UUID | None) -> office_said.Correct:
        """Return what was said, with the id of the complaint that it names."""
        values = self.correction.model_dump()
        if self.named is not None:
            values[self.named[0]] = named_id
        return office_said.Correct(correction=_SHAPES[self.correction.what](**values), reason=self.reason)


_SHAPES: dict[str, Any] = {
    "received_on": office_said.ReceiptCorrected,
    "party": office_said.PartyCorrected,
    "coding": office_said.CodingCorrected,
    "link": office_said.LinkCorrected,
    "opened_in_error": office_said.OpenedInError,
    "misdirected_letter": office_said.LetterMisdirected,
}


class DecisionSaid(Request):
    """Another person approves or rejects a correction. A rejection has a reason."""

    approved: StrictBool
    reason: Reason | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.approved and self.reason is None:
            raise ValueError("A rejection has a reason.")
        return self

    def said(self, correction_id: UUID) -> office_said.DecideCorrection:
        """Return what was said."""
        return office_said.DecideCorrection(correction_id=correction_id, **self.model_dump())


class CorrectionShown(Wire):
    """A mistake put right, or waiting for approval. Words are left out for those who may not see them."""

    id: UUID
    what: str
    state: str = Field(description="awaiting_approval, made or rejected")
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reason: str | None = None
    asked_by: PersonRef | None = None
    asked_at: UtcTime
    decided_by: PersonRef | None = None
    decided_at: UtcTime | None = None
    decision_reason: str | None = None

    @classmethod
    def of(cls, row: CorrectionRow, asker: str | None, decider: str | None, *, words: bool) -> CorrectionShown:
        """Return a correction as it is shown."""
        return cls(
            id=row.id,
            what=row.what,
            state=row.state,
            before=row.before if words else None,
            after=row.after if words else None,
            reason=row.reason if words else None,
            asked_by=PersonRef.of(row.asked_by, asker if words else None),
            asked_at=row.asked_at,
            decided_by=PersonRef.of(row.decided_by, decider if words else None),
            decided_at=row.decided_at,
            decision_reason=row.decision_reason if words else None,
        )


class Corrections(Wire):
    """The corrections of a complaint, oldest first."""

    items: list[CorrectionShown]
