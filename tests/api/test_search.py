"""Searching over HTTP: who may, what comes back, and whatever is typed."""

from __future__ import annotations

from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import ACORN, BIRCH, ROLES, Tokens, log

Connection = psycopg.Connection[Any]


def index(migrator: Connection) -> None:
    """Do what every act does for its own complaint: the engine of these tests does not."""
    migrator.execute(
        "insert into case_search (complaint_id, organisation_id, words) select id, organisation_id, case_words(id)"
        " from complaint on conflict (complaint_id) do update set words = excluded.words"
    )


async def search(client: httpx2.AsyncClient, headers: dict[str, str], **params: Any) -> dict[str, Any]:
    answer = await client.get("/v1/search", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_words_are_searched_by_those_who_may_read_them_and_by_nobody_else(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    logged = await log(client, tokens, app, summary="The quokka bit me")
    index(migrator)
    for role in ROLES:
        answer = await client.get("/v1/search", params={"q": "quokkas"}, headers=tokens.headers(role))
        if role == "operator":
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
            assert "quokka" not in answer.text
        else:
            assert [line["id"] for line in answer.json()["items"]] == [logged["id"]], role
    theirs = await search(client, tokens.headers("handler", organisation=BIRCH.id), q="quokkas")
    assert theirs == {"items": [], "next": None}


async def test_a_snippet_is_plain_text_of_at_most_200_characters(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    bad = "<script>alert(1)</script> <img src=x onerror=y> 3 < 4 \x1b[31m wombat " + "long\u00adword" * 60
    await log(client, tokens, app, narrative=bad)
    index(migrator)
    [line] = (await search(client, tokens.headers("handler"), q="wombat"))["items"]
    assert "wombat" in line["snippet"]
    assert len(line["snippet"]) <= 200
    assert not set(line["snippet"]) & set("<>\x1b")


async def test_pages_follow_each_other_and_filters_narrow_them(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    handler = str(ACORN.person("handler"))
    logged = [await log(client, tokens, app, summary="Numbat", ownerId=handler) for _ in range(5)]
    nobodys = await log(client, tokens, app, summary="Numbat")
    index(migrator)
    headers = tokens.headers("handler")
    seen: list[str] = []
    params: dict[str, Any] = {"q": "numbats", "limit": 2}
    while True:
        page = await search(client, headers, **params)
        seen += [line["id"] for line in page["items"]]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert sorted(seen) == sorted(each["id"] for each in [*logged, nobodys])
    mine = await search(client, headers, q="numbats", owner="me")
    assert {line["id"] for line in mine["items"]} == {each["id"] for each in logged}
    [found] = (await search(client, headers, q="numbats", owner="unassigned"))["items"]
    assert found["id"] == nobodys["id"]
    [found] = (await search(client, headers, q=nobodys["reference"].lower()))["items"]
    assert found["reference"] == nobodys["reference"]


@pytest.mark.parametrize("q", ["'; drop table complaint; --", "🦷", "the of and", "-", '"', "x" * 500, "<b>", "\u202e"])
async def test_odd_words_are_no_failure(client: httpx2.AsyncClient, tokens: Tokens, q: str) -> None:
    assert "items" in await search(client, tokens.headers("handler"), q=q)


@pytest.mark.parametrize(
    "params",
    [
        *({"q": "x" * 10_000}, {"q": ""}, {"q": "a\x00b"}, {}, {"q": "x", "limit": 0}, {"q": "x", "team": "a b"}),
        *({"q": "x", "cursor": "nonsense"}, {"q": "x", "cursor": "WyJyZWxldmFuY2UiLCAtMSwgIjIwMjYtMDEtMDEiLCAieCJd"}),
        {"q": "x", "filter": str(ACORN.id)},
    ],
)
async def test_what_cannot_be_searched_for_is_refused_without_being_repeated(
    client: httpx2.AsyncClient, tokens: Tokens, params: dict[str, Any]
) -> None:
    answer = await client.get("/v1/search", params=params, headers=tokens.headers("handler"))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert "xxx" not in answer.text


async def test_a_cursor_of_the_worklist_is_none_of_the_search(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    for _ in range(2):
        await log(client, tokens, app)
    headers = tokens.headers("handler")
    cursor = (await client.get("/v1/complaints", params={"limit": 1}, headers=headers)).json()["next"]
    answer = await client.get("/v1/search", params={"q": "x", "cursor": cursor}, headers=headers)
    assert answer.json()["errors"][0]["pointer"] == "/cursor"
