"""A case file in memory, under the wire names of the real one, that fails when it is told to.

It stands behind real workflows on the real server, where the real case file would hide what they do.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio import activity

from contracts import names
from contracts.acts import Act, Outcome, Parked, Verdict
from contracts.clocks import ArmedClock, RungAt
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.failures import Refusal
from policies.procedure import compile_plan
from policies.procedure_files import load_procedures

PLAN = compile_plan(load_procedures().get("nhs-england-2009", 1))
MOVES = {
    CommandKind.LOG: "received",
    CommandKind.ACKNOWLEDGE: "acknowledged",
    CommandKind.SET_RESPONSE_PERIOD: "closer_look",
    CommandKind.RESPOND: "responded",
    CommandKind.CLOSE: "closed",
    CommandKind.WITHDRAW: "withdrawn",
}
# The ladder that opening arms: one rung a day.
RUNGS = ("reminder_1", "overdue", "escalation_1")
A_DAY = timedelta(days=1)


def a_clock(start: datetime, *, rungs: tuple[str, ...] = RUNGS, every: timedelta = A_DAY, **known: Any) -> ArmedClock:
    """Return a clock whose rungs follow each other from `start`."""
    ladder = tuple(RungAt(rung=Code(rung), at=start + every * (n + 1)) for n, rung in enumerate(rungs))
    described = {"clock_id": uuid4(), "kind": Code("acknowledgement"), "generation": 1, "due_at": ladder[-1].at}
    return ArmedClock(**{**described, "rungs": ladder, **known})


@dataclass(slots=True, kw_only=True)
class FakeCase:
    """One case: what was asked of it, and what it is told to answer.

    `faults` are raised or, where they are no exception, returned as they are, one for each call. An
    event among them is waited for: an activity that hangs.
    """

    version: int = 0
    stage: Code = field(default_factory=lambda: Code("received"))
    clocks: tuple[ArmedClock, ...] | None = None
    asked: list[Act] = field(default_factory=list)
    applied: list[Act] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    verdicts: dict[UUID, Verdict] = field(default_factory=dict)
    faults: deque[Any] = field(default_factory=deque)
    park_faults: deque[BaseException] = field(default_factory=deque)
    arms: dict[CommandKind, tuple[ArmedClock, ...]] = field(default_factory=dict)
    refusals: dict[CommandKind, Refusal] = field(default_factory=dict)
    deferrals: int = 0
    gate: asyncio.Event | None = None
    looks: Callable[[Act], None] | None = None

    def fired(self) -> list[str]:
        """Return the rungs that were applied, in order."""
        return [act.rung.rung.value for act in self.applied if act.rung]

    def said(self) -> list[CommandKind]:
        """Return the commands that were applied, in order."""
        return [act.command.kind for act in self.applied if act.command]

    def decide(self, act: Act) -> Verdict:
        """Return the stored verdict, or a new one."""
        if act.act_id in self.verdicts:
            return self.verdicts[act.act_id]
        if act.rung is not None and self.deferrals > 0:
            self.deferrals -= 1
            return Verdict(outcome=Outcome.DEFERRED, version=self.version, stage=self.stage)
        self.verdicts[act.act_id] = verdict = self._verdict(act)
        if verdict.outcome is Outcome.APPLIED:
            self.applied.append(act)
        return verdict

    def _verdict(self, act: Act) -> Verdict:
        kind = act.command.kind if act.command else None
        if kind in self.refusals:
            return Verdict(outcome=Outcome.REFUSED, version=self.version, stage=self.stage, refusal=self.refusals[kind])
        self.version += 1
        armed: tuple[ArmedClock, ...] = ()
        if kind is not None:
            self.stage = Code(MOVES.get(kind, self.stage.value))
            armed = self.arms.get(kind, ())
        opened = kind is CommandKind.LOG
        if opened:
            armed = (a_clock(act.now),) if self.clocks is None else self.clocks
        return Verdict(
            outcome=Outcome.APPLIED,
            version=self.version,
            stage=self.stage,
            armed=armed,
            reference=Code("FAKE-12345678-0") if opened else None,
            owner_id=UUID(int=7),
            waiting_on=Code("owner"),
            plan=PLAN if opened else None,
        )


class FakeCaseFile:
    """Many cases, found by their complaint."""

    def __init__(self) -> None:
        self.cases: dict[UUID, FakeCase] = {}

    def case(self, complaint_id: UUID) -> FakeCase:
        return self.cases.setdefault(complaint_id, FakeCase())

    @activity.defn(name=names.APPLY)
    async def apply(self, act: Act) -> Any:
        case = self.case(act.complaint_id)
        case.asked.append(act)
        if case.looks is not None:
            case.looks(act)
        if case.gate is not None:
            await case.gate.wait()
        if case.faults:
            fault = case.faults.popleft()
            if isinstance(fault, asyncio.Event):
                await fault.wait()
            if isinstance(fault, BaseException):
                raise fault
            return fault
        return case.decide(act)

    @activity.defn(name=names.PARK)
    async def park(self, parked: Parked) -> None:
        case = self.case(parked.complaint_id)
        if case.park_faults:
            raise case.park_faults.popleft()
        case.parked.append(parked)
