"""Files on a complaint: marked, shown to those who may see them, and given out only as what was stored."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
import structlog
from fastapi import FastAPI

from api.downloads import ContentDamaged
from contracts.failures import Refusal
from gateways.files import CHUNK
from runtime.settings import Settings
from tests.api.documents import PDF
from tests.api.fakes import FakeEngine
from tests.api.people import ACORN, BIRCH, Tokens, log
from tests.api.uploads import attach, attached, kept, share

Connection = psycopg.Connection[Any]


async def test_a_restricted_file_is_for_those_who_work_on_the_case(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    logged = await log(client, tokens, app)
    share(migrator, logged["id"])
    ours = tokens.headers("handler")
    free = await attached(client, logged["complaint"], ours, "free.pdf", PDF, "application/pdf")
    shut = await attached(
        client,
        logged["complaint"],
        tokens.headers("handler"),
        "shut.pdf",
        PDF,
        "application/pdf",
        disclosure="restricted",
    )

    async def listed(headers: dict[str, str]) -> list[tuple[str, str | None]]:
        items = (await client.get(logged["complaint"] + "/files", headers=headers)).json()["items"]
        return [(item["id"], item["name"]) for item in items]

    async def statuses(headers: dict[str, str]) -> list[int]:
        return [(await client.get(file["content"], headers=headers)).status_code for file in (free, shut)]

    both = [(free["id"], "free.pdf"), (shut["id"], "shut.pdf")]
    for role in ("handler", "investigator", "senior_leader"):
        assert await listed(tokens.headers(role)) == both
        assert await statuses(tokens.headers(role)) == [200, 200]
    auditor = tokens.headers("auditor")
    assert await listed(auditor) == [both[0], (shut["id"], None)]
    assert await statuses(auditor) == [200, 403]
    birch = tokens.headers("complaints_manager", organisation=BIRCH.id)
    assert await listed(birch) == [both[0]]
    assert await statuses(birch) == [200, 404]


async def test_a_file_is_marked_by_those_who_may_write_with_a_reason(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, engine: FakeEngine
) -> None:
    logged = await log(client, tokens, app)
    headers = tokens.headers("handler")
    file = await attached(client, logged["complaint"], headers, "a.pdf", PDF, "application/pdf")
    address = file["content"] + "/marks"
    said = {"disclosure": "restricted", "reason": "It names another patient."}
    headers = tokens.headers("handler")
    answer = await client.post(address, json=said, headers=headers)
    assert answer.status_code == 200, answer.text
    again = await client.post(address, json=said, headers=headers)
    assert again.json()["version"] == answer.json()["version"]
    other = await client.post(address, json=said | {"disclosure": "disclosable"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    for wrong in ({"disclosure": "restricted"}, said | {"reason": " "}, said | {"disclosure": "x"}):
        assert (await client.post(address, json=wrong, headers=tokens.headers("handler"))).status_code == 422
    assert (await client.post(address, json=said, headers=tokens.headers("auditor"))).status_code == 403
    engine.refuse_next(Refusal.NOTHING_CHANGES)
    refused = await client.post(address, json=said, headers=tokens.headers("handler"))
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_changes")


async def test_a_file_whose_command_is_not_applied_is_not_shown(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, engine: FakeEngine
) -> None:
    logged = await log(client, tokens, app)
    engine.away = True
    headers = tokens.headers("handler")
    taken = await attach(client, logged["complaint"], headers, "a.pdf", PDF, "application/pdf")
    assert taken.status_code == 202
    assert (await client.get(logged["complaint"] + "/files", headers=headers)).json() == {"items": []}


async def test_content_that_is_damaged_or_gone_is_never_given_out_as_the_file(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, settings: Settings
) -> None:
    logged = await log(client, tokens, app)
    headers = tokens.headers("handler")
    file = await attached(client, logged["complaint"], headers, "a.pdf", PDF, "application/pdf")
    [path] = kept(settings)
    path.write_bytes(PDF[:-1] + b"!")
    damaged = await client.get(file["content"], headers=headers)
    assert (damaged.status_code, damaged.json()["code"]) == (500, "content_damaged")
    path.unlink()
    with structlog.testing.capture_logs() as logs:
        gone = await client.get(file["content"], headers=headers)
    assert (gone.status_code, gone.json()["code"]) == (500, "content_damaged")
    assert [entry["file_id"] for entry in logs if entry["event"] == "file.damaged"] == [file["id"]]


async def test_a_long_file_is_streamed_and_breaks_off_where_it_is_damaged(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, settings: Settings
) -> None:
    logged = await log(client, tokens, app)
    headers = tokens.headers("handler")
    content = PDF + os.urandom(3 * CHUNK)
    file = await attached(client, logged["complaint"], headers, "a.pdf", content, "application/pdf")
    assert (await client.get(file["content"], headers=headers)).content == content
    [path] = kept(settings)
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ContentDamaged):
        await client.get(file["content"], headers=headers)


async def test_a_file_from_before_there_was_a_store_is_read_from_its_row(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    logged = await log(client, tokens, app)
    file_id = uuid4()
    migrator.execute(
        "insert into case_file (id, organisation_id, complaint_id, submission_id, name, media_type, size, sha256,"
        " content, attached, added_at) values (%s, %s, %s, %s, 'old.pdf', 'application/pdf', %s, %s, %s, true, %s)",
        (file_id, ACORN.id, logged["id"], uuid4(), len(PDF), hashlib.sha256(PDF).hexdigest(), PDF, datetime.now(UTC)),
    )
    headers = tokens.headers("handler")
    [file] = (await client.get(logged["complaint"] + "/files", headers=headers)).json()["items"]
    assert (file["source"], file["disclosure"], file.get("scannedWith")) == ("other", "disclosable", None)
    assert (await client.get(file["content"], headers=headers)).content == PDF


async def test_two_files_in_one_form_are_refused_and_neither_is_kept(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, settings: Settings
) -> None:
    logged = await log(client, tokens, app)
    both = [("file", (name, PDF, "application/pdf")) for name in ("first.pdf", "second.pdf")]
    answer = await client.post(logged["complaint"] + "/files", files=both, headers=tokens.headers("handler"))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "repeated")
    assert kept(settings) == []
