"""The time limit: looked at when a complaint comes and whenever its days are put right; decided by a named person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from activities.acts import excluding
from activities.acts.case import Case, Refused, refuse_if
from contracts.failures import Refusal
from db.eligibility_said import DecideTimeLimit
from db.models.eligibility import TimeLimit
from db.queries import eligibility as rows
from db.queries import tasks
from policies import eligibility
from policies.eligibility import Reckoning
from policies.procedure_rules import TimeLimitRule

_TASK: Final = "decide_time_limit"


async def look(case: Case) -> None:
    """Reckon the time limit from the days as they stand. Too late is a task, and nothing is presumed without days.

    A waiver stands, whatever is put right afterwards.
    """
    found = _reckoned(case)
    if not case.complaint.open:
        return
    if found is None:
        await _end_task(case)
        return
    before = await rows.present_time_limit(case.session, case.complaint.id)
    state = "out_of_time" if found.late else "in_time"
    if before is not None and before.state == "waived":
        return
    if found.late and not await tasks.is_open(case.session, case.complaint.id, _TASK):
        await case.task(_TASK, "complaints_manager")  # anew, too, where its days were taken away and said again
    if before is not None and _same(before, state, found):
        return
    await _write(case, state, found)
    if found.late:
        case.event("time_limit.passed", **_facts(case, found))
    elif before is not None:
        case.event("time_limit.kept", **_facts(case, found))
        await _end_task(case)


def _same(before: TimeLimit, state: str, found: Reckoning) -> bool:
    return (before.state, before.proof) == (state, found.proof)


def _reckoned(case: Case) -> Reckoning | None:
    complaint, rule = case.complaint, case.procedure.time_limit
    if rule is None:
        return None
    return eligibility.reckon(
        rule,
        happened_on=complaint.happened_on,
        noticed_on=complaint.noticed_on,
        received_on=complaint.received_on,
    )


async def decide(case: Case, said: DecideTimeLimit) -> None:
    """Waive the time limit on every finding that the procedure names, or decline the complaint (R-06, R-07)."""
    rule = case.procedure.time_limit
    if rule is None:
        raise Refused(Refusal.NOT_OUT_OF_TIME)
    set_days(case, said.happened_on, said.noticed_on)
    found = _reckoned(case)
    if found is None:
        raise Refused(Refusal.REQUIREMENTS_MISSING, ["happened_on"])
    refuse_if(not found.late, Refusal.NOT_OUT_OF_TIME)
    before = await rows.present_time_limit(case.session, case.complaint.id)
    refuse_if(before is not None and before.state == "waived" and said.waived, Refusal.NOTHING_CHANGES)
    if eligibility.any_unknown(rule, said.findings):
        raise Refused(Refusal.UNKNOWN_CODE, ["findings"])
    await _end_task(case)
    if said.waived:
        await _waive(case, rule, said, found)
    else:
        await _decline(case, rule, said, found)


async def _waive(case: Case, rule: TimeLimitRule, said: DecideTimeLimit, found: Reckoning) -> None:
    if missing := eligibility.findings_missing(rule, said.findings):
        raise Refused(Refusal.FINDINGS_NEEDED, missing)
    await _write(case, "waived", found, said.findings, said.reasons)
    case.event("time_limit.waived", **dict.fromkeys(sorted(said.findings), True), **_facts(case, found))


async def _decline(case: Case, rule: TimeLimitRule, said: DecideTimeLimit, found: Reckoning) -> None:
    if said.reasons is None:
        raise Refused(Refusal.REASON_NEEDED)
    stage = excluding.declined_stage(case)
    await _write(case, "not_waived", found, said.findings, said.reasons)
    facts = {
        "time_limit_on": found.limit_on,
        "legal_basis": rule.legal_basis,
        "happened_on": case.complaint.happened_on,
        "noticed_on": case.complaint.noticed_on,
        "reason": said.reasons,
    }
    await excluding.decline(case, stage, "out_of_time", facts, ground="out_of_time", limit_on=found.limit_on)


def set_days(case: Case, happened_on: object, noticed_on: object) -> None:
    """Write down the days of the matter that are said. Refused where they cannot all be true."""
    complaint = case.complaint
    for name, day in (("happened_on", happened_on), ("noticed_on", noticed_on)):
        if day is not None:
            setattr(complaint, name, day)
    wrong = eligibility.dates_contradict(complaint.happened_on, complaint.noticed_on, complaint.received_on)
    refuse_if(wrong, Refusal.CONTRADICTS_RECORD)


async def is_settled(case: Case) -> bool:
    """Say whether a complaint is in time, or the time limit is waived; without days nothing is presumed."""
    found = _reckoned(case)
    if found is None or not found.late:
        return True
    present = await rows.present_time_limit(case.session, case.complaint.id)
    return present is not None and present.state == "waived"


async def _end_task(case: Case) -> None:
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=_TASK, done_by=case.actor_id, done=True)


async def _write(
    case: Case, state: str, found: Reckoning, findings: Sequence[str] = (), reasons: str | None = None
) -> None:
    complaint = case.complaint
    case.session.add(
        TimeLimit(
            id=case.new_id("time_limit"),
            organisation_id=complaint.organisation_id,
            complaint_id=complaint.id,
            number=await rows.next_number(case.session, TimeLimit, complaint.id),
            state=state,
            happened_on=complaint.happened_on,
            noticed_on=complaint.noticed_on,
            received_on=complaint.received_on,
            limit_on=found.limit_on,
            findings=sorted(findings),
            reasons=reasons,
            proof=found.proof,
            act_id=case.act.act_id,
            decided_by=case.actor_id if state in ("waived", "not_waived") else None,
            decided_at=case.at,
        )
    )


def _facts(case: Case, found: Reckoning) -> dict[str, object]:
    complaint = case.complaint
    return {
        "limit_on": found.limit_on,
        "happened_on": complaint.happened_on,
        "noticed_on": complaint.noticed_on,
        "received_on": complaint.received_on,
    }
