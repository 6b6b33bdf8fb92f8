"""A complaint passed on between two organisations of one installation, over real workers: taken, and ended here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

from contracts import names
from contracts.commands import CommandKind
from db.consent_said import RecordConsent
from gateways.engine import connect
from runtime.settings import Settings
from tests.activities.passed_on import passing
from tests.apart import Apart
from tests.world import World, a_world, until

K = CommandKind


@pytest.fixture
async def world(own_server: str, apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Now, for once: the workflow that carries, and the complaint that it opens, begin at the machine's own time."""
    settings = Settings(environment="development", state_dir=tmp_path_factory.mktemp("state"))
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        opened.clock.time = datetime.now(UTC) + timedelta(seconds=20)
        yield opened


async def test_a_complaint_passed_on_lives_at_its_receiver_and_ends_at_its_sender(world: World, apart: Apart) -> None:
    sender, receiver = apart.body(), apart.body()
    complaint = await world.log(sender)
    (party,) = await world.rows(sender, "select id from party where complaint_id = :id", id=complaint)
    on = world.clock.now().date()
    for kind, what in (
        (K.RECORD_CONSENT, RecordConsent(scope="share_with_body", giver_id=party["id"], basis="statutory",
                                         given_on=on, body=receiver.code)),
        (K.TRANSFER, passing(receiver)),
    ):  # fmt: skip
        done = await world.say(sender, complaint, kind, what)
        assert done.state == "applied", done.refusal or done.last_failure
    row = await world.row(sender, "select id from contribution where complaint_id = :id", id=complaint)

    def received() -> list[tuple[Any, ...]]:
        return apart.rows(
            "select r.complaint_id, c.stage, c.received_on, c.open, r.state, k.due_on > c.received_on"
            " from transfer_received r join complaint c on c.id = r.complaint_id"
            " join clock k on k.complaint_id = c.id and k.kind = 'acknowledgement' where r.contribution_id = %s",
            row["id"],
        )

    async def taken() -> bool:
        found = received()
        return bool(found) and found[0][4] == "brought"

    await until(taken)
    ((own, *stands),) = received()
    assert stands == ["received", on, True, "brought", True]
    # Each workflow of the two ends or lives as its own complaint does.
    await world.handle(complaint).result()
    ended = await world.row(sender, "select stage, open from complaint where id = :id", id=complaint)
    assert (ended["stage"], ended["open"]) == ("transferred", False)
    assert (await world.handle(own).describe()).status is WorkflowExecutionStatus.RUNNING
    carrier = world.client.get_workflow_handle(names.joint_part_workflow_id(receiver.id, row["id"]))
    await carrier.result()
    contribution = world.client.get_workflow_handle(names.contribution_workflow_id(row["id"]))
    await contribution.result()
    history = await carrier.fetch_history()
    words = "".join(str(event) for event in history.events)
    assert "Pat Example" not in words and "nine hours" not in words
