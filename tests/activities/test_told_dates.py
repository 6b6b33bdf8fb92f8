"""Who was given which date over the real case file: by a letter as it went out, and told anew when the date moves."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from contracts.notices import NoticeState
from db import consent_said, desk_said, said
from db import office_said as office
from db.queries import told_dates
from tests.activities.office_desk import Desk
from tests.apart import MORNING

K = CommandKind
RESPOND_BY = date(2028, 5, 5)


@pytest.fixture(autouse=True)
def _morning(full: Desk) -> None:
    full.at(MORNING)


def given(desk: Desk, kind: str) -> set[tuple[str, str]]:
    """Return which dates of a clock whom were given, by party."""
    rows = desk.rows(
        "select t.party_id, t.due_on from told_date t join clock c on c.id = t.clock_id"
        f" where t.complaint_id = %s and c.kind = '{kind}'"
    )
    return {(row["party_id"], row["due_on"]) for row in rows}


async def released(desk: Desk, template: str, **changes: Any) -> None:
    for row in desk.notices(template):
        if row["state"] == "draft":
            what = desk_said.ReleaseNotice(notice_id=UUID(row["id"]), **changes)
            await desk.must(K.RELEASE_NOTICE, what)


async def period(desk: Desk) -> None:
    await desk.acknowledge(MORNING.date())
    await desk.agree(RESPOND_BY)


async def extend(desk: Desk, until: date) -> None:
    what = said.Extend(
        clock="response_period", respond_by=until, reason="The ward was closed.", agreed_with="Pat",
        agreed_on=desk.apart.engine.now.date(),
    )  # fmt: skip
    await desk.must(K.EXTEND, what)


def another(desk: Desk, role: str = "representative", name: str = "Sam Marker") -> str:
    """Put somebody else outside into the complaint, with an address."""
    party = uuid4()
    desk.apart.rows(
        "insert into party (id, organisation_id, complaint_id, role, name, email) values (%s, %s, %s, %s, %s, %s)",
        *(party, desk.body.id, desk.complaint, role, name, "sam@example.org"),
    )
    return str(party)


async def agrees(desk: Desk, party: str) -> None:
    """Have the complainant agree, in a call, that somebody else is written to."""
    call = office.RecordContact(
        direction="in", channel="call", happened_at=desk.apart.engine.now, with_whom="Pat", summary="Write to Sam.",
    )  # fmt: skip
    await desk.must(K.RECORD_CONTACT, call)
    contact = UUID(desk.row("select id from contact where complaint_id = %s")["id"])
    what = consent_said.RecordConsent(
        scope="correspond", giver_id=desk.party(), recipient_id=UUID(party), basis="oral", contact_id=contact,
        given_on=desk.apart.engine.now.date(),
    )  # fmt: skip
    await desk.must(K.RECORD_CONSENT, what)


def told_by_hand(desk: Desk, party: str, kind: str = "response_period") -> None:
    """Have somebody been given the present date of a clock."""
    clock = desk.clock(kind)
    desk.apart.rows(
        "insert into told_date (id, organisation_id, complaint_id, clock_id, generation, due_on, party_id, told_on,"
        " act_id, said_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        *(uuid4(), desk.body.id, desk.complaint, clock["id"], clock["generation"], clock["due_on"], party),
        *(MORNING.date(), uuid4(), MORNING),
    )


async def test_a_letter_gives_a_date_when_it_goes_out_and_not_as_a_draft(full: Desk) -> None:
    me = str(full.party())
    await period(full)
    assert given(full, "response_period") == set()
    await released(full, "period_set")
    assert given(full, "response_period") == {(me, "2028-05-05")}
    assert given(full, "next_update") == {(me, "2028-03-16")}
    (row,) = full.rows("select t.notice_id from told_date t join clock c on c.id = t.clock_id"
                       " where t.complaint_id = %s and c.kind = 'response_period'")  # fmt: skip
    assert row["notice_id"] == full.notices("period_set")[0]["id"]


async def test_what_a_person_struck_out_of_a_letter_was_not_told(full: Desk) -> None:
    await period(full)
    await released(full, "period_set", body="We will write to you soon. Not on 15 May 2028, and 5 May 20281 is no day.")
    assert given(full, "response_period") == set()


async def test_everybody_who_was_given_the_old_date_is_told_the_new_one_with_the_reason(full: Desk) -> None:
    await period(full)
    await released(full, "period_set")
    sam = another(full)
    told_by_hand(full, sam)
    gone = another(full, name="Gone")
    told_by_hand(full, gone)
    full.apart.rows("update party set retired_at = now(), retired_cause = 'left' where id = %s", UUID(gone))
    another(full, name="Never told")
    await extend(full, date(2028, 5, 26))
    (mine,) = full.notices("extension")
    assert mine["party_id"] == str(full.party())
    (theirs,) = full.notices("new_date")
    assert (theirs["party_id"], theirs["state"]) == (sam, "draft")
    for words in ("Friday 5 May 2028", "Friday 26 May 2028", "The ward was closed.", "Dear Sam Marker"):
        assert words in theirs["body"]
    (event,) = full.events("timescale.changed")
    assert (event["data"]["old_due_on"], event["data"]["due_on"], event["data"]["parties"]) == (
        "2028-05-05", "2028-05-26", 1,
    )  # fmt: skip
    # Nobody released it: at the next change the date that they hold is still the first one.
    await full.must(K.DISCARD_NOTICE, desk_said.DiscardNotice(notice_id=UUID(theirs["id"]), reason="Rang him."))
    full.at(datetime(2028, 3, 3, 10, tzinfo=UTC))
    await extend(full, date(2028, 6, 9))
    again = [row for row in full.notices("new_date") if row["state"] == "draft"]
    assert [row["party_id"] for row in again] == [sam]
    assert "Friday 5 May 2028" in again[0]["body"] and "Friday 9 June 2028" in again[0]["body"]
    await agrees(full, sam)
    await released(full, "new_date")
    assert (sam, "2028-06-09") in given(full, "response_period")


async def test_many_who_were_told_all_get_a_letter_and_the_verdict_stays_small(full: Desk) -> None:
    await period(full)
    await released(full, "period_set")
    many = {another(full, name=f"Person {number}") for number in range(6)}
    for party in many:
        told_by_hand(full, party)
    full.at(datetime(2028, 3, 3, 10, tzinfo=UTC))
    await extend(full, date(2028, 5, 26))
    assert {row["party_id"] for row in full.notices("new_date")} == many
    drafts = {row["id"] for row in full.notices("new_date")}
    assert {task["notice_id"] for task in full.tasks("release_draft")} >= drafts
    sizes = [
        len(json.dumps(row["verdict"], separators=(",", ":")))
        for row in full.rows("select verdict from verdict where complaint_id = %s order by applied_at")
    ]
    assert sizes[-1] <= 1600  # leaves room for a score of involvements of staff


async def test_whoever_got_the_date_only_in_a_second_letter_is_told_of_the_change_all_the_same(full: Desk) -> None:
    await period(full)
    await released(full, "period_set")
    me = str(full.party())
    (first,) = full.notices("period_set")
    failed = desk_said.NoticeOutcomeSaid(notice_id=UUID(first["id"]), state=NoticeState.FAILED, failure="bounced")
    await full.must(K.NOTICE_OUTCOME, failed, None)
    # She is written to again, and that letter arrives.
    update = office.SendUpdate(subject="How it stands", body="You hear from us by 5 May 2028.")
    await full.must(K.SEND_UPDATE, update)
    rows = full.rows("select t.notice_id from told_date t join clock c on c.id = t.clock_id where t.complaint_id = %s"
                     f" and c.kind = 'response_period' and t.party_id = '{me}'")  # fmt: skip
    assert len({row["notice_id"] for row in rows}) == 2
    full.at(datetime(2028, 3, 3, 10, tzinfo=UTC))
    await extend(full, date(2028, 5, 26))
    (event,) = full.events("timescale.changed")
    assert event["data"]["old_due_on"] == "2028-05-05"
    async with full.apart.database.tenant(full.body.id, MORNING) as session:
        (held,) = await told_dates.last_given(session, UUID(full.clock("response_period")["id"]))
    assert (str(held.party_id), held.due_on) == (me, RESPOND_BY)


async def test_a_date_that_a_calendar_moves_is_told_again_by_a_person_once(full: Desk) -> None:
    me = str(full.party())
    await period(full)
    await released(full, "period_set")
    full.apart.rows(
        "insert into closed_day (organisation_id, day, name, opens) values (%s, '2028-03-16', 'Training', false)",
        full.body.id,
    )
    await full.must(K.REDATE, desk_said.Redate(change_set_id=uuid4()), by=None)
    assert full.clock("next_update")["due_on"] == "2028-03-17"
    (task,) = full.tasks("tell_new_date")
    assert (task["subject_id"], task["role"], task["due_on"]) == (me, "owner", "2028-03-06")
    # A letter with the new date does it.
    what = office.SendUpdate(subject="A new day", body="You will hear from us by Friday 17 March 2028.")
    full.apart.engine.now = datetime(2028, 3, 3, 10, tzinfo=UTC)
    await full.must(K.SEND_UPDATE, what)
    assert full.clock("next_update")["due_on"] == "2028-03-17"
    assert full.tasks("tell_new_date") == []


async def test_the_day_of_receipt_put_right_moves_what_was_told(full: Desk) -> None:
    await period(full)
    await released(full, "period_set")
    assert given(full, "relevant_period") == {(str(full.party()), "2028-09-01")}
    assert await full.correct(office.ReceiptCorrected(received_on=date(2028, 3, 1))) is None
    assert await full.decide() is None
    (task,) = full.tasks("tell_new_date")
    assert task["subject_id"] == str(full.party())


async def test_the_draft_of_an_update_is_whole_and_binds_to_the_day_that_it_names(full: Desk) -> None:
    await period(full)
    await released(full, "period_set")
    full.at(datetime(2028, 3, 14, 9, tzinfo=UTC))
    await full.fire("next_update", "prompt")
    (draft,) = full.notices("update")
    assert draft["template_version"] >= 3 and "[[" not in draft["body"]
    assert 'the stage that we call "' in draft["body"]
    assert "We expect to send you our response by Friday 5 May 2028." in draft["body"]
    assert "You will hear from us again by Tuesday 28 March 2028" in draft["body"]
    # Released two days later as it is: the next one is due on the day that the letter names, not two days after it.
    full.at(datetime(2028, 3, 16, 9, tzinfo=UTC))
    await released(full, "update")
    clock = full.clock("next_update")
    assert (clock["started_on"], clock["due_on"]) == ("2028-03-16", "2028-03-28")
    assert (str(full.party()), "2028-03-28") in given(full, "next_update")
    # The rhythm stays as agreed.
    full.at(datetime(2028, 3, 28, 9, tzinfo=UTC))
    await full.must(K.RECORD_UPDATE, said.RecordUpdate(method="call", given_on=date(2028, 3, 28), words="As ever."))
    assert full.clock("next_update")["due_on"] == "2028-04-11"
