"""The duty of candour in the year: what may have happened is flagged, assessed, told in person and in writing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from contracts.commands import CommandKind as K
from db import candour_said as candour
from tests.year.case import morning

if TYPE_CHECKING:
    from tests.year.life import Life

SENIOR: Final = "senior_leader"


async def flagged(life: Life) -> None:
    """It is flagged and assessed the same day; where it is notifiable the person is told, and offered support."""
    flag = candour.FlagIncident(words="It may be a notifiable incident.", became_known_on=life.today)
    await life.must(K.FLAG_INCIDENT, flag)
    notifiable = life.drawn.rarer.notifiable
    judged = candour.AssessIncident(
        incident_id=await _incident(life), notifiable=notifiable, harm="severe" if notifiable else "low",
        reasons="The dose was given twice." if notifiable else "It was known to happen, and was explained.",
    )  # fmt: skip
    await life.must(K.ASSESS_INCIDENT, judged, SENIOR)


async def told(life: Life) -> AsyncIterator[datetime]:
    """Told in person, some of them late; then in writing, with an enquiry whose result is told later."""
    incident = await _incident(life)
    yield morning(life.today + timedelta(days=20 if life.drawn.rarer.told_late else 3), 11)
    spoken = candour.TellOfIncident(
        incident_id=incident, told_on=life.today, how="in_person",
        elements=_elements("account", "enquiries", "apology"), record="We met, and wrote down what was said.",
        late_reason="They were away." if life.drawn.rarer.told_late else None,
    )  # fmt: skip
    await life.must(K.TELL_OF_INCIDENT, spoken, SENIOR)
    support = candour.OfferCandourSupport(
        incident_id=incident, what="A family liaison officer.", offered_on=life.today, taken=True
    )
    await life.must(K.OFFER_CANDOUR_SUPPORT, support)
    yield morning(life.today + timedelta(days=2), 11)
    enquiry = candour.EnquirySaid(what="How the chart was read", due_on=life.today + timedelta(days=20))
    written = candour.WriteOfIncident(
        incident_id=incident, kind="written", enquiries=(enquiry,),
        elements=_elements("account", "enquiries", "apology", "results"),
    )  # fmt: skip
    await life.must(K.WRITE_OF_INCIDENT, written)
    yield morning(life.today + timedelta(days=15), 11)
    results = candour.WriteOfIncident(incident_id=incident, kind="results", elements=_elements("results", "apology"))
    await life.must(K.WRITE_OF_INCIDENT, results)
    await life.tidy()
    done = candour.EndCandour(incident_id=incident, cause="done", reason="All is told.")
    await life.must(K.END_CANDOUR, done, SENIOR)


def _elements(*codes: candour.ElementCode) -> tuple[candour.ElementSaid, ...]:
    return tuple(candour.ElementSaid(code=code, words=f"In plain words: {code}.") for code in codes)


async def _incident(life: Life) -> UUID:
    (row,) = await life.rows("select id from proceeding where complaint_id = :id and kind = 'candour'")
    found: UUID = row["id"]
    return found
