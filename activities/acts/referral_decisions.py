"""What an Ombudsman or a regulator decides: preliminary, with our comments on it; final, with what they recommend."""

from __future__ import annotations

from datetime import date
from typing import Final

from activities.acts import beside, ledger
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from activities.acts.referrals import KIND, by, done, look_whether_done, of
from contracts.failures import Refusal
from contracts.proceedings import ReferralState
from db.models.proceeding import Proceeding
from db.models.recommendation import Recommendation
from db.models.referral import DecisionComment, Referral, ReferralDecision
from db.queries import people, referrals
from db.referral_said import CommentOnDecision, RecommendationSaid, RecordReferralDecision
from policies import referring

COMMENTS: Final = "referral_comments"
RECOMMENDATION: Final = "recommendation"
LEARNING: Final = "referral_learning"
_COMMENT: Final = "comment_on_decision"
_STATES: Final = {
    "not_investigated": ReferralState.DECIDED,
    "preliminary": ReferralState.PROVISIONAL,
    "final": ReferralState.DECIDED,
}


async def record(case: Case, said: RecordReferralDecision) -> None:
    """Record a decision of theirs. A preliminary one may change; nothing follows a final one but what it asks for."""
    row = await beside.find_live(case, KIND, said.referral_id)
    referral = await case.session.get_one(Referral, row.id)
    before = await referrals.decisions_of(case.session, row.id)
    await _check(case, referral, before, said)
    if clock := await ledger.running(case, COMMENTS, row.id):
        await ledger.stop(case, clock, "decided_anew")
    decision = _decision(case, row, said, len(before) + 1)
    case.session.add(decision)
    await case.session.flush()
    _journal(case, row, decision, len(said.recommendations))
    beside.move(case, row, _STATES[said.kind])
    if said.comments_by is not None:
        await _ask_for_comments(case, row, said.decided_on, said.comments_by)
    if said.recommendations:
        await _recommend(case, row, decision, said.recommendations)
    await look_whether_done(case, row)


async def comment(case: Case, said: CommentOnDecision) -> None:
    """Record what we said of the preliminary decision that stands; also that we had nothing to say."""
    row = await beside.find_live(case, KIND, said.referral_id)
    refuse_if(row.state != ReferralState.PROVISIONAL, Refusal.CONTRADICTS_RECORD)
    (*_, decision) = await referrals.decisions_of(case.session, row.id)
    check(referring.happened(said.commented_on, since=decision.decided_on, today=case.on))
    found = DecisionComment(
        id=case.new_id("comment"),
        **of(case, row),
        decision_id=decision.id,
        commented_on=said.commented_on,
        words=said.words,
        **by(case),
    )
    case.session.add(found)
    case.event("referral.comment", referral_id=row.id, decision_id=decision.id, commented_on=said.commented_on)
    await done(case, _COMMENT, row.id)
    await ledger.meet_if_running(case, COMMENTS, said.commented_on, row.id)
    beside.touch(case, row)


async def _check(case: Case, referral: Referral, before: list[ReferralDecision], said: RecordReferralDecision) -> None:
    since = max((referral.received_on, *(each.decided_on for each in before)))
    check(referring.happened(said.decided_on, since=since, today=case.on))
    check(
        referring.decision(
            said.kind,
            before=[each.kind for each in before],
            decided_on=said.decided_on,
            comments_by=said.comments_by,
            outcome=said.outcome,
            targets=[each.target_on for each in said.recommendations],
        )
    )
    for owner in {each.owner_id for each in said.recommendations}:
        if await people.active_person(case.session, owner) is None:
            raise Refused(Refusal.UNKNOWN_PERSON)


def _decision(case: Case, row: Proceeding, said: RecordReferralDecision, number: int) -> ReferralDecision:
    return ReferralDecision(
        id=case.new_id("decision"),
        **of(case, row),
        number=number,
        kind=said.kind,
        decided_on=said.decided_on,
        outcome=said.outcome,
        words=said.words,
        comments_by=said.comments_by,
        **by(case),
    )


def _journal(case: Case, row: Proceeding, decision: ReferralDecision, recommendations: int) -> None:
    case.event(
        "referral.decision",
        referral_id=row.id,
        decision_id=decision.id,
        number=decision.number,
        decision=decision.kind,
        decided_on=decision.decided_on,
        outcome=decision.outcome,
        comments_by=decision.comments_by,
        recommendations=recommendations,
    )


async def _ask_for_comments(case: Case, row: Proceeding, on: date, until: date) -> None:
    clock = await beside.arm(case, row, COMMENTS, on, Terms(cause="preliminary", given=until))
    await case.task(_COMMENT, "complaints_manager", due_on=until, clock_id=clock.id, subject_id=row.id)


async def _recommend(
    case: Case, row: Proceeding, decision: ReferralDecision, said: tuple[RecommendationSaid, ...]
) -> None:
    """Start what is to be complied with: each recommendation with its owner and clock, and what is to be learned."""
    beside.move(case, row, ReferralState.COMPLYING)
    for number, each in enumerate(said, start=1):
        found = _recommendation(case, row, decision, number, each)
        case.session.add(found)
        await case.session.flush()
        await _ask_to_comply(case, row, found, decision.decided_on)
    await beside.arm(case, row, LEARNING, decision.decided_on, Terms(cause="recommended"))


def _recommendation(
    case: Case, row: Proceeding, decision: ReferralDecision, number: int, said: RecommendationSaid
) -> Recommendation:
    return Recommendation(
        id=case.new_id(f"recommendation/{number}"),
        **of(case, row),
        decision_id=decision.id,
        number=number,
        kind=said.kind,
        what=said.what,
        target_on=said.target_on,
        owner_id=said.owner_id,
        act_id=case.act.act_id,
    )


async def _ask_to_comply(case: Case, row: Proceeding, found: Recommendation, on: date) -> None:
    case.event(
        "recommendation.made",
        referral_id=row.id,
        recommendation_id=found.id,
        recommendation=found.kind,
        made_on=on,
        target_on=found.target_on,
        person_id=found.owner_id,
    )
    terms = Terms(cause="recommended", given=found.target_on)
    clock = await beside.arm(case, row, RECOMMENDATION, on, terms, found.id)
    await case.task(
        "comply", "recommendation_owner", name=str(found.id), due_on=found.target_on, clock_id=clock.id,
        subject_id=found.id,
    )  # fmt: skip
