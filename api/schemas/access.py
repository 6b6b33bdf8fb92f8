"""Who reaches the page of a body without a system: how links are given and taken away, and how they are shown."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from api.schemas.base import Email, Name, Reason, Request, UtcTime, Wire
from api.schemas.complaints import PersonRef
from db import access_said
from db.models.access import BodyAccess, JointKnock


class AccessIssued(Request):
    """Somebody of the body gets a link, by e-mail. A deputy gets one beside the others, or in place of one of them."""

    name: Name
    email: Email
    instead_of: UUID | None = Field(
        default=None, description="The access that ends, with its sessions. Left out: all stay."
    )

    def said(self, contribution_id: UUID) -> access_said.IssueAccess:
        """Return what was said."""
        return access_said.IssueAccess(contribution_id=contribution_id, **self.model_dump())


class AccessRevoked(Request):
    """A link opens nothing any more, and whoever is on the page by it is so no longer."""

    reason: Reason

    def said(self, contribution_id: UUID, access_id: UUID) -> access_said.RevokeAccess:
        """Return what was said."""
        return access_said.RevokeAccess(contribution_id=contribution_id, access_id=access_id, reason=self.reason)


class AccessShown(Wire):
    """A link to the page. The link itself is shown to nobody: it stands in the mail alone."""

    id: UUID
    number: int
    name: str | None = Field(default=None, description="Left out for those who may not see words.")
    email: str | None = None
    issued_at: UtcTime
    issued_by: PersonRef | None = None
    revoked_at: UtcTime | None = None
    revoked_cause: str | None = Field(default=None, description="said, replaced or released")
    revoked_by: PersonRef | None = None
    revoked_reason: str | None = None

    @classmethod
    def of(cls, row: BodyAccess, *, words: bool) -> AccessShown:
        """Return an access as it is shown."""
        return cls(
            id=row.id,
            number=row.number,
            name=row.name if words else None,
            email=row.email if words else None,
            issued_at=row.issued_at,
            issued_by=PersonRef.of(row.issued_by, None),
            revoked_at=row.revoked_at,
            revoked_cause=row.revoked_cause,
            revoked_by=PersonRef.of(row.revoked_by, None),
            revoked_reason=row.revoked_reason if words else None,
        )


class Accesses(Wire):
    """The links of a body, the first given first."""

    items: list[AccessShown]


class KnockShown(Wire):
    """Somebody was turned away from the page."""

    at: UtcTime
    why: str = Field(
        description="revoked, released, wrong_code, used_code, expired_code, no_code, too_many_tries, too_many_codes"
        " or other_session"
    )

    @classmethod
    def of(cls, row: JointKnock) -> KnockShown:
        """Return a knock as it is shown."""
        return cls(at=row.at, why=row.why)


class Knocks(Wire):
    """Who was turned away from the page of a contribution, the last first. At most some of an hour are written."""

    items: list[KnockShown]
