"""The store of files, in a folder and in a bucket: whole or not at all, never altered, never outside of itself."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from gateways.files import CHUNK, ContentMissing, FileKey, FileStore, FolderFiles, KeyTaken, StoreAway, Stored, collect
from gateways.s3_files import Bucket, S3Files
from runtime.ports import any_free
from tests.s3_server import an_s3_bucket

LONG = os.urandom(CHUNK * 2 + 17)


def a_key() -> FileKey:
    return FileKey(organisation_id=uuid4(), file_id=uuid4())


async def read(store: FileStore, key: FileKey) -> bytes:
    return b"".join([chunk async for chunk in store.open(key)])


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with an_s3_bucket() as found:
        yield found


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "folder":
        return FolderFiles(tmp_path / "files")
    return S3Files(request.getfixturevalue("bucket"))


async def test_what_is_put_is_read_again_with_its_size_and_hash(store: FileStore) -> None:
    key = a_key()
    source = io.BytesIO(LONG)
    source.seek(5)  # whoever read it before has left it somewhere: it is stored from its beginning
    stored = await store.put(key, source)
    assert stored == Stored(size=len(LONG), sha256=hashlib.sha256(LONG).hexdigest())
    assert await read(store, key) == LONG
    assert await collect(store, key) == stored
    assert await store.size(key) == len(LONG)


async def test_a_spooled_upload_is_stored_whole(store: FileStore) -> None:
    key = a_key()
    with tempfile.SpooledTemporaryFile(max_size=1024) as upload:
        upload.write(LONG)
        await store.put(key, upload)  # type: ignore[arg-type]
        assert not upload.closed
    assert await read(store, key) == LONG


async def test_the_same_content_again_is_no_fault_and_another_never_replaces_it(store: FileStore) -> None:
    key = a_key()
    first = await store.put(key, io.BytesIO(b"first"))
    assert await store.put(key, io.BytesIO(b"first")) == first
    with pytest.raises(KeyTaken):
        await store.put(key, io.BytesIO(b"other"))
    assert await read(store, key) == b"first"


async def test_what_is_not_there_is_missing_and_not_empty(store: FileStore) -> None:
    key = a_key()
    with pytest.raises(ContentMissing):
        await read(store, key)
    assert await store.size(key) is None


@pytest.mark.parametrize(
    "text",
    [
        "../../etc/passwd",
        f"{uuid4()}/../{uuid4()}",
        f"{uuid4()}",
        f"{uuid4()}/{uuid4()}/x",
        f"{{{uuid4()}}}/{uuid4()}",
        f"{uuid4()}/{uuid4().hex}",
        "",
    ],
)
def test_a_key_is_two_ids_and_nothing_else(text: str) -> None:
    with pytest.raises(ValueError):
        FileKey.parse(text)


def test_a_key_is_read_as_it_is_written() -> None:
    key = a_key()
    assert FileKey.parse(str(key)) == key


async def test_a_folder_is_closed_to_others(tmp_path: Path) -> None:
    root = tmp_path / "deep" / "files"
    await FolderFiles(root).put(a_key(), io.BytesIO(b"words"))
    paths = [root, *root.rglob("*")]
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in paths}
    assert modes == {True: 0o700, False: 0o600}
    assert len([path for path in paths if path.is_file()]) == 1


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class Breaking(io.BytesIO):
    """A source that cannot be read to its end."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError("gone")
        return super().read(4)


async def test_a_put_that_fails_midway_leaves_nothing(tmp_path: Path) -> None:
    key = a_key()
    store = FolderFiles(tmp_path)
    with pytest.raises(StoreAway):
        await store.put(key, Breaking(b"much more"))
    assert files_in(tmp_path) == []
    assert await store.size(key) is None


async def test_a_folder_that_cannot_be_written_is_a_store_that_is_away(tmp_path: Path) -> None:
    blocked = tmp_path / "files"
    blocked.write_text("not a folder")
    store = FolderFiles(blocked)
    with pytest.raises(StoreAway):
        await store.put(a_key(), io.BytesIO(b"words"))
    with pytest.raises(StoreAway):
        await read(store, a_key())
    with pytest.raises(StoreAway):
        await store.size(a_key())


async def test_a_bucket_that_cannot_be_reached_or_is_not_there_is_a_store_that_is_away(bucket: Bucket) -> None:
    nobody = Bucket(name="files", endpoint=f"http://127.0.0.1:{any_free()}", region="eu-west-2", **_keys(bucket))
    missing = Bucket(name="elsewhere", endpoint=bucket.endpoint, region="eu-west-2", **_keys(bucket))
    for store in (S3Files(nobody), S3Files(missing)):
        with pytest.raises(StoreAway):
            await store.put(a_key(), io.BytesIO(b"words"))
    with pytest.raises(StoreAway):
        await read(S3Files(nobody), a_key())
    with pytest.raises(StoreAway):
        await S3Files(nobody).size(a_key())


def _keys(bucket: Bucket) -> dict[str, str | None]:
    return {"access_key": bucket.access_key, "secret_key": bucket.secret_key}
