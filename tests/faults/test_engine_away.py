"""Temporal is dead for a while: complaints are taken in, commands are kept, and later applied in order."""

from __future__ import annotations

import httpx2

from tests.faults.callers import Caller, steps, together
from tests.faults.proofs import all_holds
from tests.faults.stack import Stack
from tests.faults.waiting import until


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


async def is_opened(caller: Caller, place: str) -> bool:
    return bool((await caller.get(place)).json()["opened"])


async def is_ready(client: httpx2.AsyncClient) -> bool:
    answer = await client.get("/health/ready")
    return answer.status_code == 200 and not any(answer.json()["counts"].values())
