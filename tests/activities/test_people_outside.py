"""Who is part of a complaint outside, what they need, and that nothing reaches them by a way that is not safe."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.notices import Notices
from contracts.commands import CommandKind
from contracts.notices import NoticeAct, NoticeOutcome
from db import office_said as office
from db import people_said
from db.party_said import NeedsSaid, PartySaid
from gateways.typst_letters import TypstTypesetter
from tests.activities.office_desk import Desk, a_desk
from tests.activities.outside import STREET, add, do_task, need, one, release, retire
from tests.activities.test_notices import FakeMail
from tests.apart import MORNING, Apart
from tests.bodies import Body

SOON = date(2028, 5, 2)


async def a_period(desk: Desk) -> dict[str, Any]:
    """Acknowledge and agree a period: the letter that tells it is a draft."""
    await desk.acknowledge(MORNING.date())
    await desk.agree(SOON)
    (letter,) = [each for each in desk.notices("period_set") if each["party_id"] == str(desk.party())]
    return letter


async def leave(desk: Desk, template: str) -> tuple[NoticeOutcome, FakeMail]:
    """Have a queued notice sent."""
    (notice,) = [each for each in desk.notices(template) if each["state"] == "queued"]
    mail = FakeMail()
    activities = Notices(desk.apart.database, mail, "complaints@example.org", TypstTypesetter())
    act = NoticeAct(
        organisation_id=desk.body.id,
        complaint_id=desk.complaint,
        notice_id=UUID(notice["id"]),
        now=desk.apart.engine.now,
    )
    return await ActivityEnvironment().run(activities.send, act), mail


async def test_a_representative_who_joins_later_is_asked_about_as_at_the_beginning(full: Desk) -> None:
    assert await add(full, "representative", ground="asked", email="sam@example.org") is None
    (asked,) = full.tasks("decide_standing")
    assert asked["subject_id"] == one(full, "representative")["id"]
    (event,) = full.events("party.added")
    assert "Sam" not in str(event)
    assert await add(full, "representative", name="  sam   SPEAKER ") == "nothing_changes"


async def test_of_those_who_complain_or_are_affected_there_is_one(full: Desk) -> None:
    assert await add(full, "complainant") == "contradicts_record"
    assert await add(full, "affected", name="Ada Example") is None
    assert len(full.tasks("decide_standing")) == 1  # whoever complains now speaks for somebody else
    assert await add(full, "affected", name="Eve Example") == "contradicts_record"
    assert await retire(full, UUID(one(full, "affected")["id"]), "mistaken") is None
    assert await add(full, "affected", name="Eve Example") is None


async def test_an_mp_who_writes_later_gets_a_reply_of_their_own(full: Desk) -> None:
    assert await add(full, "mp", name="Sam Member", address="House of Commons", consent_basis="none") is None
    (reply,) = full.notices("mp_receipt")
    assert (reply["state"], reply["channel"]) == ("draft", "letter")
    assert len(full.tasks("consent_needed")) == 1


async def test_nothing_more_goes_to_somebody_who_has_no_part_in_it_any_more_and_their_row_stays(full: Desk) -> None:
    assert await add(full, "mp", name="Sam Member", address="House of Commons", consent_basis="none") is None
    member = UUID(one(full, "mp")["id"])
    assert await retire(full, member, "no_longer_represents") is None
    (reply,) = full.notices("mp_receipt")
    assert reply["state"] == "discarded"
    assert [full.tasks(kind) for kind in ("release_draft", "consent_needed")] == [[], []]
    assert one(full, "mp")["retired_cause"] == "no_longer_represents"
    assert await retire(full, member) == "unknown_party"
    assert await need(full, member, copies=True) == "unknown_party"


async def test_a_letter_that_waits_to_be_posted_to_somebody_who_left_is_withheld(full: Desk) -> None:
    assert await add(full, "mp", name="Sam Member", address="House of Commons", consent_basis="written") is None
    assert await release(full, full.notices("mp_receipt")[0]) is None
    assert len(full.tasks("post_letter")) == 1
    assert await retire(full, UUID(one(full, "mp")["id"])) is None
    (reply,) = full.notices("mp_receipt")
    assert (reply["state"], reply["failure"]) == ("withheld", "no_longer_a_party")
    assert full.tasks("post_letter") == []


async def test_the_person_who_complained_cannot_leave_and_strangers_are_not_known(full: Desk, beside: Apart) -> None:
    assert await retire(full, full.party()) == "still_needed"
    other = await a_desk(beside, beside.body())
    for stranger in (uuid4(), other.party()):
        assert await retire(full, stranger) == "unknown_party"
        assert await need(full, stranger, copies=True) == "unknown_party"


async def test_needs_are_kept_in_versions_of_which_the_newest_counts(desk: Desk) -> None:
    assert await need(desk) == "nothing_changes"  # nothing in particular is what counts without a word
    assert await need(desk, formats=("large_print",), adjustments="marker words", unsafe=("no_calls",)) is None
    assert await need(desk, unsafe=("no_calls",), formats=("large_print",), adjustments="marker words") == (
        "nothing_changes"
    )
    assert await need(desk, preferred_channel="call", unsafe=("no_calls",)) == "contradicts_record"
    assert await need(desk, unsafe=("no_voicemail", "no_calls"), unsafe_words="marker: not before Alex") is None
    versions = desk.rows("select * from contact_needs where complaint_id = %s order by number")
    assert [(each["number"], each["formats"]) for each in versions] == [(1, ["large_print"]), (2, [])]
    events = desk.events("needs.set")
    assert events[1]["data"]["unsafe"] == "no_calls,no_voicemail"
    assert "marker" not in str(events)


async def test_a_letter_is_written_for_the_channel_that_somebody_prefers(desk: Desk) -> None:
    desk.apart.rows("update party set address = %s where complaint_id = %s", STREET, desk.complaint)
    assert await need(desk, preferred_channel="letter", formats=("large_print",)) is None
    letter = await a_period(desk)
    assert (letter["channel"], letter["formats"]) == ("letter", ["large_print"])
    assert await release(desk, letter) is None
    assert (desk.notices("period_set")[0]["state"], len(desk.tasks("post_letter"))) == ("released", 1)


async def test_a_draft_takes_another_way_when_its_own_is_not_safe_any_more(desk: Desk) -> None:
    letter = await a_period(desk)
    desk.apart.rows("update party set address = %s where complaint_id = %s", STREET, desk.complaint)
    assert (letter["channel"], await need(desk, unsafe=("no_email",))) == ("email", None)
    assert desk.notices("period_set")[0]["channel"] == "letter"
    assert desk.events("notice.channel_changed")[0]["data"]["channel"] == "letter"
    # Once more at the release: the address is on the file no longer.
    desk.apart.rows("update party set address = null where complaint_id = %s", desk.complaint)
    assert await release(desk, letter) is None
    assert desk.notices("period_set")[0]["state"] == "released"
    assert (desk.tasks("post_letter"), len(desk.tasks("find_way"))) == ([], 1)
    assert await do_task(desk, "find_way") is None
    assert desk.notices("period_set")[0]["state"] == "handed_over"


async def test_what_waits_to_be_posted_is_withheld_when_post_is_not_safe_any_more(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, email=None)
    assert await release(desk, await a_period(desk)) is None
    assert await need(desk, unsafe=("no_post",)) is None
    (letter,) = desk.notices("period_set")
    assert (letter["state"], letter["failure"]) == ("withheld", "unsafe_channel")
    assert (desk.tasks("post_letter"), len(desk.tasks("notice_withheld"))) == ([], 1)


async def test_a_queued_mail_is_withheld_at_once_when_mail_is_not_safe_any_more(desk: Desk) -> None:
    assert await release(desk, await a_period(desk)) is None
    assert await need(desk, unsafe=("no_email",)) is None
    (letter,) = desk.notices("period_set")
    assert (letter["state"], letter["failure"]) == ("withheld", "unsafe_channel")


async def test_the_moment_of_sending_asks_once_more(desk: Desk) -> None:
    assert await release(desk, await a_period(desk)) is None
    # As if it had been said between the choice and the sending.
    desk.apart.rows(
        "insert into contact_needs (id, organisation_id, complaint_id, party_id, number, language, formats, unsafe,"
        " copies, act_id, said_at) values (gen_random_uuid(), %s, %s, %s, 1, 'en', '[]', '[\"no_email\"]', false,"
        " gen_random_uuid(), now())",
        *(desk.body.id, desk.complaint, desk.party()),
    )
    outcome, mail = await leave(desk, "period_set")
    assert (outcome.state.value, str(outcome.failure and outcome.failure.value), mail.sent) == (
        *("withheld", "unsafe_channel"),
        [],
    )


async def test_somebody_who_prefers_a_call_is_rung_beside_the_letter(desk: Desk) -> None:
    assert await need(desk, preferred_channel="call") is None
    assert len(desk.tasks("find_address")) == 1  # no number is known yet
    letter = await a_period(desk)
    assert await release(desk, letter) is None
    (ring,) = desk.tasks("call_instead")
    assert (ring["notice_id"], desk.notices("period_set")[0]["state"]) == (letter["id"], "queued")


async def test_a_form_that_no_machine_makes_is_owed_with_a_clock_until_somebody_has_it(full: Desk) -> None:
    assert await need(full, formats=("braille", "large_print")) is None
    await full.acknowledge(MORNING.date())
    await full.agree(SOON)
    (letter,) = full.notices("period_set")
    assert await release(full, letter) is None
    (letter,) = full.notices("period_set")
    assert (letter["state"], letter["failure"], letter["formats"]) == (
        *("released", "format_owed"),
        ["braille", "large_print"],
    )
    assert full.tasks("post_letter") == []
    clock = full.clock("format")
    (task,) = full.tasks("supply_format")
    assert (clock["state"], clock["subject_id"], task["due_on"]) == ("running", letter["id"], clock["due_on"])
    assert await do_task(full, "supply_format") is None
    (letter,) = full.notices("period_set")
    assert (letter["state"], letter["failure"], full.clock("format")["state"]) == ("delivered", None, "met")


async def test_a_letter_that_waits_to_be_posted_waits_for_its_form_where_that_becomes_known(
    beside: Apart, body: Body
) -> None:
    desk = await a_desk(beside, body, email=None)
    assert await release(desk, await a_period(desk)) is None
    assert await need(desk, formats=("audio",)) is None
    (letter,) = desk.notices("period_set")
    assert (letter["state"], letter["failure"], letter["formats"]) == ("released", "format_owed", ["audio"])
    assert (desk.tasks("post_letter"), len(desk.tasks("supply_format"))) == ([], 1)


async def test_an_end_leaves_the_form_that_is_owed_as_a_task(desk: Desk) -> None:
    assert await need(desk, language="cy") is None
    await desk.withdraw()
    (letter,) = desk.notices("withdrawal")
    assert (letter["failure"], len(desk.tasks("supply_format"))) == ("format_owed", 1)
    assert desk.rows("select * from clock where complaint_id = %s and kind = 'format'") == []
    assert await do_task(desk, "supply_format") is None
    assert desk.notices("withdrawal")[0]["state"] == "delivered"


async def test_a_receipt_goes_by_itself_only_where_a_machine_reaches_somebody(beside: Apart, body: Body) -> None:
    def pat(**needs: Any) -> PartySaid:
        return PartySaid(
            role="complainant", name="Pat", email="pat@example.org", address=STREET, needs=NeedsSaid(**needs)
        )

    owed = await a_desk(beside, body, parties=(pat(formats=("easy_read",)),))
    assert (owed.notices("receipt"), len(owed.tasks("give_receipt"))) == ([], 1)
    unsafe = await a_desk(beside, body, parties=(pat(unsafe=("no_email",)),))
    assert (unsafe.notices("receipt"), unsafe.tasks("give_receipt")) == ([], [])
    large = await a_desk(beside, body, parties=(pat(formats=("large_print",)),))
    assert large.notices("receipt")[0]["state"] == "queued"


async def test_who_gets_copies_gets_one_of_each_letter_about_time_and_it_meets_nothing(desk: Desk) -> None:
    assert (
        await add(desk, "advocate", email="sam@example.org", consent_basis="written", needs=NeedsSaid(copies=True))
        is None
    )
    await a_period(desk)
    mine, copy = sorted(desk.notices("period_set"), key=lambda each: each["party_id"] != str(desk.party()))
    assert copy["party_id"] == one(desk, "advocate")["id"]
    assert copy["subject"] == f"Copy: {mine['subject']}"
    assert mine["body"].strip() in copy["body"] and "Dear Sam Speaker" in copy["body"]
    assert len(desk.tasks("release_draft")) == 2
    assert await release(desk, mine) is None
    assert len(desk.tasks("release_draft")) == 1  # the copy is still asked for
    said = office.SendUpdate(subject="Update", body="We are on it.")
    await desk.must(CommandKind.SEND_UPDATE, said, by="complaints_manager")
    before = desk.clock("next_update")["generation"]
    desk.at(MORNING + timedelta(days=1))
    (update,) = [each for each in desk.notices("update") if each["party_id"] == copy["party_id"]]
    await release(desk, update)
    assert desk.clock("next_update")["generation"] == before
    assert await retire(desk, UUID(copy["party_id"])) is None
    states = {each["state"] for each in desk.notices("period_set") if each["party_id"] == copy["party_id"]}
    assert states == {"discarded"}


async def test_reaching_somebody_in_an_unsafe_way_is_on_record_and_looked_into(desk: Desk) -> None:
    assert await need(desk, unsafe=("no_voicemail",)) is None
    call: dict[str, Any] = {
        "happened_at": MORNING - timedelta(hours=1),
        "with_whom": "Pat",
        "summary": "Left word.",
        "party_id": desk.party(),
    }
    for direction, channel in (("in", "voicemail"), ("out", "call")):
        await desk.must(CommandKind.RECORD_CONTACT, office.RecordContact(direction=direction, channel=channel, **call))
    assert desk.tasks("unsafe_contact") == []
    await desk.must(CommandKind.RECORD_CONTACT, office.RecordContact(direction="out", channel="voicemail", **call))
    (task,) = desk.tasks("unsafe_contact")
    assert task["role"] == "complaints_manager"
    assert desk.events("contact.unsafe")[0]["data"]["channel"] == "voicemail"


async def test_who_needs_an_interpreter_has_one_booked_for_the_discussion(desk: Desk) -> None:
    assert await need(desk, formats=("bsl",)) is None
    await desk.acknowledge(MORNING.date())
    assert desk.tasks("book_interpreter") == []
    await desk.agree(SOON)
    assert len(desk.tasks("book_interpreter")) == 1


@pytest.mark.parametrize("kind", [CommandKind.ADD_PARTY, CommandKind.SET_CONTACT_NEEDS])
async def test_who_is_there_and_what_they_need_is_taken_after_the_end_too(desk: Desk, kind: CommandKind) -> None:
    await desk.withdraw()
    said = {
        CommandKind.ADD_PARTY: people_said.AddParty(party=PartySaid(role="advocate", name="Sam")),
        CommandKind.SET_CONTACT_NEEDS: people_said.SetContactNeeds(party_id=desk.party(), needs=NeedsSaid(copies=True)),
    }
    await desk.must(kind, said[kind])
