"""Somebody dies while a complaint is open, or after its end: letters to them stop, and somebody goes on or nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from contracts.commands import CommandKind
from db import said
from db.bereavement_said import NameSuccessor, RecordDeath
from db.party_said import NeedsSaid, PartySaid
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart
from tests.bodies import Body

TODAY = date(2028, 3, 2)


async def _dies(desk: Desk, party: UUID | None = None) -> str | None:
    what = RecordDeath(party_id=party or desk.party(), known_on=TODAY, died_on=date(2028, 2, 28), words="Her son rang.")
    return (await desk.do(CommandKind.RECORD_DEATH, what)).refusal


def _daughter() -> NameSuccessor:
    who = PartySaid(
        role="complainant", name="Alex Example", email="alex@example.org", relation="daughter", ground="died"
    )
    return NameSuccessor(reason="She wants an answer.", successor=who)


async def test_letters_to_a_person_who_died_stop_at_once_and_somebody_is_asked_for(full: Desk) -> None:
    await full.acknowledge(TODAY)
    await full.agree(date(2028, 6, 1))
    assert [each["state"] for each in full.notices("period_set")] == ["draft"]
    assert await _dies(full) is None
    assert [each["state"] for each in full.notices("period_set")] == ["discarded"]
    assert [each["role"] for each in full.tasks("find_successor")] == ["owner"]
    assert full.stands()["waiting_on"] == "successor"
    (event,) = full.events("death.recorded")
    assert event["data"]["died_on"] == "2028-02-28"
    assert "son" not in str(event)


async def test_nothing_new_is_sent_to_somebody_who_died_and_no_draft_asks_to_be_released(full: Desk) -> None:
    await full.acknowledge(TODAY)
    await full.agree(date(2028, 6, 1))
    await _dies(full)
    extended = said.Extend(
        clock="response_period", respond_by=date(2028, 7, 3), reason="Records.", agreed_with="Pat", agreed_on=TODAY
    )
    await full.must(CommandKind.EXTEND, extended)
    (letter,) = full.notices("extension")
    assert (letter["state"], letter["failure"]) == ("withheld", "person_has_died")
    assert full.tasks("release_draft") == []
    assert full.clock("relevant_period")["state"] == "running"


async def test_a_successor_is_written_to_as_they_need_it(full: Desk) -> None:
    await full.acknowledge(TODAY)
    await _dies(full)
    needs = NeedsSaid(preferred_channel="letter", unsafe=("no_email",))
    daughter = _daughter()
    assert daughter.successor is not None
    said_by_her = replace(daughter, successor=replace(daughter.successor, needs=needs))
    await full.must(CommandKind.NAME_SUCCESSOR, said_by_her)
    (row,) = full.rows("select * from contact_needs where complaint_id = %s")
    assert (row["party_id"], row["unsafe"]) == (str(full.party()), ["no_email"])


async def test_a_successor_takes_the_place_of_the_person_and_is_written_to(full: Desk) -> None:
    await full.acknowledge(TODAY)
    await _dies(full)
    await full.must(CommandKind.NAME_SUCCESSOR, _daughter())
    assert full.tasks("find_successor") == []
    parties = full.rows("select role, name, ground, relation from party where complaint_id = %s order by role")
    assert [(each["role"], each["name"], each["ground"]) for each in parties] == [
        ("affected", "Pat Example", None),
        ("complainant", "Alex Example", "died"),
    ]
    await full.agree(date(2028, 6, 1))
    (letter,) = full.notices("period_set")
    assert letter["state"] == "draft"
    assert "Alex Example" in letter["body"]


async def test_with_nobody_to_go_on_the_complaint_ends_and_says_so(full: Desk) -> None:
    await _dies(full)
    nobody = NameSuccessor(reason="The family does not want to go on.")
    await full.must(CommandKind.NAME_SUCCESSOR, nobody)
    stands = full.stands()
    assert (stands["stage"], stands["open"]) == ("ended_on_death", False)
    own = full.rows("select state from clock where complaint_id = %s and proceeding_id is null")
    assert {each["state"] for each in own} <= {"stopped", "met"}
    # A death is serious: somebody senior is still to have it in hand, whether or not the complaint goes on.
    (asking,) = full.rows("select state from clock where complaint_id = %s and proceeding_id is not null")
    assert asking["state"] == "running"


async def test_what_does_not_fit_the_record_is_refused(full: Desk) -> None:
    assert (await full.do(CommandKind.NAME_SUCCESSOR, _daughter())).refusal == "contradicts_record"
    assert await _dies(full, uuid4()) == "unknown_party"
    late = RecordDeath(party_id=full.party(), known_on=TODAY, died_on=date(2028, 3, 3))
    assert (await full.do(CommandKind.RECORD_DEATH, late)).refusal == "contradicts_record"
    ahead = RecordDeath(party_id=full.party(), known_on=date(2028, 3, 9))
    assert (await full.do(CommandKind.RECORD_DEATH, ahead)).refusal == "date_in_future"
    assert await _dies(full) is None
    assert await _dies(full) == "nothing_changes"


async def test_a_death_that_becomes_known_after_the_end_stops_what_waits_to_be_posted(full: Desk) -> None:
    await full.withdraw()
    assert await _dies(full) is None
    states = {each["state"] for each in full.notices("withdrawal")}
    assert states <= {"withheld", "handed_over"}


async def test_what_did_not_reach_the_person_is_to_be_written_again_to_whoever_goes_on(
    beside: Apart, standards: Body
) -> None:
    desk = await a_desk(beside, standards, channel="oral")
    await desk.acknowledge(TODAY)
    await _dies(desk)
    await desk.must(CommandKind.NAME_SUCCESSOR, _daughter())
    records = {each["state"]: each["body"] for each in desk.notices("written_record")}
    assert set(records) == {"discarded", "draft"}  # it is still owed
    assert "Alex Example" in records["draft"]
    assert len(desk.tasks("write_again")) == 1


async def test_who_goes_on_for_somebody_who_lives_may_speak_only_once_that_is_decided(
    beside: Apart, standards: Body
) -> None:
    pat = PartySaid(role="complainant", name="Pat Example", email="pat@example.org", ground="child")
    desk = await a_desk(beside, standards, parties=(pat, PartySaid(role="affected", name="Kit Example")))
    await _dies(desk)
    await desk.must(CommandKind.NAME_SUCCESSOR, _daughter())
    after = desk.row("select ground, consent_basis from party where complaint_id = %s and role = 'complainant'")
    assert after == {"ground": "child", "consent_basis": None}
    assert [task["subject_id"] for task in desk.tasks("decide_standing")] == [str(desk.party())]


async def test_an_inquest_is_told_of_also_where_the_death_was_known_from_the_first(
    beside: Apart, standards: Body
) -> None:
    kim = PartySaid(role="affected", name="Kim Example", died_on=date(2028, 2, 20))
    desk = await a_desk(beside, standards, parties=(PartySaid(role="complainant", name="Pat", ground="died"), kim))
    who = UUID(desk.row("select id from party where complaint_id = %s and role = 'affected'")["id"])
    inquest = RecordDeath(party_id=who, known_on=TODAY, inquest_on=date(2028, 6, 1))
    assert (await desk.do(CommandKind.RECORD_DEATH, inquest)).refusal is None
    assert [task["due_on"] for task in desk.tasks("inquest")] == ["2028-06-01"]
    (event,) = desk.events("death.recorded")
    assert event["data"]["died_on"] == "2028-02-20"
    assert (await desk.do(CommandKind.RECORD_DEATH, inquest)).refusal == "nothing_changes"


async def test_a_complaint_of_somebody_known_to_be_dead_writes_to_nobody_and_asks_who_goes_on(
    beside: Apart, standards: Body
) -> None:
    pat = PartySaid(role="complainant", name="Pat Example", email="pat@example.org", died=True)
    desk = await a_desk(beside, standards, parties=(pat,))
    assert {each["state"] for each in desk.rows("select state from notice where complaint_id = %s")} == {"withheld"}
    assert len(desk.tasks("find_successor")) == 1
    assert desk.stands()["waiting_on"] == "successor"
