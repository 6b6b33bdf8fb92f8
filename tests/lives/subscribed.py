"""Systems that subscribe to the events of a planted organisation, at marked addresses, and what they are sent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from contracts import names
from contracts.webhooks import EventType
from gateways.sealing import Sealing, about
from policies.webhook_events import Envelope, body_of
from tests.lives.markers import MARKER, SEALING_KEY, WEBHOOK_SECRET, marker
from tests.lives.planted import Migrator, Planted
from tests.receiver import Receiver
from tests.world import MORNING

# So few that they stand in one run of the workflow, whose history is looked through.
_FEW = (EventType.STAFF_TOLD, EventType.PROMISE_KEPT, EventType.NOTICE_FAILED, EventType.RESPONDED)


def subscribe(planted: Planted, migrator: Migrator) -> None:
    """Subscribe to everything, held back: what is queued stays to be looked at."""
    _insert(planted, migrator, url=f"https://hooks.example/{MARKER}", types="[]", state="paused")


def subscribe_to_some(planted: Planted, migrator: Migrator, receiver: Receiver) -> UUID:
    """Subscribe to a few events, which are sent; the first attempt fails."""
    receiver.plan.append(500)
    types = ", ".join(f'"{each.value}"' for each in _FEW)
    return _insert(planted, migrator, url=f"{receiver.url}&to={MARKER}", types=f"[{types}]", state="active")


def a_partner(planted: Planted, migrator: Migrator, receiver: Receiver, code: str) -> UUID:
    """Write another body with a system of its own, and subscribe it to what is said to it, at a marked address."""
    partner_id = uuid4()
    secret = Sealing.of(SEALING_KEY).seal(WEBHOOK_SECRET, about("partner.secret", partner_id))
    migrator.execute(
        "insert into partner (id, organisation_id, code, name, body_kind, bound, way, door_url, hook_url, secret,"
        " secret_number, created_at, changed_at)"
        " values (%s, %s, %s, %s, 'nhs', 'regulation_9', 'system', %s, %s, %s, 1, %s, %s)",
        (
            *(partner_id, planted.body.id, code, marker("Partner.name"), f"https://door.example/{MARKER}"),
            *(f"{receiver.url}&to={MARKER}", secret, MORNING, MORNING),
        ),
    )
    migrator.execute(
        "insert into partner_contact (id, organisation_id, partner_id, role, name, email, phone, said_at)"
        " values (%s, %s, %s, 'contact', %s, %s, %s, %s)",
        (
            *(uuid4(), planted.body.id, partner_id, marker("PartnerContact.name")),
            *(f"{MARKER}.partner@example.org", marker("PartnerContact.phone"), MORNING),
        ),
    )
    hook = _insert(planted, migrator, url=f"{receiver.url}&to={MARKER}", types="[]", state="active")
    migrator.execute("update webhook_subscription set partner_id = %s where id = %s", (partner_id, hook))
    planted.partners.append(hook)
    return partner_id


def _insert(planted: Planted, migrator: Migrator, *, url: str, types: str, state: str) -> UUID:
    subscription_id = uuid4()
    secret = Sealing.of(SEALING_KEY).seal(WEBHOOK_SECRET, about("webhook_subscription.secret", subscription_id))
    migrator.execute(
        "insert into webhook_subscription (id, organisation_id, url, description, types, state, secret, secret_number,"
        " caller, created_at, resumed_at) values (%s, %s, %s, %s, %s, %s, %s, 1, 'case-system', %s, %s)",
        (
            *(subscription_id, planted.body.id, url, marker("WebhookSubscription.description"), types, state, secret),
            *(MORNING, MORNING),
        ),
    )
    planted.others.append(names.webhooks_workflow_id(subscription_id))
    return subscription_id


async def all_sent(planted: Planted, subscription_id: UUID) -> None:
    """Bring the workflow of a subscription to the time of the lives, and on until it has sent what is queued."""
    handle = planted.world.client.get_workflow_handle(names.webhooks_workflow_id(subscription_id))
    queued = "select count(*) as left from webhook_delivery where subscription_id = :id and state = 'queued'"
    length = planted.world.clock.now() - datetime.now(UTC)
    async with asyncio.timeout(120):
        while (await planted.row(queued, subscription_id))["left"]:
            await planted.world.skipper.fast_forward(handle, length)
            length = timedelta(minutes=1)  # one that was not taken is tried again after a while


async def told(planted: Planted) -> dict[str, bytes]:
    """Return the body of every event that is queued, under its type and number."""
    rows = await planted.world.rows(
        planted.body,
        "select d.*, c.reference, o.code from webhook_delivery d join organisation o on o.id = d.organisation_id"
        " join complaint c on c.id = d.complaint_id order by d.n",
    )
    return {
        f"{row['type']} {row['n']}": body_of(
            Envelope(
                event_id=row["event_id"], organisation=row["code"], type=row["type"], occurred_at=row["occurred_at"],
                reference=row["reference"], stage=row["stage"], version=row["version"], about=row["about"],
            )
        )
        for row in rows
    }  # fmt: skip
