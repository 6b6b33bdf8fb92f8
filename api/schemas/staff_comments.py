"""What the staff complained about say and are told, and how it was: how it is said, and how it is shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StrictInt, model_validator

from api.schemas.base import AgreedDay, EventDay, Request, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from db import staff_said
from db.models.staff_comment import Experience, StaffComment

_LETTER = "By letter today, one is drafted for somebody to release. Earlier: it was sent."


class InvitationSaid(Request):
    """A member of staff was asked to comment."""

    invited_on: EventDay
    about: staff_said.CommentAbout
    how: staff_said.Spoken = Field(default="letter", description=_LETTER)
    comment_by: AgreedDay | None = Field(default=None, description="Left out: ten working days.")
    words: Words | None = Field(default=None, description="What they are asked, as they will read it.")

    def said(self, involvement_id: UUID) -> staff_said.InviteStaff:
        """Return what was said."""
        return staff_said.InviteStaff(involvement_id=involvement_id, **self.model_dump())


class StaffCommentSaid(Request):
    """What a member of staff said. Whoever records it is on record, unless it is themselves."""

    about: staff_said.CommentAbout
    words: Words
    received_on: EventDay

    def said(self, involvement_id: UUID) -> staff_said.RecordStaffComment:
        """Return what was said."""
        return staff_said.RecordStaffComment(involvement_id=involvement_id, **self.model_dump())


class StaffCommentUsed(Request):
    """How a comment was used. Unless it was accepted it has words: they see them."""

    effect: staff_said.CommentEffect
    words: Words | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.effect != "accepted" and self.words is None:
            raise ValueError("What was not accepted, or only in part, has a reason.")
        return self

    def said(self, involvement_id: UUID, comment_id: UUID) -> staff_said.UseStaffComment:
        """Return what was said."""
        return staff_said.UseStaffComment(involvement_id=involvement_id, comment_id=comment_id, **self.model_dump())


class InformationSaid(Request):
    """A member of staff was told something."""

    about: staff_said.InformedAbout
    informed_on: EventDay
    how: staff_said.Spoken = Field(description=_LETTER)
    by_id: UUID | None = Field(default=None, description="Who told them. Left out: their supporter.")
    words: Words | None = Field(default=None, description="What they were told, as they will read it.")

    def said(self, involvement_id: UUID) -> staff_said.InformStaff:
        """Return what was said."""
        return staff_said.InformStaff(involvement_id=involvement_id, **self.model_dump())


class ScoreSaid(Request):
    """How far somebody agrees with a statement."""

    statement: staff_said.Statement
    score: Annotated[StrictInt, Field(ge=1, le=5)]


class ExperienceSaid(Request):
    """How it was, for a party outside or for a member of staff: asked for, answered, or declined."""

    step: staff_said.ExperienceStep
    on: EventDay
    party_id: UUID | None = None
    involvement_id: UUID | None = None
    how: staff_said.Spoken | None = Field(default=None, description=f"How they were asked. {_LETTER}")
    through: Literal["call", "interview", "paper"] | None = Field(
        default=None, description="How they answered. Left out: as they were asked."
    )
    instrument: staff_said.Instrument | None = Field(
        default=None, description="Whose statements these are. Left out: those that they were asked."
    )
    scores: Annotated[list[ScoreSaid], Field(max_length=20)] = Field(default_factory=list)
    words: Words | None = Field(default=None, description="Nobody who handles the case reads them here again.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.party_id is None) == (self.involvement_id is None):
            raise ValueError("Either a party or a member of staff complained about.")
        if (self.step == "asked") != (self.how is not None):
            raise ValueError("Who is asked is asked in some way; an answer has none.")
        if self.step != "answered" and (self.scores or self.words or self.instrument or self.through):
            raise ValueError("Only an answer has scores or words, an instrument, and a way.")
        if self.step == "answered" and not (self.scores or self.words):
            raise ValueError("An answer has scores, words, or both.")
        if len({each.statement for each in self.scores}) < len(self.scores):
            raise ValueError("Each statement has one score.")
        return self

    def said(self) -> staff_said.RecordExperience:
        """Return what was said."""
        scores = tuple(staff_said.Score(**each.model_dump()) for each in self.scores)
        return staff_said.RecordExperience(**(self.model_dump() | {"scores": scores}))


class StaffCommentShown(Wire):
    """What a member of staff said, and how it was used. Words are left out for those who may not see them."""

    id: UUID
    number: int
    about: str
    words: str | None = None
    received_on: date
    late: bool
    themselves: bool
    through: PersonRef | None = Field(default=None, description="Who wrote it down for them.")
    effect: str | None = Field(
        default=None, description="accepted, partly, not_accepted. Left out until it was weighed."
    )
    effect_words: str | None = None
    used_on: date | None = None
    used_by: PersonRef | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, row: StaffComment, names: tuple[str | None, str | None], *, words: bool) -> StaffCommentShown:
        """Return a comment as it is shown; `names` are of who wrote it down and who used it."""
        through, user = names if words else (None, None)
        return cls(
            id=row.id,
            number=row.number,
            about=row.about,
            words=row.words if words else None,
            received_on=row.received_on,
            late=row.late,
            themselves=row.themselves,
            through=PersonRef.of(row.through_id, through),
            effect=row.effect,
            effect_words=row.effect_words if words else None,
            used_on=row.used_on,
            used_by=PersonRef.of(row.used_by, user),
            said_at=row.said_at,
        )


class StaffComments(Wire):
    """What a member of staff said, in order."""

    items: list[StaffCommentShown]


class ExperienceShown(Wire):
    """Whether somebody was asked how it was, and whether they said so. What they said is shown to nobody here.

    Who it is by name is left out for those who may not see words.
    """

    id: UUID
    party_id: UUID | None = None
    involvement_id: UUID | None = None
    name: str | None = None
    asked_on: date | None = None
    asked_how: str | None = Field(default=None, description="in_person, call, video, letter; survey by a round.")
    instrument: str | None = None
    channel: str | None = Field(default=None, description="By which a feedback round wrote to them.")
    held_back: str | None = Field(default=None, description="Why they are left in peace for now, as a code.")
    held_until: date | None = None
    answered_on: date | None = None
    answered_through: str | None = Field(default=None, description="page, call, interview, paper.")
    declined: bool
    recorded_by: PersonRef | None = None

    @classmethod
    def of(cls, row: Experience, name: str | None, recorder: str | None, *, words: bool) -> ExperienceShown:
        """Return it as it is shown."""
        return cls(
            id=row.id,
            party_id=row.party_id,
            involvement_id=row.involvement_id,
            name=name if words else None,
            asked_on=row.asked_on,
            asked_how=row.asked_how,
            instrument=row.instrument,
            channel=row.channel,
            held_back=row.held_back,
            held_until=row.held_until,
            answered_on=row.answered_on,
            answered_through=row.answered_through,
            declined=row.declined,
            recorded_by=PersonRef.of(row.recorded_by, recorder if words else None),
        )


class Experiences(Wire):
    """Everybody who was asked how it was, said so, or was left in peace."""

    items: list[ExperienceShown]
