"""The rehearsal of a procedure file over every organisation: read, counted and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from activities.rehearsing import Rehearsed, counted, rehearse
from db.engine import Database, SweeperDatabase
from policies.procedure import Procedure
from policies.rehearsing import Change, How, Impact
from runtime.commands.procedure_check import read
from runtime.settings import Settings

_HOW = {How.LADDER: "other reminders", How.STARTS: "starts, due", How.STOPS: "stops"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a file would do to every open complaint under its procedure."""

    procedure: Procedure
    complaints: tuple[Rehearsed, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many complaints it leaves alone, changes and breaks."""
        return counted(self.complaints)


async def rehearsed(settings: Settings, file: Path) -> Rehearsal:
    """Rehearse a file against the database of these settings."""
    procedure = read(file)
    database = Database(settings.need("database_dsn_app"), pool_size=2)
    sweeper = SweeperDatabase(settings.need("database_dsn_sweeper"))
    try:
        found = [each async for each in rehearse(database, sweeper, procedure, datetime.now(UTC))]
    finally:
        await database.close()
        await sweeper.close()
    return Rehearsal(procedure=procedure, complaints=tuple(found))


def told(rehearsal: Rehearsal, most: int) -> Iterator[str]:
    """Tell what would break first, then what would change, then the sums."""
    touched = [each for each in rehearsal.complaints if each.foreseen.impact is not Impact.NOTHING]
    touched.sort(key=lambda each: (each.foreseen.impact is not Impact.BREAKS, each.organisation, each.reference))
    for each in touched[:most]:
        yield f"{each.organisation} {each.reference} ({each.stage}, version {each.version}): {_what(each)}"
    if len(touched) > most:
        yield f"… and {len(touched) - most} more: --json tells them all"
    counts = rehearsal.counts
    version = f"{rehearsal.procedure.code} version {rehearsal.procedure.version}"
    yield (
        f"{version}, {len(rehearsal.complaints)} open complaints:"
        f" {counts['nothing']} nothing changes, {counts['changes']} change, {counts['breaks']} WOULD BREAK"
    )


def _what(each: Rehearsed) -> str:
    if each.foreseen.obstacles:
        return "would break: " + ", ".join(_named(what.why.value, what.kind) for what in each.foreseen.obstacles)
    return "; ".join(_change(change) for change in each.foreseen.changes)


def _named(why: str, kind: str | None) -> str:
    return why.replace("_", " ") + (f" ({kind})" if kind else "")


def _change(change: Change) -> str:
    if change.how is How.MOVES:
        return f"{change.kind} {change.old_due_on} → {change.due_on}"
    due = f" {change.due_on}" if change.how is How.STARTS else ""
    return f"{change.kind} {_HOW[change.how]}{due}"


def as_document(rehearsal: Rehearsal) -> dict[str, Any]:
    """Return everything as plain JSON: ids, codes and dates only."""
    return {
        "procedure": rehearsal.procedure.code,
        "version": rehearsal.procedure.version,
        "open": len(rehearsal.complaints),
        "counts": rehearsal.counts,
        "complaints": [_document(each) for each in rehearsal.complaints],
    }


def _document(each: Rehearsed) -> dict[str, Any]:
    return {
        "organisation": each.organisation,
        "reference": each.reference,
        "version": each.version,
        "stage": each.stage,
        "impact": each.foreseen.impact.value,
        "breaks": [{"why": what.why.value, "clock": what.kind} for what in each.foreseen.obstacles],
        "changes": [
            {
                "clock": change.kind,
                "what": change.how.value,
                "from": change.old_due_on.isoformat() if change.old_due_on else None,
                "to": change.due_on.isoformat() if change.due_on else None,
            }
            for change in each.foreseen.changes
        ],
    }
