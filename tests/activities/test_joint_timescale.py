"""One timescale across the bodies: set, agreed or not by each, given to whoever joins later, within the six months."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from contracts.commands import CommandKind
from db.joint_messages import Accept, TimescaleView
from tests.activities import parts
from tests.activities.leads import COUNCIL, GP, Joint, three_bodies
from tests.activities.office_desk import Desk

K = CommandKind
CONTRIBUTE, RESPOND = date(2028, 4, 14), date(2028, 5, 31)


@pytest.fixture
async def joint(full: Desk) -> Joint:
    return await three_bodies(full)


async def test_the_bodies_are_asked_have_their_date_and_the_owner_speaks_with_the_person(joint: Joint) -> None:
    assert await joint.set_timescale(CONTRIBUTE, RESPOND) is None
    (row,) = joint.desk.rows("select * from joint_timescale where complaint_id = %s")
    assert (row["contribute_by"], row["respond_by"], row["agreed_on"]) == ("2028-04-14", "2028-05-31", None)
    clocks = joint.clocks("body_contribution")
    assert {each["contribution_id"] for each in clocks} == {str(joint.gp), str(joint.council)}
    assert all(each["due_on"] == "2028-04-14" and each["subject_id"] == each["contribution_id"] for each in clocks)
    assert parts.part(joint.desk, joint.gp)["contribute_by"] == "2028-04-14"
    assert joint.told(joint.gp, "timescale") == [
        {"contribute_by": "2028-04-14", "respond_by": "2028-05-31", "agreed": False, "reason": None}
    ]
    assert [task["role"] for task in joint.desk.tasks("agree_with_person")] == ["owner"]


async def test_when_all_can_keep_to_it_it_is_agreed_and_all_are_told(joint: Joint) -> None:
    await joint.set_timescale(CONTRIBUTE, RESPOND)
    await joint.keeps_to_it(joint.gp)
    assert joint.desk.events("timescale.agreed") == []
    await joint.keeps_to_it(joint.council)
    (row,) = joint.desk.rows("select * from joint_timescale where complaint_id = %s")
    assert row["agreed_on"] == "2028-03-02"
    assert len(joint.desk.events("timescale.agreed")) == 1
    for body in (joint.gp, joint.council):
        assert [each["agreed"] for each in joint.told(body, "timescale")] == [False, True]
    await joint.keeps_to_it(joint.gp)  # once more changes nothing
    assert len(joint.desk.events("timescale.agreed")) == 1


async def test_a_body_that_cannot_keep_to_it_is_for_the_owner_until_it_can(joint: Joint) -> None:
    await joint.set_timescale(CONTRIBUTE, RESPOND)
    later = TimescaleView(agrees=False, contribute_by=date(2028, 4, 28), reason="Leave; marker.")
    assert await joint.hears(joint.council, later) is None
    assert await joint.hears(joint.council, later) is None
    (task,) = joint.desk.tasks("timescale_disagreed")
    assert (task["role"], task["subject_id"]) == ("owner", str(joint.council))
    views = joint.desk.rows("select * from joint_timescale_view where complaint_id = %s")
    assert [(each["agrees"], each["contribute_by"]) for each in views] == [(False, "2028-04-28")] * 2
    assert "arker" not in str(joint.desk.rows("select data from case_event where complaint_id = %s"))
    assert await joint.set_timescale(date(2028, 4, 28), RESPOND, "They are on leave; marker.") is None
    assert joint.desk.tasks("timescale_disagreed") == []
    assert [(each["due_on"], each["generation"]) for each in joint.clocks("body_contribution")] == [
        ("2028-04-28", 2), ("2028-04-28", 2),
    ]  # fmt: skip
    await joint.keeps_to_it(joint.council, joint.gp)
    assert len(joint.desk.events("timescale.agreed")) == 1


@pytest.mark.parametrize(
    ("contribute_by", "respond_by", "refusal"),
    [
        (date(2028, 3, 2), RESPOND, "date_not_later"),
        (date(2028, 2, 1), RESPOND, "date_not_later"),
        (RESPOND, RESPOND, "date_not_later"),
        (RESPOND, CONTRIBUTE, "date_not_later"),
        (CONTRIBUTE, date(2028, 9, 30), "period_beyond_limit"),
    ],
)
async def test_a_timescale_out_of_order_or_beyond_the_six_months_is_refused(
    joint: Joint, contribute_by: date, respond_by: date, refusal: str
) -> None:
    assert await joint.set_timescale(contribute_by, respond_by) == refusal
    assert joint.desk.rows("select id from joint_timescale where complaint_id = %s") == []
    assert joint.told(joint.gp, "timescale") == [] and joint.clocks("body_contribution") == []


async def test_a_change_needs_a_reason_and_has_to_change_something(joint: Joint) -> None:
    last = joint.desk.clock("relevant_period")["due_on"]
    assert await joint.set_timescale(CONTRIBUTE, date.fromisoformat(last)) is None
    assert await joint.set_timescale(CONTRIBUTE, date.fromisoformat(last), "Again.") == "nothing_changes"
    assert await joint.set_timescale(CONTRIBUTE, RESPOND) == "reason_needed"
    assert await joint.set_timescale(CONTRIBUTE, RESPOND, "Sooner; marker.") is None
    assert joint.told(joint.gp, "timescale")[-1]["reason"] == "Sooner; marker."


async def test_who_takes_no_part_has_no_say_and_views_of_nothing_are_refused(full: Desk) -> None:
    joint = await three_bodies(full, gp="declined", council="consent_blocked")
    assert await joint.set_timescale(CONTRIBUTE, RESPOND) == "unknown_body"
    full.apart.rows("update contribution set state = 'accepted' where id = %s", joint.gp)
    assert await joint.hears(joint.gp, TimescaleView(agrees=True)) == "contradicts_record"
    assert await joint.set_timescale(CONTRIBUTE, RESPOND) is None
    assert joint.told(joint.council, "timescale") == []
    assert await joint.hears(joint.council, TimescaleView(agrees=True)) == "consent_missing"
    assert await joint.hears(joint.gp, TimescaleView(agrees=False)) == "reason_needed"
    odd = TimescaleView(agrees=True, contribute_by=date(2028, 5, 1))
    assert await joint.hears(joint.gp, odd) == "contradicts_record"
    assert full.rows("select id from joint_timescale_view where complaint_id = %s") == []


async def test_the_first_acceptance_starts_the_clock_and_who_joins_later_gets_the_dates(full: Desk) -> None:
    joint = await three_bodies(full, gp="invited", council="invited")
    accept = Accept(contact="Marker Contact", senior_lead="Marker Lead")
    assert await joint.hears(joint.gp, accept) is None
    assert (full.clock("joint_timescale")["due_on"], full.clock("joint_timescale")["state"]) == (
        "2028-03-09",
        "running",
    )
    assert await joint.set_timescale(CONTRIBUTE, RESPOND) is None
    assert full.clock("joint_timescale")["state"] == "met"
    await joint.keeps_to_it(joint.gp)
    # Invited, it has heard of both; its clock starts when it accepts, late as it is.
    assert len(joint.told(joint.council, "timescale")) == 2
    assert [each["contribution_id"] for each in joint.clocks("body_contribution")] == [str(joint.gp)]
    joint.desk.at(datetime(2028, 4, 20, 10, tzinfo=UTC))
    assert await joint.hears(joint.council, accept) is None
    assert [each["agreed"] for each in joint.told(joint.council, "timescale")] == [False, True, True]
    (its,) = [each for each in joint.clocks("body_contribution") if each["contribution_id"] == str(joint.council)]
    assert (its["due_on"], its["state"]) == ("2028-04-20", "running")
    assert {GP, COUNCIL} == {each["data"]["body"] for each in full.events("contribution.accepted")}


async def test_the_clocks_of_ours_never_wait_for_a_body(joint: Joint) -> None:
    before = joint.desk.clock("relevant_period")["due_on"]
    await joint.set_timescale(CONTRIBUTE, RESPOND)
    assert joint.desk.clock("relevant_period")["due_on"] == before
    assert joint.desk.rows("select 1 from clock where complaint_id = %s and kind = 'response_period'") == []
