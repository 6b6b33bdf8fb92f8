"""Consent: recorded, withdrawn, and what it lets each party be told."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers import ANSWERS
from api.dates import today
from api.deps import Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.consents import ConsentRecorded, ConsentsShown, ConsentWithdrawn, DisclosuresShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.complaint import Complaint
from db.queries import consents

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["people"])


@router.get("/consents", operation_id="getConsents", response_model=ConsentsShown, responses=problems(*ONE_READ))
async def get_consents(visit: VisitDep) -> ConsentsShown:
    """Show who agreed that who is told what, on what evidence, until when, and how each consent stands today."""
    async with visit.found() as (session, found):
        lines = await consents.lines_of(session, found.id)
        complaint = await session.get(Complaint, found.id)
        if complaint is None:
            return ConsentsShown(items=[])
        states = await visit.parts.consent.states(session, complaint, today(visit.parts.clock.now()))
    words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
    return ConsentsShown.of(lines, states, words=words)


@router.get(
    "/disclosures", operation_id="getDisclosures", response_model=DisclosuresShown, responses=problems(*ONE_READ)
)
async def get_disclosures(
    visit: VisitDep,
    party_id: Annotated[UUID | None, Query(alias="partyId", description="Left out: every party.")] = None,
) -> DisclosuresShown:
    """Show what each party may be told about the complaint today, and why: as a letter would be let go, or refused."""
    async with visit.found() as (session, found):
        complaint = await session.get(Complaint, found.id)
        if complaint is None:
            return DisclosuresShown(items=[])
        told = await visit.parts.consent.disclosures(session, complaint, today(visit.parts.clock.now()))
    return DisclosuresShown.of([each for each in told if party_id in (None, each.party_id)])


@router.post("/consents", operation_id="recordConsent", responses=ANSWERS)
async def record_consent(errand: ErrandDep, who: Writer, body: ConsentRecorded) -> Response:
    """Record that somebody agreed that another is told."""
    return await errand.carry(who, CommandKind.RECORD_CONSENT, body, body.said())


@router.post("/consents/{consent_id}/withdrawal", operation_id="withdrawConsent", responses=ANSWERS)
async def withdraw_consent(errand: ErrandDep, who: Writer, consent_id: UUID, body: ConsentWithdrawn) -> Response:
    """Record that a consent was taken back; what is on its way without another does not leave."""
    return await errand.carry(who, CommandKind.WITHDRAW_CONSENT, body, body.said(consent_id), consent_id)
