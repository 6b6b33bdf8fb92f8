"""The shapes of what the office says: contacts, marks on files, corrections, updates at once, imported cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

ContactChannel = Literal["call", "voicemail", "meeting", "visit", "letter", "email", "text"]
Disclosure = Literal["disclosable", "restricted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContact:
    """Somebody was spoken or written to, or spoke or wrote to us. A promise has a day it is due.

    `unread`: it came by itself, and no person has seen it.
    """

    direction: Literal["in", "out"]
    channel: ContactChannel
    happened_at: datetime
    with_whom: str
    summary: str
    party_id: UUID | None = None
    promised: str | None = None
    promised_by: date | None = None
    unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkFile:
    """A file on the case may be disclosed to the people outside, or may not."""

    file_id: UUID
    disclosure: Disclosure
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCorrected:
    """The complaint was received on another day."""

    what: Literal["received_on"] = "received_on"
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyCorrected:
    """A party's details are these; or the party was another person altogether. The details are the whole of them."""

    what: Literal["party"] = "party"
    party_id: UUID
    cause: Literal["details", "wrong_person"]
    name: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    born_on: date | None = None
    nhs_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingCorrected:
    """Codes of the complaint are others; what is left out stays."""

    what: Literal["coding"] = "coding"
    channel: Literal["oral", "written", "electronic", "assisted"] | None = None
    outcome: Literal["upheld", "partially_upheld", "not_upheld"] | None = None
    division_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCorrected:
    """The complaint reopens another original, or none."""

    what: Literal["link"] = "link"
    reopened_from: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedInError:
    """There should be no such complaint here. `belongs_to` names another organisation, in words."""

    what: Literal["opened_in_error"] = "opened_in_error"
    cause: Literal["duplicate", "not_a_complaint", "other_organisation", "test"]
    duplicate_of: UUID | None = None
    belongs_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterMisdirected:
    """A notice went, or is about to go, to the wrong recipient."""

    what: Literal["misdirected_letter"] = "misdirected_letter"
    notice_id: UUID
    went_to: str | None = None


Correction = Annotated[
    ReceiptCorrected | PartyCorrected | CodingCorrected | LinkCorrected | OpenedInError | LetterMisdirected,
    Field(discriminator="what"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """A mistake on the record is put right, with the reason."""

    correction: Correction
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCorrection:
    """Another person approves or rejects a correction that awaits approval."""

    correction_id: UUID
    approved: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendUpdate:
    """A named person writes an update and releases it in one act."""

    subject: str
    body: str
