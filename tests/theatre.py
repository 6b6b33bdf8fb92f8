"""A stage for the workflow of a complaint: the real server, production's sandbox, a case file in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import TimeSkipper
from temporalio.worker import Interceptor, Worker

from contracts import names
from contracts.commands import Command, CommandKind
from contracts.complaint import CommandOutcome, Happening, Resume, Resumed, Start
from runtime.workers import runner
from tests.fake_case_file import FakeCase, FakeCaseFile
from tests.world import until
from workflows.complaint import ComplaintWorkflow

ORGANISATION = UUID(int=1)


@dataclass(slots=True, kw_only=True)
class Theatre:
    """What a test of the workflow says and sees."""

    client: Client
    skipper: TimeSkipper
    case_file: FakeCaseFile
    queue: str

    async def begin(self, complaint: UUID | None = None) -> UUID:
        """Start a workflow that waits to be opened."""
        complaint = complaint or uuid4()
        await self.client.start_workflow(
            names.COMPLAINT,
            Start(organisation_id=ORGANISATION, complaint_id=complaint),
            id=names.complaint_workflow_id(complaint),
            task_queue=self.queue,
        )
        return complaint

    async def open(self, case: FakeCase | None = None) -> UUID:
        """Start a workflow and log its complaint."""
        complaint = uuid4()
        if case is not None:
            self.case_file.cases[complaint] = case
        await self.begin(complaint)
        await self.say(complaint, CommandKind.LOG)
        return complaint

    def case(self, complaint: UUID) -> FakeCase:
        return self.case_file.case(complaint)

    def handle(self, complaint: UUID) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(names.complaint_workflow_id(complaint))

    async def say(
        self,
        complaint: UUID,
        kind: CommandKind,
        *,
        id: UUID | None = None,
        update_id: str | None = None,
        said_at: datetime | None = None,
        if_version: int | None = None,
    ) -> CommandOutcome:
        """Say something now; return its outcome, or raise as a door would see it."""
        command = a_command(kind, id=id, said_at=said_at, if_version=if_version)
        outcome: CommandOutcome = await self.handle(complaint).execute_update(
            names.SUBMIT, command, id=update_id or str(command.submission_id), result_type=CommandOutcome
        )
        return outcome

    async def answer(self, complaint: UUID, kind: CommandKind, **how: Any) -> str:
        """Say something, and return "applied", or the type of the failure with its code."""
        try:
            await self.say(complaint, kind, **how)
        except WorkflowUpdateFailedError as failed:
            cause = failed.cause
            assert isinstance(cause, ApplicationError)
            return " ".join([str(cause.type), *map(str, cause.details)])
        return "applied"

    async def resume(self, complaint: UUID) -> Resumed:
        resumed: Resumed = await self.handle(complaint).execute_update(
            names.RESUME, Resume(submission_id=uuid4()), result_type=Resumed
        )
        return resumed

    async def happening(self, complaint: UUID) -> Happening:
        happening: Happening = await self.handle(complaint).query(names.HAPPENING, result_type=Happening)
        return happening

    async def advance(self, complaint: UUID, length: timedelta) -> None:
        """Move the complaint's time and wait until it rests. Stop well clear of a rung: its timer races the stop."""
        await self.skipper.fast_forward(self.handle(complaint), length)
        await self.settled(complaint)

    async def settled(self, complaint: UUID) -> None:
        """Wait until nothing is pending."""

        async def quiet() -> bool:
            raw = (await self.handle(complaint).describe()).raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        await until(quiet)

    async def is_running(self, complaint: UUID) -> bool:
        return (await self.handle(complaint).describe()).status is WorkflowExecutionStatus.RUNNING

    async def events(self, complaint: UUID) -> list[str]:
        """Return the names of the events of the present run."""
        history = await self.handle(complaint).fetch_history()
        return [EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history.events]


def a_command(
    kind: CommandKind, *, id: UUID | None = None, said_at: datetime | None = None, if_version: int | None = None
) -> Command:
    """Return a command, said now unless another time is given."""
    return Command(submission_id=id or uuid4(), kind=kind, said_at=said_at or datetime.now(UTC), if_version=if_version)


@asynccontextmanager
async def a_theatre(
    client: Client, *interceptors: Interceptor, max_cached_workflows: int = 1000
) -> AsyncIterator[Theatre]:
    """Open a stage with a task queue of its own."""
    queue = f"theatre-{uuid4()}"
    case_file = FakeCaseFile()
    worker = Worker(
        client,
        task_queue=queue,
        workflows=[ComplaintWorkflow],
        activities=[case_file.apply, case_file.park],
        workflow_runner=runner(),
        interceptors=list(interceptors),
        max_cached_workflows=max_cached_workflows,
    )
    async with worker:
        yield Theatre(client=client, skipper=TimeSkipper(client), case_file=case_file, queue=queue)
