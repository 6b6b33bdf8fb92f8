"""SQL that reads a whole case for an export: every row that hangs on a complaint, as columns by name."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import registry

# What a case consists of, in the order in which it is read: the name in the export, the table, its order.
_PARTS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("words", "complaint_words", ()),
    ("parties", "party", ("role", "id")),
    ("clocks", "clock", ("due_at", "id")),
    ("clockVersions", "clock_version", ("made_at", "clock_id", "generation")),
    ("events", "case_event", ("seq",)),
    ("notes", "note", ("said_at", "id")),
    ("contacts", "contact", ("happened_at", "id")),
    ("corrections", "correction", ("asked_at", "id")),
    ("notices", "notice", ("drafted_at", "id")),
    ("tasks", "task", ("raised_at", "id")),
    ("files", "case_file", ("added_at", "id")),
)
# Of how things are stored, and of the content of files, an export says nothing.
_LEFT_OUT: Final = frozenset({"content", "stored_key", "recorded_at", "organisation_id", "complaint_id"})

Row = dict[str, Any]


async def case_rows(session: AsyncSession, complaint_id: UUID) -> tuple[Row, dict[str, list[Row]]]:
    """Return a complaint of the tenant and all that hangs on it, as of one moment. Raises LookupError without one."""
    complaint = _table("complaint")
    # Every act locks the complaint first, so none comes between the first of these reads and the last.
    await session.execute(select(complaint.c.id).where(complaint.c.id == complaint_id).with_for_update(read=True))
    found = await _rows(session, complaint, complaint.c.id == complaint_id, ())
    if not found:
        raise LookupError("no such complaint")
    parts = {
        name: await _rows(session, _table(table), _table(table).c.complaint_id == complaint_id, order)
        for name, table, order in _PARTS
    }
    for file in parts["files"]:
        if file["disclosure"] == "restricted":
            file["name"] = None  # read on the case itself, by those who work on it
    return found[0], parts


def _table(name: str) -> Table:
    return registry.metadata.tables[name]


async def _rows(session: AsyncSession, table: Table, condition: Any, order: tuple[str, ...]) -> list[Row]:
    columns = [column for column in table.columns if column.name not in _LEFT_OUT]
    found = await session.execute(select(*columns).where(condition).order_by(*(table.c[name] for name in order)))
    return [dict(row) for row in found.mappings()]
