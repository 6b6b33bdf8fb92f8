"""A recommendation seen to its end: complied with, with what shows it; told to the body and the person; learned of."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from activities.acts import beside, complying, ledger, letters
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from activities.acts.referral_decisions import LEARNING, RECOMMENDATION
from activities.acts.referrals import KIND, by, done, look_whether_done, of
from contracts.failures import Refusal
from contracts.proceedings import ReferralState
from db.models.proceeding import Proceeding
from db.models.recommendation import Recommendation, RecommendationFile
from db.models.referral import Referral, ReferralDecision, ReferralLearning
from db.queries import referrals, requests, tasks
from db.referral_said import PublishLearning, RecordCompliance, TellCompliance
from policies import referring

TOLD: Final = "recommendation_told"


async def comply(case: Case, said: RecordCompliance) -> None:
    """Record what became of a recommendation: complied with, and what shows it; or moved, or lifted, by the body.

    One that was late stays late, whatever is agreed afterwards.
    """
    row = await beside.find_live(case, KIND, said.referral_id)
    found = await _find(case, row, said)
    refuse_if(found.complied_on is not None or found.lifted_on is not None, Refusal.NOTHING_CHANGES)
    refuse_if((said.result == "moved") != (said.target_on is not None), Refusal.CONTRADICTS_RECORD)
    decision = await case.session.get_one(ReferralDecision, found.decision_id)
    check(referring.happened(said.complied_on, since=decision.decided_on, today=case.on))
    files = tuple(dict.fromkeys(said.file_ids))
    refuse_if(await requests.attached(case.session, case.complaint.id, files) < len(files), Refusal.UNKNOWN_FILE)
    await _keep_files(case, found, files)
    if said.target_on is not None:
        await _move(case, row, found, said, said.target_on)
    elif said.result == "lifted":
        await _lift(case, row, found, said)
    else:
        await _comply(case, row, found, said, len(files))
    await look_whether_done(case, row)


async def _comply(case: Case, row: Proceeding, found: Recommendation, said: RecordCompliance, files: int) -> None:
    found.complied_on = said.complied_on
    found.in_time = said.complied_on <= found.target_on and not found.moved_late
    found.evidence, found.complied_by = said.evidence, case.actor_id
    case.event(
        "recommendation.complied",
        referral_id=row.id,
        recommendation_id=found.id,
        complied_on=said.complied_on,
        in_time=found.in_time,
        files=files,
    )
    await done(case, "comply", found.id)
    await done(case, complying.TASK, found.id)
    await ledger.meet_if_running(case, RECOMMENDATION, said.complied_on, found.id)
    await _ask_to_tell(case, row, found, said.complied_on)


async def _move(case: Case, row: Proceeding, found: Recommendation, said: RecordCompliance, target_on: date) -> None:
    """Put the target where the body agreed it is; what was missed before it agreed stays missed."""
    refuse_if(target_on == found.target_on, Refusal.NOTHING_CHANGES)
    refuse_if(target_on < said.complied_on, Refusal.DATE_NOT_LATER)
    before, late = found.target_on, said.complied_on > found.target_on
    found.first_target_on, found.moved_late = found.first_target_on or before, found.moved_late or late
    found.target_on = target_on
    referral = await case.session.get_one(Referral, row.id)
    case.event(
        "recommendation.moved",
        referral_id=row.id,
        recommendation_id=found.id,
        agreed_on=said.complied_on,
        old_target_on=before,
        target_on=target_on,
        late=late,
    )
    terms = Terms(
        cause="agreed", given=target_on, reason=said.evidence, agreed_by=referral.body_name, agreed_on=said.complied_on
    )
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=found.id, kind="comply")
    clock = await beside.arm(case, row, RECOMMENDATION, said.complied_on, terms, found.id)
    await case.task(
        "comply", "recommendation_owner", name=str(found.id), due_on=target_on, clock_id=clock.id, subject_id=found.id
    )
    await complying.moved(case, found)


async def _lift(case: Case, row: Proceeding, found: Recommendation, said: RecordCompliance) -> None:
    """Let a recommendation go that the body let go: nobody complies with it, and nobody is told that they did."""
    found.lifted_on, found.evidence, found.complied_by = said.complied_on, said.evidence, case.actor_id
    case.event("recommendation.lifted", referral_id=row.id, recommendation_id=found.id, lifted_on=said.complied_on)
    await done(case, "comply", found.id)
    await done(case, complying.TASK, found.id)
    if clock := await ledger.running(case, RECOMMENDATION, found.id):
        await ledger.stop(case, clock, "lifted")
    beside.touch(case, row)


async def tell(case: Case, said: TellCompliance) -> None:
    """Record that the body was told, and draft the letter that tells the person; a named person releases it."""
    row = await beside.find_live(case, KIND, said.referral_id)
    found = await _find(case, row, said)
    refuse_if(found.complied_on is None, Refusal.NOT_DONE_YET)
    assert found.complied_on is not None
    refuse_if(found.told_body_on is not None, Refusal.NOTHING_CHANGES)
    check(referring.happened(said.told_on, since=found.complied_on, today=case.on))
    found.told_body_on, found.told_how, found.told_by = said.told_on, said.how, case.actor_id
    found.notice_id = await _tell_person(case, row, found)
    case.event(
        "recommendation.told",
        referral_id=row.id,
        recommendation_id=found.id,
        told_on=said.told_on,
        notice_id=found.notice_id,
    )
    await done(case, "tell_compliance", found.id)
    await ledger.meet_if_running(case, TOLD, said.told_on, found.id)
    await look_whether_done(case, row)


async def publish(case: Case, said: PublishLearning) -> None:
    """Record that what was learned was published. What is published names nobody: whoever publishes it sees to that."""
    row = await beside.find_live(case, KIND, said.referral_id)
    refuse_if(row.state not in (ReferralState.DECIDED, ReferralState.COMPLYING), Refusal.NOT_DONE_YET)
    decisions = await referrals.decisions_of(case.session, row.id)
    check(referring.happened(said.published_on, since=decisions[-1].decided_on, today=case.on))
    found = ReferralLearning(
        id=case.new_id("learning"),
        **of(case, row),
        published_on=said.published_on,
        place=said.place,
        words=said.words,
        **by(case),
    )
    case.session.add(found)
    case.event("referral.learning", referral_id=row.id, learning_id=found.id, published_on=said.published_on)
    await ledger.meet_if_running(case, LEARNING, said.published_on, row.id)
    await look_whether_done(case, row)


async def _keep_files(case: Case, found: Recommendation, files: tuple[UUID, ...]) -> None:
    there = await referrals.files_of(case.session, found.id)
    for file_id in (each for each in files if each not in there):
        row = RecommendationFile(
            id=case.new_id(f"file/{file_id}"),
            organisation_id=found.organisation_id,
            complaint_id=found.complaint_id,
            recommendation_id=found.id,
            file_id=file_id,
        )
        case.session.add(row)


async def _ask_to_tell(case: Case, row: Proceeding, found: Recommendation, on: date) -> None:
    clock = await beside.arm(case, row, TOLD, on, Terms(cause="complied"), found.id)
    await case.task(
        "tell_compliance", "owner", name=str(found.id), due_on=clock.due_on, clock_id=clock.id, subject_id=found.id
    )


async def _find(case: Case, row: Proceeding, said: RecordCompliance | TellCompliance) -> Recommendation:
    found = await case.session.get(Recommendation, said.recommendation_id)
    if found is None or found.referral_id != row.id:
        raise Refused(Refusal.UNKNOWN_RECOMMENDATION)
    return found


async def _tell_person(case: Case, row: Proceeding, found: Recommendation) -> UUID | None:
    """Draft the letter that tells the person; where nobody is to be written to, the event says so."""
    person = await letters.complainant(case)
    if case.complaint.stop_contact or person.death_known_at is not None or person.retired_at is not None:
        case.event("recommendation.person_not_told", referral_id=row.id, recommendation_id=found.id)
        return None
    referral = await case.session.get_one(Referral, row.id)
    facts = {
        "body_name": referral.body_name,
        "recommended": found.what,
        "done_on": found.complied_on,
        "evidence": found.evidence,
    }
    notice = await letters.draft(case, "recommendation_done", facts)
    await case.session.flush()
    return notice.id
