"""The recorded lives of escalations to a senior leader, and of complaints that nobody senior has in hand yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from contracts import names
from contracts.commands import CommandKind
from contracts.proceedings import ProceedingKind
from db import escalation_said as escalated
from db import finding_said as found
from db import said
from db.response_said import ClearResponse
from db.triage_said import DecideSeverity, SetSeverity, Triage
from tests.bodies import Body
from tests.lives import casework as steps
from tests.lives.casework import must
from tests.replay.beside import Beside, arrive, begun, long, misfortunes
from tests.replay.casework_lives import looked_at
from tests.replay.record import Studio

DAY = date(2028, 3, 2)  # a Thursday
ESCALATION = ProceedingKind.ESCALATION
K = CommandKind


def _a_body(studio: Studio, *roles: str, **rules: object) -> Body:
    """Make a body with people on its rota of seniors, at any hour."""
    body = studio.body(**rules)
    for place, role in enumerate(roles or ("senior_leader", "auditor"), start=1):
        studio.write(
            "insert into rota (id, organisation_id, person_id, place, hours, first_on)"
            " values (%s, %s, %s, %s, 'both', '2028-01-01')",
            *(uuid4(), body.id, body.person(role), place),
        )
    return body


async def _raised(studio: Studio, level: escalated.Level = "serious") -> Beside:
    body = _a_body(studio)
    complaint = await studio.world.log(body, email=None)
    what = escalated.RaiseEscalation(reason="She was left for nine hours.", level=level)
    return await begun(studio, body, complaint, ESCALATION, K.RAISE_ESCALATION, what)


async def nobody_answers(studio: Studio) -> None:
    """Every step of the ladder, up to the responsible person and beyond; then a look in time, one late, and a panel."""
    one = await _raised(studio)
    await one.keep("raised")
    await studio.complaint("escalated", one.complaint)
    await arrive(one)
    await one.keep("first_called")
    for name, day, hour in (
        ("called_again", DAY, 12),
        ("second_called", DAY, 14),
        ("overdue", date(2028, 3, 3), 10),
        ("responsible_called", date(2028, 3, 3), 14),
        ("chased", date(2028, 3, 6), 15),
    ):
        await one.to(day, hour)
        await one.keep(name)
    await one.must(K.ACKNOWLEDGE_ESCALATION, escalated.AcknowledgeEscalation(escalation_id=one.id), "senior_leader")
    await one.keep("acknowledged")
    await studio.complaint("a_senior_has_it_in_hand", one.complaint)
    await one.to(date(2028, 3, 9), 0)
    await one.keep("decision_overdue")
    oversee = escalated.DecideEscalation(escalation_id=one.id, decision="oversee", reason="I look at it myself.")
    await one.must(K.DECIDE_ESCALATION, oversee, "senior_leader")
    await one.keep("overseen")
    await one.to(date(2028, 3, 24), 0)
    await one.keep("look_overdue")
    look = escalated.FollowEscalation(escalation_id=one.id, words="It goes on.")
    await one.must(K.FOLLOW_ESCALATION, look, "senior_leader")
    await one.keep("looked_at")
    panel = escalated.DecideEscalation(
        escalation_id=one.id, decision="panel", reason="Three of us should hear it.", due_on=date(2028, 4, 6)
    )
    await one.must(K.DECIDE_ESCALATION, panel, "senior_leader")
    await one.keep("panel_awaited")
    await one.to(date(2028, 4, 7), 0)
    await one.keep("panel_overdue")
    held = escalated.FollowEscalation(escalation_id=one.id, words="It met.", held_on=date(2028, 4, 6))
    await one.must(K.FOLLOW_ESCALATION, held, "senior_leader")
    await one.keep_ended("ended")


async def at_once(studio: Studio) -> None:
    """Somebody may be at risk: asked every quarter of an hour, passed on, and nothing is left to be done."""
    one = await _raised(studio, "immediate")
    await arrive(one)
    await one.keep("immediate_called")
    await one.move(one.world.clock.time + timedelta(minutes=15))
    await one.keep("immediate_called_again")
    passed = escalated.PassEscalation(escalation_id=one.id, reason="I am in theatre.")
    await one.must(K.PASS_ESCALATION, passed, "senior_leader")
    await one.keep("immediate_passed_on")
    await one.to(DAY, 14)
    await one.keep("immediate_chased")
    await one.must(K.ACKNOWLEDGE_ESCALATION, escalated.AcknowledgeEscalation(escalation_id=one.id), "auditor")
    nothing = escalated.DecideEscalation(
        escalation_id=one.id, decision="no_further_action", reason="She is safe, and was seen."
    )
    await one.must(K.DECIDE_ESCALATION, nothing, "auditor")
    await one.keep_ended("ended_at_once")


async def nobody_on_the_rota(studio: Studio) -> None:
    """Nobody can be found: every step is taken at once, and it is asked anew."""
    body = studio.body()
    studio.write("update appointment set ends_on = '2028-01-01' where organisation_id = %s", body.id)
    complaint = await studio.world.log(body, email=None)
    what = escalated.RaiseEscalation(reason="She was left for nine hours.")
    one = await begun(studio, body, complaint, ESCALATION, K.RAISE_ESCALATION, what)
    await arrive(one)
    await one.keep("nobody_found")


async def graver(studio: Studio) -> None:
    """Triaged as serious, then as immediate: another clock stands in the place of the first. Then it is lowered."""
    body = _a_body(studio)
    complaint = await studio.world.log(body, email=None)
    serious = Triage(harm="severe", safeguarding=True)
    one = await begun(studio, body, complaint, ESCALATION, K.TRIAGE, serious)
    await studio.complaint("triaged_as_serious", complaint)
    await arrive(one)
    await one.must(K.TRIAGE, Triage(immediate_risk=True), "handler")
    # The faster clock counts from now; its first rung fires as soon as the workflow has heard of it.
    await one.move(one.world.clock.time + timedelta(minutes=5))
    await one.keep("made_immediate")
    lower = SetSeverity(severity="elevated", reason="It was a misunderstanding.")
    await one.must(K.SET_SEVERITY, lower, "complaints_manager")
    await studio.complaint("lowering_awaits_a_second_person", complaint)
    await one.must(K.DECIDE_SEVERITY, DecideSeverity(approve=True), "senior_leader")
    await studio.complaint("lowered", complaint)


async def escalation_after_the_end(studio: Studio) -> None:
    """The complaint is withdrawn, and nobody has it in hand: it is asked on, and acknowledged all the same."""
    one = await _raised(studio)
    await arrive(one)
    await one.withdraw()
    await one.keep("outlives_its_complaint")
    await one.to(DAY, 12)
    await one.keep("asked_after_the_end")
    done = await one.world.say(
        one.body, one.complaint, K.ACKNOWLEDGE_ESCALATION, escalated.AcknowledgeEscalation(escalation_id=one.id),
        by="senior_leader",
    )  # fmt: skip
    assert done.state == "applied", done.refusal or done.last_failure
    afterwards = names.afterwards_workflow_id(one.complaint, done.id)
    await studio.keep("afterwards/acknowledged_by_a_senior", one.world.client.get_workflow_handle(afterwards))
    await one.keep("acknowledged_after_the_end")


async def not_closed(studio: Studio) -> None:
    """A serious complaint was answered, cleared in turn; it is not closed before a senior has it in hand."""
    body = _a_body(studio, follows=None)
    world = studio.world
    complaint = await looked_at(world, body)
    one = await begun(studio, body, complaint, ESCALATION, K.TRIAGE, Triage(harm="severe"))
    await steps.findings(world, body, complaint, "upheld", "not_upheld")
    await _remedied(one)
    await world.advance_to(datetime(2028, 3, 3, 12, 0, tzinfo=UTC), complaint)
    await steps.draft(world, body, complaint)
    await studio.complaint("waits_for_the_first_of_a_chain", complaint)
    await steps.clear(world, body, complaint, "complaints_manager")
    await studio.complaint("waits_for_the_second_of_a_chain", complaint)
    back = ClearResponse(cleared=False, reason="Say it in plain words.")
    await must(world, body, complaint, K.CLEAR_RESPONSE, back, "senior_leader")
    await studio.complaint("sent_back_by_a_senior", complaint)
    await steps.draft(world, body, complaint)
    await steps.clear(world, body, complaint, "complaints_manager")
    await steps.clear(world, body, complaint, "senior_leader")
    await steps.sign(world, body, complaint)
    await steps.code(world, body, complaint)
    await steps.release(world, body, complaint)
    early = await world.say(body, complaint, K.CLOSE, said.Close())
    assert (early.state, early.missing) == ("refused", ["escalation_acknowledged"]), (early.refusal, early.missing)
    await studio.complaint("not_closed_without_a_senior", complaint)
    acknowledged = escalated.AcknowledgeEscalation(escalation_id=one.id)
    await must(world, body, complaint, K.ACKNOWLEDGE_ESCALATION, acknowledged, "senior_leader")
    await must(world, body, complaint, K.CLOSE, said.Close())
    await world.handle(complaint).result()
    await studio.complaint("closed_after_a_senior_had_it", complaint)


async def _remedied(one: Beside) -> None:
    skip = found.SkipViews(reason="She wants the answer.")
    await one.must(K.SKIP_VIEWS, skip)
    apology = found.ProposeRemedy(kind="apology", words="We are sorry.", basis="It was wrong.")
    await one.must(K.PROPOSE_REMEDY, apology, "investigator")
    row = await one.world.row(one.body, "select id from remedy where complaint_id = :id", id=one.complaint)
    remedy: UUID = row["id"]
    await one.must(K.DECIDE_REMEDY, found.DecideRemedy(remedy_id=remedy, decision="approved", on=DAY))


async def misfortunes_of_an_escalation(studio: Studio) -> None:
    """What can go wrong at each of its rungs goes wrong."""
    await misfortunes(studio, _raised)


async def long_escalation(studio: Studio) -> None:
    """It begins a new run."""
    await long(studio, _raised)


ESCALATION_LIVES = [
    nobody_answers,
    at_once,
    nobody_on_the_rota,
    graver,
    escalation_after_the_end,
    not_closed,
    misfortunes_of_an_escalation,
]
