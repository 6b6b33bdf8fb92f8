"""A replay that can be looked into: every command the workflow produced, its state at the end, what it would do next.

The engine's own replayer compares kinds of commands only. Here the runner of production stands inside
another one, which keeps the commands with all that they hold, and asks and prods the workflow before it is let go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from runtime.workers import runner
from workflows.afterwards import AfterwardsWorkflow
from workflows.bulk import BulkWorkflow
from workflows.change_set import ChangeSetWorkflow
from workflows.complaint import ComplaintWorkflow
from workflows.contribution import ContributionWorkflow
from workflows.governance import GovernanceWorkflow
from workflows.governance_turn import GovernanceTurnWorkflow
from workflows.importing import ImportWorkflow
from workflows.involvement import InvolvementWorkflow
from workflows.joint_code import JointCodeWorkflow
from workflows.joint_part import JointPartWorkflow
from workflows.leaver import LeaverWorkflow
from workflows.notice import NoticeWorkflow
from workflows.proceedings import ActionWorkflow, CandourWorkflow, EscalationWorkflow, ReferralWorkflow
from workflows.senior_digest import SeniorDigestWorkflow
from workflows.sweeps import AnchorWorkflow, DeliverySweepWorkflow
from workflows.webhooks import WebhooksWorkflow

HISTORIES = Path(__file__).with_name("histories")
WORKFLOWS = [
    ActionWorkflow,
    AfterwardsWorkflow,
    AnchorWorkflow,
    BulkWorkflow,
    CandourWorkflow,
    ChangeSetWorkflow,
    ComplaintWorkflow,
    ContributionWorkflow,
    DeliverySweepWorkflow,
    EscalationWorkflow,
    GovernanceTurnWorkflow,
    GovernanceWorkflow,
    ImportWorkflow,
    InvolvementWorkflow,
    JointCodeWorkflow,
    JointPartWorkflow,
    LeaverWorkflow,
    NoticeWorkflow,
    ReferralWorkflow,
    SeniorDigestWorkflow,
    WebhooksWorkflow,
]
# A timer never fires early, and its length is rounded.
A_MOMENT = timedelta(milliseconds=10)
CONVERTER = pydantic_data_converter.payload_converter


@dataclass(slots=True)
class Prober:
    """Prod one workflow after its history has ended. It is not replaying any more."""

    instance: WorkflowInstance
    last: WorkflowActivation
    timers: dict[int, datetime]
    steps: set[int]  # activities that have not returned

    def activate(self, job: dict[str, Any], at: datetime | None = None) -> list[Any]:
        """Let the workflow do one thing, at a time; return the commands that follow."""
        activation = WorkflowActivation(
            run_id=self.last.run_id,
            history_length=self.last.history_length,
            is_replaying=False,
            jobs=[WorkflowActivationJob(**job)],
        )
        activation.timestamp.CopyFrom(self.last.timestamp)
        if at is not None:
            activation.timestamp.FromDatetime(at)
        return _commands(self.instance.activate(activation))

    def ask(self, query: str, kind: Any) -> Any:
        """Return the answer to a query."""
        (answer,) = self.activate({"query_workflow": {"query_id": "1", "query_type": query}})
        (value,) = CONVERTER.from_payloads([answer.respond_to_query.succeeded.response], [kind])
        return value

    def say(self, update: str, value: Any) -> list[Any]:
        """Send an update; return the commands that follow."""
        job = {"id": "u", "protocol_instance_id": "u/1", "name": update, "run_validator": True}
        return self.activate({"do_update": {**job, "input": CONVERTER.to_payloads([value])}})

    def tell(self, signal: str) -> list[Any]:
        """Send a signal; return the commands that follow."""
        return self.activate({"signal_workflow": {"signal_name": signal, "input": []}})

    def finish(self, seq: int, value: Any) -> list[Any]:
        """Let an activity return; return the commands that follow."""
        result = {"completed": {"result": CONVERTER.to_payload(value)}}
        return self.activate({"resolve_activity": {"seq": seq, "result": result}})

    def ring(self) -> list[Any]:
        """Let the one armed timer fire, on time; return the commands that follow."""
        ((seq, at),) = self.timers.items()
        return self.activate({"fire_timer": {"seq": seq}}, at + A_MOMENT)


Probe = Callable[[Prober], None]


@dataclass(slots=True)
class Seen:
    """What a replay came to."""

    commands: list[Any] = field(default_factory=list)
    probed: bool = False
    fault: Exception | None = None


class _Watched(WorkflowInstance):
    """One workflow, watched."""

    def __init__(self, inner: WorkflowInstance, seen: Seen, probe: Probe | None, first: Callable[[], None]) -> None:
        self._inner, self._seen, self._probe, self._first = inner, seen, probe, first
        self._last = WorkflowActivation()
        self._timers: dict[int, datetime] = {}
        self._steps: set[int] = set()

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        self._first()
        if any(job.HasField("remove_from_cache") for job in act.jobs):
            if self._probe is not None and self._last.run_id:
                self._prod(self._probe)
            return self._inner.activate(act)
        self._last = act
        for job in act.jobs:
            if job.HasField("fire_timer"):
                self._timers.pop(job.fire_timer.seq, None)
            if job.HasField("resolve_activity"):
                self._steps.discard(job.resolve_activity.seq)
        completion = self._inner.activate(act)
        for command in _commands(completion):
            self._note(command, act.timestamp.ToDatetime())
            self._seen.commands.append(command)
        return completion

    def _prod(self, probe: Probe) -> None:
        """Prod it. A fault is kept for the test: raised here, it would hold up the replayer for ever."""
        try:
            probe(Prober(self._inner, self._last, self._timers, self._steps))
        except Exception as fault:  # noqa: BLE001  it is raised once the replay is over
            self._seen.fault = fault
        self._seen.probed = True

    def _note(self, command: Any, now: datetime) -> None:
        if command.HasField("schedule_activity"):
            self._steps.add(command.schedule_activity.seq)
        if command.HasField("start_timer"):
            length = command.start_timer.start_to_fire_timeout.ToTimedelta()
            self._timers[command.start_timer.seq] = now + length
        elif command.HasField("cancel_timer"):
            self._timers.pop(command.cancel_timer.seq, None)

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._inner.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._inner.get_external_store_context(command_info)

    def get_info(self) -> Any:
        return self._inner.get_info()

    def get_thread_id(self) -> int | None:
        return self._inner.get_thread_id()


class _Watching(WorkflowRunner):
    """Production's runner, watched."""

    def __init__(self, seen: Seen, probe: Probe | None, first: Callable[[], None]) -> None:
        self._inner, self._seen, self._probe, self._first = runner(), seen, probe, first

    def prepare_workflow(self, defn: Any) -> None:
        self._inner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Watched(self._inner.create_instance(det), self._seen, self._probe, self._first)

    def set_worker_level_failure_exception_types(self, types: Any) -> None:
        self._inner.set_worker_level_failure_exception_types(types)


async def replay(
    history: WorkflowHistory, workflow: type, probe: Probe | None = None, first: Callable[[], None] = lambda: None
) -> Seen:
    """Replay one history with production's converter and sandbox; raise what the replayer raises.

    `first` is done before each activation. A replay is not timed: two seconds for an activation, by the clock on the
    wall, are a worker's measure of a deadlock, and on a busy machine a process may have to wait longer for its turn.
    """
    seen = Seen()
    replayer = Replayer(
        workflows=[workflow],
        workflow_runner=_Watching(seen, probe, first),
        data_converter=pydantic_data_converter,
        debug_mode=True,
    )
    await replayer.replay_workflow(history)
    if seen.fault is not None:
        raise seen.fault
    return seen


def _commands(completion: WorkflowActivationCompletion) -> list[Any]:
    assert not completion.HasField("failed"), completion.failed.failure.message
    return list(completion.successful.commands)


# The files.


def histories() -> list[Path]:
    """Return every recorded history, by file."""
    return sorted(file for file in HISTORIES.glob("*/*.json") if not file.name.endswith(".expected.json"))


def read(file: Path) -> tuple[WorkflowHistory, type]:
    """Return a history and the workflow that it is of."""
    text = file.read_text(encoding="utf-8")
    history = WorkflowHistory.from_json(file.stem, text)
    wire_name = history.events[0].workflow_execution_started_event_attributes.workflow_type.name
    (workflow,) = (each for each in WORKFLOWS if vars(each)["__temporal_workflow_definition"].name == wire_name)
    return history, workflow
