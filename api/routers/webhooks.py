"""Subscriptions to webhooks: made, read, changed, paused, resumed, given a new secret, ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.cursors import decode, encode
from api.deps import Cursor, Limit, PartsDep, Subscriber
from api.office_desk import Desk, Entry, Make, wrong
from api.openapi import A_READ, A_WRITE, ONE_READ, answers, header, problems
from api.problems import Problem
from api.schemas.webhooks import (
    SubscriptionDetail,
    Subscriptions,
    SubscriptionSaid,
    SubscriptionSecret,
    SubscriptionShown,
)
from api.webhook_desk import BOTH_SIGN, WebhookDeskDep, found, found_own, opened, sealed, sees_only, tell
from contracts.webhooks import SubscriptionState
from db.models.webhooks import WebhookSubscription
from db.queries import webhook_reads, webhooks
from db.queries.office import said_under

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

MOST_OPEN: Final = 20
_A_CHANGE: Final = (*A_WRITE, "not_found", "subscription_ended")
_OF_OURS: Final = (*_A_CHANGE, "of_a_partner")
_FAULTS: Final = {
    "not_an_address": "This is not an address that can be called.",
    "credentials_or_fragment": "An address holds neither a user nor a fragment.",
    "https_needed": "Events are sent by https only.",
    "address_refused": "This address is not of the public internet.",
}


@router.post(
    "",
    operation_id="subscribe",
    status_code=201,
    responses=answers(201, SubscriptionSecret, "It is stored.", header("Location", "Where it is read."))
    | problems(*A_WRITE, "too_many_subscriptions", "secrets_key_missing"),
)
async def subscribe(desk: WebhookDeskDep, body: SubscriptionSaid) -> Response:
    """Have events sent to an address from now on. The secret is in this answer, and in no other."""
    _check(desk, body)

    async def make(session: AsyncSession) -> Entry:
        if await webhook_reads.count_open(session) >= MOST_OPEN:
            raise Problem("too_many_subscriptions")
        row = _new(desk, body)
        session.add(row)
        return Entry(kind="webhooks.subscribed", subject_id=row.id, data={"secret": row.secret_number})

    shown = await desk.change(body, make=make, show=_showing_secret(desk))
    return reply(shown, 201, {"Location": f"/v1/webhooks/{shown.id}"})


def _new(desk: Desk, said: SubscriptionSaid) -> WebhookSubscription:
    subscription_id = uuid7()
    return WebhookSubscription(
        id=subscription_id,
        organisation_id=desk.who.organisation_id,
        url=said.url,
        description=said.description,
        types=_types(said),
        state=SubscriptionState.ACTIVE.value,
        secret=sealed(desk.parts, subscription_id),
        secret_number=1,
        caller=desk.who.subject,
        created_by=desk.who.person_id,
        created_at=desk.now,
        resumed_at=desk.now,
    )


def _types(said: SubscriptionSaid) -> list[str]:
    return list(dict.fromkeys(each.value for each in said.types))


def _check(desk: Desk, said: SubscriptionSaid) -> None:
    if (fault := desk.parts.webhook_reach.fault_of(said.url)) is not None:
        raise wrong("/url", fault, _FAULTS[fault])


def _showing_secret(desk: Desk) -> Callable[[AsyncSession, UUID], Awaitable[SubscriptionSecret]]:
    """Return what shows a subscription with the secret that this very request made, if it is still the present one."""

    async def show(session: AsyncSession, subscription_id: UUID) -> SubscriptionSecret:
        row = await found(session, desk.who, subscription_id)
        entry = await said_under(session, caller=desk.who.subject, route=desk.envelope.route, key=desk.envelope.key)
        present = entry is not None and entry.data.get("secret") == row.secret_number
        still = present and row.state != SubscriptionState.ENDED
        return SubscriptionSecret.with_secret(row, opened(desk.parts, row) if still else None)

    return show


@router.get("", operation_id="listSubscriptions", response_model=Subscriptions, responses=problems(*A_READ))
async def list_subscriptions(
    parts: PartsDep,
    who: Subscriber,
    state: SubscriptionState | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Subscriptions:
    """List subscriptions, the newest first. A case system sees those that it made itself."""
    key = decode(cursor, "createdAt", datetime)
    after = key if key is not None and key.value is not None else None
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await webhook_reads.subscriptions(
            session, caller=sees_only(who), state=state, after=after, limit=limit + 1
        )
    last = rows[limit - 1] if len(rows) > limit else None
    return Subscriptions(
        items=[SubscriptionShown.of(row) for row in rows[:limit]],
        next=None if last is None else encode("createdAt", last.created_at, last.id),
    )


@router.get(
    "/{subscription_id}",
    operation_id="getSubscription",
    response_model=SubscriptionDetail,
    responses=problems(*ONE_READ),
)
async def get_subscription(parts: PartsDep, who: Subscriber, subscription_id: UUID) -> SubscriptionDetail:
    """Show a subscription, and how it does."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        row = await found(session, who, subscription_id)
        return SubscriptionDetail.with_figures(row, await webhook_reads.figures(session, row.id))


@router.put(
    "/{subscription_id}",
    operation_id="changeSubscription",
    response_model=SubscriptionShown,
    responses=problems(*_OF_OURS),
)
async def change_subscription(desk: WebhookDeskDep, subscription_id: UUID, body: SubscriptionSaid) -> SubscriptionShown:
    """Have events sent elsewhere, or others. What waits goes to the new address."""
    _check(desk, body)

    async def make(session: AsyncSession) -> Entry:
        row = await found_own(session, desk.who, subscription_id)
        row.url, row.description, row.types = body.url, body.description, _types(body)
        return Entry(kind="webhooks.changed", subject_id=row.id)

    return await _changed(desk, subscription_id, make, body)


@router.post(
    "/{subscription_id}/pause",
    operation_id="pauseSubscription",
    response_model=SubscriptionShown,
    responses=problems(*_A_CHANGE),
)
async def pause_subscription(desk: WebhookDeskDep, subscription_id: UUID) -> SubscriptionShown:
    """Send nothing for the time being. What happens meanwhile waits, in its order."""

    async def make(session: AsyncSession) -> Entry:
        row = await found(session, desk.who, subscription_id, lock=True, ended=False)
        if row.state == SubscriptionState.ACTIVE:
            row.state, row.paused_because = SubscriptionState.PAUSED.value, "asked"
        return Entry(kind="webhooks.paused", subject_id=row.id)

    return await _changed(desk, subscription_id, make)


@router.post(
    "/{subscription_id}/resumption",
    operation_id="resumeSubscription",
    response_model=SubscriptionShown,
    responses=problems(*_A_CHANGE),
)
async def resume_subscription(desk: WebhookDeskDep, subscription_id: UUID) -> SubscriptionShown:
    """Send what waits, at once: after a pause, or because the receiver is known to be back."""

    async def make(session: AsyncSession) -> Entry:
        row = await found(session, desk.who, subscription_id, lock=True, ended=False)
        row.state, row.paused_because, row.resumed_at = SubscriptionState.ACTIVE.value, None, desk.now
        await webhook_reads.send_at_once(session, row.id, desk.now)
        await webhooks.end_task(session, row.id, desk.now)
        return Entry(kind="webhooks.resumed", subject_id=row.id)

    return await _changed(desk, subscription_id, make)


@router.post(
    "/{subscription_id}/rotation",
    operation_id="rotateSecret",
    responses=answers(200, SubscriptionSecret, "The new secret signs from now on; for a day the one before signs too.")
    | problems(*_OF_OURS, "secrets_key_missing"),
)
async def rotate_secret(desk: WebhookDeskDep, subscription_id: UUID) -> Response:
    """Make a new secret. It is in this answer, and in no other."""

    async def make(session: AsyncSession) -> Entry:
        row = await found_own(session, desk.who, subscription_id)
        row.previous_secret, row.previous_until = row.secret, desk.now + BOTH_SIGN
        row.secret, row.secret_number = sealed(desk.parts, row.id), row.secret_number + 1
        return Entry(kind="webhooks.rotated", subject_id=row.id, data={"secret": row.secret_number})

    shown = await desk.change(None, subscription_id, make=make, show=_showing_secret(desk))
    return reply(shown, 200, {})


@router.post(
    "/{subscription_id}/end",
    operation_id="endSubscription",
    response_model=SubscriptionShown,
    responses=problems(*_OF_OURS),
)
async def end_subscription(desk: WebhookDeskDep, subscription_id: UUID) -> SubscriptionShown:
    """End a subscription for good. What waits is not sent; its log can still be read."""

    async def make(session: AsyncSession) -> Entry:
        row = await found_own(session, desk.who, subscription_id)
        row.state, row.ended_at, row.paused_because = SubscriptionState.ENDED.value, desk.now, None
        row.secret, row.previous_secret, row.previous_until = b"", None, None
        await webhook_reads.end_queued(session, row.id, desk.now)
        await webhooks.end_task(session, row.id, desk.now)
        return Entry(kind="webhooks.ended", subject_id=row.id)

    return await _changed(desk, subscription_id, make)


async def _changed(
    desk: Desk,
    subscription_id: UUID,
    make: Make,
    body: SubscriptionSaid | None = None,
) -> SubscriptionShown:
    async def show(session: AsyncSession, row_id: UUID) -> SubscriptionShown:
        return SubscriptionShown.of(await found(session, desk.who, row_id))

    shown = await desk.change(body, subscription_id, make=make, show=show)
    await tell(desk, subscription_id)
    return shown
