"""The proof of a due date: every day counted or skipped and why, kept beside the clock and readable by people.

Proofs are stored as JSON for as long as the file is kept: a new field needs a default, and none is renamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from contracts.clocks import Effect
from policies.calendars import LONDON
from policies.clock_rules import Certainty, StartEvent, Unit

_EFFECTS = {
    Effect.STATUTORY: "a statutory time limit",
    Effect.PROMISE: "a promise to the person",
    Effect.INTERNAL: "an internal target",
}
_STARTS = {
    StartEvent.RECEIPT: "the day of receipt",
    StartEvent.ACKNOWLEDGEMENT: "the day of acknowledgement",
    StartEvent.RESPONSE_PERIOD_SET: "the day the response period was set",
    StartEvent.UPDATE: "the day of the last update, or the day the rhythm was agreed",
    StartEvent.DRAFT: "the day of the draft",
    StartEvent.RESPONSE: "the day of the response",
    StartEvent.UNASSIGNED: "the day it came into the unassigned queue",
    StartEvent.CORRECTION: "the day the correction was asked for",
    StartEvent.RESOLUTION: "the day the early resolution was begun",
    StartEvent.MOVED_ON: "the day the next stage was taken up",
    StartEvent.ESCALATION: "the day the next tier was asked for",
    StartEvent.ISSUES: "the day the issues were put to the person",
    StartEvent.REQUEST: "the day it was asked for",
    StartEvent.ANSWER: "the day the answer was recorded",
    StartEvent.REFERRAL: "the day it became known",
    StartEvent.HOLD: "the day the hold was decided",
    StartEvent.VIEWS: "the day the views were shared",
    StartEvent.DRAFTING: "the day on which the response could be written, or a draft was sent back",
    StartEvent.CLEARANCE: "the day the draft was put forward",
    StartEvent.SIGNATURE: "the day the draft was cleared",
    StartEvent.PROMISE: "the day it was promised, or was last kept",
    StartEvent.STAFF_NAMED: "the day on which we knew who is complained about",
    StartEvent.DEFERRAL: "the day on which it was decided not to tell them for now",
    StartEvent.STAFF_TOLD: "the day they were told, or last heard from us",
    StartEvent.COMMENTS_INVITED: "the day they were invited to comment",
    StartEvent.TIMESCALE_CHANGED: "the day the date was changed",
    StartEvent.OUTCOME: "the day of the response, or of another end",
    StartEvent.OUTCOME_TOLD: "the day they were told what came of it",
    StartEvent.CONSENT_GIVEN: "the day the consent was given",
    StartEvent.CONTACT_PLAN: "the day the plan was decided or reviewed",
    StartEvent.APPEAL: "the day of the appeal",
    StartEvent.FORMAT_OWED: "the day the notice was released",
    StartEvent.NOTICE_FAILED: "the day on which we knew that it had not arrived",
    StartEvent.BODY_INVITED: "the day the body was invited",
    StartEvent.BODY_ASKED: "the day the body was asked",
    StartEvent.BODY_SUBMITTED: "the day the body submitted its part",
    StartEvent.LEAD_DISPUTED: "the day it was proposed, or disputed, who leads",
    StartEvent.BODIES_ACCEPTED: "the day the first body accepted",
    StartEvent.JOINT_DRAFT: "the day the draft was shared",
    StartEvent.ACTION_PROMISED: "the day the action was promised",
    StartEvent.PASSED_ON: "the day the complaint was passed on",
    StartEvent.LEAD_ASKED: "the day the body that coordinates asked",
    StartEvent.LOWERING_ASKED: "the day somebody asked to lower it",
    StartEvent.SENIOR_CALLED: "the day it was put to senior leaders",
    StartEvent.SENIOR_HAS_IT: "the day a senior leader had it in hand",
    StartEvent.SENIOR_DECIDED: "the day a senior leader decided, or last looked",
    StartEvent.INCIDENT_FLAGGED: "the day the incident was flagged",
    StartEvent.INCIDENT_NOTIFIABLE: "the day it was found to be notifiable",
    StartEvent.INCIDENT_TOLD: "the day the person was told, or could not be reached",
    StartEvent.REFERRAL_ASKED: "the day it was asked for",
    StartEvent.REFERRAL_DECIDED: "the day of the decision, or of what was done about it",
    StartEvent.ACTION_PLANNED: "the day the action was planned, changed or opened again",
    StartEvent.ACTION_DONE: "the day the action was done",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day that was looked at: counted, or skipped and why."""

    on: date
    counted: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A later date, by dates only: who agreed and the reason stay in the ledger."""

    was: date
    now: date
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How a due date came about.

    `days` is filled for working days, `steps` for the other units and for what happened after the count.
    `calendar_revision` is the revision of the calendar that the count used. `started_at` and `due_at` are those of a
    clock in minutes, which starts and ends within a day.
    """

    kind: str
    title: str
    effect: Effect
    legal_basis: str
    certainty: Certainty
    starts: StartEvent
    started_on: date
    unit: Unit
    amount: int | None
    budget: str
    days: tuple[Day, ...] = ()
    steps: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()
    due_on: date
    provisional: bool
    calendar_revision: int
    started_at: datetime | None = None
    due_at: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the proof as plain JSON values."""
        plain: dict[str, Any] = _PROOF.dump_python(self, mode="json")
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Proof:
        """Read a stored proof; unknown keys of a newer version are ignored."""
        return _PROOF.validate_python(dict(data))


_PROOF = TypeAdapter(Proof)


def started(starts: StartEvent) -> str:
    """Name the day that starts a clock in plain English."""
    return _STARTS[starts]


def long_date(day: date) -> str:
    """Write a date in full: Monday 1 June 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def explain(proof: Proof) -> str:
    """Tell in plain English, line by line, how the due date came about."""
    return "\n".join(_lines(proof))


def _lines(proof: Proof) -> Iterator[str]:
    yield f"{proof.title}: {_EFFECTS[proof.effect]}"
    unchecked = " (not yet checked against the official text)" if proof.certainty == Certainty.UNVERIFIED else ""
    yield f"Basis: {proof.legal_basis}{unchecked}"
    yield f"Starts: {long_date(proof.started_on)}{_time(proof.started_at)}, {started(proof.starts)}"
    yield f"Budget: {proof.budget}"
    for day in proof.days:
        yield f"  {long_date(day.on)}: {day.why if day.counted else 'not counted, ' + day.why}"
    for step in proof.steps:
        yield f"  {step}"
    for extension in proof.extensions:
        agreed = "" if extension.agreed_on is None else f", agreed on {long_date(extension.agreed_on)}"
        yield f"  Extended from {long_date(extension.was)} to {long_date(extension.now)}{agreed}"
    if proof.due_at is None:
        yield f"Due by the end of {long_date(proof.due_on)}"
    else:
        yield f"Due on {long_date(proof.due_on)}{_time(proof.due_at)}"
    if proof.provisional:
        yield "Provisional: the official calendar is not yet published this far ahead, so the date may move"


def _time(at: datetime | None) -> str:
    return "" if at is None else f" at {at.astimezone(LONDON):%H:%M}"
