"""What contributions, parts and codes do next, from every wait that they were recorded at."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import names
from contracts.code import Code
from contracts.joint import (
    ContributionLook,
    ContributionState,
    JointCodeSent,
    JointPartAct,
    JointPartStep,
)
from tests.replay.stage import CONVERTER, HISTORIES, Prober, read
from tests.replay.test_informing_replay import MINUTE, applied, argument, details, kinds, probed, steps
from tests.replay.test_replay import acts, is_open
from workflows.keeper import DEFERRAL
from workflows.patience import AFTER_FAULT

pytestmark = pytest.mark.replay

# Where each open contribution stands, and which rung comes next; nothing where nothing is awaited by a day.
CONTRIBUTIONS = {
    "invited": ("invited", "reminder of body_acceptance"),
    "after_a_reminder": ("invited", "overdue of body_acceptance"),
    "overdue": ("invited", "escalation of body_acceptance"),
    "after_escalations": ("invited", "chase_1 of body_acceptance"),
    "after_a_chase": ("invited", "chase_2 of body_acceptance"),
    "accepted": ("accepted", None),
    "asked": ("contributing", "reminder of body_information"),
    "submitted": ("submitted", "reminder of body_information"),
    "sent_back": ("revision_requested", "reminder of body_information"),
    "approved": ("approved", "reminder of body_information"),
    "approved_with_an_action": ("approved", "reminder of body_action"),
    "action_overdue": ("approved", "escalation of body_action"),
    "outlives_its_complaint": ("released", "escalation of body_action"),
    "rung_deferred": ("invited", "reminder of body_acceptance"),
    "rung_fired_after_deferral": ("invited", "overdue of body_acceptance"),
    "needs_attention": ("invited · **needs attention**", "reminder of body_acceptance"),
    "rung_fired_once_mended": ("invited", "overdue of body_acceptance"),
    "cancel_pressed": ("invited", "overdue of body_acceptance"),
    "run_that_began": ("invited", "reminder of body_acceptance"),
    "run_that_went_on": ("invited", "overdue of body_acceptance"),
}
# These were tried before: so much later than they fell due they are tried again.
TRIED = {"rung_deferred": 2 * DEFERRAL + 5 * MINUTE, "needs_attention": AFTER_FAULT + MINUTE}
# What each open part, code, and contribution that cannot look says of itself, and what follows when its timer fires.
PUSH, SEND = names.JOINT_PART_PUSH, names.JOINT_CODE_SEND
OTHERS = {
    "contribution/cannot_look": ("**Needs attention**: What is awaited?", names.CONTRIBUTION_LOOK),
    "joint_part/invited": (": received · 0 to bring", PUSH),
    "joint_part/accepted": (": contributing · 0 to bring", PUSH),
    "joint_part/refused_by_the_lead": (": submitted · 0 to bring", PUSH),
    "joint_part/cancel_pressed": (": approved · 0 to bring", PUSH),
    "joint_part/consent_ended": (": separate · 0 to bring", PUSH),
    "joint_part/run_that_began": (": received · 0 to bring", PUSH),
    "joint_part/lead_is_away": ("**Nothing told yet** · 0 to bring · not through: not_connected", PUSH),
    "joint_part/no_credential": ("not through: no_credential · **needs attention**", PUSH),
    "joint_part/needs_attention": ("**Needs attention**: Hear what the lead says", names.JOINT_PART_PULL),
    "joint_code/waits_to_try_again": ("Sending a code.", SEND),
    "joint_code/needs_attention": ("**Needs attention**: Let go of a code that was not sent", SEND),
}
PARTS = [name for name in OTHERS if name.startswith("joint_part/") and "needs" not in name]


def test_every_open_history_is_prodded() -> None:
    open_ones = {
        f"{folder}/{file.stem}"
        for folder in ("contribution", "joint_part", "joint_code")
        for file in (HISTORIES / folder).glob("*.json")
        if is_open(read(file)[0])
    }
    assert open_ones == {f"contribution/{name}" for name in CONTRIBUTIONS} | set(OTHERS)


@pytest.mark.parametrize("name", [name for name, (_, rung) in CONTRIBUTIONS.items() if rung is not None])
async def test_the_next_rung_of_a_contribution_fires_on_time_and_hands_over_what_follows(name: str) -> None:
    state, rung = CONTRIBUTIONS[name]

    def let_it_ring(prober: Prober) -> tuple[str, Any, list[str]]:
        said, commands = details(prober), prober.ring()
        (act,), (step,) = acts(commands), steps(commands)
        return said, act, kinds(prober.finish(step.seq, applied(act)))

    said, act, then = await probed(f"contribution/{name}", let_it_ring)
    assert f": {state}" in said
    assert f"Next: {rung} at" in said
    assert f"{act.rung.rung} of {act.rung.kind}" == rung
    assert act.rung.at <= act.now < act.rung.at + TRIED.get(name, MINUTE)
    assert act.now >= act.rung.at + (DEFERRAL if name in TRIED else 0 * MINUTE)
    # What follows came with the verdict: nobody looks. One that had failed is told of as mended first.
    expected = [names.PARK] if name == "needs_attention" else ["upsert_workflow_search_attributes", "start_timer"]
    assert then == expected


@pytest.mark.parametrize("name", CONTRIBUTIONS)
async def test_what_has_happened_to_a_contribution_is_looked_at_at_once(name: str) -> None:
    waits = CONTRIBUTIONS[name][1] is not None
    asked = await probed(f"contribution/{name}", lambda prober: kinds(prober.tell(names.CONTRIBUTION_CHANGED)))
    assert asked == ["cancel_timer"] * waits + [names.CONTRIBUTION_LOOK]


async def test_a_contribution_of_which_nothing_is_awaited_ends_with_the_state_it_came_to() -> None:
    def end(prober: Prober) -> Any:
        (step,) = steps(prober.tell(names.CONTRIBUTION_CHANGED))
        over = ContributionLook(
            state=ContributionState.RELEASED, changes=9, stage=Code("closed"), reference=Code("X-1"),
            body=Code("A81001"), over=True,
        )  # fmt: skip
        shown, ended = prober.finish(step.seq, over)
        assert shown.WhichOneof("variant") == "upsert_workflow_search_attributes"
        return CONVERTER.from_payload(ended.complete_workflow_execution.result, ContributionState)

    assert await probed("contribution/approved_with_an_action", end) is ContributionState.RELEASED


@pytest.mark.parametrize("name", OTHERS)
async def test_when_its_timer_fires_the_next_step_is_asked_for(name: str) -> None:
    said, next_step = OTHERS[name]
    told, asked = await probed(name, lambda prober: (details(prober), kinds(prober.ring())))
    assert said in told
    assert asked == [next_step]


@pytest.mark.parametrize("name", PARTS)
async def test_a_part_that_is_told_brings_first_then_hears_then_waits(name: str) -> None:
    def carry(prober: Prober) -> list[list[str]]:
        told = prober.tell(names.JOINT_PART_CHANGED)
        (push,) = steps(told)
        assert push.heartbeat_timeout.ToTimedelta() < MINUTE
        heard = prober.finish(push.seq, JointPartStep())
        (pull,) = steps(heard)
        case = {"reference": Code("OWN-1"), "stage": Code("contributing")}
        return [kinds(told), kinds(heard), kinds(prober.finish(pull.seq, JointPartStep(**case)))]

    told, heard, then = await probed(name, carry)
    assert told == ["cancel_timer", names.JOINT_PART_PUSH]
    assert heard == [names.JOINT_PART_PULL]
    assert then == ["upsert_workflow_search_attributes", "start_timer"]


async def test_a_part_is_over_when_its_lead_has_let_go_and_nothing_waits_to_be_brought() -> None:
    def end(prober: Prober) -> list[list[str]]:
        found = []
        for waiting, over in ((1, True), (0, True)):
            commands = prober.tell(names.JOINT_PART_CHANGED)
            for _ in range(2):
                (step,) = steps(commands)
                commands = prober.finish(step.seq, JointPartStep(waiting=waiting, over=over))
            found.append(kinds(commands))
        return found

    still, ended = await probed("joint_part/accepted", end)
    assert still[-1] == "start_timer"
    assert ended[-1] == "complete_workflow_execution"


async def test_a_part_counts_how_often_in_a_row_it_did_not_get_through() -> None:
    def again(prober: Prober) -> int:
        (step,) = steps(prober.ring())
        failed: int = argument(step, JointPartAct).failed
        return failed

    assert await probed("joint_part/lead_is_away", again) == 1
    assert await probed("joint_part/accepted", again) == 0


async def test_a_code_that_went_after_all_is_the_end() -> None:
    def send(prober: Prober) -> Any:
        (step,) = steps(prober.ring())
        (ended,) = prober.finish(step.seq, JointCodeSent(sent=True))
        return CONVERTER.from_payload(ended.complete_workflow_execution.result, JointCodeSent).sent

    assert await probed("joint_code/waits_to_try_again", send) is True
