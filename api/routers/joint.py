"""How several bodies work on one complaint: who leads, by when, what they are asked for, and where they meet."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import ANSWERS
from api.dates import today
from api.deps import Holder, Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.body_requests import (
    BodyAnswerReviewed,
    BodyAnswerShown,
    BodyAsked,
    BodyRequestShown,
    JointWorking,
    MeetingBodyShown,
    MeetingCalledSaid,
    MeetingHeldSaid,
    MeetingShown,
    UncalledMeetingSaid,
)
from api.schemas.leading import (
    LeadDecidedSaid,
    LeadProposed,
    LeadShown,
    LeadViewShown,
    TimescaleSaid,
    TimescaleShown,
    TimescaleViewShown,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.joint import Contribution
from db.queries import body_requests, leading

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["casework"])
_Bodies = dict[UUID, Contribution]


@router.get("/joint", operation_id="getJointWorking", response_model=JointWorking, responses=problems(*ONE_READ))
async def get_joint_working(visit: VisitDep) -> JointWorking:
    """Show who leads and how that came about, the timescale, what bodies were asked for, and meetings with them."""
    async with visit.found() as (session, found):
        # What the bodies say among themselves is not part of what is shared with another organisation.
        words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
        bodies = await leading.bodies(session, found.id)
        leads = await _leads(session, found.id, bodies, words=words)
        timescales = await _timescales(session, found.id, bodies, words=words)
        meetings = await _meetings(session, found.id, bodies, words=words)
        files = await body_requests.files_of(session, found.id)
        answers: dict[UUID, list[BodyAnswerShown]] = defaultdict(list)
        for row in await body_requests.answers_of(session, found.id):
            answers[row.request_id].append(BodyAnswerShown.of(row, files.get(row.id, ()), words=words))
        on = today(visit.parts.clock.now())
        requests = [
            BodyRequestShown.of(each, bodies[each.contribution_id], answers[each.id], on, words=words)
            for each in await body_requests.requests_of(session, found.id)
        ]
    return JointWorking(
        lead=leads[-1] if leads else None,
        lead_history=leads,
        timescale=timescales[-1] if timescales else None,
        timescale_history=timescales,
        requests=requests,
        meetings=meetings,
    )


async def _leads(session: AsyncSession, complaint_id: UUID, bodies: _Bodies, *, words: bool) -> list[LeadShown]:
    """Return the steps of who leads, each with what was said of the proposal that it is about."""
    views: dict[UUID, list[LeadViewShown]] = defaultdict(list)
    for view in await leading.views(session, complaint_id):
        views[view.proposal_id].append(LeadViewShown.of(view, bodies, words=words))
    rows = await leading.history(session, complaint_id)
    return [LeadShown.of(row, views[row.proposal_id], words=words) for row in rows]


async def _timescales(
    session: AsyncSession, complaint_id: UUID, bodies: _Bodies, *, words: bool
) -> list[TimescaleShown]:
    views: dict[UUID, list[TimescaleViewShown]] = defaultdict(list)
    for view in await leading.timescale_views(session, complaint_id):
        views[view.timescale_id].append(TimescaleViewShown.of(view, bodies, words=words))
    rows = await leading.timescales(session, complaint_id)
    return [TimescaleShown.of(row, views[row.id], words=words) for row in rows]


async def _meetings(session: AsyncSession, complaint_id: UUID, bodies: _Bodies, *, words: bool) -> list[MeetingShown]:
    there: dict[UUID, list[MeetingBodyShown]] = defaultdict(list)
    for row in await body_requests.bodies_at(session, complaint_id):
        there[row.meeting_id].append(MeetingBodyShown.of(row, bodies, words=words))
    rows = await body_requests.meetings_of(session, complaint_id)
    return [MeetingShown.of(row, there[row.id], words=words) for row in rows]


@router.post("/lead/proposal", operation_id="proposeLead", responses=ANSWERS)
async def propose_lead(errand: ErrandDep, who: Writer, body: LeadProposed) -> Response:
    """Propose to the bodies who leads: as the rule of the procedure says, or another body with the reason."""
    return await errand.carry(who, CommandKind.PROPOSE_LEAD, body, body.said())


@router.post("/lead", operation_id="decideLead", responses=ANSWERS)
async def decide_lead(errand: ErrandDep, who: Holder, body: LeadDecidedSaid) -> Response:
    """Decide who leads, with who decided on each side of a dispute; or move the lead later."""
    return await errand.carry(who, CommandKind.DECIDE_LEAD, body, body.said())


@router.post("/joint-timescale", operation_id="setJointTimescale", responses=ANSWERS)
async def set_joint_timescale(errand: ErrandDep, who: Writer, body: TimescaleSaid) -> Response:
    """Set by when contributions come and by when the person has the response, and ask the bodies whether they can."""
    return await errand.carry(who, CommandKind.SET_JOINT_TIMESCALE, body, body.said())


@router.post("/bodies/{contribution_id}/requests", operation_id="askBody", responses=ANSWERS)
async def ask_body(errand: ErrandDep, who: Writer, contribution_id: UUID, body: BodyAsked) -> Response:
    """Ask a body for information, by a date."""
    return await errand.carry(who, CommandKind.ASK_BODY, body, body.said(contribution_id), contribution_id)


@router.post(
    "/bodies/{contribution_id}/requests/{request_id}/review", operation_id="reviewBodyAnswer", responses=ANSWERS
)
async def review_body_answer(
    errand: ErrandDep, who: Writer, contribution_id: UUID, request_id: UUID, body: BodyAnswerReviewed
) -> Response:
    """Accept what a body gave, send it back, or say that it is not needed any more."""
    said = body.said(contribution_id, request_id)
    return await errand.carry(who, CommandKind.REVIEW_BODY_ANSWER, body, said, contribution_id, request_id)


@router.post("/meetings", operation_id="callMeeting", responses=ANSWERS)
async def call_meeting(errand: ErrandDep, who: Writer, body: MeetingCalledSaid) -> Response:
    """Call bodies to a meeting."""
    return await errand.carry(who, CommandKind.CALL_MEETING, body, body.said())


@router.post("/meetings/uncalled", operation_id="recordUncalledMeeting", responses=ANSWERS)
async def record_uncalled_meeting(errand: ErrandDep, who: Writer, body: UncalledMeetingSaid) -> Response:
    """Record a meeting that nobody had called beforehand, with who was there."""
    return await errand.carry(who, CommandKind.RECORD_MEETING, body, body.said())


@router.post("/meetings/{meeting_id}", operation_id="recordMeeting", responses=ANSWERS)
async def record_meeting(errand: ErrandDep, who: Writer, meeting_id: UUID, body: MeetingHeldSaid) -> Response:
    """Record that a meeting was held, with who was there for each body, or that it was cancelled."""
    return await errand.carry(who, CommandKind.RECORD_MEETING, body, body.said(meeting_id), meeting_id)
