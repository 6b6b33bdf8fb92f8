"""Folds chains again from their first event and compares with what reports know of them. It only reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting.projecting import BATCH, told
from db.models.report_facts import FOREVER
from db.queries import report_facts
from db.queries.report_facts import KEYS, VERSIONING, Chain, Event
from policies.reporting.fold import Folding
from policies.reporting.not_counted import NOT_COUNTED
from policies.reporting.told import Facts, Row

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFault:
    """What is wrong with what reports know of one complaint."""

    complaint_id: UUID
    reference: str
    seq: int
    what: str


@dataclass(slots=True, kw_only=True)
class Verified:
    """How much was folded again, and what is not as it should be."""

    complaints: int = 0
    events: int = 0
    faults: list[FactFault] = field(default_factory=list)


async def verify(session: AsyncSession, organisation_id: UUID) -> Verified:
    """Fold every chain of an organisation again, as far as it was read, and compare with what is kept."""
    await report_facts.lock(session, organisation_id)
    done, after = Verified(), None
    while chains := await report_facts.read_so_far(session, organisation_id, after, BATCH):
        events = await report_facts.events_of(session, organisation_id, chains, NOT_COUNTED)
        by_chain = {key: list(found) for key, found in groupby(events, key=lambda event: event.complaint_id)}
        kept = await _kept(session, [chain.complaint_id for chain in chains])
        for chain in chains:
            stored = kept.get(str(chain.complaint_id), {})
            done.faults += _faults(chain, by_chain.get(chain.complaint_id, []), stored)
        done.complaints += len(chains)
        done.events += len(events)
        after = chains[-1].complaint_id
    return done


async def _kept(session: AsyncSession, complaint_ids: Sequence[UUID]) -> dict[str, dict[Key, list[Row]]]:
    """Return the versions that are kept of each complaint, of each thing in order; a thing is its table and its key."""
    kept: dict[str, dict[Key, list[Row]]] = {}
    for table in Facts:
        for row in await report_facts.versions_of(session, table, complaint_ids):
            things = kept.setdefault(row["complaint_id"], {})
            things.setdefault((table, *(row[name] for name in KEYS[table])), []).append(row)
    return kept


def _faults(chain: Chain, events: Sequence[Event], stored: dict[Key, list[Row]]) -> Iterator[FactFault]:
    expected = _folded(chain, events)
    for key in expected.keys() | stored.keys():
        for seq, what in _compare(expected.get(key, {}), stored.get(key, [])):
            yield FactFault(
                complaint_id=chain.complaint_id, reference=chain.reference, seq=seq, what=f"{key[0]}: {what}"
            )


def _folded(chain: Chain, events: Sequence[Event]) -> dict[Key, dict[int, tuple[int, Row | None]]]:
    """Return what each event makes of each thing, with when that was known at the earliest."""
    folding = Folding()
    made: dict[Key, dict[int, tuple[int, Row | None]]] = {}
    for event in events:
        for change in folding.take(told(event)):
            key = (change.table, str(chain.complaint_id), *change.key)
            made.setdefault(key, {})[event.seq] = (event.known_us, change.row)
    return made


def _compare(expected: dict[int, tuple[int, Row | None]], stored: Sequence[Row]) -> Iterator[tuple[int, str]]:
    for row in stored:
        known_us, wanted = expected.get(row["seq"], (0, None))
        if wanted is None or _content(wanted) != _content(row):
            yield row["seq"], "what is kept is not what the chain says"
        elif row["known_us"] < known_us:
            yield row["seq"], "it is kept as known before it was"
    for row, after in pairwise(stored):
        if not row["seq"] < after["seq"] or row["until_us"] > after["known_us"]:
            yield after["seq"], "two versions are known at once"
    last = max(expected, default=0)
    current = [row["seq"] for row in stored if row["until_us"] == FOREVER]
    if current != ([last] if expected and expected[last][1] is not None else []):
        yield last, "what is known now is not the last that the chain says"


def _content(row: Row) -> Row:
    plain = {name: value for name, value in row.items() if name not in VERSIONING}
    if plain.get("number") is not None:
        plain["number"] = Decimal(str(plain["number"]))
    return plain
