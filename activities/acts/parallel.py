"""What others investigate beside a complaint: police, a coroner, safeguarding and so on. No clock stops for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from activities.acts import ledger, raising
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from activities.acts.named_issues import named
from contracts.failures import Refusal
from db.models.parallel import ParallelInvestigation, ParallelIssue, ParallelUpdate
from db.queries import parallel, tasks
from db.queries.clocks import running_clocks
from db.request_said import OpenParallel, UpdateParallel
from policies import requests as rules
from policies.clock_rules import StartEvent

_SAFEGUARDING: Final = "safeguarding"
_TASK: Final = "refer_today"
_CLOCK: Final = "referral"
# Of these nothing more is to come: an issue has no reason to wait for them.
OVER: Final = ("concluded", "not_pursued")


async def open_parallel(case: Case, said: OpenParallel) -> None:
    """Link an investigation by others. A safeguarding concern is passed on the day it becomes known."""
    refuse_if(said.known_on > case.on, Refusal.DATE_IN_FUTURE)
    check(rules.referred(said.referred_on, known_on=said.known_on, today=case.on))
    issues = await named(case, said.issue_ids)
    row = _row(case, said)
    case.session.add(row)
    await case.session.flush()
    for issue in issues:
        case.session.add(ParallelIssue(id=case.new_id(f"beside/{issue.id}"), **_of(row), issue_id=issue.id))
    case.event(
        "parallel.opened",
        investigation_id=row.id,
        investigation=row.kind,
        known_on=row.known_on,
        status=row.status,
        issues=len(issues),
    )
    if row.kind == _SAFEGUARDING:
        await _refer_today(case, row)
    if said.referred_on is not None:
        await _was_referred(case, row, said.referred_on)


async def update_parallel(case: Case, said: UpdateParallel) -> None:
    """Record what became known, and that it was passed on. Once it is over, issues that wait for it are looked at."""
    row = await investigation(case, said.parallel_id)
    check(rules.referred(said.referred_on, known_on=row.known_on, today=case.on))
    refuse_if(said.referred_on is not None and row.referred_on is not None, Refusal.CONTRADICTS_RECORD)
    row.status = said.status
    case.session.add(_update(case, row, said))
    case.event(
        "parallel.updated", investigation_id=row.id, investigation=row.kind, status=said.status,
        referred_on=said.referred_on,
    )  # fmt: skip
    if said.referred_on is not None:
        await _was_referred(case, row, said.referred_on)
    if row.status in OVER:
        await _look_at_holds(case, row)


async def investigation(case: Case, investigation_id: UUID) -> ParallelInvestigation:
    """Return an investigation beside the case. Refused for one that is not there."""
    row = await case.session.get(ParallelInvestigation, investigation_id)
    if row is None or row.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_INVESTIGATION)
    return row


async def leave_unreferred(case: Case) -> list[UUID]:
    """Return what nobody has passed on yet, with the complaint about to end. The task to do so outlives its clock."""
    clocks = [row for row in await running_clocks(case.session, case.complaint.id) if row.kind == _CLOCK]
    for clock in clocks:
        await tasks.leave(case.session, clock.id, _TASK)
    return [clock.subject_id for clock in clocks if clock.subject_id is not None]


async def raise_unreferred(case: Case, owed: Sequence[UUID]) -> None:
    """Put before a senior, at once, what was to be passed on today when the complaint ended.

    However it ended: a duplicate, or a complaint opened in error, may hold a concern about a living person, too.
    """
    for investigation_id in owed:
        await raising.raise_for(
            case, _SAFEGUARDING, level="immediate", subject_id=investigation_id, name=str(investigation_id)
        )


async def _refer_today(case: Case, row: ParallelInvestigation) -> None:
    await ledger.begin(case, StartEvent.REFERRAL, row.known_on, Terms(cause="became_known"), row.id)
    clock = await ledger.running(case, _CLOCK, row.id)
    await case.task(
        _TASK,
        "owner",
        name=str(row.id),
        due_on=clock.due_on if clock else row.known_on,
        clock_id=clock.id if clock else None,
        subject_id=row.id,
    )


async def _was_referred(case: Case, row: ParallelInvestigation, on: date) -> None:
    row.referred_on = on
    await case.session.flush()
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=_TASK, done_by=case.actor_id, done=True
    )
    await ledger.meet_if_running(case, _CLOCK, on, row.id)


async def _look_at_holds(case: Case, row: ParallelInvestigation) -> None:
    for hold in await parallel.holds_in_force(case.session, case.complaint.id):
        asked = await tasks.is_open(case.session, case.complaint.id, "review_hold", hold.id)
        if hold.investigation_id == row.id and not asked:
            await case.task("review_hold", "owner", name=str(hold.id), due_on=case.on, subject_id=hold.id)


def _row(case: Case, said: OpenParallel) -> ParallelInvestigation:
    return ParallelInvestigation(
        id=case.new_id("parallel"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        kind=said.kind,
        body_name=said.body_name,
        contact=said.contact,
        external_reference=said.external_reference,
        known_on=said.known_on,
        status=said.status,
        opened_by=case.actor_id,
        opened_at=case.at,
        act_id=case.act.act_id,
    )


def _update(case: Case, row: ParallelInvestigation, said: UpdateParallel) -> ParallelUpdate:
    return ParallelUpdate(
        id=case.new_id("parallel_update"),
        **_of(row),
        status=said.status,
        words=said.words,
        referred_on=said.referred_on,
        author_id=case.actor_id,
        said_at=case.at,
        act_id=case.act.act_id,
    )


def _of(row: ParallelInvestigation) -> dict[str, Any]:
    return {"organisation_id": row.organisation_id, "complaint_id": row.complaint_id, "investigation_id": row.id}
