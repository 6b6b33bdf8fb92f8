"""Compiles reports: what is asked, what its codes are called, and the builder of its kind.

Compiling reads the reports' own view and changes nothing: whoever keeps a report catches up before, and marks after.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting import annual, board, ko41, oversight, public, reg17
from activities.reporting.titles import Titles, load_titles
from db.queries.report_scope import Scope, count_at_once
from policies.reporting import definition_files
from reports.document import Document

Builder = Callable[[AsyncSession, Scope, Titles], Awaitable[Document]]

# One module for each kind; its `build` reads the definition of the version that the titles name.
BUILDERS: Final[dict[str, Builder]] = {
    "board": board.build,
    "annual": annual.build,
    "public": public.build,
    "reg17": reg17.build,
    "oversight": oversight.build,
    "ko41a": ko41.build_ko41a,
    "ko41b": ko41.build_ko41b,
}


class UnknownKind(LookupError):
    """There is no report of this kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A report that is asked for: its kind, and what it is about."""

    kind: str
    scope: Scope


async def compile_report(session: AsyncSession, asked: Asked, titles: Titles | None = None) -> tuple[Document, Titles]:
    """Compile a report. With the titles of one that was stored it is the same to the byte. Raises UnknownKind."""
    builder = BUILDERS.get(asked.kind)
    if builder is None:
        raise UnknownKind(asked.kind)
    if titles is None:
        rules = definition_files.newest(asked.kind).version
        titles = await load_titles(session, asked.scope.organisation_id, asked.scope.last_on, rules)
    await count_at_once(session)
    return await builder(session, asked.scope, titles), titles
