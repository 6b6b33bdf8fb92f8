"""What is said under the duty of candour: flagged, assessed, told in person and in writing, supported, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import get_args
from uuid import UUID

from contracts.commands import CommandKind
from db import candour_said as candour
from tests.lives.machine.draws import NOBODY, WORDS, Draws
from tests.lives.machine.look import Row, day
from tests.lives.machine.sayings_early import Saying

_ASSESSORS = ("complaints_manager", "responsible_person", "senior_leader")
_LIVE = ("notifiable", "told_in_person", "not_reached", "told_in_writing", "results_told")


def flag_incident(d: Draws) -> Saying:
    known = d.mostly(d.today - timedelta(days=d.one(0, 1, 30)), d.today + timedelta(days=1))
    what = candour.FlagIncident(
        words=WORDS,
        became_known_on=known,
        happened_on=d.one(None, d.mostly(known - timedelta(days=3), known + timedelta(days=1))),
        about_party_id=d.one(None, d.id(d.parties())),
    )
    return what, d.speaker("handler", "investigator")


def assess_incident(d: Draws) -> Saying:
    row = _one(d, "flagged")
    notifiable = d.one(True, True, True, False)
    harm = d.one("moderate", "severe", "death") if notifiable else d.one("low", "none", "severe")
    what = candour.AssessIncident(
        incident_id=_id(d, row), notifiable=notifiable, harm=harm, reasons=d.mostly(WORDS, None)
    )
    return what, d.mostly(d.one(*_ASSESSORS), "handler", "auditor")


def tell_of_incident(d: Draws) -> Saying:
    row = _one(d, "notifiable", "not_reached")
    what = candour.TellOfIncident(
        incident_id=_id(d, row),
        told_on=_since(d, row),
        how=d.mostly("in_person", "call", "video"),
        elements=_elements(d, "account", "enquiries", "apology"),
        record=d.mostly(WORDS, None),
        by_id=d.one(None, d.person("senior_leader", "handler")),
        party_id=_party(d),
        late_reason=d.one(WORDS, None),
    )
    return what, d.speaker("handler", "senior_leader")


def log_attempt(d: Draws) -> Saying:
    row = _one(d, "notifiable", "flagged")
    outcome = d.one("no_answer", "left_message", "declined", "returned")
    altogether = outcome == "declined" and d.one(False, False, True)
    what = candour.LogCandourAttempt(
        incident_id=_id(d, row),
        tried_on=_since(d, row),
        how=d.one("call", "letter", "visit"),
        outcome=outcome,
        closed=d.one(False, True),
        altogether=d.mostly(altogether, not altogether),
        late_reason=d.one(None, WORDS),
    )
    return what, "handler"


def offer_support(d: Draws) -> Saying:
    row = _one(d, *_LIVE)
    what = candour.OfferCandourSupport(
        incident_id=_id(d, row), what=WORDS, offered_on=_since(d, row), taken=d.one(None, True, False)
    )
    return what, "handler"


def write_of_incident(d: Draws) -> Saying:
    """The notice in writing, or what enquiries found; wrongly before its turn, or of an enquiry that is none."""
    row = _one(d, "told_in_person", "not_reached", "told_in_writing")
    written = bool(row) and row["state"] in ("told_in_writing", "results_told")
    results = d.mostly(written, not written)
    announced = [each["id"] for each in d.look.rows("candour_enquiry", told_on=None)]
    enquiry = candour.EnquirySaid(what=WORDS, due_on=d.due_on(10, 40))
    what = candour.WriteOfIncident(
        incident_id=_id(d, row),
        kind="results" if results else "written",
        elements=_elements(d, "results", "apology") if results else
        _elements(d, "account", "enquiries", "results", "apology"),
        enquiries=d.one((enquiry,), ()) if not results else d.one((), (), (enquiry,)),
        enquiry_ids=d.one((), (d.id([UUID(each) for each in announced]),)) if results and announced else (),
        party_id=_party(d),
    )  # fmt: skip
    return what, "handler"


def end_candour(d: Draws) -> Saying:
    row = _one(d, "results_told", "told_in_writing", "not_reached")
    declined = bool(row) and d.look.rows("incident", id=row["id"])[0]["declined_on"] is not None
    vain = bool(row) and row["state"] == "not_reached"
    fit: tuple[candour.CandourCause, ...] = ("declined", "done") if declined else ("not_reached", "done")
    cause = d.one(*fit) if declined or vain else d.mostly("done", "declined", "not_reached")
    what = candour.EndCandour(incident_id=_id(d, row), cause=cause, reason=d.one(None, WORDS))
    return what, d.mostly(d.one(*_ASSESSORS), "handler")


def _elements(d: Draws, *codes: candour.ElementCode) -> tuple[candour.ElementSaid, ...]:
    """Return every element; wrongly without the last, with one twice, or with one more."""
    more: candour.ElementCode = d.one(*(each for each in get_args(candour.ElementCode) if each not in codes))
    wrong: list[tuple[candour.ElementCode, ...]] = [codes[:-1], (*codes, codes[0])]
    return tuple(candour.ElementSaid(code=each, words=WORDS) for each in d.mostly(d.one(codes, (*codes, more)), *wrong))


def _since(d: Draws, row: Row | None) -> date:
    """Choose a day since the incident was known; wrongly tomorrow, or before it was."""
    known = day(d.look.rows("incident", id=row["id"])[0]["became_known_on"]) if row else d.today
    earlier = max(known, d.today - timedelta(days=d.one(0, 0, 1, 5)))
    return d.mostly(earlier, d.today + timedelta(days=1), known - timedelta(days=1))


def _party(d: Draws) -> UUID | None:
    """Mostly leave it to the record who is told; else somebody of the complaint."""
    return None if d.right or d.one(True, True, False) else d.id(d.parties())


def _one(d: Draws, *states: str) -> Row | None:
    """Choose an incident: one in a state, if there is any; else any."""
    rows = d.look.rows("proceeding", kind="candour")
    fit = [row for row in rows if row["state"] in states]
    return d.row(fit) or d.row(rows)


def _id(d: Draws, row: Row | None) -> UUID:
    return NOBODY if row is None else d.mostly(UUID(row["id"]), NOBODY, UUID(d.look.complaint["id"]))


CANDOUR: dict[CommandKind, Callable[[Draws], Saying]] = {
    CommandKind.FLAG_INCIDENT: flag_incident,
    CommandKind.ASSESS_INCIDENT: assess_incident,
    CommandKind.TELL_OF_INCIDENT: tell_of_incident,
    CommandKind.LOG_CANDOUR_ATTEMPT: log_attempt,
    CommandKind.OFFER_CANDOUR_SUPPORT: offer_support,
    CommandKind.WRITE_OF_INCIDENT: write_of_incident,
    CommandKind.END_CANDOUR: end_candour,
}
