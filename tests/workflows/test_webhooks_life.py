"""A subscription over real parts, under skipped time: a receiver that fails, is away for days, and comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from contracts import names
from contracts.commands import CommandKind
from contracts.webhooks import EventType, WebhooksStart
from db.desk_said import Assign
from db.models.webhooks import WebhookSubscription
from db.queries import webhooks
from db.queries.webhooks import NewDelivery
from gateways.engine import connect
from gateways.sealing import Sealing, about, new_key
from gateways.webhooks import new_secret
from runtime.settings import Settings
from tests.apart import Apart
from tests.bodies import Body
from tests.receiver import Receiver, a_receiver
from tests.world import World, a_world, until

KEY = new_key()


@pytest.fixture(scope="module")
async def living(own_server: str, apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    settings = Settings(
        environment="development",
        state_dir=tmp_path_factory.mktemp("state"),
        secrets_key=SecretStr(KEY),
        webhooks_allow_private=True,
    )
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


@pytest.fixture
def world(living: World) -> World:
    """Now, for once: the workflow of a subscription begins with its first event, at the machine's own time."""
    living.clock.time = datetime.now(UTC)
    return living


class Subscribed:
    """One subscription of a world, and its receiver."""

    def __init__(self, world: World, body: Body, receiver: Receiver, subscription_id: UUID) -> None:
        self.world, self.body, self.receiver, self.id = world, body, receiver, subscription_id
        self.handle = world.client.get_workflow_handle(names.webhooks_workflow_id(subscription_id))

    async def advance(self, length: timedelta) -> None:
        """Move the time of the subscription's workflow, and let it rest."""
        while length > timedelta():
            step = min(length, timedelta(hours=20))
            await self.world.skipper.fast_forward(self.handle, step)
            await self.settled()
            length -= step

    async def settled(self) -> None:
        async def quiet() -> bool:
            raw = (await self.handle.describe()).raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        await until(quiet)

    async def taken(self, count: int) -> None:
        async def all_there() -> bool:
            return len(self.receiver.taken) >= count

        await until(all_there)
        await self.settled()

    async def states(self) -> list[tuple[str, str, int]]:
        rows = await self.world.rows(
            self.body,
            "select type, state, attempts from webhook_delivery where subscription_id = :id order by n",
            id=self.id,
        )
        return [(row["type"].split(".")[-2], row["state"], row["attempts"]) for row in rows]

    async def wake(self) -> None:
        await self.world.engine.tell_webhooks(WebhooksStart(organisation_id=self.body.id, subscription_id=self.id))

    async def alter(self, **changes: Any) -> None:
        async with self.world.database.tenant(self.body.id, self.world.clock.now()) as session:
            row = await webhooks.find(session, self.id, lock=True)
            for name, value in changes.items():
                setattr(row, name, value)


async def subscribe(world: World, body: Body, receiver: Receiver) -> Subscribed:
    subscription_id, now = uuid4(), world.clock.now()
    sealed = Sealing.of(KEY).seal(new_secret(), about("webhook_subscription.secret", subscription_id))
    async with world.database.tenant(body.id, now) as session:
        session.add(
            WebhookSubscription(
                id=subscription_id, organisation_id=body.id, url=receiver.url, description="Case system", types=[],
                state="active", secret=sealed, secret_number=1, caller="case-system", created_at=now, resumed_at=now,
            )
        )  # fmt: skip
    return Subscribed(world, body, receiver, subscription_id)


async def log(world: World, body: Body) -> UUID:
    """Log a complaint a moment ahead of the machine's time: a workflow's time can be moved forwards only."""
    world.clock.time = datetime.now(UTC) + timedelta(seconds=1)
    return await world.log(body)


async def assign(world: World, body: Body, case: UUID, to: str) -> None:
    said = Assign(owner_id=body.person(to))
    submission = await world.say(body, case, CommandKind.ASSIGN, said, by="complaints_manager")
    assert submission.state == "applied", submission.refusal


async def test_a_receiver_that_fails_once_has_the_event_seconds_later(world: World, apart: Apart) -> None:
    async with a_receiver() as receiver:
        subscribed = await subscribe(world, apart.body(), receiver)
        receiver.plan.append(500)
        await log(world, subscribed.body)

        async def refused_once() -> bool:
            return len(receiver.arrived) == 1 and bool(await subscribed.states())

        await until(refused_once)
        await subscribed.settled()
        await subscribed.advance(timedelta(seconds=10))
        await subscribed.taken(1)
        first, second = receiver.arrived
        assert first.headers["webhook-id"] == second.headers["webhook-id"] and first.body == second.body
        assert await subscribed.states() == [("received", "delivered", 2)]


async def test_a_receiver_that_is_down_for_two_days_gets_everything_in_order_and_once(
    world: World, apart: Apart
) -> None:
    async with a_receiver(status=503) as receiver:
        subscribed = await subscribe(world, apart.body(), receiver)
        body = subscribed.body
        case = await log(world, body)
        for person in ("handler", "investigator", "handler"):
            await assign(world, body, case, person)
        other = await log(world, body)
        await subscribed.settled()
        await subscribed.advance(timedelta(days=2))
        tried = {each.headers["webhook-id"] for each in receiver.arrived}
        assert len(tried) == 1 and 10 <= len(receiver.arrived) <= 20  # one event alone, and patiently
        assert receiver.taken == []

        receiver.status = 204
        await subscribed.advance(timedelta(hours=7))
        await subscribed.taken(5)
        assert receiver.types() == [
            "complaint.received.v1", *["complaint.assigned.v1"] * 3, "complaint.received.v1",
        ]  # fmt: skip
        references = [each.event["subject"] for each in receiver.taken]
        assert references == [await reference(world, body, case)] * 4 + [await reference(world, body, other)]
        assert len({each.headers["webhook-id"] for each in receiver.taken}) == 5
        assert {state for _, state, _ in await subscribed.states()} == {"delivered"}
        assert [attempts for *_, attempts in await subscribed.states()][1:] == [1] * 4


async def reference(world: World, body: Body, case: UUID) -> str:
    return str((await world.row(body, "select reference from complaint where id = :id", id=case))["reference"])


async def test_a_workflow_ends_when_nothing_comes_and_begins_anew_with_the_next_event(
    world: World, apart: Apart
) -> None:
    async with a_receiver() as receiver:
        subscribed = await subscribe(world, apart.body(), receiver)
        await log(world, subscribed.body)
        await subscribed.taken(1)
        first = (await subscribed.handle.describe()).run_id
        await subscribed.advance(timedelta(minutes=61))
        await subscribed.handle.result()
        await log(world, subscribed.body)
        await subscribed.taken(2)
        assert (await subscribed.handle.describe()).run_id != first
        assert await subscribed.states() == [("received", "delivered", 1)] * 2


async def test_what_waits_during_a_pause_goes_when_it_is_over_and_an_end_ends_it(world: World, apart: Apart) -> None:
    async with a_receiver() as receiver:
        subscribed = await subscribe(world, apart.body(), receiver)
        await subscribed.alter(state="paused")
        await log(world, subscribed.body)
        await subscribed.settled()
        assert receiver.arrived == []
        await subscribed.handle.cancel()  # "Cancel" in the engine ends nothing
        await subscribed.alter(state="active")
        await subscribed.wake()
        await subscribed.taken(1)
        await subscribed.alter(state="ended")
        await subscribed.wake()
        assert await subscribed.handle.result() is None


async def test_many_events_are_carried_over_several_runs_in_order_and_once(world: World, apart: Apart) -> None:
    many = 50
    async with a_receiver() as receiver:
        subscribed = await subscribe(world, apart.body(), receiver)
        now = world.clock.now()
        events = [
            NewDelivery(
                event_id=uuid4(), complaint_id=None, type=EventType.PING.value, occurred_at=now, stage=None,
                version=None, about={},
            )
            for _ in range(many)
        ]  # fmt: skip
        async with world.database.tenant(subscribed.body.id, now) as session:
            await webhooks.queue(session, subscribed.body.id, subscribed.id, events, now)
        await subscribed.wake()
        first = (await subscribed.handle.describe()).run_id
        await subscribed.taken(many)
        assert [each.headers["webhook-id"] for each in receiver.arrived] == [str(each.event_id) for each in events]
        assert (await subscribed.handle.describe()).run_id != first
