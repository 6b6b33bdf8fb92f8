"""What the workflows beside a complaint add to their histories: a member of staff's involvement, and webhooks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from temporalio.client import WorkflowHandle

from contracts import names
from contracts.webhooks import EventType, WebhooksStart
from db.models.webhooks import WebhookSubscription
from db.queries import webhooks
from db.queries.webhooks import NewDelivery
from gateways.sealing import Sealing, about
from gateways.webhooks import new_secret
from tests.bodies import Body
from tests.lives.member import a_member
from tests.receiver import Receiver, a_receiver
from tests.world import MORNING, World, until

# The last rungs of a ladder: late on the morning after the day on which a member of staff should have been told.
_OVERDUE: Final = MORNING + timedelta(days=6)


async def of_an_involvement(world: World, body: Body) -> tuple[list[list[Any]], list[Any]]:
    """Return the events that each rung of an involvement added, and those of what was said of it after them."""
    world.clock.time = MORNING
    member = await a_member(world, body)
    rungs = []
    counted = await _events(member.handle)
    while world.clock.time < _OVERDUE:
        fired = await _fired(world, body, member.id)
        await member.to(world.clock.time + timedelta(hours=6))
        found = await _events(member.handle)
        if await _fired(world, body, member.id) == fired + 1:
            rungs.append(found[len(counted) :])
        counted = found
    await member.told()
    return rungs, (await _events(member.handle))[len(counted) :]


async def _fired(world: World, body: Body, id: UUID) -> int:
    sql = "select count(*) as n from fired_rung f join clock c on c.id = f.clock_id where c.involvement_id = :id"
    return int((await world.row(body, sql, id=id))["n"])


async def of_a_webhook(world: World, body: Body, secrets: str) -> list[Any]:
    """Return the events that one event added which came to an idle subscription, and arrived."""
    async with a_receiver() as receiver:
        id = await _subscribe(world, body, receiver, secrets)
        handle = world.client.get_workflow_handle(names.webhooks_workflow_id(id))
        await _carry(world, body, id, receiver, handle, 1)
        before = await _events(handle)
        await _carry(world, body, id, receiver, handle, 2)
        return (await _events(handle))[len(before) :]


async def _carry(
    world: World, body: Body, id: UUID, receiver: Receiver, handle: WorkflowHandle[Any, Any], number: int
) -> None:
    """Queue an event, wake the workflow, and wait until it has arrived and the workflow rests."""
    now = datetime.now(UTC)
    event = NewDelivery(
        event_id=uuid4(), complaint_id=None, type=EventType.PING.value, occurred_at=now, stage=None, version=None,
        about={},
    )  # fmt: skip
    async with world.database.tenant(body.id, now) as session:
        await webhooks.queue(session, body.id, id, [event], now)
    await world.engine.tell_webhooks(WebhooksStart(organisation_id=body.id, subscription_id=id))

    async def rests() -> bool:
        raw = (await handle.describe()).raw_description
        return len(receiver.taken) == number and not (raw.pending_activities or raw.HasField("pending_workflow_task"))

    await until(rests)


async def _subscribe(world: World, body: Body, receiver: Receiver, secrets: str) -> UUID:
    id, now = uuid4(), datetime.now(UTC)
    sealed = Sealing.of(secrets).seal(new_secret(), about("webhook_subscription.secret", id))
    async with world.database.tenant(body.id, now) as session:
        session.add(
            WebhookSubscription(
                id=id, organisation_id=body.id, url=receiver.url, description="Bench", types=[], state="active",
                secret=sealed, secret_number=1, caller="bench", created_at=now, resumed_at=now,
            )
        )  # fmt: skip
    return id


async def _events(handle: WorkflowHandle[Any, Any]) -> list[Any]:
    return list((await handle.fetch_history()).events)
