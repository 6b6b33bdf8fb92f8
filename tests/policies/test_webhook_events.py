"""What is told outside, the envelope it is told in, and how patient we are with receivers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.webhooks import EventType
from policies.webhook_events import Envelope, body_of, derived_id, event_id, told
from policies.webhook_retries import LONGEST_ASKED, MOST_REFUSALS, PATIENCE, Failed, Next, after

COMPLAINT = UUID("0b0e7c6e-3f6f-4c0e-9a53-0d7a3c1d2e3f")
AT = datetime(2028, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "data", "type_", "about"),
    [
        ("complaint.logged", {"channel": "written", "received_on": "2028-03-02", "reopened_from": None},
         EventType.RECEIVED, {"channel": "written", "receivedOn": "2028-03-02"}),
        ("complaint.logged", {"reopened_from": str(COMPLAINT)}, EventType.REOPENED, {}),
        ("clock.breached", {"clock": "acknowledgement", "due_on": "2028-03-07", "clock_id": str(COMPLAINT)},
         EventType.CLOCK_BREACHED, {"clock": "acknowledgement", "dueOn": "2028-03-07"}),
        ("clock.breached", {"clock": "promise", "due_on": "2028-03-07"}, EventType.PROMISE_BROKEN,
         {"dueOn": "2028-03-07"}),
        ("promise.kept", {"promise_id": str(COMPLAINT), "due_on": "2028-03-08", "kept_on": "2028-03-07"},
         EventType.PROMISE_KEPT, {"keptOn": "2028-03-07", "dueOn": "2028-03-08"}),
        ("notice.failed", {"notice_id": str(COMPLAINT), "template": "receipt", "failure": "bounced"},
         EventType.NOTICE_FAILED, {"template": "receipt", "failure": "bounced"}),
        ("staff.told", {"involvement_id": str(COMPLAINT), "how": "in_person"}, EventType.STAFF_TOLD, {}),
        ("learning.recorded", {"learning_id": str(COMPLAINT), "version": 2, "theme": "communications"},
         EventType.LEARNING_RECORDED, {"learningId": str(COMPLAINT), "version": "2"}),
        ("action.planned", {"action_id": str(COMPLAINT), "owner_id": str(COMPLAINT), "due_on": "2028-03-08"},
         EventType.ACTION_PLANNED, {"actionId": str(COMPLAINT), "dueOn": "2028-03-08"}),
        ("action.completed", {"action_id": str(COMPLAINT), "done_on": "2028-03-08", "files": 2},
         EventType.ACTION_DONE, {"actionId": str(COMPLAINT), "doneOn": "2028-03-08"}),
        ("action.checked", {"action_id": str(COMPLAINT), "result": "recurred", "due_on": "2028-06-08", "counted": 3},
         EventType.ACTION_RECURRED, {"actionId": str(COMPLAINT), "dueOn": "2028-06-08"}),
        ("complaint.closed", {"outcome": "upheld"}, EventType.CLOSED, {}),
        ("complaint.resolved", {}, EventType.ENDED, {}),
    ],
)  # fmt: skip
def test_what_is_told_of_an_event(kind: str, data: dict[str, Any], type_: EventType, about: dict[str, str]) -> None:
    found = told(kind, data)
    assert found is not None and (found.type, found.about) == (type_, about)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("note.added", {}), ("finding.recorded", {}), ("complaint.linked", {}), ("clock.armed", {}),
        ("clock.met", {"clock": "promise", "in_time": True}), ("contact_plan.decided", {}), ("staff.deferred", {}),
        ("action.checked", {"result": "held"}), ("action.progress", {}), ("experience.recorded", {"step": "answered"}),
    ],
)  # fmt: skip
def test_what_stands_in_no_table_is_not_told(kind: str, data: dict[str, Any]) -> None:
    assert told(kind, data) is None


def test_words_that_an_event_must_not_hold_would_not_leave_with_it() -> None:
    found = told("clock.breached", {"clock": "Pat Example, 1 Acacia Road", "due_on": "2028-03-07"})
    assert found is not None and found.about == {"dueOn": "2028-03-07"}


def test_the_envelope_is_structured_cloudevents_and_the_same_bytes_each_time() -> None:
    envelope = Envelope(
        event_id=event_id(COMPLAINT, 7), organisation="RX1", type=EventType.CLOCK_BREACHED.value, occurred_at=AT,
        reference="RX1-7K3M9QWD-C", stage="received", version=3, about={"clock": "acknowledgement"},
    )  # fmt: skip
    golden = (
        b'{"data":{"at":"2028-03-02T10:00:00.123456Z","clock":"acknowledgement",'
        b'"links":{"complaint":"/v1/complaints/RX1-7K3M9QWD-C","timeline":"/v1/complaints/RX1-7K3M9QWD-C/timeline"},'
        b'"reference":"RX1-7K3M9QWD-C","stage":"received","version":3},"datacontenttype":"application/json",'
        b'"id":"1d2da5b0-7c2a-5d9f-a8b2-9f6f6d8a0000","source":"/organisations/RX1","specversion":"1.0",'
        b'"subject":"RX1-7K3M9QWD-C","time":"2028-03-02T10:00:00.123456Z",'
        b'"type":"uk.redress.complaint.clock_breached.v1"}'
    ).replace(b"1d2da5b0-7c2a-5d9f-a8b2-9f6f6d8a0000", str(event_id(COMPLAINT, 7)).encode())
    assert body_of(envelope) == golden == body_of(envelope)


def test_a_ping_is_of_no_complaint() -> None:
    ping = Envelope(event_id=COMPLAINT, organisation="RX1", type=EventType.PING.value, occurred_at=AT, about={})
    event = json.loads(body_of(ping))
    assert "subject" not in event and event["data"] == {"at": "2028-03-02T10:00:00.123456Z"}


def test_an_event_has_one_id_for_all_and_for_ever() -> None:
    assert event_id(COMPLAINT, 7) == event_id(COMPLAINT, 7) != event_id(COMPLAINT, 8)
    assert derived_id(COMPLAINT, EventType.STAGE_CHANGED) != derived_id(COMPLAINT, EventType.NEEDS_ATTENTION)


def failed(number: int, *, status: int | None = 500, tried_for: timedelta = timedelta(), **more: Any) -> Failed:
    given: dict[str, Any] = {"retry_after": None, "delivery_id": COMPLAINT} | more
    return Failed(number=number, at=AT + tried_for, since=AT, status=status, **given)


def test_waits_grow_from_seconds_to_hours_and_are_the_same_each_time_they_are_asked_for() -> None:
    waits = [(after(failed(n)).at - AT).total_seconds() for n in range(1, 9)]
    for wait, base in zip(waits, (5, 30, 120, 600, 3600, 10800, 21600, 21600), strict=True):
        assert base <= wait <= base * 1.1
    assert after(failed(3)) == after(failed(3))
    assert after(failed(3)) != after(failed(3, delivery_id=UUID(int=COMPLAINT.int + (1 << 9))))


@pytest.mark.parametrize("status", [None, 302, 408, 409, 425, 429, 500, 503])
def test_what_may_pass_is_tried_for_days(status: int | None) -> None:
    short = PATIENCE - timedelta(seconds=1)
    assert after(failed(40, status=status, tried_for=short)).next is Next.TRY_AGAIN
    assert after(failed(41, status=status, tried_for=PATIENCE)).next is Next.GIVE_UP


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_the_receiver_calls_wrong_is_given_up_within_hours(status: int) -> None:
    assert after(failed(MOST_REFUSALS - 1, status=status)).next is Next.TRY_AGAIN
    assert after(failed(MOST_REFUSALS, status=status)).next is Next.GIVE_UP


def test_a_receiver_that_is_gone_pauses_the_subscription() -> None:
    assert after(failed(1, status=410)).next is Next.PAUSE


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(timedelta(hours=2), timedelta(hours=2)), (timedelta(days=30), LONGEST_ASKED), (timedelta(seconds=-5), None)],
)
def test_a_receiver_is_left_alone_for_as_long_as_it_asks_within_reason(
    asked: timedelta, waits: timedelta | None
) -> None:
    step = after(failed(1, status=503, retry_after=asked))
    assert step.at - AT == waits if waits else step.at - AT < timedelta(seconds=6)
