"""On the real server: what the machine fails at rests longer each time, is shown and told, and comes to its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from temporalio.testing import TimeSkipper

from contracts import names
from contracts.governance import GovernanceStart
from db.queries import governance, governance_hindered
from gateways.engine import Engine, connect
from policies.calendars import local_date
from tests.apart import Apart
from tests.bodies import Body
from tests.governing import Machine, Post, Press
from tests.governing_stand import Stand, now
from tests.world import until


@pytest.fixture
async def stand(own_server: str, apart: Apart) -> Stand:
    client = await connect(own_server, "default", lazy=False)
    machine = Machine(apart.database, Press(), Post())
    return Stand(client=client, apart=apart, machine=machine, engine=Engine(client), skipper=TimeSkipper(client))


async def begun(stand: Stand, body: Body, kind: str) -> UUID:
    series = await stand.series(body, kind, "monthly", local_date(now()) - timedelta(days=1))
    (occurrence,) = await stand.machine.turn(body.id, series, now())
    return occurrence


def hindered(stand: Stand, occurrence: UUID) -> tuple[Any, ...]:
    sql = "select code, hindered, tries from governance_step where occurrence_id = %s and state = 'open'"
    (row,) = stand.rows(sql, occurrence)
    return tuple(row)


def asked(stand: Stand, occurrence: UUID) -> list[str]:
    sql = "select state from task where act_id = %s and kind = 'governance_hindered'"
    return [row[0] for row in stand.rows(sql, occurrence)]


async def needs_attention(stand: Stand, occurrence: UUID) -> tuple[bool, str]:
    handle = stand.occurrence(occurrence)
    shown = {pair.key.name: pair.value for pair in (await handle.describe()).typed_search_attributes}
    return shown[names.SA_NEEDS_ATTENTION], str(await handle.query("__temporal_workflow_metadata"))


async def tell(stand: Stand, body: Body, occurrence: UUID) -> None:
    await stand.engine.tell_governance(GovernanceStart(organisation_id=body.id, occurrence_id=occurrence))


async def test_a_compile_that_keeps_failing_is_counted_told_of_and_tried_ever_more_rarely(stand: Stand) -> None:
    body = stand.apart.body()
    occurrence = await begun(stand, body, "board_report")
    stand.machine.press.faults = 400
    async with stand.working():
        await tell(stand, body, occurrence)
        for tries in (1, 2):
            await stand.pass_days(occurrence, 0.008)
            assert hindered(stand, occurrence) == ("compile", "failed", tries)
            attention, details = await needs_attention(stand, occurrence)
            assert attention and f"failed {tries} time" in details
        assert "is tried again at" in details and asked(stand, occurrence) == []
        await stand.pass_days(occurrence, 0.015)
        await stand.pass_days(occurrence, 0.008)
        assert hindered(stand, occurrence)[2] == 3 and asked(stand, occurrence) == ["open"]
        left = stand.machine.press.faults
        await stand.pass_days(occurrence, 0.02)
        assert stand.machine.press.faults == left, "it rests for an hour"
        stand.machine.press.faults = 0
        async with stand.apart.database.tenant(body.id, now()) as session:
            row = await governance.occurrence(session, occurrence, lock=True)
            step = await governance.open_step(session, occurrence)
            assert row is not None and step is not None
            by = body.person("complaints_manager")
            await governance_hindered.try_anew(session, row, step, now(), by=by)
        await tell(stand, body, occurrence)

        async def compiled() -> bool:
            return hindered(stand, occurrence)[0] == "comment"

        await until(compiled)
        await stand.settled(stand.occurrence(occurrence))
        assert (await needs_attention(stand, occurrence))[0] is False and asked(stand, occurrence) == ["done"]


async def test_what_people_have_to_put_right_is_tried_once_and_waits_for_them(stand: Stand) -> None:
    body = stand.apart.body()
    occurrence = await begun(stand, body, "learning_summary")
    stand.machine.press.hindered = "report_shown_already"
    async with stand.working():
        await tell(stand, body, occurrence)
        await stand.settled(stand.occurrence(occurrence))
        async with stand.apart.database.tenant(body.id, now()) as session:
            row = await governance.occurrence(session, occurrence, lock=True)
            step = await governance.open_step(session, occurrence)
            assert row is not None and step is not None and step.code == "approve"
            await governance.complete(session, row, step, now(), by=body.person("responsible_person"), words=None)
        await tell(stand, body, occurrence)

        async def waits() -> bool:
            return asked(stand, occurrence) == ["open"]

        await until(waits)
        await stand.pass_days(occurrence, 3)
        assert hindered(stand, occurrence) == ("publish", "report_shown_already", 1)
        attention, details = await needs_attention(stand, occurrence)
        assert attention and "report_shown_already, which people have to see to" in details
