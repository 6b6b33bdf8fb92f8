"""What lies ahead of a case: when the next rung of the clocks fires that its own workflow keeps."""

from __future__ import annotations

from datetime import datetime

from activities.acts import keeping
from activities.acts.case import Case
from db.queries import clocks


async def next_event_at(case: Case) -> datetime | None:
    """Return the earliest rung that has not fired; what is kept for staff or bodies lies ahead of theirs."""
    fired = await clocks.fired(case.session, case.complaint.id)
    instants = [
        datetime.fromisoformat(rung["at"])
        for row in await clocks.running_clocks(case.session, case.complaint.id)
        for rung in row.rungs
        if keeping.is_the_complaints(row) and (row.id, row.generation, rung["rung"]) not in fired
    ]
    return min(instants, default=None)


def first_event_of(case: Case) -> datetime | None:
    """Return the earliest rung of a case that has just come: all its clocks are in hand, and none has fired."""
    return min((clock.rungs[0].at for clock in case.armed if clock.rungs), default=None)
