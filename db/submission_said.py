"""The shapes of what is said of what other bodies submitted, of what is missing, and of what they promised to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from contracts.commands import CommandKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRevision:
    """What a body submitted goes back to it. `round` is the one that was looked at; left out: the latest."""

    contribution_id: UUID
    reason: str
    due_on: date
    round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveContribution:
    """What a body submitted goes into the response as it stands: its findings stay its own."""

    contribution_id: UUID
    round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameGap:
    """The response goes without what a body owes, and says so."""

    contribution_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleBodyAction:
    """What a body says is done was looked at. If it is not, it is owed again: by its date, or by another."""

    contribution_id: UUID
    action_id: UUID  # the row's, not the body's own
    done: bool
    reason: str | None = None
    due_on: date | None = None


SubmissionSaid = RequestRevision | ApproveContribution | NameGap | SettleBodyAction
SUBMISSION_SHAPES: Final[dict[CommandKind, type[SubmissionSaid]]] = {
    CommandKind.REQUEST_REVISION: RequestRevision,
    CommandKind.APPROVE_CONTRIBUTION: ApproveContribution,
    CommandKind.NAME_GAP: NameGap,
    CommandKind.SETTLE_BODY_ACTION: SettleBodyAction,
}
