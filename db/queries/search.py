"""SQL of searching the words of complaints, and of keeping what is searched up to date.

Words that are rare are ranked; words that are in very many complaints tell little, and the newest come first.
Only the views of `0006_search.sql` may be searched: under row-level security the index would not be used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint, ComplaintWords, Note
from db.models.correction import Contact
from db.models.search import own_search, shared_search
from db.queries.worklist import Line, Wanted, conditions, lines_of
from db.references import normalise

Order = Literal["relevance", "newest"]
# With more matches than this there is nothing to rank.
MOST_RANKED: Final = 1000
# So many of the newest are looked at to see whether words are common, and with so many of them they are.
_LOOKED_AT: Final = 500
_COMMON: Final = 25
# A plan must know the words, or it cannot know how rare they are; and it must not read a whole organisation to join it.
_STEP_BY_STEP: Final = text(
    "select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_hashjoin', 'off', true),"
    " set_config('enable_mergejoin', 'off', true)"
)
_EXACT: Final = 1_000_000
_SIMPLE: Final[ColumnElement[Any]] = literal_column("'simple'::regconfig")
_ENGLISH: Final[ColumnElement[Any]] = literal_column("'english'::regconfig")
_TOKEN = re.compile(r"[^\W_]{1,60}")
_REFERENCE = re.compile(r"[a-z0-9][a-z0-9.-]{2,40}")
# What `websearch_to_tsquery` reads as more than words: not to be read as the beginning of a name.
_OPERATORS = re.compile(r'"|(^|\s)-|\sor\s', re.IGNORECASE)
_SNIPPET: Final = 'StartSel="", StopSel="", MaxFragments=1, MaxWords=30, MinWords=10'
_READ_OF_EACH: Final = 8000

_REFRESH = text(
    "insert into case_search (complaint_id, organisation_id, words)"
    " select c.id, c.organisation_id, case_words(c.id) from complaint c where c.id = any(:complaints)"
    " on conflict (complaint_id) do update set words = excluded.words"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a complaint stands among those that were found. `rank` is nought where the newest come first."""

    order: Order
    rank: int
    received_on: date
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One complaint that was found, and some of the words around what was looked for."""

    line: Line
    place: Place
    snippet: str | None


async def refresh(session: AsyncSession, *complaints: UUID) -> None:
    """Make anew what is searched of some complaints."""
    await session.execute(_REFRESH, {"complaints": list(complaints)})


async def search(
    session: AsyncSession,
    wanted: Wanted,
    q: str,
    *,
    after: Place | None,
    limit: int,
    most_ranked: int = MOST_RANKED,
) -> list[Hit]:
    """Return at most `limit` complaints with some words that the tenant may see, after a place."""
    await session.execute(_STEP_BY_STEP)
    places = None
    if after is None or after.order == "relevance":
        few, common = await _looked_at(session, wanted, q, limit)
        if few or not common or after is not None:
            places = await _ranked(session, wanted, q, after, limit, most_ranked, few=few)
    if places is None:
        places = await _newest(session, wanted, q, after, limit)
    return await _hits(session, wanted, q, places)


async def _looked_at(session: AsyncSession, wanted: Wanted, q: str, limit: int) -> tuple[bool, bool]:
    """Look at the newest complaints; return whether they are all there are, and whether the words are common there.

    For words that are in most complaints the index would first gather most complaints.
    """
    newest = (
        select(own_search.c.words)
        .join(Complaint, Complaint.id == own_search.c.complaint_id)
        .where(*conditions(wanted))
        .order_by(Complaint.received_on.desc(), Complaint.id.desc())
        .limit(_LOOKED_AT)
        .subquery("newest")
    )
    has = newest.c.words.op("@@")(_asked(q))
    seen, matching = (await session.execute(select(func.count(), func.count().filter(has)).select_from(newest))).one()
    return seen < _LOOKED_AT, matching >= min(limit, _COMMON)


async def _ranked(
    session: AsyncSession, wanted: Wanted, q: str, after: Place | None, limit: int, most: int, *, few: bool
) -> list[Place] | None:
    """Return a page by rank; None where too many are found to begin ranking them.

    Where a few complaints are all there are, it is quicker to read those than to ask the index.
    """
    found = (
        _matching(own_search, wanted, q, own_search.c.words, marked=not few)
        .union_all(_matching(shared_search, wanted, q, shared_search.c.words))
        .limit(most + 1)
        .cte("found")
    )
    words: ColumnElement[Any] = found.c.words
    weighed = cast(func.ts_rank(words, _asked(q)) * 1000, Integer)
    reference = normalise(q)
    rank = weighed if reference is None else case((found.c.reference == reference, _EXACT), else_=weighed)
    ranked = select(found.c.id, found.c.received_on, rank.label("rank"), func.count().over().label("matches")).subquery(
        "ranked"
    )
    key = tuple_(ranked.c.rank, ranked.c.received_on, ranked.c.id)
    query = select(ranked).order_by(ranked.c.rank.desc(), ranked.c.received_on.desc(), ranked.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(key < tuple_(literal(after.rank), literal(after.received_on), literal(after.id)))
    rows = (await session.execute(query)).all()
    if after is None and rows and rows[0].matches > most:
        return None
    return [Place(order="relevance", rank=row.rank, received_on=row.received_on, id=row.id) for row in rows]


async def _newest(session: AsyncSession, wanted: Wanted, q: str, after: Place | None, limit: int) -> list[Place]:
    """Return a page of those that were received last."""
    pages = []
    for view in (own_search, shared_search):
        query = _matching(view, wanted, q).order_by(Complaint.received_on.desc(), Complaint.id.desc()).limit(limit)
        if after is not None:
            end = tuple_(literal(after.received_on), literal(after.id))
            query = query.where(tuple_(Complaint.received_on, Complaint.id) < end)
        pages.append(select(query.subquery()))
    both = pages[0].union_all(pages[1]).subquery("both")
    rows = await session.execute(select(both).order_by(both.c.received_on.desc(), both.c.id.desc()).limit(limit))
    return [Place(order="newest", rank=0, received_on=row.received_on, id=row.id) for row in rows]


def _matching(view: Table, wanted: Wanted, q: str, *more: ColumnElement[Any], marked: bool = False) -> Select[Any]:
    own = view is own_search
    asked = _asked(q)
    words: ColumnElement[Any] = view.c.words
    if marked:
        # The mark of the organisation is in the words: the index itself leaves the others out.
        asked = cast(f"'@{wanted.organisation_id.hex}'", TSQUERY).op("&&")(asked)
    elif own:
        words = func.coalesce(words, words)  # no index: the complaints are found first, and their words looked at
    return (
        select(Complaint.id, Complaint.reference, Complaint.received_on, *more)
        .join(view, view.c.complaint_id == Complaint.id)
        .where(words.op("@@")(asked), *conditions(wanted, own=own))
    )


def _asked(q: str) -> ColumnElement[Any]:
    """Return the query for the words as they are written, by their stem, and as the beginning of a name or reference.

    What is to be left out is left out by its stem: as it is written, "waiting" would leave "waits" in.
    """
    asked: Any = func.websearch_to_tsquery(_ENGLISH, q)
    if _OPERATORS.search(q) is None:
        asked = asked.op("||")(func.websearch_to_tsquery(_SIMPLE, q))
        if tokens := _TOKEN.findall(q)[:8]:
            # The last word may be only begun; to look for beginnings of frequent words costs much.
            named = " & ".join(f"'{token}':A" for token in tokens)
            asked = asked.op("||")(func.to_tsquery(_SIMPLE, named.removesuffix("A") + "*A"))
    if _REFERENCE.fullmatch(begun := q.strip().lower()):
        asked = asked.op("||")(cast(f"'#{normalise(begun) or begun}':*".lower(), TSQUERY))
    return asked.self_group()  # type: ignore[no-any-return]


async def _hits(session: AsyncSession, wanted: Wanted, q: str, places: list[Place]) -> list[Hit]:
    page = select(Complaint.id).where(Complaint.id.in_([place.id for place in places])).subquery("page")
    lines = {line.complaint.id: line for line in await lines_of(session, page, wanted.now)}
    snippets = await _snippets(session, q, list(lines))
    return [
        Hit(line=lines[place.id], place=place, snippet=snippets.get(place.id)) for place in places if place.id in lines
    ]


async def _snippets(session: AsyncSession, q: str, ids: list[UUID]) -> dict[UUID, str]:
    """Return some words of each complaint around what was looked for: of a page only, for each is read through."""
    written: list[Any] = [
        select(func.string_agg(column, " ")).where(owner == ComplaintWords.complaint_id).scalar_subquery()
        for column, owner in ((Note.words, Note.complaint_id), (Contact.summary, Contact.complaint_id))
    ]
    of_each = (func.issues_said, func.casework_said, func.serious_said, func.learning_said)
    # The last two say nothing to other bodies.
    casework = [each(ComplaintWords.complaint_id) for each in of_each]
    said = [ComplaintWords.summary, ComplaintWords.narrative, ComplaintWords.desired_outcome, *casework, *written]
    whole = func.concat_ws(" · ", *(func.left(each, _READ_OF_EACH) for each in said))
    rows = await session.execute(
        select(ComplaintWords.complaint_id, func.ts_headline(_ENGLISH, whole, _asked(q), _SNIPPET)).where(
            ComplaintWords.complaint_id.in_(ids)
        )
    )
    return {row[0]: row[1] for row in rows}
