"""What leaders do regularly, as it is said."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt

from api.schemas.base import AgreedDay, EventDay, Line, Name, Reason, Request, Words

Kind = Literal[
    "board_report", "annual_report", "panel", "non_executive", "discussion", "return", "learning_summary",
    "governance_report", "feedback_round",
]  # fmt: skip
Rhythm = Literal["weekly", "monthly", "quarterly", "yearly", "on_request"]
Part = Literal["chair", "approver", "commenter", "member", "non_executive", "distribution"]
Audience = Literal[
    "board", "staff", "commissioner", "healthwatch", "advocacy", "patients", "regulator", "public", "other"
]
Step = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
# Never an hour that the change of the clocks can skip.
Hour = Annotated[StrictInt, Field(ge=5, le=20, description="The hour in London at which an occurrence begins.")]


class MemberSaid(Request):
    """Somebody has a part in a series: a person of the organisation, or a name from outside it."""

    part: Part
    person_id: UUID | None = None
    name: Name | None = Field(default=None, description="Of somebody, or of a group, from outside the organisation.")


Members = Annotated[list[MemberSaid], Field(max_length=60)]


class SeriesSaid(Request):
    """How often something is done, from when, and who takes part."""

    kind: Kind
    report: Step | None = Field(default=None, description="Which report is compiled, where the kind leaves a choice.")
    rhythm: Rhythm
    anchor_on: AgreedDay = Field(description="The day of the first occurrence; the others are counted from it.")
    hour: Hour = 7
    members: Members = Field(default_factory=list)


class MembersSaid(Request):
    """Everybody who has a part in a series from now on."""

    members: Members


class RhythmSaid(Request):
    """How often, from a day after the last occurrence."""

    rhythm: Literal["weekly", "monthly", "quarterly", "yearly"]
    anchor_on: AgreedDay
    hour: Hour = 7


class BeginningSaid(Request):
    """Somebody asked for what is begun by hand."""

    series_id: UUID
    requested_on: EventDay = Field(description="The day on which the request was received: days count from the next.")


class CommentSaid(Request):
    """What a named senior says of the report; that there is nothing to say is said, too."""

    words: Words


class CompletionOfStepSaid(Request):
    """That a step is done: perhaps with words, and the receipt of what was sent."""

    words: Words | None = None
    without: list[Audience] = Field(
        default_factory=list, max_length=9, description="To whom it does not go that it should: `words` say why."
    )
    receipt: Line | None = Field(default=None, max_length=300, description="What whoever received it gave back.")


class SendingBackSaid(Request):
    """Why a step is not done, and from which step it begins again."""

    to: Step
    words: Reason


class AbandonmentSaid(Request):
    """Why an occurrence ends before its last step."""

    reason: Reason


class StoryConsentSaid(Request):
    """Who agreed that their story is told at the panel, when, and what shows it."""

    party_id: UUID
    given_on: EventDay
    evidence: Reason


class CaseSaid(Request):
    """A case that the panel is told: the story, with consent or with nothing in it by which anybody could be known."""

    reference: Annotated[str, Field(max_length=64)]
    how: Literal["with_consent", "anonymised"]
    story: Words
    consent: StoryConsentSaid | None = None


class CaseDecisionSaid(Request):
    """Whether a story is told so. Of an anonymised one: that nothing is left by which anybody could be known."""

    approved: StrictBool
    words: Reason | None = None


class CaseWithdrawalSaid(Request):
    """Why a story is not told: consent was taken back, or another reason."""

    reason: Reason


class AttendeeSaid(Request):
    """Somebody who came: a person of the organisation, or a name from outside it."""

    person_id: UUID | None = None
    name: Name | None = None


class MinutesSaid(Request):
    """When a meeting was held, who came, and what was said."""

    held_on: EventDay
    attendees: Annotated[list[AttendeeSaid], Field(min_length=1, max_length=100)]
    minutes: Words
    heard: Words | None = Field(default=None, description="What those who were met said and asked, in words.")


class MeetingActionSaid(Request):
    """What a meeting resolved to do: by whom, by when."""

    what: Reason
    owner_id: UUID
    due_on: AgreedDay


class ActionSettlementSaid(Request):
    """What became of an action: done, with what shows it, or let go of, with the reason."""

    state: Literal["done", "dropped"]
    on: EventDay
    words: Reason


class ActionDateSaid(Request):
    """Another date for an action, later than the one it has, another owner, or both, with the reason."""

    due_on: AgreedDay | None = None
    owner_id: UUID | None = Field(default=None, description="Who sees to it from now on.")
    reason: Reason


class DistributionSaid(Request):
    """To whom it went, how and when."""

    audience: Audience
    whom: Name
    how: Literal["email", "letter", "meeting", "intranet", "website", "system", "other"]
    on: EventDay
