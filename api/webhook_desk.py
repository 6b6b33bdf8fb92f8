"""What the routes of webhooks share: whose subscription it is, its secrets, and waking its workflow."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

import structlog
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import PlainEnvelopeDep
from api.caller import Caller
from api.deps import PartsDep, Subscriber
from api.office_desk import Desk
from api.parts import Parts
from api.permissions import Permission, Role
from api.problems import Problem
from contracts.webhooks import SubscriptionState, WebhooksStart
from db.models.webhooks import WebhookSubscription
from db.queries import webhooks
from gateways.sealing import about
from gateways.webhooks import new_secret

BOTH_SIGN: Final = timedelta(hours=24)  # after a rotation
_SECRET: Final = "webhook_subscription.secret"
_SEES_ALL: Final = frozenset({Role.COMPLAINTS_MANAGER, Role.OPERATOR})
_log = structlog.get_logger(__name__)


def _desk(parts: PartsDep, who: Subscriber, envelope: PlainEnvelopeDep) -> Desk:
    return Desk(parts=parts, who=who, envelope=envelope, now=parts.clock.now(), permission=Permission.SUBSCRIBE)


WebhookDeskDep = Annotated[Desk, Depends(_desk)]


def sees_only(who: Caller) -> str | None:
    """Return the subject whose subscriptions alone a caller sees: a case system's its own; None is all."""
    return None if who.roles & _SEES_ALL else who.subject


async def found(
    session: AsyncSession, who: Caller, subscription_id: UUID, *, lock: bool = False, ended: bool = True
) -> WebhookSubscription:
    """Return a subscription that is the caller's to see. Raises a problem else; without `ended` for one that has."""
    row = await webhooks.find(session, subscription_id, lock=lock)
    if row is None or sees_only(who) not in (None, row.caller):
        raise Problem("not_found")
    if not ended and row.state == SubscriptionState.ENDED:
        raise Problem("subscription_ended")
    return row


async def found_own(session: AsyncSession, who: Caller, subscription_id: UUID) -> WebhookSubscription:
    """Return one of our own systems' to be changed, locked. Another body's goes with its partner: a problem."""
    row = await found(session, who, subscription_id, lock=True, ended=False)
    if row.partner_id is not None:
        raise Problem("of_a_partner")
    return row


def sealed(parts: Parts, subscription_id: UUID) -> bytes:
    """Return a new secret, sealed. Raises a problem where this installation can keep none."""
    if not parts.sealing.can_seal:
        raise Problem("secrets_key_missing")
    return parts.sealing.seal(new_secret(), about(_SECRET, subscription_id))


def opened(parts: Parts, row: WebhookSubscription) -> str:
    """Return the present secret of a subscription."""
    return parts.sealing.unseal(row.secret, about(_SECRET, row.id))


async def tell(desk: Desk, subscription_id: UUID) -> None:
    """Have the workflow of a subscription look. One that cannot be reached now is left to the sweep."""
    start = WebhooksStart(organisation_id=desk.who.organisation_id, subscription_id=subscription_id)
    try:
        async with asyncio.timeout(desk.parts.verdict_budget.total_seconds()):
            await desk.parts.engine.tell_webhooks(start)
    except Exception as error:  # noqa: BLE001 - whatever it is, the sweep stands behind it
        _log.warning("start.left_to_sweep", subscription=str(subscription_id), failure=type(error).__name__)
