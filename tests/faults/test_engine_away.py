"""Temporal is dead for a while: complaints are taken in, commands are kept, and later applied in order."""

from __future__ import annotations

import httpx2
import psycopg

from tests.bodies import plain
from tests.faults.callers import Caller, long_ago, name_staff, steps, telling, together
from tests.faults.proofs import all_holds
from tests.faults.proofs_informed import everything_was_told, staff_are_kept
from tests.faults.stack import Stack
from tests.faults.waiting import until
from tests.receiver import a_receiver

# What somebody who holds a row keeps waiting.
_HELD_UP = "select count(*) from pg_locks where locktype in ('transactionid', 'tuple') and not granted"


async def test_complaints_and_commands_are_kept_while_the_engine_is_away_and_applied_in_order(
    stack: Stack, client: httpx2.AsyncClient, caller: Caller
) -> None:
    earlier = await caller.log()
    await until(lambda: is_opened(caller, earlier), "the first complaint to be opened", 30)
    await until(lambda: is_ready(client), "everything to be in good hands", 30)
    await stack.kill("temporal")

    later = await caller.log()

    async def lead(place: str) -> None:
        for said, body in steps():
            answer = await caller.say(said, f"{place}/{said}", body)
            assert (answer.status, answer.body["state"]) == (202, "pending")

    await together(lead(earlier), lead(later))
    shown = (await caller.get(later)).json()
    assert (shown["opened"], shown["open"], shown["stage"]) == (False, True, "received")
    assert (await caller.get(earlier)).json()["stage"] == "received"
    ready = await client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["counts"]["engine_away"] == 1

    await stack.start("temporal")
    await all_holds(stack, [caller])
    for place in (earlier, later):
        assert (await caller.get(place)).json()["stage"] == "closer_look"
    await until(lambda: is_ready(client), "everything to be in good hands again", 30)


async def test_who_could_not_be_told_because_the_engine_died_is_told_when_it_is_back(
    stack: Stack, client: httpx2.AsyncClient, caller: Caller
) -> None:
    async with a_receiver() as receiver:
        await caller.subscribe(receiver.url)
        place = await caller.log(receivedOn=long_ago())
        staff = await name_staff(caller, place)
        await until(lambda: is_heard(stack, staff), "the involvement to have heard of itself", 30)
        # The act is held up in the database until the engine is dead: then it is committed, and nobody can be told.
        async with await psycopg.AsyncConnection.connect(plain(stack.settings.need("database_dsn_migrator"))) as held:
            reference = place.rpartition("/")[2]
            await held.execute("select 1 from complaint where reference = %s for update", [reference])
            answer = await caller.say("telling", *telling(place, staff))
            assert answer.status == 202
            await until(lambda: is_held_up(stack), "the act to wait for its complaint", 30)
            await stack.kill("temporal")
        await until(lambda: is_told(stack, staff), "the act to be committed", 60)
        assert not await is_heard(stack, staff)
        queued = "select count(*) from webhook_delivery where state = 'queued' and organisation_id = %s"
        assert await stack.value(queued, caller.body.id)

        await stack.start("temporal")
        await all_holds(stack, [caller])
        await everything_was_told(stack, caller, receiver)
        await staff_are_kept(stack, caller, involved=1, promises=0)


async def is_heard(stack: Stack, staff: str) -> bool:
    return bool(await stack.value("select heard = changes from involvement where id = %s", staff))


async def is_told(stack: Stack, staff: str) -> bool:
    return bool(await stack.value("select state = 'told' from involvement where id = %s", staff))


async def is_held_up(stack: Stack) -> bool:
    return bool(await stack.value(_HELD_UP))


async def is_opened(caller: Caller, place: str) -> bool:
    return bool((await caller.get(place)).json()["opened"])


async def is_ready(client: httpx2.AsyncClient) -> bool:
    answer = await client.get("/health/ready")
    return answer.status_code == 200 and not any(answer.json()["counts"].values())
