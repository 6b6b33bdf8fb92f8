"""A report as it is answered to somebody inside: in the format they asked for, with its figures to be opened."""

from __future__ import annotations

import re
from typing import Final

from fastapi.responses import Response

from api.attachments import disposition
from api.openapi import Responses
from api.report_formats import TYPES, Typeset, policy, rendered
from reports.document import Document

_WEIGHT: Final = re.compile(r"[01](\.\d{0,3})?")
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_WORDS: Final = {"schema": {"type": "string"}}
CONTENT: Final[Responses] = {
    200: {
        "description": "The report. The JSON is the same bytes each time, as it was compiled.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/csv": _WORDS,
            "text/html": _WORDS,
            "application/pdf": _BINARY,
        },
    }
}


def format_of(accept: str) -> str:
    """Return the format that a caller would rather have; JSON where none of ours is named."""
    wanted = sorted((_wanted(each) for each in accept.split(",")), key=lambda each: -each[1])
    named = (each for each, weight in wanted if weight > 0)
    return next((name for each in named for name, type in TYPES.items() if type.split(";")[0] == each), "json")


def _wanted(said: str) -> tuple[str, float]:
    """Return a media type of `Accept` and how much it is wanted (RFC 9110, 12.4.2); what cannot be read is wanted."""
    type, *parameters = (each.strip().lower() for each in said.split(";"))
    weight = next((each[2:].strip() for each in parameters if each.startswith("q=")), "1")
    return type, float(weight) if _WEIGHT.fullmatch(weight) else 1.0


async def served(
    document: Document, format: str, *, typeset: Typeset, name: str, opened: str | None, draft: bool, kept: bytes | None
) -> Response:
    """Return a report as a response. `opened` is where its figures are opened; `kept` the JSON that was compiled."""
    if format == "json" and kept is not None:
        content = kept
    else:
        content = await rendered(document, format, typeset=typeset, opened=opened, draft=draft)
    headers = {"Content-Disposition": disposition(f"{name}.{format}")} | policy(format)
    return Response(content, media_type=TYPES[format], headers=headers)
