"""Contributions over real parts, under skipped time: a silent body, its ladder, and what outlives the complaint."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from activities.case_file import CaseFile
from activities.sweeps import Sweeps
from contracts import names
from contracts.acts import Act
from contracts.code import Code
from contracts.commands import Command
from contracts.joint import ContributionStart, ContributionState
from contracts.sweeps import SweepRequest
from db import said
from db.joint_messages import to_json
from db.joint_said import RecordFromBody, ReleaseContribution
from gateways.anchors import FolderAnchors
from gateways.engine import connect
from gateways.running import EngineRuns
from gateways.sealing import new_key
from runtime.attention import Kind, attention_report
from runtime.settings import Settings
from tests.apart import MORNING, Apart
from tests.contributing import THURSDAY, K, a_part, accept, contribute, owe
from tests.lives.test_history_budget import A_COMMAND, A_PAYLOAD, A_RUNG, events_of, payloads
from tests.world import World, a_world, until


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
async def living(own_server: str, apart: Apart, state: Path) -> AsyncIterator[World]:
    settings = Settings(
        environment="development",
        state_dir=state,
        secrets_key=SecretStr(new_key()),
        public_url="https://redress.example",
    )
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


@pytest.fixture
def world(living: World) -> World:
    living.clock.time = MORNING
    return living


async def test_a_silent_body_is_reminded_up_to_its_top_and_may_answer_after_all(world: World, apart: Apart) -> None:
    body = apart.body()
    silent = await contribute(world, apart, body)
    happening = await world.engine.happening(silent.complaint, timedelta(minutes=1))
    assert happening.next_rung is not None and not happening.next_rung.kind.value.startswith("body")
    assert await silent.told() == ["invitation"]
    await silent.to(date(2028, 3, 7), 8, 50)
    assert await silent.fired() == []
    await silent.to(date(2028, 3, 7), 9)
    assert await silent.fired() == [("body_acceptance", "reminder", False)]
    assert await silent.level() == "contact" and await silent.asked() == []
    await silent.to(date(2028, 3, 10), 0)
    assert (await silent.asked()) == [("overdue.body_acceptance", "owner")]
    await silent.to(date(2028, 3, 13), 9)
    assert await silent.level() == "complaints_manager"
    await silent.to(date(2028, 3, 16), 9)
    assert await silent.level() == "responsible_person"
    assert ("escalation.body_acceptance", "complaints_manager") in await silent.asked()
    await silent.to(date(2028, 3, 23), 9)
    rungs = ["reminder", "overdue", "escalation", "escalation_2", "chase_1"]
    assert await silent.fired() == [("body_acceptance", rung, False) for rung in rungs]
    assert await silent.told() == ["invitation"] + ["reminder"] * 5
    assert await silent.written() == [
        ("body_invitation", "contact"),
        ("body_reminder", "contact"),
        ("body_reminder", "contact"),
        ("body_reminder", "complaints_manager"),
        ("body_reminder", "responsible_person"),
        ("body_reminder", "responsible_person"),
    ]
    # Its responsible person was reminded, and it says nothing: one of our seniors is asked, about this body.
    raised = await silent.row("select cause, level, subject_id from escalation where subject_id = :id")
    assert (raised["cause"], raised["level"]) == ("body_silent", "elevated")
    shown = await silent.shown()
    assert shown[names.SA_STAGE] == "invited" and shown[names.SA_ORGANISATION] == str(body.id)

    await silent.hear(accept())
    await silent.settled()
    assert await silent.level() is None and await silent.asked() == []
    breached = await silent.row("select breached_at, in_time from clock where contribution_id = :id")
    assert breached["breached_at"] is not None and breached["in_time"] is False
    await silent.hear(a_part())
    release = ReleaseContribution(contribution_id=silent.id, reason="Its part is there.")
    await silent.say(K.RELEASE_CONTRIBUTION, release)
    assert await silent.handle.result() is ContributionState.RELEASED
    # Nothing of the complaint itself waited for the body: its own clocks run as ever.
    assert (await world.row(body, "select open from complaint where id = :id", id=silent.complaint))["open"]


async def test_an_e_mail_to_a_body_holds_its_link_and_no_reference_and_nobody_s_name(
    world: World, apart: Apart, state: Path
) -> None:
    body = apart.body()
    silent = await contribute(world, apart, body)
    await silent.to(date(2028, 3, 7), 10)
    states = "select state from notice where contribution_id = :id"

    async def left() -> bool:
        return set(await silent.column(states)) == {"handed_over"}

    await until(left)
    known = await world.row(body, "select reference from complaint where id = :id", id=silent.complaint)
    mails = written_to(state)
    ids = {str(each) for each in await silent.column("select id from notice where contribution_id = :id")}
    mine = [mail for mail in mails if any(f"<notice.{each}@" in mail for each in ids)]
    assert mine
    for mail in mine:
        assert "https://redress.example/part/" in mail.replace("=\n", "") and "%LINK%" not in mail
        assert not any(each in mail for each in (known["reference"], "Marker", "Pat", "Long wait"))
    kept = await silent.column("select body from notice where contribution_id = :id")
    assert all("%LINK%" in words and "/part/" not in words for words in kept)


def written_to(state: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(state.rglob("*.eml"))]


async def test_several_things_overdue_on_one_day_are_one_e_mail(world: World, apart: Apart) -> None:
    silent = await contribute(world, apart, apart.body())
    owe(apart, silent, "body_information")
    await silent.handle.signal(names.CONTRIBUTION_CHANGED)
    await silent.settled()
    await silent.to(date(2028, 3, 10), 0)
    overdue = sorted(kind for kind, rung, _ in await silent.fired() if rung == "overdue")
    assert overdue == ["body_acceptance", "body_information"]
    assert await silent.told() == ["invitation"] + ["reminder"] * 4
    assert (await silent.written()).count(("body_reminder", "contact")) == 2  # one a day
    # What is met lets the body come down to where the other clock still has it.
    await silent.to(date(2028, 3, 13), 9)
    await silent.hear(accept())
    assert await silent.level() == "complaints_manager"


async def test_where_no_e_mail_is_known_a_person_is_asked(world: World, apart: Apart) -> None:
    body = apart.body()
    silent = await contribute(world, apart, body, contacts=(), way="none")
    asked = await silent.column("select role from task where subject_id = :id and kind = 'tell_body'")
    assert asked == ["owner"]
    await silent.to(date(2028, 3, 10), 0)
    assert await silent.written() == []
    assert await silent.asked() == [("overdue.body_acceptance", "owner")]


async def test_what_a_body_still_owes_is_waited_for_after_the_complaint_has_ended(world: World, apart: Apart) -> None:
    body = apart.body()
    owing = await contribute(world, apart, body)
    await owing.say(K.WITHDRAW, said.Withdraw(method="call", withdrawn_on=THURSDAY))
    await world.handle(owing.complaint).result()
    assert await owing.handle.result() is ContributionState.RELEASED
    assert await owing.told() == ["invitation", "released"]
    # As an action that outlives a closed complaint: the workflow begins anew, and keeps the clock on it.
    owing.ended = True
    owe(apart, owing, "body_action")
    start = ContributionStart(organisation_id=body.id, complaint_id=owing.complaint, contribution_id=owing.id)
    await world.engine.tell_contribution(start)
    await owing.settled()
    await world.skipper.fast_forward(owing.handle, world.clock.now() - datetime.now(UTC))
    await owing.to(date(2028, 3, 10), 0)
    assert await owing.fired() == [("body_action", "reminder", False), ("body_action", "overdue", False)]
    assert await owing.asked() == [("overdue.body_action", "owner")]
    assert await owing.level() == "contact"


async def test_cancel_in_the_engine_ends_no_contribution(world: World, apart: Apart) -> None:
    silent = await contribute(world, apart, apart.body())
    await silent.handle.cancel()
    await silent.to(date(2028, 3, 10), 0)
    assert [rung for _, rung, _ in await silent.fired()] == ["reminder", "overdue"]


async def test_a_rung_of_a_body_costs_little_history(world: World, apart: Apart) -> None:
    silent = await contribute(world, apart, apart.body())
    await silent.to(date(2028, 3, 10), 0)
    before = len(await events_of(silent.handle))
    await silent.to(date(2028, 3, 13), 9)
    assert len(await silent.fired()) == 3
    found = await events_of(silent.handle)
    assert len(found) - before <= A_RUNG
    await silent.hear(accept())
    await silent.settled()
    assert len(await events_of(silent.handle)) - len(found) <= A_COMMAND
    assert max(size for event in found for size in payloads(event)) <= A_PAYLOAD


async def test_a_signal_that_was_lost_is_made_up_for_by_the_sweep(world: World, apart: Apart, tmp_path: Path) -> None:
    body = apart.body()
    silent = await contribute(world, apart, body)
    # As if the engine had been away when the acceptance was applied: it is applied, and nobody was told.
    today = world.clock.time.date()
    words = {"kind": "accept", "body": to_json(accept()), "how": "call", "said_on": today}
    what = RecordFromBody(contribution_id=silent.id, **words)
    submission = await world.say(body, silent.complaint, K.RECORD_FROM_BODY, what, deliver=False)
    act = Act(
        act_id=submission.id,
        organisation_id=body.id,
        complaint_id=silent.complaint,
        now=world.clock.now(),
        stage=Code("received"),
        command=Command(submission_id=submission.id, kind=K.RECORD_FROM_BODY, said_at=world.clock.now()),
    )
    await CaseFile(world.database, Deaf()).apply(act)  # type: ignore[arg-type]
    row = await silent.row("select state, heard < changes as unheard from contribution where id = :id")
    assert (row["state"], row["unheard"]) == ("accepted", True)
    world.clock.time += timedelta(seconds=30)
    report = await _sweep(world, apart, tmp_path, world.clock.now())
    assert report.contributions >= 1
    await silent.settled()
    assert (await silent.shown())[names.SA_STAGE] == "accepted"


class Deaf:
    """An engine that cannot be reached."""

    def __getattr__(self, name: str) -> Any:
        raise ConnectionError


async def test_a_contribution_whose_workflow_was_terminated_is_an_exception_until_the_sweep_starts_it_again(
    world: World, apart: Apart, tmp_path: Path
) -> None:
    silent = await contribute(world, apart, apart.body())
    await silent.handle.terminate()
    now = world.clock.now() + timedelta(minutes=5)

    async def missing() -> bool:
        report = await attention_report(apart.sweeper, world.engine, now)
        kind = Kind.NO_CONTRIBUTION_WORKFLOW
        return any(item.kind is kind and item.detail == str(silent.id) for item in report.exceptions)

    await until(missing)
    assert (await _sweep(world, apart, tmp_path, now)).contributions >= 1
    assert await world.engine.is_running(names.contribution_workflow_id(silent.id), timedelta(seconds=20))


async def _sweep(world: World, apart: Apart, folder: Path, now: datetime) -> Any:
    runs = EngineRuns(world.engine)
    sweeps = Sweeps(world.database, apart.sweeper, world.engine, world.states, FolderAnchors(folder), runs)
    return await sweeps.deliver_pending(SweepRequest(now=now))
