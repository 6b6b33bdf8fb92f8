"""Compiles reports that are kept, shows that each comes out the same when compiled again, and what is known since.

What a report says was known before an instant. So nothing that is read later may count as known before it: reading the
chains, compiling, marking that instant and keeping the report are one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from activities.reporting.compiling import BUILDERS, Asked, compile_report
from activities.reporting.projecting import catch_up, mark
from activities.reporting.since import beside
from activities.reporting.titles import Titles, load_titles
from db.models.organisation import Organisation
from db.models.report import Report
from db.queries import reports
from db.queries.report_scope import Scope
from policies.reporting import definition_files
from reports.document import Document, canonical, read, sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """Whether a report that was compiled again is the same to the byte, by the hashes of both."""

    identical: bool
    sha256: str
    rebuilt_sha256: str


def kinds() -> Sequence[str]:
    """Return the kinds of reports that can be compiled."""
    return sorted(BUILDERS)


async def keep(
    session: AsyncSession,
    asked: Asked,
    now: datetime,
    *,
    person_id: UUID | None = None,
    occurrence_id: UUID | None = None,
) -> Report:
    """Compile a report and keep it. Raises ValueError for what nobody can know yet."""
    scope = asked.scope
    if scope.known_until > now:
        raise ValueError("known until an instant that is not yet")
    await reports.lock(session, scope.organisation_id)
    await catch_up(session, scope.organisation_id, now)
    document, titles = await compile_report(session, asked)
    await mark(session, scope.organisation_id, scope.known_until)
    report = Report(
        id=uuid7(),
        organisation_id=scope.organisation_id,
        kind=asked.kind,
        rules=document.rules,
        first_on=scope.first_on,
        last_on=scope.last_on,
        known_until=scope.known_until,
        compiled_at=now,
        compiled_by=person_id,
        occurrence_id=occurrence_id,
        document=canonical(document).decode(),
        sha256=sha256(document),
        titles=titles.to_plain(),
        state="compiled",
        supersedes_id=await reports.last_alike(session, asked.kind, scope.first_on, scope.last_on),
    )
    session.add(report)
    await session.flush()
    return report


async def keep_for(session: AsyncSession, kind: str, scope: Scope, now: datetime, person_id: UUID | None) -> Report:
    """Compile and keep what a person asked for. Raises LookupError for a report that nobody asks of their body."""
    body = await session.get_one(Organisation, scope.organisation_id)
    if not definition_files.newest(kind).is_for(body.nation, body.regime):
        raise LookupError(kind)
    return await keep(session, Asked(kind=kind, scope=scope), now, person_id=person_id)


async def rebuild(session: AsyncSession, report: Report) -> Rebuilt:
    """Compile a kept report again, from the same instant and with the titles it was written with."""
    whole = await _whole(session, report)
    asked = Asked(kind=whole.kind, scope=scope_of(whole))
    document, _ = await compile_report(session, asked, Titles.of_plain(whole.titles))
    again = sha256(document)
    identical = canonical(document) == whole.document.encode()
    return Rebuilt(identical=identical, sha256=whole.sha256, rebuilt_sha256=again)


async def with_since(session: AsyncSession, report: Report, at: datetime) -> Document:
    """Return a kept report with, beside each value, what it is as known before a later instant."""
    whole = await _whole(session, report)
    if at < whole.known_until:
        raise ValueError("since an instant before the report")
    scope = scope_of(whole)
    await catch_up(session, whole.organisation_id, at)
    known_later = Scope(
        organisation_id=scope.organisation_id, first_on=scope.first_on, last_on=scope.last_on, known_until=at
    )
    # Counted by the rules of the report: what a newer version counts otherwise was not learned since.
    titles = await load_titles(session, whole.organisation_id, scope.last_on, whole.rules)
    later, _ = await compile_report(session, Asked(kind=whole.kind, scope=known_later), titles)
    return beside(read(whole.document.encode()), later, at)


def scope_of(report: Report) -> Scope:
    """Return what a kept report was asked about."""
    return Scope(
        organisation_id=report.organisation_id,
        first_on=report.first_on,
        last_on=report.last_on,
        known_until=report.known_until,
    )


async def _whole(session: AsyncSession, report: Report) -> Report:
    """Return a report with its document and its titles."""
    whole = await reports.find(session, report.id, whole=True)
    if whole is None:
        raise RuntimeError("a report that is not there")
    return whole
