"""The rules of a procedure beside its clocks, as validated data: moves, gates, figures, time limit, tiers, and so on.

Each carries the words that people see and its legal basis. Nothing here reads a file.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic.dataclasses import dataclass

from contracts.commands import CommandKind
from policies.clock_rules import Certainty, Unit
from policies.rule_fields import STRICT, Name, Words, refuse_repeats


class Matter(StrEnum):
    """What somebody came with. Only a complaint has the statutory clocks."""

    COMPLAINT = "complaint"
    CONCERN = "concern"
    ENQUIRY = "enquiry"
    COMPLIMENT = "compliment"
    FEEDBACK = "feedback"
    CONTRIBUTION = "contribution"  # our own part in what another body coordinates; nobody logs it by hand


class Signatory(StrEnum):
    """Who may sign the response."""

    RESPONSIBLE_PERSON = "responsible_person"
    AUTHORISED_PERSON = "authorised_person"
    DECISION_MAKER = "decision_maker"  # whoever the plan names; for regimes in which no office is prescribed


class Requirement(StrEnum):
    """What must be on record before a command is lawful. Each is checked by `activities/acts/gates.py`."""

    STANDING_SETTLED = "standing_settled"  # nobody speaks for a child or an incapable person unchecked
    TIME_LIMIT_SETTLED = "time_limit_settled"  # in time, or waived with both findings
    ROUTES_SCREENED = "routes_screened"  # other routes looked for, and the person advised
    WRITTEN_RECORD_SENT = "written_record_sent"  # of an oral complaint
    ISSUES_CONFIRMED = "issues_confirmed"  # with the person, with effect and outcomes sought
    PLAN_SHARED = "plan_shared"  # evidence, interviewees, decision-maker, delivery
    INVESTIGATOR_CLEAR = "investigator_clear"  # no prior involvement or conflict, or mitigated on record
    REQUESTS_SETTLED = "requests_settled"  # what was asked of colleagues is answered or called off
    NOTHING_ON_HOLD = "nothing_on_hold"  # no issue waits for police, a coroner, and so on
    FINDINGS_COMPLETE = "findings_complete"  # one on every issue that is not on hold or passed on
    VIEWS_SHARED = "views_shared"  # and their comment window is over; or skipped, with a reason
    RESPONSE_COMPLETE = "response_complete"  # every element that the procedure prescribes
    ISSUES_ANSWERED = "issues_answered"  # each open one by a response that went out, those that were on hold, too
    RESPONSE_CLEARED = "response_cleared"  # by somebody else than whoever wrote it
    CODING_COMPLETE = "coding_complete"  # for the returns
    REMEDIES_DECIDED = "remedies_decided"  # none is only proposed
    ANSWER_GIVEN = "answer_given"  # to a concern or an enquiry; a compliment or feedback needs none
    # Asked for wherever other bodies contribute, whatever the procedure says (SI 2009/309 reg 9).
    CONTRIBUTIONS_SETTLED = "contributions_settled"  # each is approved, or the response names what is missing
    LEAD_OURS = "lead_ours"  # it is settled that this body coordinates
    JOINT_DRAFT_SHARED = "joint_draft_shared"  # each body commented on these words, or its time ran out
    JOINT_DRAFT_WITH_PERSON = "joint_draft_with_person"  # and the person had theirs; or it was left out, with a reason
    JOINT_COMMENTS_WEIGHED = "joint_comments_weighed"  # each comment on the draft
    SUPPLEMENT_SENT = "supplement_sent"  # what came after the response was told, or is left out with a reason
    # Asked for wherever a complaint is, or was, serious, whatever the procedure says.
    ESCALATION_ACKNOWLEDGED = "escalation_acknowledged"  # by a senior leader, before it is closed


class Source(StrEnum):
    """Where an element of the response comes from, and so how it is known to be there."""

    TEXT = "text"  # somebody wrote it
    FINDINGS = "findings"  # the findings of the case
    REMEDIES = "remedies"  # the remedies of the case
    OMBUDSMAN = "ombudsman"  # the procedure's own words on the route from here
    ISSUES = "issues"  # the issues as confirmed


class TierKind(StrEnum):
    """Who looks at a complaint next."""

    INTERNAL = "internal"  # the same organisation, another person
    INDEPENDENT = "independent"  # a body beside the organisation
    OMBUDSMAN = "ombudsman"


class Channel(StrEnum):
    """How a person gets to a tier."""

    DIRECT = "direct"
    MP = "mp"


class WindowFrom(StrEnum):
    """The day from which a window is counted."""

    RESPONSE = "response"
    NOTICE = "notice"  # of the matter, by the person


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class MoveRule:
    """A lawful move: what is said in a stage takes the complaint to another. `when` names one of several ends."""

    stage: Name
    command: CommandKind
    to: Name
    when: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class GateRule:
    """What must be on record before a command; `stages` narrows it, `when` to one of several ends of the command."""

    command: CommandKind
    requires: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    legal_basis: Words
    stages: tuple[Name, ...] = ()
    when: Name | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("requires", self.requires)
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class FigureRule:
    """A figure that each organisation sets for itself, within bounds. Without a default it must be set."""

    code: Name
    title: Words
    unit: Unit
    default: Annotated[StrictInt, Field(ge=1, le=3660)] | None = None
    least: Annotated[StrictInt, Field(ge=1, le=3660)] = 1
    most: Annotated[StrictInt, Field(ge=1, le=3660)] = 3660
    legal_basis: Words
    certainty: Certainty

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.unit == Unit.DATE:
            raise ValueError("a figure is counted in days or months")
        if not self.least <= (self.default or self.least) <= self.most:
            raise ValueError("default: not between least and most")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class WaiverFinding:
    """One finding that a waiver of the time limit needs."""

    code: Name
    title: Words


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TimeLimitRule:
    """By when a complaint must be made: months from the later of the event and its coming to notice.

    `cap_months` counts from the event itself, however late it came to notice. A waiver needs every finding.
    """

    months: Annotated[StrictInt, Field(ge=1, le=120)]
    cap_months: Annotated[StrictInt, Field(ge=1, le=240)] | None = None
    waiver: Annotated[tuple[WaiverFinding, ...], Field(min_length=1)]
    legal_basis: Words
    certainty: Certainty

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("waiver", (each.code for each in self.waiver))
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ExemptionRule:
    """A complaint that was made so and resolved to the person's satisfaction this soon is none of the procedure's.

    `working_days` are of the nation, after the day on which it was made.
    """

    channels: Annotated[tuple[Name, ...], Field(min_length=1)]
    working_days: Annotated[StrictInt, Field(ge=1, le=20)]
    legal_basis: Words
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ExclusionRule:
    """A ground on which a complaint need not be handled. It is declined with written reasons."""

    code: Name
    title: Words
    legal_basis: Words
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class OutcomeRule:
    """An outcome of an issue and of a case, and what it is called in each vocabulary that a report needs."""

    code: Name
    title: Words
    reports: dict[Name, Name]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ElementRule:
    """A thing that the response must contain. `heading` is what the letter calls it, to the person."""

    code: Name
    title: Words
    source: Source
    legal_basis: Words
    heading: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class WindowRule:
    """How long a tier is open to the person."""

    amount: Annotated[StrictInt, Field(ge=1, le=366)] | None = None
    figure: Name | None = None
    unit: Unit
    starts: WindowFrom

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.amount is None) == (self.figure is None):
            raise ValueError("either amount or figure is needed")
        if self.unit == Unit.DATE:
            raise ValueError("a window is counted in days or months")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TierRule:
    """Who looks next, in the order of the procedure. An internal tier enters a stage of this procedure.

    `contact` is how a person reaches it: what the response prints. Asking for it is the person's right: nothing
    here gives the organisation a say in it.
    """

    code: Name
    title: Words
    kind: TierKind
    enters: Name | None = None
    window: WindowRule | None = None
    precondition: Words
    same_handler_barred: StrictBool
    channel: Channel = Channel.DIRECT
    contact: Words | None = None
    legal_basis: Words
    certainty: Certainty

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.kind == TierKind.INTERNAL) != (self.enters is not None):
            raise ValueError("an internal tier enters a stage, and no other does")
        if (self.kind == TierKind.INTERNAL) == (self.contact is not None):
            raise ValueError("contact: needed for a tier outside the organisation, and for no other")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CodingRule:
    """What has to be coded before a complaint is closed, for the returns: names of fields of the coding."""

    required: tuple[Name, ...]
    lists: Name
    legal_basis: Words


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class InvestigatorRule:
    """What an investigator must be, and when somebody who has taken part before may all the same."""

    training_required: StrictBool
    conflict: Annotated[str, Field(pattern=r"^(barred|mitigated)$")]
    signs_alone: Annotated[str, Field(pattern=r"^(never|small_body)$")]
    legal_basis: Words


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Vocabulary:
    """The words that people see under this procedure."""

    person: Words
    staff: Words
    ombudsman: Words
    procedure: Words = "complaints procedure"
