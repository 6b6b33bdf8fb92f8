"""`redress procedures` against a real API, engine and database: adopted, published, explained and rehearsed."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
import uvicorn

from api.app import create_app
from api.dev_issuer import mint
from db.engine import Database, SweeperDatabase
from gateways.engine import connect
from policies.procedure_files import shipped_files
from runtime.commands.procedure_rehearsal import as_document, rehearsed
from runtime.settings import Settings
from tests.api.people import a_complaint
from tests.bodies import Body
from tests.world import a_world, until

ROOT = Path(__file__).parents[2]
NHS = "nhs-england-2009"


@pytest.fixture
async def port(
    temporal_target: str, database: Database, sweeper: SweeperDatabase, e2e_settings: Settings
) -> AsyncIterator[int]:
    """The port of an API with workers behind it, on the time that it is."""
    client = await connect(temporal_target, "default", lazy=False)
    async with a_world(client, database, sweeper, e2e_settings) as world:
        app = create_app(e2e_settings, engine=world.engine)
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield int(listening.getsockname()[1])
        server.should_exit = True
        await serving
        listening.close()


async def redress(settings: Settings, body: Body, port: int, *arguments: str) -> tuple[int | None, str, str]:
    token = mint(settings, body.id, "complaints_manager", ["complaints_manager"], timedelta(hours=1), datetime.now(UTC))
    environment = {**os.environ, "REDRESS_TOKEN": token, "REDRESS_API_PORT": str(port), "COLUMNS": "120"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "runtime.cli", "procedures", *arguments, env=environment, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, said = await process.communicate()
    return process.returncode, out.decode(), said.decode()


async def test_figures_are_adopted_published_and_count_for_the_next_complaint(
    e2e_settings: Settings, standards: Body, port: int
) -> None:
    today = datetime.now(UTC).date().isoformat()
    asked = ("adopt", NHS, "--from", today, "--reason", "The board agreed.", "--key", "adopt-1")
    code, out, said = await redress(e2e_settings, standards, port, *asked, "--figure", "early_resolution_days=8")
    assert code == 0, said
    assert out == f"Adopted from {today}: {NHS}, whichever version is in force.\n"
    code, _, said = await redress(e2e_settings, standards, port, *asked[:-1], "adopt-2", "--figure", "tea_days=8")
    assert code == 1 and "body /figures/tea_days: The procedure has no such figure." in said
    assert "Traceback" not in said
    code, out, said = await redress(e2e_settings, standards, port, "explain", "--publish", "--contact", "01632 960 001")
    assert code == 0, said
    assert f"of {standards.code} Trust" in out and "within 8 working days" in out and "- 01632 960 001" in out
    assert "- Complaints manager: Complaints Manager" in out


async def test_a_logged_complaint_is_explained_with_its_proofs_and_rehearsed(
    e2e_settings: Settings, standards: Body, port: int, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    token = mint(e2e_settings, standards.id, "handler", ["handler"], timedelta(hours=1), now)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "rehearse-1"}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
        logged = await client.post("/v1/complaints", json=a_complaint(receivedOn=now.date().isoformat()))
        assert logged.status_code == 201, logged.text
        reference = logged.json()["reference"]

        async def opened() -> bool:
            return bool((await client.get(f"/v1/complaints/{reference}")).json()["opened"])

        await until(opened)
    code, out, said = await redress(e2e_settings, standards, port, "explain", "--complaint", reference)
    assert code == 0, said
    assert f"The clocks of {reference}" in out and "working day 3 of 3" in out
    assert "(comment_days): 3 to 30 working days, 10 unless set; here 10." in out
    assert "Una" not in out
    file = tmp_path / f"{NHS}.v2.toml"
    text = dict(shipped_files())[file.name]
    file.write_text(text.replace("amount = 3\n", "amount = 4\n", 1), encoding="utf-8")
    document = as_document(await rehearsed(e2e_settings, file))
    (mine,) = [each for each in document["complaints"] if each["reference"] == reference]
    assert (mine["impact"], [each["clock"] for each in mine["changes"]]) == ("changes", ["acknowledgement"])
