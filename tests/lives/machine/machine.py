"""The machine: people say whatever they like about one complaint, time passes, and the laws hold all the same."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule
from hypothesis.strategies import DataObject

from contracts.commands import CommandKind
from db import said
from db.models.report import Report
from db.said import to_body
from gateways.delivery import AFTERWARDS, Delivery
from policies.calendars import local_date
from tests.bodies import Body
from tests.lives.machine import (
    answered,
    laws,
    laws_of_beside,
    laws_of_joint,
    laws_of_learning,
    laws_of_letters,
    laws_of_people,
    laws_of_serious,
    laws_of_staff,
    onward,
    onward_beside,
)
from tests.lives.machine.choosing import ALREADY, ENDS, SAYINGS
from tests.lives.machine.draws import Draws
from tests.lives.machine.life import Life
from tests.lives.machine.look import Look, Looker
from tests.world import MORNING, World

T = TypeVar("T")
PATIENCE = 300  # seconds for one step, at the most
LONGEST_CALLING = 2  # days at a time, while seniors are called every other hour


@dataclass
class Stage:
    """What a machine plays on, and a tally of what was said: (command, what became of it)."""

    world: World
    body: Body
    loop: asyncio.AbstractEventLoop
    ripe_after: int
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    lives: int = 0
    broken: str = ""  # how the first law was broken, if one was
    others: list[UUID] = field(default_factory=list)
    here: tuple[Body, ...] = ()  # further organisations of the installation
    beside: tuple[int, ...] = (0,)  # how far what runs beside a complaint has come already when a life is taken up

    def __post_init__(self) -> None:
        self.looker = Looker(self.world, self.body)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run something on the loop of the session, from the thread of the machine."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)


class Machine(RuleBasedStateMachine):
    """One life. Rules for each command are added by `rules.machine_on`."""

    stage: Stage
    sayings = Bundle("sayings")

    life: Life
    look: Look

    def __init__(self) -> None:
        super().__init__()
        self.trace: list[str] = []
        self.already = 0
        self.reported: Report | None = None

    @property
    def ripe(self) -> bool:
        return len(self.trace) >= self.stage.ripe_after + self.already

    @initialize(data=st.data())
    def log(self, data: DataObject) -> None:
        """Log a complaint, or another matter."""
        stage, world = self.stage, self.stage.world
        world.clock.time = MORNING
        today = MORNING.date()
        changes: dict[str, Any] = {
            "email": None,
            "channel": data.draw(st.sampled_from(["written", "oral", "electronic"])),
            "matter": data.draw(st.sampled_from(["complaint", "complaint", "complaint", "concern"])),
            "received_on": today - timedelta(days=data.draw(st.sampled_from([0, 0, 1, 30]))),
        }
        if data.draw(st.booleans()):
            complainant = said.PartySaid(role="complainant", name="Pat Example", ground="asked")
            changes["parties"] = (complainant, said.PartySaid(role="affected", name="Ada Example"))
        if data.draw(st.sampled_from([False, False, False, True])):
            changes["happened_on"] = today - timedelta(days=600)
        if data.draw(st.booleans()):
            changes["owner_id"] = None
        self.trace.append(f"log {changes}")
        complaint_id = stage.run(world.log(stage.body, **changes))
        self.life = Life(world, stage.body, stage.looker, complaint_id, stage.here)
        stage.run(self.life.lay_files_ready())
        stage.lives += 1
        self.look, happening, _ = stage.run(self.life.quiet())
        laws.of_a_case(self.look, happening, world.clock.now())
        if data.draw(st.booleans()):
            self.say(CommandKind.NAME_STAFF, data, right=True)
        self.already = data.draw(st.sampled_from(ALREADY))
        for _ in range(data.draw(st.sampled_from(stage.beside))):
            self.step_beside(data)
        for _ in range(self.already):
            self.step_onward(data)

    def draws(self, data: DataObject, *, right: bool = False) -> Draws:
        others = tuple(self.stage.others)
        here = tuple(each.code for each in self.stage.here)
        return Draws(data, self.look, self.stage.world, self.stage.body, others, right, self.ripe, here)

    def say(self, kind: CommandKind, data: DataObject, *, right: bool = False) -> UUID:
        """Say one thing, and hold it against the laws."""
        d = self.draws(data, right=right)
        what, by = SAYINGS[kind](d)
        version = self.look.version
        if_version = d.mostly(None, version, version - 1)
        submission_id = uuid4()
        self.trace.append(f"{self.stage.world.clock.now():%d %b} {self.look.stage}: {by} {_short(kind, what)}")
        before = self.look
        done = self.stage.run(self.life.say(kind, what, by, submission_id, if_version))
        self.trace[-1] += f" -> {done.state} {done.refusal or ''} {done.missing or ''}"
        self.settle(kind, done.state, done.refusal)
        if done.state == "refused":
            self.nothing_changed(before)
        if if_version == version - 1:
            assert done.state == "refused", "what was built on an older version was applied"
        if kind is CommandKind.FROM_BODY and done.state == "applied":
            self.trace[-1] += laws_of_joint.of_a_message(before, self.look, submission_id)
        if kind is CommandKind.RESPOND and done.state == "applied":
            laws_of_joint.of_a_response(before)
            required = before.procedure.required(before.stage, kind)
            assert not answered.lacks(before) & set(required), "answered before everything was on record"
        return submission_id

    def settle(self, kind: CommandKind, state: str, refusal: str | None) -> None:
        """Look again, and hold what one step did against the laws."""
        assert state in ("applied", "refused"), f"{kind.value} could not be decided: it is {state}"
        self.stage.tally[kind.value, refusal or state] += 1
        self.check()

    def check(self) -> None:
        """Look at the case as it stands now, and check every law."""
        stage, before = self.stage, self.look
        self.look, happening, kept = stage.run(self.life.quiet())
        stage.stages[self.look.stage] += 1
        laws.of_a_step(before, self.look)
        laws_of_staff.of_a_step(before, self.look)
        laws_of_people.of_a_step(before, self.look)
        laws_of_joint.of_a_step(before, self.look)
        laws_of_serious.of_a_step(before, self.look)
        laws_of_beside.of_a_step(before, self.look)
        laws_of_learning.of_a_step(before, self.look)
        laws.of_a_case(self.look, happening, stage.world.clock.now())
        laws_of_letters.of_a_case(self.look)
        laws_of_staff.of_a_case(self.look, happening, kept)
        laws_of_people.of_a_case(self.look, local_date(stage.world.clock.now()))
        laws_of_joint.of_a_case(self.look, kept)
        laws_of_serious.of_a_case(self.look)
        laws_of_beside.of_a_case(self.look, kept)
        laws_of_learning.of_a_case(self.look)
        for code, readable in stage.run(self.life.readable(self.look)).items():
            laws_of_joint.of_a_reader(self.look, readable, code, stage.world.clock.now())
        assert not stage.run(self.life.faults()), "the chain of evidence is broken"
        if before.open and not self.look.open:
            stage.run(self.life.has_ended())

    def nothing_changed(self, before: Look) -> None:
        """Check that all is as it was, row by row."""
        then, now = before.of_the_case(), self.look.of_the_case()
        changed = [table for table, rows in now.items() if rows != then[table]]
        assert not changed, f"what was refused changed {changed}"

    def say_it_again(self, submission_id: UUID) -> None:
        """Deliver and apply again what was said before: nothing happens, and the answer is the same."""
        before = self.look
        submission = self.stage.run(self.stage.world.submission(self.stage.body, submission_id))
        self.trace.append(f"again: {submission.kind}")
        self.stage.tally["(said again)", submission.state] += 1
        delivered = self.stage.run(self.life.deliver_again(submission))
        if self.look.open and submission.state == "applied":
            assert delivered.delivery is Delivery.APPLIED, delivered
        elif self.look.open:
            assert delivered.delivery is Delivery.REFUSED, delivered
        verdict = self.stage.run(self.life.apply_again(submission))
        assert verdict.outcome.value == submission.state, verdict
        assert submission.refusal in (None, verdict.refusal), verdict
        self.check()
        self.nothing_changed(before)

    @rule(target=sayings, data=st.data())
    def say_out_of_place(self, data: DataObject) -> UUID:
        """Say what is not lawful in this stage: it is refused, whatever its arguments."""
        allowed = {*self.look.procedure.allowed_in(self.look.stage)}
        kinds = [kind for kind in SAYINGS if kind not in allowed and (self.look.open or kind not in AFTERWARDS)]
        submission_id = self.say(self.draws(data).one(*kinds or [CommandKind.CONVERT]), data)
        done = self.look.submissions[submission_id]
        assert done["state"] == "refused", done
        assert done["refusal"] in ("not_in_this_stage", "complaint_closed", "stale_version"), done["refusal"]
        return submission_id

    @rule(target=sayings, data=st.data())
    def say_anything(self, data: DataObject) -> UUID:
        """Say whatever is lawful here, also about what is not there."""
        allowed = AFTERWARDS if not self.look.open else {*self.look.procedure.allowed_in(self.look.stage)}
        kinds = [kind for kind in SAYINGS if kind in allowed and (self.ripe or kind not in ENDS)]
        return self.say(self.draws(data).one(*kinds), data)

    def say_two_things_at_once(self, data: DataObject) -> None:
        """Two people speak at the same time: each gets an answer, one after the other."""
        kinds = [kind for kind in SAYINGS if kind in self.look.procedure.allowed_in(self.look.stage)]
        kinds = [kind for kind in kinds if self.ripe or kind not in ENDS] or [CommandKind.ADD_NOTE]
        each = []
        for _ in range(2):
            d = self.draws(data, right=True)
            kind = d.one(*kinds)
            what, by = SAYINGS[kind](d)
            each.append((kind, what, by, uuid4()))
        when = f"{self.stage.world.clock.now():%d %b} {self.look.stage}"
        self.trace.append(f"{when} at once: {[one[:3] for one in each]}")
        done = self.stage.run(self.life.at_once(*each))
        self.trace[-1] += f" -> {[one.refusal or one.state for one in done]}"
        for (kind, *_), one in zip(each, done, strict=True):
            self.settle(kind, one.state, one.refusal)

    def days_pass(self, days: int) -> None:
        """Time passes; the machine changes nothing else."""
        if self.look.rows("clock", state="running", kind="escalation_call_now"):
            days = min(days, LONGEST_CALLING)
        self.trace.append(f"{days} days pass")
        self.stage.tally["(time)", "passed"] += 1
        self.stage.run(self.life.pass_time(timedelta(days=days)))
        self.check()

    def step_onward(self, data: DataObject) -> UUID:
        """Say what brings the case further."""
        missing = self.stage.run(self.life.missing())
        return self.say(onward.next_saying(self.draws(data, right=True), missing), data, right=True)

    def step_beside(self, data: DataObject) -> UUID:
        """Say what brings what runs beside the case further, or begins something there."""
        d = self.draws(data)
        return self.say(onward_beside.next_beside(d), data, right=d.mostly(True, False))

    def report(self) -> None:
        """Once in a life a report is compiled: what happens later changes nothing of it."""
        if self.reported is None:
            self.reported = self.stage.run(self.life.report())
            self.look, *_ = self.stage.run(self.life.quiet())

    def is_counted(self) -> None:
        """Check that reports count what stands in the case, and that an earlier one is what it was."""
        differs = self.stage.run(self.life.counted())
        assert not differs, f"facts are not what stands in the case: {differs}"
        same = self.reported is None or self.stage.run(self.life.is_the_same(self.reported))
        assert same, "a report of an earlier instant has changed"

    def follow_up(self, data: DataObject) -> UUID:
        """Say what has to be said of something that waits: a request, a hold, a draft, a task."""
        d = self.draws(data)
        kinds = [kind for kind in onward.waiting(d) if self.look.open or kind in AFTERWARDS]
        return self.say(d.one(*kinds or [CommandKind.ADD_NOTE]), data, right=d.mostly(True, False))

    def teardown(self) -> None:
        note("\n".join(self.trace))
        broken = sys.exc_info()[1]
        if isinstance(broken, AssertionError) and not self.stage.broken:
            self.stage.broken = f"{broken}"
            print("\nThe first life in which a law was broken:", broken, *self.trace, sep="\n  ", flush=True)
        if hasattr(self, "life"):
            if broken is None:
                self.is_counted()
            self.stage.others = [*self.stage.others[-2:], self.life.id]
            self.stage.run(self.life.let_go())


def _short(kind: CommandKind, what: said.Said) -> str:
    """Return what was said as a trace tells it: without the words of letters."""
    told = {name: value for name, value in to_body(kind, what).items() if name not in ("body", "sections")}
    return f"{kind.value} {told}"
