"""A change of calendar was approved: the clocks it moves are derived again, old, new and why journalled."""

from __future__ import annotations

from datetime import date

from activities.acts import climbing, ledger, told
from activities.acts.case import Case
from activities.acts.keeping import is_the_complaints
from activities.acts.ledger import Terms
from activities.acts.rungs import step_of
from db.desk_said import Redate
from db.models.clock import ClockRow, ClockVersion
from db.queries import clocks, tasks
from policies.clock_rules import ClockRule, Unit
from policies.clocks import CHASE, Calendars, Derivation, derive

CAUSE = "calendar_changed"
CORRECTED = "corrected"
PROCEDURE_MOVED = "procedure_moved"


async def redate(case: Case, said: Redate) -> None:
    """Give every running clock that the change moves its next generation."""
    moved = 0
    for row in await clocks.running_clocks(case.session, case.complaint.id):
        version = await clocks.version_of(case.session, row.id, row.generation)
        rule = case.procedure.clock(row.kind)
        if not may_move(rule):
            continue
        terms = terms_again(rule, row, version, case.complaint.update_every_days)
        found = derived_again(rule, row, terms, case.calendars)
        if found.due_on == row.due_on:
            continue
        if rule.unit is not Unit.DATE and not found.proof.extensions:
            terms = Terms(cause=CAUSE, days=terms.days)  # the rule itself gives more by now than was agreed
        moved += 1
        case.event(
            "clock.redated",
            clock_id=row.id,
            clock=row.kind,
            change_set_id=said.change_set_id,
            old_due_on=row.due_on,
            due_on=found.due_on,
        )
        await arm_again(case, row, row.started_on, terms)
    # Written even when nothing moves any more, so that every applied act has left its trace.
    case.event("calendar.changed", change_set_id=said.change_set_id, moved=moved)


def may_move(rule: ClockRule) -> bool:
    """Say whether another calendar may move a clock of this rule. One in minutes stays: somebody is being called."""
    return rule.unit is not Unit.MINUTES


def derived_again(rule: ClockRule, row: ClockRow, terms: Terms, calendars: Calendars) -> Derivation:
    """Derive a running clock by other calendars, on the terms on which it runs.

    A later end that was agreed stands for as long as it is the later one.
    """
    if rule.unit is not Unit.DATE:
        plain = derive(rule, started_on=row.started_on, calendars=calendars, days=terms.days)
        if terms.given is None or terms.given <= plain.due_on:
            return plain
    return derive(rule, started_on=row.started_on, calendars=calendars, given=terms.given, days=terms.days)


async def first_due_on(case: Case, row: ClockRow) -> date:
    """Return the day on which a clock that is counted in days is due by today's calendars, if nobody extends it."""
    rule = case.procedure.clock(row.kind)
    version = await clocks.version_of(case.session, row.id, row.generation)
    terms = terms_again(rule, row, version, case.complaint.update_every_days)
    return derive(rule, started_on=row.started_on, calendars=case.calendars, days=terms.days).due_on


def terms_again(rule: ClockRule, row: ClockRow, version: ClockVersion, every_days: int | None) -> Terms:
    """Return the terms on which a clock runs. `every_days` is the rhythm of updates that was agreed."""
    # What was made later, by a correction or a move to another version of the procedure, tells by its proof whether
    # the agreed end still stands: nobody need have agreed to it.
    extended = version.cause == "extended" or bool(version.proof.get("extensions"))
    given = row.due_on if rule.unit is Unit.DATE or extended else None
    return Terms(
        cause=CAUSE,
        given=given,
        days=every_days if row.kind == "next_update" else _own_days(rule, version),
        reason=version.reason,
        agreed_by=version.agreed_by,
        agreed_on=version.agreed_on,
    )


def _own_days(rule: ClockRule, version: ClockVersion) -> int | None:
    """Return the days that people set for this clock in place of the rule's; None where the rule counts."""
    if rule.unit not in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS) or rule.amount is None:
        return None
    amount: int | None = version.proof.get("amount")
    return amount if amount != rule.amount + rule.margin else None


async def arm_again(case: Case, row: ClockRow, started_on: date, terms: Terms) -> None:
    """Arm the next generation, without the rungs that fired at the very same instant before.

    A reminder counted from the start of a clock does not move with its end: nobody is reminded twice. Where
    everything has fired already, a chase follows: a running clock is never without a next event.
    """
    fired = await clocks.fired(case.session, case.complaint.id)
    done = {(rung["rung"], rung["at"]) for rung in row.rungs if (row.id, row.generation, rung["rung"]) in fired}
    old_due_on = row.due_on
    await ledger.arm(case, row.kind, started_on, terms, row.subject_id)
    if row.due_on != old_due_on:
        await told.moved(case, row)
    left = [rung for rung in row.rungs if (rung["rung"], rung["at"]) not in done]
    if not left:
        climbing.chase_on(case, row)
    row.rungs = left or row.rungs[-1:]
    if is_the_complaints(row):
        case.armed[-1] = ledger.armed(row)
    await _bring_tasks_along(case, row)


async def _bring_tasks_along(case: Case, row: ClockRow) -> None:
    """End the open tasks that rungs still to come write anew, and give the others the day on which it is due now."""
    again = {f"{step_of(each['rung'])}.{row.kind}" for each in row.rungs if not each["rung"].startswith(CHASE)}
    for kind in sorted(again):
        await tasks.end_open(case.session, case.complaint.id, at=case.at, clock_id=row.id, kind=kind)
    await tasks.put_off(case.session, row.id, row.due_on)
