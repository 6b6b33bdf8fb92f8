"""What a senior says of an escalation: acknowledged, decided, decided anew, followed; by whom, how often, and after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import desk_said, said
from db.escalation_said import RaiseEscalation
from tests.activities.asking import appoint, away
from tests.activities.escalated import (
    a_person,
    acknowledge,
    assigned,
    climb,
    decide,
    escalate,
    escalation,
    escalations,
    follow,
    on_rota,
    pass_on,
    running,
    state,
)
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.closer_look import a_part, to_closer_look

K = CommandKind
LATER = date(2028, 3, 20)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def in_hand(desk: Desk, level: str = "serious") -> UUID:
    raised = await escalate(desk, level)
    assert await acknowledge(desk, raised) is None
    return raised


def ended(desk: Desk) -> str | None:
    found = desk.row("select ended_cause from proceeding where complaint_id = %s")["ended_cause"]
    return None if found is None else str(found)


async def test_one_of_a_cause_is_open_at_a_time_and_another_cause_is_another(desk: Desk) -> None:
    raised = await escalate(desk)
    again = await desk.do(K.RAISE_ESCALATION, RaiseEscalation(reason="Again."), "handler")
    assert again.refusal == "already_escalated"
    assert desk.rows("select id from escalation_again where complaint_id = %s") == []  # refused: nothing is half done
    await escalate(desk, "immediate", cause="safeguarding")
    assert [each["cause"] for each in escalations(desk)] == ["person", "safeguarding"]
    assert escalations(desk)[0]["id"] == str(raised)
    found = desk.rows("select number from proceeding where complaint_id = %s order by number")
    assert [each["number"] for each in found] == [1, 2]


async def test_who_is_no_senior_cannot_acknowledge_and_nobody_can_twice(desk: Desk) -> None:
    raised = await escalate(desk)
    for by in ("handler", "complaints_manager", "operator", None):
        assert await acknowledge(desk, raised, by) == "not_senior", by
    assert await acknowledge(desk, raised, "senior_leader") is None
    assert await acknowledge(desk, raised, "responsible_person") == "already_acknowledged"
    assert await pass_on(desk, raised, "senior_leader") == "already_acknowledged"
    assert (state(desk, raised), running(desk)) == ("acknowledged", {"escalation_decision"})


@pytest.mark.parametrize("role", ["delegate", "service_lead", "divisional_director", "medical_director"])
async def test_a_senior_by_appointment_or_on_the_rota_may_acknowledge(desk: Desk, role: str) -> None:
    appoint(desk, role, "handler")
    assert await acknowledge(desk, await escalate(desk), "handler") is None


async def test_who_is_on_the_rota_is_a_senior_for_as_long_as_they_are(desk: Desk) -> None:
    on_rota(desk, "handler", 3, "out", last=date(2028, 3, 1))
    raised = await escalate(desk)
    assert await acknowledge(desk, raised, "handler") == "not_senior"
    on_rota(desk, "investigator", 3, "out")
    assert await acknowledge(desk, raised, "investigator") is None


async def test_nothing_is_decided_that_is_not_acknowledged_nor_by_anybody_else(desk: Desk) -> None:
    raised = await escalate(desk)
    assert await decide(desk, raised, "oversee") == "not_acknowledged"
    assert await follow(desk, raised) == "not_decided"
    assert await acknowledge(desk, raised) is None
    assert await follow(desk, raised) == "not_decided"
    assert await decide(desk, raised, "oversee", "complaints_manager") == "not_authorised"
    assert await decide(desk, raised, "oversee", None) == "not_senior"
    assert await decide(desk, raised, "oversee", reason=" ") == "reason_needed"
    assert await decide(desk, raised, "panel") == "elements_missing"
    assert await decide(desk, raised, "oversee", due_on=LATER) == "elements_missing"
    assert await decide(desk, raised, "panel", due_on=date(2028, 3, 1)) == "date_in_past"
    away(desk, "senior_leader", "investigator", date(2028, 3, 1), date(2028, 3, 9))
    assert await decide(desk, raised, "oversee", "investigator") is None
    assert escalation(desk)["decided_by"] == str(desk.body.person("investigator"))


async def test_the_decision_has_a_clock_of_its_own(desk: Desk) -> None:
    raised = await in_hand(desk)
    assert desk.clock("escalation_decision")["due_on"] == "2028-03-06"
    assert assigned(desk, "decide_escalation") == ["senior_leader"]
    await climb(desk, "escalation_decision", "overdue")
    assert await decide(desk, raised, "oversee", "responsible_person") is None
    assert desk.clock("escalation_decision")["in_time"] is False
    assert assigned(desk, "decide_escalation") == []


async def test_oversight_is_looked_at_again_and_again_until_the_complaint_has_ended(desk: Desk) -> None:
    raised = await in_hand(desk)
    assert await decide(desk, raised, "oversee") is None
    assert desk.clock("escalation_look")["due_on"] == "2028-03-16"
    assert assigned(desk, "look_escalation") == ["senior_leader"]
    desk.at(datetime(2028, 3, 10, 10, 0, tzinfo=UTC))
    assert await follow(desk, raised) is None
    assert (desk.clock("escalation_look")["generation"], running(desk)) == (2, {"escalation_look"})
    await desk.withdraw()
    # Withdrawal ends nothing of it: a last look does.
    assert (state(desk, raised), running(desk)) == ("decided", {"escalation_look"})
    assert assigned(desk, "look_escalation") == ["senior_leader"]
    assert await follow(desk, raised, words="It was withdrawn; the ward is another matter.") is None
    assert (state(desk, raised), ended(desk), running(desk)) == ("ended", "complaint_ended", set())
    assert len(desk.rows("select id from escalation_look where complaint_id = %s")) == 2
    assert await follow(desk, raised) == "proceeding_ended"


async def test_taking_over_assigns_the_case_and_is_done_by_that(desk: Desk) -> None:
    raised = await in_hand(desk)
    assert await decide(desk, raised, "take_over") is None
    assert desk.stands()["owner_id"] == str(desk.body.person("senior_leader"))
    assert (state(desk, raised), ended(desk)) == ("ended", "taken_over")


async def test_a_panel_is_held_before_it_is_done_and_its_outcome_is_kept(desk: Desk) -> None:
    raised = await in_hand(desk)
    assert await decide(desk, raised, "panel", due_on=LATER) is None
    assert desk.clock("escalation_follow")["due_on"] == "2028-03-20"
    assert await follow(desk, raised) == "not_done_yet"
    assert await follow(desk, raised, held_on=date(2028, 3, 3)) == "date_in_future"
    assert await follow(desk, raised, held_on=date(2028, 3, 1)) == "contradicts_record"
    await climb(desk, "escalation_follow", "overdue")
    assert await follow(desk, raised, words="Three actions.", held_on=date(2028, 3, 20)) is None
    decision = desk.row("select * from escalation_decision where complaint_id = %s")
    assert (decision["done_on"], decision["outcome"]) == ("2028-03-20", "Three actions.")
    assert (state(desk, raised), ended(desk), running(desk)) == ("ended", "panel_done", set())


async def test_an_independent_investigator_who_is_appointed_since_ends_it_by_itself(full: Desk) -> None:
    await to_closer_look(full, MORNING.date())
    await full.must(K.APPOINT, a_part(full.body.person("investigator")), "complaints_manager")
    raised = await in_hand(full)
    full.at(MORNING + timedelta(hours=1))
    assert await decide(full, raised, "independent_investigator", due_on=LATER) is None
    assert await follow(full, raised) == "not_done_yet"  # whoever was there before is not what was decided
    others = [full.body.person(a_person(full, name)) for name in ("involved", "another")]
    involved = a_part(others[0], prior_involvement=True, mitigation="Every finding is read by the other trust.")
    await full.must(K.APPOINT, involved, "complaints_manager")
    assert state(full, raised) == "decided" and await follow(full, raised) == "not_done_yet"
    await full.must(K.APPOINT, a_part(others[1]), "complaints_manager")
    assert (state(full, raised), ended(full), running(full)) == ("ended", "independent_investigator_done", set())


async def test_no_further_action_ends_it_with_the_reason(desk: Desk) -> None:
    raised = await in_hand(desk)
    assert await decide(desk, raised, "no_further_action", reason="It is in good hands.") is None
    assert (state(desk, raised), ended(desk)) == ("ended", "no_further_action")
    assert (
        desk.row("select reason from escalation_decision where complaint_id = %s")["reason"] == "It is in good hands."
    )
    assert running(desk) == set() and assigned(desk, "decide_escalation") == []


async def test_a_decision_is_taken_anew_and_the_one_before_stays_on_record(desk: Desk) -> None:
    raised = await in_hand(desk)
    assert await decide(desk, raised, "oversee") is None
    assert await decide(desk, raised, "oversee") == "nothing_changes"
    assert await decide(desk, raised, "panel", due_on=LATER) is None
    assert running(desk) == {"escalation_follow"} and assigned(desk, "look_escalation") == []
    assert await decide(desk, raised, "panel", due_on=LATER + timedelta(days=7)) is None
    assert desk.clock("escalation_follow")["due_on"] == "2028-03-27"
    found = desk.rows("select decision from escalation_decision where complaint_id = %s order by number")
    assert [each["decision"] for each in found] == ["oversee", "panel", "panel"]


async def test_after_the_end_it_is_asked_acknowledged_and_decided_as_before(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    raised = await escalate(desk)
    await desk.withdraw()
    assert (state(desk, raised), running(desk)) == ("asking", {"escalation_call"})
    await climb(desk, "escalation_call", "first", "again", "second")
    assert assigned(desk, "acknowledge_escalation") == ["ada", "responsible_person"]
    assert desk.stands()["attention"] is None
    assert await acknowledge(desk, raised, "ada") is None
    assert await decide(desk, raised, "take_over", "ada") == "complaint_closed"
    assert await decide(desk, raised, "independent_investigator", "ada", due_on=LATER) == "complaint_closed"
    assert await decide(desk, raised, "no_further_action", "ada") is None
    later = await escalate(desk, cause="safeguarding")
    assert state(desk, later) == "asking" and running(desk) == {"escalation_call"}


async def test_strangers_escalations_are_unknown(desk: Desk, beside: Apart) -> None:
    raised = await escalate(desk)
    same_body = await a_desk(beside, desk.body)
    other_body = await a_desk(beside, beside.body())
    for stranger in (same_body, other_body):
        for said_of in (
            acknowledge,
            lambda d, e: pass_on(d, e, "senior_leader"),
            lambda d, e: decide(d, e, "oversee"),
            follow,
        ):
            assert await said_of(stranger, raised) == "unknown_escalation"
        assert await acknowledge(stranger, uuid4()) == "unknown_escalation"
    assert state(desk, raised) == "asking"


async def test_a_task_to_acknowledge_is_done_by_acknowledging_alone(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    await escalate(desk)
    await climb(desk, "escalation_call", "first")
    (task,) = desk.tasks("acknowledge_escalation")
    done = await desk.do(K.COMPLETE_TASK, desk_said.CompleteTask(task_id=UUID(task["id"])), "ada")
    assert done.refusal == "contradicts_record" and assigned(desk, "acknowledge_escalation") == ["ada"]


async def test_what_is_said_is_done_once_however_often_it_is_delivered(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    on_rota(desk, "ben", 2)
    raised = await escalate(desk)
    await climb(desk, "escalation_call", "first")
    assert await pass_on(desk, raised, "ada") is None
    assert await acknowledge(desk, raised, "ben") is None
    assert await decide(desk, raised, "oversee", "ben") is None
    assert await follow(desk, raised, "ben") is None
    before = desk.stands()["version"]
    for pending in list(desk.apart.engine.delivered[-5:]):
        await desk.apart.engine.apply(pending)
    assert desk.stands()["version"] == before
    for table, so_many in (("call", 2), ("decision", 1), ("look", 1)):
        assert len(desk.rows(f"select id from escalation_{table} where complaint_id = %s")) == so_many
    assert desk.clock("escalation_look")["generation"] == 2


async def test_no_word_of_it_is_in_the_events(desk: Desk) -> None:
    raised = await in_hand(desk)
    assert await decide(desk, raised, "oversee", reason="Marker one") is None
    assert await follow(desk, raised, words="Marker two") is None
    whole = str(desk.rows("select data::text from case_event where complaint_id = %s"))
    assert "Marker" not in whole and "nine hours" not in whole
    assert said.SHAPES[K.FOLLOW_ESCALATION].__name__ == "FollowEscalation"
