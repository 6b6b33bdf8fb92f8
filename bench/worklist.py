"""The worklist over a million complaints: each query of its own two hundred times, as the application, under RLS."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.measures import Measure, Scale, percentile
from bench.stand import Stand
from bench.worklist_rows import People, fill
from db.engine import Database
from db.models.complaint import Complaint
from db.queries.caseload import Scope, caseload
from db.queries.keyset import After
from db.queries.mine import Whose, mine_of
from db.queries.search import search
from db.queries.today import Item, faces_of, items_today
from db.queries.worklist import Sort, Wanted, worklist
from policies.risk import Facts, Place, place
from runtime.migrating import upgrade as migrate

NAME: Final = "worklist_bench"
NOW: Final = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)
ON: Final = date(2028, 3, 2)
_PAGE: Final = 26  # one more than is shown, as the API asks for
_FIFTIETH: Final = 49 * 25

Ask = Callable[[AsyncSession, People], Awaitable[object]]
Narrowed = Callable[[People], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question; `prepare` finds out beforehand what has to be known to ask it."""

    what: str
    ask: Ask
    prepare: Ask | None = None


def over_a_million(stand: Stand, scale: Scale) -> list[Measure]:
    """Measure the queries of the worklist, beside one page by primary keys."""
    dsns = stand.other_database(NAME)
    migrate(dsns.migrator)
    with stand.superuser(NAME) as connection:
        organisations = fill(connection, scale.complaints, NOW)
    return asyncio.run(_measured(dsns.app, organisations, scale))


async def _measured(dsn: str, organisations: list[People], scale: Scale) -> list[Measure]:
    database = Database(dsn)
    try:
        before = await _times(database, organisations, _floor(), scale.asked)
        found = [(query.what, await _times(database, organisations, query, scale.asked)) for query in _queries()]
        floor = before + await _times(database, organisations, _floor(), scale.asked)
    finally:
        await database.close()
    return [
        Measure(
            section="worklist",
            what=f"{what}, {name}",
            unit="ms",
            redress=percentile(taken, share),
            floor=percentile(floor, share),
            note=f"{scale.complaints:,} complaints of {len(organisations)} organisations · floor: 25 by primary key",
        )
        for what, taken in found
        for name, share in (("p50", 0.5), ("p95", 0.95))
    ]


async def _times(database: Database, organisations: list[People], query: Query, times: int) -> list[float]:
    """Ask a query of one organisation after the other; return how many milliseconds each took."""
    taken = []
    for n in range(times + len(organisations)):
        people = organisations[n % len(organisations)].turned(n)
        if query.prepare is not None:
            async with database.tenant(people.organisation_id, NOW) as session:
                await query.prepare(session, people)
        began = time.perf_counter()
        async with database.tenant(people.organisation_id, NOW) as session:
            await query.ask(session, people)
        if n >= len(organisations):  # the first round is to get warm
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def _queries() -> list[Query]:
    lists: list[tuple[str, Narrowed, Sort]] = [
        ("everything, by next event", lambda p: {}, "nextEvent"),
        ("everything, by receipt", lambda p: {}, "receivedOn"),
        ("open", lambda p: {"open": True}, "nextEvent"),
        ("open, by receipt", lambda p: {"open": True}, "receivedOn"),
        ("by owner", lambda p: {"owner_id": p.person}, "nextEvent"),
        ("by owner, by receipt", lambda p: {"owner_id": p.person}, "receivedOn"),
        ("by owner, open", lambda p: {"owner_id": p.person, "open": True}, "nextEvent"),
        ("covered by me, open", lambda p: {"covered_by": p.person, "open": True}, "nextEvent"),
        ("by team", lambda p: {"team_id": p.teams[p.n % 8]}, "nextEvent"),
        ("by team, open", lambda p: {"team_id": p.teams[p.n % 8], "open": True}, "nextEvent"),
        ("by division, open", lambda p: {"division_id": p.divisions[p.n % 3], "open": True}, "nextEvent"),
        ("unassigned, open", lambda p: {"unassigned": True, "open": True}, "nextEvent"),
        ("overdue", lambda p: {"overdue": True}, "nextEvent"),
        ("overdue, by receipt", lambda p: {"overdue": True}, "receivedOn"),
        ("overdue, by owner", lambda p: {"overdue": True, "owner_id": p.person}, "nextEvent"),
        ("due before a day", lambda p: {"due_before": ON + timedelta(days=7)}, "nextEvent"),
        ("needing attention", lambda p: {"needs_attention": True}, "nextEvent"),
        ("in a stage", lambda p: {"stage": "acknowledged"}, "nextEvent"),
    ]
    searches: list[tuple[str, Callable[[People], str], Narrowed]] = [
        ("rare word", lambda p: p.rare[p.n % len(p.rare)], lambda p: {}),
        ("common word", lambda p: p.common[p.n % len(p.common)], lambda p: {}),
        ("two words", lambda p: f"{p.common[p.n % len(p.common)]} {p.rare[p.n % len(p.rare)]}", lambda p: {}),
        ("common word, open", lambda p: p.common[p.n % len(p.common)], lambda p: {"open": True}),
        ("common word, by owner", lambda p: p.common[p.n % len(p.common)], lambda p: {"owner_id": p.person}),
        ("name", lambda p: f"surname{p.n * 37 % 5000}", lambda p: {}),
        ("beginning of a name", lambda p: f"surname{p.n % 50 + 100}", lambda p: {}),
        ("reference", lambda p: p.references[p.n % len(p.references)], lambda p: {}),
    ]
    return [
        *(query for what, narrowed, sort in lists for query in _list(what, narrowed, sort)),
        *(_search(what, words, narrowed) for what, words, narrowed in searches),
        _today("mine"),
        _today("team"),
        _today("everybody"),
        _caseload(),
    ]


def _floor() -> Query:
    async def ask(session: AsyncSession, people: People) -> object:
        return (await session.scalars(select(Complaint).where(Complaint.id.in_(people.complaints)))).all()

    return Query(what="floor", ask=ask)


def _list(what: str, narrowed: Narrowed, sort: Sort) -> list[Query]:
    """Return the first page of a list, and its fiftieth, or the last where there are fewer."""
    ends: dict[tuple[object, ...], After | None] = {}

    def key(people: People) -> tuple[object, ...]:
        return (people.organisation_id, *narrowed(people).values())

    async def first(session: AsyncSession, people: People) -> object:
        wanted = _wanted(people, narrowed)
        return await worklist(session, wanted, sort=sort, after=None, limit=_PAGE)

    async def find_end(session: AsyncSession, people: People) -> object:
        if key(people) not in ends:
            lines = await worklist(session, _wanted(people, narrowed), sort=sort, after=None, limit=_FIFTIETH)
            last = lines[max(0, len(lines) - (1 if len(lines) == _FIFTIETH else 25))].complaint if lines else None
            value = None if last is None else last.next_event_at if sort == "nextEvent" else last.received_on
            ends[key(people)] = None if last is None else After(value=value, id=last.id)
        return None

    async def fiftieth(session: AsyncSession, people: People) -> object:
        wanted = _wanted(people, narrowed)
        return await worklist(session, wanted, sort=sort, after=ends[key(people)], limit=_PAGE)

    return [
        Query(what=f"{what}, page 1", ask=first),
        Query(what=f"{what}, page 50", ask=fiftieth, prepare=find_end),
    ]


def _wanted(people: People, narrowed: Narrowed) -> Wanted:
    return Wanted(organisation_id=people.organisation_id, now=NOW, on=ON, **narrowed(people))


def _search(what: str, words: Callable[[People], str], narrowed: Narrowed) -> Query:
    async def ask(session: AsyncSession, people: People) -> object:
        return await search(session, _wanted(people, narrowed), words(people), after=None, limit=_PAGE)

    return Query(what=f"search, {what}", ask=ask)


def _today(whose: Whose) -> Query:
    async def ask(session: AsyncSession, people: People) -> object:
        mine = await mine_of(session, people.organisation_id, people.person, ("handler",), whose, ON)
        items = await items_today(session, mine)
        placed = [(_place(item), item) for item in items]
        placed.sort(key=lambda each: (each[0].rank, each[1].due_on or date.max, each[1].id))
        return await faces_of(session, {item.complaint_id for _, item in placed[:200] if item.complaint_id})

    return Query(what=f"today, {whose}", ask=ask)


def _place(item: Item) -> Place:
    facts = Facts(
        due_on=item.due_on,
        clock=item.clock,
        effect=item.effect,
        needs_attention=item.attention is not None,
        no_owner=item.no_owner,
    )
    return place(facts, ON)


def _caseload() -> Query:
    async def ask(session: AsyncSession, people: People) -> object:
        scope = Scope(organisation_id=people.organisation_id, now=NOW, on=ON, everybody=True)
        return await caseload(session, scope)

    return Query(what="caseload", ask=ask)
