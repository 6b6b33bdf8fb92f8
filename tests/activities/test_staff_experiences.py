"""How it was for the staff complained about and for the people outside; and how an involvement ends, or goes on."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from db import said
from db.office_said import OpenedInError
from db.tier_said import Escalate
from tests.activities.found import a_case, found_on_all
from tests.activities.office_desk import Desk, a_desk
from tests.activities.staffed import running
from tests.activities.told_staff import (
    SUPPORTER,
    TODAY,
    K,
    a_told_one,
    agreed,
    clock,
    comment,
    comments,
    discard,
    experience,
    inform,
    invite,
    name,
    on,
    respond,
    stands,
    state,
    use,
)
from tests.apart import Apart
from tests.bodies import Body, make_body
from tests.closer_look import resolved
from tests.world import MORNING


@pytest.fixture(autouse=True)
def _morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def close(desk: Desk) -> None:
    for template in ("update", "extension"):
        await discard(desk, template)
    await desk.must(K.CLOSE, said.Close())


async def test_a_complaint_opened_in_error_ends_every_involvement_and_asks_for_a_word(desk: Desk) -> None:
    member, untold = await a_told_one(desk), await name(desk, "operator")
    assert await desk.correct(OpenedInError(cause="not_a_complaint")) is None
    assert await desk.decide(by="responsible_person") is None
    assert desk.stands()["stage"] == "opened_in_error"
    assert [stands(desk, each)["state"] for each in (member, untold)] == ["ended", "ended"]
    assert desk.rows("select id from clock where complaint_id = %s and involvement_id is not null"
                     " and state = 'running'") == []  # fmt: skip
    (task,) = desk.tasks("tell_staff_it_is_over")
    assert (task["subject_id"], task["assignee_id"]) == (str(member), str(desk.body.person(SUPPORTER)))


async def test_how_it_was_ends_the_involvement(desk: Desk) -> None:
    await agreed(desk)
    member = await a_told_one(desk)
    assert (await experience(desk, "asked", involvement_id=member)).refusal == "not_in_this_stage"
    await respond(desk)
    await inform(desk, member, "outcome")
    assert (await experience(desk, "asked", involvement_id=member, how="letter")).refusal is None
    (letter,) = desk.notices("staff_experience")
    assert "I was supported when I needed it: 1 2 3 4 5" in letter["body"]
    assert (await experience(desk, "asked", involvement_id=member)).refusal == "nothing_changes"
    assert state(desk, "staff_experience", member) == "running"
    await close(desk)
    assert (await experience(desk, "answered", involvement_id=member, words="It took long.")).refusal is None
    row = desk.row("select * from experience where complaint_id = %s")
    assert (row["answered_on"], row["declined"], row["scores"]) == ("2028-03-02", False, {"supported": 4})
    assert (stands(desk, member)["state"], stands(desk, member)["ended_cause"]) == ("ended", "done")
    assert state(desk, "staff_experience", member) == "met"
    assert "took long" not in str(desk.events("experience.recorded"))
    assert (await experience(desk, "declined", involvement_id=member)).refusal == "involvement_ended"


async def test_it_does_not_end_while_what_they_said_was_not_used(desk: Desk) -> None:
    await agreed(desk)
    member = await a_told_one(desk)
    await invite(desk, member)
    await comment(desk, member)
    await respond(desk)
    await inform(desk, member, "outcome")
    assert state(desk, "staff_comment", member) == "running"
    assert (await experience(desk, "declined", involvement_id=member)).refusal is None
    await close(desk)
    assert stands(desk, member)["state"] == "outcome_told"
    assert (await use(desk, member, UUID(comments(desk, member)[0]["id"]))).refusal is None
    assert stands(desk, member)["state"] == "ended"


async def test_the_person_is_asked_once_after_the_end_and_never_in_mourning(desk: Desk) -> None:
    party = desk.party()
    assert (await experience(desk, "asked", party_id=party)).refusal == "not_in_this_stage"
    await desk.withdraw()
    for column, refusal in (("stop_contact", "contact_on_hold"), ("hold", "contact_on_hold")):
        desk.apart.rows(f"update complaint set {column} = true where id = %s", desk.complaint)
        assert (await experience(desk, "asked", party_id=party)).refusal == refusal
        desk.apart.rows(f"update complaint set {column} = false where id = %s", desk.complaint)
    affected = uuid4()
    desk.apart.rows(
        "insert into party (id, organisation_id, complaint_id, role, name, died_on)"
        " values (%s, %s, %s, 'affected', 'Sam Sample', '2028-01-20')",
        *(affected, desk.body.id, desk.complaint),
    )
    assert (await experience(desk, "asked", party_id=party)).refusal == "contact_on_hold"
    on(desk, date(2028, 3, 16))  # eight weeks after
    assert (await experience(desk, "asked", party_id=party, how="letter")).refusal is None
    (letter,) = desk.notices("experience")
    assert letter["state"] == "draft" and "You do not have to answer" in letter["body"]
    assert len(desk.tasks("release_draft")) >= 1 and state(desk, "draft_release", UUID(letter["id"])) == "none"
    assert (await experience(desk, "asked", party_id=party)).refusal == "nothing_changes"
    assert (await experience(desk, "declined", party_id=party)).refusal is None
    assert (await experience(desk, "answered", party_id=party)).refusal == "nothing_changes"


async def test_nobody_is_asked_whose_complaint_an_ombudsman_has(desk: Desk) -> None:
    await desk.withdraw()
    desk.apart.rows(
        "insert into tier_step (id, organisation_id, complaint_id, tier, kind, channel, asked_on, method,"
        " outside_window, act_id, said_at)"
        " values (%s, %s, %s, 'ombudsman', 'ombudsman', 'written', %s, 'letter', false, %s, %s)",
        *(uuid4(), desk.body.id, desk.complaint, TODAY, uuid4(), MORNING),
    )
    assert (await experience(desk, "asked", party_id=desk.party())).refusal == "contact_on_hold"
    assert (await experience(desk, "answered", party_id=desk.party())).refusal is None  # what they say is kept


async def test_whoever_said_how_it_was_while_the_complaint_was_open_is_done_with_at_its_end(desk: Desk) -> None:
    await agreed(desk)
    member = await a_told_one(desk)
    await respond(desk)
    await inform(desk, member, "outcome")
    await experience(desk, "declined", involvement_id=member)
    assert stands(desk, member)["state"] == "outcome_told"  # another outcome may follow
    await close(desk)
    assert (stands(desk, member)["state"], stands(desk, member)["ended_cause"]) == ("ended", "done")


async def test_another_outcome_is_owed_after_a_hold_and_updates_go_on_until_then(
    beside: Apart, standards: Body
) -> None:
    desk = await a_case(beside, standards, issues=1)
    await found_on_all(desk)
    member = await a_told_one(desk)
    beside.rows("update complaint set outcome = 'upheld' where id = %s", desk.complaint)  # as a first response does
    hold = uuid4()
    beside.rows(
        "insert into issue_hold (id, organisation_id, complaint_id, investigation_id, state, reason, decided_by,"
        " decided_on, review_on, act_id) values (%s, %s, %s, %s, 'in_force', 'x', %s, %s, %s, %s)",
        *(hold, desk.body.id, desk.complaint, a_parallel(desk), desk.body.person("senior_leader"), TODAY),
        *(date(2028, 4, 3), uuid4()),
    )
    on(desk, date(2028, 3, 6))
    assert (await inform(desk, member, "outcome")).refusal is None
    assert stands(desk, member)["state"] == "outcome_told"
    assert (clock(desk, "staff_update", member)["started_on"], state(desk, "staff_experience", member)) == (
        *("2028-03-06",),
        "none",
    )
    await desk.withdraw()
    assert (state(desk, "staff_outcome", member), state(desk, "staff_update", member)) == ("running", "running")
    assert (await inform(desk, member, "outcome")).refusal is None
    assert (state(desk, "staff_experience", member), state(desk, "staff_update", member)) == ("running", "stopped")


def a_parallel(desk: Desk) -> UUID:
    investigation = uuid4()
    desk.apart.rows(
        "insert into parallel_investigation (id, organisation_id, complaint_id, kind, body_name, contact, status,"
        " known_on, act_id, opened_at) values (%s, %s, %s, 'police', 'The police', 'DS Example', 'open', %s, %s, %s)",
        *(investigation, desk.body.id, desk.complaint, TODAY, uuid4(), MORNING),
    )
    return investigation


async def test_whoever_knows_the_outcome_is_kept_informed_at_the_next_tier(beside: Apart) -> None:
    uk = ("uk-central-government", None)
    figures = {"acknowledge_days": 2, "early_resolution_days": 5, "closer_look_days": 25, "tier_2_days": 30}
    body = make_body(beside.dsns.migrator, regime="central_government", follows=uk, figures=figures)
    desk = await a_desk(beside, body)
    member = await a_told_one(desk)
    await desk.acknowledge(TODAY)
    assert (await inform(desk, member, "outcome")).refusal == "not_in_this_stage"
    await desk.must(K.RESOLVE, resolved(TODAY))
    assert state(desk, "staff_outcome", member) == "running"
    assert (await inform(desk, member, "outcome")).refusal is None
    assert (state(desk, "staff_update", member), state(desk, "staff_experience", member)) == ("stopped", "running")
    on(desk, date(2028, 3, 6))
    asked = await desk.do(K.ESCALATE, Escalate(tier="tier_2", asked_on=date(2028, 3, 6), method="letter"))
    assert asked.refusal is None
    assert (state(desk, "staff_update", member), state(desk, "staff_experience", member)) == ("running", "stopped")


async def test_closing_after_the_response_arms_nothing_a_second_time(desk: Desk) -> None:
    await agreed(desk)
    knows, waits = await a_told_one(desk), await a_told_one(desk, None)
    await respond(desk)
    await inform(desk, knows, "outcome")
    await close(desk)
    assert state(desk, "staff_outcome", knows) == "met"
    assert (state(desk, "staff_outcome", waits), clock(desk, "staff_outcome", waits)["generation"]) == ("running", 1)


async def ended_and_asked(desk: Desk) -> UUID:
    await agreed(desk)
    member = await a_told_one(desk)
    await respond(desk)
    assert (await inform(desk, member, "outcome")).refusal is None
    for template in ("response", "staff_follow_up"):
        await discard(desk, template)
    on(desk, date(2028, 3, 8))
    assert (await experience(desk, "asked", involvement_id=member)).refusal is None
    return member


async def test_whoever_does_not_say_how_it_was_is_left_in_peace_and_it_ends(desk: Desk) -> None:
    member = await ended_and_asked(desk)
    # As long again to answer as there was to ask.
    assert clock(desk, "staff_experience", member)["due_on"] == "2028-03-22"
    await desk.must(K.WITHDRAW, said.Withdraw(method="call", withdrawn_on=date(2028, 3, 8)))
    assert stands(desk, member)["state"] == "outcome_told"
    on(desk, date(2028, 3, 23))
    await desk.fire("staff_experience", "overdue")
    row = stands(desk, member)
    assert (row["state"], row["ended_cause"], running(desk, member)) == ("ended", "asked_in_vain", set())
    assert desk.tasks("overdue.staff_experience") == [] and len(desk.events("experience.not_answered")) == 1
    assert clock(desk, "staff_experience", member)["in_time"] is True
    # An answer that comes late is an answer all the same; but nobody asks again.
    assert (await experience(desk, "asked", involvement_id=member)).refusal == "involvement_ended"
    assert (await experience(desk, "answered", involvement_id=member)).refusal is None
    assert stands(desk, member)["ended_cause"] == "asked_in_vain"


async def test_whom_nobody_asked_stays_owed_that(desk: Desk) -> None:
    member = await a_told_one(desk)
    await desk.withdraw()
    assert (await inform(desk, member, "outcome")).refusal is None
    await desk.fire("staff_experience", "overdue")
    assert stands(desk, member)["state"] == "outcome_told"
    assert len(desk.tasks("overdue.staff_experience")) == 1
