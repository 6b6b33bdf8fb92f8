"""Puts the work of a day in order: what is most at risk comes first, each with the reason for its place.

Pure: the facts and the day are passed in. A due date is the last day on which a thing is in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Final

# Two working days can lie this many calendar days ahead, over a weekend.
SOON: Final = timedelta(days=4)


class Rank(IntEnum):
    """How much is at risk; the least number is the most."""

    STATUTORY_OVERDUE = 1
    STATUTORY_TODAY = 2
    PROMISE_BROKEN = 3
    NOBODY_HAS_IT = 4
    STATUTORY_SOON = 5
    PROMISE_TODAY = 6
    PROMISE_SOON = 7
    INTERNAL_OVERDUE = 8
    TASK_OVERDUE = 9
    TASK_DUE = 10
    LATER = 11


class Reason(StrEnum):
    """Why an item has its place, as a stable code."""

    STATUTORY_OVERDUE = "statutory_overdue"
    STATUTORY_TODAY = "statutory_today"
    PROMISE_BROKEN = "promise_broken"
    NEEDS_ATTENTION = "needs_attention"
    NO_OWNER = "no_owner"
    STATUTORY_SOON = "statutory_soon"
    PROMISE_TODAY = "promise_today"
    PROMISE_SOON = "promise_soon"
    INTERNAL_OVERDUE = "internal_overdue"
    TASK_OVERDUE = "task_overdue"
    TASK_DUE = "task_due"
    LATER = "later"
    NO_DATE = "no_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one item: of a clock its kind and effect, of a task alone neither; when it is due."""

    due_on: date | None = None
    clock: str | None = None
    effect: str | None = None
    needs_attention: bool = False
    no_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place of one item: its rank, the reason as a code, and the reason in words."""

    rank: Rank
    reason: Reason
    words: str


# Of each clock: what has run out, and what is to be done by its day.
_CLOCKS: Final = {
    "acknowledgement": ("The time to acknowledge the complaint", "The acknowledgement"),
    "relevant_period": ("The six months", "The response within the six months"),
    "settle_period": ("The time to agree the response period", "Agreeing the response period"),
    "response_period": ("The response period promised", "The response promised"),
    "next_update": ("The time of the update promised", "The update promised"),
    "promise": ("The time of what was promised", "What was promised"),
    "promise_rhythm": ("The time of what was promised", "What was promised"),
    "consent_expiry": ("The consent", "Having the consent renewed"),
    "plan_review": ("The time to review the contact plan", "Reviewing the contact plan"),
    "plan_appeal": ("The time to decide the appeal", "Deciding the appeal against the contact plan"),
    "format": ("The time to supply the format that is needed", "Supplying the format that is needed"),
    "undelivered": ("The time to see to what did not arrive", "Seeing to what did not arrive"),
    "body_acceptance": ("The time for the body to say whether it takes part", "Hearing whether the body takes part"),
    "body_contribution": ("The time of the body's part", "The body's part of the answer"),
    "body_information": ("The time to give what the body was asked for", "What the body was asked for"),
    "body_revision": ("The time of the body's part that was sent back", "The body's part that was sent back"),
    "body_comment": ("The time for the body's comment on the draft", "The body's comment on the draft"),
    "body_action": ("The time of the body's action", "The body's action"),
    "transfer_receipt": (
        "The time for the body to say that it has the complaint",
        "Hearing that the body has the complaint",
    ),
    "contribution_review": ("The time to look at what a body submitted", "Looking at what a body submitted"),
    "lead_decision": ("The time to settle which body coordinates", "Settling which body coordinates"),
    "joint_timescale": ("The time to agree one timescale with the bodies", "Agreeing one timescale with the bodies"),
    "person_comment": (
        "The time to weigh what the person said of the draft",
        "Weighing what the person said of the draft",
    ),
    "supplement": ("The time of the supplement to the response", "The supplement to the response"),
    "part_acceptance": ("The time to say whether we take part", "Saying whether we take part"),
    "part_contribution": ("The time of our part", "Our part of the answer"),
    "part_information": ("The time to give what the body that coordinates asked for", "What that body asked for"),
    "part_revision": ("The time of our part that was sent back", "Our part that was sent back"),
    "part_comment": ("The time to comment on the one draft", "Our comment on the one draft"),
    "part_action": ("The time of what we promised to do", "What we promised to do"),
    "part_separate": ("The time to answer our own part separately", "Answering our own part separately"),
    "candour_assessment": ("The time to assess the incident", "Assessing whether the incident is notifiable"),
    "candour_notice": ("The time to tell the person of the incident", "Telling the person of the incident"),
    "candour_explanation": (
        "The time after which a late notice of the incident has to be explained",
        "Explaining why the person is told so late",
    ),
    "candour_written": ("The time of the written notice of the incident", "The written notice of the incident"),
    "candour_results": ("The time to tell the person what enquiries found", "Telling what further enquiries found"),
    "candour_support": ("The time to offer the person support", "Offering the person support"),
    "referral_enquiry": (
        "The time to answer the Ombudsman or the regulator",
        "Answering the Ombudsman or the regulator",
    ),
    "regulator_request": ("The 28 days to answer the regulator", "The answer to the regulator within 28 days"),
    "referral_comments": ("The time to comment on the preliminary decision", "Commenting on the preliminary decision"),
    "recommendation": ("The time to comply with a recommendation", "Complying with a recommendation"),
    "recommendation_told": ("The time to tell that a recommendation was complied with", "Telling of the compliance"),
    "action": ("The time of an action that follows from the complaint", "The action that follows from the complaint"),
    "action_news": ("The time to say how far an action is", "Saying how far an action is"),
    "action_told": ("The time to tell the person that an action is done", "Telling the person that an action is done"),
    "action_check": ("The time to look whether an action held", "Looking whether an action held"),
    "referral_learning": ("The time to publish what was learned", "Publishing what was learned"),
    "escalation_call": ("The time for a senior to have the case in hand", "Having a senior acknowledge the escalation"),
    "escalation_call_now": (
        "The time for a senior to have the case in hand now",
        "Having a senior acknowledge the escalation now",
    ),
    "severity_decision": ("The time to decide how serious it is", "Deciding as second person how serious it is"),
    "escalation_decision": ("The time to decide about the escalation", "Deciding about the escalation"),
    "escalation_look": ("The time of the senior's look at the case", "The senior's look at the case"),
    "escalation_follow": ("The time of what was decided about the escalation", "What was decided on the escalation"),
    "staff_notice": ("The time to tell the member of staff", "Telling the member of staff"),
    "staff_deferral": ("The time to review the deferral", "Reviewing whether the member of staff can be told"),
    "staff_follow_up": (
        "The time of the written follow-up to the member of staff",
        "The follow-up to the member of staff",
    ),
    "staff_support": ("The time to speak with the member of staff", "Speaking with the member of staff"),
    "staff_invitation": (
        "The time to invite the member of staff to comment",
        "Inviting the member of staff to comment",
    ),
    "staff_comment": ("The time to weigh what the member of staff said", "Weighing what the member of staff said"),
    "staff_views": ("The time to show the member of staff the initial views", "Showing staff the initial views"),
    "staff_change": ("The time to tell the member of staff of the new date", "Telling staff of the new date"),
    "staff_update": ("The time to inform the member of staff", "Informing the member of staff"),
    "staff_outcome": ("The time to tell the member of staff the outcome", "Telling the member of staff the outcome"),
    "staff_experience": ("The time to ask the member of staff how it was", "Asking the member of staff how it was"),
    "written_record": ("The time to send the written record", "Sending the written record"),
    "early_resolution": ("The time to resolve the complaint early", "Resolving the complaint early"),
    "confirm_issues": ("The time to confirm the issues", "Confirming the issues with the person"),
    "request": ("The time to give what was asked for", "Giving what was asked for"),
    "request_review": ("The time to check what was given", "Checking what was given"),
    "referral": ("The time to pass the concern on", "Passing the concern on"),
    "hold_review": ("The time to review the hold", "Reviewing the hold"),
    "answer": ("The time to answer the person", "Answering the person"),
    "comments": ("The time for comments on the initial views", "Weighing the comments on the initial views"),
    "drafting": ("The time to draft the response", "Drafting the response"),
    "clearance": ("The time to clear the drafted response", "Clearing the drafted response"),
    "signature": ("The time to sign the response", "Signing the response"),
    "stage_1": ("The time of stage 1", "The stage 1 response"),
    "stage_2_acknowledgement": (
        "The time to acknowledge the request for stage 2",
        "Acknowledging the request for stage 2",
    ),
    "stage_2": ("The time of stage 2", "The stage 2 response"),
    "investigation": ("The time of the investigation", "The decision after investigation"),
    "closer_look": ("The time to respond", "The response"),
    "tier_2_acknowledgement": (
        "The time to acknowledge the request for tier 2",
        "Acknowledging the request for tier 2",
    ),
    "tier_2": ("The time of tier 2", "The response of tier 2"),
    "draft_release": ("The time to release or discard the draft", "Releasing or discarding the draft"),
    "closing": ("The time to close the complaint", "Closing the complaint"),
    "allocation": ("The time to give the case an owner", "Giving the case an owner"),
    "correction_approval": ("The time to decide the correction", "Deciding the correction"),
}
_ANY_CLOCK: Final = ("The time for this", "This")


def place(facts: Facts, today: date) -> Place:
    """Return where an item stands in the work of a day, and why."""
    rank, reason = _ranked(facts, today)
    return Place(rank=rank, reason=reason, words=_words(facts, reason, today))


def _ranked(facts: Facts, today: date) -> tuple[Rank, Reason]:
    """Return the first place that the facts give. A law's time goes before the want of an owner."""
    timed = _timed(facts, today)
    nobody = facts.needs_attention or facts.no_owner
    if nobody and (timed is None or timed[0] > Rank.NOBODY_HAS_IT):
        return Rank.NOBODY_HAS_IT, Reason.NEEDS_ATTENTION if facts.needs_attention else Reason.NO_OWNER
    return timed or (Rank.LATER, Reason.NO_DATE)


def _timed(facts: Facts, today: date) -> tuple[Rank, Reason] | None:
    """Return the place that time alone gives; None without a date."""
    if facts.due_on is None:
        return None
    left = facts.due_on - today
    over, now, soon = left < timedelta(), left == timedelta(), left <= SOON
    match facts.effect:
        case "statutory":
            steps = (Reason.STATUTORY_OVERDUE, Reason.STATUTORY_TODAY, Reason.STATUTORY_SOON)
        case "promise":
            steps = (Reason.PROMISE_BROKEN, Reason.PROMISE_TODAY, Reason.PROMISE_SOON)
        case "internal":
            steps = (Reason.INTERNAL_OVERDUE, Reason.TASK_DUE, Reason.LATER)
        case _:
            steps = (Reason.TASK_OVERDUE, Reason.TASK_DUE, Reason.LATER)
    reason = steps[0] if over else steps[1] if now else steps[2] if soon else Reason.LATER
    return Rank[reason.name], reason


def _words(facts: Facts, reason: Reason, today: date) -> str:
    if reason is Reason.NEEDS_ATTENTION:
        return "The complaint needs attention"
    if reason is Reason.NO_OWNER:
        return "Nobody owns the case"
    if facts.due_on is None:
        return "No day was set"
    ran_out, to_do = _CLOCKS.get(facts.clock or "", _ANY_CLOCK)
    day, days = _day(facts.due_on, today), abs((facts.due_on - today).days)
    if facts.due_on > today:
        return f"{to_do} is due on {day}, " + ("tomorrow" if days == 1 else f"in {days} days")
    if facts.due_on == today:
        run = "run out" if ran_out.endswith("months") else "runs out"
        return f"{ran_out} {run} today, {day}" if facts.clock else f"{to_do} is due today, {day}"
    ago = "yesterday" if days == 1 else f"{days} days ago"
    return f"{ran_out} ran out on {day}, {ago}" if facts.clock else f"{to_do} was due on {day}, {ago}"


def _day(day: date, today: date) -> str:
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {day:%B}{year}"
