"""Who hears of an action beyond its progress: when it is let go of, and when they know the outcome only later."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db.desk_said import ReleaseNotice
from db.eligibility_said import SubjectSaid
from tests.activities.acting import change, check, complete, drop, planned, progress, running
from tests.activities.office_desk import Desk, a_desk
from tests.activities.test_action_checks import another
from tests.activities.told_staff import a_told_one, agreed, inform, respond
from tests.apart import MORNING, Apart

SURGERY = SubjectSaid(subject="clinical_treatment", sub_subject="ct_surgery")


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def release(desk: Desk, template: str, **words: Any) -> str | None:
    (draft,) = [each for each in desk.notices(template) if each["state"] == "draft"]
    what = ReleaseNotice(notice_id=UUID(draft["id"]), **words)
    return (await desk.do(CommandKind.RELEASE_NOTICE, what)).refusal


def remedy(desk: Desk) -> UUID:
    one = uuid4()
    desk.apart.rows(
        "insert into remedy (id, organisation_id, complaint_id, kind, state, words, basis, act_id, proposed_at)"
        " values (%s, %s, %s, 'action', 'approved', 'A form.', 'It was missing.', %s, %s)",
        *(one, desk.body.id, desk.complaint, uuid4(), MORNING),
    )
    return one


def knows_the_outcome(desk: Desk, involvement: UUID) -> None:
    desk.apart.rows(
        "update involvement set outcome_told_on = '2028-03-02', state = 'outcome_told' where id = %s", involvement
    )


async def test_whoever_was_promised_an_action_is_told_why_it_is_let_go_of(full: Desk) -> None:
    one = await planned(full, remedy_id=remedy(full))
    assert await drop(full, one) is None
    (letter,) = full.notices("action_dropped")
    assert letter["state"] == "draft" and "Name who rings in each handover." in letter["body"]
    assert "The ward has closed" not in letter["body"]  # the reason on record is not written to people
    assert [each["notice_id"] for each in full.tasks("release_draft")] == [letter["id"]]
    assert await release(full, "action_dropped") == "blanks_left"
    assert await release(full, "action_dropped", body="We are sorry. The ward has closed.") is None
    (told,) = full.events("action.told")
    assert (told["data"]["action_id"], told["data"]["party_id"]) == (str(one), str(full.party()))


async def test_whoever_never_heard_of_an_action_does_not_hear_that_it_is_let_go_of(full: Desk) -> None:
    knows = await a_told_one(full)
    knows_the_outcome(full, knows)
    one = await planned(full)
    assert await progress(full, one) is None  # letters about it are drafted, and nobody released any
    assert await drop(full, one) is None
    assert full.notices("action_dropped") == full.notices("staff_action_dropped") == []


async def test_whoever_was_told_of_an_action_hears_that_it_is_let_go_of(full: Desk) -> None:
    knows, later = await a_told_one(full), await a_told_one(full, None)
    knows_the_outcome(full, knows)
    one = await planned(full)
    assert await progress(full, one) is None
    assert await release(full, "action_news") is None
    assert await release(full, "staff_action_news", body="Two wards of five do it.") is None
    knows_the_outcome(full, later)
    assert await drop(full, one) is None
    assert len(full.notices("action_dropped")) == 1
    assert [each["involvement_id"] for each in full.notices("staff_action_dropped")] == [str(knows)]


async def test_whoever_is_not_to_be_told_is_not_told_that_either(full: Desk) -> None:
    one = await planned(full, remedy_id=remedy(full), tell_person=False)
    assert await drop(full, one) is None
    assert full.notices("action_dropped") == []
    assert full.events("action.not_told")[-1]["data"]["cause"] == "not_wanted"


async def test_the_letter_outlives_the_end_of_the_complaint(full: Desk) -> None:
    one = await planned(full, remedy_id=remedy(full))
    assert await drop(full, one) is None
    await full.withdraw()
    (letter,) = full.notices("action_dropped")
    assert letter["state"] == "draft"
    assert letter["id"] in [each["notice_id"] for each in full.tasks("release_draft")]


async def test_a_letter_that_it_is_done_is_asked_for_after_the_action_and_then_the_complaint_have_ended(
    full: Desk,
) -> None:
    one = await planned(full)
    assert await complete(full, one) is None
    full.at(datetime(2028, 9, 2, 10, tzinfo=UTC))
    assert await check(full, one) is None
    await full.withdraw()
    (letter,) = full.notices("action_done")
    assert letter["state"] == "draft" and not {"action_told", "action_check"} & set(running(full))
    assert letter["id"] in [each["notice_id"] for each in full.tasks("release_draft")]


async def test_staff_who_learn_the_outcome_later_hear_then_what_was_done_before(desk: Desk) -> None:
    later = await a_told_one(desk)
    one = await planned(desk)
    await planned(desk, tell_staff=True)  # open: they hear of it when it is done
    kept = await planned(desk, tell_staff=False)
    assert await complete(desk, one) is None
    assert await complete(desk, kept) is None
    assert desk.notices("staff_action_done") == []
    await agreed(desk)
    await respond(desk)
    assert (await inform(desk, later, "outcome")).refusal is None
    (letter,) = desk.notices("staff_action_done")
    assert (letter["involvement_id"], letter["state"]) == (str(later), "draft")
    assert desk.rows("select action_id from action_letter where complaint_id = %s and kind = 'done'"
                     " and involvement_id is not null") == [{"action_id": str(one)}]  # fmt: skip
    await inform(desk, later, "outcome")
    assert len(desk.notices("staff_action_done")) == 1


async def test_a_new_date_is_told_with_the_reason_to_whoever_was_given_the_old_one(full: Desk) -> None:
    one = await planned(full)
    assert await change(full, one, due_on=date(2028, 5, 5)) is None
    assert full.notices("action_news") == []  # nobody was given any
    assert await progress(full, one) is None
    assert await release(full, "action_news") is None
    assert await change(full, one, owner_id=full.body.person("handler")) is None
    assert len(full.notices("action_news")) == 1
    assert await change(full, one, due_on=date(2028, 6, 2)) is None
    (draft,) = [each for each in full.notices("action_news") if each["state"] == "draft"]
    assert "2 June 2028" in draft["body"] and "Two wards of five" not in draft["body"]
    assert "The printer is late" not in draft["body"]  # the reason on record is not written to people
    assert await release(full, "action_news") == "blanks_left"


async def test_a_draft_with_the_old_date_is_written_anew_with_what_it_said(full: Desk) -> None:
    one = await planned(full)
    assert await progress(full, one) is None
    assert await change(full, one, due_on=date(2028, 6, 2)) is None
    letters = sorted(full.notices("action_news"), key=lambda each: str(each["state"]))
    assert [each["state"] for each in letters] == ["discarded", "draft"]
    assert "28 April 2028" in letters[0]["body"] and "2 June 2028" in letters[1]["body"]
    assert "Two wards of five do it." in letters[1]["body"]
    assert [each["notice_id"] for each in full.tasks("release_draft")] == [letters[1]["id"]]


async def test_what_was_told_as_done_is_taken_back_when_it_is_opened_again(full: Desk) -> None:
    one = await planned(full)
    assert await complete(full, one) is None
    full.at(datetime(2028, 9, 2, 10, tzinfo=UTC))
    assert await check(full, one, "recurred", reason="We hear it.", due_on=date(2028, 10, 31)) is None
    assert [each["state"] for each in full.notices("action_done")] == ["discarded"]
    (news,) = full.notices("action_news")
    assert news["state"] == "draft" and "31 October 2028" in news["body"]
    assert "action_told" not in running(full)


async def test_a_letter_that_it_is_done_and_that_nobody_posted_leaves_no_more_when_it_is_opened_again(
    beside: Apart, full: Desk
) -> None:
    desk = await a_desk(beside, full.body, email=None)
    one = await planned(desk, owner_id=full.body.person("handler"))
    assert await complete(desk, one) is None
    assert await release(desk, "action_done") is None
    assert len(desk.tasks("post_letter")) == 1
    desk.at(datetime(2028, 9, 2, 10, tzinfo=UTC))
    assert await check(desk, one, "recurred", reason="We hear it.", due_on=date(2028, 10, 31)) is None
    (letter,) = desk.notices("action_done")
    assert (letter["state"], letter["failure"], desk.tasks("post_letter")) == ("withheld", "overtaken", [])
    assert [each["state"] for each in desk.notices("action_news")] == ["draft"]


async def test_the_owner_does_not_overrule_the_count_alone(full: Desk) -> None:
    one = await planned(full, owner_id=full.body.person("complaints_manager"), theme="clinical_treatment", place=None)
    assert await complete(full, one) is None
    await another(full, subjects=(SURGERY,))
    await another(full, subjects=(SURGERY,))
    full.at(datetime(2028, 9, 2, 10, tzinfo=UTC))
    assert await check(full, one, reason="Both came from one shift.") == "same_person"
    assert await check(full, one, by="responsible_person", reason="Both came from one shift.") is None
