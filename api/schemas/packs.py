"""Evidence packs: how one is asked for, and how they are shown."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.base import Reason, Request, UtcTime, Wire
from db.models.pack import EvidencePack
from db.pack_said import AssemblePack, PackPurpose


class PackSaid(Request):
    """An evidence pack is assembled of the case as it stands, for whoever asks for it."""

    purpose: PackPurpose
    referral_id: UUID | None = Field(default=None, description="The referral it is for, where there is one.")
    enquiry_id: UUID | None = Field(default=None, description="The enquiry it answers, where there is one.")
    include_restricted: StrictBool = Field(
        default=False, description="With restricted files, and with letters to staff. That needs a reason."
    )
    restricted_reason: Reason | None = None
    remark: Reason | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.include_restricted != (self.restricted_reason is not None):
            raise ValueError("A pack with restricted files needs restrictedReason, and no other has one.")
        return self

    def said(self) -> AssemblePack:
        """Return what was said."""
        return AssemblePack(**self.model_dump())


class PackShown(Wire):
    """One evidence pack. `assembled`: its archive is made when first read; `made`: that is kept as it was given."""

    id: UUID
    number: int
    purpose: str
    referral_id: UUID | None
    enquiry_id: UUID | None
    include_restricted: bool
    restricted_reason: str | None = Field(description="Null for those who may not read what people wrote.")
    remark: str | None = Field(description="Null for those who may not read what people wrote.")
    state: str
    event_seq: int = Field(description="The event of the case after which it is true.")
    asked_by: str | None = Field(description="Null for those who may not see who people are.")
    asked_at: UtcTime
    made_at: UtcTime | None
    sha256: str | None = Field(description="The hash of the archive, once it was made.")
    size: int | None
    times_read: int

    @classmethod
    def of(cls, row: EvidencePack, asked_by: str | None, times_read: int, *, words: bool) -> Self:
        """Show a pack."""
        return cls(
            id=row.id,
            number=row.number,
            purpose=row.purpose,
            referral_id=row.referral_id,
            enquiry_id=row.enquiry_id,
            include_restricted=row.include_restricted,
            restricted_reason=row.restricted_reason if words else None,
            remark=row.remark if words else None,
            state=row.state,
            event_seq=row.event_seq,
            asked_by=asked_by if words else None,
            asked_at=row.asked_at,
            made_at=row.made_at,
            sha256=row.sha256,
            size=row.size,
            times_read=times_read,
        )


class Packs(Wire):
    """The evidence packs of a complaint, in the order in which they were assembled."""

    items: list[PackShown]
