"""What wakes a senior of a clock that was missed, and what only goes into their digest; whom a rung reaches instead.

The mix that a complaint was opened with decides. One that was opened before there was a mix is left as it is.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid5

from activities.acts import raising
from activities.acts.case import Case
from db.models.alarms import DigestItem
from db.models.clock import ClockRow
from db.queries import alarms
from policies import alarm_files, alarming
from policies.alarm_rules import AlarmRules, Cause, MixRule
from policies.clock_rules import ClockRule
from policies.proofs import long_date

# These are about one colleague, or one thing, and not about the complaint as a whole.
_OF_A_SUBJECT: Final = (Cause.DIVISION_SILENT, Cause.STAFF_SUPPORT, Cause.ACTION_LATE)


async def of_act(case: Case) -> None:
    """Reckon with every clock that an act found to be missed, once the act is done."""
    missed, case.missed = case.missed, []
    for row, rule in missed:
        await of_breach(case, row, rule)


async def of_breach(case: Case, row: ClockRow, rule: ClockRule) -> None:
    """Wake a senior for a new breach where the mix says so; else put it into their digest."""
    rules = _rules(case)
    if rules is None or not alarming.is_counted(rule):
        return
    mix, times = _mix(case, rules), 1
    if alarming.counts_times(mix, rule):
        times = await alarms.times_missed(case.session, case.complaint.id, row.kind)
    cause = alarming.of_breach(mix, rule, times)
    if cause is None:
        await _into_digest(case, row)
    else:
        await _wake(case, rules, cause, row, rule)


async def of_rung(case: Case, row: ClockRow, rung: dict[str, Any]) -> None:
    """Wake a senior where a rung was fired at the top of a ladder, and somebody is still silent."""
    rules = _rules(case)
    if rules is None:
        return
    rule = case.procedure.clock(row.kind)
    cause = alarming.of_rung(_mix(case, rules), rule, rung["rung"], tuple(rung["does"]))
    if cause is not None:
        await _wake(case, rules, cause, row, rule)


async def wake_for(case: Case, row: ClockRow, cause: str) -> None:
    """Wake a senior for the cause that a rung names, where the mix has it."""
    rules, named = _rules(case), Cause(cause)
    if rules is not None and named in _mix(case, rules).wakes:
        await _wake(case, rules, named, row, case.procedure.clock(row.kind))


async def reaches(case: Case, row: ClockRow, rung: dict[str, Any]) -> str:
    """Return the role that a rung reaches: in place of the responsible person the first there is of others."""
    to: str = rung["to"]
    rules = _rules(case)
    if rules is None:
        return to
    instead = alarming.goes_instead(_mix(case, rules), case.procedure.clock(row.kind), rung["rung"], to)
    for role in instead[:-1]:
        if await case.holder_of(role, row.subject_id) is not None:
            return role
    return instead[-1] if instead else to


async def _wake(case: Case, rules: AlarmRules, cause: Cause, row: ClockRow, rule: ClockRule) -> None:
    """Raise an escalation, about the body or the colleague that is waited for; while one is open it hears of this."""
    await raising.raise_for(
        case,
        cause.value,
        level=rules.level_of(cause),
        subject_id=_subject(cause, row),
        name=f"{cause.value}/{row.id}",
        words=f"{rule.title}: due on {long_date(row.due_on)}",
    )


def _subject(cause: Cause, row: ClockRow) -> UUID | None:
    if cause is Cause.BODY_SILENT:
        return row.contribution_id
    return row.subject_id if cause in _OF_A_SUBJECT else None


async def _into_digest(case: Case, row: ClockRow) -> None:
    unit_id = await alarms.division_of(case.session, case.complaint)
    case.session.add(
        DigestItem(
            id=uuid5(row.id, f"digest/{row.generation}"),
            organisation_id=case.complaint.organisation_id,
            complaint_id=case.complaint.id,
            clock_id=row.id,
            generation=row.generation,
            clock=row.kind,
            due_on=row.due_on,
            breached_at=case.at,
            unit_id=unit_id,
        )
    )


def _rules(case: Case) -> AlarmRules | None:
    pinned = case.complaint.alarms_version
    return None if pinned is None else alarm_files.version(pinned)


def _mix(case: Case, rules: AlarmRules) -> MixRule:
    return rules.mix_for(case.procedure.code, case.procedure.regime)
