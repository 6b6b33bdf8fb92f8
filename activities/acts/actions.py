"""Actions that follow from a complaint: planned, given to another owner or date, and let go of."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from activities.acts import action_letters, beside, ledger, unplanned
from activities.acts import learning as learned
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.involvements import InvolvementState
from contracts.proceedings import ActionState, ProceedingKind
from db.learning_said import ChangeAction, DropAction, HandOverActions, PlanAction
from db.models.action import Action, ActionChange
from db.models.proceeding import Proceeding
from db.models.recommendation import Recommendation
from db.models.remedies import Remedy
from db.queries import actions, involvements, people, tasks
from policies import acting
from policies.standing_in import ACTION_OWNER

KIND: Final = ProceedingKind.ACTION
CLOCK: Final = "action"
NEWS: Final = "action_news"
TASK: Final = "do_action"
DROPPED: Final = "dropped"
_UNTOLD: Final = (InvolvementState.NAMED.value, InvolvementState.DEFERRED.value)


async def plan(case: Case, said: PlanAction) -> None:
    """Plan an action, with its owner, its date, and what will show that it was done. It outlives the complaint."""
    refuse_if(said.due_on < case.on, Refusal.DATE_IN_PAST)
    await _check_owner(case, said.owner_id)
    follows = await _follows(case, said)
    theme, place = await learned.theme_and_place(case, said.theme, said.place, said.learning_id)
    row = await beside.begin(case, KIND, ActionState.OPEN, follows)
    action = _new(case, row, said, follows, theme, place)
    case.session.add(action)
    await case.session.flush()
    case.event(
        "action.planned",
        action_id=row.id,
        follows=follows,
        learning_id=said.learning_id,
        remedy_id=said.remedy_id,
        recommendation_id=said.recommendation_id,
        theme=theme,
        place=place,
        owner_id=action.owner_id,
        due_on=action.due_on,
        tell_every_days=action.tell_every_days,
        check_months=action.check_months,
    )
    await await_it(case, row, action, "planned")
    await unplanned.planned(case, action)


async def await_it(case: Case, row: Proceeding, action: Action, cause: str) -> None:
    """Start the time of an action that is to be done, and of telling on the way; and ask its owner."""
    clock = await beside.arm(case, row, CLOCK, case.on, Terms(cause=cause, given=action.due_on))
    await case.task(
        TASK, ACTION_OWNER, name=str(row.id), due_on=action.due_on, clock_id=clock.id, subject_id=row.id
    )  # fmt: skip
    if await ledger.running(case, NEWS, row.id) is None:
        await await_news(case, row, action, case.on, cause)


async def await_news(case: Case, row: Proceeding, action: Action, on: date, cause: str) -> None:
    """Start the time to the next news of an action, where a rhythm was agreed."""
    if action.tell_every_days is not None and (action.tell_person or action.tell_staff):
        await beside.arm(case, row, NEWS, on, Terms(cause=cause, days=action.tell_every_days))


async def change(case: Case, said: ChangeAction) -> None:
    """Give an action another owner, or another date. What was late by then stays late."""
    row, action = await find_open(case, said.action_id)
    owner_id, due_on = said.owner_id or action.owner_id, said.due_on or action.due_on
    refuse_if((owner_id, due_on) == (action.owner_id, action.due_on), Refusal.NOTHING_CHANGES)
    moved = due_on != action.due_on
    refuse_if(moved and due_on < case.on, Refusal.DATE_IN_PAST)
    if owner_id != action.owner_id:
        await _check_owner(case, owner_id)
    await move(case, row, action, owner_id=owner_id, due_on=due_on, reason=said.reason)
    await _ask_anew(case, row, action, moved=moved)
    if moved:
        await action_letters.tell_new_date(case, row, action)


async def hand_over(case: Case, said: HandOverActions) -> None:
    """Give all that somebody is still to do of the actions of a complaint to another person, by the dates they have."""
    refuse_if(said.owner_id == said.to_id, Refusal.NOTHING_CHANGES)
    await _check_owner(case, said.to_id)
    open_ids = await actions.open_of(case.session, case.complaint.id, said.owner_id)
    refuse_if(not open_ids, Refusal.NOTHING_CHANGES)
    for action_id in open_ids:
        row, action = await find_open(case, action_id)
        await move(case, row, action, owner_id=said.to_id, due_on=action.due_on, reason=said.reason)
        await _ask_anew(case, row, action, moved=False)


async def move(case: Case, row: Proceeding, action: Action, *, owner_id: Any, due_on: date, reason: str) -> None:
    """Write down another owner or date, with the reason, and put the action there."""
    late = case.on > action.due_on
    kept = ActionChange(
        id=case.new_id(f"action/change/{row.id}"),
        **of(row),
        number=await actions.next_number(case.session, ActionChange, row.id),
        old_owner_id=action.owner_id,
        owner_id=owner_id,
        old_due_on=action.due_on,
        due_on=due_on,
        late=late,
        reason=reason,
        **by(case),
    )
    case.session.add(kept)
    case.event(
        "action.changed",
        action_id=row.id,
        owner_id=owner_id,
        old_due_on=action.due_on,
        due_on=due_on,
        late=late,
    )
    action.moved_late = action.moved_late or (late and due_on != action.due_on)
    action.owner_id, action.due_on = owner_id, due_on
    await case.session.flush()


async def _ask_anew(case: Case, row: Proceeding, action: Action, *, moved: bool) -> None:
    """Ask whoever owns it now, by its date now. The clock gets its next generation only where the date moved."""
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=TASK)
    if moved:
        await await_it(case, row, action, "changed")
        return
    clock = await ledger.running(case, CLOCK, row.id)
    if clock is not None:
        # What the rungs asked of the owner before is asked of the owner now.
        await tasks.end_open(case.session, case.complaint.id, at=case.at, clock_id=clock.id)
    await case.task(
        TASK, ACTION_OWNER, name=str(row.id), due_on=action.due_on,
        clock_id=clock.id if clock is not None else None, subject_id=row.id,
    )  # fmt: skip
    beside.touch(case, row)


async def drop(case: Case, said: DropAction) -> None:
    """Let go of an action, with the reason: somebody who answers for it, and is not its owner, decides that."""
    row, action = await find_open(case, said.action_id)
    refuse_if(case.actor_id is None, Refusal.NOT_AUTHORISED)
    refuse_if(case.actor_id == action.owner_id, Refusal.SAME_PERSON)
    action.dropped_reason, action.dropped_by = said.reason, case.actor_id
    case.event("action.dropped", action_id=row.id, cause=DROPPED)
    await action_letters.end_with_action(case, row, DROPPED)
    await beside.end(case, row, ActionState.ENDED, DROPPED)
    await action_letters.tell_dropped(case, row, action)


async def find(case: Case, action_id: Any) -> tuple[Proceeding, Action]:
    """Return an action of this very complaint that has not ended, with its proceeding."""
    row = await beside.find_live(case, KIND, action_id)
    return row, await case.session.get_one(Action, row.id)


async def find_open(case: Case, action_id: Any) -> tuple[Proceeding, Action]:
    """Return an action that is still to be done."""
    row, action = await find(case, action_id)
    refuse_if(row.state != ActionState.OPEN, Refusal.CONTRADICTS_RECORD)
    return row, action


def of(row: Proceeding) -> dict[str, Any]:
    """Return the columns that every row of an action has."""
    return {"organisation_id": row.organisation_id, "complaint_id": row.complaint_id, "action_id": row.id}


def by(case: Case) -> dict[str, Any]:
    """Return the columns that say who wrote a row, when, and by which act."""
    return {"act_id": case.act.act_id, "said_by": case.actor_id, "said_at": case.at}


async def _check_owner(case: Case, person_id: Any) -> None:
    """Refuse an owner who does not work here, and one who is complained about and was not told of it yet."""
    refuse_if(await people.active_person(case.session, person_id) is None, Refusal.UNKNOWN_OWNER)
    involved = await involvements.live_of_person(case.session, case.complaint.id, person_id)
    refuse_if(involved is not None and involved.state in _UNTOLD, Refusal.NOT_TOLD_YET)


async def _follows(case: Case, said: PlanAction) -> str:
    """Return from what an action follows. A remedy is decided, and neither it nor a recommendation is planned twice."""
    if said.learning_id is not None:
        await learned.find(case, said.learning_id)
        return "learning"
    if said.remedy_id is None and said.recommendation_id is None:
        return "other"
    if said.remedy_id is not None:
        remedy = await case.session.get(Remedy, said.remedy_id)
        refuse_if(remedy is None or remedy.complaint_id != case.complaint.id, Refusal.UNKNOWN_REMEDY)
        assert remedy is not None
        refuse_if(remedy.kind != "action" or remedy.state not in acting.TO_BE_DONE, Refusal.CONTRADICTS_RECORD)
    else:
        made = await case.session.get(Recommendation, said.recommendation_id)
        if made is None or made.complaint_id != case.complaint.id:
            raise Refused(Refusal.UNKNOWN_RECOMMENDATION)
        refuse_if(made.lifted_on is not None or made.complied_on is not None, Refusal.CONTRADICTS_RECORD)
    twice = await actions.is_planned(
        case.session, remedy_id=said.remedy_id, recommendation_id=said.recommendation_id
    )  # fmt: skip
    refuse_if(twice, Refusal.NOTHING_CHANGES)
    return "remedy"


def _new(case: Case, row: Proceeding, said: PlanAction, follows: str, theme: str | None, place: str | None) -> Action:
    return Action(
        id=row.id,
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        follows=follows,
        learning_id=said.learning_id,
        remedy_id=said.remedy_id,
        recommendation_id=said.recommendation_id,
        theme=theme,
        place=place,
        what=said.what,
        evidence_wanted=said.evidence_wanted,
        owner_id=said.owner_id,
        due_on=said.due_on,
        first_due_on=said.due_on,
        tell_person=said.tell_person,
        tell_staff=said.tell_staff,
        tell_every_days=said.tell_every_days,
        check_months=said.check_months,
        **by(case),
    )
