"""A member of staff's own part in a complaint: what they see of it, and what they say. Nothing of anybody else."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from pydantic import Field

from api.schemas.base import Request, UtcTime, Wire, Words
from api.words import MY_CLOCKS, title
from db.models.clock import ClockRow
from db.models.involvement import InvolvementStep
from db.models.staff_comment import StaffComment
from db.models.work import Notice
from db.queries.own_part import Mine, Part
from db.staff_said import CommentAbout, RecordStaffComment

# What was said to them in these is theirs to read; notes on how somebody spoke with them are not.
_SAID_TO_THEM: Final = ("invitation", "information")


class MyCommentSaid(Request):
    """What you want to say."""

    about: CommentAbout = "allegation"
    words: Words

    def said(self, involvement_id: UUID, on: date) -> RecordStaffComment:
        """Return what was said."""
        return RecordStaffComment(involvement_id=involvement_id, about=self.about, words=self.words, received_on=on)


class MyClockShown(Wire):
    """Something that is owed to you or asked of you, by a day."""

    kind: str
    title: str
    state: str = Field(description="running, met or stopped")
    due_on: date
    met_on: date | None = None

    @classmethod
    def of(cls, row: ClockRow) -> MyClockShown:
        """Return a clock as they see it."""
        return cls(
            kind=row.kind, title=title(MY_CLOCKS, row.kind), state=row.state, due_on=row.due_on, met_on=row.met_on
        )


class MyStepShown(Wire):
    """Something that was done: you were told, spoken with, asked to comment, or informed."""

    kind: str
    about: str | None = None
    how: str | None = None
    happened_on: date
    until: date | None = Field(default=None, description="The last day to comment.")
    words: str | None = None

    @classmethod
    def of(cls, row: InvolvementStep) -> MyStepShown:
        """Return a step as they see it."""
        return cls(
            kind=row.kind,
            about=row.about,
            how=row.how,
            happened_on=row.happened_on,
            until=row.until,
            words=row.words if row.kind in _SAID_TO_THEM else None,
        )


class MyCommentShown(Wire):
    """What you said, and how it was used."""

    id: UUID
    number: int
    about: str
    words: str
    received_on: date
    late: bool
    themselves: bool = Field(description="You wrote it yourself; else somebody wrote it down for you.")
    effect: str | None = Field(
        default=None, description="accepted, partly, not_accepted. Left out until it was weighed."
    )
    effect_words: str | None = None
    used_on: date | None = None

    @classmethod
    def of(cls, row: StaffComment) -> MyCommentShown:
        """Return a comment as its author sees it."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class MyLetterShown(Wire):
    """A letter or e-mail to you that was released."""

    id: UUID
    subject: str
    body: str
    released_at: UtcTime | None = None

    @classmethod
    def of(cls, row: Notice) -> MyLetterShown:
        """Return a letter as whoever it is to sees it."""
        return cls(id=row.id, subject=row.subject, body=row.body, released_at=row.released_at)


class MyIssueShown(Wire):
    """An issue that is about you."""

    number: int
    summary: str


class SupportShown(Wire):
    """Where you find support."""

    kind: str = Field(description="inside or outside of the organisation")
    title: str
    reached_by: str


class MyInvolvementLine(Wire):
    """Your part in a complaint, in a list of them."""

    id: UUID
    reference: str
    state: str = Field(description="told, outcome_told or ended")
    stage: str
    stage_title: str
    told_on: date | None = None

    @classmethod
    def line(cls, mine: Mine, stage_title: str) -> MyInvolvementLine:
        """Return a line of the list."""
        return cls(**_line(mine, stage_title))


class MyInvolvements(Wire):
    """Your part in every complaint that you were told of."""

    items: list[MyInvolvementLine]


class MyInvolvement(MyInvolvementLine):
    """Your part in a complaint: your issues, dates, comments and letters, and who supports you."""

    outcome_told_on: date | None = None
    ended_on: date | None = None
    supporter: str | None = None
    supporter_is: str | None = None
    update_every_days: int
    respond_by: date | None = Field(default=None, description="The day by which the complaint is to be answered.")
    issues: list[MyIssueShown]
    clocks: list[MyClockShown]
    steps: list[MyStepShown]
    comments: list[MyCommentShown]
    letters: list[MyLetterShown]
    support: list[SupportShown]

    @classmethod
    def of(cls, part: Part, stage_title: str) -> MyInvolvement:
        """Return the whole of it."""
        row = part.mine.row
        return cls(
            **_line(part.mine, stage_title),
            outcome_told_on=row.outcome_told_on,
            ended_on=row.ended_on,
            supporter=part.mine.supporter,
            supporter_is=row.supporter_is,
            update_every_days=row.update_every_days,
            respond_by=part.respond_by.due_on if part.respond_by is not None else None,
            issues=[MyIssueShown(number=each.number, summary=each.summary) for each in part.issues],
            clocks=[MyClockShown.of(each) for each in part.clocks],
            steps=[MyStepShown.of(each) for each in part.steps],
            comments=[MyCommentShown.of(each) for each in part.comments],
            letters=[MyLetterShown.of(each) for each in part.letters],
            support=[
                SupportShown(kind=each.kind, title=each.title, reached_by=each.reached_by) for each in part.support
            ],
        )


def _line(mine: Mine, stage_title: str) -> dict[str, object]:
    return {
        "id": mine.row.id,
        "reference": mine.complaint.reference,
        "state": mine.row.state,
        "stage": mine.complaint.stage,
        "stage_title": stage_title,
        "told_on": mine.row.told_on,
    }
