"""The staff complained about in hard cases: their own matter, a supporter gone, never asked, dates after the end."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from activities.change_sets import ChangeSets
from activities.involvement_sweep import tell_involvements
from activities.sweeps import BUDGET
from contracts import names
from contracts.commands import CommandKind
from db.casework_said import AppointToCase
from db.desk_said import Assign, SetContactRules
from db.queries import attention
from tests.activities import staffed, told_staff
from tests.activities.found import a_case
from tests.activities.office_desk import Desk
from tests.activities.staffed import a_colleague, clock_of, defer, running, stands
from tests.activities.test_change_sets import decide, enact, propose
from tests.activities.told_staff import (
    TODAY,
    a_told_one,
    agreed,
    comment,
    comments,
    experience,
    inform,
    invite,
    name,
    on,
    release,
    state,
    tell,
)
from tests.apart import Apart
from tests.bodies import Body
from tests.world import MORNING


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


def tasks_of(desk: Desk, involvement: UUID) -> dict[str, str | None]:
    rows = desk.rows(f"select * from task where complaint_id = %s and state = 'open' and subject_id = '{involvement}'")
    return {row["kind"]: row["assignee_id"] for row in rows}


# Their own matter.


async def test_nobody_decides_what_is_done_about_themself(desk: Desk) -> None:
    themself = await name(desk, "handler")
    conflict = "conflict_of_interest"
    assert await staffed.tell(desk, themself) == conflict
    assert await defer(desk, themself) == conflict
    assert await staffed.end(desk, themself) == conflict
    assert await staffed.change(desk, themself, update_every_days=90) == conflict
    assert running(desk, themself) == {"staff_notice"}
    assert await staffed.tell(desk, themself, by="complaints_manager") is None
    assert await staffed.support(desk, themself) == conflict
    assert (await inform(desk, themself)).refusal == conflict
    assert (await invite(desk, themself, by="handler")).refusal == conflict
    # What they say themselves is theirs to say.
    assert (await comment(desk, themself, by="handler")).refusal is None
    assert comments(desk, themself)[0]["themselves"] is True


async def test_whoever_was_not_told_yet_is_asked_nothing_about_it_whatever_their_office(desk: Desk) -> None:
    manager, responsible = desk.body.person("complaints_manager"), desk.body.person("responsible_person")
    member = await name(desk, "complaints_manager")
    assert await defer(desk, member, approver_id=responsible) is None
    await desk.fire("staff_deferral", "reminder")
    await desk.fire("staff_deferral", "overdue")
    asked = tasks_of(desk, member)
    assert asked["reminder.staff_deferral"] == asked["overdue.staff_deferral"] == str(responsible)
    prompted = desk.rows("select person_id from notice where complaint_id = %s and person_id is not null")
    assert str(manager) not in {row["person_id"] for row in prompted}


async def test_an_investigator_does_not_weigh_what_they_said_themself(beside: Apart, standards: Body) -> None:
    desk = await a_case(beside, standards)
    member = await a_told_one(desk, "investigator")
    assert (await comment(desk, member, by="handler")).refusal is None
    (task,) = desk.tasks("use_staff_comment")
    assert task["assignee_id"] not in (None, str(desk.body.person("investigator")))


async def test_nobody_is_made_investigator_of_a_complaint_about_themself(beside: Apart, standards: Body) -> None:
    desk = await a_case(beside, standards)
    await name(desk, "auditor")
    given: dict[str, Any] = {"training": "NHS Complaint Standards", "trained_on": date(2027, 5, 1)}
    given |= {"prior_involvement": False, "conflict": False}
    what = AppointToCase(role="investigator", person_id=desk.body.person("auditor"), mitigation="Sure.", **given)
    assert (await desk.do(CommandKind.APPOINT, what, "complaints_manager")).refusal == "conflict_of_interest"
    other = AppointToCase(role="investigator", person_id=a_colleague(desk), **given)
    assert (await desk.do(CommandKind.APPOINT, other, "complaints_manager")).refusal is None


async def test_a_complaint_given_to_somebody_complained_about_is_brought_to_the_manager(desk: Desk) -> None:
    person = a_colleague(desk)
    member = await staffed.name(desk, person_id=person)
    assert desk.tasks("staff_conflict") == []
    await desk.must(CommandKind.ASSIGN, Assign(owner_id=person))
    await desk.must(CommandKind.ASSIGN, Assign(owner_id=person))
    (task,) = desk.tasks("staff_conflict")
    assert (task["subject_id"], task["assignee_id"]) == (str(member), str(desk.body.person("complaints_manager")))
    assert desk.events("staff.conflict")[0]["data"]["part"] == "owner"


# Those who support them.


async def test_a_supporter_who_has_left_is_promised_to_nobody(desk: Desk) -> None:
    supporter = a_colleague(desk, "Gone Away")
    member = await staffed.name(desk, supporter_id=supporter)
    desk.apart.rows("update person set active = false where id = %s", supporter)
    assert await staffed.tell(desk, member, by_id=desk.body.person("complaints_manager")) is None
    (letter,) = desk.notices("staff_follow_up")
    assert "Gone Away" not in letter["body"]
    assert tasks_of(desk, member)["support_staff"] == str(desk.body.person("complaints_manager"))


async def test_each_supporter_gets_their_own_tasks_once_somebody_can_be_found_again(desk: Desk) -> None:
    one, other = a_colleague(desk, "One"), a_colleague(desk, "Other")
    first = await staffed.name(desk, supporter_id=one)
    second = await staffed.name(desk, supporter_id=other)
    desk.apart.rows("update task set assignee_id = null where complaint_id = %s", desk.complaint)
    desk.apart.rows("update complaint set attention = 'nobody_is_supporter' where id = %s", desk.complaint)
    await desk.must(CommandKind.SET_CONTACT_RULES, SetContactRules(stop_contact=False, hold=False, reason="Asked."))
    assert tasks_of(desk, first)["tell_staff"] == str(one) and tasks_of(desk, second)["tell_staff"] == str(other)
    assert desk.stands()["attention"] is None


async def test_nothing_leaves_to_whoever_has_died_or_is_not_concerned(desk: Desk) -> None:
    by_mail, by_post = (
        await a_told_one(desk),
        await staffed.name(desk, kind="former", name="Dr Lee", address="1 High St"),
    )
    await release(desk, "staff_follow_up")
    await tell(desk, by_post)
    await release(desk, "staff_follow_up")
    assert len(desk.tasks("post_letter")) == 1
    assert await staffed.end(desk, by_mail, cause="not_concerned") is None
    assert await staffed.end(desk, by_post, cause="died", words="He died on Sunday.") is None
    letters = desk.notices("staff_follow_up")
    assert [(each["state"], each["failure"]) for each in letters] == [("withheld", "no_longer_a_party")] * 2
    assert desk.tasks("post_letter") == []


# Asked, and not.


async def test_whoever_was_never_sent_the_invitation_was_not_silent(desk: Desk) -> None:
    member = await a_told_one(desk)
    await invite(desk, member, how="letter")
    await desk.fire("staff_comment", "reminder")
    assert desk.events("staff.said_nothing") == [] and state(desk, "staff_comment", member) == "running"
    assert len(desk.tasks("reminder.staff_comment")) == 1
    await release(desk, "staff_invitation")
    await desk.fire("staff_comment", "overdue")
    assert len(desk.events("staff.said_nothing")) == 1 and state(desk, "staff_comment", member) == "met"


async def test_nobody_is_silent_who_was_still_to_be_asked_when_the_complaint_ended(desk: Desk) -> None:
    member = await a_told_one(desk)
    await invite(desk, member, how="letter")
    await desk.withdraw()
    assert (state(desk, "staff_invitation", member), state(desk, "staff_comment", member)) == ("stopped", "stopped")
    assert (await comment(desk, member)).refusal is None
    assert state(desk, "staff_comment", member) == "running"


async def test_the_task_to_weigh_a_comment_outlives_the_complaint(desk: Desk) -> None:
    member = await a_told_one(desk)
    await invite(desk, member)
    await comment(desk, member)
    await desk.withdraw()
    assert state(desk, "staff_comment", member) == "running"
    assert len(desk.tasks("use_staff_comment")) == 1


# Dates.


async def test_who_was_told_a_new_date_in_person_was_given_it(desk: Desk) -> None:
    await agreed(desk)
    member = await a_told_one(desk)
    assert (await inform(desk, member, "change_of_timescale")).refusal is None
    (given,) = desk.rows(
        "select t.due_on, c.kind from told_date t join clock c on c.id = t.clock_id"
        f" where t.complaint_id = %s and t.involvement_id = '{member}' and c.kind = 'response_period'"
    )
    assert given["due_on"] == "2028-04-28"


async def test_a_change_of_calendar_reaches_what_is_owed_to_staff_after_the_end(desk: Desk) -> None:
    member = await a_told_one(desk)
    await desk.withdraw()
    assert clock_of(desk, member, "staff_outcome")["due_on"] == "2028-03-07"
    apart = desk.apart
    steps = ChangeSets(apart.database, apart.sweeper, apart.engine, apart.states)
    act = await propose(apart, desk.body, "organisation", day=date(2028, 3, 6))
    await steps.dry_run(act)
    moved = apart.rows("select count(*) from change_set_item where change_set_id = %s", act.change_set_id)
    assert moved[0][0] >= 2  # their support, and the outcome
    assert await decide(apart, desk.body, act) is None
    await enact(apart, act)
    assert (await steps.redate(act)).sent == 1
    assert clock_of(desk, member, "staff_outcome")["due_on"] == "2028-03-08"


# Kept.


async def test_the_sweep_starts_an_involvement_that_does_not_run(desk: Desk) -> None:
    member = await name(desk)
    apart = desk.apart
    apart.rows("update involvement set heard = changes where id = %s", member)  # it has looked, and was terminated

    async def sweep() -> set[UUID]:
        apart.engine.involvements.clear()
        await tell_involvements(apart.sweeper, apart.engine, apart.engine, before=MORNING, limit=10_000, budget=BUDGET)
        return {each.involvement_id for each in apart.engine.involvements}

    assert member in await sweep()
    apart.engine.running_ids.add(names.involvement_workflow_id(member))
    assert member not in await sweep()


async def test_a_hold_excuses_no_letter_to_staff_that_did_not_leave(desk: Desk) -> None:
    await a_told_one(desk)
    await release(desk, "staff_follow_up")
    await desk.must(CommandKind.SET_CONTACT_RULES, SetContactRules(stop_contact=False, hold=True, reason="Asked."))
    (letter,) = desk.notices("staff_follow_up")
    assert letter["state"] == "queued"
    on(desk, date(2028, 3, 10))
    now = desk.apart.engine.now
    async with desk.apart.sweeper.session() as session:
        found = await attention.waiting_notices(session, before=now, held_before=MORNING.replace(year=2027))
    assert letter["id"] in {each.detail for each in found} or str(desk.complaint) in {
        str(each.complaint_id) for each in found
    }


async def test_an_unidentified_locum_who_has_left_goes_the_whole_way(desk: Desk) -> None:
    member = await staffed.name(desk, kind="unidentified", described_as="The tall locum on Sunday night")
    assert await staffed.tell(desk, member) == "unknown_person"
    assert await staffed.change(desk, member, kind="locum") == "unknown_person"
    assert await staffed.change(desk, member, kind="locum", name="Dr Lee", address="1 High Street") is None
    await tell(desk, member, TODAY)
    (letter,) = desk.notices("staff_follow_up")
    assert letter["channel"] == "letter" and "Dear Dr Lee" in letter["body"]
    assert (await comment(desk, member, by="handler", words="She wrote that she had gone home.")).refusal is None
    (said,) = comments(desk, member)
    assert (said["themselves"], said["through_id"]) == (False, str(desk.body.person("handler")))
    assert (await told_staff.use(desk, member, UUID(said["id"]))).refusal is None
    await desk.withdraw()
    assert (await inform(desk, member, "outcome", how="call")).refusal is None
    assert (await experience(desk, "asked", involvement_id=member)).refusal is None
    assert (await experience(desk, "declined", involvement_id=member)).refusal is None
    assert (stands(desk, member)["state"], stands(desk, member)["ended_cause"]) == ("ended", "done")
