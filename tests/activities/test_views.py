"""Initial views over real PostgreSQL: who saw them, how long they had, what they said, and what came of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from activities.acts.redating import terms_again
from contracts.commands import CommandKind
from db import desk_said
from db import finding_said as said
from db import said as said_of
from db.models.clock import ClockRow, ClockVersion
from policies.procedure_files import load_procedures
from tests.activities.found import (
    TODAY,
    K,
    a_case,
    a_comment,
    a_finding,
    found_on_all,
    issues_of,
    later,
    to_complainant,
    to_staff,
    views,
)
from tests.activities.office_desk import Desk
from tests.apart import Apart
from tests.bodies import Body, make_body

UNTIL = date(2028, 3, 16)  # ten working days after Thursday 2 March
WEIGHED = date(2028, 3, 21)  # and three more


@pytest.fixture
async def found(beside: Apart, standards: Body) -> Desk:
    """A complaint with a finding on its only issue."""
    desk = await a_case(beside, standards, issues=1)
    await found_on_all(desk)
    return desk


async def missing_to_respond(desk: Desk) -> set[str]:
    """Return what the response still lacks, as its gate says."""
    what = said_of.Respond(letter="x", signed_by=desk.body.person("responsible_person"), outcome="upheld")
    refused = await desk.do(CommandKind.RESPOND, what, "responsible_person")
    assert refused.refusal == "requirements_missing"
    return set(refused.missing or ())


async def release(desk: Desk) -> None:
    (notice,) = [each for each in desk.notices("initial_views") if each["state"] == "draft"]
    await desk.must(CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=UUID(notice["id"])))


def a_round(desk: Desk) -> dict[str, Any]:
    return desk.rows("select * from initial_views where complaint_id = %s order by round")[-1]


async def test_views_in_writing_draft_a_letter_with_the_last_day_and_start_the_clock(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found), to_staff(found)), "investigator")
    row = a_round(found)
    assert (row["round"], row["kind"], row["comment_until"]) == (1, "shared", UNTIL.isoformat())
    assert len(found.rows("select id from views_recipient where complaint_id = %s")) == 2
    (letter,) = found.notices("initial_views")
    assert (letter["state"], letter["id"]) == ("draft", row["notice_id"])
    assert "the ward should have called you" in letter["body"]
    assert "by Thursday 16 March 2028" in letter["body"]
    clock = found.clock("comments")
    assert (clock["state"], clock["due_on"]) == ("running", WEIGHED.isoformat())
    (event,) = found.events("views.shared")
    assert (event["data"]["recipients"], event["data"]["comment_until"]) == (2, UNTIL.isoformat())


async def test_the_owner_is_told_on_the_day_after_the_time_to_comment(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found, "call")), "investigator")
    rungs = {each["rung"]: datetime.fromisoformat(each["at"]) for each in found.clock("comments")["rungs"]}
    assert rungs["window_over"].date() == date(2028, 3, 17)
    assert rungs["overdue"] == datetime(2028, 3, 22, 0, 0, tzinfo=UTC)


async def test_views_given_in_a_call_or_written_before_today_need_no_letter(found: Desk) -> None:
    later(found, date(2028, 3, 6))
    for shared in (to_complainant(found, "call"), to_complainant(found, "writing", date(2028, 3, 3))):
        await found.must(K.SHARE_VIEWS, views(shared), "investigator")
    assert found.notices("initial_views") == []
    # The clock counts from the day on which the views were shared last.
    assert a_round(found)["comment_until"] == "2028-03-17"


async def test_a_date_that_was_set_takes_the_place_of_the_figure_within_its_bounds(found: Desk) -> None:
    shared = to_complainant(found, "call")
    for comment_by, refusal in (
        (TODAY, "window_not_allowed"),
        (date(2028, 3, 6), "window_not_allowed"),  # two working days; three are the least
        (date(2028, 12, 1), "window_not_allowed"),
        (date(2100, 12, 31), "window_not_allowed"),
    ):
        refused = await found.do(K.SHARE_VIEWS, views(shared, comment_by=comment_by), "investigator")
        assert refused.refusal == refusal
    await found.must(K.SHARE_VIEWS, views(shared, comment_by=date(2028, 3, 7)), "investigator")
    assert a_round(found)["comment_until"] == "2028-03-07"
    assert found.clock("comments")["due_on"] == "2028-03-10"


async def test_views_are_shared_with_people_of_this_case_and_this_organisation(found: Desk) -> None:
    stranger = await a_case(found.apart, make_body(found.apart.dsns.migrator, follows=None), issues=1)
    sibling = await a_case(found.apart, found.body, issues=1)
    for shared, refusal in (
        ((to_complainant(stranger),), "unknown_party"),
        ((to_complainant(sibling),), "unknown_party"),
        ((said.SharedWith(party_id=uuid4(), method="call", on=TODAY),), "unknown_party"),
        ((to_complainant(found), to_staff(stranger)), "unknown_person"),
        ((to_staff(found),), "unknown_party"),  # nobody outside would see them
        ((to_complainant(found), to_complainant(found, "call")), "contradicts_record"),
    ):
        assert (await found.do(K.SHARE_VIEWS, views(*shared), "investigator")).refusal == refusal
    assert found.rows("select id from initial_views where complaint_id = %s") == []
    assert found.notices("initial_views") == []


async def test_views_are_shared_neither_in_the_future_nor_before_the_complaint(found: Desk) -> None:
    for on, refusal in ((date(2028, 3, 3), "date_in_future"), (date(2028, 3, 1), "date_before_receipt")):
        assert (await found.do(K.SHARE_VIEWS, views(to_complainant(found, "call", on)))).refusal == refusal


async def test_nothing_is_shared_with_somebody_who_has_died(found: Desk) -> None:
    found.apart.rows("update party set died_on = '2028-03-01' where id = %s", found.party())
    assert (await found.do(K.SHARE_VIEWS, views(to_complainant(found)))).refusal == "person_has_died"


async def test_sharing_applied_twice_is_one_round(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found)), "investigator")
    pending = found.apart.engine.delivered[-1]
    assert await found.apart.engine.apply(pending) == await found.apart.engine.apply(pending)
    assert len(found.rows("select id from initial_views where complaint_id = %s")) == 1
    assert len(found.notices("initial_views")) == 1


async def test_the_response_waits_until_the_time_to_comment_is_over(found: Desk) -> None:
    assert "views_shared" in await missing_to_respond(found)
    await found.must(K.SHARE_VIEWS, views(to_complainant(found, "call")), "investigator")
    later(found, UNTIL)
    assert "views_shared" in await missing_to_respond(found)
    later(found, date(2028, 3, 17))
    assert "views_shared" not in await missing_to_respond(found)


async def test_a_letter_that_nobody_released_has_shared_nothing(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found)), "investigator")
    later(found, date(2028, 3, 17))
    assert "views_shared" in await missing_to_respond(found)
    await release(found)
    # It went out after the time that it names: three working days, the least there are, are left from there.
    later(found, date(2028, 3, 22))
    assert "views_shared" in await missing_to_respond(found)
    later(found, date(2028, 3, 23))
    assert "views_shared" not in await missing_to_respond(found)


async def test_once_everybody_has_commented_nothing_is_waited_for(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found, "call"), to_staff(found)), "investigator")
    await found.must(K.RECORD_COMMENT, a_comment(party_id=found.party()), "investigator")
    assert "views_shared" in await missing_to_respond(found)
    assert found.clock("comments")["state"] == "running"
    await found.must(K.RECORD_COMMENT, a_comment(person_id=found.body.person("senior_leader")), "investigator")
    assert "views_shared" not in await missing_to_respond(found)
    assert found.clock("comments")["state"] == "met"


async def test_views_are_skipped_with_a_reason_and_the_response_does_not_wait(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found, "call")), "investigator")
    await found.must(K.SKIP_VIEWS, said.SkipViews(reason="One short call was complained about."), "complaints_manager")
    row = a_round(found)
    assert (row["round"], row["kind"], row["words"]) == (2, "skipped", "One short call was complained about.")
    assert "views_shared" not in await missing_to_respond(found)
    assert found.clock("comments")["state"] == "stopped"
    (event,) = found.events("views.skipped")
    assert "call" not in str(event)


async def test_a_comment_is_kept_with_its_effect_and_the_findings_that_it_changed(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found, "call")), "investigator")
    (issue,) = issues_of(found)
    change = a_finding(issue, happened="Nobody called twice.")
    comment = a_comment(party_id=found.party(), finding_changes=(change,))
    await found.must(K.RECORD_COMMENT, comment, "investigator")
    row = found.row("select * from views_comment where complaint_id = %s")
    assert (row["effect"], row["effect_words"], row["late"]) == ("accepted", "We say twice.", False)
    versions = found.rows("select version, comment_id from finding where complaint_id = %s order by version")
    assert versions == [{"version": 1, "comment_id": None}, {"version": 2, "comment_id": row["id"]}]
    (event,) = found.events("views.commented")
    assert (event["data"]["findings_changed"], event["data"]["late"]) == (1, False)


async def test_a_late_comment_is_marked_late_and_not_lost(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found, "call")), "investigator")
    later(found, date(2028, 3, 20))
    for received_on in (UNTIL, date(2028, 3, 17)):
        await found.must(K.RECORD_COMMENT, a_comment(party_id=found.party(), received_on=received_on), "investigator")
    rows = found.rows("select received_on, late from views_comment where complaint_id = %s order by received_on")
    assert [row["late"] for row in rows] == [False, True]


async def test_a_comment_belongs_to_the_round_that_had_been_shared_by_then(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found, "call")), "investigator")
    first = a_round(found)["id"]
    later(found, date(2028, 3, 10))
    await found.must(
        K.SHARE_VIEWS, views(to_complainant(found, "call", date(2028, 3, 10)), comment_by=date(2028, 3, 20))
    )
    await found.must(K.RECORD_COMMENT, a_comment(party_id=found.party(), received_on=date(2028, 3, 9)))
    row = found.row("select views_id from views_comment where complaint_id = %s")
    assert row["views_id"] == first
    # It was about what stood before: the new round is not yet answered.
    assert found.clock("comments")["state"] == "running"


async def test_findings_that_change_after_sharing_are_shared_anew_and_the_clock_starts_again(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found)), "investigator")
    (issue,) = issues_of(found)
    await found.must(K.RECORD_FINDING, a_finding(issue, outcome="not_upheld"), "investigator")
    later(found, date(2028, 3, 6))
    await found.must(K.SHARE_VIEWS, views(to_complainant(found, on=date(2028, 3, 6))), "investigator")
    assert [each["state"] for each in found.notices("initial_views")].count("draft") == 1
    assert found.clock("comments")["generation"] == 2
    assert a_round(found)["comment_until"] == "2028-03-20"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"received_on": date(2028, 3, 3)}, "date_in_future"),
        ({"received_on": date(2028, 3, 1)}, "date_before_receipt"),
        ({"party_id": uuid4()}, "unknown_party"),
        ({"party_id": None, "person_id": uuid4()}, "unknown_person"),
    ],
)
async def test_a_comment_from_nobody_we_know_or_from_no_possible_day_is_refused(
    found: Desk, changes: dict[str, Any], refusal: str
) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found, "call")), "investigator")
    comment = a_comment(**({"party_id": found.party()} | changes))
    assert (await found.do(K.RECORD_COMMENT, comment)).refusal == refusal


async def test_a_comment_that_was_not_accepted_changes_no_finding(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found, "call")), "investigator")
    change = a_finding(issues_of(found)[0], outcome="not_upheld")
    comment = a_comment(party_id=found.party(), effect="not_accepted", finding_changes=(change,))
    assert (await found.do(K.RECORD_COMMENT, comment)).refusal == "contradicts_record"


async def test_a_comment_whose_finding_is_refused_is_not_kept_by_half(found: Desk) -> None:
    await found.must(K.SHARE_VIEWS, views(to_complainant(found, "call")), "investigator")
    comment = a_comment(party_id=found.party(), finding_changes=(a_finding(uuid4()),))
    assert (await found.do(K.RECORD_COMMENT, comment)).refusal == "unknown_issue"
    assert found.rows("select id from views_comment where complaint_id = %s") == []


async def test_there_is_nothing_to_comment_on_before_views_are_shared(found: Desk) -> None:
    comment = a_comment(whom="The person's advocate")
    assert (await found.do(K.RECORD_COMMENT, comment)).refusal == "unknown_views"
    await found.must(K.SKIP_VIEWS, said.SkipViews(reason="A small matter."), "complaints_manager")
    assert (await found.do(K.RECORD_COMMENT, comment)).refusal == "unknown_views"


async def test_a_change_of_calendar_keeps_the_days_that_people_set_and_counts_the_others_by_the_rule(
    found: Desk,
) -> None:
    shared = to_complainant(found, "call")
    await found.must(K.SHARE_VIEWS, views(shared, comment_by=date(2028, 3, 7)), "investigator")
    await found.must(K.SHARE_VIEWS, views(shared), "investigator")
    rule = load_procedures().pinned("nhs-england-2009", 2, {}).clock("comments")
    async with found.apart.database.tenant(found.body.id, found.apart.engine.now) as session:
        row = await session.get_one(ClockRow, UUID(found.clock("comments")["id"]))
        rows = await session.scalars(select(ClockVersion).where(ClockVersion.clock_id == row.id))
        set_by_people, by_the_rule = sorted(rows, key=lambda version: version.generation)
    assert terms_again(rule, row, set_by_people, None).days == 6  # three to comment, three to weigh
    assert terms_again(rule, row, by_the_rule, None).days is None
    assert by_the_rule.due_on == WEIGHED
