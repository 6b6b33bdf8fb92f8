"""The actions that a body promised, seen to completion: awaited from its approval on, done, looked at, and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from activities.acts import body_files, joint, joint_consent, ledger, letters, releasing
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.joint import ContributionState as State
from db.joint_messages import ActionDone, ActionPromised, ActionSettled
from db.models.joint import Contribution
from db.models.submissions import BodyAction, BodySubmission
from db.queries import submissions_of_bodies as rows
from db.queries import tasks
from db.submission_said import SettleBodyAction

CLOCK: Final = "body_action"
TASK: Final = "settle_body_action"
# Nobody promises for longer than this: it would be a slip.
_LONGEST: Final = timedelta(days=10 * 366)


async def promised(case: Case, row: Contribution, submission: BodySubmission, said: Sequence[ActionPromised]) -> None:
    """Write down what a round promises. What it leaves out of the round before is promised no longer."""
    refuse_if(len({each.action_id for each in said}) < len(said), Refusal.CONTRADICTS_RECORD)
    refuse_if(any(not each.what.strip() for each in said), Refusal.REASON_NEEDED)
    refuse_if(any(each.due_on < case.complaint.received_on for each in said), Refusal.DATE_BEFORE_RECEIPT)
    refuse_if(any(each.due_on - case.on > _LONGEST for each in said), Refusal.PERIOD_BEYOND_LIMIT)
    before = {action.action_id: action for action in await rows.actions_of(case.session, row.id)}
    for each in said:
        known = before.pop(each.action_id, None)
        if known is None:
            case.session.add(_new(case, row, submission, each))
        elif known.state in ("promised", "superseded", "ended"):
            known.submission_id, known.what, known.due_on = submission.id, each.what, each.due_on
            known.state = "promised"
    for left_out in before.values():
        if left_out.state == "promised":
            left_out.state = "superseded"
            await _stop(case, left_out, "superseded")
    await case.session.flush()


async def await_all(case: Case, row: Contribution) -> None:
    """Start the clock on each action that the body's part, now approved, promises."""
    for action in await rows.actions_of(case.session, row.id):
        if action.state == "promised":
            await _await(case, row, action, "approved")


async def done(case: Case, row: Contribution, said: ActionDone) -> None:
    """Take in that an action is done, with what shows it. Somebody here still looks at it."""
    action = await rows.action_by_its_own_id(case.session, row.id, said.action_id)
    if action is None:
        raise Refused(Refusal.UNKNOWN_ACTION)
    refuse_if(action.state != "promised", Refusal.NOTHING_CHANGES)
    refuse_if(said.done_on > case.on, Refusal.DATE_IN_FUTURE)
    refuse_if(said.done_on < case.complaint.received_on, Refusal.DATE_BEFORE_RECEIPT)
    refuse_if(not said.evidence.strip(), Refusal.REASON_NEEDED)
    await body_files.name(case, row, said.file_ids, action.submission_id, action)
    action.state, action.done_on, action.evidence = "done", said.done_on, said.evidence
    case.event("contribution.action_done", **_of(row, action), done_on=said.done_on)
    joint.touch(case, row)
    await ledger.meet_if_running(case, CLOCK, said.done_on, action.id)
    await case.task(TASK, "owner", name=str(action.id), subject_id=action.id)


async def settle(case: Case, said: SettleBodyAction) -> None:
    """See an action as done, and have the person told; or say why it is not, and by when it is owed."""
    row = await joint.find(case, said.contribution_id)
    action = await case.session.get(BodyAction, said.action_id)
    if action is None or action.contribution_id != row.id:
        raise Refused(Refusal.UNKNOWN_ACTION)
    refuse_if(row.state == State.RELEASED, Refusal.CONTRIBUTION_RELEASED)
    refuse_if(action.state != "done", Refusal.NOTHING_SUBMITTED)
    refuse_if(not said.done and not said.reason, Refusal.REASON_NEEDED)
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=action.id, kind=TASK, done_by=case.actor_id, done=True
    )
    if said.done:
        await _settled(case, row, action, said)
    else:
        await _owed_again(case, row, action, said)


async def _settled(case: Case, row: Contribution, action: BodyAction, said: SettleBodyAction) -> None:
    action.state, action.reason = "settled", said.reason
    action.settled_on, action.settled_by = case.on, case.actor_id
    case.event("contribution.action_settled", **_of(row, action), done=True)
    await _tell_body(case, row, action, done=True)
    await _tell_person(case, row, action)
    await case.session.flush()
    await releasing.when_complete(case, row)


async def _owed_again(case: Case, row: Contribution, action: BodyAction, said: SettleBodyAction) -> None:
    due_on = said.due_on or action.due_on
    refuse_if(due_on < case.on, Refusal.DATE_IN_PAST)
    action.state, action.due_on, action.reason = "promised", due_on, said.reason
    case.event("contribution.action_settled", **_of(row, action), done=False, due_on=due_on)
    await _tell_body(case, row, action, done=False)
    if row.approved_on is not None:
        await _await(case, row, action, "not_done_yet")


async def _tell_body(case: Case, row: Contribution, action: BodyAction, *, done: bool) -> None:
    """Tell the body what we made of it. Our reason goes only where consent covers it: words may tell of the person."""
    reason = action.reason if (await joint_consent.covers(case, row)).may else None
    due_on = None if done else action.due_on
    await joint.post(case, row, ActionSettled(action_id=action.action_id, done=done, reason=reason, due_on=due_on))


async def _await(case: Case, row: Contribution, action: BodyAction, cause: str) -> None:
    if case.procedure.has_clock(CLOCK):
        terms = Terms(cause=cause, given=action.due_on, contribution_id=row.id)
        # What was to be done before we approved it is overdue from the first: a clock ends on no day before it starts.
        await ledger.arm(case, CLOCK, min(case.on, action.due_on), terms, action.id)


async def _stop(case: Case, action: BodyAction, cause: str) -> None:
    if clock := await ledger.running(case, CLOCK, action.id):
        await ledger.stop(case, clock, cause)


async def _tell_person(case: Case, row: Contribution, action: BodyAction) -> None:
    """Draft the letter that tells the person; where nobody is to be written to, the event says so."""
    person = await letters.complainant(case)
    if case.complaint.stop_contact or person.death_known_at is not None or person.retired_at is not None:
        case.event("contribution.action_not_told", **_of(row, action))
        return
    facts: dict[str, Any] = {
        "body_name": row.name,
        "promised_action": action.what,
        "done_on": action.done_on,
        "evidence": action.evidence,
    }
    await letters.draft(case, "joint_action_done", facts)


def _new(case: Case, row: Contribution, submission: BodySubmission, said: ActionPromised) -> BodyAction:
    return BodyAction(
        id=uuid5(row.id, f"body_action/{said.action_id}"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        contribution_id=row.id,
        submission_id=submission.id,
        action_id=said.action_id,
        what=said.what,
        due_on=said.due_on,
        state="promised",
        act_id=case.act.act_id,
        said_at=case.at,
    )


def _of(row: Contribution, action: BodyAction) -> dict[str, UUID | str]:
    return {"contribution_id": row.id, "body": row.code, "action_id": action.id}
