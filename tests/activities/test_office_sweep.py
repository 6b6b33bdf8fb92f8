"""Bulk operations and leavings that do not run are started by the sweep; those that are stuck are named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.leavers import Leavers
from activities.sweeps import Sweeps
from contracts import names
from contracts.bulk import BulkStart
from contracts.leavers import LeaverAct, LeaverStart, LeaverState
from contracts.sweeps import SweepRequest
from db.models.office import Leaver
from db.queries import bulk
from db.queries.bulk import NewBulk
from gateways.anchors import FolderAnchors
from runtime.attention import attention_report
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body


@pytest.fixture
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


async def sweep(apart: Apart, folder: Path, seconds: int, *, batch: int = 100) -> int:
    engine: Any = apart.engine
    sweeps = Sweeps(apart.database, apart.sweeper, engine, apart.states, FolderAnchors(folder), runs=apart.engine)
    return (await sweeps.deliver_pending(SweepRequest(now=MORNING + timedelta(seconds=seconds), batch=batch))).office


async def kinds(apart: Apart, later: timedelta) -> set[str]:
    found = await attention_report(apart.sweeper, apart.engine, MORNING + later, pause=lambda _: _nothing())
    return {item.kind.value for item in found.exceptions if "bulk" in item.kind or "leaver" in item.kind}


async def _nothing() -> None:
    """Let a moment pass without waiting for it."""


async def an_operation(apart: Apart, body: Body) -> UUID:
    new = NewBulk(
        id=uuid4(), organisation_id=body.id, kind="export", params={}, complaints=[await apart.log(body)],
        asked_by=None, role="auditor", asked_at=MORNING, caller="auditor", route="/v1/bulk",
        idempotency_key=uuid4().hex, body_hash="0" * 64,
    )  # fmt: skip
    async with apart.database.tenant(body.id, MORNING) as session:
        return (await bulk.ask(session, new)).operation.id


async def a_leaver(apart: Apart, body: Body, role: str, **changes: Any) -> UUID:
    leaver_id = uuid4()
    values = {"last_day": date(2028, 3, 10), "state": "announced", "announced_at": MORNING} | changes
    async with apart.database.tenant(body.id, MORNING) as session:
        session.add(Leaver(id=leaver_id, organisation_id=body.id, person_id=body.person(role), **values))
    return leaver_id


async def test_what_should_run_and_does_not_is_started_once_it_is_no_longer_young(apart: Apart, tmp_path: Path) -> None:
    body = apart.body()
    operation, leaver = await an_operation(apart, body), await a_leaver(apart, body, "handler")
    await a_leaver(apart, body, "handler", state="cancelled")
    assert await sweep(apart, tmp_path, 2) == 0
    assert await sweep(apart, tmp_path, 30) == 2
    assert apart.engine.bulk == [BulkStart(organisation_id=body.id, operation_id=operation)]
    assert apart.engine.leavers == [LeaverStart(organisation_id=body.id, leaver_id=leaver)]
    apart.engine.running_ids |= {names.bulk_workflow_id(operation), names.leaver_workflow_id(leaver)}
    assert await sweep(apart, tmp_path, 60) == 0


async def test_what_runs_for_months_does_not_hide_what_was_never_started(apart: Apart, tmp_path: Path) -> None:
    body = apart.body()
    for role in ("handler", "investigator"):
        older = await a_leaver(apart, body, role, announced_at=MORNING - timedelta(days=60))
        apart.engine.running_ids.add(names.leaver_workflow_id(older))
    newer = await a_leaver(apart, body, "auditor")
    assert await sweep(apart, tmp_path, 30, batch=1) == 1
    assert [each.leaver_id for each in apart.engine.leavers] == [newer]


async def test_an_operation_that_runs_for_more_than_a_day_is_named(apart: Apart) -> None:
    await an_operation(apart, apart.body())
    assert await kinds(apart, timedelta(hours=23)) == set()
    assert await kinds(apart, timedelta(hours=25)) == {"stuck_bulk"}


async def test_a_leaver_whose_last_day_has_passed_is_named_while_cases_are_theirs(apart: Apart) -> None:
    body = apart.body()
    await apart.log(body)  # the complaints manager's
    await a_leaver(apart, body, "complaints_manager")
    await a_leaver(apart, body, "handler")
    assert await kinds(apart, timedelta(days=8)) == set()
    assert await kinds(apart, timedelta(days=9)) == {"leaver_with_cases"}
    apart.rows("update complaint set open = false")
    assert await kinds(apart, timedelta(days=9)) == set()


async def test_a_successor_who_left_meanwhile_is_given_nothing(apart: Apart) -> None:
    body = apart.body()
    await apart.log(body)
    successor = body.person("handler")
    leaver = await a_leaver(apart, body, "complaints_manager", successor_id=successor)
    apart.rows("update person set active = false where id = %s", successor)
    act = LeaverAct(organisation_id=body.id, leaver_id=leaver, now=MORNING)
    assert (await Leavers(apart.database, apart.engine).hand_over(act)).left == 1
    assert apart.engine.bulk == [] and apart.rows("select id from bulk_operation") == []


async def test_what_a_leaver_was_asked_for_in_a_role_goes_to_who_has_the_role_then(apart: Apart) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    apart.rows("update complaint set owner_id = %s", body.person("handler"))
    leaver = await a_leaver(apart, body, "complaints_manager", last_day=MORNING.date())
    for role in ("complaints_manager", "owner"):
        apart.rows(
            "insert into task (id, organisation_id, complaint_id, kind, role, assignee_id, act_id, state, raised_at)"
            " values (%s, %s, %s, 'escalation.closing', %s, %s, %s, 'open', %s)",
            uuid4(), body.id, complaint, role, body.person("complaints_manager"), uuid4(), MORNING,
        )  # fmt: skip
    apart.rows(
        "insert into appointment (id, organisation_id, person_id, role, starts_on)"
        " values (%s, %s, %s, 'deputy_complaints_manager', '2028-01-01')",
        uuid4(), body.id, body.person("investigator"),
    )  # fmt: skip
    act = LeaverAct(organisation_id=body.id, leaver_id=leaver, now=MORNING + timedelta(days=1))
    assert (await Leavers(apart.database, apart.engine).look(act)).state is LeaverState.ENDED
    found = dict(
        apart.rows("select role, assignee_id from task where complaint_id = %s and kind like 'esc%%'", complaint)
    )
    assert found == {"complaints_manager": body.person("investigator"), "owner": body.person("handler")}


async def test_a_handing_over_that_is_asked_for_again_is_the_same_operation(apart: Apart) -> None:
    body = apart.body()
    await apart.log(body)
    leaver = await a_leaver(apart, body, "complaints_manager", successor_id=body.person("handler"))
    act = LeaverAct(organisation_id=body.id, leaver_id=leaver, now=MORNING)
    for _ in range(2):
        await Leavers(apart.database, apart.engine).hand_over(act)
    assert len({start.operation_id for start in apart.engine.bulk}) == 1 and len(apart.engine.bulk) == 2
    assert len(apart.rows("select id from bulk_operation")) == 1


async def test_whoever_stands_in_for_an_absent_manager_is_asked_for_the_cases(apart: Apart) -> None:
    body = apart.body()
    await apart.log(body)
    apart.rows("update complaint set owner_id = %s", body.person("handler"))
    leaver = await a_leaver(apart, body, "handler", last_day=MORNING.date())
    apart.rows(
        "insert into absence (id, organisation_id, person_id, starts_on, ends_on, cover_id, cancelled)"
        " values (%s, %s, %s, %s, %s, %s, false)",
        uuid4(), body.id, body.person("complaints_manager"), MORNING.date(), MORNING.date(),
        body.person("investigator"),
    )  # fmt: skip
    look = await Leavers(apart.database, apart.engine).look(
        LeaverAct(organisation_id=body.id, leaver_id=leaver, now=MORNING)
    )
    assert (look.state, look.left) == (LeaverState.ANNOUNCED, 1)
    rows = apart.rows("select role, assignee_id, complaint_id, due_on from task where subject_id = %s", leaver)
    assert rows == [("complaints_manager", body.person("investigator"), None, MORNING.date())]
