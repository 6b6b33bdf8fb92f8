"""One reading of a complaint: what every route that reads about one needs, bundled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from api.caller import Caller
from api.deps import PartsDep, Reader, Reference
from api.parts import Parts
from api.problems import Problem
from db.queries import involvements, proceedings
from db.queries.complaint_reads import Found, find


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody reads about one complaint."""

    parts: Parts
    who: Caller
    reference: str

    @asynccontextmanager
    async def found(self) -> AsyncIterator[tuple[AsyncSession, Found]]:
        """Open a session and find the complaint. Raises a problem if it is not there to be seen."""
        now = self.parts.clock.now()
        async with self.parts.database.tenant(self.who.organisation_id, now) as session:
            found = await find(session, self.reference)
            if found is None:
                raise Problem("not_found")
            yield session, found

    async def kept_from(self, session: AsyncSession, found: Found) -> frozenset[UUID]:
        """Return the ids of what the visitor is not to see: that it is about them, until they are told; for another
        body with which the case is shared, what runs beside it.
        """
        kept = frozenset[UUID]()
        if found.organisation_id != self.who.organisation_id:
            kept = await proceedings.kept_from_others(session, found.id)
        if self.who.person_id is None:
            return kept
        return kept | await involvements.kept_from(session, found.id, self.who.person_id)


def _visit(parts: PartsDep, who: Reader, reference: Reference) -> Visit:
    return Visit(parts=parts, who=who, reference=reference)


VisitDep = Annotated[Visit, Depends(_visit)]
