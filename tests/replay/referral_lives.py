"""The recorded lives of what an Ombudsman or a regulator asks: enquiries, decisions, recommendations and their ends."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from contracts.proceedings import ProceedingKind
from db import referral_said as said
from tests.replay.beside import Beside, arrive, begun, long, misfortunes
from tests.replay.record import Studio

DAY = date(2028, 3, 2)  # a Thursday
REFERRAL = ProceedingKind.REFERRAL
K = CommandKind


async def _asked(studio: Studio, **changes: Any) -> Beside:
    """The Ombudsman takes a complaint up while it is open, and asks for the file."""
    body = studio.body()
    complaint = await studio.world.log(body, email=None)
    on: date = studio.world.clock.time.date()
    known: dict[str, Any] = {
        "kind": "ombudsman", "body": "phso", "their_reference": "P-1", "received_on": on, "scope": "All of it.",
        "enquiry": said.EnquirySaid(what="The whole file.", asked_on=on, due_on=date(2028, 3, 16)),
    }  # fmt: skip
    record = said.RecordReferral(**(known | changes))
    return await begun(studio, body, complaint, REFERRAL, K.RECORD_REFERRAL, record)


async def _answered(one: Beside) -> None:
    (enquiry,) = await one.ids("select id from referral_enquiry where referral_id = :id")
    answer = said.AnswerReferral(referral_id=one.id, enquiry_id=enquiry, answered_on=one.today, words="By post.")
    await one.must(K.ANSWER_REFERRAL, answer)


async def referral_late_throughout(studio: Studio) -> None:
    """Each thing is done after its time; what was recommended is complied with, told, and learned from."""
    one = await _asked(studio)
    await one.keep("enquiry_awaited")
    await studio.complaint("with_the_ombudsman", one.complaint)
    await arrive(one)
    await one.withdraw()
    await one.to(date(2028, 3, 17), 0)
    await one.keep("enquiry_overdue")
    await _answered(one)
    await one.keep("nothing_falls_due")
    preliminary = said.RecordReferralDecision(
        referral_id=one.id, kind="preliminary", decided_on=one.today, words="So far.", comments_by=date(2028, 3, 31)
    )
    await one.must(K.RECORD_REFERRAL_DECISION, preliminary)
    await one.keep("comments_awaited")
    await one.to(date(2028, 4, 1), 0)
    await one.keep("comments_overdue")
    comment = said.CommentOnDecision(referral_id=one.id, commented_on=one.today, words="We see it differently.")
    await one.must(K.COMMENT_ON_DECISION, comment)
    await one.must(K.RECORD_REFERRAL_DECISION, _final(one))
    await one.keep("recommendations_awaited")
    first, second = await one.ids("select id from recommendation where referral_id = :id order by number")
    await one.to(date(2028, 4, 29), 0)
    await one.keep("recommendation_and_learning_overdue")
    await _complied(one, first)
    await one.keep("one_complied_with")
    await one.to(date(2028, 5, 10), 0)
    await one.keep("telling_overdue")
    await _told(one, first)
    await _complied(one, second)
    await _told(one, second)
    await one.release()
    await one.keep("learning_awaited")
    learned = said.PublishLearning(referral_id=one.id, published_on=one.today, place="Website", words="Two read it.")
    await one.must(K.PUBLISH_LEARNING, learned)
    await one.must(K.CLOSE_REFERRAL, said.CloseReferral(referral_id=one.id, cause="done"))
    await one.keep_ended("closed")


def _final(one: Beside) -> said.RecordReferralDecision:
    owner = one.body.person("auditor")
    made = tuple(
        said.RecommendationSaid(kind="action", what="Do it.", target_on=target, owner_id=owner)
        for target in (date(2028, 4, 28), date(2028, 5, 31))
    )
    return said.RecordReferralDecision(
        referral_id=one.id, kind="final", decided_on=one.today, words="Upheld.", outcome="upheld", recommendations=made
    )


async def _complied(one: Beside, recommendation: UUID) -> None:
    done = said.RecordCompliance(
        referral_id=one.id, recommendation_id=recommendation, complied_on=one.today, evidence="The minutes."
    )
    await one.must(K.RECORD_COMPLIANCE, done)


async def _told(one: Beside, recommendation: UUID) -> None:
    told = said.TellCompliance(referral_id=one.id, recommendation_id=recommendation, told_on=one.today, how="By e-mail")
    await one.must(K.TELL_COMPLIANCE, told)


async def regulator(studio: Studio) -> None:
    """The regulator asks under regulation 16, is answered late, and takes it back."""
    enquiry = said.EnquirySaid(what="A summary of complaints.", asked_on=DAY, basis="reg_16")
    one = await _asked(studio, kind="regulator", body="cqc", enquiry=enquiry)
    await one.keep("regulator_request_awaited")
    await arrive(one)
    await one.withdraw()
    await one.to(date(2028, 3, 31), 0)
    await one.keep("regulator_request_overdue")
    await _answered(one)
    withdrawn = said.CloseReferral(referral_id=one.id, cause="withdrawn", reason="They ask no more.")
    await one.must(K.CLOSE_REFERRAL, withdrawn)
    await one.keep_ended("closed_as_withdrawn")


async def not_investigated(studio: Studio) -> None:
    """Nothing was asked with it, so nothing falls due; they do not investigate."""
    one = await _asked(studio, enquiry=None)
    await one.keep("nothing_asked")
    decided = said.RecordReferralDecision(
        referral_id=one.id, kind="not_investigated", decided_on=one.today, words="Not for us."
    )
    await one.must(K.RECORD_REFERRAL_DECISION, decided)
    await one.keep("not_investigated")
    closed = said.CloseReferral(referral_id=one.id, cause="not_investigated", reason="They said so.")
    await one.must(K.CLOSE_REFERRAL, closed)
    await one.keep_ended("closed_not_investigated")


async def misfortunes_of_a_referral(studio: Studio) -> None:
    """What can go wrong at each of its rungs goes wrong."""
    await misfortunes(studio, _asked)


async def long_referral(studio: Studio) -> None:
    """It begins a new run."""
    await long(studio, _asked)


REFERRAL_LIVES = [referral_late_throughout, regulator, not_investigated, misfortunes_of_a_referral]
