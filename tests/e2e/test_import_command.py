"""`redress import` against a real API, engine and database: the dry run as a table, then the totals."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn

from api.app import create_app
from api.dev_issuer import mint
from db.engine import Database, SweeperDatabase
from gateways.engine import connect
from runtime.settings import Settings
from tests.bodies import Body
from tests.moving import MAPPING, as_csv, many
from tests.world import a_world

ROOT = Path(__file__).parents[2]


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
        sys.executable, "-m", "runtime.cli", "import", *arguments, env=environment, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, said = await process.communicate()
    return process.returncode, out.decode(), said.decode()


async def test_the_command_shows_the_dry_run_and_imports_when_it_is_told_to(
    e2e_settings: Settings, body: Body, port: int, tmp_path: Path
) -> None:
    today = datetime.now(UTC).date()
    rows = many(12, today)
    rows[4]["complainant_name"] = ""
    file, mapping = tmp_path / "old.csv", tmp_path / "mapping.toml"
    file.write_bytes(as_csv(rows))
    mapping.write_bytes(MAPPING)
    switch_on = (today + timedelta(days=30)).isoformat()
    asked = (str(file), "--mapping", str(mapping), "--switch-on", switch_on, "--key", "moving-in")
    code, out, said = await redress(e2e_settings, body, port, *asked)
    assert code == 0, said
    assert "Nobody is named who complained." in out and "checked: 12 rows" in out
    assert "11 good" in out and "imported" not in out
    assert "--go --key moving-in" in said
    code, out, said = await redress(e2e_settings, body, port, *asked, "--go")
    assert code == 0, said + out
    assert "done: 12 rows" in out and "11 imported" in out
    assert f"Nothing is sent about them before {switch_on}." in out
    assert "Pat Example" not in out + said
    mapping.write_bytes(b"wrong line\n" + MAPPING)
    code, _, said = await redress(e2e_settings, body, port, *asked[:-1], "another")
    assert code == 1
    assert "Line 1: this is not TOML." in said and "Traceback" not in said
