"""What runs beside a complaint, in the hands of a recorded life: begun, moved in time, kept; and its misfortunes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import WorkflowHandle

from contracts import names
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.proceedings import ProceedingKind, ProceedingStart
from db import desk_said, said
from tests.bodies import Body
from tests.lives.casework import must, release
from tests.replay.record import Studio
from tests.world import MORNING, until

K = CommandKind
STEP = timedelta(days=2)


class Beside:
    """One proceeding of a complaint, and the workflows of both."""

    def __init__(self, studio: Studio, body: Body, complaint: UUID, kind: ProceedingKind, id: UUID) -> None:
        self.studio, self.world, self.body = studio, studio.world, body
        self.complaint, self.kind, self.id = complaint, kind, id
        self.alone = False  # the complaint has ended, or stays where it is

    @property
    def handle(self) -> WorkflowHandle[Any, Code]:
        workflow_id = names.proceeding_workflow_id(self.kind, self.id)
        return self.world.client.get_workflow_handle(workflow_id, result_type=Code)

    @property
    def start(self) -> ProceedingStart:
        return ProceedingStart(
            organisation_id=self.body.id, complaint_id=self.complaint, proceeding_id=self.id, kind=self.kind
        )

    @property
    def today(self) -> date:
        return self.world.clock.time.date()

    async def settled(self) -> None:
        """Wait until it rests, and its workflow has heard of everything."""

        async def quiet() -> bool:
            raw = (await self.handle.describe()).raw_description
            row = await self.row("select heard = changes as heard from proceeding where id = :id")
            return not raw.pending_activities and not raw.HasField("pending_workflow_task") and row["heard"]

        await until(quiet)

    async def keep(self, name: str) -> None:
        await self.settled()
        await self.studio.keep(f"{self.kind}/{name}", self.handle)

    async def keep_ended(self, name: str) -> None:
        await self.handle.result()
        await self.studio.keep(f"{self.kind}/{name}", self.handle)

    async def to(self, day: date, hour: int, minute: int = 5) -> None:
        """Move it to an instant of UTC, in lock-step with its complaint while that is open."""
        await self.move(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC))

    async def move(self, instant: datetime, *, alone: bool = False) -> None:
        world = self.world
        while world.clock.time < instant:
            step = min(instant - world.clock.time, STEP)
            handles = [self.handle] if alone or self.alone else [self.handle, world.handle(self.complaint)]
            await asyncio.gather(*(world.skipper.fast_forward(each, step) for each in handles))
            world.clock.time += step
            await self.settled()

    async def past_due(self) -> None:
        """Move it, and not its complaint, until half a minute after its next rung has fallen due."""
        shown = (await self.handle.describe()).typed_search_attributes
        (due,) = [pair.value for pair in shown if pair.key.name == names.SA_NEXT_DUE_AT]
        await self.move(due + timedelta(seconds=30), alone=True)

    async def must(self, kind: CommandKind, what: said.Said, by: str = "complaints_manager") -> None:
        await must(self.world, self.body, self.complaint, kind, what, by)

    async def release(self, *templates: str) -> None:
        await release(self.world, self.body, self.complaint, *templates)

    async def withdraw(self) -> None:
        """End its complaint. It goes on alone."""
        await self.must(K.WITHDRAW, said.Withdraw(method="call", withdrawn_on=self.today), "handler")
        await self.world.handle(self.complaint).result()
        self.alone = True

    async def row(self, sql: str) -> Any:
        return await self.world.row(self.body, sql, id=self.id)

    async def ids(self, sql: str) -> list[UUID]:
        return [row["id"] for row in await self.world.rows(self.body, sql, id=self.id)]


async def begun(
    studio: Studio, body: Body, complaint: UUID, kind: ProceedingKind, command: CommandKind, what: said.Said
) -> Beside:
    """Say what begins a proceeding. Its workflow begins at the machine's time, long before the world's."""
    await must(studio.world, body, complaint, command, what)
    row = await studio.world.row(
        body, "select id from proceeding where complaint_id = :id and kind = :kind", id=complaint, kind=kind.value
    )
    one = Beside(studio, body, complaint, kind, row["id"])
    await one.settled()
    return one


async def arrive(one: Beside, minutes: int = 5) -> None:
    """Bring it to the world's time, and everything some minutes on: its first rung may fire there."""
    await one.world.skipper.fast_forward(one.handle, one.world.clock.now() - datetime.now(UTC))
    await one.move(one.world.clock.time + timedelta(minutes=minutes), alone=one.alone)


Maker = Callable[[Studio], Awaitable[Beside]]


async def misfortunes(studio: Studio, make: Maker) -> None:
    """A rung that waits for what was said before it; one that fails and fires once mended; a press on "Cancel"."""
    world = studio.world
    one = await make(studio)
    await arrive(one)
    await world.say(one.body, one.complaint, K.ADD_NOTE, desk_said.AddNote(words="Said in time."), deliver=False)
    await one.past_due()
    await one.keep("rung_deferred")
    await world.deliver(one.body, one.complaint)
    await one.move(world.clock.time + timedelta(minutes=5), alone=True)
    await one.keep("rung_fired_after_deferral")
    await one.handle.cancel()
    await one.keep("cancel_pressed")

    world.clock.time = MORNING
    other = await make(studio)
    await arrive(other)
    find = "select id, rungs from clock where proceeding_id = :id and state = 'running' order by due_at, id limit 1"
    clock = await other.row(find)
    now = world.clock.now()
    next_one = next(each for each in clock["rungs"] if datetime.fromisoformat(each["at"]) > now)
    _write(studio, clock["id"], [{**each, "does": None} if each is next_one else each for each in clock["rungs"]])
    await other.past_due()
    await other.keep("needs_attention")
    _write(studio, clock["id"], clock["rungs"])
    await other.move(world.clock.time + timedelta(minutes=15), alone=True)
    await other.keep("rung_fired_once_mended")
    nobody = ProceedingStart(
        organisation_id=other.body.id, complaint_id=other.complaint, proceeding_id=uuid4(), kind=other.kind
    )
    await world.engine.tell_proceeding(nobody)
    await studio.keep_waiting(
        f"{other.kind}/cannot_look", names.proceeding_workflow_id(nobody.kind, nobody.proceeding_id)
    )


def _write(studio: Studio, clock: UUID, rungs: list[object]) -> None:
    studio.write("update clock set rungs = %s where id = %s", json.dumps(rungs), clock)


async def long(studio: Studio, make: Maker) -> None:
    """Told of so much that it begins a new run."""
    one = await make(studio)
    first = (await one.handle.describe()).run_id
    while (await one.handle.describe()).run_id == first:
        await one.world.engine.tell_proceeding(one.start)
        await one.settled()
    ended = one.world.client.get_workflow_handle(one.handle.id, run_id=first)
    await studio.keep(f"{one.kind}/run_that_ended", ended)
    await one.keep("run_that_began")
    await arrive(one)
    await one.past_due()
    await one.keep("run_that_went_on")
