"""kill -9 of every process in turn under a board report, from its compiling to its approval; and under an action."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import TimeSkipper

from contracts import names
from tests.bodies import plain
from tests.faults.callers import Caller, today
from tests.faults.grave import of_role, proceedings
from tests.faults.proofs import all_holds
from tests.faults.stack import Stack
from tests.faults.test_due_while_dead import rests
from tests.faults.test_engine_away import is_opened
from tests.faults.test_serious_killed import fired_timers
from tests.faults.waiting import until

# Whoever compiles a report of an organisation holds this, as `db.queries.reports` takes it.
_REPORTING = "select pg_advisory_xact_lock(hashtextextended(%s, 46))"
# So long passes for an action that is due in 20 days: its first reminder falls due, and no other.
TO_THE_REMINDER = timedelta(days=12)


async def test_a_board_report_outlasts_whatever_is_killed_under_it_and_is_kept_once(
    stack: Stack, caller: Caller
) -> None:
    office, senior, head = (
        of_role(caller, role) for role in ("complaints_manager", "senior_leader", "responsible_person")
    )
    place = await caller.log()
    await until(lambda: is_opened(caller, place), "the complaint to be opened", 30)
    async with await psycopg.AsyncConnection.connect(plain(stack.settings.need("database_dsn_migrator"))) as held:
        # Whoever reports on this organisation waits, until this is let go of.
        await held.execute(_REPORTING, [str(caller.body.id)])
        series = await set_up(office)
        await until(lambda: is_compiling(stack), "the report to be compiled", 60)
        await stack.kill("worker")
    await stack.start("worker")
    occurrence = await the_occurrence(stack, caller)
    await until(lambda: stands_at(stack, occurrence, "comment"), "the report to be compiled by another worker", 120)

    await stack.kill("postgres")
    await stack.start("postgres")
    await senior.tell("comment", f"/v1/governance/{occurrence}/comments", {"words": "Reads well."})
    await until(lambda: stands_at(stack, occurrence, "approve"), "somebody to be asked for approval", 60)

    await stack.kill("temporal")
    approve = f"/v1/governance/{occurrence}/steps/approve/completion"
    approved = await head.say("approval", approve, {}, key := str(uuid4()))
    assert approved.status == 200
    await stack.start("temporal")
    await until(lambda: is_heard(stack, occurrence), "the workflow to hear of the approval", 90)

    await stack.kill("api")
    await stack.start("api")
    again = await head.say("approval", approve, {}, key)
    assert (again.status, again.body["step"]) == (200, approved.body["step"])

    await is_kept_once(stack, caller, occurrence)
    client = await stack.client()
    schedule = await client.get_schedule_handle(names.governance_schedule_id(UUID(series))).describe()
    assert schedule.info.next_action_times and not schedule.schedule.state.paused
    workflow = client.get_workflow_handle(names.governance_workflow_id(UUID(occurrence)))
    assert (await workflow.describe()).status is WorkflowExecutionStatus.RUNNING
    await all_holds(stack, [caller])


async def test_an_action_that_is_waited_for_while_the_worker_dies_is_reminded_of_once(
    stack: Stack, caller: Caller
) -> None:
    place = await caller.log()
    plan = {
        "what": "Name who rings.", "ownerId": str(caller.body.person("investigator")), "evidenceWanted": "The form.",
        "dueOn": (today() + timedelta(days=20)).isoformat(),
    }  # fmt: skip
    await of_role(caller, "complaints_manager").tell("action", f"{place}/actions", plan)
    await until(lambda: is_planned(stack, caller), "the action to be planned", 60)
    ((action, heard),) = [(row["id"], row["heard"]) for row in await proceedings(stack, caller)]
    assert isinstance(heard, int)
    client = await stack.client()
    handle = client.get_workflow_handle(names.proceeding_workflow_id("action", UUID(str(action))))
    await until(lambda: rests(handle), "the action to wait for what is due", 30)
    timers = await fired_timers(handle)
    await stack.kill("worker")
    # It passes as far as the reminder: nobody has heard of that yet.
    passing = asyncio.create_task(TimeSkipper(client).fast_forward(handle, TO_THE_REMINDER))

    async def is_due() -> bool:
        return await fired_timers(handle) > timers

    await until(is_due, "the reminder to fall due", 30)
    assert await reminders(stack, action) == []
    await stack.start("worker")
    await until(lambda: is_reminded(stack, action), "the owner to be reminded", 90)
    assert await reminders(stack, action) == ["reminder"]
    of_it = "(select complaint_id from action where id = %s) and kind = 'do_action' and state = 'open'"
    asked = await stack.value(f"select count(*) from task where complaint_id = {of_it}", action)
    assert asked == 1
    await asyncio.wait_for(passing, 60)
    (row,) = await proceedings(stack, caller)
    assert (row["state"], row["heard"]) == ("open", row["changes"])


async def set_up(office: Caller) -> str:
    """Set up a series whose first turn has come."""
    people = (("commenter", "senior_leader"), ("approver", "responsible_person"), ("chair", "responsible_person"))
    members = [{"part": part, "personId": str(office.body.person(role))} for part, role in people]
    body = {"kind": "board_report", "rhythm": "monthly", "anchorOn": (today() - timedelta(days=1)).isoformat()}
    answer = await office.say("series", "/v1/governance/series", body | {"members": members})
    assert answer.status == 201, answer
    return str(answer.body["id"])


async def the_occurrence(stack: Stack, caller: Caller) -> str:
    (row,) = await stack.rows("select id from governance where organisation_id = %s", caller.body.id)
    return str(row["id"])


async def is_compiling(stack: Stack) -> bool:
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    return bool(await stack.value(waiting))


async def stands_at(stack: Stack, occurrence: str, step: str) -> bool:
    asked = "select count(*) from governance_step where occurrence_id = %s and code = %s and state = 'open'"
    return bool(await stack.value(asked, occurrence, step))


async def is_heard(stack: Stack, occurrence: str) -> bool:
    return bool(await stack.value("select heard = changes from governance where id = %s", occurrence))


async def is_kept_once(stack: Stack, caller: Caller, occurrence: str) -> None:
    """One report is there, approved; every step was begun once, and whoever it is was asked once."""
    kept = await stack.rows("select state, occurrence_id from report where organisation_id = %s", caller.body.id)
    assert [(row["state"], str(row["occurrence_id"])) for row in kept] == [("approved", occurrence)]
    steps = await stack.rows("select state from governance_step where occurrence_id = %s", occurrence)
    assert sorted(str(row["state"]) for row in steps) == ["done", "done", "done", "open", "waiting"], steps
    told = await stack.rows("select step_id, rung from governance_reminder where occurrence_id = %s", occurrence)
    assert len({(row["step_id"], row["rung"]) for row in told}) == len(told) >= 1
    comments = "select count(*) from governance_comment where occurrence_id = %s"
    assert await stack.value(comments, occurrence) == 1


async def is_planned(stack: Stack, caller: Caller) -> bool:
    return any(row["heard"] == row["changes"] for row in await proceedings(stack, caller))


async def reminders(stack: Stack, action: object) -> list[object]:
    sql = "select f.rung from fired_rung f join clock c on c.id = f.clock_id where c.proceeding_id = %s"
    return [row["rung"] for row in await stack.rows(sql, action)]


async def is_reminded(stack: Stack, action: object) -> bool:
    return bool(await reminders(stack, action))
