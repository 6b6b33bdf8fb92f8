"""Every complaint that is open must survive this commit: recorded histories against the workflows as they stand."""

from __future__ import annotations

import json
import time
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter
from temporalio.client import WorkflowHistory

from contracts import names
from contracts.acts import Act
from contracts.commands import Command, CommandKind
from contracts.complaint import Happening
from tests.replay.content import holds, produced, recorded
from tests.replay.stage import CONVERTER, Prober, histories, read, replay
from workflows.complaint import ComplaintWorkflow

pytestmark = pytest.mark.replay
FILES = histories()
ENDS = ("WORKFLOW_EXECUTION_COMPLETED", "WORKFLOW_EXECUTION_CONTINUED_AS_NEW")


def name_of(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def is_open(history: WorkflowHistory) -> bool:
    last = str(history.events[-1].WhichOneof("attributes")).removesuffix("_event_attributes").upper()
    return last not in ENDS


def open_complaints() -> list[Path]:
    return [
        file
        for file in FILES
        if file.parent.name == "complaint" and is_open(read(file)[0]) and file.stem != "waits_to_be_opened"
    ]


def acts(commands: list[Any]) -> list[Act]:
    """Return the acts that commands ask the case file to apply."""
    asked = [each.schedule_activity for each in commands if each.HasField("schedule_activity")]
    return [CONVERTER.from_payloads(each.arguments, [Act])[0] for each in asked if each.activity_type == names.APPLY]


def test_there_are_histories_of_every_workflow() -> None:
    assert {file.parent.name for file in FILES} == {
        "action", "afterwards", "bulk", "candour", "change_set", "complaint", "contribution", "escalation",
        "evidence.anchor", "governance", "governance_turn", "import", "involvement", "joint_code", "joint_part",
        "leaver", "notice", "referral", "senior_digest", "sweep.deliver", "webhooks",
    }  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=name_of)
async def test_a_recorded_history_replays_with_the_same_commands_and_all_that_they_held(file: Path) -> None:
    history, workflow = read(file)
    seen = await replay(history, workflow)
    new, old = produced(seen.commands), recorded(history)
    assert [kind for kind, _ in new] == [kind for kind, _ in old]
    for (kind, now), (_, then) in zip(new, old, strict=True):
        assert holds(now, then), f"{kind}: {then} was recorded, {now} is produced"


@pytest.mark.parametrize("file", [file for file in FILES if file.parent.name == "complaint"], ids=name_of)
async def test_a_complaint_stands_after_its_replay_where_it_stood(file: Path) -> None:
    history, workflow = read(file)
    found: list[Happening] = []
    seen = await replay(history, workflow, lambda prober: found.append(prober.ask(names.HAPPENING, Happening)))
    assert seen.probed
    now = TypeAdapter(Happening).dump_python(found[0], mode="json")
    then = json.loads(file.with_name(f"{file.stem}.expected.json").read_text(encoding="utf-8"))
    assert holds(now, then), f"{then} was recorded, {now} is found"


@pytest.mark.parametrize("file", open_complaints(), ids=name_of)
async def test_the_next_rung_of_an_open_complaint_fires_on_time(file: Path) -> None:
    history, workflow = read(file)
    followed: list[Any] = []

    def let_it_ring(prober: Prober) -> None:
        followed.append(prober.ask(names.HAPPENING, Happening))
        followed.append(acts(prober.ring()))

    await replay(history, workflow, let_it_ring)
    happening, (act,) = followed
    assert act.rung is not None and act.rung == happening.next_rung
    assert act.rung.at <= act.now < act.rung.at + timedelta(minutes=1)
    assert act.stage == happening.stage


@pytest.mark.parametrize("file", open_complaints(), ids=name_of)
async def test_an_open_complaint_still_hears_a_note_and_still_refuses_what_is_not_lawful(file: Path) -> None:
    history, workflow = read(file)
    heard: list[Any] = []
    said_at = history.events[-1].event_time.ToDatetime().replace(tzinfo=UTC)

    def speak(prober: Prober) -> None:
        heard.append(prober.ask(names.HAPPENING, Happening))
        again = Command(submission_id=UUID(int=8), kind=CommandKind.LOG, said_at=said_at)
        (refused,) = prober.say(names.SUBMIT, again)
        heard.append(refused.update_response.rejected.application_failure_info.type)
        note = Command(submission_id=UUID(int=9), kind=CommandKind.ADD_NOTE, said_at=said_at)
        heard.append(acts(prober.say(names.SUBMIT, note)))

    await replay(history, workflow, speak)
    happening, refusal, asked = heard
    assert refusal == "REFUSED"
    (act,) = asked
    assert (act.act_id, act.stage) == (UUID(int=9), happening.stage)


@pytest.mark.parametrize("file", open_complaints(), ids=name_of)
async def test_an_open_complaint_hears_a_correction_though_its_plan_may_never_have_known_of_one(file: Path) -> None:
    history, workflow = read(file)
    asked: list[Act] = []
    said_at = history.events[-1].event_time.ToDatetime().replace(tzinfo=UTC)

    def correct(prober: Prober) -> None:
        command = Command(submission_id=UUID(int=10), kind=CommandKind.CORRECT, said_at=said_at)
        asked.extend(acts(prober.say(names.SUBMIT, command)))

    await replay(history, workflow, correct)
    assert [act.act_id for act in asked] == [UUID(int=10)]


async def test_a_complaint_that_waits_to_be_opened_hears_nothing_else() -> None:
    history, workflow = read(next(file for file in FILES if name_of(file) == "complaint/waits_to_be_opened"))
    heard: list[Any] = []
    said_at = history.events[-1].event_time.ToDatetime().replace(tzinfo=UTC)

    def speak(prober: Prober) -> None:
        assert prober.timers == {}
        note = Command(submission_id=UUID(int=9), kind=CommandKind.ADD_NOTE, said_at=said_at)
        (refused,) = prober.say(names.SUBMIT, note)
        heard.append(refused.update_response.rejected.application_failure_info.type)
        log = Command(submission_id=UUID(int=8), kind=CommandKind.LOG, said_at=said_at)
        heard.append([act.act_id for act in acts(prober.say(names.SUBMIT, log))])

    await replay(history, workflow, speak)
    assert heard == ["REFUSED", [UUID(int=8)]]


async def test_a_replay_that_has_to_wait_for_its_turn_is_no_deadlock() -> None:
    history, workflow = read(next(file for file in FILES if name_of(file) == "complaint/opened"))
    waits = iter([2.1])
    seen = await replay(history, workflow, first=lambda: time.sleep(next(waits, 0)))
    assert [kind for kind, _ in produced(seen.commands)] == [kind for kind, _ in recorded(history)]


async def test_a_replay_that_differs_is_found() -> None:
    """The comparison can fail: the same history with one act's input changed is another history."""
    history, _ = read(next(file for file in FILES if name_of(file) == "complaint/opened"))
    for event in history.events:
        if event.HasField("activity_task_scheduled_event_attributes"):
            payload = event.activity_task_scheduled_event_attributes.input.payloads[0]
            payload.data = payload.data.replace(b'"stage":{"value":"new"}', b'"stage":{"value":"old"}')
    seen = await replay(history, ComplaintWorkflow)
    assert not holds(produced(seen.commands), recorded(history))
