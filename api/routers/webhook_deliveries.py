"""What was sent to a receiver: the log with every attempt, a test, and sending once more."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.deps import Limit, PartsDep, Subscriber
from api.office_desk import Desk, Entry, Make, wrong
from api.openapi import A_WRITE, ONE_READ, answers, problems
from api.problems import FieldError, Problem
from api.schemas.base import AnyTime
from api.schemas.webhooks import MOST_REPLAYED, Deliveries, DeliveryShown, QueuedShown, ReplaySaid
from api.webhook_desk import WebhookDeskDep, found, tell
from contracts.webhooks import DeliveryState, EventType
from db.models.office import OfficeEvent
from db.queries import webhook_reads, webhooks
from db.queries.office import said_under
from db.queries.webhook_reads import Wanted
from db.queries.webhooks import NewDelivery

router = APIRouter(prefix="/v1/webhooks/{subscription_id}", tags=["webhooks"])


@router.get("/deliveries", operation_id="listDeliveries", response_model=Deliveries, responses=problems(*ONE_READ))
async def list_deliveries(
    parts: PartsDep,
    who: Subscriber,
    subscription_id: UUID,
    state: DeliveryState | None = None,
    event_id: Annotated[UUID | None, Query(alias="eventId")] = None,
    since: Annotated[AnyTime | None, Query(description="Events that happened at or after it.")] = None,
    until: Annotated[AnyTime | None, Query(description="Events that happened before it.")] = None,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="`next` of the page before.")] = None,
    limit: Limit = 25,
) -> Deliveries:
    """Show what was sent to a receiver, or is to be, the latest first, with every attempt."""
    wanted = Wanted(state=state, event_id=event_id, since=since, until=until)
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        await found(session, who, subscription_id)
        rows = await webhook_reads.log(session, subscription_id, wanted, before=before, limit=limit + 1)
    return Deliveries(
        items=[DeliveryShown.of(row) for row in rows[:limit]],
        next=rows[limit - 1].delivery.n if len(rows) > limit else None,
    )


@router.post(
    "/test",
    operation_id="testSubscription",
    status_code=202,
    responses=answers(202, QueuedShown, "A ping is queued; what became of it stands in the log.")
    | problems(*A_WRITE, "not_found", "subscription_ended"),
)
async def test_subscription(desk: WebhookDeskDep, subscription_id: UUID) -> Response:
    """Send a ping, to see whether events arrive."""

    async def make(session: AsyncSession) -> Entry:
        row = await found(session, desk.who, subscription_id, ended=False)
        event_id = uuid7()
        ping = NewDelivery(
            event_id=event_id,
            complaint_id=None,
            type=EventType.PING.value,
            occurred_at=desk.now,
            stage=None,
            version=None,
            about={},
        )
        await webhooks.queue(session, row.organisation_id, row.id, [ping], desk.now)
        return Entry(kind="webhooks.tested", subject_id=row.id, data={"queued": str(event_id), "count": 1})

    return await _queued(desk, None, subscription_id, make)


@router.post(
    "/replay",
    operation_id="replayEvents",
    status_code=202,
    responses=answers(202, QueuedShown, "They are queued, under the ids that they had.")
    | problems(*A_WRITE, "not_found", "subscription_ended"),
)
async def replay_events(desk: WebhookDeskDep, subscription_id: UUID, body: ReplaySaid) -> Response:
    """Send once more what was to be sent before: by the ids of events, or by when they happened.

    Events from before the subscription, or of types that it did not want then, are not among them.
    """

    async def make(session: AsyncSession) -> Entry:
        row = await found(session, desk.who, subscription_id, ended=False)
        if body.event_ids is not None:
            await _check_known(session, subscription_id, body.event_ids)
        again = await webhook_reads.to_replay(
            session,
            subscription_id,
            events=body.event_ids,
            wanted=Wanted(since=body.since, until=body.until),
            limit=MOST_REPLAYED + 1,
        )
        if len(again) > MOST_REPLAYED:
            raise wrong("/until", "too_many", "More events happened then than one replay takes: 10,000.")
        replay_id = uuid7()
        await webhooks.queue(session, row.organisation_id, row.id, again, desk.now, replay_id)
        await webhooks.end_task(session, row.id, desk.now)
        return Entry(kind="webhooks.replayed", subject_id=row.id, data={"queued": str(replay_id), "count": len(again)})

    return await _queued(desk, body, subscription_id, make)


async def _check_known(session: AsyncSession, subscription_id: UUID, events: list[UUID]) -> None:
    known = await webhook_reads.known_events(session, subscription_id, events)
    detail = "This event was never to be sent there."
    if errors := [
        FieldError(place="body", pointer=f"/eventIds/{n}", code="unknown_event", detail=detail)
        for n, event in enumerate(events)
        if event not in known
    ]:
        raise Problem("invalid_request", errors=errors[:100])


async def _queued(desk: Desk, body: ReplaySaid | None, subscription_id: UUID, make: Make) -> Response:
    async def show(session: AsyncSession, row_id: UUID) -> QueuedShown:
        entry = await said_under(session, caller=desk.who.subject, route=desk.envelope.route, key=desk.envelope.key)
        assert isinstance(entry, OfficeEvent)
        return QueuedShown(id=UUID(entry.data["queued"]), count=entry.data["count"])

    shown = await desk.change(body, subscription_id, make=make, show=show)
    await tell(desk, subscription_id)
    return reply(shown, 202, {})
