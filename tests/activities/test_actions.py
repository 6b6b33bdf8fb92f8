"""Actions over real rows: planned, given to others, told on the way, done with what shows it, and let go of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db.desk_said import DiscardNotice, ReleaseNotice, SetContactRules
from tests.activities.acting import (
    DUE,
    action,
    actions,
    change,
    complete,
    drop,
    learn,
    learned,
    of,
    plan,
    planned,
    progress,
    running,
)  # fmt: skip
from tests.activities.office_desk import Desk, a_desk
from tests.activities.staffed import name
from tests.apart import MORNING, Apart
from tests.bodies import Body


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


def at(desk: Desk, day: date) -> None:
    desk.at(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))


async def release(desk: Desk, template: str) -> None:
    (draft,) = [each for each in desk.notices(template) if each["state"] == "draft"]
    what = ReleaseNotice(notice_id=UUID(draft["id"]))
    await desk.must(CommandKind.RELEASE_NOTICE, what)


async def test_an_action_has_an_owner_a_clock_and_a_task_and_tells_codes_alone(full: Desk) -> None:
    assert await learn(full) is None
    one = await planned(full, learning_id=learned(full), theme=None, place=None, tell_every_days=28)
    row = action(full)
    assert (row["follows"], row["theme"], row["place"], row["state"]) == (
        "learning", "communications", "TAK01.ward-7", "open",
    )  # fmt: skip
    assert running(full) == {"action": "2028-04-28", "action_news": "2028-03-30"}
    (task,) = full.tasks("do_action")
    assert (task["assignee_id"], task["due_on"]) == (str(full.body.person("investigator")), "2028-04-28")
    (event,) = full.events("action.planned")
    assert event["data"]["action_id"] == str(one) and event["data"]["follows"] == "learning"
    assert "ring" not in str(event["data"])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"due_on": date(2028, 3, 1)}, "date_in_past"),
        ({"owner_id": uuid4()}, "unknown_owner"),
        ({"theme": "weather"}, "unknown_code"),
        ({"learning_id": uuid4()}, "unknown_learning"),
        ({"remedy_id": uuid4()}, "unknown_remedy"),
        ({"recommendation_id": uuid4()}, "unknown_recommendation"),
    ],
)
async def test_what_cannot_be_planned_is_refused(full: Desk, changes: dict[str, object], why: str) -> None:
    assert await plan(full, **changes) == why
    assert actions(full) == []


async def test_a_stranger_and_somebody_not_told_that_they_are_complained_about_own_nothing(
    full: Desk, beside: Apart, body: Body
) -> None:
    assert await plan(full, owner_id=body.person("handler")) == "unknown_owner"
    await name(full, person_id=full.body.person("investigator"), supporter_id=full.body.person("complaints_manager"))
    assert await plan(full) == "not_told_yet"
    one = await planned(full, owner_id=full.body.person("handler"))
    other = await a_desk(beside, full.body)
    for refused in (await progress(other, one), await complete(other, one), await drop(other, one)):
        assert refused == "unknown_action"
    assert await change(other, one, due_on=date(2028, 5, 1)) == "unknown_action"


async def test_another_owner_and_another_date_are_kept_with_the_reason_and_late_stays_late(full: Desk) -> None:
    one = await planned(full)
    assert await change(full, one) == "nothing_changes"
    assert await change(full, one, due_on=DUE) == "nothing_changes"
    assert await change(full, one, owner_id=full.body.person("handler"), due_on=DUE) is None
    (task,) = full.tasks("do_action")
    assert task["assignee_id"] == str(full.body.person("handler")) and full.clock("action")["generation"] == 1
    at(full, date(2028, 5, 2))
    assert await change(full, one, due_on=date(2028, 5, 1)) == "date_in_past"
    assert await change(full, one, due_on=date(2028, 5, 31)) is None
    assert running(full)["action"] == "2028-05-31" and len(full.tasks("do_action")) == 1
    assert [version["breached_at"] is not None for version in full.versions("action")] == [True, False]
    assert [row["late"] for row in of(full, "action_change")] == [False, True]
    assert await complete(full, one) is None
    row = action(full)
    assert (row["in_time"], row["moved_late"], row["first_due_on"]) == (False, True, "2028-04-28")


async def test_progress_renews_the_news_and_drafts_one_letter_that_overtakes_the_one_before(full: Desk) -> None:
    one = await planned(full, tell_every_days=28)
    at(full, date(2028, 3, 20))
    assert await progress(full, one, happened_on=date(2028, 3, 21)) == "date_in_future"
    assert await progress(full, one, happened_on=date(2028, 3, 1)) == "contradicts_record"
    assert await progress(full, one) is None
    assert running(full)["action_news"] == "2028-04-18"  # 17 April 2028 is Easter Monday
    at(full, date(2028, 3, 22))
    assert await progress(full, one, words="All five.", happened_on=date(2028, 3, 10)) is None
    assert running(full)["action_news"] == "2028-04-18"
    _, later = sorted(full.notices("action_news"), key=lambda row: row["drafted_at"])
    assert sorted(each["state"] for each in full.notices("action_news")) == ["discarded", "draft"]
    assert later["state"] == "draft" and "All five." in later["body"]
    await release(full, "action_news")
    assert len(full.events("action.told")) == 1


async def test_done_needs_what_shows_it_and_is_told_within_ten_working_days(full: Desk) -> None:
    one = await planned(full, tell_every_days=28)
    at(full, date(2028, 3, 20))
    assert await complete(full, one, evidence=None) == "evidence_needed"
    assert await complete(full, one, evidence=None, file_ids=(uuid4(),)) == "unknown_file"
    assert await complete(full, one, done_on=date(2028, 3, 21)) == "date_in_future"
    assert await complete(full, one, done_on=date(2028, 3, 1)) == "contradicts_record"
    assert await complete(full, one) is None
    assert await complete(full, one) == await progress(full, one) == "contradicts_record"
    # Six months to 20 September, and 20 working days to look.
    assert running(full) == {"action_told": "2028-04-03", "action_check": "2028-10-18"}
    assert full.tasks("do_action") == [] and action(full)["in_time"] is True
    (event,) = full.events("action.completed")
    assert (event["data"]["in_time"], event["data"]["told_person"], event["data"]["files"]) == (True, True, 0)
    await release(full, "action_done")
    assert set(running(full)) == {"action_check"} and full.tasks("release_draft") == []
    assert full.events("action.told")[-1]["data"]["party_id"] == str(full.party())


async def test_discarding_the_letter_meets_the_telling_and_tells_nobody(full: Desk) -> None:
    one = await planned(full)
    assert await complete(full, one) is None
    (draft,) = full.notices("action_done")
    await full.must(CommandKind.DISCARD_NOTICE, DiscardNotice(notice_id=UUID(draft["id"]), reason="They were rung."))
    assert set(running(full)) == {"action_check"} and full.events("action.told") == []


@pytest.mark.parametrize("why", ["not_wanted", "contact_stopped", "person_has_died", "opened_in_error"])
async def test_whoever_is_not_to_be_written_to_is_not_told_and_the_record_says_so(full: Desk, why: str) -> None:
    one = await planned(full, tell_person=why != "not_wanted")
    if why == "contact_stopped":
        await full.must(CommandKind.SET_CONTACT_RULES, SetContactRules(stop_contact=True, hold=False, reason="Asked."))
    if why == "opened_in_error":
        full.apart.rows("update complaint set stage = %s, open = false where id = %s", why, full.complaint)
    if why == "person_has_died":
        full.apart.rows("update party set death_known_at = %s where complaint_id = %s", MORNING, full.complaint)
    assert await progress(full, one) is None
    assert await complete(full, one) is None
    assert full.notices("action_news") == full.notices("action_done") == []
    assert [each["data"]["cause"] for each in full.events("action.not_told")] == [why, why]
    assert set(running(full)) == {"action_check"}


async def test_what_is_released_while_contact_is_stopped_counts_as_told_to_nobody(full: Desk) -> None:
    one = await planned(full)
    assert await complete(full, one) is None
    await full.must(CommandKind.SET_CONTACT_RULES, SetContactRules(stop_contact=True, hold=False, reason="Asked."))
    await release(full, "action_done")
    assert full.events("action.told") == [] and set(running(full)) == {"action_check"}


async def test_staff_who_know_the_outcome_hear_what_follows_and_others_do_not(full: Desk) -> None:
    knows, awaits = await name(full), await name(full)
    full.apart.rows(
        "update involvement set outcome_told_on = '2028-03-02', state = 'outcome_told' where id = %s", knows
    )
    one = await planned(full)
    assert await progress(full, one) is None
    assert await complete(full, one) is None
    letters = full.notices("staff_action_news") + full.notices("staff_action_done")
    assert [(each["involvement_id"], each["state"]) for each in letters] == [
        (str(knows), "discarded"), (str(knows), "draft"),
    ]  # fmt: skip
    assert "The form is in use" not in letters[1]["body"] and str(awaits) not in str(letters)
    await release(full, "staff_action_done")
    assert full.events("action.told")[-1]["data"]["involvement_id"] == str(knows)
    assert "action_told" in running(full)  # the person is still to be told


async def test_an_action_outlives_the_complaint_and_its_letters_are_asked_for_still(full: Desk) -> None:
    one = await planned(full, tell_every_days=28)
    assert await progress(full, one) is None
    await full.withdraw()
    assert [each["state"] for each in full.notices("action_news")] == ["draft"]
    assert set(running(full)) == {"action", "action_news"} and len(full.tasks("do_action")) == 1
    asked = [each["notice_id"] for each in full.tasks("release_draft")]
    assert asked == [full.notices("action_news")[0]["id"]]
    at(full, date(2028, 4, 20))
    assert await change(full, one, due_on=date(2028, 5, 5)) is None
    assert await complete(full, one) is None
    assert {each["notice_id"] for each in full.tasks("release_draft")} == {full.notices("action_done")[0]["id"]}
    await release(full, "action_done")
    assert set(running(full)) == {"action_check"}
    assert await plan(full, due_on=date(2028, 6, 1)) is None


async def test_only_somebody_else_than_its_owner_lets_go_of_an_action(full: Desk) -> None:
    one = await planned(full, owner_id=full.body.person("complaints_manager"), tell_every_days=28)
    assert await progress(full, one) is None
    assert await drop(full, one) == "same_person"
    assert await drop(full, one, by=None) == "not_authorised"
    assert await drop(full, one, by="responsible_person") is None
    row = action(full)
    assert (row["state"], row["ended_cause"], running(full)) == ("ended", "dropped", {})
    assert full.tasks("do_action") == full.tasks("release_draft") == []
    assert [each["state"] for each in full.notices("action_news")] == ["discarded"]
    for refused in (await progress(full, one), await complete(full, one), await drop(full, one)):
        assert refused == "proceeding_ended"
    other = await planned(full)
    assert await complete(full, other) is None
    assert await drop(full, other) == "contradicts_record"


async def test_where_the_owner_has_left_the_manager_is_asked(full: Desk, beside: Apart) -> None:
    await planned(full)
    beside.rows("update person set active = false where id = %s", full.body.person("investigator"))
    full.at(datetime(2028, 4, 12, 9, tzinfo=UTC))
    await full.fire("action", "reminder")
    (task,) = full.tasks("reminder.action")
    assert task["assignee_id"] == str(full.body.person("complaints_manager"))


async def test_the_ladder_breaches_goes_to_the_manager_the_digest_and_after_three_months_to_a_senior(
    full: Desk,
) -> None:
    one = await planned(full)
    at(full, date(2028, 4, 29))
    await full.fire("action", "overdue")
    at(full, date(2028, 5, 2))
    await full.fire("action", "escalation")
    assert [len(full.tasks(f"{step}.action")) for step in ("overdue", "escalation")] == [1, 1]
    assert [row["clock"] for row in full.rows("select * from digest_item where complaint_id = %s")] == ["action"]
    assert full.rows("select * from escalation where complaint_id = %s") == []
    at(full, DUE + timedelta(days=91))
    await full.fire("action", "escalation_4")
    (raised,) = full.rows("select * from escalation where complaint_id = %s")
    assert (raised["cause"], raised["subject_id"], raised["level"]) == ("action_late", str(one), "elevated")
    await full.fire("action", "escalation_4")
    assert len(full.rows("select * from escalation where complaint_id = %s")) == 1


async def test_a_remedy_that_was_decided_is_planned_once_and_again_only_when_that_was_dropped(full: Desk) -> None:
    remedy = uuid4()
    full.apart.rows(
        "insert into remedy (id, organisation_id, complaint_id, kind, state, words, basis, act_id, proposed_at)"
        " values (%s, %s, %s, 'action', 'proposed', 'A form.', 'It was missing.', %s, %s)",
        *(remedy, full.body.id, full.complaint, uuid4(), MORNING),
    )
    assert await plan(full, remedy_id=remedy) == "contradicts_record"
    full.apart.rows("update remedy set state = 'approved' where id = %s", remedy)
    one = await planned(full, remedy_id=remedy)
    assert action(full)["follows"] == "remedy"
    assert await plan(full, remedy_id=remedy) == "nothing_changes"
    assert await drop(full, one) is None
    assert await plan(full, remedy_id=remedy) is None
