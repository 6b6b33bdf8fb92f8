"""The effects of a subscription's workflow: find what is sent next, send it, and write down what came of it.

An event is sent outside every transaction. A crash between sending and writing sends it again, under the same id, by
which receivers drop repeats; nothing here can lose one.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.acts.standing import stands_in
from contracts import names
from contracts.code import Code
from contracts.failures import ErrorType
from contracts.webhooks import DeliveryState, SubscriptionState, WebhooksAct, WebhooksLook, WebhooksSent
from db.engine import Database
from db.models.webhooks import WebhookDelivery, WebhookSubscription
from db.models.work import Task
from db.queries import webhooks
from gateways.sealing import NoSecretsKey, Sealing, Unsealable, about
from gateways.webhooks import NO_SECRET, OutgoingWebhook, WebhookAnswer, WebhookGateway
from policies.calendars import local_date
from policies.webhook_events import Envelope, body_of
from policies.webhook_retries import Failed, Next, Step, after

_SECRET = "webhook_subscription.secret"
_ROLE = "complaints_manager"
_log = logging.getLogger(__name__)


class Webhooks:
    """Carry the events of a subscription, under its organisation."""

    def __init__(self, database: Database, gateway: WebhookGateway, sealing: Sealing) -> None:
        self._database = database
        self._gateway = gateway
        self._sealing = sealing

    @activity.defn(name=names.WEBHOOKS_LOOK)
    async def look(self, act: WebhooksAct) -> WebhooksLook:
        """Find what is sent next, and when. Raises NOT_FOUND."""
        async with self._database.tenant(act.organisation_id, _moment(act)) as session:
            subscription = await _found(session, act)
            if subscription.state == SubscriptionState.ENDED:
                return WebhooksLook(queued=0, over=True)
            queued = await webhooks.count_queued(session, subscription.id)
            if subscription.state == SubscriptionState.PAUSED or not queued:
                return WebhooksLook(queued=queued)
            head = await webhooks.head(session, subscription.id)
            if head is None:
                return WebhooksLook(queued=0)
            return WebhooksLook(queued=queued, next_delivery_id=head.id, next_at=head.next_at)

    @activity.defn(name=names.WEBHOOKS_SEND)
    async def send(self, act: WebhooksAct) -> WebhooksSent:
        """Make one attempt with one event, unless it is settled or nothing may be sent now. Raises NOT_FOUND."""
        now = _moment(act)
        async with self._database.tenant(act.organisation_id, now) as session:
            subscription, delivery = await _found(session, act), await _delivery(session, act)
            if delivery.state != DeliveryState.QUEUED or subscription.state != SubscriptionState.ACTIVE:
                return _sent(delivery)
            webhook = await self._webhook(session, subscription, delivery, now)
        answer = WebhookAnswer(outcome=NO_SECRET) if webhook is None else await self._gateway.send(webhook)
        async with self._database.tenant(act.organisation_id, now) as session:
            subscription = await _found(session, act, lock=True)
            delivery = await _delivery(session, act, lock=True)
            webhooks.note_attempt(session, delivery, now, answer.outcome, answer.status, answer.milliseconds)
            if delivery.state == DeliveryState.QUEUED:  # else its subscription was ended meanwhile
                await _settle(session, subscription, delivery, answer, now)
            return _sent(delivery)

    async def _webhook(
        self, session: AsyncSession, subscription: WebhookSubscription, delivery: WebhookDelivery, now: datetime
    ) -> OutgoingWebhook | None:
        """Return what is sent; None where its secret cannot be read: then nothing is sent that nobody could verify."""
        secrets = self._secrets(subscription, now)
        if not secrets:
            return None
        organisation, reference = await webhooks.names_of(session, delivery)
        envelope = Envelope(
            event_id=delivery.event_id,
            organisation=organisation,
            type=delivery.type,
            occurred_at=delivery.occurred_at,
            reference=reference,
            stage=delivery.stage,
            version=delivery.version,
            about=delivery.about,
        )
        return OutgoingWebhook(
            url=subscription.url,
            event_id=str(delivery.event_id),
            body=body_of(envelope),
            sent_at=now,
            secrets=secrets,
        )

    def _secrets(self, subscription: WebhookSubscription, now: datetime) -> list[str]:
        """Return what signs: the present secret, and for a day after a rotation the one before. None without it."""
        place, until = about(_SECRET, subscription.id), subscription.previous_until
        try:
            found = [self._sealing.unseal(subscription.secret, place)]
        except (NoSecretsKey, Unsealable):
            return []
        if subscription.previous_secret is not None and until is not None and now < until:
            # One that was lost with the key that sealed it may be the very reason of the rotation.
            with suppress(Unsealable):
                found.append(self._sealing.unseal(subscription.previous_secret, place))
        return found


def _moment(act: WebhooksAct) -> datetime:
    """Return the time of this attempt: receivers refuse a signature that is five minutes old."""
    info = activity.info()
    return act.now + (info.started_time - info.scheduled_time)


async def _found(session: AsyncSession, act: WebhooksAct, *, lock: bool = False) -> WebhookSubscription:
    found = await webhooks.find(session, act.subscription_id, lock=lock)
    if found is None:
        raise ApplicationError("no such subscription", type=ErrorType.NOT_FOUND, non_retryable=True)
    return found


async def _delivery(session: AsyncSession, act: WebhooksAct, *, lock: bool = False) -> WebhookDelivery:
    found = await webhooks.delivery(session, act.delivery_id, lock=lock) if act.delivery_id is not None else None
    if found is None or found.subscription_id != act.subscription_id:
        raise ApplicationError("no such delivery", type=ErrorType.NOT_FOUND, non_retryable=True)
    return found


async def _settle(
    session: AsyncSession,
    subscription: WebhookSubscription,
    delivery: WebhookDelivery,
    answer: WebhookAnswer,
    now: datetime,
) -> None:
    """Decide what follows from an attempt."""
    if answer.accepted:
        delivery.state, delivery.settled_at, delivery.failure = DeliveryState.DELIVERED.value, now, None
        return
    delivery.failure = f"status_{answer.status}" if answer.status is not None else answer.outcome
    step = _next(subscription, delivery, answer, now)
    delivery.next_at = step.at
    if step.next is Next.GIVE_UP:
        delivery.state, delivery.settled_at = DeliveryState.DEAD.value, now
        _log.error("event %s for subscription %s is dead: %s", delivery.event_id, subscription.id, delivery.failure)
    elif step.next is Next.PAUSE and subscription.state == SubscriptionState.ACTIVE:
        subscription.state, subscription.paused_because = SubscriptionState.PAUSED.value, "gone"
        _log.error("subscription %s is paused: its receiver is gone", subscription.id)
    if step.next is not Next.TRY_AGAIN or answer.outcome == NO_SECRET:
        await ask(session, subscription, delivery.id, now)


def _next(subscription: WebhookSubscription, delivery: WebhookDelivery, answer: WebhookAnswer, now: datetime) -> Step:
    asked = timedelta(seconds=answer.retry_after) if answer.retry_after is not None else None
    return after(
        Failed(
            delivery_id=delivery.id,
            number=delivery.attempts,
            at=now,
            since=max(delivery.queued_at, subscription.resumed_at),
            status=answer.status,
            retry_after=asked,
        )
    )


async def ask(session: AsyncSession, subscription: WebhookSubscription, cause: UUID, now: datetime) -> None:
    """Ask somebody to see to a receiver, once until they have."""
    if await webhooks.open_task(session, subscription.id) is not None:
        return
    task_id = uuid5(cause, f"{webhooks.TASK}/{subscription.secret_number}/{now.isoformat()}")
    person = await stands_in(session, _ROLE, local_date(now))
    session.add(
        Task(
            id=task_id,
            organisation_id=subscription.organisation_id,
            complaint_id=None,
            kind=webhooks.TASK,
            role=_ROLE,
            assignee_id=person.id if person else None,
            subject_id=subscription.id,
            act_id=cause,
            state="open",
            raised_at=now,
        )
    )


def _sent(delivery: WebhookDelivery) -> WebhooksSent:
    return WebhooksSent(
        state=DeliveryState(delivery.state), failure=Code(delivery.failure) if delivery.failure else None
    )
