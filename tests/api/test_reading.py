"""Reading: the worklist page by page, what a complaint holds, files, and whether all is well."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import psycopg
from fastapi import FastAPI
from psycopg.types.json import Jsonb

from api.parts import Exceptions
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.api.fakes import FakeEngine, FixedClock, Inspection
from tests.api.people import ACORN, BIRCH, Tokens, a_complaint, listed, log

Connection = psycopg.Connection[Any]


def start_clock(migrator: Connection, logged: dict[str, Any], due_on: str, state: str = "running") -> str:
    clock_id = str(uuid4())
    columns = {
        "id": clock_id,
        "organisation_id": ACORN.id,
        "complaint_id": logged["id"],
        "kind": "acknowledgement",
        "generation": 1,
        "effect": "statutory",
        "state": state,
        "started_on": "2026-11-10",
        "due_on": due_on,
        "due_at": f"{due_on}T23:59:59Z",
        "provisional": False,
        "rungs": Jsonb([]),
        "proof": Jsonb({"legal_basis": "SI 2009/309 reg 13(3)"}),
    }
    names = ", ".join(columns)
    holes = ", ".join(["%s"] * len(columns))
    migrator.execute(f"insert into clock ({names}) values ({holes})", list(columns.values()))
    migrator.execute(
        "insert into clock_version (id, organisation_id, complaint_id, clock_id, generation, started_on,"
        " due_on, due_at, cause, reason, agreed_by, act_id, proof, made_at) values (gen_random_uuid(), %s, %s,"
        " %s, 1, '2026-11-10', %s, %s, 'started', 'She asked.', 'Una Sample', gen_random_uuid(), '{}', now())",
        (ACORN.id, logged["id"], clock_id, due_on, f"{due_on}T23:59:59Z"),
    )
    return clock_id


async def test_the_worklist_is_paged_without_loss_or_repeat(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    logged = [await log(client, tokens, app) for _ in range(7)]
    # Rows without a next event come last, and two of the same instant are told apart by id.
    for each in logged[:2]:
        migrator.execute("update complaint set next_event_at = null where id = %s", (each["id"],))
    headers = tokens.headers("auditor")
    everything = {
        row[0] for row in migrator.execute("select reference from complaint where organisation_id = %s", (ACORN.id,))
    }
    for sort in ("nextEvent", "receivedOn"):
        seen: list[str] = []
        params: dict[str, Any] = {"limit": 3, "sort": sort}
        while True:
            page = (await client.get("/v1/complaints", params=params, headers=headers)).json()
            seen += [item["reference"] for item in page["items"]]
            if page["next"] is None:
                break
            params["cursor"] = page["next"]
        assert len(seen) == len(set(seen))
        assert set(seen) == everything
        if sort == "nextEvent":
            assert set(seen[-2:]) == {each["reference"] for each in logged[:2]}


async def test_the_worklist_is_narrowed_by_each_filter(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    late = await log(client, tokens, app, ownerId=str(ACORN.person("handler")))
    soon = await log(client, tokens, app)
    start_clock(migrator, late, "2026-11-16")
    start_clock(migrator, soon, "2026-11-20")
    migrator.execute("update complaint set attention = 'parked' where id = %s", (late["id"],))
    migrator.execute(
        "update complaint set open = false, stage = 'closed', waiting_on = 'nobody' where id = %s",
        (soon["id"],),
    )

    async def found(role: str = "handler", **params: Any) -> set[str]:
        items = await listed(client, "/v1/complaints", tokens.headers(role), **params)
        return {item["reference"] for item in items} & {
            late["reference"],
            soon["reference"],
        }

    a, b = {late["reference"]}, {soon["reference"]}
    assert await found(overdue=True) == a
    assert await found(overdue=False) == b
    assert await found(dueBefore="2026-11-17") == a
    assert await found(dueBefore="2026-11-21") == a | b
    assert await found(needsAttention=True) == a
    assert await found(open=False) == b
    assert await found(stage="closed") == b
    assert await found(waitingOn="nobody") == b
    assert await found(owner=str(ACORN.person("handler"))) == a
    assert await found(owner="me") == a
    assert await found(role="auditor", owner="me") == set()
    assert await found(reference=late["reference"].lower()) == a
    assert await found(reference="nonsense") == set()
    assert await found(overdue=True, open=False) == set()
    theirs = await client.get("/v1/complaints", headers=tokens.headers("handler", organisation=BIRCH.id))
    assert not [item for item in theirs.json()["items"] if item["reference"].startswith("ACORN")]


async def test_a_clock_is_shown_with_its_proof_its_versions_and_whether_it_is_overdue(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    logged = await log(client, tokens, app)
    clock_id = start_clock(migrator, logged, "2026-11-17")
    shown = (await client.get(logged["complaint"] + "/clocks", headers=tokens.headers("handler"))).json()
    [clock] = shown["items"]
    assert (clock["id"], clock["overdue"], clock["dueOn"]) == (clock_id, True, "2026-11-17")
    assert clock["dueAt"] == "2026-11-17T23:59:59Z"
    assert clock["title"] == "Acknowledge the complaint and offer to discuss it"
    assert clock["proof"]["legal_basis"] == "SI 2009/309 reg 13(3)"
    assert clock["versions"][0]["agreedBy"] == "Una Sample"
    assert (await client.get(logged["complaint"], headers=tokens.headers("handler"))).json()["overdue"]

    codes = await client.get(logged["complaint"] + "/clocks", headers=tokens.headers("operator"))
    assert "Una" not in codes.text and "She asked" not in codes.text


async def test_events_are_shown_in_order_and_paged(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    logged = await log(client, tokens, app)
    for seq in range(1, 6):
        migrator.execute(
            "insert into case_event (complaint_id, seq, organisation_id, kind, at_us, act_id, actor_id, role,"
            " data, prev_hash, hash) values (%s, %s, %s, 'complaint_logged', %s, gen_random_uuid(), %s,"
            " 'handler', %s, '', '')",
            (
                *(logged["id"], seq, ACORN.id, 1_763_400_000_123_456 + seq, ACORN.person("handler")),
                f'{{"n":{seq}}}',
            ),
        )
    address, headers = logged["complaint"] + "/timeline", tokens.headers("handler")
    first = (await client.get(address, params={"limit": 3}, headers=headers)).json()
    assert [event["seq"] for event in first["items"]] == [1, 2, 3]
    assert first["items"][0]["at"] == "2025-11-17T17:20:00.123457Z"
    assert first["items"][0]["actor"]["name"] == "handler of ACORN"
    rest = (await client.get(address, params={"limit": 3, "after": first["next"]}, headers=headers)).json()
    assert ([event["seq"] for event in rest["items"]], rest["next"]) == ([4, 5], None)


async def test_tasks_are_mine_by_name_or_by_role_and_come_by_the_day_they_are_due(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    logged = await log(client, tokens, app)
    mine, other = ACORN.person("investigator"), ACORN.person("handler")
    tasks = [
        (mine, "owner", "2026-11-20", "open"),
        (None, "investigator", "2026-11-19", "open"),
        (None, "investigator", None, "open"),
        (other, "investigator", "2026-11-18", "open"),
        (mine, "owner", "2026-11-17", "done"),
    ]
    for assignee, role, due_on, state in tasks:
        migrator.execute(
            "insert into task (id, organisation_id, complaint_id, kind, role, assignee_id, due_on, act_id, state,"
            " raised_at) values (gen_random_uuid(), %s, %s, 'post_letter', %s, %s, %s, gen_random_uuid(), %s, now())",
            (ACORN.id, logged["id"], role, assignee, due_on, state),
        )
    headers = tokens.headers("investigator")
    seen: list[Any] = []
    params: dict[str, Any] = {"limit": 1}
    while params.get("cursor", "first") is not None:
        page = (await client.get("/v1/tasks", params=params, headers=headers)).json()
        seen += [item["dueOn"] for item in page["items"]]
        params["cursor"] = page["next"]
    assert seen == ["2026-11-19", "2026-11-20", None]
    everybody = await listed(client, "/v1/tasks", headers, whose="everybody")
    here = [item for item in everybody if item["reference"] == logged["reference"]]
    assert len(here) == 4
    own = (await client.get(logged["complaint"] + "/tasks", headers=headers)).json()
    assert len(own["items"]) == 5
    assert own["items"][0]["title"] == "Post the letter"


async def test_the_service_is_ready_when_nothing_needs_attention(
    client: httpx2.AsyncClient, tokens: Tokens, inspection: Inspection
) -> None:
    assert (await client.get("/health/live")).json()["status"] == "alive"
    assert (await client.get("/health/ready")).status_code == 200
    inspection.found = Exceptions(
        counts={"submissions_waiting": 2},
        items=(
            {"organisation": str(ACORN.id), "submission": "1"},
            {"organisation": str(BIRCH.id), "submission": "2"},
        ),
    )
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()["counts"]) == (503, {"submissions_waiting": 2})
    shown = (await client.get("/v1/attention", headers=tokens.headers("operator"))).json()
    assert shown["items"] == [{"organisation": str(ACORN.id), "submission": "1"}]
    inspection.broken = True
    assert (await client.get("/health/ready")).status_code == 503


async def test_while_the_database_is_away_nothing_is_half_done_and_it_is_said_when_to_come_back(
    settings: Settings, tokens: Tokens, engine: FakeEngine, clock: FixedClock, inspection: Inspection
) -> None:
    from api.app import create_app

    away = "postgresql+psycopg://nobody:x@127.0.0.1:1/none"
    lost = settings.model_copy(update={"database_dsn_app": away, "database_dsn_sweeper": away})
    app = create_app(lost, engine=engine, clock=clock, inspect=inspection)
    async with serving(app) as client:
        answer = await client.post("/v1/complaints", json=a_complaint(), headers=tokens.headers("handler"))
        alive = await client.get("/health/live")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "5"
    assert alive.status_code == 200
    assert engine.delivered == []
