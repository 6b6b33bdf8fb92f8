"""Verification reads every attached file, in the store and in old rows, and names those that are not as stored."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from gateways.files import FileKey, FolderFiles, StoreAway
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from runtime.verifying_files import FilesReport, verify_files
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body

WORDS = b"words"
_INSERT = (
    "insert into case_file (id, organisation_id, complaint_id, submission_id, name, media_type, size, sha256,"
    " stored_key, content, attached, added_at) values (%s, %s, %s, %s, 'a.txt', 'text/plain', %s, %s, %s, %s, %s, %s)"
)


@pytest.fixture
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


class Files:
    """Files of one complaint in a store of its own."""

    def __init__(self, apart: Apart, body: Body, complaint: UUID, folder: Path) -> None:
        self._apart, self._body, self._complaint, self.folder = apart, body, complaint, folder
        self.store = FolderFiles(folder)

    async def put(self, *, stored: bytes | None = WORDS, in_row: bytes | None = None, attached: bool = True) -> UUID:
        file_id = uuid4()
        key = None if in_row is not None else FileKey(organisation_id=self._body.id, file_id=file_id)
        if key is not None and stored is not None:
            await self.store.put(key, io.BytesIO(stored))
        self._apart.rows(
            _INSERT, file_id, self._body.id, self._complaint, uuid4(), len(WORDS), hashlib.sha256(WORDS).hexdigest(),
            key and str(key), in_row, attached, MORNING,
        )  # fmt: skip
        return file_id

    async def verified(self) -> FilesReport:
        return await verify_files(self._apart.database, self._apart.sweeper, self.store, MORNING)


@pytest.fixture
async def files(apart: Apart, tmp_path: Path) -> Files:
    body = apart.body()
    return Files(apart, body, await apart.log(body), tmp_path / "files")


async def test_files_that_are_as_stored_are_sound(files: Files) -> None:
    for _ in range(3):
        await files.put()
    await files.put(in_row=WORDS)
    await files.put(stored=None, attached=False)  # said, and refused: nobody is shown it
    report = await files.verified()
    assert (report.files, report.size, report.findings) == (4, 20, [])


async def test_every_file_that_is_not_as_stored_is_named(files: Files) -> None:
    sound = await files.put()
    missing = await files.put(stored=None)
    altered = await files.put(stored=b"Words")
    longer = await files.put(stored=WORDS + b"!")
    old = await files.put(in_row=b"Words")
    findings = (await files.verified()).findings
    named = {finding.what.removeprefix("file ") for finding in findings}
    assert named == {f"{missing}: its content is missing"} | {
        f"{each}: its content is not what was stored" for each in (altered, longer, old)
    }
    assert str(sound) not in str(findings)
    assert all(finding.reference for finding in findings)


async def test_a_store_that_is_away_is_not_taken_for_one_that_lost_everything(files: Files) -> None:
    await files.put(stored=None)
    files.folder.write_text("no folder")
    with pytest.raises(StoreAway):
        await files.verified()
