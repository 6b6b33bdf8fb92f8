"""Inputs and outcomes of the workflow `webhooks`, which carries the events of one subscription to its receiver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.code import Code


class DeliveryState(StrEnum):
    """The life of one event on its way to one receiver."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    DEAD = "dead"  # given up after days, or refused for ever; it can be replayed


class SubscriptionState(StrEnum):
    """Whether the events of a subscription are sent. While it is paused they wait."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class EventType(StrEnum):
    """What is told outside. A type is promised to whoever receives it: one that would mean something else is a v2."""

    RECEIVED = "uk.redress.complaint.received.v1"
    IMPORTED = "uk.redress.complaint.imported.v1"
    REOPENED = "uk.redress.complaint.reopened.v1"
    ASSIGNED = "uk.redress.complaint.assigned.v1"
    ACKNOWLEDGED = "uk.redress.complaint.acknowledged.v1"
    STAGE_CHANGED = "uk.redress.complaint.stage_changed.v1"
    PERIOD_SET = "uk.redress.complaint.period_set.v1"
    PERIOD_EXTENDED = "uk.redress.complaint.period_extended.v1"
    CLOCK_BREACHED = "uk.redress.complaint.clock_breached.v1"
    PROMISE_BROKEN = "uk.redress.complaint.promise_broken.v1"
    PROMISE_KEPT = "uk.redress.complaint.promise_kept.v1"
    UPDATE_GIVEN = "uk.redress.complaint.update_given.v1"
    NOTICE_FAILED = "uk.redress.complaint.notice_failed.v1"
    STAFF_TOLD = "uk.redress.complaint.staff_told.v1"
    CONTRIBUTION_CHANGED = "uk.redress.complaint.contribution_changed.v1"  # another body's part stands otherwise
    LEARNING_RECORDED = "uk.redress.complaint.learning_recorded.v1"
    ACTION_PLANNED = "uk.redress.complaint.action_planned.v1"
    ACTION_CHANGED = "uk.redress.complaint.action_changed.v1"
    ACTION_DONE = "uk.redress.complaint.action_done.v1"
    ACTION_RECURRED = "uk.redress.complaint.action_recurred.v1"  # it did not hold, and is to be done again
    ACTION_ENDED = "uk.redress.complaint.action_ended.v1"  # it held, or was let go of
    NEEDS_ATTENTION = "uk.redress.complaint.needs_attention.v1"
    RESPONDED = "uk.redress.complaint.responded.v1"
    CLOSED = "uk.redress.complaint.closed.v1"
    WITHDRAWN = "uk.redress.complaint.withdrawn.v1"
    ENDED = "uk.redress.complaint.ended.v1"  # another end: resolved, not taken up, opened in error
    PING = "uk.redress.ping.v1"  # of no complaint: whether webhooks arrive


class JointEvent(StrEnum):
    """What is told to another body of its own contributions, or of learning shared with it, and to nobody else."""

    MESSAGE = "uk.redress.joint.message.v1"
    CREDENTIAL = "uk.redress.joint.credential.v1"  # the credential of a contribution has another number from now on
    LEARNING_SHARED = "uk.redress.joint.learning_shared.v1"  # of no contribution: learning is there to be fetched
    LEARNING_WITHDRAWN = "uk.redress.joint.learning_withdrawn.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksStart:
    """Start the one workflow of a subscription, or carry it into its next run."""

    organisation_id: UUID
    subscription_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksAct:
    """Ask for one step with a subscription. `now` is the workflow's time; `delivery_id` is what a step is about."""

    organisation_id: UUID
    subscription_id: UUID
    now: datetime
    delivery_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksLook:
    """What is to be sent next, and when. `over` says that the subscription has ended."""

    queued: int
    next_delivery_id: UUID | None = None
    next_at: datetime | None = None
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksSent:
    """What became of one attempt. `failure` says why it did not arrive, as a code."""

    state: DeliveryState
    failure: Code | None = None
