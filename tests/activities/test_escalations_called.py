"""Whom an escalation is asked of: the rota and its hours, the ladder, those who are away, and nobody at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from db.queries.notices import get_notice_to_send
from tests.activities.asking import a_unit, appoint, away
from tests.activities.escalated import (
    a_person,
    acknowledge,
    assigned,
    calls,
    climb,
    escalate,
    escalation,
    on_rota,
    pass_on,
    state,
)
from tests.activities.office_desk import Desk
from tests.apart import MORNING, Apart

EVENING = datetime(2028, 3, 2, 20, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


def about(desk: Desk, who: str, cause: str | None = None) -> None:
    """Have somebody be complained about; they were told nothing yet."""
    number = 1 + len(desk.rows("select id from involvement where complaint_id = %s"))
    desk.apart.rows(
        "insert into involvement (id, organisation_id, complaint_id, person_id, kind, number, state, ended_cause,"
        " ended_on, named_on, changed_at, act_id) values (gen_random_uuid(), %s, %s, %s, 'employed', %s, %s, %s, %s,"
        " '2028-03-02', now(), gen_random_uuid())",
        *(desk.body.id, desk.complaint, desk.body.person(who), number),
        *("ended" if cause else "named", cause, "2028-03-02" if cause else None),
    )


async def test_raising_calls_nobody_and_the_first_rung_does(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    raised = await escalate(desk)
    assert calls(desk) == [] and state(desk, raised) == "asking"
    await climb(desk, "escalation_call", "first")
    assert calls(desk) == [("first", "ada", "called")]
    assert assigned(desk, "acknowledge_escalation") == ["ada"]
    (mail,) = desk.notices("escalation_call")
    assert "serious" in mail["body"] and "Please acknowledge it by 10:00 on 3 March 2028" in mail["body"]
    assert (mail["state"], mail["statutory"], mail["person_id"]) == ("queued", True, str(desk.body.person("ada")))


async def test_a_call_after_the_time_for_it_names_no_time_that_has_passed(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    await escalate(desk)
    await climb(desk, "escalation_call", "first", "again", "second", "overdue")
    mails = desk.notices("escalation_call")
    late = [each["body"] for each in mails if "Please acknowledge it by" not in each["body"]]
    assert len(mails) > len(late) == 1


async def test_the_ladder_goes_by_the_rota_the_leads_and_the_responsible_person_and_does_not_let_go(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    on_rota(desk, "ben", 2)
    division = a_unit(desk)
    a_person(desk, "lead")
    appoint(desk, "division_lead", "lead", division)
    desk.apart.rows("update complaint set division_id = %s where id = %s", division, desk.complaint)
    await escalate(desk)
    await climb(desk, "escalation_call", "first", "again", "second", "overdue", "responsible", "chase_1")
    assert calls(desk) == [
        ("first", "ada", "called"),
        ("again", "ada", "called"),
        ("second", "ben", "called"),
        ("next", "lead", "called"),
        ("responsible", "responsible_person", "called"),
        ("chase", "responsible_person", "called"),
    ]
    assert assigned(desk, "acknowledge_escalation") == ["ada", "ben", "lead", "responsible_person"]
    (breach,) = desk.events("clock.breached")
    assert breach["data"]["clock"] == "escalation_call"


async def test_with_nobody_new_at_a_step_the_next_step_is_taken_at_once(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    await escalate(desk)
    desk.apart.rows(
        "update appointment set ends_on = '2028-01-01' where organisation_id = %s and role = 'responsible_person'",
        desk.body.id,
    )
    a_person(desk, "del")
    appoint(desk, "delegate", "del")
    await climb(desk, "escalation_call", "first", "second")
    assert calls(desk) == [("first", "ada", "called"), ("second", "del", "called")]
    await climb(desk, "escalation_call", "overdue")
    assert calls(desk)[2:] == [("next", None, "nobody_found"), ("responsible", "del", "called")]


async def test_who_is_away_is_not_asked_but_who_covers_for_them(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    on_rota(desk, "ben", 2)
    a_person(desk, "cover")
    away(desk, "ada", "cover", date(2028, 3, 1), date(2028, 3, 3))
    await escalate(desk)
    await climb(desk, "escalation_call", "first", "second")
    # Whoever is on the rota and there comes before those who stand in.
    assert calls(desk) == [("first", "ben", "called"), ("second", "cover", "called")]


async def test_nobody_who_is_complained_about_is_asked_whether_they_know_it_or_not(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    on_rota(desk, "ben", 2)
    on_rota(desk, "cas", 3)
    about(desk, "ada")
    about(desk, "ben", "not_concerned")  # was named by mistake
    raised = await escalate(desk)
    await climb(desk, "escalation_call", "first")
    assert calls(desk) == [("first", "ben", "called")]
    assert await acknowledge(desk, raised, "ada") == "not_senior"
    assert await acknowledge(desk, raised, "ben") is None


async def test_with_nobody_at_all_the_operator_is_asked_the_case_needs_attention_and_it_is_asked_anew(
    desk: Desk,
) -> None:
    away(desk, "responsible_person", None, date(2028, 3, 1), date(2028, 3, 2))
    await escalate(desk)
    await climb(desk, "escalation_call", "first")
    assert calls(desk) == [("first", None, "nobody_found")]
    assert desk.stands()["attention"] == "nobody_is_senior_to_call"
    assert assigned(desk, "nobody_senior") == ["operator"]
    await climb(desk, "escalation_call", "again")
    assert len(desk.tasks("nobody_senior")) == 1 and desk.stands()["attention"] == "nobody_is_senior_to_call"
    await climb(desk, "escalation_call", "second", "overdue")
    # The next morning somebody is back.
    assert calls(desk)[-1] == ("next", "responsible_person", "called")
    assert desk.stands()["attention"] is None and desk.tasks("nobody_senior") == []


async def test_a_chain_of_passing_ends_with_nobody_and_no_one_is_asked_who_passed(desk: Desk) -> None:
    for place, who in enumerate(("ada", "ben"), 1):
        on_rota(desk, who, place)
    raised = await escalate(desk)
    await climb(desk, "escalation_call", "first")
    assert await pass_on(desk, raised, "ben") == "not_asked"
    assert await pass_on(desk, raised, "ada") is None
    assert await pass_on(desk, raised, "ada") == "not_asked"
    assert await pass_on(desk, raised, "ben") is None
    assert await pass_on(desk, raised, "responsible_person") is None
    assert calls(desk) == [
        ("first", "ada", "passed"),
        ("passed", "ben", "passed"),
        ("passed", "responsible_person", "passed"),
        ("passed", None, "nobody_found"),
        ("responsible", None, "nobody_found"),
    ]
    assert assigned(desk, "acknowledge_escalation") == [] and assigned(desk, "nobody_senior") == ["operator"]
    await climb(desk, "escalation_call", "again", "responsible", "chase_1")
    assert {who for _, who, _ in calls(desk)[5:]} == {None}
    on_rota(desk, "cas", 3)
    await climb(desk, "escalation_call", "chase_2")
    assert calls(desk)[-1] == ("chase", "cas", "called")
    reasons = desk.rows("select distinct reason from escalation_call where complaint_id = %s and reason is not null")
    assert reasons == [{"reason": "I am in theatre."}]


async def test_out_of_hours_only_what_is_immediate_calls_and_the_rota_of_the_night_is_asked(desk: Desk) -> None:
    on_rota(desk, "day", 1, "office")
    on_rota(desk, "night", 1, "out")
    desk.at(EVENING)
    await escalate(desk)
    slow = desk.clock("escalation_call")
    assert slow["rungs"][0]["at"].startswith("2028-03-03T09:00")
    await climb(desk, "escalation_call", "first")
    assert calls(desk) == [("first", "day", "called")]


async def test_at_night_an_immediate_one_calls_whoever_is_on_that_local_day(desk: Desk) -> None:
    on_rota(desk, "old", 1, "out", last=date(2028, 3, 2))
    on_rota(desk, "new", 1, "out", first=date(2028, 3, 3))
    desk.at(datetime(2028, 3, 2, 23, 50, tzinfo=UTC))
    await escalate(desk, "immediate")
    await climb(desk, "escalation_call_now", "first", "again", "second")
    # At five past midnight another is on call: whoever was called is told again only while they are on.
    assert calls(desk) == [
        ("first", "old", "called"),
        ("again", "new", "called"),
        ("second", "responsible_person", "called"),
    ]
    assert len(desk.tasks("telephone_senior")) == 1  # no text can be sent: there is no carrier, and no number


async def test_in_summer_time_the_day_of_the_rota_is_the_local_one(desk: Desk) -> None:
    on_rota(desk, "friday", 1, "out", last=date(2028, 6, 2))
    on_rota(desk, "saturday", 1, "out", first=date(2028, 6, 3))
    # Half past midnight on Saturday in London; in UTC it is Friday still.
    desk.at(datetime(2028, 6, 2, 23, 30, tzinfo=UTC))
    await escalate(desk, "immediate")
    await climb(desk, "escalation_call_now", "first")
    assert calls(desk) == [("first", "saturday", "called")]


async def test_a_text_goes_where_there_is_a_carrier_and_a_number(desk: Desk) -> None:
    on_rota(desk, "night", 1, "both", mobile="07700 900123")
    desk.apart.rows(
        "insert into carrier_setting (id, organisation_id, carrier, emails, texts, letters, text_template, key_sealed,"
        " changed_at) values (%s, %s, 'notify', false, true, false, %s, 'x', now())",
        *(uuid4(), desk.body.id, uuid4()),
    )
    desk.at(EVENING)
    await escalate(desk, "immediate")
    await climb(desk, "escalation_call_now", "first")
    (text,) = desk.notices("escalation_text")
    assert (text["channel"], text["carrier"], text["state"], text["statutory"]) == ("text", "notify", "queued", True)
    assert "07700" not in text["body"] and desk.tasks("telephone_senior") == []
    (call,) = desk.rows("select * from escalation_call where complaint_id = %s")
    assert call["channels"] == ["email", "text"]
    async with desk.apart.database.tenant(desk.body.id, EVENING) as session:
        sent = await get_notice_to_send(session, UUID(text["id"]))
    assert sent is not None and (sent.recipient, sent.to_staff) == ("07700 900123", True)


async def test_the_same_rung_twice_calls_once(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    await escalate(desk)
    await climb(desk, "escalation_call", "first")
    await desk.fire("escalation_call", "first")
    assert len(calls(desk)) == 1 and len(desk.notices("escalation_call")) == 1


async def test_minutes_are_counted_from_raising_to_acknowledgement(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    raised = await escalate(desk, "immediate")
    await climb(desk, "escalation_call_now", "first")
    desk.at(MORNING + timedelta(minutes=37, seconds=59))
    assert await acknowledge(desk, raised, "ada") is None
    row = escalation(desk)
    assert (row["minutes_to_acknowledge"], row["acknowledged_by"]) == (37, str(desk.body.person("ada")))
    clock = desk.clock("escalation_call_now")
    assert (clock["state"], clock["in_time"]) == ("met", True)
    assert assigned(desk, "acknowledge_escalation") == [] and assigned(desk, "decide_escalation") == ["ada"]
    assert calls(desk) == [("first", "ada", "acknowledged")]
