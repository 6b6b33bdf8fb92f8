"""How serious a complaint is by what people say: raised at once; lowered by a second person where it is grave.

The policy's own verdicts stay beside it (`triage`). The reasons that were known when a setting came in force do not
raise it again; a new one does.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from activities.acts import ledger, silence, triage
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from db.models.organisation import Person
from db.models.triage import SeveritySetting
from db.queries import escalations, involvements, people, tasks
from db.queries import triage as rows
from db.triage_said import DecideSeverity, SetSeverity
from policies import triage_files
from policies.clocks import derive
from policies.triaging import DECIDERS, rank

# Who is asked to agree as second person, in this order.
_SECOND: Final = ("responsible_person", "complaints_manager", "senior_leader")


async def set_severity(case: Case, said: SetSeverity) -> None:
    """Say that a complaint is more serious than it was, or less; a grave one is lowered by a second person only."""
    refuse_if(case.actor_id is None, Refusal.NOT_AUTHORISED)
    refuse_if(await silence.is_kept(case), Refusal.QUIET_UNTIL_SWITCH)
    if case.complaint.severity is None:
        await triage.ask(case, "set_severity")  # there is to be a verdict beside what a person says
        await case.session.flush()
    counting = await rows.settings_that_count(case.session, case.complaint.id)
    pending = counting.get("pending")
    refuse_if(said.severity == case.complaint.severity, Refusal.NOTHING_CHANGES)
    known = await rows.reasons_ever(case.session, case.complaint.id)
    if rank(said.severity) > rank(case.complaint.severity):
        if pending is not None:
            await triage.overtake(case, pending)
        row = await _row(case, said, "raise", known)
        await _put_in_force(case, row, counting.get("in_force"))
        await triage.rise(case, said.severity, by="person")
        return
    refuse_if(pending is not None, Refusal.SEVERITY_PENDING)
    await _check_not_about(case)
    row = await _row(case, said, "lower", known)
    if known & triage_files.second_person_codes():
        await _ask_second_person(case, row)
    else:
        await _lower(case, row, counting.get("in_force"))


async def decide_severity(case: Case, said: DecideSeverity) -> None:
    """Agree as second person that a complaint is less serious, or not."""
    counting = await rows.settings_that_count(case.session, case.complaint.id)
    pending = counting.get("pending")
    if pending is None:
        raise Refused(Refusal.NOT_AWAITING_APPROVAL)
    refuse_if(case.actor_id == pending.asked_by, Refusal.SAME_PERSON)
    refuse_if(not await _may_decide(case, pending), Refusal.NOT_SENIOR)
    await _check_not_about(case)
    refuse_if(not said.approve and not said.reason, Refusal.REASON_NEEDED)
    pending.decided_by, pending.decided_on, pending.decision_reason = case.actor_id, case.on, said.reason
    await ledger.meet_if_running(case, triage.CLOCK, case.on, pending.id)
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=pending.id, kind=triage.TASK, done_by=case.actor_id,
        done=True,
    )  # fmt: skip
    if said.approve:
        pending.weighed = sorted(await rows.reasons_ever(case.session, case.complaint.id))
        await _lower(case, pending, counting.get("in_force"))
        return
    pending.state = "rejected"
    case.event(
        "severity.lowering_rejected", setting_id=pending.id, severity=pending.severity, asked_by=pending.asked_by
    )


async def _lower(case: Case, row: SeveritySetting, before: SeveritySetting | None) -> None:
    await _put_in_force(case, row, before)
    stood, case.complaint.severity = case.complaint.severity, row.severity
    case.event("severity.lowered", setting_id=row.id, before=stood, severity=row.severity, asked_by=row.asked_by)


async def _put_in_force(case: Case, row: SeveritySetting, before: SeveritySetting | None) -> None:
    if before is not None:
        before.state = "superseded"
        await case.session.flush()  # one counts at a time
    row.state = "in_force"
    case.session.add(row)


async def _ask_second_person(case: Case, row: SeveritySetting) -> None:
    case.session.add(row)
    case.event("severity.lowering_asked", setting_id=row.id, before=row.before, severity=row.severity)
    await case.session.flush()
    if case.complaint.open:
        due_on = (await ledger.arm(case, triage.CLOCK, case.on, Terms(cause="lowering_asked"), row.id)).due_on
    else:  # there is no workflow to own a clock: the task has a day
        due_on = derive(case.procedure.clock(triage.CLOCK), started_on=case.on, calendars=case.calendars).due_on
    role, person, kept = await second_person(case, row)
    # Without the clock's id: the task outlives the clock where the complaint ends meanwhile.
    await case.task(triage.TASK, role, name=str(row.id), due_on=due_on, subject_id=row.id, person=person, kept=kept)


async def second_person(case: Case, row: SeveritySetting) -> tuple[str, Person | None, frozenset[UUID]]:
    """Return who is asked to agree, as what; and who never is: whoever asked, and anybody who is complained about."""
    kept = {row.asked_by} | await escalations.complained_about(case.session, case.complaint.id)
    for role in _SECOND:
        if (person := await case.holder_of(role, kept=kept)) is not None:
            return role, person, frozenset(kept)
    return _SECOND[0], None, frozenset(kept)


async def _may_decide(case: Case, row: SeveritySetting) -> bool:
    """Say whether somebody is senior by appointment, or was asked, or covers for whoever was."""
    if case.actor_id is None:
        return False
    if await people.holds_any(case.session, case.actor_id, DECIDERS, case.on):
        return True
    mine = [case.actor_id, *await people.covered_by(case.session, case.actor_id, case.on)]
    return await tasks.has_one(case.session, case.complaint.id, triage.TASK, row.id, mine)


async def _check_not_about(case: Case) -> None:
    """Refuse whoever is complained about: they do not say that it is less serious."""
    person_id: UUID | None = case.actor_id
    if person_id is not None:
        about = await involvements.live_of_person(case.session, case.complaint.id, person_id)
        refuse_if(about is not None, Refusal.CONFLICT_OF_INTEREST)


async def _row(case: Case, said: SetSeverity, direction: str, known: frozenset[str]) -> SeveritySetting:
    assert case.actor_id is not None  # refused above
    return SeveritySetting(
        id=case.new_id("severity_setting"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=await rows.next_setting(case.session, case.complaint.id),
        before=case.complaint.severity,
        severity=said.severity,
        direction=direction,
        weighed=sorted(known),
        reason=said.reason,
        state="pending",
        asked_by=case.actor_id,
        asked_at=case.at,
        act_id=case.act.act_id,
    )
