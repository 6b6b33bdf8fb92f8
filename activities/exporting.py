"""Writes one case as a JSON document: its words, people, clocks with their proofs, evidence, letters and tasks.

JSON only: a spreadsheet would read what people wrote as formulas. The content of files and letters is not part of it.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries.exports import case_rows

FORMAT: Final = "redress-case-1"


async def case_document(session: AsyncSession, complaint_id: UUID) -> bytes:
    """Return a case as it stands, as JSON in UTF-8. Raises LookupError when there is no such case."""
    complaint, parts = await case_rows(session, complaint_id)
    document = {
        "format": FORMAT,
        "complaint": _shown(complaint),
        **{name: [_shown(row) for row in rows] for name, rows in parts.items()},
    }
    return json.dumps(document, ensure_ascii=False, indent=1, default=_plain).encode()


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with names as they are on the wire."""
    return {_camel(name): value for name, value in row.items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _plain(value: Any) -> str:
    if isinstance(value, UUID | Decimal):
        return str(value)  # a sum as it was written: a JSON number may be read as a binary fraction
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
