"""Putting files on complaints, and looking where they went."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import psycopg

from runtime.settings import Settings
from tests.api.people import ACORN, BIRCH

Connection = psycopg.Connection[Any]


async def attach(
    client: httpx2.AsyncClient, address: str, headers: dict[str, str], *file: Any, **said: str
) -> httpx2.Response:
    return await client.post(address + "/files", files={"file": file}, data=said, headers=headers)


async def attached(client: httpx2.AsyncClient, address: str, headers: dict[str, str], *file: Any, **said: str) -> Any:
    """Attach a file, and return it as it is shown last."""
    answer = await attach(client, address, headers, *file, **said)
    assert answer.status_code == 200, answer.text
    return (await client.get(address + "/files", headers=headers)).json()["items"][-1]


def kept(settings: Settings) -> list[Path]:
    """What the store holds."""
    return [path for path in settings.files.rglob("*") if path.is_file()]


def rows(migrator: Connection, complaint_id: str) -> int:
    found = migrator.execute("select count(*) from case_file where complaint_id = %s", (complaint_id,)).fetchone()
    assert found is not None
    return int(found[0])


def share(migrator: Connection, complaint_id: str) -> None:
    """Let BIRCH read a complaint of ACORN."""
    until = datetime.now(UTC) + timedelta(days=3650)
    migrator.execute(
        "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
        " values (%s, %s, %s, %s, 'joint', %s)",
        (uuid4(), ACORN.id, complaint_id, BIRCH.id, until),
    )


def open_temporary_files(folder: Path) -> list[str]:
    links = [Path("/proc/self/fd") / each for each in os.listdir("/proc/self/fd")]
    return [str(target) for link in links if str(target := _target(link)).startswith(str(folder))]


def _target(link: Path) -> Path:
    try:
        return link.readlink()
    except OSError:
        return Path("/")
