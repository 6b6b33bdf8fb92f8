"""What involvements, webhooks and notices do next, from every wait that they were recorded at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowHistory

from contracts import names
from contracts.acts import Act, Outcome, Verdict
from contracts.clocks import ArmedClock, RungAt
from contracts.code import Code
from contracts.involvements import InvolvementLook, InvolvementState
from contracts.notices import ARRIVAL_UNKNOWN, NoticeAct, NoticeOutcome, NoticeState
from contracts.webhooks import WebhooksAct, WebhooksLook
from tests.replay.content import produced, recorded
from tests.replay.stage import CONVERTER, HISTORIES, Prober, read, replay
from tests.replay.test_replay import acts, is_open
from workflows.keeper import DEFERRAL
from workflows.patience import AFTER_FAULT

pytestmark = pytest.mark.replay
MINUTE = timedelta(minutes=1)
ENDED = "complete_workflow_execution"
CANNOT_LOOK = "involvement/cannot_look"

# Where each open involvement stands, and which rung comes next.
INVOLVEMENTS = {
    "named": ("named", "reminder of staff_notice"),
    "after_a_reminder": ("named", "overdue of staff_notice"),
    "after_escalations": ("named", "chase_1 of staff_notice"),
    "told": ("told", "reminder of staff_follow_up"),
    "told_and_overdue": ("told", "reminder of staff_invitation"),
    "deferred": ("deferred", "reminder of staff_deferral"),
    "deferral_overdue": ("deferred", "escalation of staff_deferral"),
    "deferred_again": ("deferred", "reminder of staff_deferral"),
    "outlives_its_complaint": ("told", "reminder of staff_follow_up"),
    "outcome_told": ("outcome_told", "reminder of staff_follow_up"),
    "experience_overdue": ("outcome_told", "chase_4 of staff_follow_up"),
    "rung_deferred": ("named", "reminder of staff_notice"),
    "rung_fired_after_deferral": ("named", "overdue of staff_notice"),
    "needs_attention": ("named · **needs attention**", "reminder of staff_notice"),
    "rung_fired_once_mended": ("named", "overdue of staff_notice"),
    "cancel_pressed": ("named", "overdue of staff_notice"),
    "run_that_began": ("named", "reminder of staff_notice"),
    "run_that_went_on": ("named", "overdue of staff_notice"),
}
# These were tried before: so much later than they fell due they are tried again.
TRIED = {"rung_deferred": 2 * DEFERRAL + 5 * MINUTE, "needs_attention": AFTER_FAULT + MINUTE}
# What each other open history says of itself, and what follows when its timer fires.
OTHERS = {
    CANNOT_LOOK: ("**Needs attention**: What is owed?", names.INVOLVEMENT_LOOK),
    "webhooks/idle": ("**Idle**: nothing to send", ENDED),
    "webhooks/run_that_began": ("**Idle**: nothing to send", ENDED),
    "webhooks/paused": ("**Idle**: 1 wait, nothing is sent now", ENDED),
    "webhooks/cancel_pressed": ("**Idle**: 1 wait, nothing is sent now", ENDED),
    "webhooks/waits_to_try_again": ("**1 to send**: the receiver did not take the next", names.WEBHOOKS_LOOK),
    "webhooks/needs_attention": ("**Needs attention**: What is next?", names.WEBHOOKS_LOOK),
    "notice/held": ("Held: nothing may be sent for now.", names.SEND_NOTICE),
    "notice/quiet_hours": ("Quiet hours: the law does not ask for this notice.", names.SEND_NOTICE),
    "notice/by_notify_first_look": ("Handed over; not known to have arrived.", names.NOTIFY_FOLLOW),
    "notice/by_notify_second_look": ("Handed over; not known to have arrived.", names.NOTIFY_FOLLOW),
    "notice/by_notify_third_look": ("Handed over; not known to have arrived.", names.NOTIFY_FOLLOW),
    "notice/by_notify_last_look": ("Handed over; not known to have arrived.", names.NOTIFY_FOLLOW),
}
SIGNALS = {"involvement": names.INVOLVEMENT_CHANGED, "webhooks": names.WEBHOOKS_CHANGED}
LOOKS = {"involvement": names.INVOLVEMENT_LOOK, "webhooks": names.WEBHOOKS_LOOK}
HEAR = [f"involvement/{name}" for name in INVOLVEMENTS] + [name for name in OTHERS if name.startswith("webhooks")]


def history_of(name: str) -> tuple[WorkflowHistory, type]:
    return read(HISTORIES / f"{name}.json")


def details(prober: Prober) -> str:
    """Return what an operator is told of a workflow."""
    found: WorkflowMetadata = prober.ask("__temporal_workflow_metadata", WorkflowMetadata)
    return str(found.current_details)


def kinds(commands: list[Any]) -> list[str]:
    """Return what commands ask for: activities by name, all else by kind."""
    return [each.schedule_activity.activity_type or each.WhichOneof("variant") for each in commands]


def steps(commands: list[Any]) -> list[Any]:
    return [each.schedule_activity for each in commands if each.HasField("schedule_activity")]


def argument(step: Any, kind: Any) -> Any:
    (found,) = CONVERTER.from_payloads(step.arguments, [kind])
    return found


async def probed(name: str, probe: Callable[[Prober], Any]) -> Any:
    """Replay a history, and return what a probe finds at its end."""
    found: list[Any] = []
    seen = await replay(*history_of(name), lambda prober: found.append(probe(prober)))
    assert seen.probed
    return found[0]


def test_every_open_history_is_prodded() -> None:
    open_ones = {
        f"{folder}/{file.stem}"
        for folder in ("involvement", "webhooks", "notice")
        for file in (HISTORIES / folder).glob("*.json")
        if is_open(read(file)[0])
    }
    assert open_ones == {f"involvement/{name}" for name in INVOLVEMENTS} | set(OTHERS)


@pytest.mark.parametrize("name", INVOLVEMENTS)
async def test_the_next_rung_of_an_involvement_fires_on_time_and_hands_over_what_follows(name: str) -> None:
    state, rung = INVOLVEMENTS[name]

    def let_it_ring(prober: Prober) -> tuple[str, Act, list[str]]:
        said, commands = details(prober), prober.ring()
        (act,), (step,) = acts(commands), steps(commands)
        return said, act, kinds(prober.finish(step.seq, applied(act)))

    said, act, then = await probed(f"involvement/{name}", let_it_ring)
    assert f": {state}" in said
    assert f"Next: {rung} at" in said
    assert act.rung is not None
    assert f"{act.rung.rung} of {act.rung.kind}" == rung
    assert act.rung.at <= act.now < act.rung.at + TRIED.get(name, MINUTE)
    assert act.now >= act.rung.at + (DEFERRAL if name in TRIED else timedelta())
    # What follows came with the verdict: nobody looks. One that had failed is told of as mended first.
    expected = [names.PARK] if name == "needs_attention" else ["upsert_workflow_search_attributes", "start_timer"]
    assert then == expected


def applied(act: Act) -> Verdict:
    """Return the verdict on a rung: what follows on its clock is a day later."""
    assert act.rung is not None
    later = (RungAt(rung=Code("afterwards"), at=act.rung.at + timedelta(hours=6)),)
    clock = ArmedClock(
        clock_id=act.rung.clock_id, kind=act.rung.kind, generation=act.rung.generation, due_at=act.rung.at, rungs=later
    )
    return Verdict(outcome=Outcome.APPLIED, version=99, stage=act.stage, armed=(clock,))


async def test_a_verdict_that_does_not_say_what_follows_is_followed_by_a_look() -> None:
    def answer(prober: Prober) -> list[str]:
        commands = prober.ring()
        (act,), (step,) = acts(commands), steps(commands)
        silent = Verdict(outcome=Outcome.APPLIED, version=99, stage=act.stage)
        return kinds(prober.finish(step.seq, silent))

    assert await probed("involvement/told", answer) == [names.INVOLVEMENT_LOOK]


@pytest.mark.parametrize("name", HEAR)
async def test_what_has_happened_is_looked_at_at_once(name: str) -> None:
    folder = name.partition("/")[0]
    asked = await probed(name, lambda prober: kinds(prober.tell(SIGNALS[folder])))
    # One that could not look waits to try again: then it sees all there is.
    expected = [] if "Needs attention" in OTHERS.get(name, ("", ""))[0] else ["cancel_timer", LOOKS[folder]]
    assert asked == expected


async def test_an_involvement_that_is_over_ends_with_the_state_it_came_to() -> None:
    def end(prober: Prober) -> Any:
        (step,) = steps(prober.tell(names.INVOLVEMENT_CHANGED))
        over = InvolvementLook(
            state=InvolvementState.ENDED, changes=9, stage=Code("closed"), reference=Code("X-1"), over=True
        )
        shown, ended = prober.finish(step.seq, over)
        assert shown.WhichOneof("variant") == "upsert_workflow_search_attributes"
        return CONVERTER.from_payload(ended.complete_workflow_execution.result, InvolvementState)

    assert await probed("involvement/outcome_told", end) is InvolvementState.ENDED


@pytest.mark.parametrize("name", OTHERS)
async def test_when_its_timer_fires_the_next_step_is_asked_for(name: str) -> None:
    said, next_step = OTHERS[name]

    def let_it_ring(prober: Prober) -> tuple[str, list[str], list[Any]]:
        told, commands = details(prober), prober.ring()
        return told, kinds(commands), steps(commands)

    told, asked, found = await probed(name, let_it_ring)
    assert told.startswith(said)
    assert asked == [next_step]
    if next_step == names.NOTIFY_FOLLOW:
        last = name.endswith("last_look")
        assert argument(found[0], NoticeAct).failure == (ARRIVAL_UNKNOWN if last else None)


@pytest.mark.parametrize("name", ["webhooks/idle", "webhooks/paused", "webhooks/waits_to_try_again"])
async def test_an_event_that_is_due_is_sent(name: str) -> None:
    event = UUID(int=7)

    def send(prober: Prober) -> tuple[list[str], Any]:
        (look,) = steps(prober.tell(names.WEBHOOKS_CHANGED))
        commands = prober.finish(look.seq, WebhooksLook(queued=1, next_delivery_id=event))
        return kinds(commands), argument(steps(commands)[0], WebhooksAct).delivery_id

    assert await probed(name, send) == ([names.WEBHOOKS_SEND], event)


@pytest.mark.parametrize("state", [NoticeState.DELIVERED, NoticeState.FAILED])
async def test_a_notice_by_notify_ends_as_soon_as_it_is_known_what_became_of_it(state: NoticeState) -> None:
    def look(prober: Prober) -> Any:
        (step,) = steps(prober.ring())
        (ended,) = prober.finish(step.seq, NoticeOutcome(state=state))
        return CONVERTER.from_payload(ended.complete_workflow_execution.result, NoticeOutcome).state

    assert await probed("notice/by_notify_second_look", look) is state


async def test_quiet_hours_that_older_code_took_for_a_hold_replay() -> None:
    """Newer activities may have answered an older workflow: it knew no `look_at`, and waited for its own look."""
    history, workflow = history_of("notice/held_then_sent")
    given = 0
    for event in history.events:
        if event.HasField("activity_task_completed_event_attributes"):
            for payload in event.activity_task_completed_event_attributes.result.payloads:
                either: Any = NoticeOutcome | None  # a report answers nothing
                outcome = CONVERTER.from_payload(payload, either)
                if outcome is not None and outcome.state is NoticeState.QUEUED:
                    at = event.event_time.ToDatetime() + timedelta(minutes=50 + given)
                    payload.data = _with_look_at(payload.data, at)
                    given += 1
    assert given
    seen = await replay(history, workflow)
    assert [kind for kind, _ in produced(seen.commands)] == [kind for kind, _ in recorded(history)]


def _with_look_at(data: bytes, at: datetime) -> bytes:
    assert b'"look_at"' not in data
    return data.rstrip(b"}") + f',"look_at":"{at.isoformat()}Z"}}'.encode()


@pytest.mark.parametrize("name", ["notice/sent", "notice/failed", "notice/held", "notice/held_then_sent"])
def test_no_start_from_before_names_a_carrier_and_no_answer_from_before_an_hour_to_look_at(name: str) -> None:
    """So the two new branches of a notice guard themselves: no history from before can reach them."""
    history, _ = history_of(name)
    started = history.events[0].workflow_execution_started_event_attributes.input.payloads[0].data
    assert b"carrier" not in started
    assert not any(b"look_at" in each.SerializeToString() for each in history.events)
