"""What the routes of partners share: finding one, its secrets, its receiver, and how it is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.caller import Caller
from api.office_desk import Desk, wrong
from api.problems import Problem
from api.schemas.partners import BY_SYSTEM, PartnerContactSaid, PartnerSaid, PartnerSecret, PartnerShown, partner_facts
from contracts.webhooks import JointEvent, SubscriptionState
from db.models.partners import Partner, PartnerContact
from db.models.webhooks import WebhookSubscription
from db.queries import partners, webhook_reads, webhooks
from db.queries.office import said_under
from db.queries.webhooks import NewDelivery
from gateways.partner_secrets import seal, secrets_of
from gateways.sealing import about
from gateways.webhooks import new_secret

BOTH_HOLD: Final = timedelta(days=7)  # after a rotation: people tell each other
_RECEIVER_SECRET: Final = "webhook_subscription.secret"
_FAULTS: Final = {
    "not_an_address": "This is not an address that can be called.",
    "credentials_or_fragment": "An address holds neither a user nor a fragment.",
    "https_needed": "Other bodies are reached by https only.",
    "address_refused": "This address is not of the public internet.",
}


async def found(session: AsyncSession, partner_id: UUID, *, lock: bool = False, ended: bool = True) -> Partner:
    """Return a partner of the caller's organisation. Raises a problem else; without `ended` for one that has."""
    row = await partners.find(session, partner_id, lock=lock)
    if row is None:
        raise Problem("not_found")
    if not ended and row.ended_at is not None:
        raise Problem("partner_ended")
    return row


def check(desk: Desk, said: PartnerSaid) -> None:
    """Refuse addresses that may not be called, and those of a body that has no system."""
    for pointer, url in (("/doorUrl", said.door_url), ("/hookUrl", said.hook_url)):
        if url is None:
            continue
        if said.way != BY_SYSTEM:
            raise wrong(pointer, "not_by_system", "Only a body that takes part by a system has an address.")
        if (fault := desk.parts.webhook_reach.fault_of(url)) is not None:
            raise wrong(pointer, fault, _FAULTS[fault])


async def shown(session: AsyncSession, who: Caller, row: Partner) -> PartnerShown:
    """Return a partner as a caller may see it."""
    return PartnerShown.model_validate(await facts(session, who, row))


async def facts(session: AsyncSession, who: Caller, row: Partner) -> dict[str, object]:
    """Return all that is shown of a partner."""
    contacts = await partners.contacts_of(session, [row.id]) if who.sees_words else None
    receiver = await partners.subscription_of(session, row.id)
    return partner_facts(row, who.organisation_code, contacts, receiver.id if receiver is not None else None)


def showing_secret(desk: Desk) -> Callable[[AsyncSession, UUID], Awaitable[PartnerSecret]]:
    """Return what shows a partner with the secret that this very request made, if it is still the present one."""

    async def show(session: AsyncSession, partner_id: UUID) -> PartnerSecret:
        row = await found(session, partner_id)
        entry = await said_under(session, caller=desk.who.subject, route=desk.envelope.route, key=desk.envelope.key)
        made = entry is not None and entry.data.get("made") == row.secret_number and row.secret is not None
        secrets = secrets_of(desk.parts.sealing, row, desk.now) if made else []
        return PartnerSecret.model_validate(
            {**await facts(session, desk.who, row), "secret": secrets[0] if secrets else None}
        )

    return show


def share(desk: Desk, row: Partner, given: str | None, *, at_once: bool = False) -> dict[str, int]:
    """Give a partner a new secret, and return what the ledger says of it. Raises a problem where none can be kept."""
    if not desk.parts.sealing.can_seal:
        raise Problem("secrets_key_missing")
    both = row.secret is not None and not at_once
    row.previous_secret, row.previous_until = (row.secret, desk.now + BOTH_HOLD) if both else (None, None)
    row.secret = seal(desk.parts.sealing, row.id, given or new_secret())
    row.secret_number += 1
    return {"secret": row.secret_number} | ({"made": row.secret_number} if given is None else {})


def name_contacts(session: AsyncSession, desk: Desk, row: Partner, said: list[PartnerContactSaid]) -> None:
    """Write whom to reach at another body."""
    for each in said:
        session.add(
            PartnerContact(
                id=uuid7(),
                organisation_id=row.organisation_id,
                partner_id=row.id,
                role=each.role,
                name=each.name,
                email=each.email,
                phone=each.phone,
                said_at=desk.now,
            )
        )


async def settle_receiver(session: AsyncSession, desk: Desk, row: Partner) -> UUID | None:
    """Have the partner's receiver be as the partner is now: there or ended, its address, its secrets."""
    receiver = await partners.subscription_of(session, row.id, lock=True)
    wanted = row.way == BY_SYSTEM and row.hook_url is not None and row.secret is not None and row.ended_at is None
    if not wanted or row.hook_url is None:
        if receiver is not None:
            await _end(session, desk, receiver)
        return receiver.id if receiver is not None else None
    is_new = receiver is None
    if receiver is None:
        receiver = _new(desk, row, row.hook_url)
        session.add(receiver)
    receiver.url = row.hook_url
    _seal(desk, row, receiver)
    await session.flush()
    if is_new:
        await _tell_of_all(session, desk, row, receiver)
    return receiver.id


async def _tell_of_all(session: AsyncSession, desk: Desk, row: Partner, receiver: WebhookSubscription) -> None:
    """Have a receiver that is new be told of what was said before there was one: nobody else tells its system."""
    for each in await partners.told(session, row.id):
        number = await partners.credential_number(session, row.id, each.id)
        about = {"contributionId": str(each.id), "credential": number}
        event = NewDelivery(
            event_id=uuid5(each.id, f"all/{receiver.id}"),
            complaint_id=None,
            type=JointEvent.MESSAGE.value,
            occurred_at=desk.now,
            stage=None,
            version=None,
            about={**about, "messageId": None, "seq": each.sent, "kind": None},
        )
        await webhooks.queue(session, row.organisation_id, receiver.id, [event], desk.now)


def _new(desk: Desk, row: Partner, url: str) -> WebhookSubscription:
    return WebhookSubscription(
        id=uuid7(),
        organisation_id=row.organisation_id,
        url=url,
        description=f"Partner {row.code}",
        types=[],
        state=SubscriptionState.ACTIVE.value,
        secret=b"",
        secret_number=row.secret_number,
        caller=f"partner/{row.id}",
        created_by=desk.who.person_id,
        created_at=desk.now,
        resumed_at=desk.now,
        partner_id=row.id,
    )


def _seal(desk: Desk, row: Partner, receiver: WebhookSubscription) -> None:
    """Have the receiver's webhooks signed with the partner's own secrets."""
    place, sealing = about(_RECEIVER_SECRET, receiver.id), desk.parts.sealing
    secrets = secrets_of(sealing, row, desk.now)
    if not secrets:
        raise Problem("secrets_key_missing")
    receiver.secret, receiver.secret_number = sealing.seal(secrets[0], place), row.secret_number
    receiver.previous_secret = sealing.seal(secrets[1], place) if len(secrets) > 1 else None
    receiver.previous_until = row.previous_until if len(secrets) > 1 else None


async def _end(session: AsyncSession, desk: Desk, receiver: WebhookSubscription) -> None:
    receiver.state, receiver.ended_at, receiver.paused_because = SubscriptionState.ENDED.value, desk.now, None
    receiver.secret, receiver.previous_secret, receiver.previous_until = b"", None, None
    await webhook_reads.end_queued(session, receiver.id, desk.now)
    await webhooks.end_task(session, receiver.id, desk.now)
