"""kill -9 of every process in turn while seniors are called in minutes, candour and a regulator's request beside."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper

from contracts import names
from contracts.commands import CommandKind
from db.engine import Database
from db.escalation_said import AcknowledgeEscalation
from db.queries.submissions import NewSubmission, append_submission
from db.said import to_body
from db.submission_store import SubmissionStore
from gateways.delivery import deliver_pending
from gateways.engine import Engine
from tests.bodies import plain
from tests.faults.callers import Answer, Caller, today
from tests.faults.grave import ROTA, graves_are_kept, incident, of_role, on_rota, proceedings, referral
from tests.faults.proofs import all_holds
from tests.faults.stack import Stack
from tests.faults.test_due_while_dead import rests
from tests.faults.test_engine_away import is_held_up, is_opened
from tests.faults.waiting import until

QUARTER = timedelta(minutes=15)
# Told again after 15 minutes, the second after 30, the next after 60, the responsible person after 90.
STEPS = ["first", "again", "second", "next", "responsible"]
IN_HAND_AFTER = 97  # minutes


async def test_minutes_candour_and_a_referral_outlast_whatever_is_killed_under_them(
    stack: Stack, caller: Caller
) -> None:
    on_rota(stack, caller)
    manager = of_role(caller, "complaints_manager")
    place = await caller.log()
    await caller.tell("triage", f"{place}/triage", {"immediateRisk": True})
    escalation = await caller.first_of(f"{place}/escalations")
    await caller.tell("incident", f"{place}/incidents", incident())
    found = await caller.first_of(f"{place}/incidents")
    await caller.tell("referral", f"{place}/referrals", referral())
    asked = await caller.first_of(f"{place}/referrals")
    await until(lambda: all_called(stack, escalation, 1), "the first senior to be called", 60)

    await at_a_rung_with_a_death(stack, escalation, "worker", 1, manager.tell(*assessed(place, found)))
    await at_a_rung_with_a_death(stack, escalation, "postgres", 1, caller.tell(*told(place, found)))
    await at_a_rung_with_a_death(stack, escalation, "temporal", 2, caller.tell(*enquired(place, asked)))
    await at_a_rung_with_a_death(stack, escalation, "api", 2, caller.tell("notes", f"{place}/notes", {"words": "Hm."}))
    assert [row["step"] for row in await calls(stack, escalation)] == STEPS
    await put_in_hand(stack, caller, escalation)

    await all_holds(stack, [caller, manager])
    people = [caller.body.person(role) for role in (ROTA[0], *ROTA, "responsible_person")]
    made = await calls(stack, escalation)
    assert [(row["step"], row["person_id"]) for row in made] == list(zip(STEPS, people, strict=True))
    await graves_are_kept(stack, caller, kinds={"escalation": 1, "candour": 1, "referral": 1})
    kept = await stack.rows("select minutes_to_acknowledge from escalation where id = %s", escalation)
    assert [row["minutes_to_acknowledge"] for row in kept] == [IN_HAND_AFTER]
    beside = {row["kind"]: row["state"] for row in await proceedings(stack, caller)}
    assert beside == {"escalation": "acknowledged", "candour": "told_in_person", "referral": "received"}


async def test_an_escalation_that_was_raised_while_the_engine_died_calls_when_it_is_back(
    stack: Stack, caller: Caller
) -> None:
    on_rota(stack, caller)
    place = await caller.log()
    await until(lambda: is_opened(caller, place), "the complaint to be opened", 30)
    # The act is held up in the database until the engine is dead: then it is committed, and nothing can be started.
    async with await psycopg.AsyncConnection.connect(plain(stack.settings.need("database_dsn_migrator"))) as held:
        reference = place.rpartition("/")[2]
        await held.execute("select 1 from complaint where reference = %s for update", [reference])
        said = {"reason": "She may be at risk.", "level": "immediate"}
        answer = await caller.say("escalation", f"{place}/escalations", said)
        assert answer.status == 202
        await until(lambda: is_held_up(stack), "the act to wait for its complaint", 30)
        await stack.kill("temporal")
    escalation = await caller.first_of(f"{place}/escalations")
    (row,) = await proceedings(stack, caller)
    assert (str(row["id"]), row["heard"]) == (escalation, 0)
    assert await calls(stack, escalation) == []

    await stack.start("temporal")
    await until(lambda: swept_until_called(stack, escalation), "the sweep to begin it, and the first call", 90)
    senior = of_role(caller, ROTA[0])
    await senior.tell("acknowledgement", f"{place}/escalations/{escalation}/acknowledgement", {})
    await all_holds(stack, [caller, senior])
    assert [row["step"] for row in await calls(stack, escalation)] == ["first"]
    await graves_are_kept(stack, caller, kinds={"escalation": 1})


async def at_a_rung_with_a_death(stack: Stack, escalation: str, name: str, quarters: int, saying: Any) -> None:
    """Have the next step fall due while a process is dead, and something be said meanwhile; then it lives again."""
    before = len(await calls(stack, escalation))
    client = await stack.client()
    handle = client.get_workflow_handle(names.proceeding_workflow_id("escalation", UUID(escalation)))
    await until(lambda: rests(handle), "the escalation to wait for what is due", 30)
    timers = await fired_timers(handle)
    engine_dies = name == "temporal"
    if engine_dies:
        stack.signal("worker", signal.SIGSTOP)  # so that the rung is due, and nobody has heard of it
    else:
        await stack.kill(name)
    passing = asyncio.create_task(TimeSkipper(client).fast_forward(handle, quarters * QUARTER))

    async def is_due() -> bool:
        return await fired_timers(handle) > timers

    await until(is_due, "the next step to fall due", 30)
    if engine_dies:
        await stack.kill(name)
        stack.signal("worker", signal.SIGCONT)
    if name == "worker":
        assert not await all_called(stack, escalation, before + 1)
    said = asyncio.create_task(saying)
    if name != "api":
        await stack.start(name)
    await until(lambda: all_called(stack, escalation, before + 1), f"the step after {name} died", 90)
    if name == "api":
        await stack.start(name)  # nobody was called any later for want of it
    await asyncio.wait_for(said, 120)
    with suppress(RPCError, RuntimeError):  # the engine that was asked is dead
        await asyncio.wait_for(passing, 60)


async def put_in_hand(stack: Stack, caller: Caller, escalation: str) -> None:
    """Acknowledge it at the time to which the ladder was moved, as an API of that time would.

    The sweep leaves to the API what was said just now: what is said ahead of its time is delivered here.
    """
    (row,) = await stack.rows("select complaint_id, raised_at from escalation where id = %s", escalation)
    raised_at = row["raised_at"]
    assert isinstance(raised_at, datetime)
    kind = CommandKind.ACKNOWLEDGE_ESCALATION
    content = to_body(kind, AcknowledgeEscalation(escalation_id=UUID(escalation)))
    key = str(uuid4())
    new = NewSubmission(
        id=uuid4(),
        organisation_id=caller.body.id,
        complaint_id=UUID(str(row["complaint_id"])),
        kind=kind,
        body=content,
        caller="responsible_person",
        person_id=caller.body.person("responsible_person"),
        role="responsible_person",
        route=kind.value,
        idempotency_key=key,
        body_hash=hashlib.sha256(json.dumps(content).encode()).hexdigest(),
        received_at=raised_at + timedelta(minutes=IN_HAND_AFTER),
    )
    database = Database(stack.settings.need("database_dsn_app"))
    try:
        async with database.tenant(caller.body.id, new.received_at) as session:
            await append_submission(session, new)
        engine, states = Engine(await stack.client()), SubmissionStore(database, lambda: new.received_at)
        budget = timedelta(seconds=20)
        assert await deliver_pending(engine, states, caller.body.id, new.complaint_id, budget=budget) == 1
    finally:
        await database.close()
    caller.answers.append(Answer(key=key, said="acknowledgement", status=202, body={}, attempts=1))


def assessed(place: str, found: str) -> tuple[str, str, dict[str, Any]]:
    """Return that an incident is notifiable."""
    return "assessment", f"{place}/incidents/{found}/assessment", {"notifiable": True, "harm": "severe"}


def told(place: str, found: str) -> tuple[str, str, dict[str, Any]]:
    """Return that the person was told, with every element."""
    elements = [{"code": code, "words": "As it was."} for code in ("account", "enquiries", "apology")]
    said = {"toldOn": today().isoformat(), "how": "in_person", "elements": elements, "record": "We met."}
    return "telling", f"{place}/incidents/{found}/telling", said


def enquired(place: str, asked: str) -> tuple[str, str, dict[str, Any]]:
    """Return that the regulator asks for more."""
    due_on = (today() + timedelta(days=10)).isoformat()
    said = {"what": "The rota of that night.", "askedOn": today().isoformat(), "dueOn": due_on}
    return "enquiry", f"{place}/referrals/{asked}/enquiries", said


async def calls(stack: Stack, escalation: str) -> list[dict[str, object]]:
    return await stack.rows("select * from escalation_call where escalation_id = %s order by number", escalation)


async def all_called(stack: Stack, escalation: str, count: int) -> bool:
    return len(await calls(stack, escalation)) >= count


async def swept_until_called(stack: Stack, escalation: str) -> bool:
    if await calls(stack, escalation):
        return True
    await stack.sweep()
    return False


async def fired_timers(handle: WorkflowHandle[Any, Any]) -> int:
    history = await handle.fetch_history()
    return sum(event.event_type == EventType.EVENT_TYPE_TIMER_FIRED for event in history.events)
