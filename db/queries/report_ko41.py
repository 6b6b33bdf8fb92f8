"""Counts the returns KO41a and KO41b from the facts of cases: in SQL, one pass a question, by what was known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint
from db.models.report_facts import ReportCase
from db.queries.report_figures import Behind
from db.queries.report_ko41_counted import (
    CLINICAL,
    SINGLE,
    STATES,
    Counting,
    Has,
    Listed,
    Part,
    Single,
    code_of,
    counted,
    has_of,
    in_state,
    listed_as,
    professions_of,
    site_of,
    themes_of,
)
from db.queries.report_scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The counts of one site; of all of them together where `site` is none."""

    site: str | None
    brought: int
    new: int
    upheld: int
    partially_upheld: int
    not_upheld: int
    resolved: int
    carried: int
    unfound: int
    unfinished: int
    reopened: int


async def lines(session: AsyncSession, scope: Scope, counting: Counting) -> list[Line]:
    """Return the summary of every site, in order of their codes, and last that of all together."""
    site = site_of()
    columns = [func.count().filter(in_state(name, scope, counting)).label(name) for name in STATES]
    grouping = func.grouping(site)
    query = (
        select(grouping.label("whole"), site.label("site"), *columns)
        .where(counted(scope, counting))
        .group_by(func.rollup(site))
        .order_by(grouping, site)
    )
    rows = (await session.execute(query)).mappings()
    return [Line(site=None if row["whole"] else row["site"], **{name: row[name] for name in STATES}) for row in rows]


async def by_code(session: AsyncSession, scope: Scope, counting: Counting) -> list[tuple[Single, str, str, int]]:
    """Return how many new complaints have each code of the single fields: (field, site, code, count)."""
    site = site_of()
    codes = [code_of(name) for name in SINGLE]
    groupings = [func.grouping(code) for code in codes]
    query = (
        select(site, *codes, *groupings, func.count())
        .where(counted(scope, counting), in_state("new", scope, counting))
        .group_by(func.grouping_sets(*(tuple_(site, code) for code in codes)))
    )
    found: list[tuple[Single, str, str, int]] = []
    for row in (await session.execute(query)).all():
        at = row[4:7].index(0)
        found.append((SINGLE[at], row[0], row[1 + at], row[7]))
    return found


async def by_theme(
    session: AsyncSession, scope: Scope, counting: Counting, subjects: Listed, clinical: Listed
) -> list[tuple[str, str, str | None, int]]:
    """Return how many new complaints have each subject, and each sub-subject of clinical treatment.

    Each row is (site, subject, sub-subject, count): None where the whole subject is counted, the empty code where
    none is said. A complaint counts once in a row, also where several codes of its own are put to that.
    """
    themes = themes_of(scope, counting)
    site, of = themes.c.site, themes.c.complaint_id
    whole = select(site, of, listed_as(themes.c.subject, subjects).label("code"), literal(None).label("sub"))
    # A specialty that the list has not is put nowhere: it is told as a fault.
    specialty = listed_as(themes.c.sub, clinical)
    part = select(site, of, literal(CLINICAL).label("code"), specialty.label("sub")).where(specialty.is_not(None))
    found: list[tuple[str, str, str | None, int]] = []
    for query in (whole, part.where(themes.c.subject == CLINICAL)):
        each = query.distinct().subquery()
        columns = (each.c.site, each.c.code, each.c.sub)
        found += [tuple(row) for row in await session.execute(select(*columns, func.count()).group_by(*columns))]
    return found


async def by_profession(
    session: AsyncSession, scope: Scope, counting: Counting, professions: Listed
) -> list[tuple[str, str, int]]:
    """Return how many new complaints are about each profession: (site, code, count)."""
    several = professions_of(scope, counting)
    code = listed_as(several.c.code, professions).label("code")
    each = select(several.c.site, several.c.complaint_id, code).distinct().subquery()
    query = select(each.c.site, each.c.code, func.count()).group_by(each.c.site, each.c.code)
    return [(site, code, count) for site, code, count in await session.execute(query)]


async def unlisted(session: AsyncSession, scope: Scope, counting: Counting, has: Mapping[Part, Has]) -> dict[Part, int]:
    """Return how many new complaints have, in each section, what is said there."""
    columns = [func.count().filter(has_of(each)) for each in has.values()]
    query = select(*columns).where(counted(scope, counting), in_state("new", scope, counting))
    return dict(zip(has, (await session.execute(query)).one(), strict=True))


async def carried_at(session: AsyncSession, scope: Scope, counting: Counting) -> int:
    """Return how many complaints the days of a scope carry forward."""
    query = select(func.count()).where(counted(scope, counting), in_state("carried", scope, counting))
    return await session.scalar(query) or 0


async def behind(
    session: AsyncSession,
    scope: Scope,
    counting: Counting,
    state: str,
    has: Sequence[Has] = (),
    *,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Behind]:
    """Return the complaints that a cell counted: those of a state that have what the cell is about."""
    wanted = [counted(scope, counting), in_state(state, scope, counting), *(has_of(each) for each in has)]
    if after is not None:
        wanted.append(ReportCase.complaint_id > after)
    query = (
        select(Complaint.id, Complaint.reference, Complaint.received_on, Complaint.stage, Complaint.severity)
        .join(ReportCase, Complaint.id == ReportCase.complaint_id)
        .where(*wanted)
        .order_by(ReportCase.complaint_id)
        .limit(limit)
    )
    return [
        Behind(complaint_id=row[0], reference=row[1], received_on=row[2], stage=row[3], severity=row[4], times=1)
        for row in (await session.execute(query)).all()
    ]
