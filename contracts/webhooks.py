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
