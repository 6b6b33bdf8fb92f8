"""The duty of candour: flagged, assessed, told in person, tried, written about, ended; whatever the complaint does."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import candour_said as said
from db.bereavement_said import NameSuccessor, RecordDeath
from db.desk_said import SetContactRules
from db.party_said import PartySaid
from tests.activities.candid import (
    IN_PERSON,
    RESULTS,
    TODAY,
    WRITTEN,
    assess,
    at,
    attempt,
    clocks,
    discard,
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
from tests.activities.staffed import name as name_staff
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


def in_wales(beside: Apart) -> Body:
    """Return a body of Wales. Of the procedures that are shipped, this one is followed everywhere."""
    figures = {"acknowledge_days": 2, "early_resolution_days": 5, "closer_look_days": 25, "tier_2_days": 30}
    follows = ("uk-central-government", 1)
    return make_body(
        beside.dsns.migrator, nation="wales", regime="central_government", follows=follows, figures=figures
    )


def in_scotland(beside: Apart) -> Body:
    return make_body(beside.dsns.migrator, nation="scotland", regime="spso", follows=None)


async def test_an_incident_is_flagged_assessed_told_of_written_about_and_ended(desk: Desk) -> None:
    incident = await flag(desk)
    assert stands(desk, incident) == "flagged"
    row = desk.row("select * from incident where complaint_id = %s")
    assert (row["rules"], row["rules_version"], row["about_party_id"]) == ("england", 1, str(desk.party()))
    clock = clocks(desk, incident)["candour_assessment"]
    assert clock["due_on"] == "2028-03-06" and "no number of days" in clock["proof"]["legal_basis"]
    assert [task["due_on"] for task in desk.tasks("assess_incident")] == ["2028-03-06"]

    assert await assess(desk, incident) is None
    assert stands(desk, incident) == "notifiable" and desk.tasks("assess_incident") == []
    assert {kind: each["due_on"] for kind, each in clocks(desk, incident).items()} == {
        "candour_notice": "2028-03-16",
        "candour_support": "2028-03-16",
    }
    assert (await tell(desk, incident)).refusal is None
    assert stands(desk, incident) == "told_in_person"
    assert clocks(desk, incident, "met")["candour_notice"]["in_time"] is True
    assert clocks(desk, incident)["candour_written"]["due_on"] == "2028-03-09"
    assert await support(desk, incident) is None

    enquiry = said.EnquirySaid(what="How the chart was read", due_on=date(2028, 3, 20))
    assert (await write(desk, incident, enquiries=(enquiry,))).refusal is None
    # Drafted is not told: only its release counts.
    assert stands(desk, incident) == "told_in_person" and "candour_written" in clocks(desk, incident)
    assert await release(desk) is None
    assert stands(desk, incident) == "told_in_writing"
    assert {kind: each["due_on"] for kind, each in clocks(desk, incident).items()} == {"candour_results": "2028-03-20"}
    (letter,) = desk.notices("candour_notice")
    assert (
        letter["state"] == "queued" and letter["met_clock_id"] == clocks(desk, incident, "met")["candour_written"]["id"]
    )
    for words in ("The account in words.", "The apology in words.", "How the chart was read: by 20 March 2028"):
        assert words in letter["body"]
    assert (await end(desk, incident)).missing == ["results"]

    assert (await write(desk, incident, RESULTS, kind="results")).refusal is None
    assert (await end(desk, incident)).missing == ["results", "drafts"]
    assert await release(desk, "candour_results") is None
    assert stands(desk, incident) == "results_told" and clocks(desk, incident) == {}
    assert len(desk.tasks("end_candour")) == 1
    assert (await end(desk, incident)).refusal is None
    assert stands(desk, incident) == "ended" and desk.tasks("end_candour") == []
    assert (await tell(desk, incident)).refusal == "proceeding_ended"


async def test_without_any_one_element_neither_notice_is_one(desk: Desk) -> None:
    incident = await notifiable(desk)
    for left_out in IN_PERSON:
        told = await tell(desk, incident, [code for code in IN_PERSON if code != left_out])
        assert (told.refusal, told.missing) == ("elements_missing", [left_out])
    for left_out in WRITTEN:
        wrote = await write(desk, incident, [code for code in WRITTEN if code != left_out])
        assert (wrote.refusal, wrote.missing) == ("elements_missing", [left_out])
    assert stands(desk, incident) == "notifiable" and desk.notices("candour_notice") == []


async def test_who_told_them_and_the_record_are_elements_and_a_call_is_not_in_person_in_england(desk: Desk) -> None:
    incident = await notifiable(desk)
    assert (await tell(desk, incident, record=None)).missing == ["record"]
    assert (await tell(desk, incident, how="call")).missing == ["in_person"]
    assert (await tell(desk, incident, by_id=uuid4())).refusal == "unknown_person"
    assert (await tell(desk, incident, (*IN_PERSON, "account"))).refusal == "contradicts_record"


async def test_in_wales_more_is_said_a_call_counts_and_lateness_is_explained(beside: Apart) -> None:
    desk = await a_desk(beside, in_wales(beside))
    incident = await notifiable(desk)
    assert clocks(desk, incident)["candour_explanation"]["due_on"] == "2028-04-13"
    assert (await tell(desk, incident)).missing == ["support", "contact"]
    desk.at(at(20, month=4))
    whole = (*IN_PERSON, "support", "contact")
    assert (await tell(desk, incident, whole, how="call")).refusal == "reason_needed"
    assert (await tell(desk, incident, whole, how="call", late_reason="They were abroad.")).refusal is None
    assert clocks(desk, incident, "met")["candour_explanation"]["in_time"] is False


async def test_the_explanation_of_a_late_notice_can_be_on_record_before_the_notice(beside: Apart) -> None:
    desk = await a_desk(beside, in_wales(beside))
    incident = await notifiable(desk)
    assert await attempt(desk, incident, late_reason="They are in another hospital.") is None
    assert "candour_explanation" in clocks(desk, incident, "met")
    assert "candour_notice" in clocks(desk, incident)


async def test_where_no_rule_set_is_shipped_elements_are_recommended_and_refuse_nothing(beside: Apart) -> None:
    desk = await a_desk(beside, in_scotland(beside))
    incident = await notifiable(desk)
    assert desk.row("select rules from incident where complaint_id = %s")["rules"] == "professional"
    assert (await tell(desk, incident, ("account",), record=None, how="call")).refusal is None
    assert (await write(desk, incident, ("account",))).refusal is None
    # What was left out stands in the draft as a blank that somebody fills before it leaves.
    assert await release(desk) == "blanks_left"


async def test_not_notifiable_needs_reasons_and_ends_it(desk: Desk) -> None:
    incident = await flag(desk)
    assert await assess(desk, incident, notifiable=False, harm="severe", reasons=None) == "reason_needed"
    assert await assess(desk, incident, harm="low", reasons=None) == "reason_needed"
    assert await assess(desk, incident, notifiable=False, harm="low", reasons="A bruise.") is None
    assert stands(desk, incident) == "ended" and clocks(desk, incident) == {}
    assert await assess(desk, incident) == "proceeding_ended"
    # New facts are flagged anew: the first stays as it was.
    again = await flag(desk)
    assert again != incident and stands(desk, again) == "flagged"


async def test_only_a_manager_or_senior_assesses_and_not_in_their_own_matter(desk: Desk) -> None:
    incident = await flag(desk)
    for by in ("handler", "investigator", "operator"):
        assert await assess(desk, incident, by=by) == "not_authorised"
    await name_staff(desk, person_id=desk.body.person("senior_leader"))
    assert await assess(desk, incident, by="senior_leader") == "conflict_of_interest"
    assert await assess(desk, incident, by="responsible_person") is None
    assert await assess(desk, incident) == "nothing_changes"
    assert await assess(desk, incident, harm="severe") is None
    rows = desk.rows("select number, harm from incident_assessment where complaint_id = %s order by number")
    assert [(row["number"], row["harm"]) for row in rows] == [(1, "moderate"), (2, "severe")]


async def test_nothing_is_told_before_it_is_assessed_or_known_or_tomorrow(desk: Desk) -> None:
    incident = await flag(desk)
    assert (await tell(desk, incident)).refusal == "not_assessed"
    assert (await write(desk, incident)).refusal == "not_assessed"
    assert await assess(desk, incident) is None
    assert (await tell(desk, incident, told_on=date(2028, 3, 1))).refusal == "contradicts_record"
    assert (await tell(desk, incident, told_on=date(2028, 3, 3))).refusal == "date_in_future"
    later = said.FlagIncident(words="x", became_known_on=TODAY, happened_on=date(2028, 3, 3))
    assert (await desk.do(CommandKind.FLAG_INCIDENT, later)).refusal == "date_in_future"
    late = said.EnquirySaid(what="x", due_on=TODAY)
    assert (await write(desk, incident, enquiries=(late,))).refusal == "date_in_past"
    assert (await write(desk, incident, RESULTS, kind="results")).refusal == "notice_not_sent"


async def test_attempts_are_logged_and_when_they_are_closed_the_written_notice_is_owed(desk: Desk) -> None:
    incident = await notifiable(desk)
    assert await attempt(desk, incident) is None
    assert await attempt(desk, incident, outcome="left_message") is None
    assert stands(desk, incident) == "notifiable"
    assert await attempt(desk, incident, how="letter", outcome="returned", closed=True) is None
    assert stands(desk, incident) == "not_reached"
    assert set(clocks(desk, incident)) == {"candour_written", "candour_support"}
    assert len(desk.rows("select id from candour_attempt where complaint_id = %s")) == 3
    # They can still be told later.
    assert (await tell(desk, incident)).refusal is None
    assert stands(desk, incident) == "told_in_person"


async def test_who_declines_to_speak_is_written_to_and_who_declines_altogether_ends_it(desk: Desk) -> None:
    incident = await notifiable(desk)
    assert await attempt(desk, incident, outcome="declined") is None
    assert stands(desk, incident) == "not_reached" and "candour_written" in clocks(desk, incident)
    assert (await end(desk, incident, "declined")).refusal == "still_owed"
    assert (await end(desk, incident)).missing == ["written", "support"]
    assert await attempt(desk, incident, outcome="no_answer", altogether=True) == "contradicts_record"
    assert await attempt(desk, incident, outcome="declined", altogether=True) is None
    # Until somebody says so, it is still owed: nothing lies without a next event.
    assert "candour_written" in clocks(desk, incident)
    assert (await write(desk, incident)).refusal is None
    assert (await end(desk, incident, "declined")).refusal is None
    assert [each["state"] for each in desk.notices("candour_notice")] == ["discarded"]
    assert clocks(desk, incident) == {} and desk.tasks("release_draft") == []


async def test_a_draft_of_candour_holds_up_no_closure_and_its_release_counts_afterwards(desk: Desk) -> None:
    incident = await notifiable(desk)
    assert (await tell(desk, incident)).refusal is None
    assert (await write(desk, incident)).refusal is None
    await desk.withdraw()
    assert not desk.stands()["open"]
    assert set(clocks(desk, incident)) == {"candour_written", "candour_support"}
    assert [task["notice_id"] for task in desk.tasks("release_draft")] == [str(draft(desk, "candour_notice"))]
    desk.at(at(8, 12))
    verdict = await desk.fire("candour_written", "reminder")
    assert verdict.outcome == "applied" and len(desk.tasks("reminder.candour_written")) == 1
    desk.at(at(10))
    await desk.fire("candour_written", "overdue")
    assert await support(desk, incident) is None
    assert await release(desk) is None
    assert clocks(desk, incident, "met")["candour_written"]["in_time"] is False
    assert stands(desk, incident) == "told_in_writing" and clocks(desk, incident) == {}
    assert desk.tasks("reminder.candour_written") == desk.tasks("overdue.candour_written") == []
    assert (await end(desk, incident)).refusal is None


async def test_an_incident_is_flagged_and_followed_after_the_end_too(desk: Desk) -> None:
    await desk.withdraw()
    incident = await notifiable(desk)
    desk.at(at(17))
    await desk.fire("candour_notice", "overdue")
    assert (await tell(desk, incident)).refusal is None
    assert clocks(desk, incident, "met")["candour_notice"]["in_time"] is False
    assert len(desk.events("clock.breached")) == 1


async def test_what_is_withheld_or_discarded_tells_nobody_anything(desk: Desk) -> None:
    incident = await notifiable(desk)
    assert (await write(desk, incident)).refusal is None
    await discard(desk)
    assert stands(desk, incident) == "notifiable" and desk.tasks("write_of_incident") == []
    # Written anew, and once more: the draft before is overtaken.
    assert (await tell(desk, incident)).refusal is None
    assert len(desk.tasks("write_of_incident")) == 1
    assert (await write(desk, incident)).refusal is None
    assert desk.tasks("write_of_incident") == []
    await discard(desk)
    assert len(desk.tasks("write_of_incident")) == 1
    assert (await write(desk, incident)).refusal is None
    assert (await write(desk, incident)).refusal is None
    assert sorted(each["state"] for each in desk.notices("candour_notice")) == [*["discarded"] * 3, "draft"]
    desk.apart.rows("update party set email = null, address = '1 Example Street' where id = %s", desk.party())
    rules = SetContactRules(stop_contact=True, hold=False, reason="Asked for no letters.")
    await desk.must(CommandKind.SET_CONTACT_RULES, rules)
    assert await release(desk) is None
    assert sorted(each["state"] for each in desk.notices("candour_notice")) == [*["discarded"] * 3, "withheld"]
    assert stands(desk, incident) == "told_in_person" and "candour_written" in clocks(desk, incident)


async def test_two_incidents_run_side_by_side_and_one_knows_nothing_of_the_other(desk: Desk) -> None:
    one, other = await notifiable(desk), await notifiable(desk)
    enquiry = said.EnquirySaid(what="Why", due_on=date(2028, 3, 20))
    assert (await write(desk, one, enquiries=(enquiry,))).refusal is None
    assert await release(desk) is None
    (asked,) = desk.rows("select id from candour_enquiry where complaint_id = %s")
    assert (stands(desk, one), stands(desk, other)) == ("told_in_writing", "notifiable")
    assert (await write(desk, other)).refusal is None
    assert await release(desk) is None
    strange = await write(desk, other, RESULTS, kind="results", enquiry_ids=(UUID(asked["id"]),))
    assert strange.refusal == "unknown_enquiry"
    assert "candour_results" not in clocks(desk, other) and "candour_results" in clocks(desk, one)


async def test_an_incident_of_another_complaint_or_another_body_is_not_there(desk: Desk, beside: Apart) -> None:
    incident = await notifiable(desk)
    neighbour = await a_desk(beside, desk.body)
    stranger = await a_desk(beside, beside.body())
    for other in (neighbour, stranger):
        for refused in (
            await assess(other, incident),
            (await tell(other, incident)).refusal,
            (await write(other, incident)).refusal,
            await attempt(other, incident),
            await support(other, incident),
            (await end(other, incident)).refusal,
        ):
            assert refused == "unknown_incident"
    flagged = said.FlagIncident(words="x", became_known_on=TODAY, about_party_id=neighbour.party())
    assert (await desk.do(CommandKind.FLAG_INCIDENT, flagged)).refusal == "unknown_party"
    assert (await tell(desk, incident, party_id=neighbour.party())).refusal == "unknown_party"
    assert len(desk.rows("select id from incident where complaint_id = %s")) == 1


async def test_whoever_has_died_is_not_told_and_who_acts_for_them_is(beside: Apart, standards: Body) -> None:
    parties = (
        PartySaid(
            role="complainant", name="Sam Example", email="sam@example.org", ground="asked", consent_basis="oral"
        ),
        PartySaid(role="affected", name="Pat Example", email="pat@example.org"),
    )
    desk = await a_desk(beside, standards, parties=parties)
    incident = await notifiable(desk)
    (harmed,) = desk.rows("select id from party where complaint_id = %s and role = 'affected'")
    # While they live, and decide for themselves, whoever complains for them is not the relevant person.
    assert (await tell(desk, incident, party_id=desk.party())).refusal == "contradicts_record"
    assert (await write(desk, incident)).refusal is None
    assert [each["party_id"] for each in desk.notices("candour_notice")] == [harmed["id"]]
    died = RecordDeath(party_id=UUID(harmed["id"]), known_on=TODAY, died_on=TODAY)
    await desk.must(CommandKind.RECORD_DEATH, died)
    assert (await tell(desk, incident, party_id=UUID(harmed["id"]))).refusal == "person_has_died"
    assert (await tell(desk, incident)).refusal is None
    (told,) = desk.rows("select party_id from candour_notice where complaint_id = %s and kind = 'in_person'")
    assert told["party_id"] == str(desk.party())


async def test_a_letter_that_was_kept_back_on_its_way_is_still_owed(full: Desk) -> None:
    desk = full
    incident = await notifiable(desk)
    assert (await tell(desk, incident)).refusal is None
    assert await support(desk, incident) is None
    assert (await write(desk, incident)).refusal is None
    assert await release(desk) is None
    # They died before it left.
    died = RecordDeath(party_id=desk.party(), known_on=TODAY, died_on=TODAY)
    await desk.must(CommandKind.RECORD_DEATH, died)
    assert [each["state"] for each in desk.notices("candour_notice")] == ["withheld"]
    assert (await end(desk, incident)).missing == ["written"]
    assert (await write(desk, incident)).refusal == "person_has_died"
    successor = PartySaid(role="complainant", name="Sam Example", email="sam@example.org")
    await desk.must(CommandKind.NAME_SUCCESSOR, NameSuccessor(successor=successor, reason="Their daughter."))
    assert (await write(desk, incident)).refusal is None
    # It is owed anew, with a time of its own, until it is released to who goes on.
    assert clocks(desk, incident)["candour_written"]["generation"] == 2
    assert await release(desk) is None
    assert clocks(desk, incident) == {} and (await end(desk, incident)).refusal is None


async def test_the_same_act_twice_flags_once(desk: Desk) -> None:
    incident = await flag(desk)
    events = len(desk.events("candour.flagged"))
    await desk.apart.deliver(desk.body, desk.complaint)
    assert events == len(desk.events("candour.flagged")) == 1
    assert stands(desk, incident) == "flagged"
