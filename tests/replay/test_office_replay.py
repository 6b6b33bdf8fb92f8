"""What the office's own workflows do next, from every wait that they were recorded at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from temporalio.api.common.v1 import Payload

from contracts import names
from contracts.imports import ImportAct, ImportDecision
from tests.replay.stage import CONVERTER, HISTORIES, Prober, read, replay
from tests.replay.test_replay import is_open

pytestmark = pytest.mark.replay

# The step that follows when the timer of the wait fires.
WAITS = {
    "bulk/waits_for_an_answer": names.BULK_SETTLE,
    "bulk/needs_attention": names.BULK_PAGE,
    "leaver/waits_for_its_next_look": names.LEAVER_LOOK,
    "leaver/needs_attention": names.LEAVER_HAND_OVER,
    "import/needs_attention": names.IMPORT_CHECK,
}


def steps(commands: list[Any]) -> list[str]:
    """Return the activities that commands ask for."""
    return [each.schedule_activity.activity_type for each in commands if each.HasField("schedule_activity")]


def arguments(commands: list[Any], kind: Any) -> list[Any]:
    payloads: list[Payload] = [
        each.schedule_activity.arguments for each in commands if each.HasField("schedule_activity")
    ]
    return [CONVERTER.from_payloads(each, [kind])[0] for each in payloads]


def test_every_open_history_of_the_office_is_prodded() -> None:
    open_ones = {
        f"{folder}/{file.stem}"
        for folder in ("bulk", "leaver", "import")
        for file in (HISTORIES / folder).glob("*.json")
        if is_open(read(file)[0])
    }
    assert open_ones == set(WAITS) | {"import/awaits_a_decision"}


@pytest.mark.parametrize("name", WAITS)
async def test_when_its_timer_fires_the_next_step_is_asked_for(name: str) -> None:
    history, workflow = read(HISTORIES / f"{name}.json")
    asked: list[str] = []
    await replay(history, workflow, lambda prober: asked.extend(steps(prober.ring())))
    assert asked == [WAITS[name]]


async def test_a_leaving_that_has_changed_is_looked_at_at_once() -> None:
    history, workflow = read(HISTORIES / "leaver" / "waits_for_its_next_look.json")
    asked: list[str] = []

    def tell(prober: Prober) -> None:
        asked.extend(steps(prober.activate({"signal_workflow": {"signal_name": names.LEAVER_CHANGED, "input": []}})))

    await replay(history, workflow, tell)
    assert asked == [names.LEAVER_LOOK]


async def test_an_import_that_waits_hears_its_decision() -> None:
    history, workflow = read(HISTORIES / "import" / "awaits_a_decision.json")
    asked: list[Any] = []

    def decide(prober: Prober) -> None:
        commands = prober.say(names.IMPORT_DECIDE, ImportDecision(decision_id=UUID(int=7), go=True))
        asked.append((steps(commands), arguments(commands, ImportAct)[0].decision_id))

    await replay(history, workflow, decide)
    assert asked == [([names.IMPORT_ENACT], UUID(int=7))]
