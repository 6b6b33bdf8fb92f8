"""Candour when things turn out otherwise: letters kept back, minds changed, people who die or may not speak."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.commands import CommandKind
from contracts.notices import NoticeState
from db import candour_said as said
from db.bereavement_said import NameSuccessor, RecordDeath
from db.desk_said import NoticeOutcomeSaid
from db.eligibility_said import DecideStanding
from db.party_said import PartySaid
from tests.activities.candid import (
    IN_PERSON,
    RESULTS,
    TODAY,
    assess,
    at,
    attempt,
    clocks,
    draft,
    end,
    flag,
    notifiable,
    release,
    stands,
    support,
    tell,
    write,
)
from tests.activities.office_desk import Desk, a_desk
from tests.activities.test_candour import in_wales
from tests.apart import MORNING, Apart
from tests.bodies import Body

FOUND_BY = date(2028, 3, 20)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def told_what_was_found(desk: Desk) -> UUID:
    """Have somebody told in person and in writing, and what was found written to them and released."""
    incident = await notifiable(desk)
    assert (await tell(desk, incident)).refusal is None
    assert await support(desk, incident) is None
    enquiry = said.EnquirySaid(what="Why", due_on=FOUND_BY)
    assert (await write(desk, incident, enquiries=(enquiry,))).refusal is None
    assert await release(desk) is None
    assert (await write(desk, incident, RESULTS, kind="results")).refusal is None
    assert await release(desk, "candour_results") is None
    assert stands(desk, incident) == "results_told" and clocks(desk, incident) == {}
    return incident


async def keep_back(desk: Desk, template: str) -> None:
    """Have the carrier find that a released letter may not leave."""
    (letter,) = [each for each in desk.notices(template) if each["state"] != "discarded"]
    desk.apart.rows("update notice set state = 'withheld' where id = %s", letter["id"])
    outcome = NoticeOutcomeSaid(notice_id=UUID(letter["id"]), state=NoticeState.WITHHELD)
    await desk.must(CommandKind.NOTICE_OUTCOME, outcome, None)


async def test_results_that_were_kept_back_after_their_release_are_not_told_and_are_owed_again(desk: Desk) -> None:
    incident = await told_what_was_found(desk)
    assert len(desk.tasks("end_candour")) == 1
    await keep_back(desk, "candour_results")
    assert stands(desk, incident) == "told_in_writing" and desk.tasks("end_candour") == []
    again = clocks(desk, incident)["candour_results"]
    assert (again["generation"], again["due_on"]) == (2, FOUND_BY.isoformat())
    assert (await end(desk, incident)).missing == ["results"]
    (enquiry,) = desk.rows("select * from candour_enquiry where complaint_id = %s")
    assert enquiry["told_on"] is None
    # The same outcome again changes nothing; another letter tells it.
    await desk.apart.deliver(desk.body, desk.complaint)
    assert len(desk.events("candour.kept_back")) == 1
    assert (await write(desk, incident, RESULTS, kind="results")).refusal is None
    assert await release(desk, "candour_results") is None
    assert clocks(desk, incident) == {} and stands(desk, incident) == "results_told"
    assert (await end(desk, incident)).refusal is None


async def test_results_kept_back_after_the_date_they_were_promised_for_are_due_at_once(desk: Desk) -> None:
    incident = await told_what_was_found(desk)
    desk.at(at(24))
    await keep_back(desk, "candour_results")
    assert clocks(desk, incident)["candour_results"]["due_on"] == "2028-03-24"


async def test_a_written_notice_that_was_kept_back_is_asked_for_again_at_once(desk: Desk) -> None:
    incident = await notifiable(desk)
    assert (await tell(desk, incident)).refusal is None
    assert (await write(desk, incident)).refusal is None
    assert await release(desk) is None
    assert clocks(desk, incident, "met").keys() >= {"candour_written"}
    await keep_back(desk, "candour_notice")
    assert clocks(desk, incident)["candour_written"]["generation"] == 2
    assert len(desk.tasks("write_of_incident")) == 1


async def test_a_letter_kept_back_after_candour_ended_starts_nothing_and_stands_on_record(desk: Desk) -> None:
    incident = await told_what_was_found(desk)
    assert (await end(desk, incident)).refusal is None
    await keep_back(desk, "candour_results")
    assert (stands(desk, incident), clocks(desk, incident)) == ("ended", {})
    assert len(desk.events("candour.kept_back")) == 1 and len(desk.tasks("notice_withheld")) == 1


async def test_whoever_declined_and_was_told_all_the_same_has_not_declined_any_more(desk: Desk) -> None:
    incident = await notifiable(desk)
    assert await attempt(desk, incident, outcome="declined", altogether=True) is None
    assert (await tell(desk, incident)).refusal is None
    assert (await end(desk, incident, "declined")).refusal == "still_owed"
    assert stands(desk, incident) == "told_in_person"


async def test_who_was_found_not_to_speak_for_the_dead_is_not_told_for_them(beside: Apart, standards: Body) -> None:
    parties = (
        PartySaid(role="complainant", name="Sam Example", email="sam@example.org", ground="died"),
        PartySaid(role="affected", name="Pat Example", address="1 High Road"),
        PartySaid(role="representative", name="Kim Example", email="kim@example.org", ground="died"),
    )
    desk = await a_desk(beside, standards, parties=parties)
    (harmed,) = desk.rows("select id from party where complaint_id = %s and role = 'affected'")
    died = RecordDeath(party_id=UUID(harmed["id"]), known_on=TODAY, died_on=TODAY)
    await desk.must(CommandKind.RECORD_DEATH, died)
    incident = await notifiable(desk)
    refused = DecideStanding(party_id=desk.party(), may_speak=False, ground="died", reasons="They are estranged.")
    await desk.must(CommandKind.DECIDE_STANDING, refused, "complaints_manager")
    assert (await tell(desk, incident, party_id=desk.party())).refusal == "contradicts_record"
    assert (await tell(desk, incident)).refusal is None
    (told,) = desk.rows(
        "select p.name from candour_notice n join party p on p.id = n.party_id where n.complaint_id = %s"
    )
    assert told["name"] == "Kim Example"


async def test_a_child_is_told_through_whoever_acts_for_them(beside: Apart, standards: Body) -> None:
    for ground in ("child", "lacks_capacity"):
        desk = await for_another(beside, standards, ground)
        incident = await notifiable(desk)
        assert (await tell(desk, incident)).refusal is None
        (told,) = desk.rows("select party_id from candour_notice where complaint_id = %s")
        assert told["party_id"] == str(desk.party())


async def for_another(beside: Apart, body: Body, ground: Any) -> Desk:
    parties = (
        PartySaid(role="complainant", name="Sam Example", email="sam@example.org", ground=ground),
        PartySaid(role="affected", name="Pat Example"),
    )
    return await a_desk(beside, body, parties=parties)


async def test_a_draft_to_somebody_who_dies_before_its_release_tells_nobody_and_is_owed_still(full: Desk) -> None:
    desk = full
    incident = await notifiable(desk)
    assert (await tell(desk, incident)).refusal is None
    assert (await write(desk, incident)).refusal is None
    waiting = draft(desk, "candour_notice")
    died = RecordDeath(party_id=desk.party(), known_on=TODAY, died_on=TODAY)
    await desk.must(CommandKind.RECORD_DEATH, died)
    (letter,) = [each for each in desk.notices("candour_notice") if each["id"] == str(waiting)]
    assert letter["state"] in ("discarded", "withheld")
    assert "candour_written" in clocks(desk, incident) and stands(desk, incident) == "told_in_person"
    assert len(desk.tasks("write_of_incident")) == 1
    successor = PartySaid(role="complainant", name="Sam Example", email="sam@example.org")
    await desk.must(CommandKind.NAME_SUCCESSOR, NameSuccessor(successor=successor, reason="Their daughter."))
    assert (await write(desk, incident)).refusal is None
    assert await release(desk) is None
    assert stands(desk, incident) == "told_in_writing"


async def test_where_nobody_can_be_reached_it_ends_with_a_reason(beside: Apart, standards: Body) -> None:
    desk = await for_another(beside, standards, "asked")
    incident = await notifiable(desk)
    ending = said.EndCandour(incident_id=incident, cause="not_reached", reason="Nobody acts for her.")

    async def ended(what: said.EndCandour) -> str | None:
        return (await desk.do(CommandKind.END_CANDOUR, what, "complaints_manager")).refusal

    assert await ended(ending) == "still_owed"
    assert await attempt(desk, incident) is None
    assert await ended(ending) == "still_owed"
    assert await attempt(desk, incident, closed=True, how="visit") is None
    assert await ended(replace(ending, reason=None)) == "reason_needed"
    assert await ended(ending) is None
    assert (stands(desk, incident), clocks(desk, incident)) == ("ended", {})


async def test_whoever_declined_only_to_speak_is_not_one_who_was_not_reached(desk: Desk) -> None:
    incident = await notifiable(desk)
    assert await attempt(desk, incident, outcome="declined") is None
    ending = said.EndCandour(incident_id=incident, cause="not_reached", reason="They would not speak.")
    assert (await desk.do(CommandKind.END_CANDOUR, ending, "complaints_manager")).refusal == "still_owed"


async def test_what_was_found_not_notifiable_is_flagged_anew_on_new_facts_beside_the_first(desk: Desk) -> None:
    first = await flag(desk)
    assert await assess(desk, first, notifiable=False, harm="low", reasons="A bruise.") is None
    assert await assess(desk, first, reasons="It was a fracture.") == "proceeding_ended"
    second = await notifiable(desk, words="The bruise was a fracture.")
    assert (stands(desk, first), stands(desk, second)) == ("ended", "notifiable")
    assert clocks(desk, first) == {} and "candour_notice" in clocks(desk, second)


async def test_the_time_to_write_counts_from_the_day_they_were_told_whenever_that_is_noted(
    desk: Desk,
) -> None:
    incident = await notifiable(desk)
    desk.at(at(7))
    assert (await tell(desk, incident, told_on=date(2028, 3, 3))).refusal is None
    written = clocks(desk, incident)["candour_written"]
    assert (written["started_on"], written["due_on"]) == ("2028-03-03", "2028-03-10")


async def test_what_was_known_in_wales_long_before_it_was_flagged_is_explained_when_it_is_told(beside: Apart) -> None:
    desk = await a_desk(beside, in_wales(beside))
    incident = await notifiable(desk, became_known_on=date(2028, 1, 10))
    whole = (*IN_PERSON, "support", "contact")
    assert (await tell(desk, incident, whole)).refusal == "reason_needed"
    assert (await tell(desk, incident, whole, late_reason="It was found in an audit.")).refusal is None


async def test_thirty_working_days_in_wales_skip_its_bank_holidays(beside: Apart) -> None:
    desk = await a_desk(beside, in_wales(beside))
    desk.at(at(6))
    incident = await notifiable(desk)
    # Good Friday (14 April) and Easter Monday (17 April 2028) are no working days.
    assert clocks(desk, incident)["candour_explanation"]["due_on"] == "2028-04-19"


async def test_a_letter_that_answers_nothing_that_was_announced_is_not_left_to_lie(desk: Desk) -> None:
    incident = await told_what_was_found(desk)
    assert (await write(desk, incident, RESULTS, kind="results")).refusal is None
    (letter,) = [each for each in desk.notices("candour_results") if each["state"] == "draft"]
    watched = "select * from clock where complaint_id = %s and kind = 'draft_release' and state = 'running'"
    assert [row["subject_id"] for row in desk.rows(watched)] == [letter["id"]]
    assert await release(desk, "candour_results") is None
    assert desk.rows(watched) == []
