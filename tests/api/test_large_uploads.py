"""Uploads that are far too large, over a real connection: refused, cut off, and nowhere to be found."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from runtime.database_roles import DatabaseDsns
from tests.api.test_schemathesis import Serving
from tests.api.uploads import open_temporary_files

MEGABYTE = 1024 * 1024
TWO_GIGABYTES = 2 * 1024 * MEGABYTE
_PART = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
    b"Content-Type: application/pdf\r\n\r\n%PDF-"
)


@pytest.fixture(scope="module")
def served(api_dsns: DatabaseDsns, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(api_dsns, tmp_path_factory.mktemp("large")) as serving:
        yield serving


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def connection(served: Serving) -> Iterator[socket.socket]:
    address = urlsplit(served.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as opened:
        yield opened


def begin(connection: socket.socket, served: Serving, length: str) -> None:
    lines = (
        f"POST /v1/complaints/{served.reference}/files HTTP/1.1",
        "Host: redress.test",
        f"Authorization: {served.headers['Authorization']}",
        "Idempotency-Key: large",
        "Content-Type: multipart/form-data; boundary=b",
        length,
    )
    connection.sendall("\r\n".join((*lines, "", "")).encode())


def answer(connection: socket.socket) -> bytes:
    """Return all that the server says until it hangs up."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_two_declared_gigabytes_are_refused_before_a_byte_of_them_is_sent(
    connection: socket.socket, served: Serving
) -> None:
    begin(connection, served, f"Content-Length: {TWO_GIGABYTES}")
    assert answer(connection).startswith(b"HTTP/1.1 413 ")


def test_two_gigabytes_in_chunks_are_cut_off_soon_after_the_limit_and_leave_nothing(
    connection: socket.socket, served: Serving, spool: Path
) -> None:
    begin(connection, served, "Transfer-Encoding: chunked")
    piece, sent = b"x" * MEGABYTE, 0
    connection.sendall(b"%x\r\n%s\r\n" % (len(_PART), _PART))
    with pytest.raises(ConnectionError):
        while sent < TWO_GIGABYTES:
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            sent += MEGABYTE
    assert 25 * MEGABYTE <= sent < 60 * MEGABYTE  # what the sockets between us hold is sent as well
    assert (open_temporary_files(spool), list(spool.iterdir())) == ([], [])


async def test_a_stranger_is_turned_away_before_a_byte_of_the_form_is_read(client: httpx2.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        while sent < 5_000_000:
            sent += 65_536
            yield b"a" * 65_536

    for token in (None, "Bearer", "Bearer nonsense", "Basic abc"):
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Idempotency-Key": "k"}
        answer = await client.post(
            "/v1/complaints/AC-00000000-0/files",
            content=endless(),
            headers=headers | ({} if token is None else {"Authorization": token}),
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert sent == 0
