"""Logging a complaint: durable at once, opened a moment later, and the same answer for the same key."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import psycopg
from fastapi import FastAPI

from db.references import normalise
from tests.api.fakes import FakeEngine
from tests.api.people import ACORN, BIRCH, Tokens, a_complaint

Connection = psycopg.Connection[Any]


async def test_a_logged_complaint_gets_a_reference_and_a_place_to_read_it(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    answer = await client.post("/v1/complaints", json=a_complaint(), headers=tokens.headers("handler"))
    assert answer.status_code == 201
    reference = answer.json()["reference"]
    assert normalise(reference) == reference
    assert reference.startswith("ACORN-")
    assert answer.headers["location"] == f"/v1/complaints/{reference}"


async def test_a_complaint_is_read_as_received_while_the_engine_is_away(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, app: FastAPI
) -> None:
    engine.away = True
    headers = tokens.headers("handler")
    logged = await client.post("/v1/complaints", json=a_complaint(), headers=headers)
    assert logged.status_code == 201
    await app.state.parts.starts.idle()

    shown = (await client.get(logged.headers["location"], headers=headers)).json()
    assert (shown["opened"], shown["stage"], shown["version"]) == (False, "received", 0)
    assert shown["words"]["parties"][0]["name"] == "Una Sample"
    timeline = await client.get(logged.headers["location"] + "/timeline", headers=headers)
    assert timeline.json() == {"items": [], "next": None}
    status = await client.get(logged.json()["submission"], headers=headers)
    assert status.json()["state"] == "pending"


async def test_a_complaint_is_opened_beside_the_answer(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    headers = tokens.headers("handler")
    logged = await client.post("/v1/complaints", json=a_complaint(), headers=headers)
    await app.state.parts.starts.idle()
    answer = await client.get(logged.headers["location"], headers=headers)
    shown = answer.json()
    assert (shown["opened"], shown["version"]) == (True, 1)
    assert answer.headers["etag"] == '"1"'
    assert "acknowledgement" in shown["allowed"]
    assert shown["words"]["narrative"] == a_complaint()["narrative"]


async def test_the_same_key_and_body_get_the_first_answer_again(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection
) -> None:
    headers = tokens.headers("handler", key="once-only")
    first = await client.post("/v1/complaints", json=a_complaint(), headers=headers)
    again = await client.post("/v1/complaints", json=a_complaint(), headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    count = migrator.execute("select count(*) from submission where idempotency_key = 'once-only'").fetchone()
    assert count == (1,)


async def test_the_same_key_with_another_body_is_refused(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    headers = tokens.headers("handler", key="used-twice")
    await client.post("/v1/complaints", json=a_complaint(), headers=headers)
    other = await client.post("/v1/complaints", json=a_complaint(summary="Other"), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_two_organisations_may_use_the_same_key(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    ours = tokens.headers("handler", key="shared-key")
    theirs = tokens.headers("handler", key="shared-key", organisation=BIRCH.id)
    first = await client.post("/v1/complaints", json=a_complaint(), headers=ours)
    second = await client.post("/v1/complaints", json=a_complaint(), headers=theirs)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]


async def test_an_owner_who_is_nobody_here_is_refused_and_nothing_is_stored(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection
) -> None:
    body = a_complaint(ownerId=str(BIRCH.person("handler")))
    headers = tokens.headers("handler", key="wrong-owner")
    answer = await client.post("/v1/complaints", json=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/ownerId"
    stored = migrator.execute("select 1 from submission where idempotency_key = 'wrong-owner'")
    assert stored.fetchone() is None
    body["ownerId"] = str(ACORN.person("handler"))
    assert (await client.post("/v1/complaints", json=body, headers=headers)).status_code == 201


async def test_right_to_left_and_astral_text_come_back_as_they_were_sent(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    words = "שלום מרחבא \u202e \U0001f9d1\U0001f3fd\u200d\U0001f9bd 𝔘𝔫𝔞\r\n\tnext line"
    body = a_complaint(narrative=words, complainant={"name": "محمد عبد الله \U0001f469"})
    headers = tokens.headers("handler")
    logged = await client.post("/v1/complaints", json=body, headers=headers)
    assert logged.status_code == 201
    for _ in ("before it is opened", "after"):
        shown = (await client.get(logged.headers["location"], headers=headers)).json()
        assert shown["words"]["narrative"] == words
        assert shown["words"]["parties"][0]["name"] == "محمد عبد الله \U0001f469"
        await app.state.parts.starts.idle()


async def test_the_longest_narrative_is_accepted_in_its_longest_spelling(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    body = a_complaint(narrative="\U0001f9bd" * 100_000)
    answer = await client.post("/v1/complaints", json=body, headers=tokens.headers("handler"))
    assert answer.status_code == 201


async def test_ten_requests_at_once_with_one_key_store_one_complaint(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection
) -> None:
    headers = tokens.headers("handler", key="ten-at-once")
    answers = await asyncio.gather(
        *(client.post("/v1/complaints", json=a_complaint(), headers=headers) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["reference"] for answer in answers}) == 1
    count = migrator.execute("select count(*) from submission where idempotency_key = 'ten-at-once'")
    assert count.fetchone() == (1,)
