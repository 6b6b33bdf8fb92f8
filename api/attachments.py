"""Files as they are taken in: their size, their name, whether they are what they say they are, and whether clean."""

from __future__ import annotations

import asyncio
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO, Final
from urllib.parse import quote

import structlog
from fastapi import Request
from starlette.datastructures import UploadFile

from api.caller import Caller
from api.file_types import ENDINGS, declared_type, types_of
from api.parts import Parts
from api.problems import FieldError, Problem
from api.zip_checks import DETAILS, UnsafeArchive
from gateways.files import FileKey, KeyTaken, StoreAway, measure
from gateways.scanning import Infected, ScannerAway

_LONGEST_NAME: Final = 200
# Control, format (the bidi overrides among them), lone surrogates, private and unassigned, line and paragraph ends.
_NOT_IN_NAMES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file whose size and type are as they may be. `source` is open until the request ends."""

    name: str
    media_type: str
    size: int
    sha256: str
    source: BinaryIO


async def attachment(upload: UploadFile, largest: int) -> Attachment:
    """Return an uploaded file. Raises a problem for one that is too large, empty, or not what it says."""
    media_type = declared_type(upload.content_type)
    if media_type is None:
        raise Problem("file_type_not_allowed")
    source = upload.file
    stored = await asyncio.to_thread(measure, source)
    if stored.size > largest:
        raise Problem("body_too_large")
    if not stored.size:
        raise Problem.invalid("body", "/file", "empty", "The file is empty.")
    try:
        types = await asyncio.to_thread(types_of, source, stored.size)
    except UnsafeArchive as unsafe:
        raise Problem.invalid("body", "/file", unsafe.code, DETAILS[unsafe.code]) from None
    if media_type not in types:
        detail = "The content is not of the type that was given."
        raise Problem.invalid("body", "/file", "content_mismatch", detail)
    return Attachment(
        name=clean_name(upload.filename, media_type),
        media_type=media_type,
        size=stored.size,
        sha256=stored.sha256,
        source=source,
    )


async def keep(parts: Parts, who: Caller, attached: Attachment, key: FileKey) -> None:
    """Scan a file, then store it. Raises a problem when it is infected, or when either cannot be done."""
    try:
        finding = await parts.scanner.scan(attached.source)
    except ScannerAway as away:
        _log.error("file.not_scanned", organisation_id=str(who.organisation_id), failure=type(away).__name__)
        raise Problem("scanner_unavailable") from None
    if isinstance(finding, Infected):
        _tell_of_infection(who, key, finding)
        raise Problem("file_infected", errors=[_infection(finding)] if finding.signature else None)
    try:
        await parts.files.put(key, attached.source)
    except StoreAway as away:
        _log.error("file.not_stored", file_id=str(key.file_id), failure=type(away.__cause__).__name__)
        raise Problem("storage_unavailable") from None
    except KeyTaken:
        # The key is made of the content's hash: what is stored there is damaged.
        _log.error("file.damaged", organisation_id=str(key.organisation_id), file_id=str(key.file_id))
        raise Problem("content_damaged") from None


def _tell_of_infection(who: Caller, key: FileKey, finding: Infected) -> None:
    _log.warning(
        "file.infected",
        organisation_id=str(who.organisation_id),
        person_id=str(who.person_id) if who.person_id else None,
        file_id=str(key.file_id),
        signature=finding.signature,
    )


def _infection(finding: Infected) -> FieldError:
    return FieldError(place="body", pointer="/file", code="infected", detail=f"Found: {finding.signature}")


def clean_name(given: str | None, media_type: str) -> str:
    """Return a name without folders, control and bidi characters, short enough to store, that ends as its type does."""
    last = (given or "").replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(each for each in last if unicodedata.category(each) not in _NOT_IN_NAMES).strip(" .") or "file"
    endings = ENDINGS[media_type]
    ending = next((shown[-len(each) :] for each in endings if shown.lower().endswith(each)), "")
    stem, ending = shown.removesuffix(ending), ending or endings[0]
    return f"{stem[: _LONGEST_NAME - len(ending)] or 'file'}{ending}"


async def each_once(request: Request) -> None:
    """Raise a problem for a form that says something twice: of two files, one would be lost without a word."""
    names = Counter(name for name, _ in (await request.form()).multi_items())
    if repeated := [name for name, times in names.items() if times > 1]:
        detail = "It is given more than once: one at a time."
        errors = [FieldError(place="body", pointer=f"/{name}", code="repeated", detail=detail) for name in repeated]
        raise Problem("invalid_request", errors=errors)


def disposition(name: str) -> str:
    """Return the header that has a browser save a file under its name and never open it (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
