"""Whether a complaint is handled, over real rows: grounds against it, the time limit, who may speak, other routes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.commands import CommandKind
from db import desk_said, office_said, said
from db import eligibility_said as say
from db.bereavement_said import RecordDeath
from db.casework_said import BeginResolution, MoveOn
from db.intake_said import Convert
from db.models.act import Submission
from runtime.database_roles import DatabaseDsns
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body
from tests.closer_look import an_issue, issues, resolved

DAY = MORNING.date()
MANAGER = "complaints_manager"
EXCLUDED = say.Exclude(code="investigated_before", reasons="We answered the same in 2026.", decided_on=DAY)
BOTH = ("good_reasons", "still_fair")


async def exclude(desk: Desk, by: str | None = MANAGER, **changes: Any) -> Submission:
    return await desk.do(CommandKind.EXCLUDE, replace(EXCLUDED, **changes), by)


async def limit(desk: Desk, *, waived: bool = True, by: str | None = MANAGER, **more: Any) -> Submission:
    return await desk.do(CommandKind.DECIDE_TIME_LIMIT, say.DecideTimeLimit(waived=waived, **more), by)


async def late(apart: Apart, body: Body, **changes: Any) -> Desk:
    """A complaint of which the day of the matter lies two years back."""
    return await a_desk(apart, body, **({"happened_on": date(2026, 3, 1)} | changes))


def looks(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from time_limit where complaint_id = %s order by number")


# Grounds against handling it.


async def test_an_excluded_complaint_ends_with_a_letter_that_gives_ground_basis_reasons_and_ombudsman(
    full: Desk,
) -> None:
    await full.acknowledge(DAY)
    done = await exclude(full)
    assert done.state == "applied", done.refusal
    stands = full.stands()
    assert (stands["stage"], stands["open"]) == ("not_accepted", False)
    row = full.row("select * from exclusion where complaint_id = %s")
    assert (row["ground"], row["legal_basis"]) == ("investigated_before", "SI 2009/309 reg 8(1)(e)")
    assert row["decided_by"] == str(full.body.person(MANAGER))
    (letter,) = full.notices("not_handled")
    assert (letter["state"], letter["released_by"]) == ("queued", str(full.body.person(MANAGER)))
    for words in (row["title"], row["legal_basis"], EXCLUDED.reasons, "Parliamentary and Health Service Ombudsman"):
        assert words in letter["body"]
    (event,) = full.events("complaint.not_accepted")
    assert (event["data"]["ground"], event["data"]["decided_on"]) == ("investigated_before", "2028-03-02")
    assert full.rows("select 1 from clock where complaint_id = %s and state = 'running'") == []


async def test_drafts_are_discarded_when_a_complaint_is_not_handled(full: Desk) -> None:
    await full.acknowledge(DAY)
    await full.must(CommandKind.SET_ISSUES, issues(an_issue()))
    assert [draft["state"] for draft in full.notices("issues_to_confirm")] == ["draft"]
    await exclude(full)
    assert [draft["state"] for draft in full.notices("issues_to_confirm")] == ["discarded"]


async def test_with_nobody_named_the_letter_waits_for_a_person(full: Desk) -> None:
    assert (await exclude(full, by=None)).state == "applied"
    (letter,) = full.notices("not_handled")
    assert letter["state"] == "draft"
    assert [task["notice_id"] for task in full.tasks("send_decision")] == [letter["id"]]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": "the_weather"}, "unknown_exclusion"),
        ({"decided_on": date(2028, 3, 1)}, "date_before_receipt"),
        ({"decided_on": date(2028, 3, 3)}, "date_in_future"),
        ({"reasons": "Because [[ why ]]."}, "blanks_left"),
    ],
)
async def test_an_exclusion_is_refused_and_leaves_nothing(full: Desk, changes: dict[str, Any], refusal: str) -> None:
    assert (await exclude(full, **changes)).refusal == refusal
    assert full.stands()["open"]
    assert full.rows("select id from exclusion where complaint_id = %s") == []
    assert full.notices("not_handled") == []


async def test_a_complaint_is_excluded_once_and_not_under_a_procedure_without_it(full: Desk, desk: Desk) -> None:
    await exclude(full)
    assert (await exclude(full)).refusal == "complaint_closed"
    assert (await exclude(desk)).refusal == "not_in_this_stage"


# The time limit.


async def test_in_time_there_is_proof_and_nothing_to_decide(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, happened_on=date(2027, 3, 2))
    (row,) = looks(desk)
    assert (row["state"], row["limit_on"], row["decided_by"]) == ("in_time", "2028-03-02", None)
    assert row["proof"]["legal_basis"].startswith("SI 2009/309 reg 12")
    assert (desk.tasks("decide_time_limit"), desk.events("time_limit.passed")) == ([], [])
    assert (await limit(desk, findings=BOTH)).refusal == "not_out_of_time"


async def test_too_late_is_a_task_for_the_manager_and_closes_the_gate_until_it_is_waived(
    beside: Apart, standards: Body
) -> None:
    desk = await late(beside, standards, happened_on=date(2027, 3, 1))
    (task,) = desk.tasks("decide_time_limit")
    assert task["assignee_id"] == str(standards.person(MANAGER))
    (event,) = desk.events("time_limit.passed")
    assert (event["data"]["limit_on"], event["data"]["received_on"]) == ("2028-03-01", "2028-03-02")
    await desk.acknowledge(DAY)
    blocked = await desk.do(CommandKind.MOVE_ON, move_on())
    assert (blocked.refusal, blocked.missing) == ("requirements_missing", ["time_limit_settled"])

    assert (await limit(desk, findings=BOTH, reasons="In hospital until February.")).state == "applied"
    assert desk.tasks("decide_time_limit") == []
    assert [(row["state"], row["findings"]) for row in looks(desk)] == [
        ("out_of_time", []),
        ("waived", ["good_reasons", "still_fair"]),
    ]
    (waived,) = desk.events("time_limit.waived")
    assert waived["data"]["good_reasons"] and waived["data"]["still_fair"]
    assert "hospital" not in str(waived)
    assert (await desk.do(CommandKind.MOVE_ON, move_on())).state == "applied"
    assert (await limit(desk, findings=BOTH)).refusal == "nothing_changes"


def move_on() -> MoveOn:
    return MoveOn(reason="Too grave to be put right at once.")


@pytest.mark.parametrize(
    ("findings", "missing"),
    [((), ["good_reasons", "still_fair"]), (("good_reasons",), ["still_fair"]), (("still_fair",), ["good_reasons"])],
)
async def test_a_waiver_without_every_finding_is_refused_with_those_that_are_missing(
    beside: Apart, standards: Body, findings: tuple[str, ...], missing: list[str]
) -> None:
    desk = await late(beside, standards)
    refused = await limit(desk, findings=findings)
    assert (refused.refusal, refused.missing) == ("findings_needed", missing)
    assert [row["state"] for row in looks(desk)] == ["out_of_time"]
    assert len(desk.tasks("decide_time_limit")) == 1
    odd = await limit(desk, findings=(*BOTH, "it_rained"))
    assert (odd.refusal, odd.missing) == ("unknown_code", ["findings"])


async def test_not_waived_the_complaint_ends_with_a_letter_that_says_when_it_could_have_come(
    beside: Apart, standards: Body
) -> None:
    desk = await late(beside, standards, happened_on=date(2024, 2, 29), noticed_on=date(2026, 8, 31))
    assert (await limit(desk, waived=False)).refusal == "reason_needed"
    done = await limit(desk, waived=False, reasons="The records are destroyed.", findings=("good_reasons",))
    assert done.state == "applied", done.refusal
    stands = desk.stands()
    assert (stands["stage"], stands["open"]) == ("not_accepted", False)
    (letter,) = desk.notices("out_of_time")
    assert letter["state"] == "queued"
    for words in ("Tuesday 31 August 2027", "Thursday 29 February 2024", "The records are destroyed.", "Ombudsman"):
        assert words in letter["body"]
    assert [row["state"] for row in looks(desk)] == ["out_of_time", "not_waived"]
    (event,) = desk.events("complaint.not_accepted")
    assert (event["data"]["ground"], event["data"]["limit_on"]) == ("out_of_time", "2027-08-31")


async def test_without_days_nothing_is_presumed_and_a_decision_may_bring_them(full: Desk) -> None:
    assert (looks(full), full.tasks("decide_time_limit")) == ([], [])
    await full.acknowledge(DAY)
    unknown = await limit(full, findings=BOTH)
    assert (unknown.refusal, unknown.missing) == ("requirements_missing", ["happened_on"])
    in_time = await limit(full, findings=BOTH, happened_on=date(2028, 1, 1))
    assert (in_time.refusal, full.stands()["happened_on"]) == ("not_out_of_time", None)
    wrong = await limit(full, findings=BOTH, happened_on=date(2026, 1, 2), noticed_on=date(2026, 1, 1))
    assert wrong.refusal == "contradicts_record"
    assert (await limit(full, findings=BOTH, happened_on=date(2026, 1, 1))).state == "applied"
    assert full.stands()["happened_on"] == "2026-01-01"
    assert [row["state"] for row in looks(full)] == ["waived"]
    assert (await full.do(CommandKind.MOVE_ON, move_on())).state == "applied"


async def test_a_corrected_day_of_receipt_is_reckoned_with(beside: Apart, standards: Body) -> None:
    desk = await late(beside, standards, happened_on=date(2027, 3, 1))
    assert len(desk.tasks("decide_time_limit")) == 1
    assert await desk.correct(office_said.ReceiptCorrected(received_on=date(2028, 3, 1))) is None
    assert await desk.decide() is None
    assert [row["state"] for row in looks(desk)] == ["out_of_time", "in_time"]
    assert (desk.tasks("decide_time_limit"), len(desk.events("time_limit.kept"))) == ([], 1)


async def test_once_answered_a_complaint_is_not_declined_for_being_late(beside: Apart, standards: Body) -> None:
    desk = await late(beside, standards)
    await desk.acknowledge(DAY)
    await desk.must(CommandKind.RESOLVE, resolved(DAY))
    assert (await limit(desk, waived=False, reasons="Too late.")).refusal == "not_in_this_stage"
    assert desk.stands()["open"]


async def test_a_procedure_without_a_time_limit_has_nothing_to_decide(beside: Apart, body: Body) -> None:
    desk = await late(beside, body)
    assert (looks(desk), desk.tasks("decide_time_limit")) == ([], [])


# Who may speak for another.

MOTHER = said.PartySaid(role="affected", name="Rose Example", born_on=date(1941, 5, 6))
CHILD = said.PartySaid(role="affected", name="Kit Example", born_on=date(2016, 5, 6))


async def spoken_for(apart: Apart, body: Body, ground: Any, affected: said.PartySaid = MOTHER, **more: Any) -> Desk:
    parties = (
        said.PartySaid(role="complainant", name="Pat Example", email="pat@example.org", ground=ground),
        affected,
    )
    return await a_desk(apart, body, **({"parties": parties} | more))


def party(desk: Desk, role: str) -> UUID:
    return UUID(desk.row(f"select id from party where complaint_id = %s and role = '{role}'")["id"])


async def stand(desk: Desk, by: str | None = MANAGER, **found: Any) -> Submission:
    values: dict[str, Any] = {"party_id": party(desk, "complainant"), "may_speak": True} | found
    return await desk.do(CommandKind.DECIDE_STANDING, say.DecideStanding(**values), by)


INCAPABLE: dict[str, Any] = {"ground": "lacks_capacity", "capacity": "lacks", "best_interests": True}


async def test_who_speaks_for_another_is_a_task_and_a_closed_gate_until_it_is_decided(
    beside: Apart, standards: Body
) -> None:
    desk = await spoken_for(beside, standards, "lacks_capacity")
    (task,) = desk.tasks("decide_standing")
    assert (task["subject_id"], task["role"]) == (str(party(desk, "complainant")), MANAGER)
    await desk.acknowledge(DAY)
    begin = CommandKind.BEGIN_RESOLUTION
    blocked = await desk.do(begin, begin_resolution())
    assert (blocked.refusal, blocked.missing) == ("requirements_missing", ["standing_settled"])
    assert (await stand(desk, **INCAPABLE)).state == "applied"
    assert desk.tasks("decide_standing") == []
    (event,) = desk.events("standing.decided")
    assert (event["data"]["may_speak"], event["data"]["capacity"]) == (True, "lacks")
    assert (await desk.do(begin, begin_resolution())).state == "applied"


def begin_resolution() -> BeginResolution:
    return BeginResolution()


async def test_where_no_decision_is_foreseen_none_is_asked_for(beside: Apart, body: Body) -> None:
    desk = await spoken_for(beside, body, "lacks_capacity")
    assert desk.tasks("decide_standing") == []


async def test_a_concern_that_becomes_a_complaint_is_looked_at_then(beside: Apart, standards: Body) -> None:
    desk = await spoken_for(beside, standards, "child", CHILD, matter="concern", happened_on=date(2026, 3, 1))
    assert (desk.tasks("decide_standing"), desk.tasks("decide_time_limit")) == ([], [])
    await desk.must(CommandKind.CONVERT, Convert(received_on=DAY, channel="oral"))
    assert (len(desk.tasks("decide_standing")), len(desk.tasks("decide_time_limit"))) == (1, 1)


async def test_who_speaks_for_themselves_or_for_somebody_who_died_needs_no_decision(
    beside: Apart, standards: Body, full: Desk
) -> None:
    bereaved = await spoken_for(beside, standards, "died", replace(MOTHER, died_on=date(2028, 1, 9)))
    for desk in (full, bereaved):
        assert desk.tasks("decide_standing") == []
        await desk.acknowledge(DAY)
        assert (await desk.do(CommandKind.BEGIN_RESOLUTION, begin_resolution())).state == "applied"


@pytest.mark.parametrize(
    ("ground", "affected", "found", "refusal", "missing"),
    [
        ("child", CHILD, {"best_interests": True}, "findings_needed", ["reasonable_grounds"]),
        ("child", CHILD, {"reasonable_grounds": True}, "findings_needed", ["best_interests"]),
        ("child", MOTHER, {"reasonable_grounds": True, "best_interests": True}, "contradicts_record", None),
        ("lacks_capacity", MOTHER, {"capacity": "lacks"}, "findings_needed", ["best_interests"]),
        ("asked", MOTHER, {"consent_basis": "none"}, "findings_needed", ["consent_basis"]),
        ("asked", MOTHER, {"may_speak": False}, "reason_needed", None),
        ("asked", MOTHER, {"may_speak": False, "reasons": "[[ why ]]"}, "blanks_left", None),
    ],
)
async def test_standing_is_refused_without_its_findings(
    beside: Apart,
    standards: Body,
    ground: str,
    affected: said.PartySaid,
    found: dict[str, Any],
    refusal: str,
    missing: list[str] | None,
) -> None:
    desk = await spoken_for(beside, standards, ground, affected)
    refused = await stand(desk, ground=ground, **found)
    assert (refused.refusal, refused.missing) == (refusal, missing)
    assert desk.rows("select id from standing where complaint_id = %s") == []


async def test_a_parent_may_speak_for_a_child_on_both_findings(beside: Apart, standards: Body) -> None:
    desk = await spoken_for(beside, standards, "child", CHILD)
    done = await stand(desk, ground="child", reasonable_grounds=True, best_interests=True)
    assert done.state == "applied", done.refusal


async def test_who_may_not_speak_is_told_why_and_somebody_else_is_looked_for(beside: Apart, standards: Body) -> None:
    representative = said.PartySaid(role="representative", name="Ray Speaker", email="ray@example.org")
    patient = said.PartySaid(role="complainant", name="Pat Example", email="pat@example.org")
    desk = await a_desk(beside, standards, parties=(patient, representative), source="representative")
    who = party(desk, "representative")
    assert [task["subject_id"] for task in desk.tasks("decide_standing")] == [str(who)]
    done = await stand(desk, party_id=who, ground="asked", may_speak=False, reasons="She told us that she did not ask.")
    assert done.state == "applied", done.refusal
    (letter,) = desk.notices("representative_refused")
    assert (letter["party_id"], letter["state"]) == (str(who), "queued")
    assert "Dear Ray Speaker" in letter["body"] and "She told us that she did not ask." in letter["body"]
    assert [task["subject_id"] for task in desk.tasks("find_who_may_speak")] == [str(who)]
    await desk.acknowledge(DAY)
    assert (await desk.do(CommandKind.BEGIN_RESOLUTION, begin_resolution())).missing == ["standing_settled"]
    # She did ask, after all.
    assert (await stand(desk, party_id=who, ground="asked", consent_basis="written")).state == "applied"
    assert desk.tasks("find_who_may_speak") == []
    assert (await desk.do(CommandKind.BEGIN_RESOLUTION, begin_resolution())).state == "applied"


async def test_standing_is_decided_anew_when_it_is_no_longer_in_best_interests(beside: Apart, standards: Body) -> None:
    desk = await spoken_for(beside, standards, "lacks_capacity")
    await stand(desk, **INCAPABLE)
    again: dict[str, Any] = {
        "ground": "lacks_capacity",
        "capacity": "lacks",
        "best_interests": False,
        "may_speak": False,
    }
    assert (await stand(desk, **again, reasons="It is about the inheritance.")).state == "applied"
    rows = desk.rows("select * from standing where complaint_id = %s order by number")
    assert [row["may_speak"] for row in rows] == [True, False]
    assert [event["data"]["old_may_speak"] for event in desk.events("standing.decided")] == [None, True]
    await desk.acknowledge(DAY)
    assert (await desk.do(CommandKind.MOVE_ON, move_on())).missing == ["standing_settled"]


async def test_nobody_is_found_to_speak_who_is_not_of_the_complaint_or_cannot(
    beside: Apart, standards: Body, full: Desk
) -> None:
    desk = await spoken_for(beside, standards, "lacks_capacity")
    for who in (uuid4(), party(full, "complainant"), party(desk, "affected")):
        assert (await stand(desk, party_id=who, **INCAPABLE)).refusal == "unknown_party"


@pytest.mark.parametrize("ground", [None, "asked", "died"])
async def test_whoever_complains_about_what_befell_somebody_who_lives_is_asked_about(
    beside: Apart, standards: Body, ground: str | None
) -> None:
    desk = await spoken_for(beside, standards, ground)
    assert len(desk.tasks("decide_standing")) == 1
    assert (await stand(desk, ground="died")).refusal == "contradicts_record"
    await desk.acknowledge(DAY)
    assert (await desk.do(CommandKind.BEGIN_RESOLUTION, begin_resolution())).missing == ["standing_settled"]
    assert (await stand(desk, ground="asked", consent_basis="written")).state == "applied"
    assert (await desk.do(CommandKind.BEGIN_RESOLUTION, begin_resolution())).state == "applied"


async def beside_the_person(apart: Apart, body: Body) -> tuple[Desk, UUID]:
    representative = said.PartySaid(role="representative", name="Ray Speaker", email="ray@example.org")
    patient = said.PartySaid(role="complainant", name="Pat Example", email="pat@example.org")
    desk = await a_desk(apart, body, parties=(patient, representative), source="representative")
    await desk.acknowledge(DAY)
    return desk, party(desk, "representative")


async def test_a_representative_who_died_closes_no_gate(beside: Apart, standards: Body) -> None:
    desk, who = await beside_the_person(beside, standards)
    await desk.must(CommandKind.RECORD_DEATH, RecordDeath(party_id=who, known_on=DAY))
    assert desk.tasks("decide_standing") == []
    assert (await desk.do(CommandKind.BEGIN_RESOLUTION, begin_resolution())).state == "applied"


async def test_once_somebody_found_out_who_may_speak_a_refused_representative_bars_nothing(
    beside: Apart, standards: Body
) -> None:
    desk, who = await beside_the_person(beside, standards)
    await stand(desk, party_id=who, ground="asked", may_speak=False, reasons="She speaks for herself.")
    assert (await desk.do(CommandKind.BEGIN_RESOLUTION, begin_resolution())).missing == ["standing_settled"]
    (task,) = desk.tasks("find_who_may_speak")
    await desk.must(CommandKind.COMPLETE_TASK, desk_said.CompleteTask(task_id=UUID(task["id"])))
    assert (await desk.do(CommandKind.BEGIN_RESOLUTION, begin_resolution())).state == "applied"


async def test_who_spoke_for_a_person_who_died_is_asked_about_anew(beside: Apart, standards: Body) -> None:
    desk = await spoken_for(beside, standards, "lacks_capacity")
    await stand(desk, **INCAPABLE)
    await desk.must(CommandKind.RECORD_DEATH, RecordDeath(party_id=party(desk, "affected"), known_on=DAY))
    assert [task["subject_id"] for task in desk.tasks("decide_standing")] == [str(party(desk, "complainant"))]
    assert (await stand(desk, ground="died")).state == "applied"
    assert desk.tasks("decide_standing") == []


async def test_whoever_was_taken_for_somebody_who_speaks_is_asked_about_themselves(
    beside: Apart, standards: Body
) -> None:
    desk = await spoken_for(beside, standards, "lacks_capacity")
    await stand(desk, **INCAPABLE)
    wrong = office_said.PartyCorrected(party_id=party(desk, "complainant"), cause="wrong_person", name="Ewa Inna")
    assert await desk.correct(wrong) is None
    assert [task["subject_id"] for task in desk.tasks("decide_standing")] == [str(desk.party())]


async def test_a_day_that_is_taken_away_and_said_again_is_asked_about_again(full: Desk) -> None:
    said_of_it, taken_away = say.SetCoding(happened_on=date(2026, 3, 1)), say.SetCoding(cleared=("happened_on",))
    for coding, asked in ((said_of_it, 1), (taken_away, 0), (said_of_it, 1)):
        await full.must(CommandKind.SET_CODING, coding)
        assert len(full.tasks("decide_time_limit")) == asked


# Other routes.


async def with_issues(desk: Desk, count: int = 2) -> list[UUID]:
    await desk.acknowledge(DAY)
    await desk.must(CommandKind.SET_ISSUES, issues(*(an_issue(summary=f"Issue {n}") for n in range(count))))
    return [UUID(row["id"]) for row in desk.rows("select id from issue where complaint_id = %s order by number")]


async def screen(desk: Desk, *found: say.RouteSaid, **more: Any) -> Submission:
    return await desk.do(CommandKind.SCREEN_ROUTES, say.ScreenRoutes(found=found, **more))


def states(desk: Desk) -> list[str]:
    return [row["state"] for row in desk.rows("select state from issue where complaint_id = %s order by number")]


async def test_what_another_route_covers_may_be_left_to_it_and_the_rest_stays(full: Desk) -> None:
    one, two = await with_issues(full)
    inquest = say.RouteSaid(route="inquest", advised_on=DAY, covers_issues=(one,), passed_on=True, words="July")
    claim = say.RouteSaid(route="claim", covers_issues=(two,))
    assert (await screen(full, inquest, claim)).state == "applied"
    assert states(full) == ["passed_on", "open"]
    routes = full.rows("select route, covers, passed_on from route_found where complaint_id = %s order by route")
    assert [(row["route"], row["covers"], row["passed_on"]) for row in routes] == [
        ("claim", [str(two)], False),
        ("inquest", [str(one)], True),
    ]
    (event,) = full.events("routes.screened")
    told = full.events("route.found")
    assert (event["data"]["found"], [each["data"]["route"] for each in told]) == (2, ["inquest", "claim"])
    assert "July" not in str(told)
    assert len(full.tasks("advise_of_routes")) == 1  # of the claim
    assert (await screen(full, replace(claim, advised_on=DAY))).state == "applied"
    assert full.tasks("advise_of_routes") == []


async def test_that_nothing_is_left_is_never_unnoticed(full: Desk) -> None:
    one, two = await with_issues(full)
    every = say.RouteSaid(route="police", advised_on=DAY, covers_issues=(one, two), passed_on=True)
    assert (await screen(full, every)).refusal == "reason_needed"
    assert states(full) == ["open", "open"]
    half = replace(every, covers_issues=(one,))
    assert (await screen(full, half, nothing_left=True)).refusal == "contradicts_record"
    assert (await screen(full, every, nothing_left=True)).state == "applied"
    assert states(full) == ["passed_on", "passed_on"]
    assert (await screen(full, taken_up=(two,))).state == "applied"
    assert states(full) == ["passed_on", "open"]
    assert (await screen(full, taken_up=(two,))).refusal == "contradicts_record"


async def test_routes_are_refused_for_issues_of_others_and_for_days_that_cannot_be(full: Desk) -> None:
    await with_issues(full)
    odd = say.RouteSaid(route="regulator", covers_issues=(uuid4(),))
    assert (await screen(full, odd)).refusal == "unknown_issue"
    for day, refusal in ((date(2028, 3, 1), "date_before_receipt"), (date(2028, 3, 3), "date_in_future")):
        assert (await screen(full, say.RouteSaid(route="regulator", advised_on=day))).refusal == refusal
    assert full.rows("select id from route_screening where complaint_id = %s") == []
    assert (await screen(full)).state == "applied"  # nothing was found, and that is on record
    assert len(full.rows("select id from route_screening where complaint_id = %s")) == 1


async def test_what_is_decided_is_never_rewritten(full: Desk) -> None:
    await screen(full, say.RouteSaid(route="claim", advised_on=DAY))
    await exclude(full)
    for table in ("exclusion", "route_screening", "route_found"):
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
            full.apart.rows(f"update {table} set complaint_id = complaint_id where complaint_id = %s", full.complaint)


async def test_another_regime_declines_by_its_own_rules_and_names_its_own_ombudsman(
    beside: Apart, dsns: DatabaseDsns
) -> None:
    body = make_body(dsns.migrator, regime="spso", nation="scotland", follows=None)
    desk = await late(beside, body, happened_on=date(2027, 2, 1), noticed_on=date(2027, 12, 1))
    (row,) = looks(desk)  # six months from notice would do; twelve from the matter are over
    assert (row["state"], row["limit_on"]) == ("out_of_time", "2028-02-01")
    assert (await limit(desk, findings=BOTH)).refusal == "unknown_code"  # of another procedure
    assert (await limit(desk, waived=False, reasons="Nothing hindered them.")).state == "applied"
    (letter,) = desk.notices("out_of_time")
    assert "Scottish Public Services Ombudsman" in letter["body"]
    assert "2009/309" not in letter["body"]
