"""The shapes of what is said of who reaches the page of a body without a system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from contracts.commands import CommandKind


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueAccess:
    """Somebody of the body gets a link to its page; with `instead_of`, in place of somebody who had one."""

    contribution_id: UUID
    name: str
    email: str
    instead_of: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeAccess:
    """A link opens nothing any more, from now on."""

    contribution_id: UUID
    access_id: UUID
    reason: str


AccessSaid = IssueAccess | RevokeAccess
ACCESS_SHAPES: Final[dict[CommandKind, type[AccessSaid]]] = {
    CommandKind.ISSUE_ACCESS: IssueAccess,
    CommandKind.REVOKE_ACCESS: RevokeAccess,
}
