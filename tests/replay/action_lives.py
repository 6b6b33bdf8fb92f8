"""The recorded lives of actions: late, told, done, looked at, opened again, let go of, counted where nobody looks."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts import names
from contracts.commands import CommandKind
from contracts.proceedings import ProceedingKind
from db import learning_said as said
from tests.lives.casework import must
from tests.replay.beside import Beside, arrive, begun, long, misfortunes
from tests.replay.record import Studio

DUE = date(2028, 3, 24)
ACTION = ProceedingKind.ACTION
K = CommandKind


async def _planned(studio: Studio, **changes: Any) -> Beside:
    """An action is planned while the complaint is open. The person is told every fortnight how far it is."""
    body = studio.body()
    complaint = await studio.world.log(body, email=None)
    known: dict[str, Any] = {
        "what": "Name who rings.", "owner_id": body.person("investigator"), "due_on": DUE,
        "evidence_wanted": "The form.", "tell_every_days": 14, "check_months": 1,
    }  # fmt: skip
    return await begun(studio, body, complaint, ACTION, K.PLAN_ACTION, said.PlanAction(**(known | changes)))


async def _untold(studio: Studio) -> Beside:
    """One of which nobody is told on the way: it has one clock."""
    return await _planned(studio, tell_every_days=None)


def _done(one: Beside) -> said.CompleteAction:
    return said.CompleteAction(action_id=one.id, done_on=one.today, evidence="The form is there.")


def _check(one: Beside, result: said.CheckResult, **changes: Any) -> said.CheckAction:
    return said.CheckAction(action_id=one.id, result=result, **changes)


async def _kept_afterwards(studio: Studio, one: Beside, name: str, kind: CommandKind, what: said.LearningSaid) -> None:
    done = await one.world.say(one.body, one.complaint, kind, what, by="complaints_manager")
    assert done.state == "applied", done.refusal or done.last_failure
    afterwards = names.afterwards_workflow_id(one.complaint, done.id)
    await studio.keep(f"afterwards/{name}", one.world.client.get_workflow_handle(afterwards))


async def action_late_throughout(studio: Studio) -> None:
    """It outlives its complaint; each thing is done after its time. Nobody looks whether it held; then it recurs."""
    one = await _planned(studio)
    await one.keep("open")
    await studio.complaint("with_an_action", one.complaint)
    await arrive(one)
    await one.withdraw()
    await one.keep("outlives_its_complaint")
    await one.to(date(2028, 3, 17), 0)
    await one.keep("news_overdue")
    news = said.RecordActionProgress(action_id=one.id, happened_on=one.today, words="Two wards of five.")
    await _kept_afterwards(studio, one, "action_progress", K.RECORD_ACTION_PROGRESS, news)
    await one.keep("told_on_the_way")
    await one.to(date(2028, 3, 25), 0)
    await one.keep("overdue")
    moved = said.ChangeAction(action_id=one.id, reason="The ward moves.", due_on=date(2028, 4, 3))
    await _kept_afterwards(studio, one, "action_changed", K.CHANGE_ACTION, moved)
    await one.keep("moved_late")
    await _kept_afterwards(studio, one, "action_completed", K.COMPLETE_ACTION, _done(one))
    await one.keep("telling_awaited")
    await one.to(date(2028, 4, 8), 0)
    await one.keep("telling_overdue")
    await one.release()
    await one.keep("check_awaited")
    await one.to(date(2028, 5, 25), 0)
    await one.keep("counted")
    again = _check(one, "recurred", reason="We hear it.", due_on=date(2028, 6, 30))
    await _kept_afterwards(studio, one, "action_recurred", K.CHECK_ACTION, again)
    await one.keep("opened_again")
    await _kept_afterwards(studio, one, "action_completed_again", K.COMPLETE_ACTION, _done(one))
    await one.release()
    await one.keep("done_again")
    await one.to(date(2028, 6, 28), 0)
    await _kept_afterwards(studio, one, "action_held", K.CHECK_ACTION, _check(one, "held"))
    await one.keep_ended("ended_held")


async def months_late(studio: Studio) -> None:
    """Three months late: a senior is woken. Then it is let go of."""
    one = await _planned(studio, tell_every_days=None, due_on=date(2028, 3, 3))
    await arrive(one)
    await one.withdraw()
    await one.to(date(2028, 6, 1), 12)
    await one.keep("months_late")
    await one.to(date(2028, 6, 2), 12)
    await one.keep("senior_woken")
    drop = said.DropAction(action_id=one.id, reason="The ward has closed.")
    await _kept_afterwards(studio, one, "action_dropped", K.DROP_ACTION, drop)
    await one.keep_ended("ended_dropped")


async def learned(studio: Studio) -> None:
    """Learning and an action that follows from it, while the complaint is open; the next version after its end."""
    body = studio.body()
    world = studio.world
    complaint = await world.log(body, email=None)
    learning = said.RecordLearning(
        theme="communications", factors=("handover",), outcome="learned", found="Nobody rang.", will_change="Somebody."
    )
    await must(world, body, complaint, K.RECORD_LEARNING, learning, "complaints_manager")
    await studio.complaint("learned_from", complaint)
    row = await world.row(body, "select id from learning where complaint_id = :id", id=complaint)
    plan = said.PlanAction(
        what="Name who rings.", owner_id=body.person("investigator"), due_on=DUE, evidence_wanted="The form.",
        learning_id=row["id"],
    )  # fmt: skip
    one = await begun(studio, body, complaint, ACTION, K.PLAN_ACTION, plan)
    await arrive(one)
    await one.must(K.COMPLETE_ACTION, _done(one))
    await studio.complaint("with_an_action_done", complaint)
    await one.withdraw()
    version = said.RecordLearning(learning_id=row["id"], will_change="The ward clerk rings.")
    await _kept_afterwards(studio, one, "learning_recorded", K.RECORD_LEARNING, version)
    other = said.PlanAction(
        what="Tell the other wards.", owner_id=body.person("investigator"), due_on=DUE, evidence_wanted="The minutes."
    )
    await _kept_afterwards(studio, one, "action_planned", K.PLAN_ACTION, other)


async def misfortunes_of_an_action(studio: Studio) -> None:
    """What can go wrong at each of its rungs goes wrong."""
    await misfortunes(studio, _untold)


async def long_action(studio: Studio) -> None:
    """It begins a new run."""
    await long(studio, _planned)


ACTION_LIVES = [action_late_throughout, months_late, learned, misfortunes_of_an_action]
