"""The life of one notice on its way: carried patiently, given up aloud, told to its complaint."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.notices import Notices
    from activities.notify import ByNotify
    from contracts import names
    from contracts.code import Code
    from contracts.failures import ErrorType
    from contracts.notices import ARRIVAL_UNKNOWN, NOTIFY, NoticeAct, NoticeOutcome, NoticeStart, NoticeState

from workflows.options import (
    DATABASE_RETRY,
    DATABASE_TIMEOUT,
    MAIL_PATIENCE,
    MAIL_RETRY,
    MAIL_TIMEOUT,
    NOTIFY_PATIENCE,
    NOTIFY_TIMEOUT,
)

FIRST_LOOK: Final = timedelta(hours=1)  # most holds are short
NEXT_LOOK: Final = timedelta(days=1)
HOLD_PATIENCE: Final = timedelta(days=30)
AFTER_FAULT: Final = timedelta(days=1)
# What became of what Notify has: looked at so long after it was handed over, unless a callback comes sooner.
FOLLOW_LOOKS: Final = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=7))

NOT_IN_TIME: Final = Code("not_delivered_in_time")
HELD_TOO_LONG: Final = Code("held_too_long")
UNEXPECTED: Final = Code("unexpected_failure")


@workflow.defn(name=names.NOTICE)
class NoticeWorkflow:
    """Carry one queued notice. No failure of an activity leaves `run`: it ends sent, or told."""

    @workflow.init
    def __init__(self, start: NoticeStart) -> None:
        self._start = start

    @workflow.run
    async def run(self, start: NoticeStart) -> NoticeOutcome:
        """Carry the notice, then tell its complaint what became of it; what Notify has is followed."""
        outcome = await self._carried()
        await self._report(outcome)
        if start.carrier == NOTIFY and outcome.state is NoticeState.HANDED_OVER:
            outcome = await self._followed(outcome)
        _tell(f"**{outcome.state.value}**", "Nothing is awaited any more.")
        return outcome

    async def _carried(self) -> NoticeOutcome:
        while True:
            try:
                return await self._carry()
            except (FailureError, asyncio.CancelledError) as failed:
                # "Cancel" was pressed in the engine: what was released is carried all the same.
                if not is_cancelled_exception(failed):
                    return await self._give_up(_failure_of(failed))

    async def _carry(self) -> NoticeOutcome:
        """Send; in quiet hours wait for their end; while a hold is in force look again later, but not for ever."""
        until, looks = workflow.now() + HOLD_PATIENCE, _looks()
        while True:
            outcome = await self._send()
            if outcome.state is not NoticeState.QUEUED:
                return outcome
            if outcome.look_at is not None and (wait := outcome.look_at - workflow.now()) > timedelta():
                _tell("Quiet hours: the law does not ask for this notice.", f"Leaves at {_at(wait)}.")
                await workflow.sleep(wait, summary="Quiet hours: wait for their end")
                continue
            look = next(looks)
            if workflow.now() + look > until:
                return await self._give_up(HELD_TOO_LONG)
            _tell("Held: nothing may be sent for now.", f"Looks again at {_at(look)}.")
            await workflow.sleep(look, summary="Held: look again")

    async def _send(self) -> NoticeOutcome:
        _tell(
            "Handing the notice over.",
            f"Tries until {_at(MAIL_PATIENCE)}, then gives up.",
        )
        if self._start.carrier == NOTIFY:
            return await workflow.execute_activity_method(
                ByNotify.send,
                self._act(),
                task_queue=names.DELIVERY,
                start_to_close_timeout=NOTIFY_TIMEOUT,
                schedule_to_close_timeout=MAIL_PATIENCE,
                retry_policy=MAIL_RETRY,
                summary="Hand the notice over to Notify",
            )
        return await workflow.execute_activity_method(
            Notices.send,
            self._act(),
            task_queue=names.DELIVERY,
            start_to_close_timeout=MAIL_TIMEOUT,
            schedule_to_close_timeout=MAIL_PATIENCE,
            retry_policy=MAIL_RETRY,
            summary="Hand the notice over",
        )

    async def _followed(self, outcome: NoticeOutcome) -> NoticeOutcome:
        """Look what became of a notice until that is known; after the last look somebody is asked."""
        handed_over_at = workflow.now()
        for look in FOLLOW_LOOKS:
            await self._wait_until(handed_over_at + look)
            outcome = await self._look(ARRIVAL_UNKNOWN if look is FOLLOW_LOOKS[-1] else None) or outcome
            if outcome.state is not NoticeState.HANDED_OVER:
                break
        return outcome

    async def _wait_until(self, at: datetime) -> None:
        while (wait := at - workflow.now()) > timedelta():
            _tell("Handed over; not known to have arrived.", f"Looks at {_at(wait)}.")
            try:
                await workflow.sleep(wait, summary="Look whether it arrived")
            except asyncio.CancelledError:
                continue  # "cancel" was pressed in the engine: it is followed all the same

    async def _look(self, failure: Code | None) -> NoticeOutcome | None:
        """Return what became of a notice; None where it could not be asked this time."""
        while True:
            try:
                return await workflow.execute_activity_method(
                    ByNotify.follow,
                    self._act(failure),
                    task_queue=names.DELIVERY,
                    start_to_close_timeout=NOTIFY_TIMEOUT,
                    schedule_to_close_timeout=None if failure else NOTIFY_PATIENCE,
                    retry_policy=MAIL_RETRY,
                    summary="Ask Notify whether it arrived",
                )
            except (FailureError, asyncio.CancelledError) as failed:
                if not is_cancelled_exception(failed):
                    return None

    async def _give_up(self, failure: Code) -> NoticeOutcome:
        """Mark the notice failed, unless it was handed over after all; try until it is written."""
        while True:
            _tell("The notice could not be delivered.", f"Writing that down: {failure}.")
            try:
                return await workflow.execute_activity_method(
                    Notices.give_up,
                    self._act(failure),
                    task_queue=names.DELIVERY,
                    start_to_close_timeout=DATABASE_TIMEOUT,
                    retry_policy=DATABASE_RETRY,
                    summary=f"Give up: {failure}",
                )
            except (FailureError, asyncio.CancelledError) as failed:
                if is_cancelled_exception(failed):
                    continue
                if _is_gone(failed):
                    return NoticeOutcome(state=NoticeState.FAILED, failure=failure)
            await self._pause("Giving up the notice failed.")

    async def _report(self, outcome: NoticeOutcome) -> None:
        """Tell the complaint; try until it is told."""
        while True:
            _tell(f"**{outcome.state.value}**", "Telling the complaint.")
            try:
                await workflow.execute_activity_method(
                    Notices.report,
                    self._act(outcome.failure),
                    task_queue=names.DELIVERY,
                    start_to_close_timeout=DATABASE_TIMEOUT,
                    retry_policy=DATABASE_RETRY,
                    summary=f"Tell the complaint: {outcome.state.value}",
                )
                return
            except (FailureError, asyncio.CancelledError) as failed:
                if is_cancelled_exception(failed):
                    continue
                if _is_gone(failed):
                    return
            await self._pause("Telling the complaint failed.")

    async def _pause(self, what: str) -> None:
        _tell(f"**Needs attention**: {what}", f"Tries again at {_at(AFTER_FAULT)}.")
        await workflow.sleep(AFTER_FAULT, summary="Needs attention: try again")

    def _act(self, failure: Code | None = None) -> NoticeAct:
        return NoticeAct(
            organisation_id=self._start.organisation_id,
            complaint_id=self._start.complaint_id,
            notice_id=self._start.notice_id,
            now=workflow.now(),
            failure=failure,
        )


def _looks() -> Iterator[timedelta]:
    yield FIRST_LOOK
    while True:
        yield NEXT_LOOK


def _failure_of(failed: BaseException) -> Code:
    """Return why a notice was not sent, as a code. Message text is never looked at."""
    cause = failed.cause if isinstance(failed, ActivityError) else failed
    if not isinstance(cause, ApplicationError) or not cause.non_retryable:
        return NOT_IN_TIME
    if cause.type == ErrorType.UNDELIVERABLE and cause.details:
        try:
            return Code(cause.details[0])
        except ValueError:
            return UNEXPECTED
    return UNEXPECTED


def _is_gone(failed: BaseException) -> bool:
    """Say whether the notice is not there: then there is nothing to write and nobody to tell."""
    cause = failed.__cause__
    return isinstance(cause, ApplicationError) and cause.type == ErrorType.NOT_FOUND


def _at(wait: timedelta) -> str:
    return f"{workflow.now() + wait:%Y-%m-%d %H:%M} UTC"


def _tell(what: str, until: str) -> None:
    workflow.set_current_details(f"{what}\n\n{until}")
