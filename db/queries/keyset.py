"""Pages found by key, never by offset: a page costs the same wherever it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, true


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The key of the last row of the page before. Rows without a value come last."""

    value: datetime | date | None
    id: UUID


def beyond(key: Any, row_id: Any, after: After | None) -> ColumnElement[bool]:
    """Return the condition of coming after a key, in the order `key nulls last, row_id`."""
    if after is None:
        return true()
    if after.value is None:
        return and_(key.is_(None), row_id > after.id)
    return or_(key > after.value, and_(key == after.value, row_id > after.id), key.is_(None))
