"""A rung fires: the breach, the task, the prompt and the draft that its ladder names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, get_args

from activities.acts import (
    action_checks,
    alarms,
    body_reminders,
    calling,
    climbing,
    consenting,
    joint_silence,
    ledger,
    letters,
    rhythm,
    rung_asks,
    staff_comments,
    staff_records,
)
from activities.acts.case import Case, refuse_if
from contracts.clocks import Effect, RungRef
from contracts.failures import Refusal
from db.joint_messages import Level
from db.models.clock import ClockRow, FiredRung
from db.models.organisation import Person
from db.queries import clocks, requests, tasks
from policies.clock_rules import CALL, COUNT, OVERDUE, WAKE
from policies.clocks import CHASE, REMIND_BODY

# Later than this after its instant, a rung is marked late: something was down.
LATE: Final = timedelta(minutes=1)
_DRAFT: Final = "draft:"


async def fire(case: Case, ref: RungRef) -> None:
    """Fire one rung of a running clock. Refused when that generation runs no more."""
    row = await case.session.get(ClockRow, ref.clock_id)
    gone = row is None or row.state != "running" or row.generation != ref.generation
    refuse_if(gone, Refusal.NO_RUNNING_CLOCK)
    assert row is not None
    version = await clocks.version_of(case.session, row.id, row.generation)
    # Post that was logged late is overdue on arrival: that is not the system's lateness.
    late = case.act.now > max(ref.at, version.made_at) + LATE
    case.session.add(
        FiredRung(
            complaint_id=case.complaint.id,
            clock_id=row.id,
            generation=ref.generation,
            rung=ref.rung.value,
            organisation_id=case.complaint.organisation_id,
            act_id=case.act.act_id,
            due_at=ref.at,
            fired_at=case.act.now,
            late=late,
        )
    )
    await case.session.flush()
    case.event(
        "rung.fired",
        clock_id=row.id,
        clock=row.kind,
        generation=row.generation,
        rung=ref.rung.value,
        at=ref.at,
        late=late,
    )
    if await staff_comments.over_in_silence(case, row) or await staff_records.over_in_vain(case, row):
        return
    if await joint_silence.over_in_silence(case, row):
        return
    rung = _rung_of(row, ref.rung.value)
    rung = {**rung, **await _reached(case, row, rung)}
    for deed in rung["does"]:
        await _do(case, row, rung, deed, late)
    await alarms.of_rung(case, row, rung)
    await consenting.ran_out(case, row, ref.rung.value)
    await climbing.go_on(case, row)


async def _reached(case: Case, row: ClockRow, rung: dict[str, Any]) -> dict[str, Any]:
    """Return the role that a rung reaches; the person in it, and who never is, where that is not said by the role."""
    if (asked := await rung_asks.of(case, row, rung["to"])) is not None:
        return {"to": asked.role, "person": asked.person, "kept": asked.kept, "instead": False}
    to = await alarms.reaches(case, row, rung)
    return {"to": to, "person": None, "kept": (), "instead": to != rung["to"]}


def _rung_of(row: ClockRow, code: str) -> dict[str, Any]:
    for rung in row.rungs:
        if rung["rung"] == code:
            found: dict[str, Any] = rung
            return found
    raise LookupError("the ledger has no such rung")


async def _do(case: Case, row: ClockRow, rung: dict[str, Any], deed: str, late: bool) -> None:
    role = rung["to"]
    if deed == "breach":
        await ledger.breach(case, row)
    elif deed == "task" and not await _asked_already(case, row, rung):
        await case.task(
            f"{step_of(rung['rung'])}.{row.kind}",
            role,
            name=f"{row.id}/{row.generation}/{rung['rung']}",
            due_on=row.due_on,
            clock_id=row.id,
            notice_id=row.subject_id if row.kind == "draft_release" else None,
            subject_id=row.subject_id,
            person=rung["person"],
            kept=rung["kept"],
        )
    elif deed == "prompt_email":
        person = rung["person"] or await case.holder_of(role, row.subject_id, rung["kept"])
        await _prompt(case, row, rung["rung"], person, late)
    elif deed.startswith(REMIND_BODY):
        await body_reminders.remind(case, row, _level(deed))
    elif deed.startswith(CALL):
        await calling.call(case, row, deed.removeprefix(CALL))
    elif deed.startswith(WAKE):
        await alarms.wake_for(case, row, deed.removeprefix(WAKE))
    elif deed == COUNT:
        await action_checks.count(case, row)
    elif deed.startswith(_DRAFT):
        await _draft(case, row, deed.removeprefix(_DRAFT))


def _level(deed: str) -> Level:
    for level in get_args(Level):
        if deed == f"{REMIND_BODY}{level}":
            found: Level = level
            return found
    raise LookupError("a body has no such level")


async def _asked_already(case: Case, row: ClockRow, rung: dict[str, Any]) -> bool:
    """Say whether a chase would only repeat a task that is still open: then it is said, not written again.

    So with what goes to somebody in place of the responsible person, who was asked about this clock already.
    """
    if rung["instead"] and await tasks.is_asked(case.session, row.id, rung["to"]):
        return True
    if not rung["rung"].startswith(CHASE):
        return False
    kind = f"{step_of(rung['rung'])}.{row.kind}"
    return await tasks.is_asked(case.session, row.id, rung["to"], kind)


async def _prompt(case: Case, row: ClockRow, code: str, person: Person | None, late: bool) -> None:
    if person is None:
        return
    facts = {
        "clock_title": case.procedure.clock(row.kind).title,
        "due_on": row.due_on,
        "late": late,
    }
    # About time that the law gives and that runs out, nobody waits for the morning to be told.
    urgent = row.effect == Effect.STATUTORY.value and row.due_on <= case.on
    await letters.to_staff(case, step_of(code), person, facts, urgent=urgent)


async def _draft(case: Case, row: ClockRow, template: str) -> None:
    """Write a draft, unless one of its kind still waits for somebody to release it."""
    if await letters.unreleased(case, template):
        return
    facts: dict[str, Any] = {"due_on": row.due_on}
    response = await clocks.find_clock(case.session, case.complaint.id, "response_period")
    # A day that has passed is no day on which to expect anything: another letter explains the delay.
    if response is not None and response.due_on >= case.on:
        facts["respond_by"] = response.due_on
    facts["next_update_on"] = rhythm.next_update_on(case, case.on)
    stages = {stage.code: stage.title for stage in case.procedure.stages}
    facts["stage_title"] = stages.get(case.complaint.stage)
    facts["awaits_colleagues"] = await requests.is_any_unsettled(case.session, case.complaint.id)
    await letters.draft(case, template, facts)


def step_of(rung: str) -> str:
    """Return the kind of step a rung is: a reminder, overdue or an escalation."""
    if rung == OVERDUE:
        return "overdue"
    return "escalation" if rung.startswith(("escalation", CHASE)) else "reminder"
