"""What follows a rung that fired: the rungs behind it are handed over, and after the ladder's last comes the chase."""

from __future__ import annotations

from typing import Final

from activities.acts import ledger
from activities.acts.case import Case
from db.models.clock import ClockRow
from db.queries import clocks
from policies.clock_rules import Reaches
from policies.clocks import CHASE, RungDue, call_again, chase, jitter_for

# So many rungs of a clock its workflow is handed when one of them has fired: never only the next.
AHEAD: Final = 4


async def go_on(case: Case, row: ClockRow) -> None:
    """Hand over the rungs that follow all that have fired; after the ladder's last, the next chase.

    So nothing is left to lie, and what a verdict holds of a clock stays small however long its ladder is. A rung that
    was parked may fire long after those behind it: it does not hand these over again.
    """
    fired = await clocks.fired(case.session, case.complaint.id)
    climbed = 1 + max(n for n, each in enumerate(row.rungs) if (row.id, row.generation, each["rung"]) in fired)
    if climbed == len(row.rungs):
        chase_on(case, row)
    ledger.hand_over(case, row, row.rungs[climbed : climbed + AHEAD])


def chase_on(case: Case, row: ClockRow) -> None:
    """Put the next chase after the last rung of a clock that still runs."""
    row.rungs = [*row.rungs, ledger.stored(_next_chase(case, row))]


def _next_chase(case: Case, row: ClockRow) -> RungDue:
    number = sum(rung["rung"].startswith(CHASE) for rung in row.rungs) + 1
    rule, to = case.procedure.clock(row.kind), Reaches(row.rungs[-1]["to"])
    if ledger.by_the_minute(row):
        return call_again(rule, number, after=case.at, to=to, calendars=case.calendars)
    return chase(rule, number, after=case.on, to=to, calendars=case.calendars, jitter_seconds=jitter_for(row.id))
