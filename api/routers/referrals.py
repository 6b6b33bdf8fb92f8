"""What an Ombudsman or a regulator asks about a complaint: recorded, answered, complied with, and shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers import ANSWERS
from api.cursors import decode, encode
from api.dates import today
from api.deps import Cursor, Limit, PartsDep, Reader, Senior, Writer
from api.errands import ErrandDep
from api.openapi import A_READ, ONE_READ, problems
from api.schemas.referral_lists import Referrals, Signpost, TierAsked
from api.schemas.referral_reads import Parts, ReferralLine, ReferralLines, ReferralShown
from api.schemas.referrals import (
    ComplianceSaid,
    ComplianceTold,
    DecisionCommented,
    DecisionReceived,
    EnquiryAnswered,
    EnquiryAsked,
    LearningPublished,
    ReferralClosed,
    ReferralReceived,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries import referral_reads, tiers

router = APIRouter(prefix="/v1", tags=["work"])
_PREFIX: Final = "/complaints/{reference}/referrals"
_ONE: Final = _PREFIX + "/{referral_id}"
_RECOMMENDATION: Final = _ONE + "/recommendations/{recommendation_id}"
_ORDER: Final = "referrals"


@router.get("/referrals", operation_id="listReferrals", response_model=ReferralLines, responses=problems(*A_READ))
async def list_referrals(
    parts: PartsDep,
    who: Reader,
    open: Annotated[bool | None, Query(description="Left out: those that are not closed.")] = True,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ReferralLines:
    """List what Ombudsmen and regulators ask, those first that were received first."""
    after = decode(cursor, _ORDER, date)
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        lines = await referral_reads.worklist(session, open=open, after=after, limit=limit + 1)
    last = lines[limit - 1].referral if len(lines) > limit else None
    return ReferralLines(
        items=[ReferralLine.of(line, today(now), words=who.sees_words) for line in lines[:limit]],
        next=None if last is None else encode(_ORDER, last.received_on, last.id),
    )


@router.get(_PREFIX, operation_id="getReferrals", response_model=Referrals, responses=problems(*ONE_READ))
async def get_referrals(visit: VisitDep) -> Referrals:
    """Show what was asked from outside about a complaint, and when the person was told whom they can turn to."""
    async with visit.found() as (session, found):
        if found.organisation_id != visit.who.organisation_id:
            return Referrals(items=[], signposted=[], asked=[])
        lines = await referral_reads.of_complaint(session, found.id)
        recommendations = await referral_reads.recommendations_about(session, found.id)
        parts = Parts(
            enquiries=await referral_reads.enquiries_about(session, found.id),
            decisions=await referral_reads.decisions_about(session, found.id),
            comments=await referral_reads.comments_about(session, found.id),
            recommendations=recommendations,
            files=await referral_reads.files_about(session, found.id),
            learning=await referral_reads.learning_about(session, found.id),
            letters=await referral_reads.letters_of(session, recommendations),
            carried=await referral_reads.carried_about(session, found.id) if recommendations else (),
        )
        signposted = await referral_reads.signposted(session, found.id)
        asked = [step for step in await tiers.steps_of(session, found.id) if step.kind != "internal"]
    on, words = today(visit.parts.clock.now()), visit.who.sees_words
    return Referrals(
        items=[ReferralShown.whole(line, parts, on, words=words) for line in lines],
        signposted=[Signpost.of(each) for each in signposted],
        asked=[TierAsked.of(each) for each in asked],
    )


@router.post(_PREFIX, operation_id="recordReferral", responses=ANSWERS)
async def record_referral(errand: ErrandDep, who: Writer, body: ReferralReceived) -> Response:
    """Record that an Ombudsman took the complaint up, or that a regulator asks about it."""
    return await errand.carry(who, CommandKind.RECORD_REFERRAL, body, body.said())


@router.post(_ONE + "/enquiries", operation_id="recordReferralEnquiry", responses=ANSWERS)
async def record_enquiry(errand: ErrandDep, who: Writer, referral_id: UUID, body: EnquiryAsked) -> Response:
    """Record that they ask for something more: a clock runs until it is answered."""
    return await errand.carry(who, CommandKind.RECORD_REFERRAL_ENQUIRY, body, body.said(referral_id), referral_id)


@router.post(_ONE + "/enquiries/{enquiry_id}/answer", operation_id="answerReferral", responses=ANSWERS)
async def answer_enquiry(
    errand: ErrandDep, who: Writer, referral_id: UUID, enquiry_id: UUID, body: EnquiryAnswered
) -> Response:
    """Record that an enquiry was answered, with an evidence pack or with the reason why there is none."""
    said = body.said(referral_id, enquiry_id)
    return await errand.carry(who, CommandKind.ANSWER_REFERRAL, body, said, referral_id, enquiry_id)


@router.post(_ONE + "/decisions", operation_id="recordReferralDecision", responses=ANSWERS)
async def record_decision(errand: ErrandDep, who: Writer, referral_id: UUID, body: DecisionReceived) -> Response:
    """Record a decision of theirs, and what they recommend with a final one."""
    return await errand.carry(who, CommandKind.RECORD_REFERRAL_DECISION, body, body.said(referral_id), referral_id)


@router.post(_ONE + "/comments", operation_id="commentOnDecision", responses=ANSWERS)
async def comment_on_decision(errand: ErrandDep, who: Writer, referral_id: UUID, body: DecisionCommented) -> Response:
    """Record what we said of the preliminary decision that stands."""
    return await errand.carry(who, CommandKind.COMMENT_ON_DECISION, body, body.said(referral_id), referral_id)


@router.post(_RECOMMENDATION + "/compliance", operation_id="recordCompliance", responses=ANSWERS)
async def record_compliance(
    errand: ErrandDep, who: Writer, referral_id: UUID, recommendation_id: UUID, body: ComplianceSaid
) -> Response:
    """Record that a recommendation was complied with, and what shows it."""
    said = body.said(referral_id, recommendation_id)
    return await errand.carry(who, CommandKind.RECORD_COMPLIANCE, body, said, referral_id, recommendation_id)


@router.post(_RECOMMENDATION + "/telling", operation_id="tellCompliance", responses=ANSWERS)
async def tell_compliance(
    errand: ErrandDep, who: Writer, referral_id: UUID, recommendation_id: UUID, body: ComplianceTold
) -> Response:
    """Record that the body was told of the compliance; the letter that tells the person is drafted."""
    said = body.said(referral_id, recommendation_id)
    return await errand.carry(who, CommandKind.TELL_COMPLIANCE, body, said, referral_id, recommendation_id)


@router.post(_ONE + "/learning", operation_id="publishLearning", responses=ANSWERS)
async def publish_learning(errand: ErrandDep, who: Writer, referral_id: UUID, body: LearningPublished) -> Response:
    """Record that what was learned was published, in words that identify nobody."""
    return await errand.carry(who, CommandKind.PUBLISH_LEARNING, body, body.said(referral_id), referral_id)


@router.post(_ONE + "/closure", operation_id="closeReferral", responses=ANSWERS)
async def close_referral(errand: ErrandDep, who: Senior, referral_id: UUID, body: ReferralClosed) -> Response:
    """Close a referral: done, when nothing is owed any more; else with the reason."""
    return await errand.carry(who, CommandKind.CLOSE_REFERRAL, body, body.said(referral_id), referral_id)
