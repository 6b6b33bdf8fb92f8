"""The recorded lives of the duty of candour, in England and in Wales: everything that is owed, in time and late."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.commands import CommandKind
from contracts.proceedings import ProceedingKind
from db import candour_said as said
from tests.replay.beside import Beside, arrive, begun, long, misfortunes
from tests.replay.record import Studio

DAY = date(2028, 3, 2)  # a Thursday
CANDOUR = ProceedingKind.CANDOUR
K = CommandKind
TOLD: tuple[said.ElementCode, ...] = ("account", "enquiries", "apology")


async def _flagged(studio: Studio, **rules: Any) -> Beside:
    body = studio.body(**rules)
    complaint = await studio.world.log(body)
    flag = said.FlagIncident(words="A dose was given twice.", became_known_on=DAY)
    return await begun(studio, body, complaint, CANDOUR, K.FLAG_INCIDENT, flag)


async def _assess(one: Beside, notifiable: bool = True, harm: said.Harm = "moderate") -> None:
    what = said.AssessIncident(incident_id=one.id, notifiable=notifiable, harm=harm, reasons="By the threshold.")
    await one.must(K.ASSESS_INCIDENT, what)


async def _support(one: Beside) -> None:
    what = said.OfferCandourSupport(incident_id=one.id, what="A liaison officer.", offered_on=one.today)
    await one.must(K.OFFER_CANDOUR_SUPPORT, what)


async def _write(one: Beside, kind: said.WrittenKind, *codes: said.ElementCode, until: date | None = None) -> None:
    enquiries = (said.EnquirySaid(what="How the chart was read.", due_on=until),) if until else ()
    what = said.WriteOfIncident(incident_id=one.id, kind=kind, elements=elements(*codes), enquiries=enquiries)
    await one.must(K.WRITE_OF_INCIDENT, what)


def elements(*codes: said.ElementCode) -> tuple[said.ElementSaid, ...]:
    return tuple(said.ElementSaid(code=code, words=f"The {code}.") for code in codes)


async def candour_late_throughout(studio: Studio) -> None:
    """Each thing is done after its time, and the last of it after the complaint was withdrawn."""
    one = await _flagged(studio)
    await one.keep("flagged")
    await studio.complaint("with_an_incident", one.complaint)
    await arrive(one)
    await one.to(date(2028, 3, 7), 0)
    await one.keep("assessment_overdue")
    await _assess(one)
    await one.keep("notifiable")
    await one.to(date(2028, 3, 22), 0)
    await one.keep("notice_and_support_overdue")
    tried = said.LogCandourAttempt(incident_id=one.id, tried_on=one.today, how="call", outcome="no_answer")
    await one.must(K.LOG_CANDOUR_ATTEMPT, tried)
    await one.keep("attempted")
    await one.must(
        K.TELL_OF_INCIDENT,
        said.TellOfIncident(
            incident_id=one.id, told_on=one.today, how="in_person", elements=elements(*TOLD), record="We met."
        ),
    )
    await one.keep("told_in_person")
    await _support(one)
    await one.keep("supported")
    await one.withdraw()
    await one.keep("outlives_its_complaint")
    await one.to(date(2028, 3, 30), 0)
    await one.keep("written_overdue")
    await _write(one, "written", *TOLD, "results", until=date(2028, 4, 20))
    await one.release("candour_notice")
    await one.keep("told_in_writing")
    await one.to(date(2028, 4, 21), 0)
    await one.keep("results_overdue")
    await _write(one, "results", "results", "apology")
    await one.release("candour_results")
    await one.keep("nothing_falls_due")
    await one.must(K.END_CANDOUR, said.EndCandour(incident_id=one.id, cause="done"))
    await one.keep_ended("ended")


async def in_wales(studio: Studio) -> None:
    """The person is not told for thirty working days: that has to be explained. They want nothing of it in the end."""
    figures = {"acknowledge_days": 2, "early_resolution_days": 5, "closer_look_days": 25, "tier_2_days": 30}
    follows = ("uk-central-government", 1)
    one = await _flagged(studio, nation="wales", regime="central_government", follows=follows, figures=figures)
    await arrive(one)
    await _assess(one)
    await _support(one)
    await one.withdraw()
    # They are asked for the notice itself every two working days; Easter leaves the explanation to come next.
    await one.to(date(2028, 4, 12), 12)
    await one.keep("explanation_awaited")
    await one.to(date(2028, 4, 14), 0)
    await one.keep("explanation_overdue")
    declined = said.LogCandourAttempt(
        incident_id=one.id, tried_on=one.today, how="letter", outcome="declined", closed=True, altogether=True,
        words="She wants to hear no more of it.", late_reason="She was in hospital.",
    )  # fmt: skip
    await one.must(K.LOG_CANDOUR_ATTEMPT, declined)
    await one.must(K.END_CANDOUR, said.EndCandour(incident_id=one.id, cause="declined", reason="She said so."))
    await one.keep_ended("ended_declined")


async def not_reached(studio: Studio) -> None:
    """Nobody answers, and no further attempt is made: then it is told in writing."""
    one = await _flagged(studio)
    await arrive(one)
    await _assess(one)
    closed = said.LogCandourAttempt(incident_id=one.id, tried_on=DAY, how="visit", outcome="no_answer", closed=True)
    await one.must(K.LOG_CANDOUR_ATTEMPT, closed)
    await one.keep("not_reached")
    other = await _flagged(studio)
    await arrive(other)
    await _assess(other, notifiable=False, harm="low")
    await other.keep_ended("ended_not_notifiable")


async def misfortunes_of_candour(studio: Studio) -> None:
    """What can go wrong at each of its rungs goes wrong."""
    await misfortunes(studio, _flagged)


async def long_candour(studio: Studio) -> None:
    """It begins a new run."""
    await long(studio, _flagged)


CANDOUR_LIVES = [candour_late_throughout, in_wales, not_reached, misfortunes_of_candour]
