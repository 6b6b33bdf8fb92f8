"""Looks for malware in what is about to be stored: one port, and a small local scanner for where no daemon runs."""

from __future__ import annotations

import asyncio
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, Final, Protocol

CHUNK: Final = 64 * 1024
# What a signature's name may look like to be shown: a code, and nothing that somebody could have typed.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ScannerAway(Exception):
    """No verdict could be had. What was to be scanned must not be stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """Nothing was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Infected:
    """Something was found: the code of its signature, where that is a code."""

    signature: str | None

    @classmethod
    def named(cls, name: str) -> Infected:
        """Return a finding under the name that a scanner gave it."""
        return cls(signature=name if _CODE.fullmatch(name) else None)


Finding = Clean | Infected


class Scanner(Protocol):
    """Scan a seekable source from its beginning."""

    @property
    def name(self) -> str:
        """Return the code that is kept with what was scanned."""
        ...

    async def scan(self, source: BinaryIO) -> Finding:
        """Scan one file. Raises ScannerAway when there is no verdict."""
        ...


# The EICAR test file (eicar.org), in two halves so that no scanner takes this source for it.
EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_MOST_INFLATED: Final = 512 * 1024 * 1024


class LocalScanner:
    """Find the EICAR test file, in zip-based documents too, and nothing else: it shows that the hook works."""

    @property
    def name(self) -> str:
        """Return the code that is kept with what was scanned."""
        return "local"

    async def scan(self, source: BinaryIO) -> Finding:
        """Scan one file, in a thread."""
        return await asyncio.to_thread(_scan, source)


def _scan(source: BinaryIO) -> Finding:
    source.seek(0)
    if _holds_eicar(_chunks(source)):
        return Infected(signature="Eicar-Test-Signature")
    source.seek(0)
    if source.read(4) != b"PK\x03\x04":
        return Clean()
    try:
        return Infected(signature="Eicar-Test-Signature") if _archive_holds_eicar(source) else Clean()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ScannerAway from error


def _archive_holds_eicar(source: BinaryIO) -> bool:
    left = _MOST_INFLATED
    with zipfile.ZipFile(source) as archive:
        for member in archive.infolist():
            left -= member.file_size
            if left < 0:
                raise ScannerAway
            with archive.open(member) as opened:
                if _holds_eicar(_chunks(opened)):
                    return True
    return False


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk


def _holds_eicar(chunks: Iterator[bytes]) -> bool:
    before = b""
    for chunk in chunks:
        both = before + chunk
        if EICAR in both:
            return True
        before = both[-len(EICAR) :]
    return False
