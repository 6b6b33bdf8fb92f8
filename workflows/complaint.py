"""The life of one complaint: the one workflow that owns it from receipt to closure.

Nothing here decides what a deadline is, who is told or what is written: an activity is asked and its
verdict is recorded. Nothing here may end the workflow but a terminal stage: a step that fails parks
its act, and the clocks run on.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.case_file import CaseFile
    from contracts import names
    from contracts.acts import Act, Outcome, Parked, Verdict
    from contracts.clocks import RungRef
    from contracts.code import Code
    from contracts.commands import Command
    from contracts.complaint import (
        CommandOutcome,
        ComplaintState,
        Happening,
        Resume,
        Resumed,
        Start,
    )
    from contracts.failures import Refusal

from workflows import ladder, verdicts
from workflows.alarm import Alarm
from workflows.inbox import Inbox, parked, refuse, refused
from workflows.options import DATABASE_RETRY, DATABASE_TIMEOUT
from workflows.window import Window, rung_words

DEFERRAL: Final = timedelta(seconds=20)
LONGEST_HISTORY: Final = 1_000


@workflow.defn(name=names.COMPLAINT)
class ComplaintWorkflow:
    """Own one complaint: take what is said, fire what is due, one act at a time, in order."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        self._state = start.state or ComplaintState(
            organisation_id=start.organisation_id, complaint_id=start.complaint_id
        )
        self._inbox = Inbox()
        self._alarm = Alarm()
        self._window = Window()
        self._deferred: dict[RungRef, datetime] = {}

    @workflow.run
    async def run(self, start: Start) -> None:
        """Live until a terminal stage, across as many runs as it takes."""
        while not self._state.finished or self._inbox:
            try:
                self._window.show(self._state, self._next_rung())
                await self._something_to_do()
                await self._take_one_act()
                await self._perhaps_begin_a_new_run()
            except asyncio.CancelledError:
                # "Cancel" was pressed in the engine. A complaint is closed or withdrawn, and nothing else ends it.
                continue
        self._window.show(self._state, None)
        await workflow.wait_condition(workflow.all_handlers_finished)

    # What people say.

    @workflow.update(name=names.SUBMIT)
    async def submit(self, command: Command) -> CommandOutcome:
        """Put the command down, wait for its outcome, return it or raise it."""
        self._inbox.put(command)
        await workflow.wait_condition(lambda: self._inbox.answered(command.submission_id))
        return self._inbox.outcome(command.submission_id, CommandOutcome)

    @submit.validator
    def _lawful(self, command: Command) -> None:
        if self._state.plan is None and self._state.parked:
            raise parked()  # the complaint could not be opened: that is not the fault of what is said next
        # What is lawful after something still in hand cannot be known yet: the main line will say.
        if self._inbox.idle and (refusal := verdicts.refusal_of(self._state, command)):
            refuse(refusal)

    @workflow.update(name=names.RESUME)
    async def resume(self, asked: Resume) -> Resumed:
        """Put the request down, wait for its outcome, return it."""
        self._inbox.put(asked)
        await workflow.wait_condition(lambda: self._inbox.answered(asked.submission_id))
        return self._inbox.outcome(asked.submission_id, Resumed)

    @workflow.query(name=names.HAPPENING)
    def happening(self) -> Happening:
        """Say what is happening right now to this complaint."""
        return Happening(
            stage=self._state.stage,
            version=self._state.version,
            next_rung=self._next_rung(),
            waiting_in_inbox=len(self._inbox),
            parked=len(self._state.parked),
            plan=self._state.plan,
        )

    # The main line.

    async def _something_to_do(self) -> None:
        due = self._next_rung()
        until = None if due is None else self._deferred.get(due, due.at)
        await self._alarm.wait(until, lambda: len(self._inbox) > 0, "" if due is None else rung_words(due))

    async def _take_one_act(self) -> None:
        """Apply what was said, or fire what is due; of both, what came first in time."""
        due, said = self._due_rung(), self._inbox.first()
        if due is not None and not (isinstance(said, Command) and said.said_at <= due.at):
            await self._fire(due)
        elif said is not None:
            await self._hear(self._inbox.take())

    async def _hear(self, said: Command | Resume) -> None:
        if self._inbox.answered(said.submission_id):
            return  # said twice: the first time was heard
        if isinstance(said, Resume):
            self._inbox.answer(said.submission_id, await self._retry_parked())
            return
        if refusal := verdicts.refusal_of(self._state, said) or self._stale(said):
            self._inbox.answer(said.submission_id, refused(refusal))
            return
        act = Act(
            act_id=said.submission_id,
            organisation_id=self._state.organisation_id,
            complaint_id=self._state.complaint_id,
            now=workflow.now(),
            stage=self._state.stage,
            command=said,
        )
        verdict = await self._apply(act)
        if verdicts.was_never_opened(self._state, said, verdict):
            self._state.finished = True
        self._inbox.answer(said.submission_id, verdicts.answer_to(said, verdict))

    def _stale(self, said: Command) -> Refusal | None:
        """Refuse what builds on an older version. A rung of staff may have made a newer one: the case file decides."""
        ahead = said.if_version is not None and said.if_version > self._state.version
        if ahead and workflow.patched("version-ahead"):
            return None
        return verdicts.stale(self._state, said)

    async def _fire(self, ref: RungRef) -> None:
        act = Act(
            act_id=ladder.act_id_of(self._state.complaint_id, ref),
            organisation_id=self._state.organisation_id,
            complaint_id=self._state.complaint_id,
            now=workflow.now(),
            stage=self._state.stage,
            rung=ref,
        )
        verdict = await self._apply(act)
        if verdict is not None and verdict.outcome is Outcome.DEFERRED:
            self._deferred[ref] = workflow.now() + DEFERRAL
            return
        self._deferred.pop(ref, None)
        self._state.clocks = ladder.climbed(self._state.clocks, ref)

    async def _apply(self, act: Act) -> Verdict | None:
        """Apply one act. A failure that no retry mends parks it: that is None, and never an end."""
        what = act.command.kind.value if act.command else rung_words(act.rung) if act.rung else ""
        while True:
            try:
                verdict = await workflow.execute_activity_method(
                    CaseFile.apply,
                    act,
                    start_to_close_timeout=DATABASE_TIMEOUT,
                    retry_policy=DATABASE_RETRY,
                    summary=what,
                )
                break
            except (FailureError, TimeoutError, asyncio.CancelledError) as failure:
                # "Cancel" was pressed in the engine: nothing is wrong with the act, so it is applied again.
                if not is_cancelled_exception(failure):
                    await self._park(act, failure)
                    return None
        if verdict.outcome is Outcome.APPLIED:
            verdicts.take(self._state, verdict)
        if verdict.outcome is not Outcome.DEFERRED:
            await self._mend(act)
        return verdict

    # What can go wrong.

    async def _park(self, act: Act, failure: BaseException) -> None:
        """Keep the act for an operator, and ask for a task."""
        if not self._is_parked(act):
            self._state.parked += (act,)
        await self._tell_case_file(act, verdicts.code_of(failure))

    async def _mend(self, act: Act) -> None:
        """Let go of an act that was parked and is now decided, and end its task."""
        if self._is_parked(act):
            self._state.parked = tuple(each for each in self._state.parked if each.act_id != act.act_id)
            await self._tell_case_file(act, None)

    def _is_parked(self, act: Act) -> bool:
        return any(each.act_id == act.act_id for each in self._state.parked)

    async def _tell_case_file(self, act: Act, failure: Code | None) -> None:
        """Say that an act is parked or mended. That this fails too must not matter."""
        parked_act = Parked(
            organisation_id=act.organisation_id,
            complaint_id=act.complaint_id,
            act_id=act.act_id,
            now=workflow.now(),
            failure=failure,
        )
        try:
            await workflow.execute_activity_method(
                CaseFile.park,
                parked_act,
                start_to_close_timeout=DATABASE_TIMEOUT,
                retry_policy=DATABASE_RETRY,
                summary="needs attention" if failure else "mended",
            )
        except (FailureError, TimeoutError):
            workflow.logger.error("the task for a parked act could not be written")

    async def _retry_parked(self) -> Resumed:
        """Try every parked act once more, in order. One that fails again, or is deferred, stays parked."""
        acts = self._state.parked
        for act in acts:
            await self._apply(replace(act, now=workflow.now(), stage=self._state.stage))
        still = len(self._state.parked)
        return Resumed(applied=len(acts) - still, parked=still)

    # Time and runs.

    def _next_rung(self) -> RungRef | None:
        return ladder.next_rung(self._state.clocks)

    def _due_rung(self) -> RungRef | None:
        due = self._next_rung()
        if due is None or self._deferred.get(due, due.at) > workflow.now():
            return None
        return due

    async def _perhaps_begin_a_new_run(self) -> None:
        """Begin a new run before the history grows long, with an empty inbox and no handler open."""
        info = workflow.info()
        grown = info.get_current_history_length() >= LONGEST_HISTORY
        if self._state.finished or not (grown or info.is_continue_as_new_suggested()):
            return
        await workflow.wait_condition(lambda: len(self._inbox) > 0 or workflow.all_handlers_finished())
        if len(self._inbox) == 0:
            workflow.continue_as_new(
                Start(
                    organisation_id=self._state.organisation_id,
                    complaint_id=self._state.complaint_id,
                    state=self._state,
                )
            )
