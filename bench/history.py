"""Events and bytes of history by command, by rung and by life, beside the bare update and the bare timer.

A whole life is lived in skipped time, on a Temporal server of its own. What skipping adds is not counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from pydantic import SecretStr
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from bench.beside import of_a_webhook, of_an_involvement
from bench.floor import Floor
from bench.floor_worker import worker_of
from bench.floor_workflows import QUEUE, RUNG, Row
from bench.measures import Measure, Scale
from bench.stand import Stand
from contracts.commands import CommandKind
from db import desk_said, said
from db.engine import Database, SweeperDatabase, make_engine
from gateways.engine import connect
from gateways.sealing import new_key
from runtime.database_roles import DatabaseDsns
from runtime.migrating import upgrade
from runtime.temporal import TemporalServer
from tests.bodies import Body, make_body
from tests.world import MORNING, World, a_world, until

A_COMMAND, A_RUNG, A_LIFE = 14, 12, 300
_MONTHS, _RUNGS = 5, 6
_SECRETS = new_key()


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A length of history."""

    events: int
    bytes: int

    def __sub__(self, other: Size) -> Size:
        return Size(events=self.events - other.events, bytes=self.bytes - other.bytes)


@dataclass(slots=True, kw_only=True)
class Costs:
    """What each act of a life added to its history. Rungs that fired together are counted together."""

    commands: list[Size] = field(default_factory=list)
    rungs: list[tuple[int, Size]] = field(default_factory=list)
    whole: Size = field(default_factory=lambda: Size(events=0, bytes=0))


def history(stand: Stand, scale: Scale) -> list[Measure]:
    """Measure what one life, its commands and its rungs add to a history."""
    dsns = stand.other_database("bench_lives")
    upgrade(dsns.migrator)
    # Between the ports of the stand's own server and of anybody's.
    with TemporalServer(stand.settings.state_dir / "lives", time_skipping=True, port=17333, ui_port=18333) as address:
        return asyncio.run(_history(stand, dsns, address.target))


async def _history(stand: Stand, dsns: DatabaseDsns, target: str) -> list[Measure]:
    async with _world(stand, dsns, target) as world:
        bare_command, bare_rung = await _bare(stand, world)
        costs = await _Life(world, make_body(dsns.migrator)).live()
        beside = await _beside(world, make_body(dsns.migrator), bare_command, bare_rung)
    fired = sum(number for number, _ in costs.rungs)
    commands = f"{len(costs.commands) - _MONTHS} commands, {fired} rungs, {_MONTHS} monthly updates"
    worst = _greatest(costs.commands)
    shares = [Size(events=-(-size.events // number), bytes=-(-size.bytes // number)) for number, size in costs.rungs]
    most = _greatest(shares)
    return [
        *_compare(
            "a command, the dearest", worst, bare_command, A_COMMAND, "floor: bare update or timer, with activity"
        ),
        *_compare("a rung, the dearest", most, bare_rung, A_RUNG, ""),
        *_compare("a whole life", costs.whole, None, A_LIFE, f"a life: {commands}"),
        *beside,
    ]


async def _beside(world: World, body: Body, bare_command: Size, bare_rung: Size) -> list[Measure]:
    """Weigh the workflows beside a complaint."""
    rungs, told = await of_an_involvement(world, body)
    webhook = _sum(await of_a_webhook(world, body, _SECRETS))
    rung = _greatest([_sum(each) for each in rungs])
    return [
        *_compare("an involvement: a command heard", _sum(told), bare_command, A_COMMAND, ""),
        *_compare("an involvement: a rung, the dearest", rung, bare_rung, A_RUNG, ""),
        *_compare("a webhook that wakes its subscription", webhook, None, None, ""),
    ]


@asynccontextmanager
async def _world(stand: Stand, dsns: DatabaseDsns, target: str) -> AsyncIterator[World]:
    client = await connect(target, "default", lazy=False)
    database, sweeper = Database(dsns.app), SweeperDatabase(dsns.sweeper)
    own = {"secrets_key": SecretStr(_SECRETS), "webhooks_allow_private": True}
    try:
        async with a_world(client, database, sweeper, stand.settings.model_copy(update=own)) as world:
            yield world
    finally:
        await database.close()
        await sweeper.close()


async def _bare(stand: Stand, world: World) -> tuple[Size, Size]:
    """Return what a bare update and a bare rung add."""
    engine = make_engine(stand.settings.need("database_dsn_app"))
    try:
        async with worker_of(world.client, engine):
            floor = Floor(world.client)
            handle = await floor.begin()
            before = await _size(handle)
            await floor.say(handle)
            said_once = await _size(handle) - before
            rung = await world.client.start_workflow(RUNG, Row(id=uuid4()), id=f"bench/{uuid4()}", task_queue=QUEUE)
            parked = await _at_timer(rung, 1)
            return said_once, await _at_timer(rung, 2) - parked
    finally:
        await engine.dispose()


async def _at_timer(handle: WorkflowHandle[Any, Any], number: int) -> Size:
    """Return the size of a history up to its n-th timer, once it is armed."""
    counted: list[Any] = []

    async def armed() -> bool:
        counted.clear()
        timers = 0
        for event in (await handle.fetch_history()).events:
            counted.append(event)
            timers += event.event_type == EventType.EVENT_TYPE_TIMER_STARTED
            if timers == number:
                return True
        return False

    await until(armed)
    return _sum(counted)


class _Life:
    """One complaint from receipt to closure, weighed after each act."""

    def __init__(self, world: World, body: Body) -> None:
        self._world, self._body = world, body
        self._complaint: UUID
        self._costs = Costs()

    async def live(self) -> Costs:
        """Live it, and return what it cost."""
        self._world.clock.time = MORNING
        self._complaint = await self._world.log(self._body)
        await self._weigh()
        for kind, what in self._first_commands():
            await self._say(kind, what)
        await self._release("")
        for _ in range(_MONTHS):
            await self._until_prompted()
            await self._release("Here is how things stand.")
        while sum(number for number, _ in self._costs.rungs) < _RUNGS:
            await self._next_rung()
        await self._release("Here is how things stand.")
        signer = self._body.person("responsible_person")
        await self._say(
            CommandKind.RESPOND,
            said.Respond(letter="We looked into it. We are sorry.", signed_by=signer, outcome="upheld"),
            by="responsible_person",
        )
        await self._say(CommandKind.CLOSE, said.Close())
        return self._costs

    def _first_commands(self) -> list[tuple[CommandKind, said.Said]]:
        day = MORNING.date()
        call = said.Acknowledge(method="call", made_on=day, discussion_offered=True)
        rhythm = said.SetResponsePeriod(
            basis="agreed", respond_by=date(2028, 8, 30), update_every_days=30, agreed_with="Pat", agreed_on=day
        )
        return [
            (CommandKind.ACKNOWLEDGE, call),
            (CommandKind.RECORD_DISCUSSION, said.RecordDiscussion(result="accepted", recorded_on=day)),
            (CommandKind.SET_RESPONSE_PERIOD, rhythm),
            (CommandKind.ADD_NOTE, desk_said.AddNote(words="Rang the ward.")),
            (CommandKind.ASSIGN, desk_said.Assign(owner_id=self._body.person("investigator"), handover="Over to you.")),
        ]

    async def _say(self, kind: CommandKind, what: said.Said, *, by: str = "handler") -> None:
        answer = await self._world.say(self._body, self._complaint, kind, what, by=by)
        if answer.state != "applied":
            raise RuntimeError(f"{kind.value} is {answer.state}: {answer.refusal or answer.last_failure}")
        self._costs.commands.append(await self._weigh())

    async def _release(self, words: str) -> None:
        for row in await self._rows("select id from notice where complaint_id = :id and state = 'draft'"):
            await self._say(
                CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=row["id"], body=words or None)
            )

    async def _until_prompted(self) -> None:
        """Move, rung by rung, until the owner has been prompted to write the next update."""
        while not await self._rows("select id from notice where complaint_id = :id and state = 'draft'"):
            await self._next_rung()

    async def _next_rung(self) -> None:
        before = len(await self._fired())
        (row,) = await self._rows("select next_event_at from complaint where id = :id")
        await self._world.advance_to(row["next_event_at"] + timedelta(seconds=1), self._complaint)
        number = len(await self._fired()) - before
        if not number:
            raise RuntimeError("nothing fired though something was due")
        self._costs.rungs.append((number, await self._weigh()))

    async def _fired(self) -> list[Any]:
        return await self._rows("select rung from fired_rung where complaint_id = :id")

    async def _rows(self, sql: str) -> list[Any]:
        return list(await self._world.rows(self._body, sql, id=self._complaint))

    async def _weigh(self) -> Size:
        """Return what was added since the last time."""
        await self._world.settled(self._complaint)
        before, self._costs.whole = self._costs.whole, await _size(self._world.handle(self._complaint))
        return self._costs.whole - before


def _greatest(sizes: list[Size]) -> Size:
    return Size(events=max(size.events for size in sizes), bytes=max(size.bytes for size in sizes))


async def _size(handle: WorkflowHandle[Any, Any]) -> Size:
    return _sum((await handle.fetch_history()).events)


def _sum(events: Any) -> Size:
    """Count events, without those that skipping time adds."""
    own = [event for event in events if not _of_skipping(EventType.Name(event.event_type))]
    return Size(events=len(own), bytes=sum(event.ByteSize() for event in own))


def _of_skipping(name: str) -> bool:
    return "TIME_SKIPPING" in name or name.endswith("OPTIONS_UPDATED")


def _compare(what: str, size: Size, bare: Size | None, budget: int | None, note: str) -> list[Measure]:
    return [
        Measure(
            section="history",
            what=what,
            unit="events",
            redress=size.events,
            floor=bare.events if bare else None,
            budget=budget,
            note=note,
        ),
        Measure(
            section="history",
            what=what,
            unit="bytes",
            redress=size.bytes,
            floor=bare.bytes if bare else None,
        ),
    ]
