"""Saved filters: one's own and shared ones, kept once, checked as the worklist checks, and used by it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from api.narrowing import Filters
from api.schemas.filters import Narrowing
from tests.api.people import ACORN, BIRCH, Tokens, listed, log


def a_filter(**changes: Any) -> dict[str, Any]:
    return {"name": f"Mine {uuid4().hex[:8]}", "query": {"owner": "me", "open": True}} | changes


async def save(client: httpx2.AsyncClient, headers: dict[str, str], **changes: Any) -> dict[str, Any]:
    answer = await client.post("/v1/filters", json=a_filter(**changes), headers=headers)
    assert answer.status_code == 201, answer.text
    saved: dict[str, Any] = answer.json()
    return saved


def test_a_filter_can_hold_what_the_worklist_can_be_asked_and_nothing_else() -> None:
    asked = set(Filters.__dataclass_fields__)
    assert set(Narrowing.model_fields) == (asked - {"saved"}) | {"sort"}


async def test_the_same_key_keeps_one_filter_and_another_body_under_it_is_refused(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    body, headers = a_filter(), tokens.headers("handler")
    first = await client.post("/v1/filters", json=body, headers=headers)
    again = await client.post("/v1/filters", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = await client.post("/v1/filters", json=body | {"shared": True}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    # A key is one person's own.
    key = headers["Idempotency-Key"]
    theirs = await client.post("/v1/filters", json=body, headers=tokens.headers("investigator", key=key))
    assert theirs.status_code == 201 and theirs.json()["id"] != first.json()["id"]
    # After it was removed, a late repeat of the first request makes no second one.
    assert (await client.delete(f"/v1/filters/{first.json()['id']}", headers=headers)).status_code == 204
    late = await client.post("/v1/filters", json=body, headers=headers)
    assert late.json()["id"] == first.json()["id"]
    shown = (await client.get("/v1/filters", headers=headers)).json()["items"]
    assert first.json()["id"] not in {each["id"] for each in shown}


async def test_a_name_is_used_once_by_each_person_until_it_is_free_again(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    mine = await save(client, tokens.headers("handler"), name="Overdue of mine")
    taken = await client.post("/v1/filters", json=a_filter(name="Overdue of mine"), headers=tokens.headers("handler"))
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    await save(client, tokens.headers("investigator"), name="Overdue of mine")
    other = await save(client, tokens.headers("handler"))
    renamed = a_filter(name="Overdue of mine")
    address = f"/v1/filters/{other['id']}"
    answer = await client.put(address, json=renamed, headers=tokens.headers("handler"))
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    await client.delete(f"/v1/filters/{mine['id']}", headers=tokens.headers("handler"))
    assert (await client.put(address, json=renamed, headers=tokens.headers("handler"))).status_code == 200


async def test_what_is_shared_is_read_by_all_and_changed_by_its_owner_or_the_complaints_manager(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    shared = await save(client, tokens.headers("handler"), shared=True)
    private = await save(client, tokens.headers("handler"))

    async def ids(role: str, **more: Any) -> set[str]:
        shown = await client.get("/v1/filters", headers=tokens.headers(role, **more))
        return {each["id"] for each in shown.json()["items"]} & {shared["id"], private["id"]}

    assert await ids("handler") == {shared["id"], private["id"]}
    assert await ids("auditor") == {shared["id"]}
    assert await ids("handler", organisation=BIRCH.id) == set()

    body = a_filter(shared=True)
    for role, status in (("investigator", 403), ("auditor", 403), ("complaints_manager", 200), ("handler", 200)):
        answer = await client.put(f"/v1/filters/{shared['id']}", json=body, headers=tokens.headers(role))
        assert answer.status_code == status, role
    for role, more in (("complaints_manager", {}), ("handler", {"organisation": BIRCH.id})):
        headers = tokens.headers(role, **more)
        assert (await client.delete(f"/v1/filters/{private['id']}", headers=headers)).status_code == 404, role
    stranger = tokens.headers("handler", subject="nobody-we-know")
    refused = await client.post("/v1/filters", json=a_filter(), headers=stranger)
    assert (refused.status_code, refused.json()["code"]) == (403, "person_needed")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"colour": "red"}, "/query/colour"),
        ({"due_before": "2026-11-20"}, "/query/due_before"),
        ({"dueBefore": "soon"}, "/query/dueBefore"),
        ({"team": "a b"}, "/query/team"),
        ({"cursor": "x"}, "/query/cursor"),
        ({"sort": "colour"}, "/query/sort"),
        ({"stage": "x" * 65}, "/query/stage"),
        ({"open": "yes"}, "/query/open"),
    ],
)
async def test_a_filter_that_the_worklist_would_refuse_is_refused(
    client: httpx2.AsyncClient, tokens: Tokens, query: dict[str, Any], pointer: str
) -> None:
    answer = await client.post("/v1/filters", json=a_filter(query=query), headers=tokens.headers("handler"))
    assert answer.status_code == 422
    assert pointer in {each["pointer"] for each in answer.json()["errors"]}


async def test_the_worklist_uses_a_filter_and_what_the_query_says_goes_before_it(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    mine = await log(client, tokens, app, ownerId=str(ACORN.person("investigator")))
    nobodys = await log(client, tokens, app)
    headers = tokens.headers("investigator")
    query = {"owner": "me", "sort": "receivedOn", "dueBefore": None}
    saved = await save(client, headers, query=query)
    assert saved["query"] == {"owner": "me", "sort": "receivedOn"}

    async def found(**params: Any) -> set[str]:
        items = await listed(client, "/v1/complaints", headers, **params)
        return {line["id"] for line in items} & {mine["id"], nobodys["id"]}

    assert await found(filter=saved["id"]) == {mine["id"]}
    assert await found(filter=saved["id"], owner="unassigned") == {nobodys["id"]}
    assert await found(filter=saved["id"], open=False) == set()
    for other in (tokens.headers("handler"), tokens.headers("investigator", organisation=BIRCH.id)):
        answer = await client.get("/v1/complaints", params={"filter": saved["id"]}, headers=other)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/filter")
