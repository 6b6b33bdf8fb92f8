"""Which events of a complaint are told outside, as what, and what goes with each: codes and dates, never words.

What stands in no table here is not told. The whole of an event is read through the API, with the reader's own rights.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from contracts.webhooks import EventType

_BY_KIND: Final = {
    "complaint.imported": EventType.IMPORTED,
    "complaint.acknowledged": EventType.ACKNOWLEDGED,
    "complaint.closed": EventType.CLOSED,
    "complaint.withdrawn": EventType.WITHDRAWN,
    "owner.assigned": EventType.ASSIGNED,
    "response_period.set": EventType.PERIOD_SET,
    "period.extended": EventType.PERIOD_EXTENDED,
    "update.given": EventType.UPDATE_GIVEN,
    "notice.failed": EventType.NOTICE_FAILED,
    "staff.told": EventType.STAFF_TOLD,
    "promise.kept": EventType.PROMISE_KEPT,
    "contribution.named": EventType.CONTRIBUTION_CHANGED,
    "contribution.moved": EventType.CONTRIBUTION_CHANGED,
    "response.issued": EventType.RESPONDED,
    "learning.recorded": EventType.LEARNING_RECORDED,
    "action.planned": EventType.ACTION_PLANNED,
    "action.changed": EventType.ACTION_CHANGED,
    "action.completed": EventType.ACTION_DONE,
    "action.ended": EventType.ACTION_ENDED,
}
# Of the complaint itself, and none of its ends.
_NO_END: Final = frozenset({"complaint.linked", "complaint.unlinked"})
_PROMISE: Final = "promise"  # the clock of what was promised by hand
# What may go with an event, and what it is called outside.
_TOLD: Final = {
    EventType.CLOCK_BREACHED: {"clock": "clock", "due_on": "dueOn"},
    EventType.PROMISE_BROKEN: {"due_on": "dueOn"},
    EventType.PROMISE_KEPT: {"kept_on": "keptOn", "due_on": "dueOn"},
    EventType.NOTICE_FAILED: {"template": "template", "failure": "failure"},
    EventType.CONTRIBUTION_CHANGED: {"contribution_id": "contributionId", "state": "state"},
    EventType.LEARNING_RECORDED: {"learning_id": "learningId", "version": "version"},
    EventType.ACTION_PLANNED: {"action_id": "actionId", "due_on": "dueOn"},
    EventType.ACTION_CHANGED: {"action_id": "actionId", "due_on": "dueOn"},
    EventType.ACTION_DONE: {"action_id": "actionId", "done_on": "doneOn"},
    EventType.ACTION_RECURRED: {"action_id": "actionId", "due_on": "dueOn"},
    EventType.ACTION_ENDED: {"proceeding_id": "actionId", "cause": "cause"},
    EventType.PERIOD_SET: {"respond_by": "respondBy"},
    EventType.PERIOD_EXTENDED: {"clock": "clock", "due_on": "dueOn"},
    EventType.RECEIVED: {"channel": "channel", "received_on": "receivedOn"},
    EventType.REOPENED: {"channel": "channel", "received_on": "receivedOn"},
}
_CODE_OR_DATE: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told outside of one event."""

    type: EventType
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One event as it is sent. Without a complaint it is a ping, or is told to another body of its contribution."""

    event_id: UUID
    organisation: str
    type: str
    occurred_at: datetime
    reference: str | None = None
    stage: str | None = None
    version: int | None = None
    about: Mapping[str, Any]


def told(kind: str, data: Mapping[str, Any]) -> Told | None:
    """Return what is told outside of a case event, or None. `data` is the event's own: ids, codes, dates."""
    found = _type_of(kind, data)
    if found is None:
        return None
    allowed = _TOLD.get(found, {})
    values = {name: str(data[key]) for key, name in allowed.items() if data.get(key) is not None}
    return Told(type=found, about={name: each for name, each in values.items() if _CODE_OR_DATE.fullmatch(each)})


def event_id(complaint_id: UUID, seq: int) -> UUID:
    """Return the id under which an event of a complaint is told: the same to everybody, and at every repeat."""
    return uuid5(complaint_id, f"event/{seq}")


def derived_id(act_id: UUID, type_: EventType) -> UUID:
    """Return the id of what an act came to and no single event says."""
    return uuid5(act_id, type_.value)


def body_of(envelope: Envelope) -> bytes:
    """Return an event in the structured JSON of CloudEvents 1.0, the same bytes at every attempt."""
    reference = envelope.reference
    at = _instant(envelope.occurred_at)
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(envelope.event_id),
        "source": f"/organisations/{envelope.organisation}",
        "type": envelope.type,
        "time": at,
        "datacontenttype": "application/json",
        "data": {"at": at, **envelope.about},
    }
    if reference is not None:
        event["subject"] = reference
        event["data"] |= {
            "reference": reference,
            "stage": envelope.stage,
            "version": envelope.version,
            "links": {"complaint": f"/v1/complaints/{reference}", "timeline": f"/v1/complaints/{reference}/timeline"},
        }
    return json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _type_of(kind: str, data: Mapping[str, Any]) -> EventType | None:
    if kind == "complaint.logged":
        return EventType.REOPENED if data.get("reopened_from") else EventType.RECEIVED
    if kind == "clock.breached":
        return EventType.PROMISE_BROKEN if data.get("clock") == _PROMISE else EventType.CLOCK_BREACHED
    if kind == "action.checked":
        return EventType.ACTION_RECURRED if data.get("result") == "recurred" else None  # one that held has ended
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    return EventType.ENDED if kind.startswith("complaint.") and kind not in _NO_END else None


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
