"""Events on their way to receivers: queued by the act itself, sent in order, given up, paused, and of no other body."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.case_file import CaseFile
from activities.sweeps import Sweeps
from activities.webhook_keeping import LONGEST_PAUSE, tidy_webhooks
from activities.webhooks import Webhooks
from contracts.acts import Parked
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.failures import ErrorType
from contracts.sweeps import AnchorRequest, SweepRequest
from contracts.webhooks import DeliveryState, EventType, WebhooksAct, WebhooksLook, WebhooksSent
from db import said
from db.models.webhooks import WebhookSubscription
from db.queries import webhook_keeping, webhook_reads, webhooks
from gateways.anchors import FolderAnchors
from gateways.sealing import Sealing, about, new_key
from gateways.webhooks import OutgoingWebhook, WebhookAnswer, new_secret
from policies.webhook_retries import MOST_REFUSALS, PATIENCE
from runtime.attention import WEBHOOK_PATIENCE
from tests.activities.office_desk import Desk, a_desk
from tests.activities.test_imports import Desk as Moving
from tests.apart import MORNING, Apart
from tests.bodies import Body
from tests.moving import a_row

SEALING = Sealing.of(new_key())
OK = WebhookAnswer(outcome="accepted", status=204, milliseconds=3)
BROKEN = WebhookAnswer(outcome="status", status=500, milliseconds=3)


@dataclass
class FakeGateway:
    """Keep what is sent, and answer as told, then with success."""

    answers: deque[WebhookAnswer] = field(default_factory=deque)
    sent: list[OutgoingWebhook] = field(default_factory=list)

    async def send(self, webhook: OutgoingWebhook) -> WebhookAnswer:
        self.sent.append(webhook)
        return self.answers.popleft() if self.answers else OK

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(each.body) for each in self.sent]


@dataclass
class Subscribed:
    """A subscription, its receiver, and the activities about it."""

    apart: Apart
    body: Body
    id: UUID
    gateway: FakeGateway = field(default_factory=FakeGateway)
    secret: str = ""
    sealing: Sealing = SEALING

    def act(self, at: datetime | None = None, delivery_id: UUID | None = None, **changes: Any) -> WebhooksAct:
        now = at or self.apart.engine.now
        given: dict[str, Any] = {"organisation_id": self.body.id, "subscription_id": self.id} | changes
        return WebhooksAct(**given, now=now, delivery_id=delivery_id)

    @property
    def activities(self) -> Webhooks:
        return Webhooks(self.apart.database, self.gateway, self.sealing)

    async def look(self, **changes: Any) -> WebhooksLook:
        return await ActivityEnvironment().run(self.activities.look, self.act(**changes))

    async def send(self, delivery_id: UUID | None, **changes: Any) -> WebhooksSent:
        return await ActivityEnvironment().run(self.activities.send, self.act(delivery_id=delivery_id, **changes))

    async def send_next(self, at: datetime | None = None) -> WebhooksSent:
        look = await self.look(at=at)
        return await self.send(look.next_delivery_id, at=at)

    def rows(self) -> list[dict[str, Any]]:
        found = self.apart.rows(
            "select to_jsonb(d) from webhook_delivery d where subscription_id = %s order by n", self.id
        )
        return [row[0] for row in found]

    def types(self) -> list[str]:
        return [row["type"].split(".")[-2] for row in self.rows()]

    def attempts(self) -> list[tuple[int, str, int | None]]:
        return [
            tuple(row)
            for row in self.apart.rows(
                "select a.number, a.outcome, a.status from webhook_attempt a join webhook_delivery d"
                " on d.id = a.delivery_id where d.subscription_id = %s order by d.n, a.number",
                self.id,
            )
        ]

    def tasks(self) -> list[tuple[str, str]]:
        sql = "select state, role from task where subject_id = %s and kind = 'webhooks_failed' order by raised_at"
        return [tuple(row) for row in self.apart.rows(sql, self.id)]

    async def alter(self, sql: str, **params: Any) -> None:
        async with self.apart.database.tenant(self.body.id, self.apart.engine.now) as session:
            await session.execute(
                text(f"update webhook_subscription set {sql} where id = :id"), {"id": self.id} | params
            )


async def subscribe(apart: Apart, body: Body, *types: EventType, state: str = "active") -> Subscribed:
    subscription_id, secret, now = uuid4(), new_secret(), apart.engine.now
    async with apart.database.tenant(body.id, now) as session:
        session.add(
            WebhookSubscription(
                id=subscription_id, organisation_id=body.id, url="https://hooks.example/", description="Case system",
                types=[each.value for each in types], state=state,
                secret=SEALING.seal(secret, about("webhook_subscription.secret", subscription_id)), secret_number=1,
                caller="case-system", created_at=now, resumed_at=now,
            )
        )  # fmt: skip
    return Subscribed(apart, body, subscription_id, secret=secret)


@pytest.fixture
async def subscribed(beside: Apart, body: Body) -> Subscribed:
    return await subscribe(beside, body)


async def test_what_an_act_did_is_queued_with_it_and_the_workflow_is_woken(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    desk = await a_desk(beside, body)
    assert subscribed.types() == ["received"]
    assert [start.subscription_id for start in beside.engine.webhooks] == [subscribed.id]
    await desk.acknowledge(date(2028, 3, 2))
    assert subscribed.types() == ["received", "acknowledged", "stage_changed"]
    received, acknowledged, _ = subscribed.rows()
    assert (received["stage"], received["version"]) == ("received", 1)
    assert (acknowledged["stage"], acknowledged["version"]) == ("acknowledged", 2)
    assert received["about"] == {"channel": "written", "receivedOn": "2028-03-02"}
    assert len(beside.engine.webhooks) == 2


async def test_an_act_that_is_asked_for_again_queues_nothing_again(subscribed: Subscribed, desk: Desk) -> None:
    (first,) = desk.apart.engine.delivered[-1:]
    before = subscribed.rows()
    await desk.apart.engine.apply(first)
    assert subscribed.rows() == before


async def test_each_gets_the_types_that_it_wants_and_one_that_is_over_gets_none(beside: Apart, body: Body) -> None:
    some = await subscribe(beside, body, EventType.ACKNOWLEDGED, EventType.CLOSED)
    paused = await subscribe(beside, body, state="paused")
    ended = await subscribe(beside, body, state="ended")
    desk = await a_desk(beside, body)
    await desk.acknowledge(date(2028, 3, 2))
    assert some.types() == ["acknowledged"]
    assert paused.types() == ["received", "acknowledged", "stage_changed"]
    assert ended.types() == []
    # It is the same event to everybody.
    assert some.rows()[0]["event_id"] == paused.rows()[1]["event_id"]


async def test_a_refused_act_is_not_told(subscribed: Subscribed, beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body)
    refused = await desk.do(
        CommandKind.ACKNOWLEDGE, said.Acknowledge(method="call", made_on=date(2028, 3, 3), discussion_offered=True)
    )
    assert refused.state == "refused" and subscribed.types() == ["received"]


async def test_another_bodys_complaints_are_not_told_here(
    subscribed: Subscribed, beside: Apart, standards: Body
) -> None:
    await a_desk(beside, standards)
    assert subscribed.rows() == []


async def test_a_breach_is_told_with_its_clock_and_a_parked_act_as_needing_attention(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    desk = await a_desk(beside, body)
    desk.at(datetime.fromisoformat(desk.clock("acknowledgement")["due_at"]))
    await desk.fire("acknowledgement", "overdue")
    assert subscribed.types() == ["received", "clock_breached"]
    assert subscribed.rows()[1]["about"] == {"clock": "acknowledgement", "dueOn": "2028-03-07"}
    engine: Any = beside.engine
    parked = Parked(
        organisation_id=body.id, complaint_id=desk.complaint, act_id=uuid4(), now=MORNING, failure=Code("boom")
    )
    for _ in range(2):
        await CaseFile(beside.database, engine).park(parked)
    assert subscribed.types()[2:] == ["needs_attention"]


async def test_events_are_sent_in_order_signed_with_their_own_id_and_hold_no_word(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    desk = await a_desk(beside, body, summary="Zanzibar summary", narrative="Quixotic narrative")
    await desk.acknowledge(date(2028, 3, 2))
    while (await subscribed.look()).next_delivery_id is not None:
        assert (await subscribed.send_next()).state is DeliveryState.DELIVERED
    sent, events = subscribed.gateway.sent, subscribed.gateway.events
    assert [event["type"].split(".")[-2] for event in events] == ["received", "acknowledged", "stage_changed"]
    assert [each.event_id for each in sent] == [event["id"] for event in events]
    assert {tuple(each.secrets) for each in sent} == {(subscribed.secret,)}
    reference = desk.stands()["reference"]
    assert {event["subject"] for event in events} == {reference}
    assert {event["source"] for event in events} == {f"/organisations/{body.code}"}
    for word in ("Zanzibar", "Quixotic", "Pat", "example.org", "handler"):
        assert not any(word in each.body.decode() for each in sent)
    assert (await subscribed.look()).queued == 0


async def test_a_failure_is_tried_again_later_and_holds_up_those_behind_it(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    desk = await a_desk(beside, body)
    await desk.acknowledge(date(2028, 3, 2))
    subscribed.gateway.answers.extend([BROKEN])
    assert await subscribed.send_next() == WebhooksSent(state=DeliveryState.QUEUED, failure=Code("status_500"))
    look = await subscribed.look()
    first = UUID(subscribed.rows()[0]["id"])
    assert (look.queued, look.next_delivery_id) == (3, first)
    assert look.next_at is not None and timedelta(seconds=5) <= look.next_at - MORNING < timedelta(seconds=6)
    assert (await subscribed.send_next(at=look.next_at)).state is DeliveryState.DELIVERED
    assert subscribed.attempts() == [(1, "status", 500), (2, "accepted", 204)]
    assert subscribed.gateway.sent[0].body == subscribed.gateway.sent[1].body


async def test_a_worker_that_dies_between_sending_and_writing_sends_the_same_again(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    class Dying(FakeGateway):
        async def send(self, webhook: OutgoingWebhook) -> WebhookAnswer:
            await super().send(webhook)
            raise ConnectionError

    await beside.log(body)
    subscribed.gateway = Dying()
    with pytest.raises(ConnectionError):
        await subscribed.send_next()
    (lost,) = subscribed.gateway.sent
    subscribed.gateway = FakeGateway()
    assert (await subscribed.send_next()).state is DeliveryState.DELIVERED
    (again,) = subscribed.gateway.sent
    assert (again.event_id, again.body) == (lost.event_id, lost.body)
    assert subscribed.attempts() == [(1, "accepted", 204)]


async def test_what_is_settled_is_not_sent_again(subscribed: Subscribed, desk: Desk, beside: Apart, body: Body) -> None:
    await desk.apart.log(body)
    look = await subscribed.look()
    await subscribed.send(look.next_delivery_id)
    again = await subscribed.send(look.next_delivery_id)
    assert again.state is DeliveryState.DELIVERED and len(subscribed.gateway.sent) == 1


async def test_what_does_not_arrive_for_days_is_dead_and_somebody_is_asked_once(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    await beside.log(body)
    await beside.log(body)
    subscribed.gateway.answers.extend([BROKEN] * 3)
    late = MORNING + PATIENCE
    await subscribed.send_next(at=late - timedelta(seconds=1))
    assert subscribed.tasks() == []
    assert (await subscribed.send_next(at=late)).state is DeliveryState.DEAD
    assert (await subscribed.send_next(at=late)).state is DeliveryState.DEAD
    assert subscribed.tasks() == [("open", "complaints_manager")]
    assert [row["failure"] for row in subscribed.rows()] == ["status_500"] * 2


async def test_a_pause_does_not_count_against_what_waited(subscribed: Subscribed, beside: Apart, body: Body) -> None:
    await beside.log(body)
    resumed = MORNING + PATIENCE * 3
    await subscribed.alter("resumed_at = :at", at=resumed)
    subscribed.gateway.answers.append(BROKEN)
    assert (await subscribed.send_next(at=resumed)).state is DeliveryState.QUEUED


async def test_what_the_receiver_calls_wrong_is_given_up_after_some_tries(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    await beside.log(body)
    subscribed.gateway.answers.extend([WebhookAnswer(outcome="status", status=400)] * MOST_REFUSALS)
    states = [(await subscribed.send_next(at=MORNING)).state for _ in range(MOST_REFUSALS)]
    assert states == [DeliveryState.QUEUED] * (MOST_REFUSALS - 1) + [DeliveryState.DEAD]


async def test_a_receiver_that_is_gone_pauses_its_subscription_and_loses_nothing(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    await beside.log(body)
    subscribed.gateway.answers.append(WebhookAnswer(outcome="status", status=410))
    assert (await subscribed.send_next()).state is DeliveryState.QUEUED
    assert await subscribed.look() == WebhooksLook(queued=1)
    delivery_id = UUID(subscribed.rows()[0]["id"])
    assert (await subscribed.send(delivery_id)).state is DeliveryState.QUEUED
    assert len(subscribed.gateway.sent) == 1
    assert subscribed.tasks() == [("open", "complaints_manager")]


async def test_for_a_day_after_a_rotation_both_secrets_sign(subscribed: Subscribed, beside: Apart, body: Body) -> None:
    await beside.log(body)
    await beside.log(body)
    newer = new_secret()
    await subscribed.alter(
        "previous_secret = secret, previous_until = :until, secret = :secret",
        until=MORNING + timedelta(hours=24),
        secret=SEALING.seal(newer, about("webhook_subscription.secret", subscribed.id)),
    )  # fmt: skip
    await subscribed.send_next(at=MORNING + timedelta(hours=23, minutes=59))
    await subscribed.send_next(at=MORNING + timedelta(hours=24))
    assert [list(each.secrets) for each in subscribed.gateway.sent] == [[newer, subscribed.secret], [newer]]


async def test_a_secret_is_sealed_to_its_own_subscription(subscribed: Subscribed, beside: Apart, body: Body) -> None:
    other = await subscribe(beside, body)
    ((sealed,),) = beside.rows("select secret from webhook_subscription where id = %s", other.id)
    assert other.secret.encode() not in bytes(sealed)
    await subscribed.alter("secret = :secret", secret=bytes(sealed))
    await beside.log(body)
    await subscribed.send_next()
    assert subscribed.gateway.sent == []


@pytest.mark.parametrize("sealing", [Sealing(), Sealing.of(new_key())])
async def test_a_secret_that_cannot_be_read_is_somebodys_task_and_what_waits_is_given_up_in_time(
    subscribed: Subscribed, beside: Apart, body: Body, sealing: Sealing
) -> None:
    await beside.log(body)
    without = replace(subscribed, sealing=sealing)
    assert await without.send_next() == WebhooksSent(state=DeliveryState.QUEUED, failure=Code("secret_unreadable"))
    assert subscribed.tasks() == [("open", "complaints_manager")]
    assert (await without.send_next(at=MORNING + PATIENCE)).state is DeliveryState.DEAD
    assert len(subscribed.tasks()) == 1 and subscribed.gateway.sent == []
    assert subscribed.attempts() == [(1, "secret_unreadable", None), (2, "secret_unreadable", None)]


async def test_a_secret_before_that_cannot_be_read_any_more_holds_up_nothing(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    await beside.log(body)
    lost = Sealing.of(new_key()).seal(new_secret(), about("webhook_subscription.secret", subscribed.id))
    await subscribed.alter("previous_secret = :lost, previous_until = :until", lost=lost, until=MORNING + PATIENCE)
    assert (await subscribed.send_next()).state is DeliveryState.DELIVERED
    assert [list(each.secrets) for each in subscribed.gateway.sent] == [[subscribed.secret]]


async def test_what_was_on_its_way_when_a_subscription_was_ended_stands_in_the_log(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    class Slow(FakeGateway):
        async def send(self, webhook: OutgoingWebhook) -> WebhookAnswer:
            await subscribed.alter("state = 'ended', secret = ''")
            async with beside.database.tenant(body.id, MORNING) as session:
                await webhook_reads.end_queued(session, subscribed.id, MORNING)
            return await super().send(webhook)

    await beside.log(body)
    subscribed.gateway = Slow()
    assert (await subscribed.send_next()).state is DeliveryState.DEAD
    assert subscribed.attempts() == [(1, "accepted", 204)]


async def test_a_subscription_that_has_ended_is_over(subscribed: Subscribed, beside: Apart, body: Body) -> None:
    await beside.log(body)
    delivery_id = (await subscribed.look()).next_delivery_id
    await subscribed.alter("state = 'ended', secret = ''")
    assert (await subscribed.look()).over
    assert (await subscribed.send(delivery_id)).state is DeliveryState.QUEUED and subscribed.gateway.sent == []


async def test_strangers_have_no_subscription_and_no_delivery(
    subscribed: Subscribed, beside: Apart, body: Body, standards: Body
) -> None:
    await beside.log(body)
    delivery_id = (await subscribed.look()).next_delivery_id
    other = await subscribe(beside, body)
    for act in ({"organisation_id": standards.id}, {"subscription_id": other.id}):
        with pytest.raises(ApplicationError) as refused:
            await subscribed.send(delivery_id, **act)
        assert refused.value.type == ErrorType.NOT_FOUND and refused.value.non_retryable
    with pytest.raises(ApplicationError):
        await subscribed.look(organisation_id=standards.id)
    assert subscribed.gateway.sent == []


async def test_the_sweep_wakes_what_is_due_and_leaves_what_waits_its_turn(
    subscribed: Subscribed, beside: Apart, body: Body, tmp_path: Any
) -> None:
    engine: Any = beside.engine
    sweeps = Sweeps(beside.database, beside.sweeper, engine, beside.states, FolderAnchors(tmp_path), runs=beside.engine)

    async def woken(at: datetime) -> bool:
        beside.engine.webhooks.clear()
        await sweeps.deliver_pending(SweepRequest(now=at, batch=1000))
        return subscribed.id in {start.subscription_id for start in beside.engine.webhooks}

    await beside.log(body)
    assert not await woken(MORNING + timedelta(seconds=59))
    assert await woken(MORNING + timedelta(seconds=60))
    subscribed.gateway.answers.append(BROKEN)
    tried = MORNING + timedelta(minutes=2)
    await subscribed.send_next(at=tried)
    assert not await woken(tried + timedelta(seconds=60))
    assert await woken(tried + timedelta(seconds=70))
    await subscribed.alter("state = 'paused'")
    assert not await woken(tried + timedelta(seconds=70))


async def test_one_whose_next_event_should_have_left_long_ago_needs_attention(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    async def stuck(at: datetime) -> bool:
        async with beside.sweeper.session() as session:
            found = await webhooks.stuck(session, before=at - WEBHOOK_PATIENCE)
        return f"webhooks.{subscribed.id}" in {each.detail for each in found}

    await beside.log(body)
    await beside.log(body)
    assert not await stuck(MORNING + timedelta(minutes=59))
    assert await stuck(MORNING + timedelta(hours=1))
    # The first has only now been settled: the second, which waited for it, is not late yet.
    sent = MORNING + timedelta(hours=2)
    await subscribed.send_next(at=sent)
    assert not await stuck(sent + timedelta(minutes=59))
    assert await stuck(sent + timedelta(hours=1))


async def test_a_complaint_that_is_moved_in_is_told_and_its_past_is_not(beside: Apart, body: Body) -> None:
    subscribed = await subscribe(beside, body)
    moved = await Moving(beside, body).move_in(a_row("A/1", date(2027, 6, 1)), a_row("A/2", date(2028, 3, 1)))
    assert subscribed.types() == ["imported", "imported"]
    assert {UUID(row["complaint_id"]) for row in subscribed.rows()} == set(moved)


async def test_a_replay_sends_the_same_events_after_what_waits_and_not_what_waits(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    await beside.log(body)
    await beside.log(body)
    await subscribed.send_next()
    first, second = subscribed.rows()
    async with beside.database.tenant(body.id, MORNING) as session:
        again = await webhook_reads.to_replay(
            session, subscribed.id, events=None, wanted=webhook_reads.Wanted(), limit=10
        )
    assert [str(each.event_id) for each in again] == [first["event_id"]] != [second["event_id"]]


async def tidied(subscribed: Subscribed, at: datetime) -> list[tuple[str, str | None]]:
    """Tidy as the night does, and return what is left of a subscription."""
    await tidy_webhooks(subscribed.apart.sweeper, subscribed.apart.database, at)
    return [(row["state"], row["failure"]) for row in subscribed.rows()]


async def test_what_was_settled_ninety_days_ago_is_forgotten_with_its_attempts_and_nothing_else_is(
    subscribed: Subscribed, beside: Apart, body: Body, standards: Body
) -> None:
    other = await subscribe(beside, standards)
    for each in (body, body, standards):
        await beside.log(each)
    await subscribed.send_next()
    await other.send_next()
    kept = timedelta(days=90)
    assert await tidied(subscribed, MORNING + kept) == [("delivered", None), ("queued", None)]
    async with beside.database.tenant(body.id, MORNING + kept + timedelta(seconds=1)) as session:
        assert await webhook_keeping.forget(session, 100) == 1
    assert [row["state"] for row in subscribed.rows()] == ["queued"] and subscribed.attempts() == []
    assert len(other.rows()) == len(other.attempts()) == 1
    assert await tidied(other, MORNING + kept + timedelta(seconds=1)) == []


async def test_what_waits_in_a_pause_for_thirty_days_is_given_up_and_somebody_is_asked(
    subscribed: Subscribed, beside: Apart, body: Body
) -> None:
    await subscribed.alter("state = 'paused', paused_because = 'asked'")
    await beside.log(body)
    assert await tidied(subscribed, MORNING + LONGEST_PAUSE) == [("queued", None)]
    assert subscribed.tasks() == []
    late = MORNING + LONGEST_PAUSE + timedelta(seconds=1)
    for _ in range(2):
        assert await tidied(subscribed, late) == [("dead", "paused_too_long")]
        assert subscribed.tasks() == [("open", "complaints_manager")]
    active = await subscribe(beside, body)
    await beside.log(body)
    assert await tidied(active, MORNING + timedelta(days=60)) == [("queued", None)]


async def test_a_night_tidies(subscribed: Subscribed, beside: Apart, body: Body, tmp_path: Any) -> None:
    engine: Any = beside.engine
    sweeps = Sweeps(beside.database, beside.sweeper, engine, beside.states, FolderAnchors(tmp_path), runs=beside.engine)
    await beside.log(body)
    await subscribed.send_next()
    await sweeps.export_anchor(AnchorRequest(now=MORNING + timedelta(days=91)))
    assert subscribed.rows() == []
