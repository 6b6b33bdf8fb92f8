"""What an act did is queued, in its own transaction, for every system that subscribes to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts.case import Case
from contracts.webhooks import EventType
from db.models.act import CaseEvent
from db.models.complaint import Complaint
from db.queries import webhooks
from db.queries.webhooks import NewDelivery
from policies.webhook_events import derived_id, event_id, told

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# A complaint that is moved in brings its past along: that it is here now is all that is news.
_OF_AN_IMPORT: Final = frozenset({EventType.IMPORTED})


async def publish(case: Case) -> None:
    """Queue what the act did. Asks who subscribes only if there is something to tell."""
    await _queue(case.session, case.complaint.organisation_id, _events(case), case.act.now)


async def publish_imports(session: AsyncSession, cases: Sequence[Case]) -> None:
    """Queue that complaints were moved in."""
    events = [each for case in cases for each in _events(case) if each.type in _OF_AN_IMPORT]
    if cases:
        await _queue(session, cases[0].complaint.organisation_id, events, cases[0].act.now)


async def publish_attention(session: AsyncSession, complaint: Complaint, act_id: UUID, now: datetime) -> None:
    """Queue that a complaint needs attention because an act of it is parked."""
    # Not the act's own id: once it is mended and applied, it may itself come to something that needs attention.
    event = _derived(complaint, uuid5(act_id, "parked"), EventType.NEEDS_ATTENTION, now)
    await _queue(session, complaint.organisation_id, [event], now)


async def _queue(session: AsyncSession, organisation_id: UUID, events: Sequence[NewDelivery], now: datetime) -> None:
    if not events:
        return
    for subscription_id, types in await webhooks.open_subscriptions(session):
        wanted = [each for each in events if not types or each.type in types]
        await webhooks.queue(session, organisation_id, subscription_id, wanted, now)


def _events(case: Case) -> list[NewDelivery]:
    complaint, act_id = case.complaint, case.act.act_id
    found = [event for row in case.journal if (event := _event(complaint, row)) is not None]
    if case.came_in_stage not in (None, complaint.stage):
        found.append(_derived(complaint, act_id, EventType.STAGE_CHANGED, case.at))
    if complaint.attention is not None and complaint.attention != case.came_with_attention:
        found.append(_derived(complaint, act_id, EventType.NEEDS_ATTENTION, case.at))
    return found


def _event(complaint: Complaint, row: CaseEvent) -> NewDelivery | None:
    found = told(row.kind, json.loads(row.data))
    if found is None:
        return None
    return NewDelivery(
        event_id=event_id(complaint.id, row.seq),
        complaint_id=complaint.id,
        type=found.type.value,
        occurred_at=_EPOCH + timedelta(microseconds=row.at_us),
        stage=complaint.stage,
        version=complaint.version,
        about=dict(found.about),
    )


def _derived(complaint: Complaint, act_id: UUID, type_: EventType, at: datetime) -> NewDelivery:
    return NewDelivery(
        event_id=derived_id(act_id, type_),
        complaint_id=complaint.id,
        type=type_.value,
        occurred_at=at,
        stage=complaint.stage,
        version=complaint.version,
        about={},
    )
