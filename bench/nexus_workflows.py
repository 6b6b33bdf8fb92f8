"""One exchange between two bodies, in the five ways in which an engine can carry it: the least of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import nexusrpc
from nexusrpc.handler import StartOperationContext, service_handler, sync_operation
from temporalio import activity, nexus, workflow
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.nexus import WorkflowRunOperationContext, workflow_run_operation

LEAD_QUEUE: Final = "nexus-lead"
BODY_QUEUE: Final = "nexus-body"
ENDPOINT: Final = "body"
ASK: Final = "nexus.ask"
ANSWER: Final = "nexus.answer"
KNOCK: Final = "nexus.knock"
LOOK: Final = "nexus.look"
CALLER: Final = "nexus.caller"
_SHORT: Final = timedelta(seconds=10)
_LONG: Final = timedelta(days=180)


class Way(StrEnum):
    """How what is asked reaches the other body, and what it answers comes back."""

    ACTIVITY = "activity"  # the floor: nobody else is asked
    CHILD = "child"  # a child workflow of the same namespace
    NEXUS_SYNC = "nexus_sync"  # a Nexus operation that answers at once
    NEXUS_RUN = "nexus_run"  # a Nexus operation that is a workflow of the other namespace
    KNOCK = "knock"  # what the joint protocol does: a knock after the commit; the other side fetches, and knocks back


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing asked, by its id. `hold`: the answer takes a person, so it does not come by itself."""

    id: UUID
    way: Way
    hold: bool = False
    new_run: bool = False  # the caller begins a new run while it waits


@nexusrpc.service
class Contributing:
    """What a body could offer as a Nexus service."""

    look: nexusrpc.Operation[Asked, bool]
    contribute: nexusrpc.Operation[Asked, bool]


@service_handler(service=Contributing)
class ContributingHandler:
    """Answer for the body."""

    @sync_operation
    async def look(self, _context: StartOperationContext, asked: Asked) -> bool:
        """Answer at once."""
        return not asked.hold

    @workflow_run_operation
    async def contribute(self, context: WorkflowRunOperationContext, asked: Asked) -> nexus.WorkflowHandle[bool]:
        """Answer by a workflow of the body's own."""
        return await context.start_workflow(
            AnswerWorkflow.run, asked, id=answer_id(asked), id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING
        )


@workflow.defn(name=ANSWER)
class AnswerWorkflow:
    """The body's side: look once; then wait for a person, if one is needed."""

    def __init__(self) -> None:
        self._said = False

    @workflow.run
    async def run(self, asked: Asked) -> bool:
        """Answer."""
        await workflow.execute_activity(LOOK, asked, start_to_close_timeout=_SHORT)
        if asked.hold:
            await workflow.wait_condition(lambda: self._said)
        if asked.way is Way.KNOCK:
            await workflow.execute_activity(KNOCK, asked, start_to_close_timeout=_SHORT)
        return True

    @workflow.signal(name="said")
    def said(self) -> None:
        """Hear what a person said."""
        self._said = True


@workflow.defn(name=CALLER)
class CallerWorkflow:
    """The lead's side: ask, and have the answer."""

    def __init__(self) -> None:
        self._answered = False

    @workflow.run
    async def run(self, asked: Asked) -> bool:
        """Ask in one of the ways."""
        match asked.way:
            case Way.ACTIVITY:
                return bool(await workflow.execute_activity(LOOK, asked, start_to_close_timeout=_SHORT))
            case Way.CHILD:
                return await workflow.execute_child_workflow(AnswerWorkflow.run, asked, id=answer_id(asked))
            case Way.KNOCK:
                await workflow.execute_activity(ASK, asked, start_to_close_timeout=_SHORT)
                await workflow.wait_condition(lambda: self._answered)
                return True
        client = workflow.create_nexus_client(service=Contributing, endpoint=ENDPOINT)
        operation = Contributing.look if asked.way is Way.NEXUS_SYNC else Contributing.contribute
        handle = await client.start_operation(operation, asked, schedule_to_close_timeout=_LONG)
        if asked.new_run:
            workflow.continue_as_new(replace(asked, way=Way.ACTIVITY))
        return bool(await handle)

    @workflow.signal(name="answered")
    def answered(self) -> None:
        """Hear that there is an answer."""
        self._answered = True


@workflow.defn(name=CALLER)
class ChangedCallerWorkflow:
    """The lead's side after a deploy that asks for something else: replay has to notice."""

    @workflow.run
    async def run(self, asked: Asked) -> bool:
        """Ask for the other operation."""
        client = workflow.create_nexus_client(service=Contributing, endpoint=ENDPOINT)
        return bool(await client.execute_operation(Contributing.look, asked, schedule_to_close_timeout=_LONG))


def answer_id(asked: Asked) -> str:
    """Return the id of the workflow that answers."""
    return f"nexus/answer/{asked.id}"


def caller_id(asked: Asked) -> str:
    """Return the id of the workflow that asks."""
    return f"nexus/caller/{asked.id}"


@activity.defn(name=LOOK)
async def look(_asked: Asked) -> bool:
    """Look once."""
    return True
