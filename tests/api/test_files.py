"""Files taken in: only as what they are, only when clean, once for each time they are sent, and nothing else kept."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
import structlog
from fastapi import FastAPI
from pydantic import SecretStr

from api.app import create_app
from gateways.files import CHUNK
from gateways.scanning import EICAR
from runtime.ports import any_free
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.api.documents import HARMFUL, PDF, SAMPLES, WORD, archive
from tests.api.fakes import FakeEngine, FixedClock, Inspection
from tests.api.people import ACORN, BIRCH, Tokens, log
from tests.api.uploads import attach, attached, kept, open_temporary_files, rows, share
from tests.s3_server import an_s3_bucket

Connection = psycopg.Connection[Any]
MEGABYTE = 1024 * 1024
TEXT = "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def another(engine: FakeEngine, clock: FixedClock, settings: Settings, inspection: Inspection) -> Any:
    """Make the application again, with settings of its own."""

    def make(**changes: Any) -> FastAPI:
        own = settings.model_copy(update=changes)
        return create_app(own, engine=engine, clock=clock, inspect=inspection)

    return make


async def test_a_file_is_attached_listed_and_read_again_as_a_download(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, settings: Settings
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
    assert len(kept(settings)) == 1

    [file] = (await client.get(logged["complaint"] + "/files", headers=headers)).json()["items"]
    assert (file["size"], file["mediaType"], file["name"]) == (len(PDF), "application/pdf", "notes of  Zoë.pdf")
    assert (file["source"], file["kind"], file["disclosure"]) == ("other", "other", "disclosable")
    assert file["scannedWith"] == "local"
    read = await client.get(file["content"], headers=headers)
    assert read.content == PDF
    assert read.headers["content-length"] == str(len(PDF))
    assert read.headers["x-content-type-options"] == "nosniff"
    assert read.headers["content-disposition"].startswith("attachment; filename*=UTF-8''notes%20of")
    theirs = await client.get(file["content"], headers=tokens.headers("handler", organisation=BIRCH.id))
    assert theirs.status_code == 404
    assert (await client.get(file["content"], headers=tokens.headers("operator"))).status_code == 403


async def test_the_same_upload_twice_at_once_is_one_file_and_one_object(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, settings: Settings, migrator: Connection
) -> None:
    logged = await log(client, tokens, app)
    headers = tokens.headers("handler")
    both = await asyncio.gather(
        *(attach(client, logged["complaint"], headers, "a.pdf", PDF, "application/pdf") for _ in range(2))
    )
    assert {answer.status_code for answer in both} <= {200, 202}
    assert (rows(migrator, logged["id"]), len(kept(settings))) == (1, 1)


@pytest.mark.parametrize("media_type", SAMPLES)
async def test_every_allowed_type_is_taken_and_given_back_unchanged(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, media_type: str
) -> None:
    logged = await log(client, tokens, app)
    headers = tokens.headers("investigator")
    file = await attached(client, logged["complaint"], headers, "a.bin", SAMPLES[media_type], media_type)
    read = await client.get(file["content"], headers=headers)
    assert (read.content, read.headers["content-type"].partition(";")[0]) == (SAMPLES[media_type], media_type)


async def test_what_is_known_of_a_file_is_kept_with_it(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    logged = await log(client, tokens, app)
    said = {"source": "other_body", "kind": "health_record_copy", "receivedOn": "2026-11-16"}
    file = await attached(
        client, logged["complaint"], tokens.headers("handler"), "a.pdf", PDF, "application/pdf", **said
    )
    assert {key: file[key] for key in said} == said
    assert file["disclosure"] == "restricted"  # unless it is said otherwise
    said["disclosure"] = "disclosable"
    file = await attached(
        client, logged["complaint"], tokens.headers("handler"), "b.pdf", PDF, "application/pdf", **said
    )
    assert file["disclosure"] == "disclosable"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"source": "nobody"}, "/source"),
        ({"kind": "secret"}, "/kind"),
        ({"disclosure": "perhaps"}, "/disclosure"),
        ({"receivedOn": "2026-11-19"}, "/receivedOn"),
        ({"receivedOn": "yesterday"}, "/receivedOn"),
        ({"folder": "x"}, "/folder"),
    ],
)
async def test_what_is_wrongly_said_of_a_file_is_pointed_at(
    client: httpx2.AsyncClient,
    tokens: Tokens,
    app: FastAPI,
    settings: Settings,
    said: dict[str, str],
    pointer: str,
) -> None:
    logged = await log(client, tokens, app)
    answer = await attach(
        client, logged["complaint"], tokens.headers("handler"), "a.pdf", PDF, "application/pdf", **said
    )
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert kept(settings) == []


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"<html></html>", "text/html", 415, "file_type_not_allowed"),
        (b"<svg/>", "image/svg+xml", 415, "file_type_not_allowed"),
        (archive({"a.txt": b"x"}), "application/zip", 415, "file_type_not_allowed"),
        (b"<html></html>", "application/pdf", 422, "content_mismatch"),
        (b"MZ\x90\x00", "image/png", 422, "content_mismatch"),
        (b"\xff\xfe\x00a", TEXT, 422, "content_mismatch"),
        (PDF, TEXT, 422, "content_mismatch"),
        (archive(WORD), "application/pdf", 422, "content_mismatch"),
        (archive({"a.txt": b"x"}), "application/vnd.oasis.opendocument.text", 422, "content_mismatch"),
        (b"", TEXT, 422, "empty"),
        (HARMFUL["dense"][0], DOCX, 422, "archive_bomb"),
        (HARMFUL["macros"][0], DOCX, 422, "macros"),
        (EICAR, TEXT, 422, "file_infected"),
        (archive(WORD, {"word/a.txt": EICAR}), DOCX, 422, "file_infected"),
    ],
)
async def test_a_file_that_may_not_be_kept_is_refused_and_nothing_of_it_is_stored(
    client: httpx2.AsyncClient,
    tokens: Tokens,
    app: FastAPI,
    settings: Settings,
    migrator: Connection,
    content: bytes,
    media_type: str,
    status: int,
    code: str,
) -> None:
    logged = await log(client, tokens, app)
    answer = await attach(client, logged["complaint"], tokens.headers("handler"), "a.bin", content, media_type)
    problem = answer.json()
    codes = {problem["code"], *(error["code"] for error in problem.get("errors", []))}
    assert answer.status_code == status, answer.text
    assert code in codes
    assert (rows(migrator, logged["id"]), kept(settings)) == (0, [])


async def test_an_infected_file_leaves_a_trace_of_ids_and_nothing_else(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    logged = await log(client, tokens, app)
    with structlog.testing.capture_logs() as logs:
        answer = await attach(client, logged["complaint"], tokens.headers("handler"), "secret-name.txt", EICAR, TEXT)
    assert answer.json()["errors"][0]["detail"] == "Found: Eicar-Test-Signature"
    [trace] = [entry for entry in logs if entry["event"] == "file.infected"]
    assert (trace["organisation_id"], trace["person_id"]) == (str(ACORN.id), str(ACORN.person("handler")))
    assert "secret-name" not in str(logs) + answer.text


async def test_two_gigabytes_are_refused_at_once_by_their_declared_length(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    logged = await log(client, tokens, app)
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b"x"

    headers = tokens.headers("handler") | {
        "Content-Length": str(2 * 1024 * MEGABYTE),
        "Content-Type": "multipart/form-data; boundary=b",
    }
    answer = await client.post(logged["complaint"] + "/files", content=body(), headers=headers)
    assert (answer.status_code, answer.json()["code"], read) == (413, "body_too_large", 0)


async def test_two_gigabytes_of_no_declared_length_are_refused_at_the_limit_and_leave_nothing(
    another: Any, tokens: Tokens, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spool))
    app = another(largest_file_mb=3)
    sent, most_open = 0, 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent, most_open
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        yield b"Content-Type: application/pdf\r\n\r\n%PDF-"
        while sent < 2 * 1024 * MEGABYTE:
            sent += MEGABYTE
            most_open = max(most_open, len(open_temporary_files(spool)))
            yield b"x" * MEGABYTE

    async with serving(app) as client:
        logged = await log(client, tokens, app)
        headers = tokens.headers("handler") | {"Content-Type": "multipart/form-data; boundary=b"}
        answer = await client.post(logged["complaint"] + "/files", content=body(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert sent <= 5 * MEGABYTE
    assert most_open == 1  # what came in meanwhile was on the disk, and not in memory
    assert (open_temporary_files(spool), list(spool.iterdir()), kept(settings)) == ([], [], [])


async def test_a_file_may_be_as_large_as_the_limit_and_not_a_byte_larger(another: Any, tokens: Tokens) -> None:
    app = another(largest_file_mb=1)
    async with serving(app) as client:
        logged = await log(client, tokens, app)
        full = PDF.ljust(MEGABYTE, b" ")
        exact = await attach(client, logged["complaint"], tokens.headers("handler"), "a.pdf", full, "application/pdf")
        more = await attach(
            client, logged["complaint"], tokens.headers("handler"), "a.pdf", full + b" ", "application/pdf"
        )
    assert (exact.status_code, more.status_code) == (200, 413)


async def test_nothing_is_stored_while_the_scanner_is_away(
    another: Any, tokens: Tokens, settings: Settings, migrator: Connection
) -> None:
    app = another(clamd_address=f"127.0.0.1:{any_free()}")
    async with serving(app) as client:
        logged = await log(client, tokens, app)
        headers = tokens.headers("handler")
        answer = await attach(client, logged["complaint"], headers, "a.pdf", PDF, "application/pdf")
    assert (answer.status_code, answer.json()["code"]) == (503, "scanner_unavailable")
    assert "retry-after" in answer.headers
    assert (rows(migrator, logged["id"]), kept(settings)) == (0, [])
    async with serving(another()) as client:  # when it is back, the same key is as good as new
        answer = await attach(client, logged["complaint"], headers, "a.pdf", PDF, "application/pdf")
    assert answer.status_code == 200


async def test_nothing_is_said_while_the_store_is_away(
    another: Any, tokens: Tokens, migrator: Connection, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    app = another(files_dir=blocked)
    async with serving(app) as client:
        logged = await log(client, tokens, app)
        answer = await attach(client, logged["complaint"], tokens.headers("handler"), "a.pdf", PDF, "application/pdf")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert rows(migrator, logged["id"]) == 0


async def test_with_a_bucket_in_the_settings_files_are_kept_there_and_read_from_there(
    another: Any, tokens: Tokens, settings: Settings
) -> None:
    content = PDF + os.urandom(2 * CHUNK)
    with an_s3_bucket() as bucket:
        app = another(
            files_bucket=bucket.name,
            files_endpoint=bucket.endpoint,
            files_region=bucket.region,
            files_access_key=SecretStr(bucket.access_key or ""),
            files_secret_key=SecretStr(bucket.secret_key or ""),
        )
        async with serving(app) as client:
            logged = await log(client, tokens, app)
            headers = tokens.headers("handler")
            file = await attached(client, logged["complaint"], headers, "a.pdf", content, "application/pdf")
            assert (await client.get(file["content"], headers=headers)).content == content
    assert kept(settings) == []


async def test_a_stranger_puts_nothing_on_anothers_complaint_nor_into_the_store(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, settings: Settings, migrator: Connection
) -> None:
    logged = await log(client, tokens, app)
    theirs = {"organisation": BIRCH.id}
    unseen = await attach(
        client, logged["complaint"], tokens.headers("handler", **theirs), "a.pdf", PDF, "application/pdf"
    )
    share(migrator, logged["id"])
    seen = await attach(
        client, logged["complaint"], tokens.headers("handler", **theirs), "a.pdf", PDF, "application/pdf"
    )
    auditor = await attach(client, logged["complaint"], tokens.headers("auditor"), "a.pdf", PDF, "application/pdf")
    assert (unseen.status_code, seen.status_code, auditor.status_code) == (404, 403, 403)
    assert (rows(migrator, logged["id"]), kept(settings)) == (0, [])
