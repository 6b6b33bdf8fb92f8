"""Leavers through the API: announced, refused, cancelled, and of no other organisation."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.fakes import FakeEngine
from tests.api.people import ACORN, BIRCH, Tokens, log

Connection = psycopg.Connection[Any]
LAST_DAY = "2026-12-18"


@pytest.fixture
def person(migrator: Connection) -> UUID:
    """Somebody of ours, new for each test."""
    return hired(migrator, ACORN.id)


def hired(migrator: Connection, organisation: UUID, *, active: bool = True) -> UUID:
    person_id = uuid4()
    migrator.execute(
        "insert into person (id, organisation_id, subject, name, active) values (%s, %s, %s, 'A. Person', %s)",
        (person_id, organisation, person_id.hex, active),
    )
    return person_id


def leaving(person: UUID) -> str:
    return f"/v1/people/{person}/leaving"


async def announce(
    client: httpx2.AsyncClient, tokens: Tokens, person: UUID, *, role: str = "complaints_manager", **body: Any
) -> httpx2.Response:
    return await client.post(leaving(person), json={"lastDay": LAST_DAY} | body, headers=tokens.headers(role))


async def test_a_last_day_is_announced_once_for_a_key_journalled_and_its_workflow_is_told(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, engine: FakeEngine, migrator: Connection, person: UUID
) -> None:
    successor = hired(migrator, ACORN.id)
    await log(client, tokens, app, ownerId=str(person))
    headers = tokens.headers("complaints_manager", key=f"leaving-{person}")
    body = {"lastDay": LAST_DAY, "successorId": str(successor)}
    first, again = [await client.post(leaving(person), json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()["state"], first.json()["casesLeft"]) == (201, "announced", 1)
    assert again.json() == first.json() and str(engine.leavers[-1].leaver_id) == first.json()["id"]
    other = await client.post(leaving(person), json={"lastDay": "2027-01-04"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    rows = migrator.execute(
        "select kind, actor_id, data from office_event where subject_id = %s", (first.json()["id"],)
    )
    data = {"person_id": str(person), "last_day": LAST_DAY, "successor_id": str(successor)}
    assert rows.fetchall() == [("leaver.announced", ACORN.person("complaints_manager"), data)]


async def test_a_last_day_is_stored_while_the_engine_is_away(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, person: UUID
) -> None:
    engine.away = True
    assert (await announce(client, tokens, person)).status_code == 201


async def test_one_leaving_at_a_time_is_announced_and_after_a_cancellation_another(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, migrator: Connection, person: UUID
) -> None:
    first = await announce(client, tokens, person)
    twice = await announce(client, tokens, person)
    assert (twice.status_code, twice.json()["code"]) == (409, "already_leaving")
    task = uuid4()
    migrator.execute(
        "insert into task (id, organisation_id, kind, role, act_id, subject_id, state, raised_at)"
        " values (%s, %s, 'hand_over_cases', 'complaints_manager', %s, %s, 'open', '2026-11-18')",
        (task, ACORN.id, first.json()["id"], first.json()["id"]),
    )
    headers = tokens.headers("complaints_manager", key=f"stays-{person}")
    for _ in range(2):
        stays = await client.post(f"{leaving(person)}/cancellation", headers=headers)
        assert (stays.status_code, stays.json()["state"]) == (200, "cancelled")
    assert str(engine.leavers[-1].leaver_id) == first.json()["id"]
    assert migrator.execute("select state from task where id = %s", (task,)).fetchone() == ("superseded",)
    gone = await client.post(f"{leaving(person)}/cancellation", headers=tokens.headers("complaints_manager"))
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
    assert (await announce(client, tokens, person)).status_code == 201


async def test_a_successor_works_here_is_another_and_stays_longer(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection, person: UUID
) -> None:
    leaves_too = hired(migrator, ACORN.id)
    assert (await announce(client, tokens, leaves_too)).status_code == 201
    for successor, code in (
        (person, "same_person"),
        (hired(migrator, BIRCH.id), "unknown_person"),
        (hired(migrator, ACORN.id, active=False), "unknown_person"),
        (uuid4(), "unknown_person"),
        (leaves_too, "leaves_too"),
    ):
        answer = await announce(client, tokens, person, successorId=str(successor))
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["pointer"], error["code"]) == (422, "/successorId", code)
    earlier = await announce(client, tokens, person, successorId=str(leaves_too), lastDay="2026-12-17")
    assert earlier.status_code == 201


async def test_a_last_day_in_the_past_is_refused_and_today_is_not(
    client: httpx2.AsyncClient, tokens: Tokens, person: UUID
) -> None:
    past = await announce(client, tokens, person, lastDay="2026-11-17")
    assert (past.status_code, past.json()["errors"][0]["code"]) == (422, "date_in_past")
    assert (await announce(client, tokens, person, lastDay="2026-11-18")).status_code == 201


async def test_only_somebody_who_works_here_can_leave(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection
) -> None:
    gone = await announce(client, tokens, hired(migrator, ACORN.id, active=False))
    assert (gone.status_code, gone.json()["code"]) == (409, "person_gone")
    theirs = await announce(client, tokens, hired(migrator, BIRCH.id))
    assert (theirs.status_code, theirs.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("role", ["handler", "auditor", "operator", "case_system"])
async def test_who_may_not_appoint_may_not_announce_or_cancel(
    client: httpx2.AsyncClient, tokens: Tokens, person: UUID, role: str
) -> None:
    assert (await announce(client, tokens, person, role=role)).status_code == 403
    answer = await client.post(f"{leaving(person)}/cancellation", headers=tokens.headers(role))
    assert answer.status_code == 403
