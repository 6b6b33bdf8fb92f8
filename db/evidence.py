"""The chain of evidence of a complaint: how one event is hashed, and how a chain is checked.

An event's hash covers an explicit list of columns and the hash before it. Instants are integer
microseconds since 1970 UTC, so that no driver's rounding can break a chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

FORMAT: Final = 1
GENESIS: Final = ""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN = (str, int, bool, type(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The columns of one event that its hash covers."""

    organisation_id: UUID
    complaint_id: UUID
    seq: int
    kind: str
    at_us: int
    act_id: UUID
    actor_id: UUID | None
    role: str
    data: str
    prev_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong at one place of a chain."""

    complaint_id: UUID
    seq: int
    what: str


def microseconds(instant: datetime) -> int:
    """Return whole microseconds since 1970 UTC."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def canonical(data: Mapping[str, Any]) -> str:
    """Return the one JSON text of an event's data: ids, codes, dates, numbers and flags."""
    plain = {key: _plain(value) for key, value in data.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return microseconds(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, _PLAIN):
        return value
    raise TypeError("an event holds ids, codes, dates, numbers and flags only")


def hash_of(link: Link) -> str:
    """Return the hex SHA-256 of a link."""
    columns = [
        FORMAT,
        str(link.organisation_id),
        str(link.complaint_id),
        link.seq,
        link.kind,
        link.at_us,
        str(link.act_id),
        None if link.actor_id is None else str(link.actor_id),
        link.role,
        link.data,
        link.prev_hash,
    ]
    text = json.dumps(columns, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def check_chain(
    complaint_id: UUID,
    links: Iterable[tuple[Link, str]],
    head_seq: int,
    head_hash: str,
    anchor: tuple[int, str] | None = None,
) -> Iterator[Fault]:
    """Name every altered, removed or inserted event of one chain, its tail included.

    `links` are in order of seq, each with the hash that is stored. `anchor` is a head that was
    exported earlier: the chain must still hold that event with that hash.
    """
    expected, before, anchored = 1, GENESIS, anchor is None or anchor[0] == 0
    for link, stored in links:
        if link.seq > expected:
            yield _fault(complaint_id, expected, f"{link.seq - expected} event(s) removed")
        elif link.seq < expected:
            yield _fault(complaint_id, link.seq, "event inserted")
        if link.seq == expected and link.prev_hash != before:
            yield _fault(complaint_id, link.seq, "does not follow the event before it")
        if hash_of(link) != stored:
            yield _fault(complaint_id, link.seq, "event altered")
        if anchor is not None and link.seq == anchor[0]:
            anchored = stored == anchor[1]
            if not anchored:
                yield _fault(complaint_id, link.seq, "differs from the exported anchor")
                anchored = True
        expected, before = link.seq + 1, stored
    last = expected - 1
    if last != head_seq:
        what = "removed from the tail" if last < head_seq else "inserted at the tail"
        yield _fault(complaint_id, last + 1 if last < head_seq else last, f"event(s) {what}")
    elif before != head_hash:
        yield _fault(complaint_id, last, "the head is not the last event's hash")
    if not anchored and anchor is not None:
        yield _fault(complaint_id, anchor[0], "the event of the exported anchor is missing")


def _fault(complaint_id: UUID, seq: int, what: str) -> Fault:
    return Fault(complaint_id=complaint_id, seq=seq, what=what)
