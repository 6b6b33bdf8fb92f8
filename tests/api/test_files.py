"""Files: taken in only as what they are, shown only when attached, and read as downloads."""

from __future__ import annotations

from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.fakes import FakeEngine
from tests.api.people import BIRCH, Tokens, log

Connection = psycopg.Connection[Any]
PDF = b"%PDF-1.7\nhello"


async def attach(client: httpx2.AsyncClient, address: str, headers: dict[str, str], *file: Any) -> httpx2.Response:
    return await client.post(address + "/files", files={"file": file}, headers=headers)


async def test_a_file_is_attached_listed_and_read_again_as_a_download(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    logged = await log(client, tokens, app)
    headers = tokens.headers("handler")
    name = "../notes of \u202e Zoë.pdf"
    answer = await attach(client, logged["complaint"], headers, name, PDF, "application/pdf")
    assert answer.status_code == 200, answer.text
    again = await attach(client, logged["complaint"], headers, name, PDF, "application/pdf")
    assert again.json()["version"] == answer.json()["version"]
    other = await attach(client, logged["complaint"], headers, name, PDF + b"!", "application/pdf")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")

    [file] = (await client.get(logged["complaint"] + "/files", headers=headers)).json()["items"]
    assert (file["size"], file["mediaType"]) == (len(PDF), "application/pdf")
    read = await client.get(file["content"], headers=headers)
    assert read.content == PDF
    assert read.headers["x-content-type-options"] == "nosniff"
    assert read.headers["content-disposition"].startswith("attachment; filename*=UTF-8''notes%20of")
    theirs = await client.get(file["content"], headers=tokens.headers("handler", organisation=BIRCH.id))
    assert theirs.status_code == 404
    assert (await client.get(file["content"], headers=tokens.headers("operator"))).status_code == 403


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"<html></html>", "text/html", 415, "file_type_not_allowed"),
        (b"<svg/>", "image/svg+xml", 415, "file_type_not_allowed"),
        (b"<html></html>", "application/pdf", 422, "invalid_request"),
        (b"MZ\x90\x00", "image/png", 422, "invalid_request"),
        (b"\xff\xfe\x00a", "text/plain", 422, "invalid_request"),
        (b"", "text/plain", 422, "invalid_request"),
        (b"%PDF-" + b"x" * 10 * 1024 * 1024, "application/pdf", 413, "body_too_large"),
    ],
)
async def test_a_file_that_is_not_what_it_says_is_refused_and_not_stored(
    client: httpx2.AsyncClient,
    tokens: Tokens,
    app: FastAPI,
    migrator: Connection,
    content: bytes,
    media_type: str,
    status: int,
    code: str,
) -> None:
    logged = await log(client, tokens, app)
    headers = tokens.headers("handler")
    answer = await attach(client, logged["complaint"], headers, "a.bin", content, media_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    stored = migrator.execute("select 1 from case_file where complaint_id = %s", (logged["id"],))
    assert stored.fetchone() is None


async def test_a_file_whose_command_was_refused_is_not_shown(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, engine: FakeEngine
) -> None:
    logged = await log(client, tokens, app)
    engine.away = True
    headers = tokens.headers("handler")
    kept = await attach(client, logged["complaint"], headers, "a.pdf", PDF, "application/pdf")
    assert kept.status_code == 202
    assert (await client.get(logged["complaint"] + "/files", headers=headers)).json() == {"items": []}
