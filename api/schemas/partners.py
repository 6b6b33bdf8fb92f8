"""Partners: other bodies that an organisation speaks with, as they are said and shown."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, StrictStr

from api.schemas.base import Email, Name, Phone, Request, UtcTime, Wire
from contracts.joint import Way
from db.joint_said import BodyKind, Bound, ContactRole, WaySaid
from db.models.partners import Partner, PartnerContact

MOST_CONTACTS: Final = 20
BY_SYSTEM: Final = Way.SYSTEM.value
_PREFIX: Final = "whsec_"


def _secret(value: str) -> str:
    try:
        key = base64.b64decode(value.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not value.startswith(_PREFIX) or not 32 <= len(key) <= 64:
        raise ValueError("A shared secret is whsec_ and 32 to 64 bytes in base64.")
    return value


BodyCode = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Url = Annotated[StrictStr, Field(min_length=9, max_length=2_000, pattern=r"^https?://[\x21-\x7e]+$")]
SharedSecret = Annotated[StrictStr, Field(min_length=49, max_length=94), AfterValidator(_secret)]


class PartnerContactSaid(Request):
    """Somebody of another body, and what they are there."""

    role: ContactRole
    name: Name
    email: Email | None = None
    phone: Phone | None = None


class PartnerSaid(Request):
    """What is known of another body."""

    name: Name
    body_kind: BodyKind
    bound: Bound = Field(
        description="By SI 2009/309 reg 9, or voluntarily, unless it is said otherwise of a complaint."
    )
    way: WaySaid = Field(description="How it takes part, unless it is said otherwise of a complaint.")
    door_url: Url | None = Field(
        default=None,
        description="The door of its system, for where it coordinates: up to and with its code. By system only.",
        examples=["https://complaints.example.gov.uk/joint/v1/E08000001"],
    )
    hook_url: Url | None = Field(
        default=None,
        description="Where its system is told that something was said, for where we coordinate. By system only.",
        examples=["https://complaints.example.gov.uk/joint/v1/E08000001/hooks/0192f0c1-6d1e-7cc3-9d0f-3b1f0f9a1c11"],
    )
    contacts: list[PartnerContactSaid] = Field(default=[], max_length=MOST_CONTACTS)


class NewPartnerSaid(PartnerSaid):
    """Another body that we want to speak with."""

    code: BodyCode = Field(description="Its ODS or local code; it cannot be changed.", examples=["E08000001"])
    secret: SharedSecret | None = Field(
        default=None, description="The shared secret, if the other body has made it. Left out, one is made."
    )


class SecretSaid(Request):
    """A new shared secret: made here, or given by the other body."""

    secret: SharedSecret | None = Field(default=None, description="Left out, one is made.")
    at_once: StrictBool = Field(
        default=False, description="The one before holds no more from now on. Else both do for seven days."
    )


class PartnerContactShown(Wire):
    """Somebody of another body."""

    role: ContactRole
    name: str
    email: str | None
    phone: str | None

    @classmethod
    def of(cls, row: PartnerContact) -> PartnerContactShown:
        """Return a contact as it is shown."""
        return cls.model_validate({"role": row.role, "name": row.name, "email": row.email, "phone": row.phone})


class PartnerShown(Wire):
    """Another body. The secret that we share with it is never shown again."""

    id: UUID
    code: str
    name: str
    body_kind: BodyKind
    bound: Bound
    way: WaySaid
    door_url: str | None
    hook_url: str | None
    our_door: str = Field(description="The path of our door: what the other body calls, where we coordinate.")
    our_hook: str = Field(description="The path where we are told by the other body, where it coordinates.")
    contacts: list[PartnerContactShown] | None = Field(description="Left out for those who may not read words.")
    subscription_id: UUID | None = Field(description="Its receiver among the webhooks: the log, pauses, sending again.")
    secret_number: int = Field(description="0: none is shared. One more with each that was made or given.")
    previous_secret_until: UtcTime | None = Field(description="Until then the secret before holds, too.")
    created_at: UtcTime
    ended_at: UtcTime | None


class PartnerSecret(PartnerShown):
    """Another body, with a secret that was made just now: give it to them by a safe way, it is not shown again."""

    secret: str | None = Field(
        description="None where the other body has made it, and where this answer is repeated after another rotation.",
        examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDK3oVTo4tYxM="],
    )


class Partners(Wire):
    """A page of partners."""

    items: list[PartnerShown]
    next: str | None = Field(description="The cursor of the next page.")


class CredentialShown(Wire):
    """The credential of one contribution, by its number alone."""

    contribution_id: UUID
    number: Annotated[int, Field(description="Credentials with another number are turned away.")]


def partner_facts(
    row: Partner, ours: str, contacts: Iterable[PartnerContact] | None, subscription_id: UUID | None
) -> dict[str, object]:
    """Return a partner as it is shown; `ours` is our own code."""
    return {
        "id": row.id,
        "code": row.code,
        "name": row.name,
        "body_kind": row.body_kind,
        "bound": row.bound,
        "way": row.way,
        "door_url": row.door_url,
        "hook_url": row.hook_url,
        "our_door": f"/joint/v1/{ours}",
        "our_hook": f"/joint/v1/{ours}/hooks/{row.id}",
        "contacts": None if contacts is None else [PartnerContactShown.of(each) for each in contacts],
        "subscription_id": subscription_id,
        "secret_number": row.secret_number,
        "previous_secret_until": row.previous_until,
        "created_at": row.created_at,
        "ended_at": row.ended_at,
    }
