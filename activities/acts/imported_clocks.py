"""Clocks of a complaint from another system, put into the ledger as they stand.

What a clock missed before it came here is a breach of the day on which it fell due. Rungs that lie in the past are
not fired; a clock that still runs always has one ahead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from activities.acts import ledger
from activities.acts.case import Case
from activities.acts.ledger import Terms
from db.models.clock import ClockRow, ClockVersion
from policies.calendars import at_local
from policies.clocks import Derivation, RungDue, chase, derive, jitter_for

# Of what ended elsewhere only the day is known.
_NOON: Final = time(12)


def ended_at(on: date, now: datetime) -> datetime:
    """Return the instant for a day on which something ended elsewhere: never one that is still to come."""
    return min(at_local(on, _NOON), now)


@dataclass(slots=True, kw_only=True)
class Ledger:
    """The clocks placed so far: the rows, and the versions that are stored after them."""

    case: Case
    rows: list[ClockRow] = field(default_factory=list)
    versions: list[ClockVersion] = field(default_factory=list)

    def place(
        self, kind: str, started_on: date, terms: Terms, *, met_on: date | None = None, stopped_on: date | None = None
    ) -> ClockRow:
        """Put a clock into the ledger: met on a day, stopped on a day, or running."""
        case = self.case
        clock_id = case.new_id(f"clock/{kind}/")
        found = derive(
            case.procedure.clock(kind),
            started_on=started_on,
            calendars=case.calendars,
            given=terms.given,
            days=terms.days,
            jitter_seconds=jitter_for(clock_id),
        )
        row = ledger.placed(case, clock_id, kind, started_on, found)
        version = ledger.new_version(case, row, found, terms)
        row.rungs = []
        self.rows.append(row)
        self.versions.append(version)
        ledger.tell_armed(case, row, found, terms, old_due_on=None)
        ended_on = met_on or stopped_on
        if row.due_at <= case.at if ended_on is None else ended_on > row.due_on:
            self._breach(row, version)
        if ended_on is None:
            self._run(row, found)
        else:
            self._end(row, version, ended_on, met=met_on is not None)
        return row

    def _breach(self, row: ClockRow, version: ClockVersion) -> None:
        row.breached_at = version.breached_at = row.due_at
        self.case.event("clock.breached", **ledger.identity(row), due_on=row.due_on, at=row.due_at, on_import=True)

    def _run(self, row: ClockRow, found: Derivation) -> None:
        ahead = [rung for rung in found.rungs if rung.at > self.case.at] or [self._chase(row, found)]
        row.rungs = [ledger.stored(rung) for rung in ahead]
        self.case.armed.append(ledger.armed(row))

    def _chase(self, row: ClockRow, found: Derivation) -> RungDue:
        """Return what comes next of a ladder that was climbed elsewhere: its last one is asked again."""
        return chase(
            self.case.procedure.clock(row.kind),
            1,
            after=self.case.on,
            to=found.rungs[-1].to,
            calendars=self.case.calendars,
            jitter_seconds=jitter_for(row.id),
        )

    def _end(self, row: ClockRow, version: ClockVersion, on: date, *, met: bool) -> None:
        row.state, row.ended_at = "met" if met else "stopped", ended_at(on, self.case.at)
        if met:
            row.met_on = version.met_on = on
            row.in_time = version.in_time = on <= row.due_on
            self.case.event("clock.met", **ledger.identity(row), met_on=on, in_time=row.in_time)
        else:
            self.case.event("clock.stopped", **ledger.identity(row), cause="imported", stopped_on=on)
