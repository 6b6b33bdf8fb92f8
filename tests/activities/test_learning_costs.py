"""What learning, actions and feedback cost: statements for each act, and bytes of what travels beside many actions."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.proceedings import Proceedings
from contracts.commands import CommandKind
from contracts.proceedings import ProceedingAct
from db.desk_said import AddNote, ReleaseNotice
from tests.activities import acting
from tests.activities.office_desk import Desk, a_desk
from tests.activities.rounds import answer, begin
from tests.activities.statements import counted
from tests.activities.told_staff import on
from tests.apart import MORNING, Apart

PAYLOAD = 2_048
A_LOOK = 7
# Statements for each act, with those of saying and delivering it: a sixth more than were counted when this was written.
BUDGET = {
    "learn": 56,
    "learn_again": 50,
    "approve": 49,
    "plan": 76,
    "change_owner": 61,
    "change_date": 63,
    "progress": 88,
    "reminder": 44,
    "overdue": 54,
    "complete": 130,
    "told": 75,
    "recurred": 110,  # and writes to whoever was told that it was done
    "held": 88,
    "drop": 58,
}
OF_A_ROUND, FOR_EACH, ASKED, ANSWERED = 12, 6, 56, 43


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def cost(desk: Desk, act: Awaitable[Any]) -> int:
    """Count what an act sends that is applied."""
    with counted(desk.apart.database) as sent:
        assert await act is None
    return len(sent)


async def note(desk: Desk) -> int:
    with counted(desk.apart.database) as sent:
        await desk.must(CommandKind.ADD_NOTE, AddNote(words="Rang the ward."))
    return len(sent)


def at(desk: Desk, day: date) -> None:
    desk.at(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))


async def released(desk: Desk, template: str) -> None:
    (draft,) = [each for each in desk.notices(template) if each["state"] == "draft"]
    await desk.must(CommandKind.RELEASE_NOTICE, ReleaseNotice(notice_id=UUID(draft["id"])))


async def fired(desk: Desk, rung: str) -> None:
    await desk.fire("action", rung)


async def a_whole_life(desk: Desk) -> dict[str, int]:
    """Learn, and see one action through all that can be said of it and all that time does; another is let go of."""
    words = {"public_words": "Each shift names who rings."}
    spent = {"learn": await cost(desk, acting.learn(desk))}
    learned = acting.learned(desk)
    spent["learn_again"] = await cost(desk, acting.again(desk, learning_id=learned, **words))
    approve = acting.again(desk, learning_id=learned, approve_public=True, by="complaints_manager")
    spent["approve"] = await cost(desk, approve)
    spent["plan"] = await cost(desk, acting.plan(desk, learning_id=learned, tell_every_days=28))
    one = UUID(acting.action(desk)["id"])
    spent["change_owner"] = await cost(desk, acting.change(desk, one, owner_id=desk.body.person("handler")))
    spent["change_date"] = await cost(desk, acting.change(desk, one, due_on=date(2028, 5, 10)))
    at(desk, date(2028, 3, 20))
    spent["progress"] = await cost(desk, acting.progress(desk, one))
    at(desk, date(2028, 5, 12))
    spent["reminder"] = await cost(desk, fired(desk, "reminder"))
    spent["overdue"] = await cost(desk, fired(desk, "overdue"))
    spent["complete"] = await cost(desk, acting.complete(desk, one))
    spent["told"] = await cost(desk, released(desk, "action_done"))
    at(desk, date(2028, 11, 20))
    again: dict[str, Any] = {"reason": "We hear it.", "due_on": date(2029, 1, 10)}
    spent["recurred"] = await cost(desk, acting.check(desk, one, "recurred", **again))
    assert await acting.complete(desk, one) is None
    at(desk, date(2029, 6, 20))
    spent["held"] = await cost(desk, acting.check(desk, one))
    other = await acting.planned(desk, due_on=date(2029, 8, 1))
    spent["drop"] = await cost(desk, acting.drop(desk, other))
    return spent


async def test_no_act_of_learning_sends_many_more_statements_than_it_did(full: Desk) -> None:
    spent = await a_whole_life(full)
    assert {name: sent for name, sent in spent.items() if sent > BUDGET[name]} == {}
    assert spent.keys() == BUDGET.keys()


async def test_beside_twelve_actions_nothing_costs_more_and_all_that_travels_stays_small(full: Desk) -> None:
    alone = await note(full)
    first = await cost(full, acting.plan(full, tell_every_days=28))
    for _ in range(11):
        await acting.planned(full, tell_every_days=28)
    assert await note(full) <= alone and await cost(full, acting.plan(full, tell_every_days=28)) <= first
    for row in acting.actions(full):
        act = ProceedingAct(
            organisation_id=full.body.id, complaint_id=full.complaint, proceeding_id=UUID(row["id"]), now=MORNING
        )
        with counted(full.apart.database) as sent:
            look = await Proceedings(full.apart.database).look(act)
        (payload,) = await pydantic_data_converter.encode([look])
        assert len(payload.data) <= PAYLOAD and len(sent) <= A_LOOK and len(look.clocks) == 2
    await full.withdraw()
    sizes = full.rows(
        "select octet_length(verdict::text) as size from verdict where complaint_id = %s and verdict ->> 'plan' is null"
    )
    assert len(sizes) > 12 and max(row["size"] for row in sizes) <= PAYLOAD


async def test_a_round_costs_a_few_statements_for_each_whom_it_asks_and_an_answer_no_more_than_a_note(
    full: Desk, beside: Apart
) -> None:
    await full.withdraw()
    on(full, date(2028, 3, 23))
    one = await sent_by_a_round(full)
    with counted(beside.database) as asked:
        await beside.deliver(full.body, full.complaint)
    assert await cost(full, answer(full)) <= ANSWERED and len(asked) <= ASKED
    on(full, MORNING.date())
    for _ in range(5):
        await (await a_desk(beside, full.body)).withdraw()
    on(full, date(2028, 3, 24))
    five = await sent_by_a_round(full)
    assert one <= OF_A_ROUND and five - one <= 4 * FOR_EACH, (one, five)


async def sent_by_a_round(desk: Desk) -> int:
    with counted(desk.apart.database) as sent:
        await begin(desk)
    return len(sent)
