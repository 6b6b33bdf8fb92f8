"""What is counted beside complaints: sent in as JSON or CSV, whole or not at all, and listed as it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool
from uuid_utils.compat import uuid7

from api.answers import reply
from api.caller import Caller
from api.cursors import decode, encode
from api.deps import Compiler, Cursor, Limit, PartsDep, ReportReader
from api.insight_rules import Faulty, Read
from api.known_desk import KnownDesk, KnownDeskDep
from api.office_desk import Entry
from api.openapi import A_READ, A_WRITE, answers, problems
from api.permissions import Permission
from api.problems import FieldError, Problem
from api.schemas.insight import InsightListed, InsightSent, InsightShown, InsightTaken, Month, Source
from api.schemas.learning import TwoCodes
from db.queries import insight, learning
from db.queries.insight import Batch

router = APIRouter(prefix="/v1/insight", tags=["reports"])

_ORDER: Final = "month"
_CSV: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "UTF-8, parted by commas. The first line names the columns: `source`, `theme`,"
        " `month` (YYYY-MM), `count` or `score`, and perhaps `place`. At most 20,000 rows and 2 MB.",
        "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
    }
}
# How many faults are told at once.
_MOST: Final = 100


@router.post(
    "",
    operation_id="sendInsight",
    status_code=201,
    responses=answers(201, InsightTaken, "It is taken in.") | problems(*A_WRITE),
)
async def send_insight(desk: KnownDeskDep, who: Compiler, body: InsightSent) -> Response:
    """Send counts of incidents, claims, compliments, feedback, or scores of a staff survey, by theme and month."""
    rows = [(place, item.cells()) for place, item in enumerate(body.items)]

    def read(today: date, own: frozenset[str]) -> Read:
        return desk.parts.insight.read_rows(rows, today, own)

    def where(fault: Faulty) -> FieldError:
        pointer = f"/items/{fault.line}" + (f"/{fault.column}" if fault.column else "")
        return FieldError(place="body", pointer=pointer, code=fault.code, detail=fault.words)

    return await _taken_in(desk, who, body, read, where)


@router.post(
    "/csv",
    operation_id="sendInsightFile",
    status_code=201,
    openapi_extra=_CSV,
    responses=answers(201, InsightTaken, "It is taken in.") | problems(*A_WRITE),
)
async def send_insight_file(request: Request, desk: KnownDeskDep, who: Compiler) -> Response:
    """Send the same as a file. Every bad line is named, and nothing is taken in unless all of it is good."""
    content = await request.body()

    def read(today: date, own: frozenset[str]) -> Read:
        return desk.parts.insight.read_csv(content, today, own)

    def where(fault: Faulty) -> FieldError:
        column = f", column {fault.column}" if fault.column else ""
        pointer = f"/{fault.line}" + (f"/{fault.column}" if fault.column else "")
        detail = f"Line {fault.line}{column}: {fault.words}"
        return FieldError(place="body", pointer=pointer, code=fault.code, detail=detail)

    return await _taken_in(desk, who, {"sha256": sha256(content).hexdigest()}, read, where)


async def _taken_in(
    desk: KnownDesk,
    who: Caller,
    body: Any,
    read: Callable[[date, frozenset[str]], Read],
    where: Callable[[Faulty], FieldError],
) -> Response:
    """Take in what can all be read, once under its key. Raises the problem of all that cannot."""

    async def make(session: AsyncSession, known_us: int) -> Entry:
        own = await learning.own_themes(session)
        rows, faults = await run_in_threadpool(read, desk.today, own)
        if faults:
            raise Problem("invalid_request", errors=[where(each) for each in faults[:_MOST]])
        assert who.person_id is not None  # `Compiler` sees to it
        batch = Batch(id=uuid7(), organisation_id=who.organisation_id, said_by=who.person_id, said_at=desk.now)
        names = ("source", "theme", "subject", "place", "month", "unit", "number")
        await insight.add(session, batch, [{name: getattr(row, name) for name in names} for row in rows])
        data = {"rows": len(rows), "sources": sorted({row.source for row in rows})}
        return Entry(kind="insight.taken", subject_id=batch.id, data=data)

    async def show(session: AsyncSession, batch_id: UUID) -> InsightTaken:
        return InsightTaken.of(batch_id, await insight.taken(session, batch_id))

    return reply(await desk.change(who, Permission.COMPILE, body, make=make, show=show), 201, {})


@router.get("", operation_id="listInsight", response_model=InsightListed, responses=problems(*A_READ))
async def list_insight(
    parts: PartsDep,
    who: ReportReader,
    source: Source | None = None,
    theme: Annotated[TwoCodes | None, Query()] = None,
    place: Annotated[TwoCodes | None, Query()] = None,
    from_: Annotated[Month | None, Query(alias="from", description="The first month.")] = None,
    until: Annotated[Month | None, Query(description="The last month.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> InsightListed:
    """List what is counted beside complaints as it stands: of what was sent again, what was sent last."""
    after = decode(cursor, _ORDER, date)
    months = (_first(from_, "/from"), _first(until, "/until"))
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await insight.page(
            session, source=source, theme=theme, place=place, months=months, after=after, limit=limit + 1
        )
    last = rows[limit - 1] if len(rows) > limit else None
    return InsightListed(
        items=[InsightShown.of(row) for row in rows[:limit]],
        next=None if last is None else encode(_ORDER, last.month, last.id),
    )


def _first(month: str | None, pointer: str) -> date | None:
    """Return the first day of a month."""
    if month is None:
        return None
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Problem.invalid("query", pointer, "month_unreadable", "There is no such month.") from None
