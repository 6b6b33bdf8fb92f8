"""What escalations, candour, referrals and the digest of seniors do next, from every wait they were recorded at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from temporalio.api.enums.v1 import RetryState
from temporalio.client import WorkflowHistory

from contracts import names
from contracts.acts import Outcome, Verdict
from contracts.clocks import ArmedClock, RungAt
from contracts.code import Code
from contracts.digests import DigestAct, DigestMade, DigestReport, DigestStart, DigestTold
from contracts.proceedings import ProceedingLook
from tests.replay.stage import CONVERTER, HISTORIES, Prober, read
from tests.replay.test_informing_replay import MINUTE, applied, details, kinds, probed, steps
from tests.replay.test_replay import acts, is_open
from workflows.keeper import DEFERRAL
from workflows.patience import AFTER_FAULT

pytestmark = pytest.mark.replay

KINDS = ("escalation", "candour", "referral")
CALL, NOW = "escalation_call", "escalation_call_now"
# Where each open one stands, and which rung comes next; nothing where nothing is awaited by a day.
ESCALATIONS = {
    "raised": ("asking", f"first of {CALL}"),
    "first_called": ("asking", f"again of {CALL}"),
    "called_again": ("asking", f"second of {CALL}"),
    "second_called": ("asking", f"overdue of {CALL}"),
    "overdue": ("asking", f"responsible of {CALL}"),
    "responsible_called": ("asking", f"chase_1 of {CALL}"),
    "chased": ("asking", f"chase_2 of {CALL}"),
    "nobody_found": ("asking", f"again of {CALL}"),
    "immediate_called": ("asking", f"again of {NOW}"),
    "immediate_called_again": ("asking", f"second of {NOW}"),
    "immediate_passed_on": ("asking", f"second of {NOW}"),
    "immediate_chased": ("asking", f"chase_2 of {NOW}"),
    "made_immediate": ("asking", f"again of {NOW}"),
    "acknowledged": ("acknowledged", "reminder of escalation_decision"),
    "decision_overdue": ("acknowledged", "escalation of escalation_decision"),
    "overseen": ("decided", "reminder of escalation_look"),
    "look_overdue": ("decided", "escalation of escalation_look"),
    "looked_at": ("decided", "reminder of escalation_look"),
    "panel_awaited": ("decided", "reminder of escalation_follow"),
    "panel_overdue": ("decided", "escalation of escalation_follow"),
    "outlives_its_complaint": ("asking", f"again of {CALL}"),
    "asked_after_the_end": ("asking", f"second of {CALL}"),
    "acknowledged_after_the_end": ("acknowledged", "reminder of escalation_decision"),
    "rung_deferred": ("asking", f"again of {CALL}"),
    "rung_fired_after_deferral": ("asking", f"second of {CALL}"),
    "cancel_pressed": ("asking", f"second of {CALL}"),
    "needs_attention": ("asking · **needs attention**", f"again of {CALL}"),
    "rung_fired_once_mended": ("asking", f"second of {CALL}"),
    "run_that_began": ("asking", f"first of {CALL}"),
    "run_that_went_on": ("asking", f"second of {CALL}"),
}
CANDOUR = {
    "flagged": ("flagged", "reminder of candour_assessment"),
    "assessment_overdue": ("flagged", "escalation of candour_assessment"),
    "notifiable": ("notifiable", "reminder of candour_support"),
    "notice_and_support_overdue": ("notifiable", "escalation of candour_support"),
    "attempted": ("notifiable", "escalation of candour_support"),
    "told_in_person": ("told_in_person", "escalation of candour_support"),
    "supported": ("told_in_person", "reminder of candour_written"),
    "outlives_its_complaint": ("told_in_person", "reminder of candour_written"),
    "written_overdue": ("told_in_person", "escalation of candour_written"),
    "told_in_writing": ("told_in_writing", "reminder of candour_results"),
    "results_overdue": ("told_in_writing", "escalation of candour_results"),
    "nothing_falls_due": ("results_told", None),
    "explanation_awaited": ("notifiable", "overdue of candour_explanation"),
    "explanation_overdue": ("notifiable", "chase_9 of candour_notice"),
    "not_reached": ("not_reached", "reminder of candour_written"),
    "rung_deferred": ("flagged", "reminder of candour_assessment"),
    "rung_fired_after_deferral": ("flagged", "overdue of candour_assessment"),
    "cancel_pressed": ("flagged", "overdue of candour_assessment"),
    "needs_attention": ("flagged · **needs attention**", "reminder of candour_assessment"),
    "rung_fired_once_mended": ("flagged", "overdue of candour_assessment"),
    "run_that_began": ("flagged", "reminder of candour_assessment"),
    "run_that_went_on": ("flagged", "overdue of candour_assessment"),
}
REFERRALS = {
    "enquiry_awaited": ("received", "reminder of referral_enquiry"),
    "enquiry_overdue": ("received", "escalation of referral_enquiry"),
    "nothing_falls_due": ("received", None),
    "comments_awaited": ("provisional", "reminder of referral_comments"),
    "comments_overdue": ("provisional", "escalation of referral_comments"),
    "recommendations_awaited": ("complying", "reminder of recommendation"),
    "recommendation_and_learning_overdue": ("complying", "escalation of recommendation"),
    "one_complied_with": ("complying", "overdue of referral_learning"),
    "telling_overdue": ("complying", "escalation of referral_learning"),
    "learning_awaited": ("complying", "escalation of referral_learning"),
    "regulator_request_awaited": ("received", "reminder of regulator_request"),
    "regulator_request_overdue": ("received", "escalation of regulator_request"),
    "nothing_asked": ("received", None),
    "not_investigated": ("decided", None),
    "rung_deferred": ("received", "reminder of referral_enquiry"),
    "rung_fired_after_deferral": ("received", "reminder_last of referral_enquiry"),
    "cancel_pressed": ("received", "reminder_last of referral_enquiry"),
    "needs_attention": ("received · **needs attention**", "reminder of referral_enquiry"),
    "rung_fired_once_mended": ("received", "reminder_last of referral_enquiry"),
    "run_that_began": ("received", "reminder of referral_enquiry"),
    "run_that_went_on": ("received", "reminder_last of referral_enquiry"),
}
OPEN = {
    f"{kind}/{name}": stands
    for kind, lives in zip(KINDS, (ESCALATIONS, CANDOUR, REFERRALS), strict=True)
    for name, stands in lives.items()
}
CANNOT_LOOK = [f"{kind}/cannot_look" for kind in KINDS]
DIGESTS = ["senior_digest/mail_is_away", "senior_digest/needs_attention"]
# These were tried before: so much later than they fell due they are tried again.
TRIED = {"rung_deferred": 2 * DEFERRAL + 5 * MINUTE, "needs_attention": AFTER_FAULT + MINUTE}
# What has happened is heard by one piece of code, whatever is awaited: at each kind of wait there is one that hears it.
HEAR = [name for name in OPEN if name.endswith(("/overseen", "/supported", "/comments_awaited", "/cancel_pressed"))]
HEAR += [name for name, (state, rung) in OPEN.items() if rung is None or "attention" in state or "_ended" in name]
HEAR += [name for name in OPEN if name.endswith(("/rung_deferred", "/run_that_went_on", "/outlives_its_complaint"))]
WITH_A_RUNG = [name for name, (_, rung) in OPEN.items() if rung is not None]


def history_of(name: str) -> WorkflowHistory:
    return read(HISTORIES / f"{name}.json")[0]


def test_every_open_history_is_prodded() -> None:
    files = [file for folder in (*KINDS, "senior_digest") for file in (HISTORIES / folder).glob("*.json")]
    open_ones = {f"{file.parent.name}/{file.stem}" for file in files if is_open(read(file)[0])}
    assert open_ones == {*OPEN, *CANNOT_LOOK, *DIGESTS}


@pytest.mark.parametrize("name", WITH_A_RUNG)
async def test_the_next_rung_fires_on_time_and_hands_over_what_follows(name: str) -> None:
    state, rung = OPEN[name]
    kind, _, life = name.partition("/")

    def let_it_ring(prober: Prober) -> tuple[str, Any, list[str]]:
        said, commands = details(prober), prober.ring()
        (act,), (step,) = acts(commands), steps(commands)
        return said, act, kinds(prober.finish(step.seq, applied(act)))

    said, act, then = await probed(name, let_it_ring)
    assert f", {kind} (" in said and f": {state}" in said
    assert f"Next: {rung} at" in said
    assert f"{act.rung.rung} of {act.rung.kind}" == rung
    assert act.rung.at <= act.now < act.rung.at + TRIED.get(life, MINUTE)
    assert act.now >= act.rung.at + (DEFERRAL if life in TRIED else timedelta())
    # What follows came with the verdict: nobody looks. One that had failed is told of as mended first.
    expected = [names.PARK] if life == "needs_attention" else ["upsert_workflow_search_attributes", "start_timer"]
    assert then == expected


@pytest.mark.parametrize("name", HEAR)
async def test_what_has_happened_is_looked_at_at_once(name: str) -> None:
    waits = OPEN[name][1] is not None
    asked = await probed(name, lambda prober: kinds(prober.tell(names.PROCEEDING_CHANGED)))
    assert asked == ["cancel_timer"] * waits + [names.PROCEEDING_LOOK]


@pytest.mark.parametrize("name", [name for name, (_, rung) in OPEN.items() if rung is None])
async def test_where_nothing_falls_due_no_timer_is_armed_and_it_is_not_over(name: str) -> None:
    said, timers, pending = await probed(name, lambda prober: (details(prober), prober.timers, prober.steps))
    assert said.endswith("Next: nothing")
    assert (timers, pending) == ({}, set())


@pytest.mark.parametrize("name", ["escalation/panel_overdue", "candour/nothing_falls_due", "referral/learning_awaited"])
async def test_one_that_is_over_ends_with_the_state_it_came_to(name: str) -> None:
    def end(prober: Prober) -> Any:
        (step,) = steps(prober.tell(names.PROCEEDING_CHANGED))
        shown, ended = prober.finish(step.seq, a_look(over=True))
        assert shown.WhichOneof("variant") == "upsert_workflow_search_attributes"
        return CONVERTER.from_payload(ended.complete_workflow_execution.result, Code)

    assert await probed(name, end) == Code("ended")


async def test_a_faster_clock_in_the_place_of_a_slower_one_is_what_it_waits_for() -> None:
    """An escalation that was made graver in the middle of a wait: the rung that is ahead is that of the new clock."""

    def quicken(prober: Prober) -> tuple[list[str], Any]:
        (step,) = steps(prober.tell(names.PROCEEDING_CHANGED))
        at = datetime(2028, 3, 2, 10, 30, tzinfo=UTC)
        clock = ArmedClock(
            clock_id=UUID(int=5), kind=Code(NOW), generation=1, due_at=at, rungs=(RungAt(rung=Code("again"), at=at),)
        )
        shown, waits = prober.finish(step.seq, a_look(clocks=(clock,)))
        (act,) = acts(prober.activate({"fire_timer": {"seq": waits.start_timer.seq}}, at.replace(tzinfo=None)))
        return kinds([shown, waits]), act.rung

    waits, rung = await probed("escalation/first_called", quicken)
    assert waits == ["upsert_workflow_search_attributes", "start_timer"]
    assert (rung.clock_id, rung.kind, rung.rung) == (UUID(int=5), Code(NOW), Code("again"))


async def test_a_rung_that_finds_somebody_has_it_in_hand_arms_no_further_call() -> None:
    """Acknowledged between the timer and the rung: the verdict stops the clock of the calls."""

    def answer(prober: Prober) -> list[str]:
        commands = prober.ring()
        (act,), (step,) = acts(commands), steps(commands)
        assert act.rung is not None
        stopped = Verdict(outcome=Outcome.APPLIED, version=9, stage=act.stage, stopped=(act.rung.clock_id,))
        return kinds(prober.finish(step.seq, stopped))

    # Nothing is left that it waits for by a day; what was acknowledged comes as a signal.
    assert await probed("escalation/called_again", answer) == ["upsert_workflow_search_attributes"]


@pytest.mark.parametrize("name", CANNOT_LOOK)
async def test_one_that_cannot_look_tries_again(name: str) -> None:
    told, asked = await probed(name, lambda prober: (details(prober), kinds(prober.ring())))
    assert told.startswith("**Needs attention**: What is awaited?")
    assert asked == [names.PROCEEDING_LOOK]


def a_look(**changes: Any) -> ProceedingLook:
    known = ProceedingLook(
        state=Code("ended"), about=Code("person"), changes=9, stage=Code("closed"), reference=Code("X-1")
    )
    return replace(known, **changes)


# The digest.


async def test_a_digest_that_could_not_be_written_is_written_again_and_the_rest_with_it() -> None:
    def go_on(prober: Prober) -> tuple[str, list[str], list[str]]:
        told, asked = details(prober), prober.ring()
        (step,) = steps(asked)
        return told, kinds(asked), kinds(prober.finish(step.seq, DigestMade(written=1)))

    told, asked, then = await probed("senior_digest/needs_attention", go_on)
    assert told.startswith("**Needs attention**: Compile the digest of an organisation")
    assert asked == [names.DIGEST_COMPILE]
    assert then[0] in (names.DIGEST_COMPILE, names.DIGEST_PAGE)


async def test_mail_that_was_away_for_days_is_not_waited_for_as_long_again_until_it_is_back() -> None:
    def leave(prober: Prober) -> tuple[Any, Any]:
        (seq,) = prober.steps
        (second,) = steps(_not_through(prober, seq))
        (third,) = steps(prober.finish(second.seq, DigestTold(told=2)))
        return second, third

    second, third = await probed("senior_digest/mail_is_away", leave)
    assert second.activity_type == third.activity_type == names.DIGEST_TELL
    assert second.schedule_to_close_timeout.ToTimedelta() < timedelta(hours=1)
    assert third.schedule_to_close_timeout.ToTimedelta() > timedelta(days=1)


def _not_through(prober: Prober, seq: int) -> list[Any]:
    """Let an activity fail as one does that was retried for as long as it may."""
    away = {"message": "mail_away", "application_failure_info": {"type": "MAIL_AWAY"}}
    failure = {
        "message": "Activity task failed",
        "activity_failure_info": {"retry_state": RetryState.RETRY_STATE_TIMEOUT},
        "cause": away,
    }
    return prober.activate({"resolve_activity": {"seq": seq, "result": {"failed": {"failure": failure}}}})


async def test_a_digest_begins_anew_with_all_that_it_has_come_to() -> None:
    ended, began = history_of("senior_digest/run_that_ended"), history_of("senior_digest/run_that_began")
    payload = ended.events[-1].workflow_execution_continued_as_new_event_attributes.input.payloads[0]
    start = CONVERTER.from_payload(payload, DigestStart)
    assert start.week_on == date(2028, 1, 24) and start.after is not None and start.made > 0
    compiled = [
        CONVERTER.from_payload(event.activity_task_scheduled_event_attributes.input.payloads[0], DigestAct)
        for event in began.events
        if event.HasField("activity_task_scheduled_event_attributes")
        and event.activity_task_scheduled_event_attributes.activity_type.name != names.DIGEST_PAGE
    ]
    assert compiled[0].week_on == start.week_on
    assert compiled[0].organisation_id > start.after


async def test_a_digest_that_mail_did_not_leave_for_is_there_all_the_same() -> None:
    result = history_of("senior_digest/nobody_told").events[-1].workflow_execution_completed_event_attributes.result
    report = CONVERTER.from_payload(result.payloads[0], DigestReport)
    assert (report.made, report.told) == (3, 0)
