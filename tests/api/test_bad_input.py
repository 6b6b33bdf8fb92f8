"""Bad input: each a problem document with a stable code, nothing stored, and nothing of it sent back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from api.problems import CODES, MEDIA_TYPE
from api.refusal_words import REFUSALS
from contracts.failures import Refusal
from tests.api.conftest import serving
from tests.api.people import Tokens, a_complaint

Connection = psycopg.Connection[Any]
MARK = "SECRET-9434765919"


def person(**changes: Any) -> dict[str, Any]:
    return {"name": "Una Sample"} | changes


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("a number for words", {"summary": 9434765919}, "/summary"),
    ("a list for an object", {"complainant": []}, "/complainant"),
    ("nothing where something is needed", {"channel": None}, "/channel"),
    ("a channel that is not known", {"channel": MARK}, "/channel"),
    ("an unknown field", {MARK: "x"}, f"/{MARK}"),
    ("an unknown field with words in its name", {f"{MARK} said a thing": "x"}, ""),
    ("an unknown field further in", {"complainant": person(nhs=MARK)}, "/complainant/nhs"),
    ("a field by its inner name", {"received_on": "2026-11-17"}, "/received_on"),
    ("an empty narrative", {"narrative": ""}, "/narrative"),
    ("a narrative of blanks", {"narrative": " \n\t "}, "/narrative"),
    ("a narrative of 200 KB", {"narrative": MARK + "x" * 200_000}, "/narrative"),
    ("a summary that is too long", {"summary": "x" * 301}, "/summary"),
    ("a summary of two lines", {"summary": f"{MARK}\r\nBcc: x"}, "/summary"),
    ("a NUL in the narrative", {"narrative": f"{MARK}\x00"}, "/narrative"),
    ("a NUL in a name", {"complainant": person(name=f"{MARK}\x00")}, "/complainant/name"),
    ("a name that is too long", {"complainant": person(name="x" * 201)}, "/complainant/name"),
    ("half of a character", {"narrative": "\ud83d"}, "/narrative"),
    ("an address that is no e-mail address", {"complainant": person(email=MARK)}, "/complainant/email"),
    ("two e-mail addresses", {"complainant": person(email="a@b.cd,e@f.gh")}, "/complainant/email"),
    ("a birth before 1900", {"complainant": person(bornOn="1899-12-31")}, "/complainant/bornOn"),
    ("a birth in the future", {"complainant": person(bornOn="2026-11-19")}, "/complainant/bornOn"),
    ("a receipt in the future", {"receivedOn": "2026-11-19"}, "/receivedOn"),
    ("a receipt before any procedure", {"receivedOn": "2009-03-31"}, "/receivedOn"),
    ("a day that does not exist", {"receivedOn": "2026-02-29"}, "/receivedOn"),
    ("a time where a day is meant", {"receivedOn": "2026-11-17T10:00:00Z"}, "/receivedOn"),
    ("a number where a day is meant", {"receivedOn": 1763337600}, "/receivedOn"),
    ("an id that is none", {"ownerId": MARK}, "/ownerId"),
]


@pytest.mark.parametrize(("changes", "pointer"), [each[1:] for each in BAD], ids=[each[0] for each in BAD])
async def test_a_bad_field_is_pointed_at_and_never_sent_back(
    client: httpx2.AsyncClient,
    tokens: Tokens,
    migrator: Connection,
    changes: dict[str, Any],
    pointer: str,
) -> None:
    before = migrator.execute("select count(*) from submission").fetchone()
    headers = tokens.headers("handler") | {"Content-Type": "application/json"}
    content = json.dumps(a_complaint(**changes))
    answer = await client.post("/v1/complaints", content=content, headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    problem = answer.json()
    assert problem["code"] == "invalid_request"
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert MARK not in answer.text.replace(f"/{MARK}", "")
    assert migrator.execute("select count(*) from submission").fetchone() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"receivedOn": "2026-11-18"},
        {"complainant": person(bornOn="1900-01-01")},
        {"complainant": person(bornOn="2026-11-18")},
        {"narrative": "x" * 100_000},
        {"summary": "x" * 300},
        {"affected": person(address="1 High Street\nOldtown")},
    ],
)
async def test_what_is_just_within_the_limits_is_accepted(
    client: httpx2.AsyncClient, tokens: Tokens, changes: dict[str, Any]
) -> None:
    body = a_complaint(**changes)
    answer = await client.post("/v1/complaints", json=body, headers=tokens.headers("handler"))
    assert answer.status_code == 201, answer.text


async def test_an_agreed_date_may_be_in_the_future_and_what_happened_may_not(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    logged = await client.post("/v1/complaints", json=a_complaint(), headers=tokens.headers("handler"))
    period = {"basis": "agreed", "respondBy": "2027-01-15", "updateEveryDays": 20}
    for agreed_on, status in (("2026-11-18", 200), ("2026-11-19", 422)):
        answer = await client.post(
            f"{logged.headers['location']}/response-period",
            json=period | {"agreedOn": agreed_on},
            headers=tokens.headers("handler"),
        )
        assert answer.status_code == status
    assert answer.json()["errors"][0]["pointer"] == "/agreedOn"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"channel": "written",', 400, "malformed_body"),
        (b"\xff\xfe\x00", 400, "malformed_body"),
        (b"[" * 100_000, 400, "malformed_body"),
        (b"9" * 10_000, 400, "malformed_body"),
        (b"[]", 422, "invalid_request"),
        (b'"words"', 422, "invalid_request"),
        (b"", 422, "invalid_request"),
        (b"null", 422, "invalid_request"),
        (b'{"narrative": "' + b"x" * 3_000_000 + b'"}', 413, "body_too_large"),
    ],
)
async def test_a_body_that_cannot_be_read_is_a_problem(
    client: httpx2.AsyncClient, tokens: Tokens, content: bytes, status: int, code: str
) -> None:
    headers = tokens.headers("handler") | {"Content-Type": "application/json"}
    answer = await client.post("/v1/complaints", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == MEDIA_TYPE


async def test_a_body_that_does_not_say_how_long_it_is_is_cut_off(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'{"narrative": "'
        for _ in range(300):
            yield b"x" * 10_000

    headers = tokens.headers("handler") | {"Content-Type": "application/json"}
    answer = await client.post("/v1/complaints", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x"])
async def test_another_media_type_is_refused(client: httpx2.AsyncClient, tokens: Tokens, media_type: str) -> None:
    headers = tokens.headers("handler") | {"Content-Type": media_type}
    answer = await client.post("/v1/complaints", content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_a_missing_key_is_a_problem_of_its_own(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    headers = tokens.headers("handler")
    del headers["Idempotency-Key"]
    answer = await client.post("/v1/complaints", json=a_complaint(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["", "two words", "x" * 129, "caf\xe9"])
async def test_a_key_that_is_not_visible_ascii_is_refused(client: httpx2.AsyncClient, tokens: Tokens, key: str) -> None:
    headers: dict[str, Any] = tokens.headers("handler") | {"Idempotency-Key": key.encode("latin-1")}
    answer = await client.post("/v1/complaints", json=a_complaint(), headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"] == "header"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=AAAA",
        "cursor=%00",
        "cursor=WyJyZWNlaXZlZE9uIiwgbnVsbCwgIngiXQ",
        "sort=name",
        "owner=nobody",
        "dueBefore=tomorrow",
        "stage=%00",
        "open=perhaps",
    ],
)
async def test_a_bad_query_is_a_problem(client: httpx2.AsyncClient, tokens: Tokens, query: str) -> None:
    answer = await client.get(f"/v1/complaints?{query}", headers=tokens.headers("handler"))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/complaints/ACORN-AAAAAAAA-Z", 404, "not_found"),
        ("GET", "/v1/complaints/%00", 404, "not_found"),
        ("GET", f"/v1/complaints/{MARK}", 404, "not_found"),
        ("DELETE", "/v1/complaints", 405, "method_not_allowed"),
        ("GET", "/v1/submissions/" + MARK, 422, "invalid_request"),
    ],
)
async def test_a_wrong_address_or_method_is_a_problem(
    client: httpx2.AsyncClient, tokens: Tokens, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path, headers=tokens.headers("handler"))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert MARK not in answer.text


async def test_an_exceptions_text_never_comes_back(
    app: FastAPI, tokens: Tokens, capsys: pytest.CaptureFixture[str]
) -> None:
    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError(f"password is {MARK}")

    async with serving(app) as client:
        answer = await client.get("/broken", headers=tokens.headers("handler"))
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["content-type"] == MEDIA_TYPE
    printed = capsys.readouterr()
    assert MARK not in answer.text + printed.out + printed.err


async def test_every_code_has_a_status_and_words() -> None:
    assert set(REFUSALS) == set(Refusal)
    assert not set(CODES) & {refusal.value for refusal in Refusal}
