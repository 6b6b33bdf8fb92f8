"""The recorded lives of what leaves: notices by Notify, in quiet hours and in the out-tray; webhooks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import WorkflowHandle

from contracts import names
from contracts.commands import CommandKind
from contracts.webhooks import EventType, WebhooksStart
from db import desk_said, office_said
from db.models.webhooks import WebhookSubscription
from db.queries import webhooks
from db.queries.webhooks import NewDelivery
from gateways.sealing import Sealing, about
from gateways.webhooks import new_secret
from tests.bodies import Body
from tests.gateways.notify_stub import KEY
from tests.lives.casework import must
from tests.lives.steps import acknowledge
from tests.receiver import Receiver, a_receiver
from tests.replay.record import Studio, waits_at_a_timer
from tests.world import MORNING, until

DAY = MORNING.date()
K = CommandKind
# When a notice by Notify is looked at, from one look to the next.
LOOKS = {
    "by_notify_first_look": timedelta(hours=1, minutes=1),
    "by_notify_second_look": timedelta(days=1),
    "by_notify_third_look": timedelta(days=2),
    "by_notify_last_look": timedelta(days=4),
}


async def _rests(handle: WorkflowHandle[Any, Any]) -> None:
    async def quiet() -> bool:
        raw = (await handle.describe()).raw_description
        return not raw.pending_activities and not raw.HasField("pending_workflow_task")

    await until(quiet)


async def _forward(studio: Studio, handle: WorkflowHandle[Any, Any], length: timedelta) -> None:
    await studio.world.skipper.fast_forward(handle, length)
    await _rests(handle)


async def by_notify(studio: Studio) -> None:
    """Looked at four times and never known to have arrived; known to have; known not to."""
    body, sealing, id = studio.body(), Sealing.of(studio.secrets), uuid4()
    studio.write(
        "insert into carrier_setting (id, organisation_id, carrier, emails, texts, letters, email_template,"
        " key_sealed, changed_at) values (%s, %s, 'notify', true, false, false, %s, %s, now())",
        id, body.id, uuid4(), sealing.seal(KEY, about("carrier_setting.key_sealed", id)),
    )  # fmt: skip
    receipt = await _receipt(studio, body)
    for name, length in LOOKS.items():
        await studio.keep(f"notice/{name}", receipt)
        await _forward(studio, receipt, length)
    await receipt.result()
    await studio.keep("notice/by_notify_arrival_unknown", receipt)
    for name, status in (("delivered", "delivered"), ("returned", "permanent-failure")):
        receipt = await _receipt(studio, body)
        studio.notify.taken[-1]["status"] = status
        await _forward(studio, receipt, LOOKS["by_notify_first_look"])
        await receipt.result()
        await studio.keep(f"notice/by_notify_{name}", receipt)


async def _receipt(studio: Studio, body: Body) -> WorkflowHandle[Any, Any]:
    """Log a complaint, and return the workflow of its receipt once it waits for a look."""
    world = studio.world
    complaint = await world.log(body)
    row = await world.row(
        body, "select id from notice where complaint_id = :id and template like 'receipt%'", id=complaint
    )
    handle = world.client.get_workflow_handle(names.notice_workflow_id(row["id"]))
    await waits_at_a_timer(handle)
    return handle


async def _an_update(studio: Studio, body: Body, **changes: Any) -> tuple[UUID, WorkflowHandle[Any, Any]]:
    world = studio.world
    complaint = await world.log(body, **changes)
    await acknowledge(world, body, complaint, DAY)
    what = office_said.SendUpdate(subject="How it stands", body="We wait for the ward.")
    await must(world, body, complaint, K.SEND_UPDATE, what)
    row = await world.row(
        body, "select id from notice where complaint_id = :id and template like 'update%'", id=complaint
    )
    return complaint, world.client.get_workflow_handle(names.notice_workflow_id(row["id"]))


async def in_quiet_hours(studio: Studio) -> None:
    body, now = studio.body(follows=None), datetime.now(UTC)
    begin, end = [time((now + timedelta(hours=hours)).hour, now.minute) for hours in (-1, 2)]
    studio.write(
        "insert into quiet_hours (id, organisation_id, quiet_from, quiet_until, working_days_only, changed_at)"
        " values (%s, %s, %s, %s, false, now())",
        uuid4(), body.id, begin, end,
    )  # fmt: skip
    _, handle = await _an_update(studio, body)
    await waits_at_a_timer(handle)
    await studio.keep("notice/quiet_hours", handle)
    await _forward(studio, handle, timedelta(hours=3))
    await handle.result()
    await studio.keep("notice/quiet_hours_then_sent", handle)


async def in_the_out_tray(studio: Studio) -> None:
    """Laid out when it is released, taken out when it was posted."""
    world, body = studio.world, studio.body(follows=None)
    complaint, handle = await _an_update(studio, body, email=None)
    await handle.result()
    await studio.keep("notice/out_tray_laid_out", handle)
    first = (await handle.describe()).run_id
    task = await world.row(
        body, "select id from task where complaint_id = :id and kind = 'post_letter' and state = 'open'", id=complaint
    )
    await must(world, body, complaint, K.COMPLETE_TASK, desk_said.CompleteTask(task_id=task["id"]))

    async def again() -> bool:
        return (await handle.describe()).run_id != first

    await until(again)
    await handle.result()
    await studio.keep("notice/out_tray_taken_out", handle)


async def _subscribed(studio: Studio, body: Body, receiver: Receiver) -> tuple[UUID, WorkflowHandle[Any, Any]]:
    world, id, now = studio.world, uuid4(), datetime.now(UTC)
    sealed = Sealing.of(studio.secrets).seal(new_secret(), about("webhook_subscription.secret", id))
    async with world.database.tenant(body.id, now) as session:
        session.add(
            WebhookSubscription(
                id=id, organisation_id=body.id, url=receiver.url, description="Case system", types=[], state="active",
                secret=sealed, secret_number=1, caller="case-system", created_at=now, resumed_at=now,
            )
        )  # fmt: skip
    return id, world.client.get_workflow_handle(names.webhooks_workflow_id(id))


async def _queue(studio: Studio, body: Body, subscription_id: UUID, many: int) -> None:
    """Queue some events, and wake the workflow that carries them."""
    now = datetime.now(UTC)
    events = [
        NewDelivery(
            event_id=uuid4(), complaint_id=None, type=EventType.PING.value, occurred_at=now, stage=None, version=None,
            about={},
        )
        for _ in range(many)
    ]  # fmt: skip
    async with studio.world.database.tenant(body.id, now) as session:
        await webhooks.queue(session, body.id, subscription_id, events, now)
    await _wake(studio, body, subscription_id)


async def _wake(studio: Studio, body: Body, subscription_id: UUID) -> None:
    await studio.world.engine.tell_webhooks(WebhooksStart(organisation_id=body.id, subscription_id=subscription_id))


async def _arrived(receiver: Receiver, many: int, handle: WorkflowHandle[Any, Any]) -> None:
    async def all_there() -> bool:
        return len(receiver.arrived) >= many

    await until(all_there)
    await _rests(handle)


async def subscriptions(studio: Studio) -> None:
    """Nothing to send, and for long; a receiver that refuses; a pause; an end; a subscription that nobody knows."""
    body = studio.body()
    async with a_receiver() as receiver:
        id, handle = await _subscribed(studio, body, receiver)
        await _queue(studio, body, id, 2)
        await _arrived(receiver, 2, handle)
        await studio.keep("webhooks/idle", handle)
        await _forward(studio, handle, timedelta(minutes=61))
        await handle.result()
        await studio.keep("webhooks/quiet_for_long", handle)
    await _refused(studio, body)
    nobody = uuid4()
    await _wake(studio, body, nobody)
    await studio.keep_waiting("webhooks/needs_attention", names.webhooks_workflow_id(nobody))


async def _refused(studio: Studio, body: Body) -> None:
    async with a_receiver(status=500) as receiver:
        id, handle = await _subscribed(studio, body, receiver)
        await _queue(studio, body, id, 1)
        await _arrived(receiver, 1, handle)
        await studio.keep("webhooks/waits_to_try_again", handle)
        studio.write("update webhook_subscription set state = 'paused' where id = %s", id)
        await _wake(studio, body, id)
        await _rests(handle)
        await studio.keep("webhooks/paused", handle)
        await handle.cancel()
        await _rests(handle)
        await studio.keep("webhooks/cancel_pressed", handle)
        studio.write("update webhook_subscription set state = 'ended' where id = %s", id)
        await _wake(studio, body, id)
        await handle.result()
        await studio.keep("webhooks/over", handle)


async def long_subscription(studio: Studio) -> None:
    """There is so much to send that a new run begins."""
    body = studio.body()
    async with a_receiver() as receiver:
        id, handle = await _subscribed(studio, body, receiver)
        await _queue(studio, body, id, 20)
        first = (await handle.describe()).run_id
        await _arrived(receiver, 20, handle)
        ended = studio.world.client.get_workflow_handle(handle.id, run_id=first)
        await studio.keep("webhooks/run_that_ended", ended)
        await studio.keep("webhooks/run_that_began", handle)


CARRIER_LIVES = [by_notify, in_quiet_hours, in_the_out_tray, subscriptions]
