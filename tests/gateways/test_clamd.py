"""ClamAV's daemon: the real one with a signature of our own, and others that misbehave."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from gateways.clamd import ClamdAddress, ClamdScanner, StreamTooLong
from gateways.scanning import Clean, Infected, ScannerAway
from runtime.ports import any_free
from tests.gateways.test_scanning import document

MARKER = b"redress-marker-that-no-real-file-holds"
LIMIT = 1024 * 1024
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Daemon:
    path: str
    port: int


def clamd() -> str:
    """Where the daemon is. In CI its absence is a failure: nothing else shows that we speak its protocol."""
    found = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        missing = "clamd is not installed (Debian: clamav-daemon)"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    return found


@pytest.fixture(scope="module")
def daemon() -> Iterator[Daemon]:
    """The real daemon in the foreground, with one signature, on a socket and a port of its own."""
    binary = clamd()
    # A path of a socket has at most 107 bytes: pytest's own folders can be longer.
    folder = Path(tempfile.mkdtemp(prefix="clamd-"))
    port = any_free()
    (folder / "db").mkdir()
    (folder / "db" / "own.ndb").write_text(f"Redress.Test.Marker:0:*:{MARKER.hex()}\n")
    config = folder / "clamd.conf"
    config.write_text(
        f"Foreground yes\nDatabaseDirectory {folder}/db\nTemporaryDirectory {folder}\nLocalSocket {folder}/socket\n"
        f"TCPSocket {port}\nTCPAddr 127.0.0.1\nStreamMaxLength {LIMIT}\n"
    )
    with subprocess.Popen(
        [binary, "--config-file", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            _wait_for(folder / "socket", process)
            yield Daemon(path=f"{folder}/socket", port=port)
        finally:
            process.terminate()
    shutil.rmtree(folder, ignore_errors=True)


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(path))
                client.sendall(b"zPING\0")
                if client.recv(16) == b"PONG\0":
                    return
            except OSError:
                time.sleep(0.05)
    error = process.stderr.read().decode() if process.poll() is not None and process.stderr else "no answer"
    pytest.fail(f"clamd did not start: {error}")


@pytest.fixture(params=["socket", "tcp"])
def scanner(request: pytest.FixtureRequest, daemon: Daemon) -> ClamdScanner:
    address = daemon.path if request.param == "socket" else f"127.0.0.1:{daemon.port}"
    return ClamdScanner(ClamdAddress.parse(address))


async def test_the_daemon_passes_what_is_clean(scanner: ClamdScanner) -> None:
    assert await scanner.scan(io.BytesIO(b"%PDF-1.7 " + b"x" * 200_000)) == Clean()
    assert await scanner.scan(io.BytesIO(document(b"nothing"))) == Clean()


async def test_the_daemon_names_what_it_finds_in_a_file_and_inside_a_document(scanner: ClamdScanner) -> None:
    found = Infected(signature="Redress.Test.Marker.UNOFFICIAL")
    source = io.BytesIO(b"x" * 200_000 + MARKER)
    source.seek(0, io.SEEK_END)
    assert await scanner.scan(source) == found
    assert await scanner.scan(io.BytesIO(document(MARKER))) == found


async def test_a_file_beyond_the_daemons_limit_has_no_verdict(scanner: ClamdScanner) -> None:
    # The daemon closes while we still send, and its answer may be lost with the connection: no verdict either way.
    for size in (LIMIT + 1, LIMIT * 12):
        with pytest.raises(ScannerAway):
            await scanner.scan(io.BytesIO(b"x" * size))


async def test_a_daemon_that_says_a_file_is_too_long_is_understood() -> None:
    reply = b"INSTREAM size limit exceeded. ERROR\0"
    async with a_daemon_that(lambda reader, writer: reply_after_all(reader, writer, reply)) as scanner:
        with pytest.raises(StreamTooLong):
            await scanner.scan(io.BytesIO(b"x"))


async def test_many_files_are_scanned_at_once(scanner: ClamdScanner) -> None:
    sources = [io.BytesIO(MARKER if n % 2 else b"clean") for n in range(12)]
    findings = await asyncio.gather(*(scanner.scan(source) for source in sources))
    assert [isinstance(finding, Infected) for finding in findings] == [bool(n % 2) for n in range(12)]


async def test_a_daemon_that_is_not_there_is_away() -> None:
    with pytest.raises(ScannerAway):
        await ClamdScanner(ClamdAddress.parse(f"127.0.0.1:{any_free()}")).scan(io.BytesIO(b"x"))
    with pytest.raises(ScannerAway):
        await ClamdScanner(ClamdAddress.parse("/nowhere/clamd.sock")).scan(io.BytesIO(b"x"))


@asynccontextmanager
async def a_daemon_that(answers: Answer, patience: timedelta = timedelta(seconds=60)) -> AsyncIterator[ClamdScanner]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answers(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield ClamdScanner(ClamdAddress.parse(f"127.0.0.1:{port}"), patience=patience)


async def reply_after_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reply: bytes) -> None:
    await reader.readexactly(len(b"zINSTREAM\0") + 4 + 1 + 4)
    writer.write(reply)


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"stream: ",
        b"OK\0",
        b"stream: OKAY\0",
        b"stream: Cannot allocate memory ERROR\0",
        b"FOUND\0",
        b"\xff\xfe\0",
    ],
)
async def test_a_reply_that_is_no_verdict_passes_nothing(reply: bytes) -> None:
    async with a_daemon_that(lambda reader, writer: reply_after_all(reader, writer, reply)) as scanner:
        with pytest.raises(ScannerAway):
            await scanner.scan(io.BytesIO(b"x"))


async def test_a_reply_that_comes_in_pieces_is_read_whole() -> None:
    async def in_pieces(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reply_after_all(reader, writer, b"stream: Some.Sig")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(b"nature FOUND\0")

    async with a_daemon_that(in_pieces) as scanner:
        assert await scanner.scan(io.BytesIO(b"x")) == Infected(signature="Some.Signature")


async def test_a_daemon_that_hangs_is_given_up() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with a_daemon_that(hang, timedelta(seconds=0.3)) as scanner:
        with pytest.raises(ScannerAway):
            await scanner.scan(io.BytesIO(b"x"))


@pytest.mark.parametrize("text", ["", "clamd", "clamd:", ":3310", "clamd:0", "clamd:99999", "clamd:x", "relative/path"])
def test_an_address_is_a_path_or_a_host_and_port(text: str) -> None:
    with pytest.raises(ValueError):
        ClamdAddress.parse(text)


def test_an_address_may_be_of_ip_version_6() -> None:
    assert ClamdAddress.parse("[::1]:3310") == ClamdAddress(host="::1", port=3310)
