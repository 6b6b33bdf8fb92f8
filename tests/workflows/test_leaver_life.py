"""A leaver over real parts, under skipped time: reminders, a successor, cases left on the last day, the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts import names
from contracts.commands import CommandKind
from contracts.leavers import LeaverStart, LeaverState
from db.desk_said import Assign
from db.models.office import Leaver, OfficeEvent
from db.queries import leavers
from gateways.engine import connect
from runtime.settings import Settings
from tests.apart import Apart
from tests.bodies import Body
from tests.world import World, a_world, until

# The world begins on Thursday 2 March 2028 at ten.
LAST_DAY = date(2028, 3, 10)  # a Friday: five working days before it is Friday 3 March


@pytest.fixture(scope="module")
async def living(own_server: str, apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    settings = Settings(environment="development", state_dir=tmp_path_factory.mktemp("state"))
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


@pytest.fixture
def world(living: World) -> World:
    living.clock.time = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)
    return living


class Leaving:
    """One leaver of a world."""

    def __init__(self, world: World, body: Body, leaver_id: UUID) -> None:
        self.world, self.body, self.id = world, body, leaver_id
        self.handle = world.client.get_workflow_handle(names.leaver_workflow_id(leaver_id), result_type=LeaverState)

    async def at(self, day: date, hour: int, minute: int = 1) -> None:
        """Move the leaving's time to an instant (in winter London is UTC), and wait until it rests."""
        instant = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        while self.world.clock.time < instant:
            step = min(instant - self.world.clock.time, timedelta(hours=20))
            await self.world.skipper.fast_forward(self.handle, step)
            self.world.clock.time += step
            await self.settled()

    async def settled(self) -> None:
        async def quiet() -> bool:
            raw = (await self.handle.describe()).raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        await until(quiet)

    async def tasks(self) -> list[tuple[str, str, UUID | None]]:
        rows = await self.world.rows(
            self.body,
            "select role, state, assignee_id from task where subject_id = :id and kind = 'hand_over_cases'"
            " order by raised_at, role",
            id=self.id,
        )
        return [(row["role"], row["state"], row["assignee_id"]) for row in rows]

    async def state(self) -> str:
        return str((await self.world.row(self.body, "select state from leaver where id = :id", id=self.id))["state"])

    async def works_here(self) -> bool:
        sql = "select active from person where id = (select person_id from leaver where id = :id)"
        return bool((await self.world.row(self.body, sql, id=self.id))["active"])


async def announce(world: World, body: Body, *, successor: UUID | None = None) -> Leaving:
    """Announce that the handler leaves, as the complaints manager, in a workflow whose time is the world's."""
    leaver_id, now = uuid4(), world.clock.now()
    async with world.database.tenant(body.id, now) as session:
        session.add(
            Leaver(
                id=leaver_id, organisation_id=body.id, person_id=body.person("handler"), last_day=LAST_DAY,
                successor_id=successor, state="announced", announced_at=now,
            )
        )  # fmt: skip
        session.add(
            OfficeEvent(
                id=uuid4(), organisation_id=body.id, kind="leaver.announced", subject_id=leaver_id, at=now,
                actor_id=body.person("complaints_manager"), role="complaints_manager", data={},
                caller="complaints_manager", route="/leaving", idempotency_key=uuid4().hex, body_hash="0" * 64,
            )
        )  # fmt: skip
    leaving = Leaving(world, body, leaver_id)
    # It begins at the machine's time, long before the world's, and finds nothing to ask for until it is there.
    start = LeaverStart(organisation_id=body.id, leaver_id=leaver_id)
    await world.engine.tell_leaver(start)
    await leaving.settled()
    await world.skipper.fast_forward(leaving.handle, now - datetime.now(UTC))
    await leaving.settled()
    return leaving


async def owned(world: World, body: Body) -> UUID:
    return await world.log(body, owner_id=body.person("handler"))


async def test_cases_left_on_the_last_day_keep_the_account_until_they_are_handed_over(
    world: World, apart: Apart
) -> None:
    body = apart.body()
    manager, responsible = body.person("complaints_manager"), body.person("responsible_person")
    case = await owned(world, body)
    leaving = await announce(world, body)
    assert await leaving.tasks() == []

    await leaving.at(date(2028, 3, 3), 8, 59)
    assert await leaving.tasks() == []
    await leaving.at(date(2028, 3, 3), 9)
    assert await leaving.tasks() == [("complaints_manager", "open", manager)]

    # Somebody says that it is done, and it is not: on the working day before the last it is asked for again.
    await close_task(world, body, leaving)
    await leaving.at(date(2028, 3, 9), 8, 59)
    assert await leaving.tasks() == [("complaints_manager", "done", manager)]
    await leaving.at(date(2028, 3, 9), 9)
    assert (await leaving.tasks())[1:] == [("complaints_manager", "open", manager)]
    await leaving.at(LAST_DAY, 23, 59)
    assert await leaving.works_here() and len(await leaving.tasks()) == 2

    # The last day has ended, on a Saturday: the responsible person is asked too, and again on Monday.
    await leaving.at(date(2028, 3, 11), 0)
    assert (await leaving.tasks())[2:] == [("responsible_person", "open", responsible)]
    assert await leaving.works_here()
    await close_task(world, body, leaving)
    await leaving.at(date(2028, 3, 12), 23)
    assert [state for _, state, _ in await leaving.tasks()] == ["done"] * 3
    await leaving.at(date(2028, 3, 13), 9)
    assert sorted(role for role, state, _ in await leaving.tasks() if state == "open") == [
        "complaints_manager", "responsible_person",
    ]  # fmt: skip

    said = Assign(owner_id=body.person("investigator"))
    submission = await world.say(body, case, CommandKind.ASSIGN, said, by="complaints_manager")
    assert submission.state == "applied", submission.refusal
    assert await leaving.works_here()
    await leaving.at(date(2028, 3, 14), 9)
    assert (await leaving.state(), await leaving.works_here()) == ("ended", False)
    assert await leaving.handle.result() is LeaverState.ENDED
    assert {state for _, state, _ in await leaving.tasks()} == {"done"}
    ends = await world.rows(body, "select ends_on from appointment where person_id = :id", id=body.person("handler"))
    assert [row["ends_on"] for row in ends] == [LAST_DAY]
    journal = await world.row(
        body, "select data from office_event where subject_id = :id and kind = 'leaver.ended'", id=leaving.id
    )
    assert journal["data"] == {"person_id": str(body.person("handler")), "last_day": "2028-03-10"}


async def close_task(world: World, body: Body, leaving: Leaving) -> None:
    async with world.database.tenant(body.id, world.clock.now()) as session:
        await leavers.end_tasks(session, leaving.id, world.clock.now(), done=True)


async def test_a_successor_takes_the_cases_by_one_submission_each_and_the_account_ends_with_the_last_day(
    world: World, apart: Apart
) -> None:
    body = apart.body()
    successor = body.person("investigator")
    cases = [await owned(world, body) for _ in range(3)]
    leaving = await announce(world, body, successor=successor)

    async def handed_over() -> bool:
        rows = await world.rows(body, "select owner_id from complaint")
        return {row["owner_id"] for row in rows} == {successor}

    await until(handed_over)
    operation = await world.row(body, "select * from bulk_operation where leaver_id = :id", id=leaving.id)
    await world.client.get_workflow_handle(names.bulk_workflow_id(operation["id"])).result()
    operation = await world.row(body, "select * from bulk_operation where leaver_id = :id", id=leaving.id)
    assert (operation["state"], operation["total"], operation["done"]) == ("done", 3, 3)
    said = await world.rows(
        body, "select complaint_id, person_id, role from submission where caller = :by", by=f"bulk/{operation['id']}"
    )
    manager = body.person("complaints_manager")
    assert {row["complaint_id"] for row in said} == set(cases) and len(said) == 3
    assert {(row["person_id"], row["role"]) for row in said} == {(manager, "complaints_manager")}
    await leaving.at(LAST_DAY, 23, 59)
    assert await leaving.works_here() and await leaving.tasks() == []
    await leaving.at(date(2028, 3, 11), 0)
    assert (await leaving.state(), await leaving.works_here()) == ("ended", False)


async def test_a_leaving_that_is_cancelled_ends_its_workflow_and_nothing_else(world: World, apart: Apart) -> None:
    body = apart.body()
    leaving = await announce(world, body)
    async with world.database.tenant(body.id, world.clock.now()) as session:
        leaver = await leavers.find(session, leaving.id, lock=True)
        assert leaver is not None
        leaver.state = LeaverState.CANCELLED.value
    await world.engine.tell_leaver(LeaverStart(organisation_id=body.id, leaver_id=leaving.id))
    assert await leaving.handle.result() is LeaverState.CANCELLED
    # Told once more: what has ended stays so.
    await world.engine.tell_leaver(LeaverStart(organisation_id=body.id, leaver_id=leaving.id))
    assert await leaving.works_here()


async def test_cancel_in_the_engine_does_not_end_a_leaving(world: World, apart: Apart) -> None:
    body = apart.body()
    leaving = await announce(world, body)
    await leaving.handle.cancel()
    await leaving.at(date(2028, 3, 11), 0)
    assert await leaving.state() == "ended"
