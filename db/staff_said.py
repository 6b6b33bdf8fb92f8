"""The shapes of what is said with the staff complained about: their comments, what they are told, how it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

Spoken = Literal["in_person", "call", "video", "letter"]
CommentAbout = Literal["allegation", "initial_views", "plan", "other"]
CommentEffect = Literal["accepted", "partly", "not_accepted"]
InformedAbout = Literal["progress", "change_of_timescale", "initial_views", "outcome"]
ExperienceStep = Literal["asked", "answered", "declined"]
# How somebody was asked how it was: by a person, or by the letter of a feedback round.
AskedHow = Literal["in_person", "call", "video", "letter", "survey"]
AnsweredThrough = Literal["page", "call", "interview", "paper"]
# The instruments of policies/surveys, and what they state.
Instrument = Literal["experience.v1", "people.v1", "staff.v1"]
Statement = Literal[
    "knew_what_was_happening", "listened_to", "treated_fairly", "supported", "understood_outcome", "would_trust_again",
    "knew_how", "not_worse", "simple", "own_way", "made_difference", "would_complain_again", "told_early",
    "could_learn",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteStaff:
    """A member of staff was asked to comment. Without a day to comment by, it is as the clock counts it."""

    involvement_id: UUID
    invited_on: date
    about: CommentAbout
    how: Spoken = "letter"
    comment_by: date | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStaffComment:
    """What a member of staff said, by themselves or as somebody wrote it down for them."""

    involvement_id: UUID
    about: CommentAbout
    words: str
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class UseStaffComment:
    """How a comment was used, and why not where it was not, or only in part."""

    involvement_id: UUID
    comment_id: UUID
    effect: CommentEffect
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InformStaff:
    """A member of staff was told something: `by_id` told them. By letter today, one is drafted to be released."""

    involvement_id: UUID
    about: InformedAbout
    informed_on: date
    how: Spoken
    by_id: UUID | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How far somebody agrees with a statement: 1, not at all, to 5, wholly."""

    statement: Statement
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExperience:
    """How it was, for a party outside or for a member of staff: asked for, answered, or declined.

    A feedback round asks by `survey`, with the address of a page on which it can be answered, if there is one.
    """

    step: ExperienceStep
    on: date
    party_id: UUID | None = None
    involvement_id: UUID | None = None
    how: AskedHow | None = None
    scores: tuple[Score, ...] = ()
    words: str | None = None
    instrument: Instrument | None = None
    through: AnsweredThrough | None = None
    round_id: UUID | None = None
    link: str | None = None


StaffSaid = InviteStaff | RecordStaffComment | UseStaffComment | InformStaff | RecordExperience

STAFF_SHAPES: Final[dict[CommandKind, type[StaffSaid]]] = {
    CommandKind.INVITE_STAFF: InviteStaff,
    CommandKind.RECORD_STAFF_COMMENT: RecordStaffComment,
    CommandKind.USE_STAFF_COMMENT: UseStaffComment,
    CommandKind.INFORM_STAFF: InformStaff,
    CommandKind.RECORD_EXPERIENCE: RecordExperience,
}
