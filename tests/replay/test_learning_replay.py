"""What actions and what leaders do regularly do next, from every wait that they were recorded at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts import names
from contracts.code import Code
from contracts.governance import Begun, Deed, GovernanceAct, GovernanceLook, OccurrenceState
from tests.replay.stage import CONVERTER, HISTORIES, Prober, read
from tests.replay.test_informing_replay import ENDED, MINUTE, applied, argument, details, kinds, probed, steps
from tests.replay.test_replay import acts, is_open
from tests.replay.test_serious_replay import TRIED, history_of
from workflows.keeper import DEFERRAL

pytestmark = pytest.mark.replay
# Where each open action stands, and which rung comes next.
ACTIONS = {
    "open": ("open", "reminder of action"),
    "outlives_its_complaint": ("open", "reminder of action"),
    "news_overdue": ("open", "escalation of action_news"),
    "told_on_the_way": ("open", "reminder_last of action"),
    "overdue": ("open", "escalation of action"),
    "moved_late": ("open", "reminder of action_news"),
    "months_late": ("open", "escalation_4 of action"),
    "senior_woken": ("open", "chase_1 of action"),
    "telling_awaited": ("done", "reminder of action_told"),
    "telling_overdue": ("done", "escalation of action_told"),
    "check_awaited": ("done", "reminder of action_check"),
    "counted": ("done", "escalation of action_check"),
    "opened_again": ("open", "reminder of action_news"),
    "done_again": ("done", "reminder of action_check"),
    "rung_deferred": ("open", "reminder of action"),
    "rung_fired_after_deferral": ("open", "reminder_last of action"),
    "cancel_pressed": ("open", "reminder_last of action"),
    "needs_attention": ("open · **needs attention**", "reminder of action"),
    "rung_fired_once_mended": ("open", "reminder_last of action"),
    "run_that_began": ("open", "reminder of action"),
    "run_that_went_on": ("open", "reminder of action_news"),
}
# The kind, the number of rounds apart, and the step that each open occurrence waits at.
OCCURRENCES = {
    **{f"board_report_{name}": ("board_report", name) for name in ("comment", "approve", "publish", "distribute")},
    **{f"board_report_comment_{name}": ("board_report", "comment") for name in ("reminded", "overdue", "escalated")},
    "board_report_compiled_anew": ("board_report", "comment"),
    **{f"annual_report_{name}": ("annual_report", name) for name in ("comment", "approve", "publish", "distribute")},
    **{f"panel_{name}": ("panel", name) for name in ("choose", "hold", "follow")},
    "non_executive_meet": ("non_executive", "meet"),
    **{f"discussion_{name}": ("discussion", name) for name in ("discuss", "distribute")},
    **{f"return_{name}": ("return", name) for name in ("check", "sign_off", "submit")},
    "learning_summary_approve": ("learning_summary", "approve"),
    **{f"governance_report_{name}": ("governance_report", name) for name in ("approve", "send")},
    **{name: ("board_report", "comment") for name in ("begun_late", "cancel_pressed", "compiled_once_mended")},
    **{name: ("board_report", "comment") for name in ("mail_left", "run_that_began", "run_that_went_on")},
    **{name: ("board_report", "compile") for name in ("compile_failed", "compile_failed_again")},
}
OTHERS = {"mail_is_away", "cannot_look"}


def opened(folder: str) -> set[str]:
    return {file.stem for file in (HISTORIES / folder).glob("*.json") if is_open(read(file)[0])}


def test_every_open_history_is_prodded() -> None:
    assert opened("action") == {*ACTIONS, "cannot_look"}
    assert opened("governance") == {*OCCURRENCES, *OTHERS}
    assert opened("governance_turn") == set()


@pytest.mark.parametrize("name", ACTIONS)
async def test_the_next_rung_of_an_action_fires_on_time_and_hands_over_what_follows(name: str) -> None:
    state, rung = ACTIONS[name]

    def let_it_ring(prober: Prober) -> tuple[str, Any, list[str]]:
        said, commands = details(prober), prober.ring()
        (act,), (step,) = acts(commands), steps(commands)
        return said, act, kinds(prober.finish(step.seq, applied(act)))

    said, act, then = await probed(f"action/{name}", let_it_ring)
    assert f": {state}" in said and f"Next: {rung} at" in said
    assert f"{act.rung.rung} of {act.rung.kind}" == rung
    assert act.rung.at <= act.now < act.rung.at + TRIED.get(name, MINUTE)
    assert act.now >= act.rung.at + (DEFERRAL if name in TRIED else timedelta())
    waits = ["upsert_workflow_search_attributes", "start_timer"]
    assert then == ([names.PARK] if name == "needs_attention" else waits)


@pytest.mark.parametrize("name", ["open", "check_awaited", "opened_again", "cancel_pressed"])
async def test_what_has_happened_to_an_action_is_looked_at_at_once(name: str) -> None:
    asked = await probed(f"action/{name}", lambda prober: kinds(prober.tell(names.PROCEEDING_CHANGED)))
    assert asked == ["cancel_timer", names.PROCEEDING_LOOK]


@pytest.mark.parametrize("name", OCCURRENCES)
async def test_an_occurrence_looks_again_when_told_and_does_what_is_to_be_done(name: str) -> None:
    kind, step = OCCURRENCES[name]

    def hear(prober: Prober) -> tuple[str, list[str], Any, list[str]]:
        said, asked = details(prober), prober.tell(names.GOVERNANCE_CHANGED)
        (look,) = steps(asked)
        deed = prober.finish(look.seq, a_look(kind, deed=Deed.REMINDER))
        (do,) = steps(deed)
        return said, kinds(asked), argument(do, GovernanceAct), kinds(asked)

    said, asked, act, _ = await probed(f"governance/{name}", hear)
    assert said.startswith(f"**{kind} ") and f"Step: {step}" in said
    assert ("needs attention" in said) == name.startswith("compile_failed")
    assert ("begun late" in said) == (name == "begun_late")
    assert asked == ["cancel_timer", names.GOVERNANCE_LOOK]
    assert act.deed is Deed.REMINDER


@pytest.mark.parametrize("name", ["board_report_comment", "compile_failed", "panel_hold", "cannot_look"])
async def test_an_occurrence_looks_again_when_its_time_has_come(name: str) -> None:
    asked = await probed(f"governance/{name}", lambda prober: kinds(prober.ring()))
    assert asked == [names.GOVERNANCE_LOOK]


@pytest.mark.parametrize("name", ["board_report_distribute", "panel_follow", "return_submit"])
async def test_an_occurrence_that_is_over_ends_as_it_came_to(name: str) -> None:
    def end(prober: Prober) -> tuple[str, Any]:
        (look,) = steps(prober.tell(names.GOVERNANCE_CHANGED))
        over = a_look(OCCURRENCES[name][0], state=OccurrenceState.DONE, step=None, over=True)
        _, ended = prober.finish(look.seq, over)
        result = CONVERTER.from_payload(ended.complete_workflow_execution.result, OccurrenceState)
        return str(ended.WhichOneof("variant")), result

    assert await probed(f"governance/{name}", end) == (ENDED, OccurrenceState.DONE)


@pytest.mark.parametrize(("name", "begun"), [("one_begun", 1), ("three_missed", 3), ("nothing_due", 0)])
def test_a_turn_began_what_was_due(name: str, begun: int) -> None:
    ended = history_of(f"governance_turn/{name}").events[-1].workflow_execution_completed_event_attributes
    assert len(CONVERTER.from_payload(ended.result.payloads[0], Begun).occurrences) == begun


def a_look(kind: str, **changes: Any) -> GovernanceLook:
    known: dict[str, Any] = {"number": 1, "state": OccurrenceState.OPEN, "step": Code("comment")}
    return GovernanceLook(kind=Code(kind), **(known | changes))
