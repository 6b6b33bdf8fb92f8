"""SQL of looking, at intake, for earlier complaints of the same person: by number, by reference, by name and birth.

A name is looked for through the view of `0006_search.sql`, as every search is: see `db.queries.search`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, case, cast, func, literal, literal_column, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint, ComplaintWords, Party
from db.models.search import own_search
from db.references import normalise as normalise_reference

MOST: Final = 25
_TOKEN = re.compile(r"[^\W_]{1,60}")
_SIMPLE: Final[ColumnElement[Any]] = literal_column("'simple'::regconfig")
# The likeliest first. Each is a code that is shown.
_WHYS: Final = ("nhs_number", "reference", "name_and_birth", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is known of somebody who is in touch. At least a number, a reference or a name is given."""

    name: str | None = None
    born_on: date | None = None
    reference: str | None = None
    nhs_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An earlier complaint that may be of the same person, through which party, and why."""

    complaint: Complaint
    party: Party
    summary: str | None
    why: str


async def matches(session: AsyncSession, organisation_id: UUID, sought: Sought) -> list[Match]:
    """Return likely earlier complaints of the same person, the likeliest first, then the newest."""
    conditions = _conditions(organisation_id, sought, await _lexemes(session, sought.name))
    if not conditions:
        return []
    rank = case(*((condition, place) for place, condition in conditions), else_=len(_WHYS))
    rows = await session.execute(
        select(Complaint, Party, ComplaintWords.summary, rank.label("rank"))
        .join(Party, Party.complaint_id == Complaint.id)
        .outerjoin(ComplaintWords, ComplaintWords.complaint_id == Complaint.id)
        .where(
            Complaint.organisation_id == organisation_id,
            Party.organisation_id == organisation_id,
            Party.replaced_by.is_(None),
            or_(*(condition for _, condition in conditions)),
        )
        .order_by(rank, Complaint.received_on.desc(), Complaint.id.desc(), Party.role.desc(), Party.id)
        .limit(4 * MOST)
    )
    return _one_of_each(
        [Match(complaint=row[0], party=row[1], summary=row[2], why=_WHYS[row.rank]) for row in rows.all()]
    )


def _one_of_each(found: Sequence[Match]) -> list[Match]:
    """Keep of each complaint the party that matches best."""
    seen: dict[UUID, Match] = {}
    for match in found:
        seen.setdefault(match.complaint.id, match)
    return list(seen.values())[:MOST]


async def _lexemes(session: AsyncSession, name: str | None) -> list[str]:
    """Return the words of a name as the database parts them: of many scripts it does so otherwise than we."""
    if name is None:
        return []
    found = await session.scalar(select(func.tsvector_to_array(func.to_tsvector(_SIMPLE, name))))
    return list(found or [])[:8]


def _conditions(organisation_id: UUID, sought: Sought, lexemes: Sequence[str]) -> list[tuple[int, ColumnElement[bool]]]:
    found: list[tuple[int, ColumnElement[bool]]] = []
    if sought.nhs_number is not None:
        found.append((0, Party.nhs_number == sought.nhs_number))
    if sought.reference is not None:
        found.append((1, _referred_to(sought.reference)))
    if sought.name is not None and sought.born_on is not None:
        found.append((2, and_(Party.name_key == _name_key(sought.name), Party.born_on == sought.born_on)))
    if sought.name is not None and (named := _named(organisation_id, sought.name, lexemes)) is not None:
        # Somebody of the same name with another day of birth is somebody else.
        known = literal(sought.born_on, Date)
        same = or_(known.is_(None), func.coalesce(Party.born_on, known) == known)
        found.append((3, and_(named, same)))
    return found


def _name_key(name: str) -> ColumnElement[str]:
    """Return a name as `party.name_key` holds it: of some scripts the database makes small letters otherwise."""
    return func.left(func.lower(func.regexp_replace(func.btrim(name), r"\s+", " ", "g")), 200)


def _referred_to(text: str) -> ColumnElement[bool]:
    """Say whether a reference is this one: ours, or that of the system a complaint was imported from."""
    ours = Complaint.reference == (normalise_reference(text) or text.strip())
    return and_(or_(ours, Complaint.source_reference == text.strip()), Party.role == "complainant")


def _named(organisation_id: UUID, name: str, lexemes: Sequence[str]) -> ColumnElement[bool] | None:
    """Say whether a party's name has every word of a name, parted by us or by the database; None without any."""
    tokens = _TOKEN.findall(name)[:8]
    if not tokens and not lexemes:
        return None
    words, named = _every(tokens, lexemes, ":A"), _every(tokens, lexemes, "")
    mark = cast(f"'@{organisation_id.hex}'", TSQUERY)
    ids = select(own_search.c.complaint_id).where(own_search.c.words.op("@@")(mark.op("&&")(words))).limit(10 * MOST)
    return and_(Complaint.id.in_(ids), func.to_tsvector(_SIMPLE, Party.name).op("@@")(named))


def _every(tokens: Sequence[str], lexemes: Sequence[str], mark: str) -> ColumnElement[Any]:
    ours = func.to_tsquery(_SIMPLE, " & ".join(f"'{token}'{mark}" for token in tokens))
    theirs = cast(" & ".join(f"'{_quoted(lexeme)}'{mark}" for lexeme in lexemes), TSQUERY)
    return ours.op("||")(theirs)


def _quoted(lexeme: str) -> str:
    return lexeme.replace("\\", "\\\\").replace("'", "''")
