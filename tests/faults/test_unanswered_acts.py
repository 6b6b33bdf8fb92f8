"""The worker dies when acts are committed and nobody is told: the stored verdict answers, and nothing is redone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from contracts import names
from contracts.commands import Command, CommandKind
from contracts.submissions import Pending
from gateways.delivery import Delivery
from gateways.engine import Engine
from tests.faults.callers import Caller, steps, together
from tests.faults.proofs import all_holds
from tests.faults.stack import Stack
from tests.faults.test_engine_away import is_opened
from tests.faults.waiting import until


async def test_an_act_whose_answer_died_with_the_worker_has_one_effect(stack: Stack, caller: Caller) -> None:
    known = await caller.log()
    await until(lambda: is_opened(caller, known), "the first complaint to be opened", 30)
    await stack.kill("worker")
    dying = stack.child("dying-worker", "-m", "tests.faults.dying_worker", "2")
    dying.start()
    try:
        said, body = steps()[0]
        await together(acknowledge(caller, known, said, body), log(caller))
        await until(lambda: not dying.alive, "the worker to die of two acts", 60)
    finally:
        dying.stop()
        last_words = dying.last_words()
    verdicts = "select count(*) from verdict where organisation_id = %s"
    assert await stack.value(verdicts, caller.body.id) == 3, last_words

    await stack.start("worker")
    await until(lambda: all_told(stack, caller), "both complaints to hear their verdict", 60)
    assert await stack.value(verdicts, caller.body.id) == 3
    assert await most_attempts(stack, caller) == 2
    await all_holds(stack, [caller])


async def test_a_submission_delivered_once_more_changes_nothing(stack: Stack, caller: Caller) -> None:
    place = await caller.log()
    said, body = steps()[0]
    await caller.say(said, f"{place}/{said}", body)
    note = await caller.say("notes", f"{place}/notes", {"words": "Hello."})
    await all_holds(stack, [caller])
    (row,) = await stack.rows("select * from submission where idempotency_key = %s", note.key)
    before = (await caller.get(place)).json()
    again = Pending(
        organisation_id=caller.body.id,
        complaint_id=UUID(str(row["complaint_id"])),
        seq=3,
        delivery=1,  # so that the engine does not know it as one it has heard
        command=Command(
            submission_id=UUID(str(row["id"])),
            kind=CommandKind.ADD_NOTE,
            said_at=row["received_at"],  # type: ignore[arg-type]
        ),
    )
    delivered = await Engine(await stack.client()).deliver(again, timedelta(seconds=20))
    assert delivered.delivery is Delivery.APPLIED
    assert (await caller.get(place)).json() == before
    await all_holds(stack, [caller])


async def acknowledge(caller: Caller, place: str, said: str, body: dict[str, object]) -> None:
    answer = await caller.say(said, f"{place}/{said}", body)
    assert answer.status in (200, 202)


async def log(caller: Caller) -> None:
    await caller.log()


async def workflows(stack: Stack, caller: Caller) -> list[UUID]:
    rows = await stack.rows("select id from complaint where organisation_id = %s", caller.body.id)
    return [UUID(str(row["id"])) for row in rows]


async def all_told(stack: Stack, caller: Caller) -> bool:
    """Say whether no complaint waits for its case file any more."""
    client = await stack.client()
    for each in await workflows(stack, caller):
        described = await client.get_workflow_handle(names.complaint_workflow_id(each)).describe()
        raw = described.raw_description
        if raw.pending_activities or raw.HasField("pending_workflow_task"):
            return False
    return True


async def most_attempts(stack: Stack, caller: Caller) -> int:
    """Return how often the case file was asked for one act, at most."""
    client = await stack.client()
    most = 0
    for each in await workflows(stack, caller):
        history = await client.get_workflow_handle(names.complaint_workflow_id(each)).fetch_history()
        tries = [event.activity_task_started_event_attributes.attempt for event in history.events]
        most = max(most, *tries)
    return most
