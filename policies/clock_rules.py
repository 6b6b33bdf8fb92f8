"""The rules of clocks as validated data: what starts one, its budget, its ladder, its legal basis.

These are the shapes that the `[[clocks]]` of the files in `policies/procedures/` must have. Nothing here reads a file.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic.dataclasses import dataclass

from contracts.clocks import Effect
from contracts.commands import CommandKind
from policies.extension_rules import ExtensionRule
from policies.rule_fields import STRICT, LocalTime, Name, Words, refuse_repeats

OVERDUE = "overdue"
CALL = "call:"  # what a rung does to reach a senior: a step of the calling
WAKE = "wake:"  # what a rung does to have a senior asked: the cause
COUNT = "count_again"  # what a rung does where nobody looked whether an action held

_DEEDS = (
    "task|prompt_email|breach|draft:[a-z][a-z0-9_]{0,57}|remind_body:(contact|complaints_manager|responsible_person)"
    "|call:(first|again|second|next|responsible)|wake:action_late|count_again"
)
Deed = Annotated[str, Field(pattern=rf"^({_DEEDS})$")]


class StartEvent(StrEnum):
    """The event whose local day starts a clock."""

    RECEIPT = "receipt"
    ACKNOWLEDGEMENT = "acknowledgement"
    RESPONSE_PERIOD_SET = "response_period_set"
    UPDATE = "update"
    DRAFT = "draft"
    RESPONSE = "response"
    UNASSIGNED = "unassigned"
    CORRECTION = "correction"
    RESOLUTION = "resolution"  # an early resolution was begun
    MOVED_ON = "moved_on"  # the next stage of the same complaint was taken up
    ESCALATION = "escalation"  # the person asked for the next tier
    ISSUES = "issues"  # the issues were put to the person
    REQUEST = "request"  # somebody inside was asked for something
    ANSWER = "answer"  # what was asked for was given
    REFERRAL = "referral"  # something came up that has to be passed on the same day
    HOLD = "hold"  # issues were put on hold
    VIEWS = "views"  # initial views were shared
    DRAFTING = "drafting"  # everything is there to write the response, or a draft was sent back
    CLEARANCE = "clearance"  # a drafted response was put forward
    SIGNATURE = "signature"  # a drafted response was cleared
    # Of the duties, which no procedure has to name.
    PROMISE = "promise"
    STAFF_NAMED = "staff_named"
    DEFERRAL = "deferral"
    STAFF_TOLD = "staff_told"
    COMMENTS_INVITED = "comments_invited"
    TIMESCALE_CHANGED = "timescale_changed"
    OUTCOME = "outcome"
    OUTCOME_TOLD = "outcome_told"
    CONSENT_GIVEN = "consent_given"
    CONTACT_PLAN = "contact_plan"
    APPEAL = "appeal"
    FORMAT_OWED = "format_owed"
    NOTICE_FAILED = "notice_failed"
    BODY_INVITED = "body_invited"
    BODY_ASKED = "body_asked"
    BODY_SUBMITTED = "body_submitted"
    LEAD_DISPUTED = "lead_disputed"
    BODIES_ACCEPTED = "bodies_accepted"
    JOINT_DRAFT = "joint_draft"
    ACTION_PROMISED = "action_promised"
    PASSED_ON = "passed_on"
    # Of a body's own part in what another one coordinates.
    LEAD_ASKED = "lead_asked"
    # Of serious cases.
    LOWERING_ASKED = "lowering_asked"
    SENIOR_CALLED = "senior_called"
    SENIOR_HAS_IT = "senior_has_it"
    SENIOR_DECIDED = "senior_decided"
    INCIDENT_FLAGGED = "incident_flagged"
    INCIDENT_NOTIFIABLE = "incident_notifiable"
    INCIDENT_TOLD = "incident_told"
    REFERRAL_ASKED = "referral_asked"
    REFERRAL_DECIDED = "referral_decided"
    # Of actions that follow from a complaint.
    ACTION_PLANNED = "action_planned"
    ACTION_DONE = "action_done"


class Unit(StrEnum):
    """What a clock's budget is measured in; `date` is a date that people set."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    DATE = "date"
    MINUTES = "minutes"  # from an instant to an instant: a call that somebody has to answer


class RungUnit(StrEnum):
    """What the distance of a rung is measured in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MINUTES = "minutes"  # of the hours that its clock counts


class Hours(StrEnum):
    """Which minutes count."""

    OFFICE = "office"  # 09:00 to 17:00, local, of open days
    ANY = "any"


class WhoseCalendar(StrEnum):
    """Whose closed days count."""

    NATION = "nation"
    ORGANISATION = "organisation"


class Roll(StrEnum):
    """What happens to a due day that is closed."""

    NONE = "none"
    NEXT_OPEN = "next_open"


class Anchor(StrEnum):
    """The day, or the instant, from which a rung is measured."""

    DUE = "due"
    START = "start"


class Reaches(StrEnum):
    """The role a rung reaches, resolved when it fires."""

    OWNER = "owner"
    COMPLAINTS_MANAGER = "complaints_manager"
    RESPONSIBLE_PERSON = "responsible_person"
    INVESTIGATOR = "investigator"  # of the case
    DECISION_MAKER = "decision_maker"  # of the case
    REQUESTEE = "requestee"  # whoever was asked, of the request that the clock is about
    SERVICE_LEAD = "service_lead"
    DIVISIONAL_DIRECTOR = "divisional_director"
    MEDICAL_DIRECTOR = "medical_director"
    NURSING_DIRECTOR = "nursing_director"
    SUPPORTER = "supporter"  # of the member of staff whom the clock is about
    SENIOR = "senior"  # whoever has the escalation in hand that the clock is about; who is called a step decides
    RECOMMENDATION_OWNER = "recommendation_owner"  # whoever sees to the recommendation that the clock is about
    ACTION_OWNER = "action_owner"  # whoever sees to the action that the clock is about


class Keeper(StrEnum):
    """The workflow that keeps a clock of this kind, and fires its rungs."""

    COMPLAINT = "complaint"
    INVOLVEMENT = "involvement"  # of the member of staff whom the clock is about: its subject
    CONTRIBUTION = "contribution"  # of the body that is waited for
    PROCEEDING = "proceeding"  # an escalation, candour, a referral, an action: what runs beside the complaint


class Certainty(StrEnum):
    """Whether the rule was checked against the official text."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RungRule:
    """One step of a ladder: when it fires, whom it reaches, what it does.

    `overdue` fires at the due instant and alone writes the breach. Every other rung has a local time `at`
    on the day `offset` away from its anchor, and `due` rungs with a positive offset come after the due date.
    A rung in minutes is measured from the instant of the start, and may fire at once.
    """

    code: Name
    offset: Annotated[StrictInt, Field(ge=-366, le=10_080)]
    unit: RungUnit
    anchor: Anchor
    at: LocalTime | None = None
    to: Reaches
    does: Annotated[tuple[Deed, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        overdue = self.code == OVERDUE
        if overdue and (self.offset != 0 or self.anchor != Anchor.DUE or self.at is not None):
            raise ValueError("overdue fires at the due instant: anchor due, offset 0 and no time of day")
        if overdue != ("breach" in self.does):
            raise ValueError("the overdue rung, and no other, writes the breach")
        if self.unit != RungUnit.MINUTES:
            self._check_days(overdue=overdue)
        elif not overdue and (self.anchor != Anchor.START or self.offset < 0 or self.at is not None):
            raise ValueError("a rung in minutes is measured from the start, and has no time of day")
        refuse_repeats("does", self.does)
        return self

    def _check_days(self, *, overdue: bool) -> None:
        if not overdue and self.at is None:
            raise ValueError("a rung other than overdue needs a time of day: at")
        if self.anchor == Anchor.START and self.offset < 1:
            raise ValueError("a rung measured from the start comes after it: offset 1 or more")
        if self.offset > 366:
            raise ValueError("offset: at most 366 days")
        if any(deed.startswith(CALL) for deed in self.does):
            raise ValueError("only a clock in minutes calls anybody")


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ClockRule:
    """The rule of one kind of clock. `amount` is absent for a date, and a default where people may agree days.

    `figure` names the organisation's own figure that gives the amount. `stages` and `channels` narrow when the clock
    is started: only in these stages, only for a complaint that was made so. `letter` narrows what meets it to the
    release of letters made from this template. `margin` is how many working days the clock runs on after the amount,
    which is what people are told: they comment until then, and what they said is weighed afterwards.

    `chase_every` is in working days: once the ladder is climbed and the clock still runs, whoever its last
    rung reached is chased again and again. So a running clock is never without a next event.

    A clock in minutes runs from an instant to an instant, by office hours or any (`hours`); all its rungs are in
    minutes, and so is its chase (`chase_every_minutes`, counted by the same hours).
    """

    kind: Name
    title: Words
    effect: Effect
    kept_by: Keeper = Keeper.COMPLAINT
    starts: StartEvent
    unit: Unit
    amount: Annotated[StrictInt, Field(ge=1, le=3660)] | None = None
    hours: Hours | None = None
    figure: Name | None = None
    stages: tuple[Name, ...] = ()
    channels: tuple[Name, ...] = ()
    letter: Name | None = None
    margin: Annotated[StrictInt, Field(ge=0, le=60)] = 0
    calendar: WhoseCalendar
    count_first_day: StrictBool
    roll: Roll = Roll.NONE
    met_by: Annotated[tuple[CommandKind, ...], Field(min_length=1)]
    stopped_by: tuple[CommandKind, ...] = ()
    extension: ExtensionRule
    pause_grounds: tuple[Name, ...]
    legal_basis: Words
    certainty: Certainty
    chase_every: Annotated[StrictInt, Field(ge=1, le=60)] | None = None
    chase_every_minutes: Annotated[StrictInt, Field(ge=15, le=10_080)] | None = None
    rungs: Annotated[tuple[RungRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.unit == Unit.DATE and (self.amount is not None or self.figure is not None):
            raise ValueError("amount is needed, except for unit date, which has none")
        if self.unit != Unit.DATE and self.amount is None and self.figure is None:
            raise ValueError("amount is needed, except for unit date, which has none; or the figure that gives it")
        if self.margin and self.unit != Unit.WORKING_DAYS:
            raise ValueError("margin: only for a clock that is counted in working days")
        capped = self.extension.cap is not None or self.extension.cap_figure is not None
        if capped and self.unit not in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS):
            raise ValueError("extension: a cap is counted in days, and only a clock in days can have one")
        if self.effect == Effect.STATUTORY and self.calendar != WhoseCalendar.NATION:
            raise ValueError("a statutory clock uses only the calendar of the nation")
        if self.letter is not None and CommandKind.RELEASE_NOTICE not in self.met_by:
            raise ValueError("letter: the clock is not met by release_notice")
        refuse_repeats("met_by", self.met_by)
        codes = [rung.code for rung in self.rungs]
        refuse_repeats("rungs", codes)
        if OVERDUE not in codes:
            raise ValueError("rungs: exactly one overdue rung is needed")
        self._check_minutes()
        return self

    def _check_minutes(self) -> None:
        minutes = self.unit == Unit.MINUTES
        if minutes != (self.hours is not None):
            raise ValueError("hours: needed for a clock in minutes, and for no other")
        if minutes != (self.chase_every_minutes is not None) or minutes == (self.chase_every is not None):
            raise ValueError("chase_every is needed; for a clock in minutes chase_every_minutes, and not both")
        if any((rung.unit == RungUnit.MINUTES) != minutes for rung in self.rungs):
            raise ValueError("rungs: those of a clock in minutes are in minutes, and no other clock has such")
        # What the acts and the other pages take for granted of a clock in minutes.
        plain = self.effect == Effect.INTERNAL and self.figure is None and self.roll == Roll.NONE
        if minutes and not (plain and self.kept_by == Keeper.PROCEEDING and not self.extension.allowed):
            why = "is internal, kept by a proceeding, and has no figure, roll or extension"
            raise ValueError(f"a clock in minutes {why}")
