"""What comes after a serious complaint was closed: what enquiries found is told, and the Ombudsman asks and decides."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from contracts.commands import CommandKind
from contracts.failures import Refusal
from db import candour_said
from db import pack_said as packs
from db import referral_said as referrals
from tests.lives.serious_life import SeriousLife

K = CommandKind
FOUND_BY = date(2028, 7, 14)
FIRST_TARGET, SECOND_TARGET = date(2028, 10, 31), date(2028, 11, 15)


async def incident(life: SeriousLife) -> UUID:
    found: UUID = (await life.proceeding("candour"))["id"]
    return found


def elements(*codes: candour_said.ElementCode) -> tuple[candour_said.ElementSaid, ...]:
    return tuple(candour_said.ElementSaid(code=code, words=f"In plain words: {code}.") for code in codes)


async def candour_is_finished(life: SeriousLife) -> None:
    """Its clocks run on after the end; what the enquiry found is told in July, in writing."""
    found = await incident(life)
    await life.to(date(2028, 7, 12))
    assert ("reminder", False) in await life.rungs("candour_results")
    results = candour_said.WriteOfIncident(incident_id=found, kind="results", elements=elements("results", "apology"))
    await life.must(K.WRITE_OF_INCIDENT, results)
    await life.release("candour_results")
    await life.must(
        K.END_CANDOUR,
        candour_said.EndCandour(incident_id=found, cause="done", reason="All is told."),
        "responsible_person",
    )
    ended = await life.proceeding("candour")
    assert (ended["state"], ended["ended_cause"]) == ("ended", "done")


async def the_ombudsman_asks(life: SeriousLife) -> None:
    """The file is asked for, and goes as one pack."""
    await life.to(date(2028, 8, 1))
    asked = referrals.EnquirySaid(what="The complaint file.", asked_on=life.today, due_on=date(2028, 8, 22))
    await life.must(
        K.RECORD_REFERRAL,
        referrals.RecordReferral(
            kind="ombudsman", body="phso", their_reference="C-2100001", received_on=life.today,
            scope="Care on the ward, and what the family was told.", enquiry=asked,
        ),
    )  # fmt: skip
    referral = (await life.proceeding("referral"))["id"]
    await life.must(
        K.ASSEMBLE_PACK, packs.AssemblePack(purpose="ombudsman", referral_id=referral), "complaints_manager"
    )
    pack = await life.row("select id from evidence_pack where complaint_id = :id")
    enquiry = await life.row("select id from referral_enquiry where referral_id = :one", one=referral)
    answered = referrals.AnswerReferral(
        referral_id=referral, enquiry_id=enquiry["id"], answered_on=life.today, pack_id=pack["id"]
    )
    await life.must(K.ANSWER_REFERRAL, answered)


async def two_recommendations(life: SeriousLife) -> None:
    """Upheld, with two recommendations: one is complied with in time, the other after it was chased."""
    referral = (await life.proceeding("referral"))["id"]
    await life.to(date(2028, 9, 26))
    final = referrals.RecordReferralDecision(
        referral_id=referral, kind="final", decided_on=life.today, words="Upheld in full.", outcome="upheld",
        recommendations=tuple(
            referrals.RecommendationSaid(kind=kind, what=what, target_on=target, owner_id=life.body.person("auditor"))
            for kind, what, target in (
                ("apology", "Apologise in person.", FIRST_TARGET), ("training", "Train the ward.", SECOND_TARGET),
            )
        ),
    )  # fmt: skip
    await life.must(K.RECORD_REFERRAL_DECISION, final)
    first, second = await life.rows("select id from recommendation where complaint_id = :id order by number")
    await life.to(date(2028, 10, 20))
    await _complied(life, referral, first["id"])
    learned = referrals.PublishLearning(
        referral_id=referral, published_on=life.today, place="Our website", words="Two people read each chart."
    )
    await life.must(K.PUBLISH_LEARNING, learned)
    await life.to(date(2028, 11, 24))
    closing = referrals.CloseReferral(referral_id=referral, cause="done")
    assert (await life.refused(K.CLOSE_REFERRAL, closing, "complaints_manager"))[0] == Refusal.STILL_OWED.value
    await _complied(life, referral, second["id"])
    await life.release("recommendation_done")
    await life.must(K.CLOSE_REFERRAL, closing, "complaints_manager")


async def _complied(life: SeriousLife, referral: UUID, recommendation: UUID) -> None:
    done = referrals.RecordCompliance(
        referral_id=referral, recommendation_id=recommendation, complied_on=life.today, evidence="The minutes."
    )
    await life.must(K.RECORD_COMPLIANCE, done)
    told = referrals.TellCompliance(
        referral_id=referral, recommendation_id=recommendation, told_on=life.today, how="By e-mail"
    )
    await life.must(K.TELL_COMPLIANCE, told)
