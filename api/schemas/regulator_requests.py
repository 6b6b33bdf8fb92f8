"""One request of a regulator about several complaints: how it is said, and how it stands for each."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictStr, model_validator

from api.schemas.base import AgreedDay, EventDay, Name, Request, Wire, Words
from api.schemas.referrals import BodyOfOversight
from db.models.referral import RegulatorRequest
from db.queries.regulator_requests import Asked
from db.referral_said import EnquiryBasis, EnquirySaid, RecordReferral

Reference = Annotated[StrictStr, Field(min_length=1, max_length=64)]


class RegulatorAsked(Request):
    """A regulator asks for the file of several complaints. Under regulation 16 each is due 28 days after receipt."""

    body: BodyOfOversight = Field(examples=["cqc"])
    name: Name | None = Field(default=None, description="Of a body without a code: other_regulator.")
    their_reference: Name
    received_on: EventDay
    words: Words
    basis: EnquiryBasis = "reg_16"
    due_on: AgreedDay | None = None
    references: list[Reference] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.basis == "date_set") != (self.due_on is not None):
            raise ValueError("A date that was set is needed, but under regulation 16, which sets it.")
        return self

    def said(self, request_id: UUID) -> RecordReferral:
        """Return what is said of each complaint."""
        enquiry = EnquirySaid(what=self.words, asked_on=self.received_on, basis=self.basis, due_on=self.due_on)
        return RecordReferral(
            kind="regulator",
            body=self.body,
            name=self.name,
            their_reference=self.their_reference,
            received_on=self.received_on,
            channel="other",
            scope=self.words,
            enquiry=enquiry,
            request_id=request_id,
        )


class RequestedShown(Wire):
    """How one complaint stands. `submission` says what became of the request there: pending, applied or refused."""

    reference: str
    submission: str
    refusal: str | None = None
    referral_id: UUID | None = None
    state: str | None = None
    enquiry_id: UUID | None = None
    due_on: date | None = None
    answered_on: date | None = None
    in_time: bool | None = None
    pack_id: UUID | None = None

    @classmethod
    def of(cls, row: Asked) -> RequestedShown:
        """Return one complaint of a request."""
        return cls(
            reference=row.reference,
            submission=row.submission.state,
            refusal=row.submission.refusal,
            referral_id=row.referral_id,
            state=row.state,
            enquiry_id=row.enquiry.id if row.enquiry is not None else None,
            due_on=row.enquiry.due_on if row.enquiry is not None else None,
            answered_on=row.enquiry.answered_on if row.enquiry is not None else None,
            in_time=row.enquiry.in_time if row.enquiry is not None else None,
            pack_id=row.enquiry.pack_id if row.enquiry is not None else None,
        )


class RegulatorRequestShown(Wire):
    """A request of a regulator, and how it stands for each complaint that it named."""

    id: UUID
    body: str
    their_reference: str | None = None
    received_on: date
    words: str | None = None
    answered: int
    items: list[RequestedShown]

    @classmethod
    def of(cls, row: RegulatorRequest, asked: list[Asked], *, words: bool) -> RegulatorRequestShown:
        """Return a request as it stands."""
        items = [RequestedShown.of(each) for each in asked]
        return cls(
            id=row.id,
            body=row.body_code,
            their_reference=row.their_reference if words else None,
            received_on=row.received_on,
            words=row.words if words else None,
            answered=sum(each.answered_on is not None for each in items),
            items=items,
        )
