"""Promises over the real case file: made, kept by their own proof, come round again, released, and left at the end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.acts import Outcome
from contracts.commands import CommandKind
from db import desk_said
from db import office_said as office
from db import promise_said as promise
from db.intake_said import Convert
from db.procedure_said import MoveProcedure
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body

K = CommandKind
FRIDAY = date(2028, 3, 10)


@pytest.fixture(autouse=True)
def _morning(full: Desk) -> None:
    full.at(MORNING)


async def made(desk: Desk, **changes: Any) -> UUID:
    """Make a promise, and return its id."""
    values: dict[str, Any] = {"kind": "call", "what": "We ring you; marker.", "due_on": FRIDAY}
    before = {row["id"] for row in promises(desk)}
    await desk.must(K.MAKE_PROMISE, promise.MakePromise(**values | changes))
    (new,) = [row["id"] for row in promises(desk) if row["id"] not in before]
    return UUID(new)


async def keep(desk: Desk, promise_id: UUID, on: date, **changes: Any) -> str | None:
    values: dict[str, Any] = {"promise_id": promise_id, "kept_on": on, "words": "Rang her."}
    return (await desk.do(K.KEEP_PROMISE, promise.KeepPromise(**values | changes))).refusal


async def release(desk: Desk, promise_id: UUID) -> str | None:
    what = promise.ReleasePromise(promise_id=promise_id, because="not_wanted", words="She said so.")
    return (await desk.do(K.RELEASE_PROMISE, what)).refusal


def promises(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from promise where complaint_id = %s order by said_at, id")


def rounds(desk: Desk) -> list[tuple[int, str, str, bool]]:
    rows = desk.rows("select * from promise_kept where complaint_id = %s order by promise_id, number")
    return [(row["number"], row["due_on"], row["kept_on"], row["in_time"]) for row in rows]


def a_call(**changes: Any) -> office.RecordContact:
    values: dict[str, Any] = {
        "direction": "out",
        "channel": "call",
        "happened_at": MORNING - timedelta(hours=20),
        "with_whom": "Pat Marker",
        "summary": "Asked for news.",
        "promised": "A letter; marker.",
        "promised_by": FRIDAY,
    }
    return office.RecordContact(**values | changes)


async def test_a_promise_is_a_clock_with_its_own_proof_and_one_task(full: Desk) -> None:
    made_to = full.party()
    one = await made(full, party_id=made_to)
    clock = full.clock("promise")
    assert (clock["subject_id"], clock["due_on"], clock["effect"]) == (str(one), "2028-03-10", "promise")
    assert clock["proof"]["steps"] == ["The date set was Friday 10 March 2028"]
    (task,) = full.tasks("promised")
    assert (task["due_on"], task["clock_id"], task["subject_id"]) == ("2028-03-10", clock["id"], str(one))
    # Reminded and overdue: it is still the one task of the owner; then the manager is asked, too.
    full.at(datetime(2028, 3, 13, 10, tzinfo=UTC))
    for rung in ("reminder", "overdue", "escalation"):
        await full.fire("promise", rung)
    open_tasks = full.rows("select kind, role from task where complaint_id = %s and state = 'open' and clock_id ="
                           f" '{clock['id']}' order by kind")  # fmt: skip
    assert [(row["kind"], row["role"]) for row in open_tasks] == [
        ("escalation.promise", "complaints_manager"), ("promised", "owner"),
    ]  # fmt: skip
    assert full.clock("promise")["breached_at"] is not None
    # Kept on the Thursday, and recorded on the Monday: the breach stays on record, and the proof says in time.
    assert await keep(full, one, date(2028, 3, 9)) is None
    assert full.clock("promise")["in_time"] is True and full.clock("promise")["breached_at"] is not None
    assert rounds(full) == [(1, "2028-03-10", "2028-03-09", True)]
    assert full.tasks("promised") == full.tasks("escalation.promise") == []
    (row,) = promises(full)
    assert (row["state"], row["settled_on"]) == ("kept", "2028-03-09")
    assert "arker" not in str(full.events("promise.made") + full.events("promise.kept"))
    # The person was told the day by the promise itself.
    (told,) = full.rows("select * from told_date where complaint_id = %s and party_id = '" + str(made_to) + "'"
                        f" and clock_id = '{clock['id']}'")  # fmt: skip
    assert (told["due_on"], told["generation"]) == ("2028-03-10", 1)


async def test_what_was_promised_days_ago_was_told_on_that_day(full: Desk) -> None:
    made_to = full.party()
    await made(full, party_id=made_to, made_on=MORNING.date() - timedelta(days=1))
    clock = full.clock("promise")["id"]
    (told,) = full.rows(f"select * from told_date where complaint_id = %s and clock_id = '{clock}'")
    assert told["told_on"] == str(MORNING.date() - timedelta(days=1))


async def test_a_promise_kept_too_late_is_broken_for_good(full: Desk) -> None:
    one = await made(full)
    full.at(datetime(2028, 3, 14, 10, tzinfo=UTC))
    assert await keep(full, one, date(2028, 3, 13)) is None
    assert full.clock("promise")["in_time"] is False
    assert [event["data"]["due_on"] for event in full.events("clock.breached")] == ["2028-03-10"]


async def test_a_rhythm_comes_round_each_time_it_is_kept_and_moves_off_closed_days(full: Desk) -> None:
    one = await made(full, kind="update", due_on=None, every_days=14)
    first = full.clock("promise_rhythm")
    assert first["due_on"] == "2028-03-16"
    full.at(datetime(2028, 3, 31, 10, tzinfo=UTC))
    assert await keep(full, one, date(2028, 3, 15)) is None
    assert await keep(full, one, date(2028, 3, 31)) is None
    # Fourteen days later is Good Friday; the next open day is the Tuesday after Easter.
    clock = full.clock("promise_rhythm")
    assert (clock["id"], clock["generation"], clock["due_on"]) == (first["id"], 3, "2028-04-18")
    assert clock["proof"]["steps"][-1].startswith("Friday 14 April 2028 is closed (Good Friday): moved to Tuesday 18")
    assert clock["due_at"].startswith("2028-04-18T23:00")  # midnight in London, an hour ahead by then
    assert rounds(full) == [(1, "2028-03-16", "2028-03-15", True), (2, "2028-03-29", "2028-03-31", False)]
    (task,) = full.tasks("promised")
    assert (task["due_on"], task["clock_id"]) == ("2028-04-18", clock["id"])
    (row,) = promises(full)
    assert (row["state"], row["due_on"]) == ("open", "2028-04-18")
    assert await release(full, one) is None
    assert full.clock("promise_rhythm")["state"] == "stopped"
    assert full.tasks("promised") == []
    assert await keep(full, one, date(2028, 3, 31)) == "promise_settled"
    assert await release(full, one) == "promise_settled"


async def test_what_is_overdue_and_then_released_stays_broken(full: Desk) -> None:
    one = await made(full)
    full.at(datetime(2028, 3, 11, 10, tzinfo=UTC))
    assert await release(full, one) is None
    (version,) = full.versions("promise")
    assert version["breached_at"] is not None
    (row,) = promises(full)
    assert (row["state"], row["released_because"], row["clocked"]) == ("released", "not_wanted", True)


async def test_impossible_promises_are_refused(full: Desk) -> None:
    other = await a_desk(full.apart, full.body)
    elsewhere = await a_desk(full.apart, make_body(full.apart.dsns.migrator))
    values: dict[str, Any] = {"kind": "letter", "what": "A letter.", "due_on": FRIDAY}
    for changes, refusal in (
        ({"due_on": date(2028, 3, 1)}, "date_in_past"),
        ({"due_on": None}, "date_in_past"),
        ({"made_on": date(2028, 3, 3)}, "date_in_future"),
        ({"due_on": MORNING.date(), "every_days": 3}, "date_not_later"),
        ({"party_id": other.party()}, "unknown_party"),
        ({"party_id": elsewhere.party()}, "unknown_party"),
        ({"involvement_id": uuid4()}, "unknown_involvement"),
        ({"party_id": full.party(), "involvement_id": uuid4()}, "contradicts_record"),
    ):
        refused = await full.do(K.MAKE_PROMISE, promise.MakePromise(**values | changes))
        assert refused.refusal == refusal, changes
    full.apart.rows("update party set death_known_at = now() where complaint_id = %s", full.complaint)
    refused = await full.do(K.MAKE_PROMISE, promise.MakePromise(**values, party_id=full.party()))
    assert refused.refusal == "person_has_died"
    assert promises(full) == []


async def test_impossible_ways_of_keeping_one_are_refused(full: Desk) -> None:
    other = await a_desk(full.apart, full.body)
    theirs = await made(other)
    await other.must(K.RECORD_CONTACT, a_call(promised=None, promised_by=None))
    contact = UUID(other.row("select id from contact where complaint_id = %s")["id"])
    one = await made(full)
    for promise_id, on, changes, refusal in (
        (theirs, MORNING.date(), {}, "unknown_promise"),
        (uuid4(), MORNING.date(), {}, "unknown_promise"),
        (one, date(2028, 3, 3), {}, "date_in_future"),
        (one, date(2028, 3, 1), {}, "contradicts_record"),  # before it was made
        (one, MORNING.date(), {"words": None}, "reason_needed"),
        (one, MORNING.date(), {"contact_id": contact}, "contradicts_record"),
    ):
        assert await keep(full, promise_id, on, **changes) == refusal
    assert await release(full, theirs) == "unknown_promise"
    again = await made(full, due_on=None, every_days=7)
    assert await keep(full, again, MORNING.date()) is None
    assert await keep(full, again, MORNING.date()) == "contradicts_record"  # said twice


async def test_what_was_promised_in_a_call_is_a_promise_and_its_task_done_keeps_it(full: Desk) -> None:
    await full.must(K.RECORD_CONTACT, a_call(party_id=full.party()))
    contact = full.row("select id from contact where complaint_id = %s")["id"]
    (row,) = promises(full)
    assert (row["source"], row["contact_id"], row["made_on"], row["what"]) == (
        "contact", contact, "2028-03-01", "A letter; marker.",
    )  # fmt: skip
    assert full.clock("promise")["started_on"] == "2028-03-01"
    (task,) = full.tasks("promised")
    assert (task["subject_id"], task["clock_id"]) == (contact, full.clock("promise")["id"])
    await full.must(K.COMPLETE_TASK, desk_said.CompleteTask(task_id=UUID(task["id"]), words="Posted it."))
    assert rounds(full) == [(1, "2028-03-10", "2028-03-02", True)]
    assert (promises(full)[0]["state"], full.clock("promise")["state"]) == ("kept", "met")


async def test_at_the_end_what_is_promised_stays_a_task_and_is_kept_or_broken_afterwards(full: Desk) -> None:
    overdue, ahead, missed = (
        await made(full, due_on=date(2028, 3, 6)),
        await made(full),
        await made(full, due_on=None, every_days=14),
    )
    full.at(datetime(2028, 3, 8, 10, tzinfo=UTC))
    await full.withdraw()
    assert full.rows("select id from clock where complaint_id = %s and state = 'running'") == []
    assert {task["subject_id"] for task in full.tasks("promised")} == {str(overdue), str(ahead), str(missed)}
    assert all(task["clock_id"] is None for task in full.tasks("promised"))
    clocked = {row["id"]: row["clocked"] for row in promises(full)}
    assert clocked == {str(overdue): True, str(ahead): False, str(missed): False}
    assert await keep(full, ahead, date(2028, 3, 8)) is None
    # One that came round is kept once more, and is over: nobody keeps a rhythm about what has ended.
    full.at(datetime(2028, 3, 20, 10, tzinfo=UTC))
    assert await keep(full, missed, date(2028, 3, 20)) is None
    assert {row["id"]: row["state"] for row in promises(full)} == {
        str(overdue): "open", str(ahead): "kept", str(missed): "kept",
    }  # fmt: skip
    assert sorted(rounds(full)) == [(1, "2028-03-10", "2028-03-08", True), (1, "2028-03-16", "2028-03-20", False)]
    assert await release(full, overdue) is None
    assert full.tasks("promised") == []
    # What is promised after the end is a task alone.
    late = await made(full, due_on=date(2028, 3, 24))
    assert [task["subject_id"] for task in full.tasks("promised")] == [str(late)]
    assert len(full.rows("select id from clock where complaint_id = %s and kind = 'promise'")) == 2


async def test_the_same_act_is_done_once(full: Desk) -> None:
    one = await made(full, due_on=None, every_days=7)
    assert await keep(full, one, MORNING.date()) is None
    again = await full.apart.engine.apply(full.apart.engine.delivered[-1])
    assert again.outcome is Outcome.APPLIED
    assert len(rounds(full)) == 1 and full.clock("promise_rhythm")["generation"] == 2
    assert len(full.tasks("promised")) == 1


async def test_a_closure_moves_a_rhythm_and_not_a_day_that_was_promised(full: Desk) -> None:
    await made(full, due_on=date(2028, 3, 16))
    await made(full, due_on=None, every_days=14, party_id=full.party())
    full.apart.rows(
        "insert into closed_day (organisation_id, day, name, opens) values (%s, '2028-03-16', 'Training', false)",
        full.body.id,
    )
    await full.must(K.REDATE, desk_said.Redate(change_set_id=uuid4()), by=None)
    assert full.clock("promise")["due_on"] == "2028-03-16"
    clock = full.clock("promise_rhythm")
    assert clock["due_on"] == "2028-03-17"
    (task,) = [task for task in full.tasks("promised") if task["clock_id"] == clock["id"]]
    assert task["due_on"] == "2028-03-17"
    # They were told the sixteenth.
    assert [task["subject_id"] for task in full.tasks("tell_new_date")] == [str(full.party())]


async def test_neither_another_version_nor_another_procedure_changes_what_was_promised(
    desk: Desk, beside: Apart, standards: Body
) -> None:
    """A rhythm of seven days stays one, and a day that was promised about a concern binds the complaint, too."""
    concern = await a_desk(beside, standards, matter="concern")
    for case in (desk, concern):
        await made(case)
        await made(case, kind="update", due_on=None, every_days=7)
    moved = MoveProcedure(version=2, reason="The new version.")
    assert (await desk.do(K.MOVE_PROCEDURE, moved, "complaints_manager")).refusal is None
    converted = Convert(received_on=MORNING.date(), channel="written", summary="It is a complaint now.")
    await concern.must(K.CONVERT, converted)
    for case, cause in ((desk, "procedure.moved"), (concern, "matter.converted")):
        assert case.events(cause) != []
        for kind, due_on in (("promise", "2028-03-10"), ("promise_rhythm", "2028-03-09")):
            clock = case.clock(kind)
            assert (clock["state"], clock["generation"], clock["due_on"]) == ("running", 1, due_on)
        assert len(case.tasks("promised")) == 2
