"""Looks into documents that are ZIP archives, before anybody else does: their directory, then what really inflates.

The directory is bounded before it is read, and what a member says of itself is not believed.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

MOST_MEMBERS: Final = 2_000
LARGEST_DIRECTORY: Final = 1024 * 1024
MOST_INFLATED: Final = 200 * 1024 * 1024
# Sheets of repeated cells reach 50; deflate itself ends near 1,000. Small archives may be as dense as they like.
DENSEST: Final = 100
_SMALL: Final = 10 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_LONGEST_COMMENT: Final = 65_535
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_ARCHIVES: Final = (b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\xfd7zXZ", b"BZh", b"\x1f\x8b")
# Pictures that Office itself keeps compressed.
_COMPRESSED_PICTURES: Final = (".emz", ".wmz", ".svgz")
_MACRO_NAMES: Final = ("vbaproject.bin", "vbadata.xml")
_MACRO_FOLDERS: Final = ("xl/macrosheets/", "basic/", "scripts/")

DETAILS: Final = {
    "archive_damaged": "The document is damaged and cannot be opened.",
    "archive_encrypted": "The document is protected by a password, or of an old format: attach it without, or anew.",
    "archive_nested": "The document holds another archive or document: attach that one by itself.",
    "archive_bomb": "The document unpacks to far more than it may.",
    "macros": "The document holds macros: attach it without them.",
}


class UnsafeArchive(Exception):
    """An archive that must not be stored, with one code of `DETAILS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def members(source: BinaryIO, size: int) -> dict[str, bytes]:
    """Check an archive through and through; return its members' names, each with its first hundred bytes.

    Raises UnsafeArchive.
    """
    _check_directory(source, size)
    try:
        with zipfile.ZipFile(source) as archive:
            found = archive.infolist()
        _check_claims(found, size)
        return {member.filename: _inflate(source, member) for member in found}
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, NotImplementedError) as error:
        raise UnsafeArchive("archive_damaged") from error


def _check_directory(source: BinaryIO, size: int) -> None:
    """Bound the directory before it is read. Documents need no ZIP64, which would bring its own numbers."""
    start = max(0, size - _LONGEST_COMMENT - 22)
    source.seek(start)
    tail = source.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < 22 or _END_64 in tail[max(0, end - 20) : end]:
        raise UnsafeArchive("archive_damaged")
    entries, length = struct.unpack_from("<HL", tail, end + 10)
    if entries > MOST_MEMBERS or length > LARGEST_DIRECTORY:
        raise UnsafeArchive("archive_bomb")


def _check_claims(found: list[zipfile.ZipInfo], size: int) -> None:
    """Check what the directory says of its members."""
    if len(found) > MOST_MEMBERS:
        raise UnsafeArchive("archive_bomb")
    if any(member.flag_bits & _ENCRYPTED for member in found):
        raise UnsafeArchive("archive_encrypted")
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in found):
        raise UnsafeArchive("archive_damaged")
    # Two of one name: who opens the document may see another than we do.
    if len({member.filename for member in found}) != len(found):
        raise UnsafeArchive("archive_damaged")
    # Members that lie over one another are how a small file claims to be a huge one.
    if sum(member.compress_size for member in found) > size:
        raise UnsafeArchive("archive_bomb")
    inflated = sum(member.file_size for member in found)
    if inflated > MOST_INFLATED or (inflated > _SMALL and inflated > DENSEST * size):
        raise UnsafeArchive("archive_bomb")
    if any(_is_macro(member.filename) for member in found):
        raise UnsafeArchive("macros")


def _is_macro(name: str) -> bool:
    path = name.replace("\\", "/").lower()
    return path.rpartition("/")[2] in _MACRO_NAMES or path.startswith(_MACRO_FOLDERS)


def _inflate(source: BinaryIO, member: zipfile.ZipInfo) -> bytes:
    """Inflate a member to see that it is whole, as large as it said, and no archive; return its beginning."""
    beginning, inflated, check = b"", 0, 0
    for piece in _pieces(source, member):
        beginning = beginning or piece[:100]
        inflated += len(piece)
        check = zlib.crc32(piece, check)
        if inflated > member.file_size:
            raise UnsafeArchive("archive_bomb")
    if inflated != member.file_size or check != member.CRC:
        raise UnsafeArchive("archive_damaged")
    if beginning.startswith(_ARCHIVES) and not member.filename.lower().endswith(_COMPRESSED_PICTURES):
        raise UnsafeArchive("archive_nested")
    return beginning


def _pieces(source: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Inflate a member, at most one chunk at a time."""
    _to_content(source, member)
    inflater = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    left = member.compress_size
    while left > 0 and (packed := source.read(min(left, _CHUNK))):
        left -= len(packed)
        while packed:
            yield inflater.decompress(packed, _CHUNK) if inflater else packed
            packed = inflater.unconsumed_tail if inflater else b""
    if inflater:
        # The last of a chunk may be held back when its input is used up already.
        yield inflater.flush()


def _to_content(source: BinaryIO, member: zipfile.ZipInfo) -> None:
    """Go to where a member's content begins, behind its own header."""
    source.seek(member.header_offset)
    header = source.read(30)
    if header[:4] != b"PK\x03\x04":
        raise UnsafeArchive("archive_damaged")
    name, extra = struct.unpack_from("<HH", header, 26)
    source.seek(member.header_offset + 30 + name + extra)
