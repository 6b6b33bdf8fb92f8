"""What governance costs its history: events by what time and people do to a board report, bytes by payload."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from temporalio.testing import TimeSkipper

from contracts.governance import GovernanceStart, OccurrenceState
from db.queries import governance
from gateways.engine import Engine, connect
from policies.calendars import local_date
from tests.apart import Apart
from tests.bodies import Body
from tests.governing import Machine, Post, Press
from tests.governing_stand import Stand, now
from tests.lives.test_history_budget import A_PAYLOAD, events_of, payloads

# Events for each, a sixth more than were counted when this was written. Each look, deed and e-mail is an activity; when
# the seniors' time to comment is over, the approver is asked and chased at once.
BUDGET = {
    "begun": 60, "reminder": 42, "overdue": 42, "escalation": 42, "comment": 100, "approve": 44, "publish": 58,
    "distribute": 15,
}  # fmt: skip
A_ROUND = 410


@pytest.fixture
async def stand(own_server: str, apart: Apart) -> Stand:
    client = await connect(own_server, "default", lazy=False)
    machine = Machine(apart.database, Press(), Post())
    return Stand(client=client, apart=apart, machine=machine, engine=Engine(client), skipper=TimeSkipper(client))


async def complete(stand: Stand, body: Body, occurrence: UUID) -> None:
    """End the open step as the API does, and tell the workflow."""
    async with stand.apart.database.tenant(body.id, now()) as session:
        row = await governance.occurrence(session, occurrence, lock=True)
        assert row is not None
        step = await governance.open_step(session, occurrence)
        assert step is not None
        await governance.complete(session, row, step, now(), by=body.person("responsible_person"), words=None)
    await stand.engine.tell_governance(GovernanceStart(organisation_id=body.id, occurrence_id=occurrence))


async def test_a_whole_board_report_keeps_to_its_budget_of_events_and_bytes(stand: Stand) -> None:
    body = stand.apart.body()
    series = await stand.series(body, "board_report", "monthly", local_date(now()))
    (occurrence,) = await stand.machine.turn(body.id, series, now() + timedelta(days=1))
    handle = stand.occurrence(occurrence)
    costs: dict[str, int] = {}
    before = 0

    async def cost(name: str) -> None:
        nonlocal before
        after = len(await events_of(handle))
        costs[name], before = after - before, after

    async with stand.working():
        await stand.engine.tell_governance(GovernanceStart(organisation_id=body.id, occurrence_id=occurrence))
        await stand.pass_days(occurrence, 0.001)
        await cost("begun")
        for rung, days in (("reminder", 9.5), ("overdue", 2), ("escalation", 5)):
            await stand.pass_days(occurrence, days)
            await cost(rung)
        for step in ("comment", "approve", "publish"):
            await complete(stand, body, occurrence)
            await stand.pass_days(occurrence, 0.001)
            await cost(step)
        await complete(stand, body, occurrence)
        assert await handle.result() is OccurrenceState.DONE
        await cost("distribute")
    history = await events_of(handle)
    assert costs.keys() == BUDGET.keys()
    assert {name: events for name, events in costs.items() if events > BUDGET[name]} == {}
    assert len(history) <= A_ROUND
    assert max(size for event in history for size in payloads(event)) <= A_PAYLOAD
