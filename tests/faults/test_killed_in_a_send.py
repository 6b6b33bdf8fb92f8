"""kill -9 of the worker while Notify and a subscriber have what it sent, and it has no answer: one effect of each."""

from __future__ import annotations

from tests.faults.callers import Caller
from tests.faults.proofs import all_holds
from tests.faults.proofs_informed import everything_was_told
from tests.faults.stack import Stack
from tests.faults.waiting import until
from tests.receiver import a_receiver

PATIENCE = 120  # an attempt over which a worker died is made again when its time has run out


async def test_what_was_in_other_hands_when_the_worker_died_goes_out_once_more_at_most_under_its_own_id(
    stack: Stack, caller: Caller
) -> None:
    stack.use_notify(caller.body)
    before = len(stack.notify.taken)
    stack.notify.script = ["hold"]
    try:
        async with a_receiver(drip=True) as receiver:
            await caller.subscribe(receiver.url)
            await caller.log()
            await until(lambda: len(stack.notify.taken) > before, "Notify to take the receipt", 60)
            await until(lambda: bool(receiver.arrived), "the subscriber to have the event", 60)
            await stack.kill("worker")
            held = stack.notify.taken[before]["reference"]
            assert await stack.value("select state from notice where id = %s", held) == "queued"
            receiver.drip = False
            await stack.start("worker")
            await all_holds(stack, [caller], PATIENCE)
            await everything_was_told(stack, caller, receiver)
        first, again = receiver.arrived[0], receiver.taken[0]
        assert first.headers["webhook-id"] == again.headers["webhook-id"] and first.body == again.body
    finally:
        stack.notify.let_go.set()
    # It was looked up by its reference, and found: nothing was sent again.
    assert len(stack.notify.of(held)) == 1
    assert await stack.value("select state from notice where id = %s", held) == "handed_over"
