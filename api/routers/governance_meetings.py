"""What is said and done at meetings: who came, minutes, actions, and to whom a report went."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.dates import refuse_future, today
from api.governance_desk import GovernanceDeskDep, Matter, is_office, taking_part, tell
from api.office_desk import Entry, row, wrong
from api.openapi import problems
from api.problems import Problem
from api.routers.governance import SAYING
from api.schemas.governance import (
    ActionDateSaid,
    ActionSettlementSaid,
    DistributionSaid,
    MeetingActionSaid,
    MinutesSaid,
)
from api.schemas.governance_shown import OccurrenceShown
from db.models.governance import Governance
from db.models.governance_meeting import (
    GovernanceAction,
    GovernanceActionChange,
    GovernanceAttendee,
    GovernanceDistribution,
)
from db.models.organisation import Person
from db.queries import governance, governance_actions, governance_facts, governance_people

router = APIRouter(prefix="/v1/governance/{occurrence_id}", tags=["governance"])
_ONE: Final = "Either a person of the organisation, or a name from outside it."


@router.post("/minutes", operation_id="recordMinutes", response_model=OccurrenceShown,
             responses=problems(*SAYING, "already_held", "step_not_open"))  # fmt: skip
async def record_minutes(desk: GovernanceDeskDep, occurrence_id: UUID, body: MinutesSaid) -> Response:
    """Record when a meeting was held, who came, and what was said, as whoever has the step, or the office: once, and
    again where the meeting was sent back.
    """

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        held = matter.row
        if not (matter.theirs or matter.office):
            raise Problem("not_your_part")
        if held.held_on is not None:
            raise Problem("already_held")
        _refuse_unapproved(desk, matter)
        for number, each in enumerate(body.attendees):
            if (each.person_id is None) == (each.name is None):
                raise wrong(f"/attendees/{number}", "one_of_two", _ONE)
            if each.person_id is not None:
                await row(session, Person, each.person_id)  # who came may have left since
            session.add(
                GovernanceAttendee(
                    id=uuid7(), organisation_id=held.organisation_id, occurrence_id=held.id,
                    person_id=each.person_id, name=each.name, round=matter.step.round,
                )
            )  # fmt: skip
        held.held_on, held.minutes, held.heard_words = body.held_on, body.minutes, body.heard
        data = {"held_on": body.held_on.isoformat(), "attendees": len(body.attendees)}
        return Entry(kind="governance.held", subject_id=held.id, data=data)

    return reply(await desk.say(occurrence_id, body, say), 200, {})


@router.post("/actions", operation_id="resolveMeetingAction", response_model=OccurrenceShown,
             responses=problems(*SAYING, "person_gone"))  # fmt: skip
async def resolve_meeting_action(desk: GovernanceDeskDep, occurrence_id: UUID, body: MeetingActionSaid) -> Response:
    """Resolve that somebody does something by a day. It stands on the agenda of each meeting until it is settled."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        taking_part(desk, matter)
        if body.due_on < desk.desk.today:
            raise wrong("/dueOn", "date_in_past", "This day has passed.")
        await desk.desk.person(session, body.owner_id)
        await governance.series(session, matter.row.series_id, lock=True)
        action = GovernanceAction(
            id=uuid7(), organisation_id=matter.row.organisation_id, series_id=matter.row.series_id,
            occurrence_id=matter.row.id, number=await governance_facts.next_action(session, matter.row.series_id),
            what=body.what, owner_id=body.owner_id, due_on=body.due_on, state="open",
            made_by=desk.person_id, made_at=desk.desk.now,
        )  # fmt: skip
        session.add(action)
        data = {"action_id": str(action.id), "owner_id": str(body.owner_id), "due_on": body.due_on.isoformat()}
        return Entry(kind="governance.action_resolved", subject_id=matter.row.id, data=data)

    return reply(await desk.say(occurrence_id, body, say), 200, {})


@router.post("/actions/{action_id}/settlement", operation_id="settleMeetingAction", response_model=OccurrenceShown,
             responses=problems(*SAYING))  # fmt: skip
async def settle_meeting_action(
    desk: GovernanceDeskDep, occurrence_id: UUID, action_id: UUID, body: ActionSettlementSaid
) -> Response:
    """Say what became of an action. It can be settled between meetings, too: by its owner, or whoever takes part."""
    refuse_future(body, desk.desk.now)
    resolved_by: list[UUID] = []

    async def make(session: AsyncSession) -> Entry:
        action = await _action(session, desk, occurrence_id, action_id)
        resolved_by.append(action.occurrence_id)
        if body.state == "dropped" and action.owner_id == desk.person_id:
            raise Problem("not_your_part")
        if body.on < today(action.made_at):
            raise wrong("/on", "before_beginning", "It was not resolved yet on this day.")
        action.state, action.ended_on, action.words = body.state, body.on, body.words
        action.ended_by, action.ended_at = desk.person_id, desk.desk.now
        await governance_actions.end_tasks(session, action.id, desk.desk.now, by=desk.person_id, done=True)
        await governance_actions.tell_meeting(session, action.occurrence_id, desk.desk.now)
        return Entry(
            kind=f"governance.action_{body.state}", subject_id=occurrence_id, data={"action_id": str(action.id)}
        )

    shown = await desk.change(body, occurrence_id, action_id, make=make, occurrence_id=occurrence_id)
    for meeting_id in resolved_by:  # whose workflow sees to it, whichever meeting has it on its agenda now
        await tell(desk.desk.parts, desk.desk.who, meeting_id)
    return reply(shown, 200, {})


@router.post("/actions/{action_id}/date", operation_id="moveMeetingAction", response_model=OccurrenceShown,
             responses=problems(*SAYING, "person_gone"))  # fmt: skip
async def move_meeting_action(
    desk: GovernanceDeskDep, occurrence_id: UUID, action_id: UUID, body: ActionDateSaid
) -> Response:
    """Give an action a later date, another owner, or both, with the reason. How often it was moved stays on record."""
    resolved_by: list[UUID] = []

    async def make(session: AsyncSession) -> Entry:
        action = await _action(session, desk, occurrence_id, action_id)
        resolved_by.append(action.occurrence_id)
        if body.due_on is None and body.owner_id in (None, action.owner_id):
            raise wrong("/dueOn", "nothing_changes", "A later date, another owner, or both.")
        data = {"action_id": str(action.id)}
        before = action.owner_id, action.due_on
        if body.due_on is not None:
            if body.due_on <= max(action.due_on, desk.desk.today):
                raise wrong("/dueOn", "date_not_later", "This is no later than it is due, or has passed.")
            data |= {"old": action.due_on.isoformat(), "new": body.due_on.isoformat()}
            action.due_on, action.moved = body.due_on, action.moved + 1
        if body.owner_id is not None and body.owner_id != action.owner_id:
            await desk.desk.person(session, body.owner_id)
            data |= {"old_owner_id": str(action.owner_id), "owner_id": str(body.owner_id)}
            action.owner_id = body.owner_id
        session.add(_moved(desk, action, before, body.reason))
        await governance_actions.ask_anew(session, action, desk.desk.now)
        return Entry(kind="governance.action_moved", subject_id=occurrence_id, data=data)

    shown = await desk.change(body, occurrence_id, action_id, make=make, occurrence_id=occurrence_id)
    for meeting_id in resolved_by:  # whose workflow sees to it, whichever meeting has it on its agenda now
        await tell(desk.desk.parts, desk.desk.who, meeting_id)
    return reply(shown, 200, {})


def _moved(
    desk: GovernanceDeskDep, action: GovernanceAction, before: tuple[UUID, date], reason: str
) -> GovernanceActionChange:
    """Return what is kept of a change of an action: what it was before, and why."""
    return GovernanceActionChange(
        id=uuid7(), organisation_id=action.organisation_id, action_id=action.id, old_owner_id=before[0],
        owner_id=action.owner_id, old_due_on=before[1], due_on=action.due_on, reason=reason,
        said_by=desk.person_id, said_at=desk.desk.now,
    )  # fmt: skip


async def _action(
    session: AsyncSession, desk: GovernanceDeskDep, occurrence_id: UUID, action_id: UUID
) -> GovernanceAction:
    """Return an open action on the agenda of an occurrence. Raises a problem for a stranger, or one that is settled."""
    occurrence = await row(session, Governance, occurrence_id)
    action = await governance_actions.held(session, action_id)
    if action is None or action.series_id != occurrence.series_id:
        raise Problem("not_found")
    seats = await governance_people.seats(session, occurrence.series_id, desk.desk.today)
    members = {each for seat in seats if seat.part != "distribution" for each in seat.may}
    if not is_office(desk.desk.who) and desk.person_id not in members | {action.owner_id}:
        raise Problem("not_your_part")
    if action.state != "open":
        raise Problem("already_ended")
    return action


def _refuse_unapproved(desk: GovernanceDeskDep, matter: Matter) -> None:
    """Raise a problem before the approval: what nobody has approved goes to nobody, and is discussed with nobody."""
    codes = [each.code for each in desk.desk.parts.governing.of(matter.row.kind, matter.row.rules).steps]
    if "approve" in codes and codes.index(matter.step.code) <= codes.index("approve"):
        raise Problem("step_not_open")


@router.post("/distribution", operation_id="recordDistribution", response_model=OccurrenceShown,
             responses=problems(*SAYING, "step_not_open"))  # fmt: skip
async def record_distribution(desk: GovernanceDeskDep, occurrence_id: UUID, body: DistributionSaid) -> Response:
    """Record to whom it went, how and when: the copy to the commissioner, to staff, to Healthwatch."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        taking_part(desk, matter)
        _refuse_unapproved(desk, matter)
        session.add(
            GovernanceDistribution(
                id=uuid7(), organisation_id=matter.row.organisation_id, occurrence_id=matter.row.id,
                audience=body.audience, whom=body.whom, how=body.how, on_day=body.on,
                said_by=desk.person_id, said_at=desk.desk.now,
            )
        )  # fmt: skip
        data = {"audience": body.audience, "how": body.how, "on": body.on.isoformat()}
        return Entry(kind="governance.distributed", subject_id=matter.row.id, data=data)

    return reply(await desk.say(occurrence_id, body, say), 200, {})
