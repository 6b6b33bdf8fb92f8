"""Delivery of what was said: the oldest pending submission of a complaint goes first.

The door and the sweep use this one function, so that a later answer never overtakes an earlier one.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from contracts.command_groups import LEARNING, SERIOUS
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.submissions import Pending

# What still concerns a complaint that has ended: its last letters and the tasks about them, what belongs in its
# file, and mistakes to be put right.
AFTERWARDS: Final = frozenset(
    {
        CommandKind.NOTICE_OUTCOME,
        CommandKind.RECORD_DELIVERY,
        CommandKind.COMPLETE_TASK,
        CommandKind.RELEASE_NOTICE,
        CommandKind.DISCARD_NOTICE,
        CommandKind.SET_CONTACT_RULES,
        CommandKind.ASSIGN,
        CommandKind.ADD_NOTE,
        CommandKind.ATTACH_FILE,
        CommandKind.RECORD_CONTACT,
        CommandKind.MARK_FILE,
        CommandKind.CORRECT,
        CommandKind.DECIDE_CORRECTION,
        CommandKind.SET_CODING,  # what the returns need is owed after the end, too
        CommandKind.LINK,  # what belongs together is often seen only then
        CommandKind.UNLINK,
        CommandKind.DECIDE_REMEDY,  # what was offered is accepted, declined or paid, often after the end
        CommandKind.RECORD_DEATH,
        CommandKind.UPDATE_PARALLEL,  # a concern about somebody is passed on, whatever became of the complaint
        CommandKind.CHANGE_STAFF,  # an involvement of staff may outlive the complaint
        CommandKind.DEFER_STAFF,
        CommandKind.TELL_STAFF,
        CommandKind.SUPPORT_STAFF,
        CommandKind.END_STAFF,
        CommandKind.RECORD_STAFF_COMMENT,
        CommandKind.USE_STAFF_COMMENT,
        CommandKind.INFORM_STAFF,
        CommandKind.REDATE,  # what is owed to staff is counted by the calendar as it is
        CommandKind.RECORD_EXPERIENCE,  # how it was is asked when it is over
        CommandKind.MAKE_PROMISE,  # what is promised is kept, whatever became of the complaint
        CommandKind.KEEP_PROMISE,
        CommandKind.RELEASE_PROMISE,
        CommandKind.ADD_PARTY,  # the last letters still go to people, as they need them
        CommandKind.RETIRE_PARTY,
        CommandKind.SET_CONTACT_NEEDS,
        CommandKind.RECORD_CONSENT,  # who may be told is asked of the last letters, too
        CommandKind.WITHDRAW_CONSENT,
        CommandKind.REVIEW_CONTACT_PLAN,  # a plan stays in force until it is looked at again
        CommandKind.APPEAL_CONTACT_PLAN,
        CommandKind.DECIDE_APPEAL,
        CommandKind.FLAG_STAFF_SAFETY,
        CommandKind.FROM_BODY,  # what another body promised is seen to completion
        CommandKind.RECORD_FROM_BODY,
        CommandKind.CHANGE_BODY,
        CommandKind.SETTLE_BODY_ACTION,
        CommandKind.RELEASE_CONTRIBUTION,
        CommandKind.ISSUE_ACCESS,
        CommandKind.REVOKE_ACCESS,
        CommandKind.HEAR_LEAD,  # the body that coordinates tells what became of our part
        CommandKind.TELL_LEAD,
        CommandKind.ESCALATE,  # to a tier outside: most people go to an Ombudsman after closure
        *SERIOUS,  # what runs beside a complaint may outlive it, and may begin after it
        *LEARNING,  # most of what is learned is learned when it is over
    }
)


class Delivery(StrEnum):
    """What one attempt to deliver came to."""

    APPLIED = "applied"
    REFUSED = "refused"
    WAITING = "waiting"  # the engine is slow or away: nothing is known yet
    CLOSED = "closed"  # no running workflow: the stage decides, from PostgreSQL
    PARKED = "parked"  # the workflow holds the act for an operator
    FAILED = "failed"  # a bug, an unknown name, version skew


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The result of one attempt; `failure` is a code for the operator."""

    delivery: Delivery
    refusal: Refusal | None = None
    failure: str | None = None


class Deliverer(Protocol):
    """Carry one submission to the workflow that owns the complaint."""

    async def deliver(self, pending: Pending, budget: timedelta) -> Delivered:
        """Deliver as an update whose id is the submission's, waiting at most `budget`."""
        ...

    async def deliver_afterwards(self, pending: Pending, budget: timedelta) -> Delivered:
        """Have one submission applied to a complaint that has ended, waiting at most `budget`."""
        ...


class SubmissionStates(Protocol):
    """Read and settle the submissions of a complaint. Each call is its own transaction."""

    async def next_pending(self, organisation_id: UUID, complaint_id: UUID) -> Pending | None:
        """Return the oldest pending submission."""
        ...

    async def refuse(self, pending: Pending, refusal: Refusal) -> None:
        """Mark a submission refused, if it is still pending."""
        ...

    async def has_ended(self, pending: Pending) -> bool:
        """Say whether the complaint of a submission that found no running workflow is closed."""
        ...

    async def fail(self, pending: Pending, failure: str, *, park: bool) -> bool:
        """Count a failure. Say whether the submission is now parked."""
        ...


async def deliver_pending(
    engine: Deliverer,
    states: SubmissionStates,
    organisation_id: UUID,
    complaint_id: UUID,
    *,
    budget: timedelta,
    until: UUID | None = None,
) -> int:
    """Deliver a complaint's pending submissions in order, and return how many were settled.

    Stops after `until`, when the budget is spent, when the engine gives no answer, or at a failure
    that is not parked yet.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + budget.total_seconds()
    settled = 0
    while (left := deadline - loop.time()) > 0:
        pending = await states.next_pending(organisation_id, complaint_id)
        if pending is None:
            break
        delivered = await engine.deliver(pending, timedelta(seconds=left))
        if delivered.delivery is Delivery.CLOSED:
            delivered = await _afterwards(engine, states, pending, timedelta(seconds=left))
        if not await _settle(states, pending, delivered):
            break
        settled += 1
        if pending.command.submission_id == until:
            break
    return settled


async def _afterwards(engine: Deliverer, states: SubmissionStates, pending: Pending, budget: timedelta) -> Delivered:
    """Deliver to an ended complaint what still concerns it, and refuse the rest."""
    if not await states.has_ended(pending):
        return Delivered(delivery=Delivery.FAILED, failure="workflow_missing")
    if pending.command.kind in AFTERWARDS:
        return await engine.deliver_afterwards(pending, budget)
    return Delivered(delivery=Delivery.REFUSED, refusal=Refusal.COMPLAINT_CLOSED)


async def _settle(states: SubmissionStates, pending: Pending, delivered: Delivered) -> bool:
    """Write down what an attempt came to. Say whether the next submission may go."""
    match delivered.delivery:
        case Delivery.APPLIED:
            return True  # the apply activity marked it in its own transaction
        case Delivery.REFUSED if delivered.refusal is not None:
            await states.refuse(pending, delivered.refusal)
            return True
        case Delivery.PARKED:
            return await states.fail(pending, delivered.failure or "parked", park=True)
        case Delivery.FAILED:
            return await states.fail(pending, delivered.failure or "failed", park=False)
        case _:
            return False
