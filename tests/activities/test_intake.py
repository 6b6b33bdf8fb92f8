"""What comes in: what it is, from whom, in which form; and what is written to whom because of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from contracts.acts import Verdict
from contracts.commands import CommandKind
from db import casework_said, desk_said, office_said, said
from db.said import PartySaid
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body

TODAY = MORNING.date()
PAT = PartySaid(role="complainant", name="Pat Example", email="pat@example.org", nhs_number="9434765919")
MP = PartySaid(role="mp", name="Sam Member", email="sam@parliament.example", consent_basis="implied_constituent")


def released(desk: Desk, template: str) -> desk_said.ReleaseNotice:
    (draft,) = [each for each in desk.notices(template) if each["state"] == "draft"]
    return desk_said.ReleaseNotice(notice_id=UUID(draft["id"]))


async def refusal_of_logging(apart: Apart, body: Body, **changes: Any) -> str | None:
    """Log what cannot be, and return why it was refused."""
    desk = await a_desk(apart, body, **changes)
    assert desk.rows("select 1 from complaint where id = %s") == []
    found = desk.row("select state, refusal from submission where complaint_id = %s")
    assert found["state"] == "refused"
    return str(found["refusal"])


async def test_what_came_in_is_kept_with_its_days_its_source_and_the_people(beside: Apart, standards: Body) -> None:
    affected = PartySaid(role="affected", name="Kim Example", died_on=date(2028, 2, 20))
    daughter = PartySaid(role="representative", name="Ada Example", relation="daughter", ground="asked")
    desk = await a_desk(
        beside,
        standards,
        source="representative",
        parties=(PAT, affected, daughter),
        happened_on=date(2028, 1, 10),
        noticed_on=date(2028, 1, 12),
        first_contact_on=date(2028, 2, 28),
    )
    stands = desk.stands()
    assert (stands["matter"], stands["source"]) == ("complaint", "representative")
    assert [stands[name] for name in ("happened_on", "noticed_on", "first_contact_on")] == [
        "2028-01-10",
        "2028-01-12",
        "2028-02-28",
    ]
    people = desk.rows("select * from party where complaint_id = %s order by role")
    assert [(each["role"], each["relation"], each["died_on"], each["nhs_number"]) for each in people] == [
        ("affected", None, "2028-02-20", None),
        ("complainant", None, None, "9434765919"),
        ("representative", "daughter", None, None),
    ]
    (event,) = desk.events("complaint.logged")
    assert (event["data"]["source"], event["data"]["first_contact_on"]) == ("representative", "2028-02-28")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"happened_on": date(2028, 3, 1), "noticed_on": date(2028, 2, 28)}, "contradicts_record"),
        ({"received_on": date(2028, 3, 1), "happened_on": TODAY}, "contradicts_record"),
        ({"received_on": date(2028, 3, 1), "first_contact_on": TODAY}, "contradicts_record"),
        ({"received_on": date(2028, 3, 3)}, "date_in_future"),
        ({"parties": (PAT, PAT)}, "contradicts_record"),
        ({"parties": (MP,)}, "unknown_party"),
        ({"source": "mp"}, "unknown_party"),
        ({"source": "advocate"}, "unknown_party"),
    ],
)
async def test_what_cannot_be_is_refused(beside: Apart, standards: Body, changes: dict[str, Any], refusal: str) -> None:
    assert await refusal_of_logging(beside, standards, **changes) == refusal


@pytest.mark.parametrize("nation", ["england", "wales", "scotland", "northern_ireland"])
async def test_a_concern_has_the_promise_of_an_answer_and_no_statutory_clock_in_every_nation(
    beside: Apart, nation: str
) -> None:
    body = make_body(beside.dsns.migrator, nation=nation, regime="government", follows=None)
    desk = await a_desk(beside, body, matter="concern")
    assert desk.stands()["procedure"] == "informal-contacts"
    clocks = desk.rows("select kind, effect, due_on from clock where complaint_id = %s")
    # Ten working days of the organisation after Thursday 2 March 2028.
    assert [(each["kind"], each["effect"], each["due_on"]) for each in clocks] == [("answer", "promise", "2028-03-16")]


async def test_the_receipt_of_a_concern_promises_no_acknowledgement(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, matter="concern")
    assert desk.notices("receipt") == []
    (receipt,) = desk.notices("receipt.informal-contacts")
    assert receipt["state"] == "queued"
    assert "acknowledge" not in receipt["body"]
    assert "by Thursday 16 March 2028" in receipt["body"]


async def test_the_answer_to_a_concern_is_the_figure_of_the_organisation(beside: Apart) -> None:
    body = make_body(beside.dsns.migrator, follows=("informal-contacts", None), figures={"answer_days": 3})
    desk = await a_desk(beside, body, matter="enquiry")
    assert desk.clock("answer")["due_on"] == "2028-03-07"


async def test_a_compliment_may_be_closed_at_once_and_a_concern_not_before_it_is_answered(
    beside: Apart, standards: Body
) -> None:
    compliment = await a_desk(beside, standards, matter="compliment")
    await compliment.must(CommandKind.CLOSE, said.Close(words="Passed on to the ward."))
    assert (compliment.stands()["stage"], compliment.clock("answer")["state"]) == ("closed", "met")

    concern = await a_desk(beside, standards, matter="concern")
    too_early = await concern.do(CommandKind.CLOSE, said.Close())
    assert (too_early.refusal, too_early.missing) == ("requirements_missing", ["answer_given"])
    attempt = casework_said.Resolve(satisfied=False, summary="We rang the ward.", method="call", resolved_on=TODAY)
    await concern.must(CommandKind.RESOLVE, attempt)
    assert (concern.stands()["stage"], concern.clock("answer")["state"]) == ("received", "running")
    await concern.must(CommandKind.CLOSE, said.Close())
    assert concern.stands()["open"] is False


async def test_an_answered_concern_does_not_lie_open_unseen(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, matter="concern")
    answer = casework_said.Resolve(satisfied=True, summary="The keys were found.", method="call", resolved_on=TODAY)
    await desk.must(CommandKind.RESOLVE, answer)
    assert (desk.stands()["stage"], desk.clock("answer")["state"]) == ("answered", "met")
    assert desk.clock("closing")["state"] == "running"
    await desk.must(CommandKind.RELEASE_NOTICE, released(desk, "resolution_summary"))
    await desk.must(CommandKind.CLOSE, said.Close())
    assert desk.stands()["stage"] == "closed"


async def test_an_oral_complaint_gets_a_written_record_and_its_release_is_the_proof(
    beside: Apart, standards: Body
) -> None:
    desk = await a_desk(beside, standards, channel="oral", desired_outcome="An apology")
    record = desk.clock("written_record")
    assert (record["due_on"], record["state"]) == ("2028-03-07", "running")
    (draft,) = desk.notices("written_record")
    for words in ("Long wait and lost notes", "I waited for nine hours", "An apology", "anything here is wrong"):
        assert words in draft["body"]
    assert len(desk.tasks("release_draft")) == 1

    await desk.must(CommandKind.RELEASE_NOTICE, released(desk, "written_record"))
    record = desk.clock("written_record")
    assert (record["state"], record["met_on"], record["in_time"]) == ("met", "2028-03-02", True)


async def test_a_written_record_that_is_discarded_is_still_owed(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, channel="oral")
    first = released(desk, "written_record").notice_id
    await desk.must(CommandKind.DISCARD_NOTICE, desk_said.DiscardNotice(notice_id=first, reason="Wrong words"))
    assert sorted(each["state"] for each in desk.notices("written_record")) == ["discarded", "draft"]
    assert desk.clock("written_record")["state"] == "running"
    await desk.must(CommandKind.RELEASE_NOTICE, released(desk, "written_record"))
    assert desk.clock("written_record")["state"] == "met"


async def test_a_written_record_to_somebody_else_is_written_again_to_the_right_person(
    beside: Apart, standards: Body
) -> None:
    desk = await a_desk(beside, standards, channel="oral")
    right = office_said.PartyCorrected(party_id=desk.party(), cause="wrong_person", name="Jo Right")
    assert await desk.correct(right) is None
    old, new = sorted(desk.notices("written_record"), key=lambda each: each["state"])
    assert (old["state"], new["state"]) == ("discarded", "draft")
    assert "Dear Jo Right" in new["body"]


async def test_the_written_record_follows_a_channel_that_is_put_right(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, channel="written")
    assert await desk.correct(office_said.CodingCorrected(channel="oral")) is None
    assert (desk.clock("written_record")["state"], desk.clock("written_record")["due_on"]) == ("running", "2028-03-07")
    assert [each["state"] for each in desk.notices("written_record")] == ["draft"]
    assert await desk.correct(office_said.CodingCorrected(channel="written")) is None
    assert desk.clock("written_record")["state"] == "stopped"
    assert [each["state"] for each in desk.notices("written_record")] == ["discarded"]
    assert desk.tasks("release_draft") == []


async def test_an_nhs_number_is_put_right_like_every_detail(full: Desk) -> None:
    details: dict[str, Any] = {"party_id": full.party(), "cause": "details", "name": "Pat Example"}
    right = office_said.PartyCorrected(**details, email="pat.complainant@example.org", nhs_number="9434765870")
    assert await full.correct(right) is None
    (party,) = full.rows("select nhs_number from party where complaint_id = %s")
    assert party["nhs_number"] == "9434765870"
    assert full.correction()["before"]["nhs_number"] is None


async def test_no_other_release_meets_the_clock_of_the_written_record(beside: Apart, standards: Body) -> None:
    parties = (PAT, MP)
    desk = await a_desk(beside, standards, channel="oral", source="mp", parties=parties)
    await desk.must(CommandKind.RELEASE_NOTICE, released(desk, "mp_receipt"))
    assert desk.clock("written_record")["state"] == "running"


@pytest.mark.parametrize("channel", ["written", "electronic", "assisted"])
async def test_what_was_written_needs_no_written_record(beside: Apart, standards: Body, channel: str) -> None:
    desk = await a_desk(beside, standards, channel=channel)
    assert desk.notices("written_record") == []
    assert desk.rows("select 1 from clock where complaint_id = %s and kind = 'written_record'") == []


async def test_an_mp_gets_a_reply_of_their_own_and_the_bare_receipt(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, source="mp", parties=(PAT, MP))
    (reply,) = desk.notices("mp_receipt")
    (member,) = desk.rows("select id from party where complaint_id = %s and role = 'mp'")
    assert (reply["state"], reply["party_id"]) == ("draft", member["id"])
    assert "Dear Sam Member" in reply["body"] and "Pat" not in reply["body"]
    assert desk.tasks("consent_needed") == []
    (receipt,) = desk.notices("receipt_on_behalf")
    assert (receipt["state"], receipt["party_id"]) == ("queued", member["id"])
    assert "Pat" not in receipt["body"]
    assert desk.notices("receipt") == []  # who wrote is told, and nobody else by a machine
    await desk.must(CommandKind.RELEASE_NOTICE, released(desk, "mp_receipt"))
    (reply,) = desk.notices("mp_receipt")
    assert reply["state"] == "queued"


@pytest.mark.parametrize("basis", [None, "none"])
async def test_an_mp_without_consent_on_record_is_a_task_and_is_asked_for_it(
    beside: Apart, standards: Body, basis: Any
) -> None:
    member = PartySaid(role="mp", name="Sam Member", address="House of Commons", consent_basis=basis)
    desk = await a_desk(beside, standards, source="mp", parties=(PAT, member))
    assert len(desk.tasks("consent_needed")) == 1
    assert desk.notices("receipt_on_behalf") == []  # nothing is e-mailed to somebody without an address for it
    (reply,) = desk.notices("mp_receipt")
    assert (reply["channel"], "we need to know that they agree" in reply["body"]) == ("letter", True)
    await desk.must(CommandKind.RELEASE_NOTICE, released(desk, "mp_receipt"))
    assert len(desk.tasks("post_letter")) == 1


async def test_taking_a_concern_back_is_confirmed_in_its_own_words(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, matter="concern")
    await desk.withdraw()
    (letter,) = desk.notices("withdrawal.informal-contacts")
    assert (letter["state"], "complaints procedure" in letter["body"]) == ("queued", False)


async def test_whoever_writes_about_somebody_who_died_is_told_with_care(beside: Apart, standards: Body) -> None:
    affected = PartySaid(role="affected", name="Kim Example", died_on=date(2028, 2, 20))
    for matter, template in (("complaint", "receipt"), ("concern", "receipt.informal-contacts")):
        desk = await a_desk(beside, standards, matter=matter, parties=(PAT, affected))
        (receipt,) = desk.notices(template)
        assert "very sorry for your loss" in receipt["body"]
        (known,) = desk.rows("select death_known_at from party where complaint_id = %s and role = 'affected'")
        assert known["death_known_at"] is not None


async def test_a_complaint_received_by_itself_is_answered_as_before(full: Desk) -> None:
    (receipt,) = full.notices("receipt")
    assert "by Tuesday 7 March 2028" in receipt["body"]
    late = await a_desk(full.apart, full.body, received_on=date(2028, 2, 1))
    (receipt,) = late.notices("receipt")
    assert " by " not in receipt["body"].split("contact you")[1].split(".")[0]  # that day has passed


async def test_a_complaint_logged_twice_under_one_act_is_one_complaint(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, channel="oral", source="mp", parties=(PAT, MP))
    (pending,) = beside.engine.delivered
    again = await beside.engine.apply(pending)
    assert again.version == 1
    assert len(desk.notices("written_record")) == len(desk.notices("mp_receipt")) == 1
    assert len(desk.rows("select 1 from party where complaint_id = %s")) == 2


@pytest.mark.parametrize(
    ("changes", "most"), [({}, 3_072), ({"source": "mp", "parties": (PAT, MP)}, 3_200)], ids=["oral", "oral, by an MP"]
)
async def test_the_longest_openings_fit_into_what_may_travel(
    beside: Apart, standards: Body, changes: dict[str, Any], most: int
) -> None:
    """Unowned and oral: as many clocks as can be armed at once, with the plan beside them (ADR 19)."""
    await a_desk(beside, standards, channel="oral", owner_id=None, **changes)
    (pending,) = beside.engine.delivered
    verdict = await beside.engine.apply(pending)
    assert {clock.kind.value for clock in verdict.armed} >= {"acknowledgement", "written_record", "allocation"}
    assert len(TypeAdapter(Verdict).dump_json(verdict)) <= most
