"""What learning and actions cost a history: events by command and by rung, bytes by payload, over an action's life."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from contracts.commands import CommandKind
from db import learning_said as learning
from db import said
from tests.bodies import Body
from tests.lives.casework import must
from tests.lives.test_action_life import ActionLife
from tests.lives.test_history_budget import A_COMMAND, A_PAYLOAD, A_RUNG, events, events_of, payloads
from tests.world import World

AN_ACTION = 270  # from its plan to its end: moved, reported on, chased, done late, looked at
DAY = date(2028, 3, 2)


async def said_while_open(world: World, body: Body, life: ActionLife) -> dict[str, int]:
    """Learn, plan, change, report and complete beside an open complaint, and end it; return what each cost it."""
    costs: dict[str, int] = {}

    async def spend(kind: CommandKind, what: said.Said) -> None:
        before = len(await events(world, life.complaint))
        await must(world, body, life.complaint, kind, what)
        await world.settled(life.complaint)
        costs[kind.value] = len(await events(world, life.complaint)) - before

    learned = learning.RecordLearning(
        theme="communications", factors=("handover",), outcome="learned", went_wrong=True, found="Nobody rang.",
        will_change="Each shift names who rings.",
    )  # fmt: skip
    await spend(CommandKind.RECORD_LEARNING, learned)
    planned = learning.PlanAction(
        what="Name who rings.", owner_id=body.person("investigator"), due_on=date(2028, 3, 24),
        evidence_wanted="The form.", tell_every_days=14, check_months=1,
    )  # fmt: skip
    await spend(CommandKind.PLAN_ACTION, planned)
    life.id = (await world.row(body, "select id from action where complaint_id = :id", id=life.complaint))["id"]
    later: dict[str, Any] = {"due_on": date(2028, 3, 29), "reason": "The printer is late."}
    await spend(CommandKind.CHANGE_ACTION, learning.ChangeAction(action_id=life.id, **later))
    news = learning.RecordActionProgress(action_id=life.id, happened_on=DAY, words="Two wards of five.")
    await spend(CommandKind.RECORD_ACTION_PROGRESS, news)
    other = learning.PlanAction(
        what="Ring.", owner_id=body.person("handler"), due_on=date(2028, 4, 21), evidence_wanted="The list."
    )
    await must(world, body, life.complaint, CommandKind.PLAN_ACTION, other)
    rows = await world.rows(
        body, "select id from action where complaint_id = :id and id <> :one", id=life.complaint, one=life.id
    )
    done = learning.CompleteAction(action_id=rows[0]["id"], done_on=DAY, evidence="The list.")
    await spend(CommandKind.COMPLETE_ACTION, done)
    await spend(CommandKind.WITHDRAW, said.Withdraw(method="call", withdrawn_on=DAY))
    return costs


async def test_what_is_said_of_actions_and_what_time_does_to_them_keep_to_the_budget(world: World, body: Body) -> None:
    life = ActionLife(world, body, await world.log(body, email=None))
    costs = await said_while_open(world, body, life)
    assert max(costs.values()) <= A_COMMAND, costs
    await life.rests()
    # It began at the machine's time, long before the world's.
    await world.skipper.fast_forward(life.workflow, world.clock.now() - datetime.now(UTC))
    await life.rests()
    before, fired = len(await events_of(life.workflow)), len(await life.rungs())
    await life.to(3, 31)
    rungs = len(await life.rungs()) - fired
    spent = len(await events_of(life.workflow)) - before
    assert rungs >= 5 and spent <= rungs * A_RUNG, (rungs, spent)
    before = len(await events_of(life.workflow))
    done = learning.CompleteAction(action_id=life.id, done_on=life.today, evidence="The form is there.")
    await life.say(CommandKind.COMPLETE_ACTION, done)
    await life.rests()
    assert len(await events_of(life.workflow)) - before <= A_COMMAND
    await life.to(5, 4)
    held = learning.CheckAction(action_id=life.id, result="held")
    await life.say(CommandKind.CHECK_ACTION, held, "complaints_manager")
    assert (await life.workflow.result())["value"] == "ended"
    history = await events_of(life.workflow)
    assert len(history) <= AN_ACTION
    assert max(size for event in history for size in payloads(event)) <= A_PAYLOAD
