"""Whole lives under each of the four procedures, with skipped time: the same program, other rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from contracts.commands import CommandKind
from db import casework_said as casework
from db import desk_said, said
from db import finding_said as found
from db.tier_said import Escalate
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body
from tests.lives import casework as steps
from tests.lives.casework import must
from tests.lives.test_history_budget import payloads
from tests.world import World

FIGURES = {"acknowledge_days": 2, "early_resolution_days": 5, "closer_look_days": 25, "tier_2_days": 30}


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10, 0), UTC)


async def _acknowledge(world: World, body: Body, complaint: UUID) -> None:
    what = said.Acknowledge(method="call", made_on=steps.today(world), discussion_offered=True)
    await must(world, body, complaint, CommandKind.ACKNOWLEDGE, what)


async def _escalate(world: World, body: Body, complaint: UUID, tier: str) -> None:
    what = Escalate(tier=tier, asked_on=steps.today(world), method="email")
    await must(world, body, complaint, CommandKind.ESCALATE, what)


async def _close(world: World, body: Body, complaint: UUID) -> None:
    await steps.release(world, body, complaint)
    await must(world, body, complaint, CommandKind.CLOSE, said.Close())
    await world.handle(complaint).result()
    clocks = await steps.clocks(world, body, complaint)
    assert {row["state"] for row in clocks.values()} <= {"met", "stopped"}


async def test_a_council_answers_in_two_stages_each_counted_from_its_acknowledgement(
    world: World, dsns: DatabaseDsns
) -> None:
    body = make_body(dsns.migrator, follows=None, regime="local_government")
    complaint = await world.log(body)
    await world.advance_to(_at(date(2028, 3, 8)), complaint)
    await _acknowledge(world, body, complaint)
    clocks = await steps.clocks(world, body, complaint)
    assert clocks["acknowledgement"]["in_time"]
    assert clocks["stage_1"]["due_on"] == date(2028, 3, 22)
    # Ten working days more at most, unless there is a good reason; and the letter names the Ombudsman.
    late = said.Extend(clock="stage_1", respond_by=date(2028, 4, 6), reason="A witness is away.")
    assert (await world.say(body, complaint, CommandKind.EXTEND, late)).refusal == "beyond_cap"
    cap = said.Extend(clock="stage_1", respond_by=date(2028, 4, 5), reason="A witness is away.")
    await must(world, body, complaint, CommandKind.EXTEND, cap)
    (letter,) = [row for row in await steps.drafts(world, body, complaint) if row["template"].startswith("extension")]
    assert "Local Government and Social Care Ombudsman" in letter["body"]
    await steps.issues(world, body, complaint, "The bins were not emptied.")
    await steps.findings(world, body, complaint, "not_upheld")
    await steps.draft(world, body, complaint)
    await steps.sign(world, body, complaint)
    assert (await steps.stands(world, body, complaint))["stage"] == "responded"
    await world.advance_to(_at(date(2028, 3, 15)), complaint)
    await _escalate(world, body, complaint, "stage_2")
    stands = await steps.stands(world, body, complaint)
    assert (stands["stage"], stands["tier"], stands["owner_id"]) == ("stage_2_received", "stage_2", None)
    for barred in ("complaints_manager",):
        again = desk_said.Assign(owner_id=body.person(barred))
        assert (await world.say(body, complaint, CommandKind.ASSIGN, again)).refusal == "handler_barred"
    await must(world, body, complaint, CommandKind.ASSIGN, desk_said.Assign(owner_id=body.person("handler")))
    await world.advance_to(_at(date(2028, 3, 20)), complaint)
    await _acknowledge(world, body, complaint)
    clocks = await steps.clocks(world, body, complaint)
    # Twenty working days of England, over Good Friday and Easter Monday (14 and 17 April).
    assert clocks["stage_2"]["due_on"] == date(2028, 4, 19)
    unfound = await world.say(
        body, complaint, CommandKind.RESPOND, said.Respond(signed_by=body.person("responsible_person")),
        by="responsible_person",
    )  # fmt: skip
    assert unfound.refusal == "requirements_missing"
    assert unfound.missing is not None and "findings_complete" in unfound.missing
    await world.advance_to(_at(date(2028, 4, 20)), complaint)  # a day late: the breach stays
    await steps.findings(world, body, complaint, "upheld")
    await steps.draft(world, body, complaint)
    await steps.sign(world, body, complaint)
    clocks = await steps.clocks(world, body, complaint)
    assert (clocks["stage_1"]["in_time"], clocks["stage_2"]["in_time"]) == (True, False)
    assert clocks["stage_2"]["breached_at"] is not None
    await _escalate(world, body, complaint, "ombudsman")
    assert (await steps.stands(world, body, complaint))["stage"] == "stage_2_responded"
    await _close(world, body, complaint)
    assert (await steps.stands(world, body, complaint))["outcome"] == "upheld"


async def test_a_council_that_closed_after_stage_1_is_asked_for_stage_2_and_other_people_take_it_up(
    world: World, dsns: DatabaseDsns
) -> None:
    body = make_body(dsns.migrator, follows=None, regime="local_government")
    first = await world.log(body)
    await _acknowledge(world, body, first)
    await steps.issues(world, body, first, "The bins were not emptied.")
    await steps.findings(world, body, first, "not_upheld")
    await steps.draft(world, body, first)
    await steps.sign(world, body, first)
    await _close(world, body, first)
    again = await world.log(body, reopened_from=first, tier="stage_2")
    stands = await steps.stands(world, body, again)
    assert (stands["stage"], stands["tier"], stands["owner_id"]) == ("stage_2_received", "stage_2", None)
    clocks = await steps.clocks(world, body, again)
    assert set(clocks) == {"stage_2_acknowledgement", "allocation"}
    same = desk_said.Assign(owner_id=body.person("complaints_manager"))
    assert (await world.say(body, again, CommandKind.ASSIGN, same)).refusal == "handler_barred"


async def test_in_scotland_what_is_not_settled_at_the_front_line_is_investigated_from_then(
    world: World, dsns: DatabaseDsns
) -> None:
    body = make_body(dsns.migrator, follows=None, regime="spso", nation="scotland")
    complaint = await world.log(body)
    clocks = await steps.clocks(world, body, complaint)
    assert clocks["early_resolution"]["due_on"] == date(2028, 3, 9)
    longer = said.Extend(clock="early_resolution", respond_by=date(2028, 3, 16), reason="The ward is closed.")
    await must(world, body, complaint, CommandKind.EXTEND, longer)
    too_long = said.Extend(clock="early_resolution", respond_by=date(2028, 3, 17), reason="Still closed.")
    assert (await world.say(body, complaint, CommandKind.EXTEND, too_long)).refusal == "beyond_cap"
    await world.advance_to(_at(date(2028, 3, 16)), complaint)
    unsatisfied = casework.Resolve(
        satisfied=False, summary="We explained the queue.", method="call", resolved_on=date(2028, 3, 16)
    )
    await must(world, body, complaint, CommandKind.RESOLVE, unsatisfied)
    clocks = await steps.clocks(world, body, complaint)
    assert (await steps.stands(world, body, complaint))["stage"] == "investigation"
    assert clocks["early_resolution"]["in_time"]
    assert clocks["acknowledgement"]["due_on"] == date(2028, 3, 21)
    assert clocks["investigation"]["due_on"] == date(2028, 4, 13)
    await _acknowledge(world, body, complaint)
    await steps.issues(world, body, complaint, "The appointment was moved four times.", "Nobody rang back.")
    await steps.appoint(world, body, complaint, "investigator", "senior_leader")
    await steps.findings(world, body, complaint, "upheld", "not_upheld")
    await steps.draft(world, body, complaint)
    await steps.clear(world, body, complaint, "complaints_manager")
    await steps.sign(world, body, complaint, "senior_leader")
    assert (await steps.stands(world, body, complaint))["outcome"] == "partially_upheld"
    (letter,) = await world.rows(
        body, "select body from notice where complaint_id = :id and template like 'response%'", id=complaint
    )
    assert "Scottish Public Services Ombudsman" in letter["body"]
    await _close(world, body, complaint)


async def test_a_department_counts_by_its_own_figures_and_the_ombudsman_is_reached_through_an_mp(
    world: World, dsns: DatabaseDsns
) -> None:
    body = make_body(dsns.migrator, follows=("uk-central-government", 1), regime="central_government", figures=FIGURES)
    complaint = await world.log(body)
    clocks = await steps.clocks(world, body, complaint)
    assert clocks["acknowledgement"]["due_on"] == date(2028, 3, 6)
    assert clocks["closer_look"]["due_on"] == date(2028, 4, 6)
    await _acknowledge(world, body, complaint)
    await must(world, body, complaint, CommandKind.MOVE_ON, casework.MoveOn(reason="It is not simple."))
    await steps.issues(world, body, complaint, "The payment was stopped without a letter.")
    await steps.appoint(world, body, complaint, "investigator", "complaints_manager")
    await steps.plan(world, body, complaint)
    await steps.findings(world, body, complaint, "partially_upheld")
    skipped = found.SkipViews(reason="Everything was agreed on the telephone.")
    await must(world, body, complaint, CommandKind.SKIP_VIEWS, skipped, "complaints_manager")
    await steps.draft(world, body, complaint)
    await steps.clear(world, body, complaint, "complaints_manager")
    await steps.sign(world, body, complaint)
    await world.advance_to(_at(date(2028, 3, 9)), complaint)
    early = Escalate(tier="ombudsman", asked_on=date(2028, 3, 9), method="letter")
    assert (await world.say(body, complaint, CommandKind.ESCALATE, early)).refusal == "wrong_tier"
    await _escalate(world, body, complaint, "tier_2")
    clocks = await steps.clocks(world, body, complaint)
    assert clocks["tier_2_acknowledgement"]["due_on"] == date(2028, 3, 13)
    assert clocks["tier_2"]["due_on"] == date(2028, 4, 24)  # thirty working days of the organisation, over Easter
    await must(world, body, complaint, CommandKind.ASSIGN, desk_said.Assign(owner_id=body.person("handler")))
    await _acknowledge(world, body, complaint)
    same = casework.AppointToCase(
        role="investigator", person_id=body.person("investigator"), prior_involvement=False, conflict=False,
        training="Yes", trained_on=date(2027, 5, 4),
    )  # fmt: skip
    refused = await world.say(body, complaint, CommandKind.APPOINT, same, by="responsible_person")
    assert refused.refusal in ("handler_barred", "conflict_of_interest")
    await steps.appoint(world, body, complaint, "auditor", "senior_leader")
    await steps.findings(world, body, complaint, "upheld", by="auditor")
    await steps.draft(world, body, complaint)
    await steps.clear(world, body, complaint, "senior_leader")
    await steps.sign(world, body, complaint, "senior_leader")
    letters = await world.rows(
        body, "select body from notice where complaint_id = :id and template like 'response%' order by drafted_at",
        id=complaint,
    )  # fmt: skip
    assert "Second look by somebody else" in letters[0]["body"] or "look" in letters[0]["body"]
    assert "Adjudicator" in letters[1]["body"]
    await _escalate(world, body, complaint, "ombudsman")
    row = await world.row(
        body, "select channel from tier_step where complaint_id = :id and tier = 'ombudsman'", id=complaint
    )
    assert row["channel"] == "mp"
    await _close(world, body, complaint)


async def test_an_nhs_body_goes_through_every_stage_of_the_standards(world: World, standards: Body) -> None:
    body = standards
    complaint = await world.log(body)
    await _acknowledge(world, body, complaint)
    await must(world, body, complaint, CommandKind.BEGIN_RESOLUTION, casework.BeginResolution(plan="Ring the ward."))
    clocks = await steps.clocks(world, body, complaint)
    assert clocks["early_resolution"]["due_on"] == date(2028, 3, 16)
    await world.advance(timedelta(days=6), complaint)
    unsatisfied = casework.Resolve(
        satisfied=False, summary="The ward said sorry.", method="call", resolved_on=steps.today(world)
    )
    await must(world, body, complaint, CommandKind.RESOLVE, unsatisfied)
    clocks = await steps.clocks(world, body, complaint)
    assert (clocks["relevant_period"]["generation"], clocks["relevant_period"]["due_on"]) == (1, date(2028, 9, 1))
    accepted = said.RecordDiscussion(result="accepted", recorded_on=steps.today(world))
    await must(world, body, complaint, CommandKind.RECORD_DISCUSSION, accepted)
    period = said.SetResponsePeriod(
        basis="agreed", respond_by=date(2028, 5, 26), update_every_days=28, agreed_with="Pat Example",
        agreed_on=steps.today(world),
    )  # fmt: skip
    await must(world, body, complaint, CommandKind.SET_RESPONSE_PERIOD, period)
    await steps.issues(world, body, complaint, "The wait", "The notes", "The tone")
    await steps.appoint(world, body, complaint, "investigator", "complaints_manager")
    await steps.plan(world, body, complaint)
    await steps.findings(world, body, complaint, "upheld", "upheld", "not_upheld")
    person = await world.row(body, "select id from party where complaint_id = :id", id=complaint)
    shared = found.ShareViews(
        shared=(found.SharedWith(method="call", on=steps.today(world), party_id=person["id"]),),
        words="We think two of three are right.",
    )
    await must(world, body, complaint, CommandKind.SHARE_VIEWS, shared)
    await world.advance_to(_at(date(2028, 4, 3)), complaint)
    remedy = found.ProposeRemedy(kind="apology", words="We are sorry.", basis="Two issues are upheld.")
    await must(world, body, complaint, CommandKind.PROPOSE_REMEDY, remedy)
    (row,) = await world.rows(body, "select id from remedy where complaint_id = :id", id=complaint)
    approved = found.DecideRemedy(remedy_id=row["id"], decision="approved", on=steps.today(world))
    await must(world, body, complaint, CommandKind.DECIDE_REMEDY, approved, "complaints_manager")
    await steps.draft(world, body, complaint)
    await steps.clear(world, body, complaint, "complaints_manager")
    await steps.sign(world, body, complaint)
    stands = await steps.stands(world, body, complaint)
    assert (stands["stage"], stands["outcome"]) == ("responded", "partially_upheld")
    await steps.release(world, body, complaint)
    refused = await world.say(body, complaint, CommandKind.CLOSE, said.Close())
    assert (refused.refusal, refused.missing) == ("requirements_missing", ["coding_complete"])
    await steps.code(world, body, complaint)
    await _close(world, body, complaint)
    history = await world.handle(complaint).fetch_history()
    assert max(size for event in history.events for size in payloads(event)) <= 3_200  # ADR 19
