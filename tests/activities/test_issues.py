"""Issues: set, changed, taken back, and confirmed with the person before anything is investigated."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from contracts.commands import CommandKind
from db.casework_said import ConfirmIssues
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart
from tests.bodies import Body
from tests.closer_look import a_part, a_plan, an_issue, issues, to_closer_look

TODAY = date(2028, 3, 2)
CONFIRMED = ConfirmIssues(confirmed_on=TODAY, method="call", words="She agreed with all of it.")


def rows(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from issue where complaint_id = %s order by number")


def ids(desk: Desk) -> list[UUID]:
    return [UUID(row["id"]) for row in rows(desk)]


async def test_issues_are_numbered_and_put_to_the_person_with_a_clock_on_that(full: Desk) -> None:
    second = an_issue(summary="Lost notes", subject="communications")
    await full.must(CommandKind.SET_ISSUES, issues(an_issue(), second))
    found = rows(full)
    assert [(row["number"], row["state"], row["confirmed_on"]) for row in found] == [
        (1, "open", None),
        (2, "open", None),
    ]
    assert (found[1]["subject"], found[0]["effect"]) == ("communications", "Pain all night")
    assert full.clock("confirm_issues")["due_on"] == "2028-03-09"
    (letter,) = full.notices("issues_to_confirm")
    assert "1. Nine hours' wait" in letter["body"] and "2. Lost notes" in letter["body"]
    assert "What it meant for you: Pain all night" in letter["body"]
    added = full.events("issue.added")
    assert [event["data"]["issue_id"] for event in added] == [row["id"] for row in found]
    assert "Nine hours" not in str(added)


async def test_more_issues_replace_the_draft_and_leave_the_clock_as_it_runs(full: Desk) -> None:
    await full.must(CommandKind.SET_ISSUES, issues(an_issue()))
    full.at(datetime(2028, 3, 6, 9, 0, tzinfo=UTC))
    await full.must(CommandKind.SET_ISSUES, issues(an_issue(summary="Lost notes")))
    assert [row["number"] for row in rows(full)] == [1, 2]
    assert (full.clock("confirm_issues")["generation"], full.clock("confirm_issues")["due_on"]) == (1, "2028-03-09")
    letters = sorted(full.notices("issues_to_confirm"), key=lambda each: str(each["drafted_at"]))
    assert [each["state"] for each in letters] == ["discarded", "draft"]
    assert "2. Lost notes" in letters[1]["body"]


async def test_confirming_meets_the_clock_and_opens_the_gate(full: Desk) -> None:
    await to_closer_look(full, TODAY)
    await full.must(CommandKind.SET_ISSUES, issues(an_issue()))
    await full.must(CommandKind.APPOINT, a_part(full.body.person("investigator")))
    blocked = await full.do(CommandKind.SHARE_PLAN, a_plan(TODAY))
    assert (blocked.refusal, blocked.missing) == ("requirements_missing", ["issues_confirmed"])
    await full.must(CommandKind.CONFIRM_ISSUES, CONFIRMED)
    assert rows(full)[0]["confirmed_on"] == "2028-03-02"
    assert full.clock("confirm_issues")["state"] == "met"
    assert full.notices("issues_to_confirm")[0]["state"] == "discarded"
    kept = full.row("select words from note where complaint_id = %s and kind = 'issues_confirmed'")
    assert kept["words"] == CONFIRMED.words
    await full.must(CommandKind.SHARE_PLAN, a_plan(TODAY))


async def test_without_any_issue_the_gate_stays_closed(full: Desk) -> None:
    await to_closer_look(full, TODAY)
    assert (await full.do(CommandKind.CONFIRM_ISSUES, CONFIRMED)).refusal == "unknown_issue"
    assert "issues_confirmed" in ((await full.do(CommandKind.SHARE_PLAN, a_plan(TODAY))).missing or [])


async def test_other_words_have_to_be_confirmed_again_and_those_before_are_kept(full: Desk) -> None:
    await full.acknowledge(TODAY)
    await full.must(CommandKind.SET_ISSUES, issues(an_issue()))
    await full.must(CommandKind.CONFIRM_ISSUES, CONFIRMED)
    changed = an_issue(issue_id=ids(full)[0], summary="Ten hours' wait")
    await full.must(CommandKind.SET_ISSUES, issues(changed))
    (row,) = rows(full)
    assert (row["summary"], row["version"], row["confirmed_on"]) == ("Ten hours' wait", 2, None)
    before = full.row("select * from issue_version where complaint_id = %s")
    assert (before["version"], before["summary"], before["confirmed_on"]) == (1, "Nine hours' wait", "2028-03-02")
    clock = full.clock("confirm_issues")
    assert (clock["generation"], clock["state"]) == (2, "running")
    await full.must(CommandKind.CONFIRM_ISSUES, CONFIRMED)
    assert rows(full)[0]["confirmed_on"] == "2028-03-02"
    assert [event["data"]["version"] for event in full.events("issue.confirmed")] == [1, 2]


async def test_a_code_alone_is_nothing_to_be_confirmed_again(full: Desk) -> None:
    await full.acknowledge(TODAY)
    await full.must(CommandKind.SET_ISSUES, issues(an_issue()))
    await full.must(CommandKind.CONFIRM_ISSUES, CONFIRMED)
    await full.must(CommandKind.SET_ISSUES, issues(an_issue(issue_id=ids(full)[0], subject="waiting_times")))
    (row,) = rows(full)
    assert (row["subject"], row["version"], row["confirmed_on"]) == ("waiting_times", 1, "2028-03-02")
    assert full.clock("confirm_issues")["state"] == "met"


async def test_what_the_person_drops_is_taken_back_and_stops_the_clock_if_nothing_is_left_to_confirm(
    full: Desk,
) -> None:
    await full.acknowledge(TODAY)
    await full.must(CommandKind.SET_ISSUES, issues(an_issue()))
    await full.must(CommandKind.CONFIRM_ISSUES, CONFIRMED)
    await full.must(CommandKind.SET_ISSUES, issues(an_issue(summary="Lost notes")))
    second = ids(full)[1]
    await full.must(CommandKind.SET_ISSUES, issues(taken_back=(second,)))
    assert [row["state"] for row in rows(full)] == ["open", "taken_back"]
    assert full.clock("confirm_issues")["state"] == "stopped"
    assert {each["state"] for each in full.notices("issues_to_confirm")} == {"discarded"}
    # What is taken back neither changes nor is counted: the next one has a number of its own.
    again = await full.do(CommandKind.SET_ISSUES, issues(an_issue(issue_id=second)))
    assert again.refusal == "unknown_issue"
    await full.must(CommandKind.SET_ISSUES, issues(an_issue(summary="Rude porter")))
    assert [row["number"] for row in rows(full)] == [1, 2, 3]


async def test_an_issue_of_another_complaint_or_of_another_organisation_is_not_touched(
    full: Desk, beside: Apart, body: Body
) -> None:
    other = await a_desk(beside, full.body)
    await other.must(CommandKind.SET_ISSUES, issues(an_issue()))
    theirs = ids(other)[0]
    for stranger in (theirs, uuid4()):
        changed = issues(an_issue(issue_id=stranger, summary="Mine now"))
        assert (await full.do(CommandKind.SET_ISSUES, changed)).refusal == "unknown_issue"
        assert (await full.do(CommandKind.SET_ISSUES, issues(taken_back=(stranger,)))).refusal == "unknown_issue"
    assert rows(other)[0]["summary"] == "Nine hours' wait"
    assert rows(full) == []


async def test_what_changes_nothing_or_contradicts_itself_is_refused_and_nothing_of_it_is_kept(full: Desk) -> None:
    await full.must(CommandKind.SET_ISSUES, issues(an_issue()))
    (known,) = ids(full)
    assert (await full.do(CommandKind.SET_ISSUES, issues(an_issue(issue_id=known)))).refusal == "nothing_changes"
    both = issues(an_issue(issue_id=known, summary="Other"), taken_back=(known,))
    assert (await full.do(CommandKind.SET_ISSUES, both)).refusal == "contradicts_record"
    uncoded = issues(an_issue(summary="New", subject="the_food"))
    assert (await full.do(CommandKind.SET_ISSUES, uncoded)).refusal == "unknown_code"
    half = issues(an_issue(summary="New"), an_issue(issue_id=uuid4()))
    assert (await full.do(CommandKind.SET_ISSUES, half)).refusal == "unknown_issue"
    assert len(rows(full)) == 1


async def test_a_confirmation_has_a_day_and_says_something_new(full: Desk) -> None:
    await full.acknowledge(TODAY)
    await full.must(CommandKind.SET_ISSUES, issues(an_issue()))
    tomorrow = ConfirmIssues(confirmed_on=date(2028, 3, 3), method="email")
    assert (await full.do(CommandKind.CONFIRM_ISSUES, tomorrow)).refusal == "date_in_future"
    await full.must(CommandKind.CONFIRM_ISSUES, CONFIRMED)
    assert (await full.do(CommandKind.CONFIRM_ISSUES, CONFIRMED)).refusal == "nothing_changes"


async def test_the_same_act_applied_twice_makes_one_issue(full: Desk) -> None:
    done = await full.must(CommandKind.SET_ISSUES, issues(an_issue()))
    pending = full.apart.engine.delivered[-1]
    assert pending.command.submission_id == done.id
    first, second = await full.apart.engine.apply(pending), await full.apart.engine.apply(pending)
    assert first == second
    assert len(rows(full)) == 1
    assert len(full.events("issue.added")) == 1
