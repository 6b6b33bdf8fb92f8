"""Files as they are taken in: their size, their name, and whether they are what they say they are."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from fastapi import UploadFile

from api.problems import Problem

LARGEST: Final = 10 * 1024 * 1024
LARGEST_REQUEST: Final = LARGEST + 64 * 1024
_LONGEST_NAME: Final = 200


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


# What may be attached, and how its content shows that it is that.
_SHOWS: Final[dict[str, Callable[[bytes], bool]]] = {
    "application/pdf": lambda content: content.startswith(b"%PDF-"),
    "image/png": lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": lambda content: content.startswith(b"\xff\xd8\xff"),
    "text/plain": _is_text,
}
ALLOWED: Final = tuple(_SHOWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that may be stored."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Return the hex SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


async def attachment(upload: UploadFile) -> Attachment:
    """Return an uploaded file. Raises a problem for one that is too large, empty, or not what it says."""
    content = await upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Problem("body_too_large")
    if not content:
        raise Problem.invalid("body", "/file", "empty", "The file is empty.")
    media_type = (upload.content_type or "").partition(";")[0].strip().lower()
    shows = _SHOWS.get(media_type)
    if shows is None:
        raise Problem("file_type_not_allowed")
    if not shows(content):
        detail = "The content is not of the type that was given."
        raise Problem.invalid("body", "/file", "content_mismatch", detail)
    return Attachment(name=_name(upload.filename), media_type=media_type, content=content)


def _name(given: str | None) -> str:
    """Return a name without folders and control characters, short enough to store."""
    last = (given or "").replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(each for each in last if unicodedata.category(each) not in ("Cc", "Cs")).strip()
    return clean[:_LONGEST_NAME] or "file"


def disposition(name: str) -> str:
    """Return the header that has a browser save a file under its name and never open it (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
