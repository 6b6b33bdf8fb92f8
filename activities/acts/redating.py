"""A change of calendar was approved: the clocks it moves are derived again, old, new and why journalled."""

from __future__ import annotations

from activities.acts import ledger
from activities.acts.case import Case
from activities.acts.ledger import Terms
from db.models.clock import ClockRow
from db.queries import clocks
from db.said import Redate
from policies.clocks import derive


async def redate(case: Case, said: Redate) -> None:
    """Give every running clock that the change moves its next generation."""
    for row in await clocks.running_clocks(case.session, case.complaint.id):
        terms = await terms_again(case, row, "calendar_changed")
        found = derive(
            case.procedure.clock(row.kind),
            started_on=row.started_on,
            calendars=case.calendars,
            given=terms.given,
            days=terms.days,
        )
        if found.due_on == row.due_on:
            continue
        case.event(
            "clock.redated",
            clock_id=row.id,
            clock=row.kind,
            change_set_id=said.change_set_id,
            old_due_on=row.due_on,
            due_on=found.due_on,
        )
        await ledger.arm(case, row.kind, row.started_on, terms, row.subject_id)


async def terms_again(case: Case, row: ClockRow, cause: str) -> Terms:
    """Return the terms on which a clock runs, to derive it again by another calendar."""
    rule = case.procedure.clock(row.kind)
    version = await clocks.version_of(case.session, row.id, row.generation)
    given = row.due_on if rule.unit == "date" or version.cause == "extended" else None
    days = case.complaint.update_every_days if row.kind == "next_update" else None
    return Terms(
        cause=cause,
        given=given,
        days=days,
        reason=version.reason,
        agreed_by=version.agreed_by,
        agreed_on=version.agreed_on,
    )
