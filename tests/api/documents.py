"""Contents of files for tests: small ones of every kind, and archives that mean harm."""

from __future__ import annotations

import io
import struct
import zipfile

from api import file_types as types

PDF = b"%PDF-1.7\nhello"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
EML = b"From: Una <una@sample.example>\r\nSubject: My mother\r\nDate: Tue, 17 Nov 2026 10:00:00 +0000\r\n\r\nHello\r\n"
WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
SHEET = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
WRITER = {"mimetype": types.ODT.encode(), "content.xml": b"<office:document-content/>"}


def archive(*parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive of these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as opened:
        for name, content in {name: content for each in parts for name, content in each.items()}.items():
            opened.writestr(name, content)
    return held.getvalue()


# One small content for every type that may be attached.
SAMPLES: dict[str, bytes] = {
    types.PDF: PDF,
    types.PNG: PNG,
    types.JPEG: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    types.GIF: b"GIF89a\x01\x00\x01\x00\x80\x00\x00",
    types.TEXT: "Zoë wrote: “I waited.”\n".encode(),
    types.CSV: b"day,ward\n2026-11-17,A1\n",
    types.DOCX: archive(WORD),
    types.XLSX: archive(SHEET),
    types.ODT: archive(WRITER),
    types.EML: EML,
    types.MP3: b"ID3\x03\x00\x00\x00\x00\x00\x21" + b"\x00" * 33,
    types.M4A: b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00M4A mp42isom",
    types.WAV: b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00",
}


def patched(content: bytes, record: bytes, offset: int, layout: str, *values: int) -> bytes:
    """Return an archive with numbers overwritten in the last record of a kind."""
    changed = bytearray(content)
    struct.pack_into(layout, changed, content.rindex(record) + offset, *values)
    return bytes(changed)


def lying_about_its_size() -> bytes:
    """A member that inflates to a megabyte and says it is ten bytes."""
    whole = archive(WORD, {"word/media/a.xml": bytes(1024 * 1024)})
    return patched(whole, b"PK\x01\x02", 24, "<L", 10)


def overlapping() -> bytes:
    """Twenty entries of the directory that all name the same stored member."""
    inner = archive(WORD, {"word/media/a.xml": b"x" * 50_000}, compression=zipfile.ZIP_STORED)
    end = inner.rindex(b"PK\x05\x06")
    last = inner.rindex(b"PK\x01\x02")
    entry = inner[last:end]
    copies = b"".join(entry.replace(b"a.xml", b"%c.xml" % (98 + n)) for n in range(20))
    (length,) = struct.unpack_from("<L", inner, end + 12)
    grown = bytearray(inner[:end] + copies + inner[end:])
    at = end + len(copies)
    struct.pack_into("<HHL", grown, at + 8, 23, 23, length + len(copies))
    return bytes(grown)


def with_zip64() -> bytes:
    """An archive that brings a second set of numbers for its directory."""
    whole = archive(WORD)
    end = whole.rindex(b"PK\x05\x06")
    return whole[:end] + b"PK\x06\x07" + bytes(16) + whole[end:]


# Documents that are refused, each with the code of what is wrong.
HARMFUL: dict[str, tuple[bytes, str]] = {
    "dense": (archive(WORD, {"word/media/a.xml": bytes(11 * 1024 * 1024)}), "archive_bomb"),
    "claims too much": (patched(archive(WORD), b"PK\x01\x02", 24, "<L", 201 * 1024 * 1024), "archive_bomb"),
    "lies about its size": (lying_about_its_size(), "archive_bomb"),
    "overlapping": (overlapping(), "archive_bomb"),
    "too many members": (archive(WORD, {f"word/{n}.xml": b"" for n in range(2_000)}), "archive_bomb"),
    "zip64": (with_zip64(), "archive_damaged"),
    "holds a zip": (archive(WORD, {"word/embeddings/a.xlsx": archive(SHEET)}), "archive_nested"),
    "holds a rar by another name": (archive(WORD, {"word/media/a.png": b"Rar!\x1a\x07"}), "archive_nested"),
    "encrypted": (patched(archive(WORD), b"PK\x01\x02", 8, "<H", 1), "archive_encrypted"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "archive_encrypted"),
    "macros": (archive(WORD, {"word/vbaProject.bin": b"\x00"}), "macros"),
    "sheet macros": (archive(WORD, {"xl/macrosheets/sheet1.xml": b"<x/>"}), "macros"),
    "writer macros": (archive(WORD, {"Basic/Standard/Module1.xml": b"<x/>"}), "macros"),
    "altered": (patched(archive(WORD), b"PK\x01\x02", 16, "<L", 1), "archive_damaged"),
    "cut off": (archive(WORD)[:-10], "archive_damaged"),
    "another method": (archive(WORD, compression=zipfile.ZIP_LZMA), "archive_damaged"),
}
