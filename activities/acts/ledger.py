"""The ledger of clocks: arm, meet, renew, extend, stop. A breach is an event and is never erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from activities.acts import body_levels
from activities.acts.case import Case
from activities.acts.keeping import have_looked, is_the_complaints
from contracts.clocks import ArmedClock, Effect, RungAt
from contracts.code import Code
from contracts.commands import CommandKind
from db.models.clock import ClockRow, ClockVersion
from db.queries import clocks, tasks
from policies.calendars import local_date
from policies.clock_rules import ClockRule, Keeper, StartEvent, Unit
from policies.clocks import Derivation, RungDue, derive, jitter_for

# So many rungs of a clock the workflow is handed when it is armed. Never only the next: should that one fail and be
# parked, those after it fire all the same.
AT_FIRST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Why a clock has the due date it has. `reason` and `agreed_by` are words; `given` a set date."""

    cause: str
    given: date | None = None
    days: int | None = None
    reason: str | None = None
    agreed_by: str | None = None
    agreed_on: date | None = None
    contribution_id: UUID | None = None  # whose workflow keeps it, where a contribution's does
    proceeding_id: UUID | None = None  # the same, where a proceeding's does
    started_at: datetime | None = None  # of a clock in minutes, where it did not start with the act


async def arm(
    case: Case,
    kind: str,
    started_on: date,
    terms: Terms,
    subject_id: UUID | None = None,
) -> ClockRow:
    """Start a clock, or give a clock of this kind its next generation.

    What the generation before missed stays missed.
    """
    row = await clocks.find_clock(case.session, case.complaint.id, kind, subject_id)
    if row is not None and row.state == "running" and row.due_at <= case.at:
        await breach(case, row)
    clock_id = row.id if row else case.new_id(f"clock/{kind}/{subject_id or ''}")
    rule = case.procedure.clock(kind)
    started_at = _instant(case, rule, terms)
    started_on = started_on if started_at is None else local_date(started_at)
    found = derive(
        rule,
        started_on=started_on,
        calendars=case.calendars,
        given=terms.given,
        days=terms.days,
        jitter_seconds=jitter_for(clock_id),
        started_at=started_at,
    )
    if row is None:
        row = ClockRow(id=clock_id, generation=0, **_owner(case), kind=kind, subject_id=subject_id)
        keeper = rule.kept_by
        row.involvement_id = subject_id if keeper is Keeper.INVOLVEMENT else None
        row.contribution_id = terms.contribution_id if keeper is Keeper.CONTRIBUTION else None
        row.proceeding_id = terms.proceeding_id if keeper is Keeper.PROCEEDING else None
        case.session.add(row)
    old_due_on = row.due_on if row.generation else None
    _rewrite(case, row, started_on, found)
    # The row before its versions: the models declare no relationship that would order the two.
    await case.session.flush()
    case.session.add(new_version(case, row, found, terms))
    tell_armed(case, row, found, terms, old_due_on)
    hand_over(case, row)
    await body_levels.come_down(case, row)
    return row


def _instant(case: Case, rule: ClockRule, terms: Terms) -> datetime | None:
    """Return when a clock in minutes starts: with the act, unless its terms say otherwise."""
    return (terms.started_at or case.at) if rule.unit is Unit.MINUTES else None


async def begin(case: Case, event: StartEvent, on: date, terms: Terms, subject_id: UUID | None = None) -> None:
    """Start every clock that the procedure says an event starts, for a case that stands as this one does."""
    complaint = case.complaint
    for rule in case.procedure.clocks_started_by(event, stage=complaint.stage, channel=complaint.channel):
        await arm(case, rule.kind, on, terms, subject_id)


async def meet_by(case: Case, command: CommandKind, on: date) -> None:
    """Meet every running clock of the whole case that a command meets, and stop those that it stops."""
    for row in await clocks.running_clocks(case.session, case.complaint.id):
        rule = case.procedure.clock(row.kind)
        if row.subject_id is None and command in rule.met_by:
            await meet(case, row, on)
        elif row.subject_id is None and command in rule.stopped_by:
            await stop(case, row, command.value)


async def met_by(case: Case, command: CommandKind) -> list[ClockRow]:
    """Return the running clocks of the whole case that a command would meet."""
    found = await clocks.running_clocks(case.session, case.complaint.id)
    return [row for row in found if row.subject_id is None and command in case.procedure.clock(row.kind).met_by]


def placed(case: Case, clock_id: UUID, kind: str, started_on: date, found: Derivation) -> ClockRow:
    """Return the first generation of a clock, not yet stored."""
    row = ClockRow(id=clock_id, generation=0, **_owner(case), kind=kind, subject_id=None)
    _rewrite(case, row, started_on, found)
    return row


def tell_armed(case: Case, row: ClockRow, found: Derivation, terms: Terms, old_due_on: date | None) -> None:
    """Journal that a clock has a generation, and why."""
    case.event(
        "clock.armed",
        clock_id=row.id,
        clock=row.kind,
        effect=row.effect,
        generation=row.generation,
        cause=terms.cause,
        started_on=row.started_on,
        old_due_on=old_due_on,
        due_on=row.due_on,
        provisional=row.provisional,
        calendar_revision=found.proof.calendar_revision,
    )


async def meet(case: Case, row: ClockRow, on: date) -> None:
    """End a running clock by the act its rule names, done on a local day."""
    in_time = case.at <= row.due_at if by_the_minute(row) else on <= row.due_on
    if not in_time:
        await breach(case, row)
    row.state, row.met_on, row.in_time, row.ended_at = "met", on, in_time, case.at
    version = await clocks.version_of(case.session, row.id, row.generation)
    version.met_on, version.in_time = on, in_time
    case.event("clock.met", **identity(row), met_on=on, in_time=in_time)
    _by_letter(case, row)
    await _leave(case, row)


def by_the_minute(row: ClockRow) -> bool:
    """Say whether a clock runs to an instant, and is judged by it; every other one runs to the end of a day."""
    return row.proof.get("unit") == Unit.MINUTES.value


def _by_letter(case: Case, row: ClockRow) -> None:
    """Remember with the letter that this act released the clock that it met: of several, one that the law gives."""
    notice = case.released
    if notice is not None and (notice.met_clock_id is None or row.effect == Effect.STATUTORY.value):
        notice.met_clock_id = row.id


async def stop(case: Case, row: ClockRow, cause: str) -> None:
    """End a running clock that nothing will meet any more."""
    if row.due_at <= case.at:
        await breach(case, row)
    row.state, row.ended_at = "stopped", case.at
    case.event("clock.stopped", **identity(row), cause=cause)
    await _leave(case, row)


async def breach(case: Case, row: ClockRow) -> bool:
    """Write that this generation was not met when it fell due, once. Say whether it was new."""
    version = await clocks.version_of(case.session, row.id, row.generation)
    if version.breached_at is not None:
        return False
    version.breached_at = case.at
    row.breached_at = row.breached_at or case.at
    case.event("clock.breached", **identity(row), due_on=row.due_on)
    case.missed.append((row, case.procedure.clock(row.kind)))  # an act may give the case other rules after this
    return True


async def meet_if_running(case: Case, kind: str, on: date, subject_id: UUID | None = None) -> ClockRow | None:
    """Meet the clock of a kind if it runs, and return it."""
    row = await running(case, kind, subject_id)
    if row is not None:
        await meet(case, row, on)
    return row


async def running(case: Case, kind: str, subject_id: UUID | None = None) -> ClockRow | None:
    """Return the running clock of a kind, if there is one."""
    row = await clocks.find_clock(case.session, case.complaint.id, kind, subject_id)
    return row if row is not None and row.state == "running" else None


async def stop_all(case: Case, cause: str) -> None:
    """End every running clock that the complaint's own workflow keeps: it ends, too."""
    for row in await clocks.running_clocks(case.session, case.complaint.id):
        if is_the_complaints(row):
            await stop(case, row, cause)


def _rewrite(case: Case, row: ClockRow, started_on: date, found: Derivation) -> None:
    row.generation += 1
    row.effect, row.state = case.procedure.clock(row.kind).effect.value, "running"
    row.started_on, row.due_on, row.due_at = started_on, found.due_on, found.due_at
    row.provisional, row.proof = found.provisional, found.proof.to_dict()
    row.met_on = row.in_time = row.ended_at = None
    # Whoever is called is called at once, too; a reminder at the very instant of the act would remind nobody.
    at_once = by_the_minute(row)
    row.rungs = [stored(rung) for rung in found.rungs if at_once or rung.at > case.at or rung.at >= found.due_at]


def stored(rung: RungDue) -> dict[str, Any]:
    """Return a rung as the ledger keeps it."""
    return {"rung": rung.rung, "at": rung.at.isoformat(), "to": rung.to.value, "does": list(rung.does)}


def hand_over(case: Case, row: ClockRow, rungs: Sequence[dict[str, Any]] | None = None) -> None:
    """Hand a clock to the workflow that keeps it: with the verdict where that goes there, else it looks for itself."""
    if is_the_complaints(row) or _fires(case, row):
        case.armed.append(armed(row, rungs))
    else:
        have_looked(case, row)


def _fires(case: Case, row: ClockRow) -> bool:
    """Say whether the act is a rung of this very clock: then its verdict goes to the workflow that keeps the clock."""
    return case.act.rung is not None and case.act.rung.clock_id == row.id


def new_version(case: Case, row: ClockRow, found: Derivation, terms: Terms) -> ClockVersion:
    """Return the version of a clock's present generation, not yet stored."""
    return ClockVersion(
        id=case.new_id(f"version/{row.id}/{row.generation}"),
        **_owner(case),
        clock_id=row.id,
        generation=row.generation,
        started_on=row.started_on,
        due_on=row.due_on,
        due_at=row.due_at,
        cause=terms.cause,
        reason=terms.reason,
        agreed_by=terms.agreed_by,
        agreed_on=terms.agreed_on,
        act_id=case.act.act_id,
        proof=found.proof.to_dict(),
        made_at=case.at,
    )


def armed(row: ClockRow, rungs: Sequence[dict[str, Any]] | None = None) -> ArmedClock:
    """Return what a workflow carries of a clock: some rungs of it, or the first of all."""
    return ArmedClock(
        clock_id=row.id,
        kind=Code(row.kind),
        generation=row.generation,
        due_at=row.due_at,
        rungs=tuple(
            RungAt(rung=Code(rung["rung"]), at=datetime.fromisoformat(rung["at"]))
            for rung in (row.rungs[:AT_FIRST] if rungs is None else rungs)
        ),
    )


async def _leave(case: Case, row: ClockRow) -> None:
    """Take a clock that ended from the workflow, and end the tasks it raised."""
    if is_the_complaints(row) or _fires(case, row):
        case.armed[:] = [clock for clock in case.armed if clock.clock_id != row.id]
        case.stopped.append(row.id)
    else:
        have_looked(case, row)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, clock_id=row.id)
    await body_levels.come_down(case, row)


def _owner(case: Case) -> dict[str, Any]:
    complaint = case.complaint
    return {"organisation_id": complaint.organisation_id, "complaint_id": complaint.id}


def identity(row: ClockRow) -> dict[str, Any]:
    """Return what an event says of the clock it is about."""
    return {"clock_id": row.id, "clock": row.kind, "generation": row.generation}
