"""What was promised or learned is asked for until somebody plans it, beyond the end of the complaint."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.commands import CommandKind
from db import finding_said as said
from db import office_said as office
from db.desk_said import CompleteTask
from tests.activities.acting import again, drop, learn, learned, planned
from tests.activities.found import decide, proposed
from tests.activities.office_desk import Desk
from tests.apart import MORNING, Apart

TASK = "plan_action"


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def promised(desk: Desk, kind: Any = "action") -> UUID:
    """Have a remedy decided: by default one that is something to be done."""
    what = said.ProposeRemedy(kind=kind, words="A form for each handover.", basis="Nobody knew who rings.")
    one = await proposed(desk, what)
    assert (await decide(desk, one, "approved")).refusal is None
    return one


def asked(desk: Desk) -> list[tuple[str, str, str]]:
    return [(task["subject_id"], task["role"], task["due_on"]) for task in desk.tasks(TASK)]


async def test_a_promise_is_asked_for_until_it_is_planned_and_not_again_when_that_is_dropped(full: Desk) -> None:
    remedy = await promised(full)
    assert asked(full) == [(str(remedy), "owner", "2028-03-02")]
    assert (await decide(full, remedy, "offered")).refusal is None
    assert (await decide(full, remedy, "accepted")).refusal is None
    assert len(full.tasks(TASK)) == 1
    one = await planned(full, remedy_id=remedy)
    assert full.tasks(TASK) == []
    assert await drop(full, one) is None
    await full.withdraw()
    assert full.tasks(TASK) == []


async def test_what_is_said_or_paid_is_no_action_and_what_is_declined_is_not_to_be_done(full: Desk) -> None:
    await promised(full, "apology")
    assert full.tasks(TASK) == []
    remedy = await promised(full)
    assert (await decide(full, remedy, "declined", reason="They would rather not.")).refusal is None
    assert full.tasks(TASK) == []


async def test_the_end_of_the_complaint_closes_no_promise_and_the_manager_is_asked(full: Desk) -> None:
    remedy = await promised(full)
    await full.withdraw()
    assert asked(full) == [(str(remedy), "complaints_manager", "2028-03-02")]
    assert full.tasks(TASK)[0]["assignee_id"] == str(full.body.person("complaints_manager"))
    await planned(full, remedy_id=remedy)
    assert full.tasks(TASK) == []


async def test_whoever_says_that_no_action_is_needed_is_not_asked_again_at_the_end(full: Desk) -> None:
    await promised(full)
    done = CompleteTask(task_id=UUID(full.tasks(TASK)[0]["id"]), words="It is done already.")
    await full.must(CommandKind.COMPLETE_TASK, done)
    await full.withdraw()
    assert full.tasks(TASK) == []


async def test_a_complaint_that_was_opened_in_error_promised_nothing(full: Desk) -> None:
    await promised(full)
    assert await full.correct(office.OpenedInError(cause="test")) is None
    assert await full.decide() is None
    assert full.stands()["stage"] == "opened_in_error" and full.tasks(TASK) == []


async def test_learning_that_says_what_will_change_asks_once_for_an_action(full: Desk) -> None:
    assert await learn(full) is None
    one = learned(full)
    assert asked(full) == [(str(one), "owner", "2028-03-02")]
    assert await again(full, learning_id=one, will_change="Each shift names two.") is None
    assert len(full.tasks(TASK)) == 1
    await full.withdraw()  # also where nobody promised it to the person
    assert asked(full) == [(str(one), "owner", "2028-03-02")]
    await planned(full, learning_id=one, theme=None, due_on=date(2028, 5, 2))
    assert full.tasks(TASK) == []
    assert await again(full, learning_id=one, will_change="Each shift names one.") is None
    assert full.tasks(TASK) == []


async def test_nothing_to_learn_asks_for_nothing_and_takes_back_what_was_asked(full: Desk) -> None:
    nothing: dict[str, Any] = {"outcome": "nothing_to_learn", "found": "All was as it should be."}
    assert await learn(full, will_change=None, went_wrong=False, **nothing) is None
    assert full.tasks(TASK) == []
    assert await again(full, learning_id=learned(full), outcome="learned", will_change="A poster.") is None
    assert len(full.tasks(TASK)) == 1
    assert await again(full, learning_id=learned(full), **nothing) is None
    assert full.tasks(TASK) == []
    assert await again(full, learning_id=learned(full), outcome="learned", will_change="Two posters.") is None
    assert len(full.tasks(TASK)) == 1  # what was taken back is asked for anew


async def test_learning_from_which_an_action_follows_already_asks_for_none(full: Desk) -> None:
    nothing: dict[str, Any] = {"outcome": "nothing_to_learn", "found": "All was as it should be."}
    assert await learn(full, will_change=None, went_wrong=False, **nothing) is None
    await planned(full, learning_id=learned(full))
    assert await again(full, learning_id=learned(full), outcome="learned", will_change="A poster.") is None
    assert full.tasks(TASK) == []
