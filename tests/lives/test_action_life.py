"""The life of an action: planned after the complaint was closed, late, told, done, looked at, opened again, dropped."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from temporalio.client import WorkflowHandle

from contracts import names
from contracts.commands import CommandKind
from contracts.proceedings import ProceedingKind
from db import learning_said as said
from tests.bodies import Body
from tests.lives.casework import release
from tests.lives.test_referral_life import Life, closed
from tests.world import World


class ActionLife(Life):
    """A complaint that has ended, and an action that follows from it."""

    @property
    def workflow(self) -> WorkflowHandle[Any, Any]:
        return self.world.client.get_workflow_handle(names.proceeding_workflow_id(ProceedingKind.ACTION, self.id))

    async def chased(self, kind: str) -> list[str]:
        return [rung for clock, rung in await self.rungs() if clock == kind]


async def planned(world: World, body: Body) -> ActionLife:
    life = ActionLife(world, body, await closed(world, body))
    world.clock.time = datetime(2028, 4, 3, 12, 0, tzinfo=UTC)
    what = said.PlanAction(
        what="Name who rings.",
        owner_id=body.person("investigator"),
        due_on=date(2028, 4, 21),
        evidence_wanted="The form.",
        tell_every_days=14,
        check_months=1,
    )
    await life.say(CommandKind.PLAN_ACTION, what)
    life.id = (await world.row(body, "select id from action where complaint_id = :id", id=life.complaint))["id"]
    await life.rests()
    # It begins at the machine's time, long before the world's, and waits for what falls due there.
    await world.skipper.fast_forward(life.workflow, world.clock.now() - datetime.now(UTC))
    return life


async def test_an_action_outlives_the_complaint_is_chased_told_done_looked_at_and_opened_again(
    world: World, body: Body
) -> None:
    life = await planned(world, body)
    await life.to(4, 20)
    assert await life.chased("action") == ["reminder", "reminder_last"]
    # The 17th of April was Easter Monday: news were due on the 18th, and nobody gave any.
    assert await life.chased("action_news") == ["reminder", "overdue", "escalation"]
    news = said.RecordActionProgress(action_id=life.id, happened_on=life.today, words="Two wards of five.")
    await life.say(CommandKind.RECORD_ACTION_PROGRESS, news)
    await life.to(4, 25)
    assert await life.chased("action") == ["reminder", "reminder_last", "overdue", "escalation"]
    done = said.CompleteAction(action_id=life.id, done_on=life.today, evidence="The form is there.")
    await life.say(CommandKind.COMPLETE_ACTION, done)
    await release(world, body, life.complaint)
    assert (await life.row("select in_time from action where id = :id"))["in_time"] is False
    assert await life.states() == {
        "action": [("met", True)],
        "action_news": [("stopped", True)],
        "action_told": [("met", False)],
        "action_check": [("running", False)],
    }
    await life.to(5, 26)
    assert (await life.chased("action_check"))[:1] == ["reminder"]
    again = said.CheckAction(action_id=life.id, result="recurred", reason="We hear it.", due_on=date(2028, 6, 30))
    await life.say(CommandKind.CHECK_ACTION, again, "complaints_manager")
    await life.rests()
    state = await life.row("select state from proceeding where id = :id")
    assert state["state"] == "open"
    drop = said.DropAction(action_id=life.id, reason="The ward has closed.")
    await life.say(CommandKind.DROP_ACTION, drop, "complaints_manager")
    assert (await life.workflow.result())["value"] == "ended"
