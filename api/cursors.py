"""Opaque cursors: where a page ended. A cursor holds a sort, a date and an id, never words."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime
from uuid import UUID

from api.problems import Problem
from db.queries.keyset import After
from db.queries.search import Place


def encode(sort: str, value: datetime | date | None, row_id: UUID) -> str:
    """Return the cursor of a row."""
    text = json.dumps([sort, value.isoformat() if value else None, str(row_id)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str | None, sort: str, kind: type[datetime | date]) -> After | None:
    """Return where a cursor says that a page ended. Raises a problem for one we did not make."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        made_for, value, row_id = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if made_for != sort:
            raise ValueError("made for another order")
        return After(value=None if value is None else _read(kind, value), id=UUID(row_id))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Problem.invalid("query", "/cursor", "cursor_invalid", "This is not a cursor of this list.") from None


def encode_place(place: Place) -> str:
    """Return the cursor of a complaint that was found by a search."""
    text = json.dumps([place.order, place.rank, place.received_on.isoformat(), str(place.id)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_place(cursor: str | None) -> Place | None:
    """Return where a cursor says that a page of a search ended. Raises a problem for one we did not make."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        order, rank, received_on, row_id = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if order not in ("relevance", "newest") or type(rank) is not int or not 0 <= rank < 1 << 31:
            raise ValueError("made for something else")
        return Place(order=order, rank=rank, received_on=date.fromisoformat(received_on), id=UUID(row_id))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Problem.invalid("query", "/cursor", "cursor_invalid", "This is not a cursor of this list.") from None


def _read(kind: type[datetime | date], value: str) -> datetime | date:
    read = kind.fromisoformat(value)
    if isinstance(read, datetime) and read.tzinfo is None:
        raise ValueError("a time without a zone")
    return read
