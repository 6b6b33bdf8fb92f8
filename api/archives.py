"""An export on its way out: one ZIP of the documents that were stored, each proven against its hash."""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
import zipfile
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import structlog
from fastapi.responses import StreamingResponse

from api.parts import Parts
from api.problems import Problem
from contracts.bulk import ItemState
from db.models.bulk import BulkItem, BulkOperation
from gateways.files import ContentMissing, FileKey, StoreAway

_IN_MEMORY: Final = 8 * 1024 * 1024
_CHUNK: Final = 256 * 1024
_MANIFEST: Final = "manifest.json"
_log = structlog.get_logger(__name__)

Items = Sequence[tuple[BulkItem, str]]


async def archive_of(parts: Parts, operation: BulkOperation, items: Items) -> StreamingResponse:
    """Return the response with an export's cases. Raises a problem when one of them is not what was stored."""
    spooled = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  closed when it is sent
    try:
        size = await _fill(parts, spooled, operation, items)
    except BaseException:
        spooled.close()
        raise
    headers = {
        "Content-Disposition": f'attachment; filename="export-{operation.id}.zip"',
        "Content-Length": str(size),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(_sent(spooled), media_type="application/zip", headers=headers)


async def _fill(parts: Parts, spooled: Any, operation: BulkOperation, items: Items) -> int:
    with zipfile.ZipFile(spooled, "w", zipfile.ZIP_DEFLATED) as archive:
        await asyncio.to_thread(archive.writestr, _MANIFEST, _manifest(operation, items))
        for item, reference in items:
            if item.state == ItemState.DONE:
                document = await _document(parts, item)
                await asyncio.to_thread(archive.writestr, f"{reference}.json", document)
    size = int(spooled.tell())
    spooled.seek(0)
    return size


def _manifest(operation: BulkOperation, items: Items) -> str:
    """Return what stands in the archive, and what should and does not."""
    listed = [
        {"reference": reference, "state": item.state, "failure": item.failure, "sha256": item.sha256}
        for item, reference in items
    ]
    whole = {"export": str(operation.id), "askedAt": operation.asked_at.isoformat(), "state": operation.state}
    return json.dumps(whole | {"cases": listed}, indent=1)


async def _document(parts: Parts, item: BulkItem) -> bytes:
    if item.stored_key is None:
        raise RuntimeError("exported without a document")
    try:
        document = b"".join([chunk async for chunk in parts.files.open(FileKey.parse(item.stored_key))])
    except StoreAway:
        raise Problem("storage_unavailable") from None
    except ContentMissing:
        document = b""
    if hashlib.sha256(document).hexdigest() != item.sha256:
        _log.error("export.damaged", operation=str(item.operation_id), complaint=str(item.complaint_id))
        raise Problem("content_damaged")
    return document


async def _sent(spooled: Any) -> AsyncIterator[bytes]:
    with spooled:
        while chunk := await asyncio.to_thread(spooled.read, _CHUNK):
            yield chunk
