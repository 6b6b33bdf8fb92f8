"""SQL of the reports' own view: which chains have grown, their events with when each was known, and its versions.

Writing goes through JSON in bulk: a year of a nation is read in one go.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.report_facts import FOREVER, ReportCase, ReportClock, ReportItem

# What tells one thing from another in each table.
KEYS: Final = {
    "report_case": ("complaint_id",),
    "report_clock": ("complaint_id", "clock_id", "generation"),
    "report_item": ("complaint_id", "kind", "item_id", "part"),
}
_MODELS: Final = {each.__tablename__: each for each in (ReportCase, ReportClock, ReportItem)}
COLUMNS: Final = {
    name: tuple(column.name for column in model.__table__.columns if column.name != "id")
    for name, model in _MODELS.items()
}
# What is said of a version beside its content.
VERSIONING: Final = frozenset({"organisation_id", "complaint_id", "seq", "known_us", "until_us"})

_LOCK: Final = text("select pg_advisory_xact_lock(hashtextextended(:what, 0))")
_MARK: Final = text("select known_us from report_mark where organisation_id = :organisation")
_SET_MARK: Final = text(
    "insert into report_mark (organisation_id, known_us) values (:organisation, :known)"
    " on conflict (organisation_id) do update set known_us = greatest(report_mark.known_us, excluded.known_us)"
)
_GROWN: Final = text("""
    select c.id, c.reference, c.event_seq, coalesce(f.seq, 0), f.held
    from complaint c left join report_fold f on f.complaint_id = c.id
    where c.organisation_id = :organisation and c.event_seq > coalesce(f.seq, 0)
      and (cast(:after as uuid) is null or c.id > cast(:after as uuid))
    order by c.id limit :most
""")
_READ: Final = text("""
    select c.id, c.reference, f.seq, 0, f.held
    from complaint c join report_fold f on f.complaint_id = c.id
    where c.organisation_id = :organisation and (cast(:after as uuid) is null or c.id > cast(:after as uuid))
    order by c.id limit :most
""")
# What somebody answered stands in no chain, so that nobody who handles the case reads it there; it is never altered.
_EVENTS: Final = text("""
    select e.complaint_id, e.seq, e.kind, e.at_us,
           case when e.kind = 'experience.recorded' and e.data::jsonb->>'step' = 'answered'
                then (e.data::jsonb || coalesce(
                    (select jsonb_object_agg('s_' || score.key, score.value)
                     from experience x, jsonb_each(x.scores) score
                     where x.id = (e.data::jsonb->>'experience_id')::uuid
                       and x.complaint_id = e.complaint_id), '{}'))::text
                else e.data end,
           coalesce((extract(epoch from v.applied_at) * 1000000)::bigint, e.at_us)
    from unnest(cast(:ids as uuid[]), cast(:past as int[]), cast(:upto as int[])) w (id, past, upto)
    join case_event e on e.complaint_id = w.id and e.seq > w.past and e.seq <= w.upto
    left join verdict v on v.act_id = e.act_id
    where e.organisation_id = :organisation and e.kind <> all(cast(:leave as text[]))
    order by e.complaint_id, e.seq
""")
_EFFECTS: Final = text("select id, effect from clock where id = any(cast(:ids as uuid[]))")
_KEEP: Final = text("""
    insert into report_fold (complaint_id, organisation_id, seq, held)
    select complaint_id, :organisation, seq, held
    from json_to_recordset(cast(:rows as json)) x (complaint_id uuid, seq int, held jsonb)
    on conflict (complaint_id) do update set seq = excluded.seq, held = excluded.held
""")


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain that has grown: how far it was read, how far it goes, and what the reading holds in mind."""

    complaint_id: UUID
    reference: str
    upto: int
    past: int
    held: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a chain. `known_us` is when the act was applied that wrote it."""

    complaint_id: UUID
    seq: int
    kind: str
    at_us: int
    data: dict[str, Any]
    known_us: int


async def lock(session: AsyncSession, organisation_id: UUID) -> None:
    """Wait until nobody else reads the chains of an organisation, or compiles a report to keep."""
    await session.execute(_LOCK, {"what": f"report_facts/{organisation_id}"})


async def mark_of(session: AsyncSession, organisation_id: UUID) -> int:
    """Return up to which instant reports were compiled; 0 while none was."""
    found: int | None = await session.scalar(_MARK, {"organisation": organisation_id})
    return found or 0


async def set_mark(session: AsyncSession, organisation_id: UUID, known_us: int) -> None:
    """Write up to which instant a report was compiled. It never goes back."""
    await session.execute(_SET_MARK, {"organisation": organisation_id, "known": known_us})


async def grown(session: AsyncSession, organisation_id: UUID, after: UUID | None, most: int) -> list[Chain]:
    """Return chains of an organisation that go further than they were read, by id."""
    found = await session.execute(_GROWN, {"organisation": organisation_id, "after": after, "most": most})
    return [Chain(*row) for row in found]


async def read_so_far(session: AsyncSession, organisation_id: UUID, after: UUID | None, most: int) -> list[Chain]:
    """Return every chain of which something was read, from its first event to where reading stopped."""
    found = await session.execute(_READ, {"organisation": organisation_id, "after": after, "most": most})
    return [Chain(*row) for row in found]


async def events_of(
    session: AsyncSession, organisation_id: UUID, chains: Sequence[Chain], leave: Collection[str]
) -> list[Event]:
    """Return the events of chains that were not read yet, in order, without those of kinds that say nothing."""
    found = await session.execute(
        _EVENTS,
        {
            "organisation": organisation_id,
            "ids": [each.complaint_id for each in chains],
            "past": [each.past for each in chains],
            "upto": [each.upto for each in chains],
            "leave": list(leave),
        },
    )
    events = [Event(row[0], row[1], row[2], row[3], json.loads(row[4]), row[5]) for row in found]
    await _add_effects(session, events)
    return events


async def _add_effects(session: AsyncSession, events: Sequence[Event]) -> None:
    """Say of a clock what its effect is, where the event does not: it was armed before events did."""
    silent = [each for each in events if each.kind == "clock.armed" and "effect" not in each.data]
    if not silent:
        return
    found = await session.execute(_EFFECTS, {"ids": list({each.data["clock_id"] for each in silent})})
    effects = {str(clock_id): effect for clock_id, effect in found}
    for each in silent:
        each.data["effect"] = effects[each.data["clock_id"]]


async def keep(session: AsyncSession, organisation_id: UUID, read: Sequence[dict[str, Any]]) -> None:
    """Keep how far chains were read, and what the reading holds in mind."""
    await session.execute(_KEEP, {"organisation": organisation_id, "rows": json.dumps(read)})


async def close_versions(session: AsyncSession, table: str, ended: Sequence[dict[str, Any]]) -> None:
    """Say until when what was known was known, of things of which something else is known since."""
    if not ended:
        return
    keys = KEYS[table]
    same = " and ".join(f't."{key}" is not distinct from x."{key}"' if key == "part" else f't."{key}" = x."{key}"'
                        for key in keys)  # fmt: skip
    types = ", ".join(f'"{key}" {_TYPES.get(key, "uuid")}' for key in keys)
    statement = (
        f"update {table} t set until_us = x.until_us"
        f" from json_to_recordset(cast(:rows as json)) x ({types}, until_us bigint)"
        f" where {same} and t.until_us = {FOREVER}"
    )
    await session.execute(text(statement), {"rows": json.dumps(ended)})


_TYPES: Final = {"generation": "int", "kind": "varchar", "part": "varchar"}


async def add_versions(session: AsyncSession, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write versions of what is known, in bulk."""
    if not rows:
        return
    columns = ", ".join(f'"{name}"' for name in COLUMNS[table])
    statement = (
        f"insert into {table} (id, {columns}) select gen_random_uuid(), {columns}"
        f" from json_populate_recordset(cast(null as {table}), cast(:rows as json))"
    )
    await session.execute(text(statement), {"rows": json.dumps(rows)})


async def versions_of(session: AsyncSession, table: str, complaint_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Return every version that is kept of some complaints, as JSON has it, but those that nobody ever saw."""
    statement = text(
        f"select to_jsonb(t) - 'id' from {table} t"
        " where t.complaint_id = any(cast(:ids as uuid[])) and t.known_us < t.until_us order by t.complaint_id, t.seq"
    )
    return [row[0] for row in await session.execute(statement, {"ids": list(complaint_ids)})]
