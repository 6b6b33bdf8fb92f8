"""One change of a report on its way: under its key, in one transaction with its entry in the ledger of the office.

It waits for other changes of reports and for nothing else: to compile one takes its time, and people are appointed
meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import PlainEnvelopeDep
from api.caller import Caller
from api.deps import PartsDep
from api.door import Envelope, fingerprint
from api.office_desk import Entry, write
from api.parts import Parts
from api.permissions import Permission
from api.problems import Problem
from api.schemas.reports import ReportShown
from db.models.report import Report
from db.queries import reports
from db.queries.office import said_under

Make = Callable[[AsyncSession, Report], Awaitable[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDesk:
    """Somebody may be about to change a report."""

    parts: Parts
    envelope: Envelope
    now: datetime

    async def compile(
        self, who: Caller, body: BaseModel, make: Callable[[AsyncSession], Awaitable[Entry]]
    ) -> ReportShown:
        """Compile a report once under its key, and return it as it then stands."""
        return await self._once(who, Permission.COMPILE, body, (), make)

    async def change(self, who: Caller, body: BaseModel | None, report_id: UUID, make: Make) -> ReportShown:
        """Change what becomes of a report once under its key, and return it as it then stands."""

        async def changed(session: AsyncSession) -> Entry:
            report = await reports.find(session, report_id, held=True)
            if report is None:
                raise Problem("not_found")
            return await make(session, report)

        return await self._once(who, Permission.GOVERN, body, (report_id,), changed)

    async def _once(
        self,
        who: Caller,
        permission: Permission,
        body: BaseModel | None,
        path: tuple[object, ...],
        make: Callable[[AsyncSession], Awaitable[Entry]],
    ) -> ReportShown:
        said = fingerprint(self.envelope, body if body is not None else {}, *path)
        async with self.parts.database.tenant(who.organisation_id, self.now) as session:
            await reports.lock(session, who.organisation_id)
            route, key = self.envelope.route, self.envelope.key
            before = await said_under(session, caller=who.subject, route=route, key=key)
            if before is not None:
                if before.body_hash != said:
                    raise Problem("idempotency_key_reused")
                return await shown(session, who, before.subject_id)
            entry = await make(session)
            write(session, who, who.acting_as(permission), entry, now=self.now, envelope=self.envelope, body_hash=said)
            await session.flush()
            return await shown(session, who, entry.subject_id)


async def shown(session: AsyncSession, who: Caller, report_id: UUID) -> ReportShown:
    """Return a report as the caller may see it. Raises a problem where it is not there to be seen."""
    report = await reports.find(session, report_id)
    if report is None:
        raise Problem("not_found")
    published = await reports.publication(session, report_id)
    return ReportShown.of(report, published, organisation=who.organisation_code, words=who.sees_words)


def _desk(parts: PartsDep, envelope: PlainEnvelopeDep) -> ReportDesk:
    return ReportDesk(parts=parts, envelope=envelope, now=parts.clock.now())


ReportDeskDep = Annotated[ReportDesk, Depends(_desk)]
