"""kill -9 of every process under load, at points that chance picks."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack

import httpx2

from tests.faults.callers import INFORMED, Answer, Caller, keep_informed, lives, steps, together
from tests.faults.grave import GRAVE, be_grave, graves_are_kept, of_role, on_rota
from tests.faults.proofs import all_holds
from tests.faults.proofs_informed import everything_was_told, staff_are_kept
from tests.faults.stack import PROCESSES, Stack
from tests.receiver import a_receiver

CALLERS = 5
LIVES = 8
WITHDRAWN = 2  # of them: what they are told afterwards finds no workflow of their complaint any more
LED = 1 + len(steps())
ANSWERS = CALLERS * (LIVES * LED + WITHDRAWN + LED + len(INFORMED) + 1 + len(GRAVE))
# A senior is called for the serious complaint, and for what was long promised to a member of staff and never kept.
BESIDE = {"escalation": 2, "candour": 1, "referral": 1}
DEATHS = 2  # of each process
SETTLED = 120  # a mail that a worker died over is tried again when its attempt runs out


class Points:
    """Say when it is time to kill: after so many answers."""

    def __init__(self) -> None:
        self._count = 0
        self._awaited: dict[int, asyncio.Event] = {}

    def after(self, answers: int) -> asyncio.Event:
        """Return what is set when so many answers are there: at once where they are, while another killing went on."""
        awaited = self._awaited.setdefault(answers, asyncio.Event())
        if self._count >= answers:
            awaited.set()
        return awaited

    def answered(self, answer: Answer) -> None:
        self._count += 1
        if self._count in self._awaited:
            self._awaited[self._count].set()


async def test_all_that_was_answered_is_applied_once_though_every_process_is_killed(
    stack: Stack, client: httpx2.AsyncClient, chance: random.Random
) -> None:
    points = Points()
    callers = [Caller(client, stack.settings, stack.body(), points.answered) for _ in range(CALLERS)]
    seniors = [of_role(caller, "senior_leader") for caller in callers]
    for caller in callers:
        on_rota(stack, caller)

    async def kill(name: str, at: dict[int, float]) -> None:
        for point, moment in sorted(at.items()):
            await points.after(point).wait()
            await asyncio.sleep(moment)  # somewhere between two answers
            await stack.kill(name)
            await stack.start(name)

    killers = [
        kill(name, {point: chance.random() / 20 for point in chance.sample(range(5, ANSWERS * 3 // 4), DEATHS)})
        for name in PROCESSES
    ]
    stack.use_notify(callers[0].body)
    async with AsyncExitStack() as receivers:
        told = [(caller, await receivers.enter_async_context(a_receiver())) for caller in callers]
        for caller, receiver in told:
            await caller.subscribe(receiver.url)
        led = (lives(caller, LIVES, WITHDRAWN) for caller in callers)
        grave = (be_grave(caller, senior) for caller, senior in zip(callers, seniors, strict=True))
        await together(*killers, *led, *(keep_informed(caller) for caller in callers), *grave)
        assert sum(len(caller.answers) for caller in (*callers, *seniors)) == ANSWERS
        assert any(caller.broken for caller in callers), "no caller noticed anything"
        await all_holds(stack, [*callers, *seniors], SETTLED)
        for caller, receiver in told:
            await everything_was_told(stack, caller, receiver)
            await staff_are_kept(stack, caller, involved=1, promises=1)
            await graves_are_kept(stack, caller, kinds=BESIDE)
        assert stack.notify.taken, "nothing went by Notify"
