"""Behaviour that is hard to manage: warnings, contact plans with reviews and appeals, and the safety of staff."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Holder, Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.contact_plans import AppealDecided, AppealSaid, PlanDecided, PlanReviewed, SafetySaid, WarningSaid
from api.schemas.contact_plans_shown import BehaviourShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.complaint import Complaint
from db.queries.contact_plans import behaviour_of

router = APIRouter(prefix="/v1/complaints/{reference}/contact-plan", tags=["people"])


@router.get("", operation_id="getContactPlan", response_model=BehaviourShown, responses=problems(*ONE_READ))
async def get_contact_plan(visit: VisitDep) -> BehaviourShown:
    """Show the warnings and contact plans of a complaint, and whether staff have to take care."""
    async with visit.found() as (session, found):
        complaint = await session.get(Complaint, found.id)
        flagged = complaint is not None and complaint.staff_safety
        behaviour = await behaviour_of(session, found.id)
    words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
    return BehaviourShown.of(behaviour, flagged=flagged, words=words)


@router.post("/warnings", operation_id="warnAboutConduct", responses=ANSWERS)
async def warn_about_conduct(errand: ErrandDep, who: Writer, body: WarningSaid) -> Response:
    """Draft the letter that tells somebody what cannot go on."""
    return await errand.carry(who, CommandKind.WARN_ABOUT_CONDUCT, body, body.said())


@router.post("", operation_id="decideContactPlan", responses=ANSWERS)
async def decide_contact_plan(errand: ErrandDep, who: Holder, body: PlanDecided) -> Response:
    """Narrow how somebody reaches us, until a day of review. What we owe them, and their rights, stay as they are."""
    return await errand.carry(who, CommandKind.DECIDE_CONTACT_PLAN, body, body.said())


@router.post("/review", operation_id="reviewContactPlan", responses=ANSWERS)
async def review_contact_plan(errand: ErrandDep, who: Holder, body: PlanReviewed) -> Response:
    """Let a plan go on, ease it, or end it."""
    return await errand.carry(who, CommandKind.REVIEW_CONTACT_PLAN, body, body.said())


@router.post("/appeal", operation_id="appealContactPlan", responses=ANSWERS)
async def appeal_contact_plan(errand: ErrandDep, who: Writer, body: AppealSaid) -> Response:
    """Record that the person asks somebody else to look at a plan."""
    return await errand.carry(who, CommandKind.APPEAL_CONTACT_PLAN, body, body.said())


@router.post("/appeal/decision", operation_id="decideContactPlanAppeal", responses=ANSWERS)
async def decide_contact_plan_appeal(errand: ErrandDep, who: Holder, body: AppealDecided) -> Response:
    """Decide the appeal against a plan that somebody else decided."""
    return await errand.carry(who, CommandKind.DECIDE_APPEAL, body, body.said())


@router.post("/staff-safety", operation_id="flagStaffSafety", responses=ANSWERS)
async def flag_staff_safety(errand: ErrandDep, who: Writer, body: SafetySaid) -> Response:
    """Say that staff have to take care when they meet somebody of this complaint, or need not any more."""
    return await errand.carry(who, CommandKind.FLAG_STAFF_SAFETY, body, body.said())
