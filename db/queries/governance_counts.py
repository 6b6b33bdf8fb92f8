"""SQL of how many reports, panels and meetings there were, as known before the instant of a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.governance import Governance
from db.queries.report_scope import Scope

# What somebody is changing now is noted the next time: to wait for them here, who may wait for us, would be for ever.
_CATCH_UP: Final = text("""
    update governance g set
        begun_known_us = coalesce(g.begun_known_us,
            greatest(:mark, (extract(epoch from g.begun_at) * 1000000)::bigint)),
        ended_known_us = coalesce(g.ended_known_us,
            case when g.ended_at is not null
                then greatest(:mark, (extract(epoch from g.ended_at) * 1000000)::bigint) end)
    from (select id from governance
          where organisation_id = :organisation
            and (begun_known_us is null or (ended_at is not null and ended_known_us is null))
          for update skip locked) found
    where g.id = found.id and g.organisation_id = :organisation
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many of a kind were begun on the days of a scope, how many of them are done or let go of, or began late."""

    kind: str
    begun: int
    done: int
    abandoned: int
    late: int


async def catch_up(session: AsyncSession, organisation_id: UUID, mark_us: int) -> None:
    """Note what began and ended since this was last called. The caller holds the lock of the reports' facts."""
    await session.execute(_CATCH_UP, {"organisation": organisation_id, "mark": mark_us})


async def governance(session: AsyncSession, scope: Scope) -> list[Counted]:
    """Count the occurrences that were begun on the days of a scope, by kind.

    What ended later than was known counts as begun: an end has its instant, and is never taken back. What `catch_up`
    has not noted is not known yet.
    """
    ended = Governance.ended_known_us < scope.known_us
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
            Governance.begun_known_us < scope.known_us,
        )
        .group_by(Governance.kind)
    )
    return [
        Counted(kind=row[0], begun=row[1], done=row[2], abandoned=row[3], late=row[4])
        for row in sorted(rows, key=lambda row: str(row[0]))
    ]
