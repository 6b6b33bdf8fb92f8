"""Whether an action held, over real rows: what is counted, who judges, and what is opened again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.commands import CommandKind
from db import eligibility_said as say
from tests.activities.acting import THEME, action, check, complete, learn, of, planned, progress, running
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import make_body

DONE = MORNING.date()
UP = datetime(2028, 9, 2, 10, tzinfo=UTC)  # six months after it was done
SUBJECTS = (say.SubjectSaid(subject=THEME),)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def done(desk: Desk, **changes: Any) -> UUID:
    one = await planned(desk, **changes)
    assert await complete(desk, one) is None
    return one


async def another(desk: Desk, on: date = DONE + timedelta(days=60), **codes: Any) -> Desk:
    """Log another complaint of the same theme at the same place, received on a day."""
    before = desk.apart.engine.now
    desk.at(datetime(on.year, on.month, on.day, 10, tzinfo=UTC))
    found = await a_desk(desk.apart, desk.body)
    what = {"site": "TAK01", "ward": "ward-7", "subjects": SUBJECTS} | codes
    await found.must(CommandKind.SET_CODING, say.SetCoding(**what))
    desk.at(before)
    return found


async def test_it_is_checked_once_its_months_are_up_and_not_before(full: Desk) -> None:
    one = await planned(full)
    assert await check(full, one) == "not_done_yet"
    assert await complete(full, one) is None
    full.at(UP - timedelta(days=1))
    assert await check(full, one) == "not_checked_yet"
    full.at(UP)
    assert await check(full, one, due_on=date(2028, 12, 1)) == "contradicts_record"
    assert await check(full, one, "recurred") == "reason_needed"
    assert await check(full, one, words="No more of it.") is None
    assert (action(full)["state"], action(full)["ended_cause"]) == ("ended", "held")
    (kept,) = of(full, "action_check")
    assert (kept["kind"], kept["result"], kept["counted"], kept["judged_otherwise"]) == ("checked", "held", 0, False)
    assert (kept["first_on"], kept["last_on"]) == ("2028-03-03", "2028-09-02")
    assert running(full) == {} and await check(full, one) == "proceeding_ended"


async def test_a_letter_that_waits_is_asked_for_though_the_action_has_ended(full: Desk) -> None:
    one = await done(full)
    full.at(UP)
    assert await check(full, one) is None
    (task,) = full.tasks("release_draft")
    assert task["notice_id"] == full.notices("action_done")[0]["id"]


async def test_what_is_counted_is_the_same_theme_at_the_same_place_of_others_and_later(full: Desk) -> None:
    await full.must(CommandKind.SET_CODING, say.SetCoding(site="TAK01", ward="ward-7", subjects=SUBJECTS))
    one = await done(full)
    await another(full, DONE)  # of the day on which it was done
    await another(full, ward="ward-8")
    await another(full, subjects=(say.SubjectSaid(subject="clinical_treatment", sub_subject="ct_surgery"),))
    in_error = await another(full)
    full.apart.rows("update complaint set stage = 'opened_in_error' where id = %s", in_error.complaint)
    again = await another(full)
    full.apart.rows("update complaint set reopened_from = %s where id = %s", full.complaint, again.complaint)
    other = make_body(full.apart.dsns.migrator, follows=None)
    await another(Desk(apart=full.apart, body=other, complaint=full.complaint))
    coded = await another(full)
    said = await another(full, subjects=(), ward="ward-9")  # what was learned from it says both
    assert await learn(said) is None
    full.at(UP)
    assert await check(full, one) == "reason_needed"
    assert await check(full, one, reason="Both came from one shift.") is None
    (kept,) = of(full, "action_check")
    assert (kept["counted"], kept["judged_otherwise"]) == (2, True)
    assert set(kept["cases"]) == {str(coded.complaint), str(said.complaint)}


async def test_a_subject_stands_for_its_parts_and_a_site_for_its_wards(full: Desk) -> None:
    one = await done(full, theme="clinical_treatment", place="TAK01")
    for ward in ("ward-1", "ward-2"):
        surgery = (say.SubjectSaid(subject="clinical_treatment", sub_subject="ct_surgery"),)
        await another(full, ward=ward, subjects=surgery)
    full.at(UP)
    assert await check(full, one, "recurred", due_on=date(2028, 12, 1)) is None
    assert of(full, "action_check")[0]["counted"] == 2


async def test_what_recurred_is_opened_again_done_again_and_each_time_is_kept(full: Desk) -> None:
    one = await done(full, tell_every_days=28)
    full.at(UP)
    assert await check(full, one, "recurred", due_on=date(2028, 9, 1), reason="We hear it.") == "date_in_past"
    assert await check(full, one, "recurred", due_on=date(2028, 10, 31)) == "reason_needed"  # nothing was counted
    assert await check(full, one, "recurred", due_on=date(2028, 10, 31), reason="We hear it.") is None
    row = action(full)
    assert (row["state"], row["recurred"], row["done_on"], row["due_on"]) == ("open", 1, None, "2028-10-31")
    assert (row["first_due_on"], len(full.tasks("do_action"))) == ("2028-04-28", 1)
    assert {"action", "action_news"} <= set(running(full)) and "action_check" not in running(full)
    (event,) = full.events("action.checked")
    assert (event["data"]["result"], event["data"]["judged_otherwise"]) == ("recurred", True)
    full.at(datetime(2028, 11, 2, 10, tzinfo=UTC))
    assert await complete(full, one) is None
    assert [(each["number"], each["in_time"]) for each in of(full, "action_done")] == [(1, True), (2, False)]
    assert sorted(each["state"] for each in full.notices("action_done")) == ["discarded", "draft"]
    # Ten working days and six months from the second time.
    assert running(full) == {"action_told": "2028-11-16", "action_check": "2029-06-01"}


async def test_where_nobody_looks_it_is_counted_by_itself_once_and_is_still_to_be_looked_at(full: Desk) -> None:
    one = await done(full)
    await another(full)
    await another(full)
    due = datetime.fromisoformat(full.clock("action_check")["due_at"])
    full.at(UP)
    await full.fire("action_check", "reminder")
    assert full.tasks("reminder.action_check")[0]["assignee_id"] == str(full.body.person("complaints_manager"))
    full.at(due + timedelta(seconds=5))
    await full.fire("action_check", "overdue")
    await full.fire("action_check", "overdue")
    (kept,) = of(full, "action_check")
    assert (kept["kind"], kept["result"], kept["counted"], kept["said_by"]) == ("counted", None, 2, None)
    assert [each["data"]["counted"] for each in full.events("action.counted")] == [2]
    assert action(full)["state"] == "done" and "action_check" in running(full)
    assert await check(full, one, "recurred", due_on=date(2028, 12, 1)) is None
    assert [each["number"] for each in of(full, "action_check")] == [1, 2]


async def test_an_action_without_a_theme_is_judged_by_whoever_looks(full: Desk) -> None:
    one = await done(full, theme=None, place=None)
    await another(full)
    full.at(UP)
    assert await check(full, one) is None
    assert of(full, "action_check")[0]["counted"] == 0


async def test_after_the_end_and_by_another_complaint_it_is_what_it_was(full: Desk) -> None:
    one = await done(full)
    await full.withdraw()
    other = await a_desk(full.apart, full.body)
    full.at(UP)
    assert await check(other, one) == "unknown_action"
    assert await progress(full, one) == "contradicts_record"
    assert await check(full, one) is None


async def test_what_was_opened_again_is_not_done_by_what_was_done_before_it_recurred(full: Desk) -> None:
    one = await done(full)
    full.at(UP)
    assert await check(full, one, "recurred", reason="We hear it.", due_on=date(2028, 12, 1)) is None
    assert await complete(full, one, done_on=date(2028, 9, 1)) == "contradicts_record"
    assert action(full)["state"] == "open"
    full.at(UP + timedelta(days=1))
    assert await complete(full, one, done_on=date(2028, 9, 3)) is None
    assert action(full)["in_time"] is True
