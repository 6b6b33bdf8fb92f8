"""The shapes of what is said of the bodies that contribute to a complaint, and of what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

BodyKind = Literal["nhs", "local_authority", "independent_provider", "department", "other"]
Bound = Literal["regulation_9", "voluntary"]
WaySaid = Literal["here", "system", "page", "none"]
ContactRole = Literal["contact", "deputy", "senior_lead", "complaints_manager", "responsible_person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSaid:
    """Somebody of another body."""

    role: ContactRole
    name: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameBody:
    """Issues of the complaint are for another body. `code`: ODS or local. Invited as soon as consent covers it."""

    code: str
    name: str
    body_kind: BodyKind
    bound: Bound
    way: WaySaid
    issue_ids: tuple[UUID, ...]
    contacts: tuple[ContactSaid, ...] = ()
    body_organisation_id: UUID | None = None
    partner_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBody:
    """Something about a body that contributes has changed: what is not said stays. `contacts` take their roles over.

    `consent_refused_on`: the person said that this body is not to be told.
    """

    contribution_id: UUID
    reason: str
    issue_ids: tuple[UUID, ...] | None = None
    contacts: tuple[ContactSaid, ...] = ()
    bound: Bound | None = None
    way: WaySaid | None = None
    body_organisation_id: UUID | None = None
    partner_id: UUID | None = None
    consent_refused_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseContribution:
    """Nothing is asked of a body any more."""

    contribution_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FromBody:
    """A message of the protocol, from a contributing body, as it came. `kind` and `body` are looked at by the act."""

    contribution_id: UUID
    message_id: UUID
    protocol: int
    kind: str
    body: dict[str, Any]
    via: Literal["here", "system", "page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFromBody:
    """What a body said by word of mouth or on paper, written down for it as a message of the protocol."""

    contribution_id: UUID
    kind: str
    body: dict[str, Any]
    how: Literal["call", "meeting", "letter", "email"]
    said_on: date


JointSaid = NameBody | ChangeBody | ReleaseContribution | FromBody | RecordFromBody
JOINT_SHAPES: Final[dict[CommandKind, type[JointSaid]]] = {
    CommandKind.NAME_BODY: NameBody,
    CommandKind.CHANGE_BODY: ChangeBody,
    CommandKind.RELEASE_CONTRIBUTION: ReleaseContribution,
    CommandKind.FROM_BODY: FromBody,
    CommandKind.RECORD_FROM_BODY: RecordFromBody,
}
