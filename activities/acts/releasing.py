"""A contribution is let go of: its clocks stop, its tasks and its access end, and the body is told."""

from __future__ import annotations

from typing import Final

from activities.acts import access, body_requests, gaps, joint, joint_issues, ledger
from activities.acts.case import Case
from contracts.commands import CommandKind
from contracts.joint import ContributionState as State
from db.joint_messages import Released
from db.models.joint import Contribution
from db.queries import clocks, tasks
from db.queries import joint as contributions
from db.queries import submissions_of_bodies as rows

COMPLETED: Final = "completed"  # the response is sent, and what the body promised is done
BY_LEAD: Final = "not_needed"  # the body that coordinates asks for nothing more
_READS_ON: Final = frozenset({COMPLETED, "lead_moved", "closed"})


async def release(case: Case, row: Contribution, cause: str) -> None:
    """Ask nothing of a body any more. One that was never invited is told nothing, not even this."""
    if row.state == State.RELEASED:
        return
    if not await rows.response_signed_since(case.session, row):
        # With nobody to wait for nothing is missing: its issues are ours again.
        await gaps.close(case, row, "released")
    await _end_actions(case, row)
    await body_requests.end_all(case, row)
    for clock in await contributions.running_clocks(case.session, row.id):
        await ledger.stop(case, clock, "released")
    for clock in await clocks.running_clocks(case.session, case.complaint.id):
        if clock.subject_id == row.id:
            await ledger.stop(case, clock, "released")
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id)
    if row.invited_on is not None:
        await joint.post(case, row, Released(cause=cause))
    row.released_on, row.released_cause = case.on, cause
    # What was said before the end may still be read, as far as consent goes; not where it should not have been said.
    row.open_to_body = row.open_to_body and cause in _READS_ON
    joint.move(case, row, State.RELEASED)
    case.event("contribution.released", contribution_id=row.id, body=row.code, cause=cause)
    await case.session.flush()
    await access.end_all(case, row)


async def _end_actions(case: Case, row: Contribution) -> None:
    """Let go of what a body promised and has not done. The clocks on it stop with the others."""
    for action in await rows.actions_of(case.session, row.id):
        if action.state in ("promised", "done"):
            action.state = "ended"
            await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=action.id)


async def when_complete(case: Case, row: Contribution) -> None:
    """Release a body when nothing is awaited of it: its part is approved and sent, and its actions are settled."""
    if row.state != State.APPROVED or await rows.owes_actions(case.session, row.id):
        return
    if await ledger.running(case, "supplement", row.id) is not None:
        return  # the person has not been told of its part yet
    if await rows.response_signed_since(case.session, row):
        await release(case, row, COMPLETED)


async def response_sent(case: Case) -> None:
    """Note that the letter that now went out told what had been missing: to be called after the bodies were told of it.

    Nobody is released by it: they read it first. A body goes when the complaint is closed, or when its last action is
    seen as done.
    """
    for row in await contributions.of_complaint(case.session, case.complaint.id, live=True):
        if row.state == State.APPROVED and not await joint_issues.lacking(case, row):
            await gaps.close(case, row, "supplement")


async def case_ended(case: Case) -> None:
    """Release the bodies because the complaint has ended. After a response those stay that still owe an action."""
    command = case.act.command
    closed = command is not None and command.kind is CommandKind.CLOSE
    for row in await contributions.of_complaint(case.session, case.complaint.id, live=True):
        answered = closed and await rows.response_signed_since(case.session, row)
        if not answered or row.state != State.APPROVED:
            await release(case, row, case.complaint.stage)
        elif not await rows.owes_actions(case.session, row.id):
            await release(case, row, COMPLETED)
