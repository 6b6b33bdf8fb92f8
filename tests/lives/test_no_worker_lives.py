"""No worker lives across three rungs of an escalation: once one does, each senior is called, late, in order, once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from contracts import names
from contracts.commands import CommandKind
from contracts.proceedings import ProceedingKind, ProceedingStart
from db.escalation_said import AcknowledgeEscalation
from gateways.engine import connect
from runtime.settings import Settings
from tests.apart import Apart
from tests.lives.serious_life import begun, the_call
from tests.world import a_world, until

# From Thursday at ten: told again at noon, the second at two, the next on Friday at ten.
FRIDAY = datetime(2028, 3, 3, 11, tzinfo=UTC)


async def test_the_ladder_is_climbed_though_no_worker_lived_across_three_of_its_rungs(
    own_server: str, apart: Apart, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = Settings(environment="development", state_dir=tmp_path_factory.mktemp("state"))
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as alive:
        life = await begun(alive, apart)
        escalation = await the_call(life)
        assert await life.calls(escalation) == [("first", "senior_leader")]
    # The worker is gone, and the engine has lost what ran: the sweep begins it anew on Friday, an hour too late.
    id = names.proceeding_workflow_id("escalation", escalation)
    await client.get_workflow_handle(id).terminate()
    start = ProceedingStart(
        organisation_id=life.body.id, complaint_id=life.complaint, proceeding_id=escalation,
        kind=ProceedingKind.ESCALATION,
    )  # fmt: skip
    handle = await client.start_workflow(
        names.ESCALATION, start, id=id, task_queue=names.CASES, start_delay=FRIDAY - datetime.now(UTC)
    )
    passing = asyncio.create_task(alive.skipper.fast_forward(handle, FRIDAY - datetime.now(UTC)))
    async with a_world(client, apart.database, apart.sweeper, settings) as again:
        await asyncio.wait_for(passing, 120)
        life.company.known(await handle.describe())  # it is at the world's time: it is not moved a second time
        life.world = life.company.world = again
        again.clock.time = FRIDAY

        async def climbed() -> bool:
            return len(await life.calls(escalation)) == 4

        await until(climbed)
        calls = await life.calls(escalation)
        assert [step for step, _ in calls] == ["first", "again", "second", "next"]
        assert len({person for _, person in calls}) == 3
        assert await life.rungs("escalation_call") == [
            ("first", False), ("again", True), ("second", True), ("overdue", True),
        ]  # fmt: skip
        await life.must(CommandKind.ACKNOWLEDGE_ESCALATION, AcknowledgeEscalation(escalation_id=escalation), "auditor")
        row = await life.row("select minutes_to_acknowledge from escalation where id = :one", one=escalation)
        assert row["minutes_to_acknowledge"] == 25 * 60
