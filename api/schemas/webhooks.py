"""Webhooks: subscribing to events, what was sent to a receiver, and sending it once more."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field, StrictStr, model_validator

from api.schemas.base import AnyTime, Line, Request, UtcTime, Wire
from contracts.webhooks import DeliveryState, EventType, JointEvent, SubscriptionState
from db.models.webhooks import WebhookAttempt, WebhookSubscription
from db.queries.webhook_reads import Figures, Logged

MOST_REPLAYED: Final = 10_000
_MOST_NAMED: Final = 1_000
_TYPES: Final[dict[str, EventType | JointEvent]] = {each.value: each for each in (*EventType, *JointEvent)}


class SubscriptionSaid(Request):
    """Where events are to be sent, and which."""

    url: Annotated[StrictStr, Field(min_length=9, max_length=2_000, pattern=r"^https?://[\x21-\x7e]+$")] = Field(
        description="https, of the public internet, without user or fragment. It is looked up at every attempt.",
        examples=["https://cases.example.nhs.uk/hooks/redress"],
    )
    description: Annotated[Line, Field(min_length=1, max_length=200)] = Field(
        description="What receives there, for people. No names of patients or staff.", examples=["Case system"]
    )
    types: list[EventType] = Field(default=[], max_length=len(EventType), description="None: every type there is.")


class ReplaySaid(Request):
    """What is to be sent once more: some events, or all that happened from an instant until before another."""

    event_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=_MOST_NAMED)
    since: AnyTime | None = None
    until: AnyTime | None = None

    @model_validator(mode="after")
    def _one_way(self) -> ReplaySaid:
        between = self.since is not None and self.until is not None and self.since < self.until
        if (self.event_ids is not None) == between or (self.since is None) != (self.until is None):
            raise ValueError("Name the events, or both instants, the earlier first.")
        return self


class SubscriptionShown(Wire):
    """A subscription. Its secret is never shown again."""

    id: UUID
    url: str
    description: str
    types: list[EventType] = Field(description="None: every type there is.")
    state: SubscriptionState
    paused_because: str | None = Field(description="`asked`, or `gone`: the receiver answered 410.")
    created_at: UtcTime
    ended_at: UtcTime | None
    partner_id: UUID | None = Field(
        default=None, description="Another body's receiver: it hears of its own contributions alone."
    )
    secret_number: int = Field(description="1, and one more with each rotation.")
    previous_secret_until: UtcTime | None = Field(description="Until then the secret before signs too.")

    @classmethod
    def of(cls, row: WebhookSubscription) -> SubscriptionShown:
        """Return a subscription as it is shown."""
        return cls(**_facts(row))


class SubscriptionDetail(SubscriptionShown):
    """A subscription, and how it does."""

    queued: int = Field(description="Events that wait to be sent.")
    dead: int = Field(description="Events that were given up. They can be replayed.")
    waiting_since: UtcTime | None
    last_delivered_at: UtcTime | None

    @classmethod
    def with_figures(cls, row: WebhookSubscription, found: Figures) -> SubscriptionDetail:
        """Return a subscription with its figures."""
        return cls(
            **_facts(row),
            queued=found.queued,
            dead=found.dead,
            waiting_since=found.waiting_since,
            last_delivered_at=found.last_delivered_at,
        )


class SubscriptionSecret(SubscriptionShown):
    """A subscription with a new secret: keep it, it is not shown again."""

    secret: str | None = Field(
        description="`whsec_` and base64, as libraries of Standard Webhooks take it. None where this answer is"
        " repeated after another rotation.",
        examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
    )

    @classmethod
    def with_secret(cls, row: WebhookSubscription, secret: str | None) -> SubscriptionSecret:
        """Return a subscription with its secret."""
        return cls(**_facts(row), secret=secret)


class Subscriptions(Wire):
    """A page of subscriptions."""

    items: list[SubscriptionShown]
    next: str | None = Field(description="The cursor of the next page.")


class AttemptShown(Wire):
    """One attempt to send."""

    number: int
    at: UtcTime
    outcome: str = Field(description="`accepted`, or why not, as a code.")
    status: int | None = Field(description="The receiver's HTTP status, if there was one.")
    milliseconds: int

    @classmethod
    def of(cls, row: WebhookAttempt) -> AttemptShown:
        """Return an attempt as it is shown."""
        return cls(number=row.number, at=row.at, outcome=row.outcome, status=row.status, milliseconds=row.milliseconds)


class DeliveryShown(Wire):
    """One event on its way to a receiver."""

    number: int = Field(description="The order of sending, with gaps.")
    event_id: UUID = Field(description="`webhook-id`, and the `id` of the event: the same at every repeat.")
    type: EventType | JointEvent
    reference: str | None = Field(description="Of the complaint; none for a ping, and for what another body is told.")
    occurred_at: UtcTime
    state: DeliveryState
    replay_id: UUID | None = Field(description="The replay that this belongs to.")
    queued_at: UtcTime
    next_attempt_at: UtcTime | None
    settled_at: UtcTime | None
    failure: str | None = Field(description="Why the last attempt failed, as a code.")
    attempts: list[AttemptShown]

    @classmethod
    def of(cls, found: Logged) -> DeliveryShown:
        """Return a delivery as it is shown."""
        row = found.delivery
        waits = row.state == DeliveryState.QUEUED
        return cls(
            number=row.n,
            event_id=row.event_id,
            type=_TYPES[row.type],
            reference=found.reference,
            occurred_at=row.occurred_at,
            state=DeliveryState(row.state),
            replay_id=row.replay_id,
            queued_at=row.queued_at,
            next_attempt_at=row.next_at if waits else None,
            settled_at=row.settled_at,
            failure=row.failure,
            attempts=[AttemptShown.of(each) for each in found.attempts],
        )


class Deliveries(Wire):
    """A page of the log."""

    items: list[DeliveryShown]
    next: int | None = Field(description="`before` of the next page.")


class QueuedShown(Wire):
    """What was queued: it is sent after what waits already."""

    id: UUID = Field(description="The replay; of a test, the event.")
    count: int = Field(description="How many events. What waited to be sent anyhow is not among them.")


def _facts(row: WebhookSubscription) -> dict[str, object]:
    return {
        "id": row.id,
        "url": row.url,
        "description": row.description,
        "types": [EventType(each) for each in row.types],
        "state": SubscriptionState(row.state),
        "paused_because": row.paused_because,
        "created_at": row.created_at,
        "ended_at": row.ended_at,
        "partner_id": row.partner_id,
        "secret_number": row.secret_number,
        "previous_secret_until": row.previous_until,
    }
