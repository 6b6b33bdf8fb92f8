"""What the workflow of a proceeding is told, what the sweep and the attention see of it, and what a calendar moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError

from activities.change_sets import ChangeSets
from activities.proceeding_sweep import tell_proceedings
from activities.proceedings import Proceedings
from contracts import names
from contracts.commands import CommandKind
from contracts.failures import ErrorType
from contracts.proceedings import ProceedingAct, ProceedingKind, ProceedingLook
from db.desk_said import Redate
from db.escalation_said import RaiseEscalation
from db.procedure_said import MoveProcedure
from db.queries import attention_proceedings
from runtime.attention import Kind, attention_report
from tests.activities.escalated import acknowledge, climb, decide, escalate
from tests.activities.office_desk import Desk
from tests.activities.test_change_sets import decide as decide_change
from tests.activities.test_change_sets import enact, propose
from tests.apart import MORNING, Apart

PAYLOAD = 2_048
BUDGET = timedelta(seconds=5)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


def stands(desk: Desk, proceeding: UUID) -> dict[str, Any]:
    (found,) = desk.rows(f"select * from proceeding where complaint_id = %s and id = '{proceeding}'")
    return found


async def look(desk: Desk, proceeding: UUID, **changes: UUID) -> ProceedingLook:
    ids = {"organisation_id": desk.body.id, "complaint_id": desk.complaint, "proceeding_id": proceeding}
    act = ProceedingAct(now=desk.apart.engine.now, **(ids | changes))
    found: ProceedingLook = await Proceedings(desk.apart.database).look(act)
    return found


async def in_hand(desk: Desk) -> UUID:
    """Raise an escalation that a senior has acknowledged: what is to be done about it has a clock in days."""
    raised = await escalate(desk)
    assert await acknowledge(desk, raised, "responsible_person") is None
    return raised


async def test_a_look_hands_over_what_lies_ahead_and_writes_down_what_was_heard(desk: Desk) -> None:
    raised = await escalate(desk)
    assert stands(desk, raised)["heard"] < stands(desk, raised)["changes"]
    seen = await look(desk, raised)
    (clock,) = seen.clocks
    assert (clock.kind.value, [rung.rung.value for rung in clock.rungs]) == ("escalation_call", ["first", "again"])
    assert [rung.at for rung in clock.rungs] == [MORNING, MORNING + timedelta(hours=2)]
    assert (seen.state.value, seen.about.value, seen.stage.value, seen.over) == ("asking", "person", "received", False)
    assert stands(desk, raised)["heard"] == stands(desk, raised)["changes"] == seen.changes
    (payload,) = await pydantic_data_converter.encode([seen])
    assert len(payload.data) <= PAYLOAD


async def test_a_rung_hands_over_what_follows_and_wakes_nobody(desk: Desk) -> None:
    raised = await escalate(desk)
    await look(desk, raised)
    verdict = await desk.fire("escalation_call", "first")
    assert [rung.rung.value for clock in verdict.armed for rung in clock.rungs] == [
        "again", "second", "overdue", "responsible",
    ]  # fmt: skip
    row = stands(desk, raised)
    assert row["changes"] == row["heard"]  # its own workflow has fired it: there is nothing to hear of
    assert desk.stands()["next_event_at"] is not None


async def test_the_chase_of_a_call_is_counted_in_minutes_and_never_ends(desk: Desk) -> None:
    await escalate(desk, "immediate")
    await climb(desk, "escalation_call_now", "first", "again", "second", "overdue", "responsible", "chase_1")
    rungs = {each["rung"]: each for each in desk.clock("escalation_call_now")["rungs"]}
    assert datetime.fromisoformat(rungs["chase_1"]["at"]) == MORNING + timedelta(minutes=90 + 120)
    assert datetime.fromisoformat(rungs["chase_2"]["at"]) == MORNING + timedelta(minutes=90 + 240)
    assert (rungs["chase_2"]["to"], rungs["chase_2"]["does"]) == ("responsible_person", ["call:chase"])


@pytest.mark.parametrize(("after", "in_time"), [(timedelta(), True), (timedelta(seconds=1), False)])
async def test_an_acknowledgement_is_judged_by_the_instant_and_not_by_the_day(
    desk: Desk, after: timedelta, in_time: bool
) -> None:
    raised = await escalate(desk, "immediate")
    clock = desk.clock("escalation_call_now")
    due_at = datetime.fromisoformat(clock["due_at"])
    assert (due_at, clock["due_on"]) == (MORNING + timedelta(hours=1), "2028-03-02")
    desk.at(due_at + after)
    assert await acknowledge(desk, raised, "responsible_person") is None
    clock = desk.clock("escalation_call_now")
    assert (clock["state"], clock["in_time"], clock["met_on"]) == ("met", in_time, "2028-03-02")
    assert (clock["breached_at"] is None) is in_time
    assert [version["in_time"] for version in desk.versions("escalation_call_now")] == [in_time]


async def test_the_proof_of_a_call_is_kept_with_its_instants(desk: Desk) -> None:
    await escalate(desk)
    clock = desk.clock("escalation_call")
    assert (clock["due_on"], clock["started_on"]) == ("2028-03-03", "2028-03-02")
    assert datetime.fromisoformat(clock["due_at"]) == MORNING + timedelta(days=1)
    assert (clock["proof"]["unit"], clock["proof"]["amount"]) == ("minutes", 480)
    assert [each["why"] for each in clock["proof"]["days"]] == [
        "420 of 480 minutes, 10:00 to 17:00",
        "60 of 480 minutes, 09:00 to 10:00",
    ]


async def test_a_stranger_is_shown_nothing(desk: Desk, beside: Apart) -> None:
    raised = await escalate(desk)
    for changes in (
        {"organisation_id": beside.body().id},
        {"complaint_id": uuid4()},
        {"proceeding_id": uuid4()},
    ):
        with pytest.raises(ApplicationError) as failure:
            await look(desk, raised, **changes)
        assert failure.value.type == ErrorType.NOT_FOUND and failure.value.non_retryable
    assert stands(desk, raised)["heard"] == 0


async def test_one_that_has_ended_is_over_once_none_of_its_clocks_runs(desk: Desk) -> None:
    raised = await in_hand(desk)
    assert [clock.kind.value for clock in (await look(desk, raised)).clocks] == ["escalation_decision"]
    assert await decide(desk, raised, "no_further_action", "responsible_person") is None
    seen = await look(desk, raised)
    assert (seen.state.value, seen.over, seen.clocks) == ("ended", True, ())


async def test_the_sweep_tells_what_was_not_heard_and_starts_what_does_not_run(desk: Desk) -> None:
    raised, apart = await escalate(desk), desk.apart

    async def sweep(before: datetime) -> set[tuple[UUID, ProceedingKind]]:
        apart.engine.proceedings.clear()
        await tell_proceedings(apart.sweeper, apart.engine, apart.engine, before=before, limit=10_000, budget=BUDGET)
        return {(each.proceeding_id, each.kind) for each in apart.engine.proceedings}

    mine = (raised, ProceedingKind.ESCALATION)
    workflow = names.proceeding_workflow_id("escalation", raised)
    apart.engine.running_ids.add(workflow)
    assert mine not in await sweep(MORNING - timedelta(seconds=1))  # whoever did it is telling it yet
    assert mine in await sweep(MORNING)
    await look(desk, raised)
    assert mine not in await sweep(MORNING)
    apart.engine.running_ids.remove(workflow)  # it was terminated
    assert mine in await sweep(MORNING)
    await desk.withdraw()
    await look(desk, raised)
    assert mine in await sweep(MORNING)


async def test_one_without_a_workflow_and_one_that_is_late_are_exceptions_until_they_are_mended(desk: Desk) -> None:
    raised, apart = await escalate(desk, "immediate"), desk.apart
    workflow = names.proceeding_workflow_id("escalation", raised)

    async def no_pause(_: float) -> None:
        return None

    async def kinds(now: datetime) -> set[Kind]:
        report = await attention_report(apart.sweeper, apart.engine, now, pause=no_pause)
        return {each.kind for each in report.exceptions if each.detail == workflow}

    assert await kinds(MORNING + timedelta(minutes=1)) == set()
    assert await kinds(MORNING + timedelta(minutes=3)) == {Kind.NO_PROCEEDING_WORKFLOW}
    apart.engine.running_ids.add(workflow)
    assert await kinds(MORNING + timedelta(minutes=62)) == set()
    assert await kinds(MORNING + timedelta(minutes=63)) == {Kind.LATE_PROCEEDING}
    await climb(desk, "escalation_call_now", "first", "again", "second", "overdue")
    assert await kinds(MORNING + timedelta(days=1)) == set()


async def test_the_sweeper_sees_no_words_of_a_proceeding(desk: Desk) -> None:
    await escalate(desk)
    async with desk.apart.sweeper.session() as session:
        found = await attention_proceedings.live(session, before=MORNING)
    mine = [each for each in found if each.complaint_id == desk.complaint]
    assert [(each.kind, each.reference) for each in mine] == [("escalation", desk.stands()["reference"])]


async def test_a_closure_moves_what_is_counted_in_days_and_leaves_a_call_alone(desk: Desk) -> None:
    raised = await in_hand(desk)
    await desk.must(CommandKind.RAISE_ESCALATION, RaiseEscalation(reason="She fell.", cause="safeguarding"))
    calling = "select * from clock where complaint_id = %s and kind = 'escalation_call' and state = 'running'"
    before = desk.row(calling)
    assert desk.clock("escalation_decision")["due_on"] == "2028-03-06"
    desk.apart.rows(
        "insert into closed_day (organisation_id, day, name, opens) values (%s, '2028-03-03', 'Flood', false)",
        desk.body.id,
    )
    told = len(desk.apart.engine.proceedings)
    await desk.must(CommandKind.REDATE, Redate(change_set_id=uuid4()))
    moved = desk.clock("escalation_decision")
    assert (moved["due_on"], moved["generation"], moved["proceeding_id"]) == ("2028-03-07", 2, str(raised))
    assert raised in {each.proceeding_id for each in desk.apart.engine.proceedings[told:]}
    assert desk.row(calling) == before


async def test_a_change_of_the_calendar_reaches_what_outlives_the_complaint(desk: Desk) -> None:
    raised, apart = await in_hand(desk), desk.apart
    await desk.withdraw()
    assert desk.stands()["open"] is False
    assert stands(desk, raised)["ended_on"] is None
    steps = ChangeSets(apart.database, apart.sweeper, apart.engine, apart.states)
    act = await propose(apart, desk.body, "organisation", day=date(2028, 3, 6))
    await steps.dry_run(act)
    assert apart.rows("select old_due_on, new_due_on from change_set_item where change_set_id = %s", act.change_set_id)
    assert await decide_change(apart, desk.body, act) is None
    await enact(apart, act)
    assert (await steps.redate(act)).sent == 1
    (look_ahead,) = (await look(desk, raised)).clocks
    assert (look_ahead.kind.value, look_ahead.generation) == ("escalation_decision", 2)
    assert desk.clock("escalation_decision")["due_on"] == "2028-03-07"
    assert look_ahead.due_at == datetime(2028, 3, 8, tzinfo=UTC)


async def test_a_move_to_another_version_of_the_procedure_lets_a_call_go_on_as_it_began(desk: Desk) -> None:
    await escalate(desk)
    before = desk.clock("escalation_call")
    what = MoveProcedure(version=2, reason="The Standards apply from today.")
    await desk.must(CommandKind.MOVE_PROCEDURE, what, "complaints_manager")
    assert desk.stands()["procedure_version"] == 2
    assert desk.clock("escalation_call") == before
    await climb(desk, "escalation_call", "first", "again")
