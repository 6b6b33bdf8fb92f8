"""Incidents under the duty of candour: flagged, assessed, told of in person and in writing, ended, and shown."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import ANSWERS
from api.deps import Holder, Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.candour import (
    AttemptLogged,
    CandourEnded,
    IncidentAssessed,
    IncidentFlagged,
    IncidentTold,
    LetterWanted,
    SupportOffered,
)
from api.schemas.candour_shown import Incidents, IncidentShown, Record
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries import candour, clock_reads

router = APIRouter(prefix="/v1", tags=["serious"])
_PREFIX = "/complaints/{reference}/incidents"
_ONE = _PREFIX + "/{incident_id}"


@router.get(_PREFIX, operation_id="getIncidents", response_model=Incidents, responses=problems(*ONE_READ))
async def get_incidents(visit: VisitDep) -> Incidents:
    """Show the incidents of a complaint, with what the person was told, what was tried, and what is still owed."""
    async with visit.found() as (session, found):
        incidents = await candour.of_complaint(session, found.id)
        record = await _record(session, found.id, visit)
    words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
    return Incidents(items=[IncidentShown.of(one, row, record, words=words) for one, row in incidents])


async def _record(session: AsyncSession, complaint_id: UUID, visit: VisitDep) -> Record:
    return Record(
        flagged_by=await candour.flagged_by(session, complaint_id),
        assessments=await candour.assessments_of(session, complaint_id),
        notices=await candour.notices_of(session, complaint_id),
        elements=await candour.elements_of(session, complaint_id),
        enquiries=await candour.enquiries_of(session, complaint_id),
        attempts=await candour.attempts_of(session, complaint_id),
        support=await candour.support_of(session, complaint_id),
        clocks=await clock_reads.clocks_of(session, complaint_id, visit.parts.clock.now()),
    )


@router.post(_PREFIX, operation_id="flagIncident", responses=ANSWERS)
async def flag_incident(errand: ErrandDep, who: Writer, body: IncidentFlagged) -> Response:
    """Flag that a notifiable safety incident may have happened, at any stage and after the end."""
    return await errand.carry(who, CommandKind.FLAG_INCIDENT, body, body.said())


@router.post(_ONE + "/assessment", operation_id="assessIncident", responses=ANSWERS)
async def assess_incident(errand: ErrandDep, who: Holder, incident_id: UUID, body: IncidentAssessed) -> Response:
    """Decide whether an incident is notifiable; what is not ends, with the reasons."""
    return await errand.carry(who, CommandKind.ASSESS_INCIDENT, body, body.said(incident_id), incident_id)


@router.post(_ONE + "/telling", operation_id="tellOfIncident", responses=ANSWERS)
async def tell_of_incident(errand: ErrandDep, who: Writer, incident_id: UUID, body: IncidentTold) -> Response:
    """Record that the person was told in person; each element that the rules name has to be there."""
    return await errand.carry(who, CommandKind.TELL_OF_INCIDENT, body, body.said(incident_id), incident_id)


@router.post(_ONE + "/attempts", operation_id="logCandourAttempt", responses=ANSWERS)
async def log_candour_attempt(errand: ErrandDep, who: Writer, incident_id: UUID, body: AttemptLogged) -> Response:
    """Log an attempt to reach the person, or that they declined."""
    return await errand.carry(who, CommandKind.LOG_CANDOUR_ATTEMPT, body, body.said(incident_id), incident_id)


@router.post(_ONE + "/support", operation_id="offerCandourSupport", responses=ANSWERS)
async def offer_candour_support(errand: ErrandDep, who: Writer, incident_id: UUID, body: SupportOffered) -> Response:
    """Record the support that was offered to the person."""
    return await errand.carry(who, CommandKind.OFFER_CANDOUR_SUPPORT, body, body.said(incident_id), incident_id)


@router.post(_ONE + "/letters", operation_id="writeOfIncident", responses=ANSWERS)
async def write_of_incident(errand: ErrandDep, who: Writer, incident_id: UUID, body: LetterWanted) -> Response:
    """Draft the written notice, or the results of further enquiries; a named person releases it."""
    return await errand.carry(who, CommandKind.WRITE_OF_INCIDENT, body, body.said(incident_id), incident_id)


@router.post(_ONE + "/end", operation_id="endCandour", responses=ANSWERS)
async def end_candour(errand: ErrandDep, who: Holder, incident_id: UUID, body: CandourEnded) -> Response:
    """End candour about an incident, where nothing is owed any more or the person declined altogether."""
    return await errand.carry(who, CommandKind.END_CANDOUR, body, body.said(incident_id), incident_id)
