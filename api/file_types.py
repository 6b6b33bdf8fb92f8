"""What a file is, by its content alone: the few types that may be attached, and how each shows itself."""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from collections.abc import Mapping
from typing import BinaryIO, Final

from api.zip_checks import UnsafeArchive, members

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
GIF: Final = "image/gif"
TEXT: Final = "text/plain"
CSV: Final = "text/csv"
EML: Final = "message/rfc822"
MP3: Final = "audio/mpeg"
M4A: Final = "audio/mp4"
WAV: Final = "audio/wav"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT: Final = "application/vnd.oasis.opendocument.text"
_MAIN_PARTS: Final = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
# How the name of each may end; else its own ending, the first, is put behind: a text that is called .js or .bat, or a
# document called .docm, would be run by whoever opens what they have downloaded.
ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    GIF: (".gif",),
    TEXT: (".txt", ".text", ".log", ".md", ".csv"),
    CSV: (".csv", ".txt"),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    ODT: (".odt",),
    EML: (".eml",),
    MP3: (".mp3",),
    M4A: (".m4a", ".m4b", ".mp4"),
    WAV: (".wav",),
}
ALLOWED: Final = tuple(ENDINGS)

# Other names under which browsers and phones send the same.
_SAME: Final = {
    "application/csv": CSV,
    "application/vnd.ms-excel": CSV,  # what Windows calls a .csv where Excel is installed
    "image/jpg": JPEG,
    "audio/mp3": MP3,
    "audio/x-m4a": M4A,
    "audio/m4a": M4A,
    "audio/x-wav": WAV,
    "audio/wave": WAV,
    "audio/vnd.wave": WAV,
}
_HEAD: Final = 64 * 1024
_CHUNK: Final = 256 * 1024
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_M4A_BRANDS: Final = (b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2", b"3gp4", b"3gp5")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_MAIL_HEADERS: Final = ("from", "received", "date", "subject", "message-id", "to", "mime-version")


def declared_type(content_type: str | None) -> str | None:
    """Return the type that a caller named, by our name of it; None when it is none of ours."""
    named = (content_type or "").partition(";")[0].strip().lower()
    named = _SAME.get(named, named)
    return named if named in ALLOWED else None


def types_of(source: BinaryIO, size: int) -> frozenset[str]:
    """Return every allowed type that a content can be. Raises UnsafeArchive for a document that may not be kept."""
    source.seek(0)
    head = source.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _document(members(source, size))
    if head.startswith(_OLE):
        # A document with a password, or of the old formats, whose macros cannot be told apart.
        raise UnsafeArchive("archive_encrypted")
    if found := _by_signature(head):
        return frozenset({found})
    found_text = {TEXT, CSV} if _is_text(source) else set()
    return frozenset(found_text | ({EML} if _is_mail(head) else set()))


def _by_signature(head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return WAV
    if head[4:8] == b"ftyp" and head[8:12] in _M4A_BRANDS:
        return M4A
    return MP3 if head.startswith(b"ID3") or _is_mpeg_frame(head) else None


def _is_mpeg_frame(head: bytes) -> bool:
    """Say whether bytes are the header of a frame of MPEG audio, layer III (ISO 11172-3, 2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3


def _is_text(source: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    source.seek(0)
    try:
        while chunk := source.read(_CHUNK):
            if _CONTROL.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_mail(head: bytes) -> bool:
    """Say whether a content begins with the headers of a message (RFC 5322)."""
    if not re.match(rb"[!-9;-~]{1,76}:[ \t]", head) or b"\x00" in head:
        return False
    message = email.message_from_bytes(head, policy=email.policy.compat32)
    named = [name for name in _MAIL_HEADERS if name in message]
    return len(named) >= 2 and ("from" in named or "received" in named)


def _document(found: Mapping[str, bytes]) -> frozenset[str]:
    """Return what a checked archive is, by the parts that such a document must have."""
    if found.get("mimetype") == ODT.encode() and "content.xml" in found:
        return frozenset({ODT})
    if "[Content_Types].xml" not in found:
        return frozenset()
    return frozenset({kind for part, kind in _MAIN_PARTS.items() if part in found})
