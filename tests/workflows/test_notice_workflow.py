"""The workflow of a notice on the real server: days skipped, activities replaced by wire name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from contracts import names
from contracts.code import Code
from contracts.failures import ErrorType
from contracts.notices import NoticeAct, NoticeOutcome, NoticeStart, NoticeState
from tests.temporal_server import a_skipping_environment
from workflows.notice import NoticeWorkflow
from workflows.options import MAIL_RETRY

START = NoticeStart(organisation_id=UUID(int=1), complaint_id=UUID(int=2), notice_id=UUID(int=3))
SENT = NoticeOutcome(state=NoticeState.HANDED_OVER)
HELD = NoticeOutcome(state=NoticeState.QUEUED)
Answer = NoticeOutcome | ApplicationError


class FakeNotices:
    """Answer from scripts; the last answer of a script is given for ever."""

    def __init__(
        self,
        sends: list[Answer],
        give_ups: list[Answer] | None = None,
        reports: list[ApplicationError | None] | None = None,
    ) -> None:
        self.sends = sends
        self.give_ups = give_ups or []
        self.reports = reports or []
        self.sent: list[NoticeAct] = []
        self.attempted_at: list[datetime] = []
        self.given_up: list[NoticeAct] = []
        self.reported: list[NoticeAct] = []

    @activity.defn(name=names.SEND_NOTICE)
    async def send(self, act: NoticeAct) -> NoticeOutcome:
        info = activity.info()
        self.sent.append(act)
        self.attempted_at.append(act.now + (info.current_attempt_scheduled_time - info.scheduled_time))
        return _answer(self.sends)

    @activity.defn(name=names.GIVE_UP_NOTICE)
    async def give_up(self, act: NoticeAct) -> NoticeOutcome:
        self.given_up.append(act)
        if self.give_ups:
            return _answer(self.give_ups)
        return NoticeOutcome(state=NoticeState.FAILED, failure=act.failure)

    @activity.defn(name=names.REPORT_NOTICE)
    async def report(self, act: NoticeAct) -> None:
        self.reported.append(act)
        fault = self.reports.pop(0) if self.reports else None
        if fault is not None:
            raise fault


def _answer(script: list[Answer]) -> NoticeOutcome:
    answer = script.pop(0) if len(script) > 1 else script[0]
    if isinstance(answer, ApplicationError):
        raise answer
    return answer


def undeliverable(code: object) -> ApplicationError:
    return ApplicationError("x", code, type=ErrorType.UNDELIVERABLE, non_retryable=True)


def fault(kind: str, *, for_ever: bool) -> ApplicationError:
    return ApplicationError("x", type=kind, non_retryable=for_ever)


@asynccontextmanager
async def carrying(
    notices: FakeNotices,
) -> AsyncIterator[WorkflowHandle[NoticeWorkflow, NoticeOutcome]]:
    """Start one notice workflow on a server of its own, with a worker on the delivery queue."""
    env = await a_skipping_environment()
    async with env, _worker(env.client, notices):
        yield await env.client.start_workflow(
            NoticeWorkflow.run,
            START,
            id=names.notice_workflow_id(START.notice_id),
            task_queue=names.DELIVERY,
        )


def _worker(client: Client, notices: FakeNotices) -> Worker:
    return Worker(
        client,
        task_queue=names.DELIVERY,
        workflows=[NoticeWorkflow],
        activities=[notices.send, notices.give_up, notices.report],
    )


async def carry(notices: FakeNotices) -> NoticeOutcome:
    """Carry one notice to its end, which is never a failure."""
    async with carrying(notices) as handle:
        outcome = await handle.result()
        assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED
        return outcome


@pytest.mark.asyncio
async def test_a_queued_notice_is_handed_over_and_reported_once() -> None:
    notices = FakeNotices([SENT])
    assert await carry(notices) == SENT
    assert (len(notices.sent), len(notices.given_up), len(notices.reported)) == (1, 0, 1)
    act = notices.reported[0]
    assert (act.organisation_id, act.complaint_id, act.notice_id) == (
        START.organisation_id,
        START.complaint_id,
        START.notice_id,
    )


@pytest.mark.asyncio
async def test_a_notice_that_is_withheld_is_reported_and_never_tried_again() -> None:
    withheld = NoticeOutcome(state=NoticeState.WITHHELD)
    notices = FakeNotices([withheld])
    assert await carry(notices) == withheld
    assert (len(notices.sent), len(notices.reported)) == (1, 1)


@pytest.mark.asyncio
async def test_a_held_notice_is_looked_at_after_an_hour_and_then_daily_until_it_may_go() -> None:
    notices = FakeNotices([HELD, HELD, HELD, SENT])
    assert await carry(notices) == SENT
    looks = [act.now for act in notices.sent]
    waits = [round((b - a) / timedelta(hours=1)) for a, b in pairwise(looks)]
    assert waits == [1, 24, 24]
    assert notices.given_up == []


@pytest.mark.asyncio
async def test_a_notice_held_for_thirty_days_is_given_up_and_reported() -> None:
    notices = FakeNotices([HELD])
    outcome = await carry(notices)
    assert outcome == NoticeOutcome(state=NoticeState.FAILED, failure=Code("held_too_long"))
    assert notices.given_up[0].now - notices.sent[0].now > timedelta(days=29)
    assert notices.given_up[0].now - notices.sent[0].now <= timedelta(days=30, minutes=1)
    assert len(notices.reported) == 1


@pytest.mark.asyncio
async def test_cancelling_it_in_the_engine_does_not_lose_a_notice() -> None:
    notices = FakeNotices([HELD, HELD, HELD, SENT])
    async with carrying(notices) as handle:
        await handle.cancel()
        assert await handle.result() == SENT
        assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED
    assert len(notices.reported) == 1


@pytest.mark.parametrize(
    ("detail", "code"),
    [("address_refused", "address_refused"), ("not a code", "unexpected_failure"),
     (7, "unexpected_failure")],
)  # fmt: skip
@pytest.mark.asyncio
async def test_an_undeliverable_notice_is_given_up_at_once_with_its_code(detail: object, code: str) -> None:
    notices = FakeNotices([undeliverable(detail)])
    outcome = await carry(notices)
    assert outcome == NoticeOutcome(state=NoticeState.FAILED, failure=Code(code))
    assert (len(notices.sent), len(notices.given_up), len(notices.reported)) == (1, 1, 1)


@pytest.mark.asyncio
async def test_a_server_that_comes_back_gets_the_notice() -> None:
    away = fault("MAIL_AWAY", for_ever=False)
    notices = FakeNotices([*[away] * 20, SENT])
    assert await carry(notices) == SENT
    assert len(notices.sent) == 21
    assert notices.given_up == []


@pytest.mark.asyncio
async def test_after_three_days_of_refusal_the_notice_is_given_up_and_reported() -> None:
    # A pause of four hours for the policy's ten minutes: each attempt costs the server real time.
    away = ApplicationError("x", type="MAIL_AWAY", next_retry_delay=timedelta(hours=4))
    notices = FakeNotices([away])
    outcome = await carry(notices)
    assert outcome == NoticeOutcome(state=NoticeState.FAILED, failure=Code("not_delivered_in_time"))
    tried_for = notices.attempted_at[-1] - notices.attempted_at[0]
    assert timedelta(days=2, hours=19) < tried_for <= timedelta(days=3)
    assert (len(notices.given_up), len(notices.reported)) == (1, 1)


def test_mail_is_tried_at_least_every_ten_minutes() -> None:
    assert MAIL_RETRY.maximum_interval == timedelta(minutes=10)
    assert MAIL_RETRY.maximum_attempts == 0


@pytest.mark.asyncio
async def test_a_notice_that_was_handed_over_after_all_is_not_called_failed() -> None:
    notices = FakeNotices([undeliverable("message_refused")], give_ups=[SENT])
    assert await carry(notices) == SENT


@pytest.mark.asyncio
async def test_a_notice_that_is_not_there_ends_without_a_failure() -> None:
    gone = fault(ErrorType.NOT_FOUND, for_ever=True)
    notices = FakeNotices([gone], give_ups=[gone], reports=[gone])
    outcome = await carry(notices)
    assert outcome.state is NoticeState.FAILED
    assert (len(notices.given_up), len(notices.reported)) == (1, 1)


@pytest.mark.parametrize("for_ever", [True, False])
@pytest.mark.parametrize(
    "kind", [ErrorType.REFUSED, ErrorType.PARKED, ErrorType.UNDELIVERABLE, ErrorType.MISCONFIGURED]
)
@pytest.mark.asyncio
async def test_no_failure_of_writing_it_down_ends_a_notice_in_silence(kind: ErrorType, for_ever: bool) -> None:
    broken = fault(kind, for_ever=for_ever)
    notices = FakeNotices(
        [undeliverable("address_refused")],
        give_ups=[broken, NoticeOutcome(state=NoticeState.FAILED, failure=Code("address_refused"))],
        reports=[broken, broken, None],
    )
    assert (await carry(notices)).failure == Code("address_refused")
    assert (len(notices.given_up), len(notices.reported)) == (2, 3)
