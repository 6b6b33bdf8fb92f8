"""Whether an action held: checked by a person when its months are up, or counted by time where nobody does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from activities.acts import action_letters, actions, beside, complying, ledger
from activities.acts.action_done import CHECK
from activities.acts.actions import by, of
from activities.acts.case import Case, refuse_if
from contracts.failures import Refusal
from contracts.proceedings import ActionState
from db.learning_said import CheckAction
from db.models.action import Action, ActionCheck
from db.models.clock import ClockRow
from db.models.proceeding import Proceeding
from db.queries import actions as rows
from policies import acting

_HELD = "held"
_RECURRED = "recurred"


async def check(case: Case, said: CheckAction) -> None:
    """Record whether it held, beside what is counted. What recurred is opened again, with a new date."""
    row, action = await actions.find(case, said.action_id)
    refuse_if(row.state != ActionState.DONE or action.done_on is None, Refusal.NOT_DONE_YET)
    assert action.done_on is not None
    refuse_if(case.on < acting.checked_from(action.done_on, action.check_months), Refusal.NOT_CHECKED_YET)
    again = said.result == _RECURRED
    refuse_if(again != (said.due_on is not None), Refusal.REASON_NEEDED if again else Refusal.CONTRADICTS_RECORD)
    refuse_if(said.due_on is not None and said.due_on < case.on, Refusal.DATE_IN_PAST)
    cases = await _since(case, action)
    otherwise = acting.judged_otherwise(said.result, len(cases))
    refuse_if(otherwise and not said.reason, Refusal.REASON_NEEDED)
    # Whoever owns it does not overrule the count alone: nobody would look again at what came up again.
    refuse_if(otherwise and not again and case.actor_id == action.owner_id, Refusal.SAME_PERSON)
    await _keep(
        case, row, action, cases, kind="checked", result=said.result, judged_otherwise=otherwise,
        words=said.words, reason=said.reason, due_on=said.due_on,
    )  # fmt: skip
    case.event(
        "action.checked",
        action_id=row.id,
        result=said.result,
        counted=len(cases),
        judged_otherwise=otherwise,
        due_on=said.due_on,
    )
    await ledger.meet_if_running(case, CHECK, case.on, row.id)
    await (_reopen(case, row, action, said) if again else _end(case, row))


async def count(case: Case, clock: ClockRow) -> None:
    """Count by itself what nobody looked at in time, and leave it for the panel."""
    action = await case.session.get_one(Action, clock.proceeding_id)
    row = await case.session.get_one(Proceeding, action.id)
    if row.state != ActionState.DONE:
        return
    cases = await _since(case, action)
    await _keep(case, row, action, cases, kind="counted", judged_otherwise=False)
    case.event("action.counted", action_id=row.id, counted=len(cases))


async def _since(case: Case, action: Action) -> list[UUID]:
    """Return the other complaints of its theme at its place that were received after the day on which it was done."""
    assert action.done_on is not None
    first = action.done_on + timedelta(days=1)
    return await rows.recurred(case.session, action, first, case.on, organisation_id=case.complaint.organisation_id)


async def _keep(case: Case, row: Proceeding, action: Action, cases: list[UUID], **said: Any) -> None:
    assert action.done_on is not None
    kept = ActionCheck(
        id=case.new_id(f"action/check/{row.id}"),
        **of(row),
        number=await rows.next_number(case.session, ActionCheck, row.id),
        theme=action.theme,
        place=action.place,
        first_on=action.done_on + timedelta(days=1),
        last_on=case.on,
        counted=len(cases),
        cases=[str(each) for each in cases],
        **said,
        **by(case),
    )
    case.session.add(kept)
    await case.session.flush()


async def _reopen(case: Case, row: Proceeding, action: Action, said: CheckAction) -> None:
    """Open an action again that recurred. It is late anew by its new date; what was late before stays in its record."""
    assert said.due_on is not None
    action.done_on = action.in_time = None
    action.recurred, action.moved_late, action.due_on = action.recurred + 1, False, said.due_on
    await case.session.flush()
    await complying.withdraw(case, action)
    beside.move(case, row, ActionState.OPEN)
    await actions.await_it(case, row, action, _RECURRED)
    await action_letters.tell_new_date(case, row, action)


async def _end(case: Case, row: Proceeding) -> None:
    """End an action that held. A letter that still waits for its release is asked for on its own."""
    await beside.end(case, row, ActionState.ENDED, _HELD)
    await action_letters.outlive_action(case, row)
