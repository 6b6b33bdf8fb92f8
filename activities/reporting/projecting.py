"""Reads the chains of evidence of an organisation as far as they have grown, and writes what they come to.

Two things are kept here: what was known when is never altered, and what comes late never slips under a report that was
compiled before it came. It changes no case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db.evidence import microseconds
from db.models.report_facts import FOREVER
from db.queries import governance_counts, report_facts, report_staff
from db.queries.report_facts import Chain, Event
from policies.calendars import local_date
from policies.reporting.fold import Folding
from policies.reporting.not_counted import NOT_COUNTED
from policies.reporting.told import Change, Facts, Row, Told

BATCH: Final = 250
_HOUR_US: Final = 3_600_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class CaughtUp:
    """How much was read, and how many versions were written."""

    complaints: int = 0
    events: int = 0
    versions: int = 0


@dataclass(slots=True)
class Versions:
    """What one batch comes to: versions to be written, and those of earlier batches that end."""

    organisation_id: UUID
    made: dict[Facts, list[Row]] = field(default_factory=lambda: {table: [] for table in Facts})
    ended: dict[Facts, list[Row]] = field(default_factory=lambda: {table: [] for table in Facts})
    read: list[Row] = field(default_factory=list)


async def catch_up(session: AsyncSession, organisation_id: UUID, now: datetime) -> CaughtUp:
    """Read what was added to the chains of an organisation since they were read last, in the caller's transaction.

    Nobody else does so meanwhile. `now` is not in it: what is known when is what the chains say.
    """
    await report_facts.lock(session, organisation_id)
    mark, done, after = await report_facts.mark_of(session, organisation_id), CaughtUp(), None
    while chains := await report_facts.grown(session, organisation_id, after, BATCH):
        versions = Versions(organisation_id)
        events = await report_facts.events_of(session, organisation_id, chains, NOT_COUNTED)
        _read(versions, chains, events, mark)
        await _write(session, versions)
        done.complaints += len(chains)
        done.events += sum(each.upto - each.past for each in chains)
        done.versions += sum(map(len, versions.made.values()))
        after = chains[-1].complaint_id
    await report_staff.catch_up(session, organisation_id, mark)
    await governance_counts.catch_up(session, organisation_id, mark)
    return done


async def mark(session: AsyncSession, organisation_id: UUID, known_until: datetime) -> None:
    """Write that a report was compiled of what was known before an instant: what is read later was known after it."""
    await report_facts.lock(session, organisation_id)
    await report_facts.set_mark(session, organisation_id, microseconds(known_until))


def _read(versions: Versions, chains: Sequence[Chain], events: Sequence[Event], mark_us: int) -> None:
    by_chain = {key: list(found) for key, found in groupby(events, key=lambda event: event.complaint_id)}
    for chain in chains:
        _read_chain(versions, chain, by_chain.get(chain.complaint_id, []), mark_us)


def _read_chain(versions: Versions, chain: Chain, events: Sequence[Event], mark_us: int) -> None:
    held = chain.held or {}
    folding, known_us = Folding(held), int(held.get("known_us", 0))
    latest: dict[tuple[Any, ...], Row | None] = {}
    for event in events:
        known_us = max(event.known_us, mark_us, known_us)
        for change in folding.take(told(event)):
            _note(versions, chain, latest, change, event.seq, known_us)
    kept = {**folding.held(), "known_us": known_us}
    versions.read.append({"complaint_id": str(chain.complaint_id), "seq": chain.upto, "held": kept})
    for (table, *_), row in latest.items():
        if row is not None:
            versions.made[table].append(row)


def _note(
    versions: Versions, chain: Chain, latest: dict[tuple[Any, ...], Row | None], change: Change, seq: int, known_us: int
) -> None:
    """Put a version after the one before it. What was known at the same instant otherwise, nobody ever saw."""
    key = (change.table, *change.key)
    before = latest.get(key)
    if key not in latest:
        if chain.past:
            versions.ended[change.table].append({**_key(chain, change), "until_us": known_us})
    elif before is not None and before["known_us"] < known_us:
        before["until_us"] = known_us
        versions.made[change.table].append(before)
    latest[key] = None if change.row is None else {
        "organisation_id": str(versions.organisation_id),
        "complaint_id": str(chain.complaint_id),
        "seq": seq,
        "known_us": known_us,
        "until_us": FOREVER,
        **change.row,
    }  # fmt: skip


def _key(chain: Chain, change: Change) -> Row:
    names = report_facts.KEYS[change.table]
    return dict(zip(names, (str(chain.complaint_id), *change.key), strict=True))


def told(event: Event) -> Told:
    """Return an event as the fold hears it, on its local day."""
    return Told(event.kind, _day(event.at_us // _HOUR_US), event.seq, event.data)


@lru_cache(maxsize=20_000)
def _day(hour: int) -> str:
    """Return the local day of an hour: days begin, and clocks change, on the hour."""
    return local_date(_EPOCH + timedelta(hours=hour)).isoformat()


async def _write(session: AsyncSession, versions: Versions) -> None:
    for table in Facts:
        await report_facts.close_versions(session, table, versions.ended[table])
        await report_facts.add_versions(session, table, versions.made[table])
    await report_facts.keep(session, versions.organisation_id, versions.read)
