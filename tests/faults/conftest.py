"""Faults: what is killed, taken away or stopped here, and how to do the same again.

One stack of real processes (`stack.py`) serves the whole directory: PostgreSQL with its data on disk, Temporal with
its file, the API and the worker as they are run for real, mail to an SMTP server of the tests' own.

    test_kills.py           kill -9 of the worker, the API, Temporal and PostgreSQL, in the middle of a load, at points
                            that chance picks; case systems repeat what had no answer, under the same key
    test_engine_away.py     Temporal is dead for a while: complaints are taken in, commands are kept, order is kept,
                            and staff's involvements and subscribers hear of what happened meanwhile
    test_database_away.py   PostgreSQL is dead for a while: 503, nothing half-done, workflows wait and go on
    test_mail_away.py       SMTP is dead while clocks run: no rung waits for it, no notice is lost
    test_killed_in_a_send.py the worker dies while Notify and a subscriber have what it sent, and it has no answer
    test_due_while_dead.py  the worker is dead while something falls due for a member of staff: it fires once
    test_serious_killed.py  each process is killed while seniors are called in minutes, candour and a referral beside
    test_governance_killed.py each process is killed under a board report, and the worker under an action
    test_two_stacks.py      two whole stacks talk to each other: the wire is cut, workers are killed, answers are lost
    test_unanswered_acts.py the worker dies after an act is committed and before anybody knows: one effect

A process that was killed is started again as a supervisor would do it, with what it left behind. That the supervisor
does so is shown in tests/runtime.

Chance is seeded. A failing test prints its seed; the same points again:

    REDRESS_FAULTS_SEED=<seed> pytest tests/faults/test_kills.py

Points are counted in answers of the API, so that a seed means the same on a slow machine; what each process is doing
at that point is up to the machine.
"""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from tests.faults.callers import Caller
from tests.faults.stack import Stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/faults/" in item.path.as_posix():
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def seed() -> int:
    """What chance begins with."""
    return int(os.environ.get("REDRESS_FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))


@pytest.fixture
def chance(seed: int, request: pytest.FixtureRequest) -> random.Random:
    """Chance, the same for the same seed and test."""
    print(f"REDRESS_FAULTS_SEED={seed}")
    return random.Random(f"{seed}/{request.node.name}")


@pytest.fixture(scope="session")
def the_stack() -> Iterator[Stack]:
    """The one stack of this directory."""
    with Stack() as stack:
        yield stack


@pytest.fixture
async def stack(the_stack: Stack) -> Stack:
    """The stack, whole again after whatever the test before did to it."""
    await the_stack.repair()
    return the_stack


@pytest.fixture
async def client(stack: Stack) -> AsyncIterator[httpx2.AsyncClient]:
    """HTTP to the API."""
    async with httpx2.AsyncClient(base_url=stack.settings.api_url, timeout=20) as opened:
        yield opened


@pytest.fixture
def caller(stack: Stack, client: httpx2.AsyncClient) -> Caller:
    """The case system of an organisation of its own."""
    return Caller(client, stack.settings, stack.body())
