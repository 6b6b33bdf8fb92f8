"""Verification reads what was assembled for every evidence pack, and every archive that was given."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from gateways.files import FileKey, FolderFiles
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from runtime.verifying_packs import verify_packs
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body

CONTENT, ARCHIVE = b"{}", b"PK"
_INSERT = (
    "insert into evidence_pack (id, organisation_id, complaint_id, number, purpose, include_restricted, state,"
    " event_seq, event_head, content, content_sha256, act_id, asked_at, sha256, size, archive_key, made_at)"
    " values (%s, %s, %s, %s, 'ombudsman', false, %s, 1, '', %s, %s, %s, %s, %s, %s, %s, %s)"
)


@pytest.fixture
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


class Packs:
    """Packs of one complaint, with their archives in a store of its own."""

    def __init__(self, apart: Apart, body: Body, complaint: UUID, folder: Path) -> None:
        self._apart, self._body, self._complaint = apart, body, complaint
        self.store, self._number = FolderFiles(folder), 0

    async def put(self, *, made: bool = True, stored: bytes | None = ARCHIVE, content: bytes = CONTENT) -> UUID:
        pack, self._number = uuid4(), self._number + 1
        key = FileKey(organisation_id=self._body.id, file_id=uuid4())
        if made and stored is not None:
            await self.store.put(key, io.BytesIO(stored))
        archive = (hashlib.sha256(ARCHIVE).hexdigest(), len(ARCHIVE), str(key), MORNING) if made else (None,) * 4
        self._apart.rows(
            _INSERT, pack, self._body.id, self._complaint, self._number, "made" if made else "assembled",
            content, hashlib.sha256(CONTENT).hexdigest(), uuid4(), MORNING, *archive,
        )  # fmt: skip
        return pack


async def test_every_pack_is_read_and_each_that_is_not_as_kept_is_named(apart: Apart, tmp_path: Path) -> None:
    body = apart.body()
    packs = Packs(apart, body, await apart.log(body), tmp_path)
    for made in (True, False):
        await packs.put(made=made)
    report = await verify_packs(apart.database, apart.sweeper, packs.store, MORNING)
    assert (report.packs, report.size, report.findings) == (2, 2, [])
    wrong = {
        await packs.put(stored=None): "its archive is missing",
        await packs.put(stored=b"XX"): "its archive is not what was given",
        await packs.put(made=False, content=b"[]"): "what was assembled is not what was kept",
    }
    report = await verify_packs(apart.database, apart.sweeper, packs.store, MORNING)
    assert {each.what for each in report.findings} == {f"evidence pack {pack}: {what}" for pack, what in wrong.items()}
