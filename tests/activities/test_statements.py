"""That whoever complains was told of advocacy, and that nobody is treated worse for it: shown, or asked for (R-11)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import desk_said, people_said, said
from db import office_said as office
from db.people_said import Statement
from tests.activities.office_desk import Desk, a_desk
from tests.activities.outside import do_task, need, release
from tests.apart import MORNING, Apart
from tests.bodies import Body

BOTH: tuple[Statement, ...] = ("advocacy", "non_detriment")


def given(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from statement_given where complaint_id = %s order by said_at, id")


async def give(desk: Desk, *statements: Statement, **how: Any) -> str | None:
    what = people_said.GiveStatements(statements=statements, **how)
    return (await desk.do(CommandKind.GIVE_STATEMENTS, what)).refusal


async def acknowledge(desk: Desk, *statements: Statement) -> None:
    what = said.Acknowledge(method="call", made_on=MORNING.date(), discussion_offered=True, statements=statements)
    await desk.must(CommandKind.ACKNOWLEDGE, what)


async def test_a_receipt_on_its_way_says_it_so_nobody_is_asked(desk: Desk) -> None:
    await acknowledge(desk)
    assert (desk.tasks("give_statements"), given(desk)) == ([], [])
    assert "advocacy service" in desk.notices("receipt")[0]["body"]


async def test_what_was_handed_over_shows_that_it_was_given(desk: Desk) -> None:
    (receipt,) = desk.notices("receipt")
    desk.apart.rows("update notice set state = 'handed_over', settled_at = %s where id = %s", MORNING, receipt["id"])
    await acknowledge(desk)  # the next act journals it
    (row,) = given(desk)
    assert (row["how"], row["notice_id"], row["statements"], row["given_on"]) == (
        *("notice", receipt["id"]),
        *(list(BOTH), "2028-03-02"),
    )
    (event,) = desk.events("statements.given")
    assert event["data"]["notice_id"] == receipt["id"]


async def test_who_acknowledges_somebody_who_was_told_nothing_gets_a_task(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, email=None)
    await acknowledge(desk)
    (task,) = desk.tasks("give_statements")
    assert (task["role"], task["due_on"]) == ("owner", "2028-03-03")
    assert await give(desk, "advocacy", given_on=MORNING.date(), method="call") is None
    assert len(desk.tasks("give_statements")) == 1  # half of it is still owed
    assert await give(desk, "non_detriment", given_on=MORNING.date(), method="meeting") is None
    assert desk.tasks("give_statements") == []
    assert {row["said_by"] for row in given(desk)} == {str(desk.body.person("handler"))}


async def test_what_is_said_with_the_acknowledgement_is_shown_by_it(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, email=None)
    await acknowledge(desk, *BOTH)
    assert (desk.tasks("give_statements"), [row["how"] for row in given(desk)]) == ([], ["call"])


async def test_a_contact_on_record_shows_it_and_one_with_somebody_else_or_elsewhere_does_not(
    desk: Desk, beside: Apart
) -> None:
    call = office.RecordContact(
        direction="out", channel="call", happened_at=MORNING - timedelta(hours=1), with_whom="Pat", summary="Told.",
        party_id=desk.party(),
    )  # fmt: skip
    await desk.must(CommandKind.RECORD_CONTACT, call)
    contact = UUID(desk.row("select id from contact where complaint_id = %s")["id"])
    assert await give(desk, *BOTH, contact_id=contact) is None
    assert [(row["how"], row["contact_id"]) for row in given(desk)] == [("contact", str(contact))]
    other = await a_desk(beside, desk.body)
    assert await give(other, *BOTH, contact_id=contact) == "contradicts_record"
    assert await give(desk, *BOTH, contact_id=uuid4()) == "contradicts_record"


@pytest.mark.parametrize(
    ("how", "refused"),
    [
        ({}, "reason_needed"),
        ({"given_on": date(2028, 3, 2)}, "reason_needed"),
        ({"given_on": date(2028, 3, 3), "method": "call"}, "date_in_future"),
        ({"given_on": date(2028, 3, 1), "method": "call"}, "date_before_receipt"),
        ({"given_on": date(2028, 3, 2), "method": "call", "party_id": uuid4()}, "unknown_party"),
    ],
)
async def test_it_is_said_when_and_how_and_to_whom(desk: Desk, how: dict[str, Any], refused: str) -> None:
    assert await give(desk, "advocacy", **how) == refused
    assert given(desk) == []


async def test_a_letter_shows_only_what_still_stands_in_it_when_it_is_released(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, email=None, channel="oral")
    (record,) = desk.notices("written_record")
    assert "will not affect the care" in record["body"]
    lines = [line for line in record["body"].splitlines() if "advocacy service" not in line]
    said_so = desk_said.ReleaseNotice(notice_id=UUID(record["id"]), body="\n".join(lines))
    await desk.must(CommandKind.RELEASE_NOTICE, said_so, by="complaints_manager")
    assert await do_task(desk, "post_letter") is None
    assert [row["statements"] for row in given(desk)] == [["non_detriment"]]


async def test_an_organisation_says_it_in_its_own_words_and_the_older_ones_still_count(
    beside: Apart, standards: Body
) -> None:
    desk = await a_desk(beside, standards, email=None, channel="oral")
    beside.rows(
        "insert into statement_words (id, organisation_id, number, advocacy, changed_at)"
        " values (gen_random_uuid(), %s, 1, 'Our advocates help you.', now())",
        standards.id,
    )
    other = await a_desk(beside, standards, email=None, channel="oral")
    assert "Our advocates help you." in other.notices("written_record")[0]["body"]
    assert await release(desk, desk.notices("written_record")[0]) is None  # written before
    assert await do_task(desk, "post_letter") is None
    assert [row["statements"] for row in given(desk)] == [list(BOTH)]


async def test_what_is_owed_in_another_form_shows_it_once_the_person_has_it(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, channel="oral")
    assert await need(desk, formats=("braille",)) is None
    assert await release(desk, desk.notices("written_record")[0]) is None
    assert [row["how"] for row in given(desk)] == []
    assert await do_task(desk, "supply_format") is None
    assert [row["how"] for row in given(desk)] == ["notice"]


async def test_who_asks_a_question_is_not_told_how_to_complain(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, email=None, matter="enquiry")
    assert desk.tasks("give_statements") == []
