"""Joint investigations: where one body's contribution stands, and the contracts of the workflows that keep one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.clocks import ArmedClock
from contracts.code import Code

# The version of the protocol that bodies speak with each other: docs/joint-protocol.md.
PROTOCOL: Final = 1


class ContributionState(StrEnum):
    """Where the contribution of a body stands, at the body that coordinates.

    That it is overdue, or was escalated at the other side, is derived from its clocks and shown beside it.
    """

    CONSENT_BLOCKED = "consent_blocked"  # named, and nothing may be told to it
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONTRIBUTING = "contributing"  # it has said something of substance, or was asked for it
    SUBMITTED = "submitted"
    REVISION_REQUESTED = "revision_requested"
    APPROVED = "approved"
    RELEASED = "released"  # nothing is asked of it any more


class Way(StrEnum):
    """How a body takes part."""

    HERE = "here"  # another organisation of this installation, in its own tenant
    SYSTEM = "system"  # its own installation or case system
    PAGE = "page"  # a named contact, by a link and a one-time code
    NONE = "none"  # by telephone, post and meetings: what it says is recorded for it


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionStart:
    """Start the one workflow of a contribution, at the body that coordinates."""

    organisation_id: UUID
    complaint_id: UUID
    contribution_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionAct:
    """Ask how a contribution stands. `now` is the workflow's time."""

    organisation_id: UUID
    complaint_id: UUID
    contribution_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionLook:
    """How a contribution stands: its running clocks, each with its next rungs, the earliest first.

    `changes` counts what happened to it, but for the rungs of its own clocks. `over` says that nothing is awaited any
    more. `more` says that further clocks run: not all found room here.
    """

    state: ContributionState
    changes: int
    stage: Code
    reference: Code
    body: Code
    clocks: tuple[ArmedClock, ...] = ()
    over: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JointPartStart:
    """Start, or wake, the workflow that carries messages at the body that contributes.

    `organisation_id` is the contributing body. Exactly one of `lead_organisation_id` (the same installation) and
    `partner_id` (another one) says where the body that coordinates is.
    """

    organisation_id: UUID
    contribution_id: UUID
    lead_organisation_id: UUID | None = None
    partner_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JointPartAct:
    """Ask for one step with a part: fetch what the lead says, or bring what we say. `now`: the workflow's time.

    `failed` counts the rounds before this one, in a row, in which something did not get through.
    """

    start: JointPartStart
    now: datetime
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JointPartStep:
    """What a step came to. `again_at`: when to try again what did not get through; `failure` says why, as a code.

    `reference` and `stage` are those of our own case. `asks`: somebody was asked to see to it, for it does not mend
    itself. `more`: the lead has said more than one step takes.
    """

    taken: int = 0  # messages heard
    brought: int = 0  # messages the lead has
    waiting: int = 0  # messages that still have to be brought
    again_at: datetime | None = None
    failure: Code | None = None
    complaint_id: UUID | None = None
    over: bool = False
    reference: Code | None = None
    stage: Code | None = None
    asks: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JointCodeStart:
    """Send one code to whoever asked for it, to open the page of a body without a system. It is good until `until`."""

    organisation_id: UUID
    code_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JointCodeAct:
    """Send a code, or let go of it when it is good no more. `now`: the workflow's time."""

    organisation_id: UUID
    code_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JointCodeSent:
    """What became of a code: `sent`, or not sent any more."""

    sent: bool
