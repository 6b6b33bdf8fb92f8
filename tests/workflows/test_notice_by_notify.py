"""The workflow of a notice by Notify, and of one that waits in quiet hours: on the real server, days skipped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from contracts import names
from contracts.code import Code
from contracts.notices import ARRIVAL_UNKNOWN, NOTIFY, OUT_TRAY, NoticeAct, NoticeOutcome, NoticeStart, NoticeState
from tests.temporal_server import a_skipping_environment
from tests.workflows.test_notice_workflow import FakeNotices, fault, undeliverable
from workflows.notice import NoticeWorkflow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENT = NoticeOutcome(state=NoticeState.HANDED_OVER)
HELD = NoticeOutcome(state=NoticeState.QUEUED)
ARRIVED = NoticeOutcome(state=NoticeState.DELIVERED)
RETURNED = NoticeOutcome(state=NoticeState.FAILED, failure=Code("permanent_failure"))
Answer = NoticeOutcome | ApplicationError | timedelta


class FakeNotify:
    """Answer from scripts; a length in one stands for quiet hours of that length from now on."""

    def __init__(self, sends: list[Answer], looks: list[Answer] | None = None) -> None:
        self.sends, self.looks = sends, looks or [SENT]
        self.sent: list[NoticeAct] = []
        self.looked: list[NoticeAct] = []

    @activity.defn(name=names.NOTIFY_SEND)
    async def send(self, act: NoticeAct) -> NoticeOutcome:
        self.sent.append(act)
        return _answer(self.sends, act.now)

    @activity.defn(name=names.NOTIFY_FOLLOW)
    async def follow(self, act: NoticeAct) -> NoticeOutcome:
        self.looked.append(act)
        return _answer(self.looks, act.now)


def _answer(script: list[Answer], now: datetime) -> NoticeOutcome:
    answer = script.pop(0) if len(script) > 1 else script[0]
    if isinstance(answer, timedelta):
        return NoticeOutcome(state=NoticeState.QUEUED, look_at=now + answer)
    if isinstance(answer, ApplicationError):
        raise answer
    return answer


@asynccontextmanager
async def carrying(
    notify: FakeNotify, mail: FakeNotices, carrier: Code | None = NOTIFY
) -> AsyncIterator[WorkflowHandle[NoticeWorkflow, NoticeOutcome]]:
    start = NoticeStart(organisation_id=UUID(int=1), complaint_id=UUID(int=2), notice_id=UUID(int=3), carrier=carrier)
    env = await a_skipping_environment()
    worker = Worker(
        env.client,
        task_queue=names.DELIVERY,
        workflows=[NoticeWorkflow],
        activities=[mail.send, mail.give_up, mail.report, notify.send, notify.follow],
    )
    async with env, worker:
        yield await env.client.start_workflow(
            NoticeWorkflow.run, start, id=names.notice_workflow_id(start.notice_id), task_queue=names.DELIVERY
        )


async def carry(notify: FakeNotify, mail: FakeNotices, carrier: Code | None = NOTIFY) -> NoticeOutcome:
    async with carrying(notify, mail, carrier) as handle:
        return await handle.result()


def waits(notify: FakeNotify) -> list[timedelta]:
    """Return how long after it was handed over each look was taken, to the minute."""
    began = notify.sent[-1].now
    return [timedelta(minutes=round((act.now - began) / timedelta(minutes=1))) for act in notify.looked]


async def test_what_notify_has_is_looked_at_after_an_hour_a_day_three_days_and_a_week() -> None:
    notify, mail = FakeNotify([SENT]), FakeNotices([SENT])
    assert await carry(notify, mail) == SENT
    assert waits(notify) == [HOUR, DAY, 3 * DAY, 7 * DAY]
    assert [act.failure for act in notify.looked] == [None, None, None, ARRIVAL_UNKNOWN]
    assert (len(notify.sent), len(mail.sent), len(mail.reported)) == (1, 0, 1)


@pytest.mark.parametrize("known", [ARRIVED, RETURNED])
async def test_once_it_is_known_nobody_looks_any_more(known: NoticeOutcome) -> None:
    notify = FakeNotify([SENT], [SENT, known])
    assert await carry(notify, FakeNotices([SENT])) == known
    assert waits(notify) == [HOUR, DAY]


async def test_a_look_that_fails_for_good_is_left_to_the_next() -> None:
    notify = FakeNotify([SENT], [fault("BROKEN", for_ever=True), ARRIVED])
    assert await carry(notify, FakeNotices([SENT])) == ARRIVED
    assert waits(notify) == [HOUR, DAY]


async def test_cancelling_it_in_the_engine_does_not_stop_the_following() -> None:
    notify = FakeNotify([SENT], [SENT, ARRIVED])
    async with carrying(notify, FakeNotices([SENT])) as handle:
        await handle.cancel()
        assert await handle.result() == ARRIVED


async def test_what_notify_refuses_for_ever_is_given_up_and_not_followed() -> None:
    notify, mail = FakeNotify([undeliverable("notify_refused")]), FakeNotices([SENT])
    assert (await carry(notify, mail)).failure == Code("notify_refused")
    assert (len(mail.given_up), len(mail.reported), notify.looked) == (1, 1, [])


@pytest.mark.parametrize("quiet", [3 * HOUR, 62 * HOUR])
async def test_in_quiet_hours_it_waits_for_their_end_and_not_for_a_look_of_its_own(quiet: timedelta) -> None:
    notify = FakeNotify([quiet, SENT], [ARRIVED])
    assert await carry(notify, FakeNotices([SENT])) == ARRIVED
    assert abs(notify.sent[1].now - notify.sent[0].now - quiet) < timedelta(minutes=1)


async def test_a_hold_after_quiet_hours_is_looked_at_as_ever() -> None:
    notify = FakeNotify([3 * HOUR, HELD, HELD, SENT], [ARRIVED])
    assert await carry(notify, FakeNotices([SENT])) == ARRIVED
    moments = [act.now for act in notify.sent]
    assert [round((late - early) / HOUR) for early, late in pairwise(moments)] == [3, 1, 24]


async def test_a_letter_in_the_out_tray_ends_its_workflow_as_it_was() -> None:
    released = NoticeOutcome(state=NoticeState.RELEASED)
    notify, mail = FakeNotify([SENT]), FakeNotices([released])
    assert await carry(notify, mail, OUT_TRAY) == released
    assert (len(mail.sent), len(mail.given_up), notify.sent, notify.looked) == (1, 0, [], [])
