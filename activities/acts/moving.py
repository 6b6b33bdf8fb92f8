"""A complaint is moved to another version of its procedure: pinned anew, and each clock that moves says so."""

from __future__ import annotations

from activities.acts import ledger, standing_for, time_limit
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from activities.acts.redating import PROCEDURE_MOVED, arm_again
from activities.acts.working import keep_words
from activities.rehearsing import dry_run
from contracts.failures import Refusal
from db.models.clock import ClockRow
from db.procedure_said import MoveProcedure
from db.queries import clocks
from policies.rehearsing import Change, How


async def move_procedure(case: Case, said: MoveProcedure) -> None:
    """Do what the dry run foresees. Refused where the complaint could not go on under that version."""
    complaint = case.complaint
    found = await dry_run(case.session, complaint, said.version, case.at)
    if found.refusal is not None:
        raise Refused(found.refusal)
    obstacles = found.foreseen.obstacles
    if obstacles:
        raise Refused(Refusal.WOULD_BREAK, list(dict.fromkeys(each.why.value for each in obstacles)))
    refuse_if(found.procedure is None, Refusal.UNKNOWN_VERSION)
    assert found.procedure is not None and found.figures is not None
    changes = found.foreseen.changes
    case.event(
        "procedure.moved",
        procedure=complaint.procedure,
        old_version=complaint.procedure_version,
        version=said.version,
        **{how.value: sum(change.how is how for change in changes) for how in How},
    )
    # Those without a rule first: nothing may ask the new version about them.
    for change in changes:
        if change.how is How.STOPS:
            await ledger.stop(case, await _row(case, change), PROCEDURE_MOVED)
    complaint.procedure_version, complaint.figures = said.version, found.figures
    case.procedure, case.replan = found.procedure, True
    for change in changes:
        if change.how is How.STARTS:
            await ledger.arm(case, change.kind, change.started_on, await _terms(case, change))
        elif change.how is not How.STOPS:
            row = await _row(case, change)
            await arm_again(case, row, row.started_on, await _terms(case, change))
    await time_limit.look(case)
    await standing_for.look(case)
    keep_words(case, PROCEDURE_MOVED, said.reason)


async def _row(case: Case, change: Change) -> ClockRow:
    return await case.session.get_one(ClockRow, change.clock_id)


async def _terms(case: Case, change: Change) -> Terms:
    """Return the terms on which a clock goes on: a date that was agreed stays agreed, by whom and when."""
    if change.clock_id is None or change.agreed is None:
        return Terms(cause=PROCEDURE_MOVED, given=change.agreed, days=change.days)
    row = await _row(case, change)
    version = await clocks.version_of(case.session, row.id, row.generation)
    return Terms(
        cause=PROCEDURE_MOVED,
        given=change.agreed,
        days=change.days,
        reason=version.reason,
        agreed_by=version.agreed_by,
        agreed_on=version.agreed_on,
    )
