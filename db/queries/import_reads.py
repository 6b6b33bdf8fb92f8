"""SQL over the sweeper's view of imports: ids, states and instants, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.queries.attention import Waiting

_OPEN = text("""
    select organisation_id, import_id, state, decision_id, go, tried_at from sweep_import
    where tried_at <= :before order by tried_at, import_id limit :limit
""")
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenImport:
    """An import that is neither done, incomplete nor abandoned."""

    organisation_id: UUID
    import_id: UUID
    state: str
    decision_id: UUID | None
    go: bool | None
    since: datetime


async def open_imports(session: AsyncSession, *, before: datetime, limit: int) -> list[OpenImport]:
    """Return imports whose last word was said by an instant, and that have not ended."""
    rows = await session.execute(_OPEN, {"before": before, "limit": limit})
    return [
        OpenImport(organisation_id=row[0], import_id=row[1], state=row[2], decision_id=row[3], go=row[4], since=row[5])
        for row in rows
    ]


async def stuck_imports(session: AsyncSession, *, before: datetime) -> list[Waiting]:
    """Return imports that should have got on long ago. A dry run that nobody has decided on may wait."""
    return [
        Waiting(
            organisation_id=each.organisation_id,
            complaint_id=None,
            reference=None,
            since=each.since,
            state=each.state,
            detail=f"import.{each.import_id}",
        )
        for each in await open_imports(session, before=before, limit=_MOST)
        if each.state != "checked" or each.decision_id is not None
    ]
