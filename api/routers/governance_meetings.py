"""What is said and done at meetings: cases told, who came, minutes, actions, and to whom a report went."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.dates import refuse_future
from api.governance_desk import GovernanceDeskDep, Matter, is_office
from api.office_desk import Entry, row, wrong
from api.openapi import problems
from api.problems import Problem
from api.routers.governance import SAYING
from api.schemas.governance import (
    ActionDateSaid,
    ActionSettlementSaid,
    CaseDecisionSaid,
    CaseSaid,
    CaseWithdrawalSaid,
    DistributionSaid,
    MeetingActionSaid,
    MinutesSaid,
)
from api.schemas.governance_shown import OccurrenceShown
from db.models.complaint import Complaint, Party
from db.models.governance import Governance
from db.models.governance_meeting import (
    GovernanceAction,
    GovernanceAttendee,
    GovernanceDistribution,
    PanelCase,
)
from db.queries import governance, governance_facts
from db.references import normalise

router = APIRouter(prefix="/v1/governance/{occurrence_id}", tags=["governance"])
_ONE: Final = "Either a person of the organisation, or a name from outside it."


def _taking_part(desk: GovernanceDeskDep, matter: Matter) -> None:
    """Raise a problem for somebody who has no part in a series."""
    if not matter.takes_part(desk.person_id):
        raise Problem("not_your_part")


@router.post("/cases", operation_id="choosePanelCase", response_model=OccurrenceShown,
             responses=problems(*SAYING, "step_not_open", "case_decided"))  # fmt: skip
async def choose_panel_case(desk: GovernanceDeskDep, occurrence_id: UUID, body: CaseSaid) -> Response:
    """Choose a case that the panel is told, and say how: with consent, or with nothing that tells who it is."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        _taking_part(desk, matter)
        if matter.row.kind != "panel" or matter.step.code not in ("choose", "hold"):
            raise Problem("step_not_open")
        complaint = await _complaint(session, desk, body.reference)
        await _check_consent(session, complaint, body)
        case = await _case(session, matter, complaint, desk)
        if case.state not in ("proposed", "chosen", "left", "declined"):
            raise Problem("case_decided")
        case.state, case.how, case.story = "chosen", body.how, body.story
        case.chosen_by, case.chosen_at, case.approved_by, case.approved_at = desk.person_id, desk.desk.now, None, None
        case.party_id = body.consent.party_id if body.consent else None
        case.consented_on = body.consent.given_on if body.consent else None
        case.evidence = body.consent.evidence if body.consent else None
        data = {"case_id": str(case.id), "complaint_id": str(complaint.id), "how": body.how}
        return Entry(kind="governance.case_chosen", subject_id=matter.row.id, data=data)

    return reply(await desk.say(occurrence_id, body, say), 200, {})


async def _complaint(session: AsyncSession, desk: GovernanceDeskDep, reference: str) -> Complaint:
    stored = normalise(reference)
    query = select(Complaint).where(
        Complaint.reference == stored, Complaint.organisation_id == desk.desk.who.organisation_id
    )
    found: Complaint | None = await session.scalar(query) if stored is not None else None
    if found is None:
        raise wrong("/reference", "unknown_complaint", "No complaint of the organisation has this reference.")
    return found


async def _check_consent(session: AsyncSession, complaint: Complaint, said: CaseSaid) -> None:
    if (said.how == "with_consent") != (said.consent is not None):
        raise wrong("/consent", "with_consent_alone", "A story that is told with consent says whose it is.")
    if said.consent is None:
        return
    party = await session.get(Party, said.consent.party_id)
    if party is None or party.complaint_id != complaint.id:
        raise wrong("/consent/partyId", "unknown_party", "This is nobody of the complaint.")


async def _case(session: AsyncSession, matter: Matter, complaint: Complaint, desk: GovernanceDeskDep) -> PanelCase:
    """Return the case of a complaint on a panel; one that nobody proposed is put there."""
    case_id = uuid5(matter.row.id, f"case/{complaint.id}")
    case = await session.get(PanelCase, case_id, with_for_update=True)
    if case is None:
        case = PanelCase(
            id=case_id, organisation_id=matter.row.organisation_id, complaint_id=complaint.id,
            occurrence_id=matter.row.id, why="chosen", state="proposed", proposed_at=desk.desk.now,
        )  # fmt: skip
        session.add(case)
    return case


@router.post("/cases/{case_id}/approval", operation_id="approvePanelCase", response_model=OccurrenceShown,
             responses=problems(*SAYING, "case_decided", "another_person_needed"))  # fmt: skip
async def approve_panel_case(
    desk: GovernanceDeskDep, occurrence_id: UUID, case_id: UUID, body: CaseDecisionSaid
) -> Response:
    """Approve how a case is told, or decline it, as another person than whoever chose it."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        _taking_part(desk, matter)
        case = await _of(session, matter, case_id)
        if case.state != "chosen":
            raise Problem("case_decided")
        if case.chosen_by == desk.person_id:
            raise Problem("another_person_needed")
        case.state = "approved" if body.approved else "declined"
        case.approved_by, case.approved_at, case.ended_words = desk.person_id, desk.desk.now, body.words
        data = {"case_id": str(case.id), "approved": body.approved}
        return Entry(kind="governance.case_decided", subject_id=matter.row.id, data=data)

    return reply(await desk.say(occurrence_id, body, say, case_id), 200, {})


@router.post("/cases/{case_id}/withdrawal", operation_id="withdrawPanelCase", response_model=OccurrenceShown,
             responses=problems(*SAYING, "case_decided"))  # fmt: skip
async def withdraw_panel_case(
    desk: GovernanceDeskDep, occurrence_id: UUID, case_id: UUID, body: CaseWithdrawalSaid
) -> Response:
    """Withdraw a case, for instance because consent was taken back. Its story is shown to nobody any more."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        _taking_part(desk, matter)
        case = await _of(session, matter, case_id)
        if case.state == "withdrawn":
            raise Problem("case_decided")
        case.state, case.story, case.ended_words = "withdrawn", None, body.reason
        return Entry(kind="governance.case_withdrawn", subject_id=matter.row.id, data={"case_id": str(case.id)})

    return reply(await desk.say(occurrence_id, body, say, case_id), 200, {})


async def _of(session: AsyncSession, matter: Matter, case_id: UUID) -> PanelCase:
    case = await session.get(PanelCase, case_id, with_for_update=True)
    if case is None or case.occurrence_id != matter.row.id:
        raise Problem("not_found")
    return case


@router.post("/minutes", operation_id="recordMinutes", response_model=OccurrenceShown,
             responses=problems(*SAYING, "person_gone", "already_held"))  # fmt: skip
async def record_minutes(desk: GovernanceDeskDep, occurrence_id: UUID, body: MinutesSaid) -> Response:
    """Record when a meeting was held, who came, and what was said, once: as whoever has the step, or the office."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        held = matter.row
        if not (matter.theirs or matter.office):
            raise Problem("not_your_part")
        if held.held_on is not None:
            raise Problem("already_held")
        for number, each in enumerate(body.attendees):
            if (each.person_id is None) == (each.name is None):
                raise wrong(f"/attendees/{number}", "one_of_two", _ONE)
            if each.person_id is not None:
                await desk.desk.person(session, each.person_id)
            session.add(
                GovernanceAttendee(
                    id=uuid7(), organisation_id=held.organisation_id, occurrence_id=held.id,
                    person_id=each.person_id, name=each.name,
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
        _taking_part(desk, matter)
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

    async def make(session: AsyncSession) -> Entry:
        action = await _action(session, desk, occurrence_id, action_id)
        if body.state == "dropped" and action.owner_id == desk.person_id:
            raise Problem("not_your_part")
        action.state, action.ended_on, action.words = body.state, body.on, body.words
        action.ended_by, action.ended_at = desk.person_id, desk.desk.now
        return Entry(
            kind=f"governance.action_{body.state}", subject_id=occurrence_id, data={"action_id": str(action.id)}
        )

    show = desk.show(occurrence_id)
    return reply(await desk.desk.change(body, occurrence_id, action_id, make=make, show=show), 200, {})


@router.post("/actions/{action_id}/date", operation_id="moveMeetingAction", response_model=OccurrenceShown,
             responses=problems(*SAYING))  # fmt: skip
async def move_meeting_action(
    desk: GovernanceDeskDep, occurrence_id: UUID, action_id: UUID, body: ActionDateSaid
) -> Response:
    """Give an action a later date, with the reason. How often it was moved stays on record."""

    async def make(session: AsyncSession) -> Entry:
        action = await _action(session, desk, occurrence_id, action_id)
        if body.due_on <= max(action.due_on, desk.desk.today):
            raise wrong("/dueOn", "date_not_later", "This is no later than it is due, or has passed.")
        data = {"action_id": str(action.id), "old": action.due_on.isoformat(), "new": body.due_on.isoformat()}
        action.due_on, action.moved, action.words = body.due_on, action.moved + 1, body.reason
        return Entry(kind="governance.action_moved", subject_id=occurrence_id, data=data)

    show = desk.show(occurrence_id)
    return reply(await desk.desk.change(body, occurrence_id, action_id, make=make, show=show), 200, {})


async def _action(
    session: AsyncSession, desk: GovernanceDeskDep, occurrence_id: UUID, action_id: UUID
) -> GovernanceAction:
    """Return an open action on the agenda of an occurrence. Raises a problem for a stranger, or one that is settled."""
    occurrence = await row(session, Governance, occurrence_id)
    action = await session.get(GovernanceAction, action_id, with_for_update=True)
    if action is None or action.series_id != occurrence.series_id:
        raise Problem("not_found")
    members = {each.person_id for each in await governance.members(session, occurrence.series_id)}
    if not is_office(desk.desk.who) and desk.person_id not in members | {action.owner_id}:
        raise Problem("not_your_part")
    if action.state != "open":
        raise Problem("already_ended")
    return action


@router.post("/distribution", operation_id="recordDistribution", response_model=OccurrenceShown,
             responses=problems(*SAYING))  # fmt: skip
async def record_distribution(desk: GovernanceDeskDep, occurrence_id: UUID, body: DistributionSaid) -> Response:
    """Record to whom it went, how and when: the copy to the commissioner, to staff, to Healthwatch."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        _taking_part(desk, matter)
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
