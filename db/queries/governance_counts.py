"""SQL of how many reports, panels and meetings there were, as known before the instant of a report."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.governance import Governance
from db.queries.report_scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many of a kind were begun on the days of a scope, how many of them are done or let go of, or began late."""

    kind: str
    begun: int
    done: int
    abandoned: int
    late: int


async def governance(session: AsyncSession, scope: Scope) -> list[Counted]:
    """Count the occurrences that were begun on the days of a scope, by kind.

    What ended later than was known counts as begun: an end has its instant, and is never taken back.
    """
    ended = Governance.ended_at < scope.known_until
    rows = await session.execute(
        select(
            Governance.kind,
            func.count(),
            func.count().filter(and_(ended, Governance.state == "done")),
            func.count().filter(and_(ended, Governance.state == "abandoned")),
            func.count().filter(Governance.late),
        )
        .where(
            Governance.organisation_id == scope.organisation_id,
            Governance.begun_on.between(scope.first_on, scope.last_on),
            Governance.begun_at < scope.known_until,
        )
        .group_by(Governance.kind)
    )
    return [
        Counted(kind=row[0], begun=row[1], done=row[2], abandoned=row[3], late=row[4])
        for row in sorted(rows, key=lambda row: str(row[0]))
    ]
