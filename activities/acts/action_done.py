"""What was done of an action: progress on the way, and its completion with what shows it."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from activities.acts import action_letters, actions, beside, complying, ledger
from activities.acts.actions import CLOCK, NEWS, TASK, by, find_open, of
from activities.acts.case import Case, check, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.proceedings import ActionState
from db.learning_said import CompleteAction, RecordActionProgress
from db.models.action import Action, ActionDone, ActionFile, ActionProgress
from db.models.proceeding import Proceeding
from db.queries import actions as rows
from db.queries import requests, tasks
from policies import acting

CHECK: Final = "action_check"


async def record_progress(case: Case, said: RecordActionProgress) -> None:
    """Record what was done so far, and draft the letters that tell it; the next news is due a rhythm later."""
    row, action = await find_open(case, said.action_id)
    check(acting.happened(said.happened_on, since=row.opened_on, today=case.on))
    number = await rows.next_number(case.session, ActionProgress, row.id)
    progress = ActionProgress(
        id=case.new_id(f"action/progress/{row.id}"),
        **of(row),
        number=number,
        happened_on=said.happened_on,
        words=said.words,
        **by(case),
    )
    case.session.add(progress)
    await case.session.flush()
    case.event("action.progress", action_id=row.id, number=number, on=said.happened_on)
    await _renew_news(case, row, action, said.happened_on)
    beside.touch(case, row)
    await action_letters.tell_news(case, row, action, progress)


async def _renew_news(case: Case, row: Proceeding, action: Action, on: date) -> None:
    """Start the time to the next news; what was done before the present time began moves nothing."""
    clock = await ledger.running(case, NEWS, row.id)
    if clock is None or on < clock.started_on:
        return
    await ledger.meet(case, clock, on)
    await actions.await_news(case, row, action, on, "progress")


async def complete(case: Case, said: CompleteAction) -> None:
    """Record that an action is done, and what shows it; draft the letters that tell it, and have it looked at again."""
    row, action = await find_open(case, said.action_id)
    # What was opened again is not done by what was done before.
    since = await rows.reopened_on(case.session, row.id) or row.opened_on
    check(acting.happened(said.done_on, since=since, today=case.on))
    files = tuple(dict.fromkeys(said.file_ids))
    refuse_if(not (said.evidence or files), Refusal.EVIDENCE_NEEDED)
    refuse_if(await requests.attached(case.session, case.complaint.id, files) < len(files), Refusal.UNKNOWN_FILE)
    in_time = acting.in_time(said.done_on, action.due_on, moved_late=action.moved_late)
    await _keep(case, row, action, said, files, in_time=in_time)
    action.done_on, action.in_time = said.done_on, in_time
    await _end_asking(case, row, said.done_on)
    beside.move(case, row, ActionState.DONE)
    due_on = acting.checked_by(said.done_on, action.check_months, case.calendars.organisation)
    await beside.arm(case, row, CHECK, said.done_on, Terms(cause="done", given=due_on))
    told = await action_letters.tell_done(case, row, action, said.evidence)
    case.event(
        "action.completed",
        action_id=row.id,
        done_on=said.done_on,
        in_time=in_time,
        files=len(files),
        told_person=told,
    )
    await complying.evidence_is_in(case, action)


async def _keep(
    case: Case, row: Proceeding, action: Action, said: CompleteAction, files: tuple[UUID, ...], *, in_time: bool
) -> None:
    done = ActionDone(
        id=case.new_id(f"action/done/{row.id}"),
        **of(row),
        number=await rows.next_number(case.session, ActionDone, row.id),
        done_on=said.done_on,
        due_on=action.due_on,
        in_time=in_time,
        evidence=said.evidence,
        **by(case),
    )
    case.session.add(done)
    await case.session.flush()
    for file_id in files:
        case.session.add(
            ActionFile(
                id=case.new_id(f"action/file/{file_id}"),
                organisation_id=row.organisation_id,
                complaint_id=row.complaint_id,
                done_id=done.id,
                file_id=file_id,
            )
        )
    await case.session.flush()


async def _end_asking(case: Case, row: Proceeding, on: date) -> None:
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=TASK, done_by=case.actor_id, done=True
    )
    await ledger.meet_if_running(case, CLOCK, on, row.id)
    if clock := await ledger.running(case, NEWS, row.id):
        await ledger.stop(case, clock, "done")
