"""What was learned from complaints, and an organisation's own themes: how it is said and shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.base import Name, Request, UtcTime, Wire, Words
from db import learning_said as said_of
from db.learning_said import LearningOutcome
from db.models.learning import LearningVersion, OrganisationTheme
from db.queries.learning import Line

TwoCodes = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,139}$")]
Theme = Annotated[
    TwoCodes,
    Field(description="A subject of the coding, perhaps with its sub-subject after a dot; or a theme of your own."),
]
Place = Annotated[
    TwoCodes, Field(description="A site, perhaps with its ward or service after a dot; left out: as it is coded.")
]
FactorCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["handover"])]


class LearningRecorded(Request):
    """What was learned, or why nothing is to be. With `learningId` its next version: what is left out stays."""

    learning_id: UUID | None = Field(default=None, description="Of what is said anew.")
    theme: Theme | None = None
    place: Place | None = None
    factors: list[FactorCode] | None = Field(default=None, min_length=1, max_length=12)
    outcome: LearningOutcome | None = None
    went_wrong: StrictBool | None = None
    found: Words | None = Field(default=None, description="What was found; or why nothing is to be learned.")
    will_change: Words | None = None
    public_words: Words | None = Field(default=None, description="Words that name nobody, to be published.")
    approve_public: StrictBool = Field(
        default=False, description="Approve the words for the public as they stand, as another person than who wrote."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = self.model_dump(exclude={"learning_id", "approve_public"}, exclude_none=True)
        if self.approve_public and (given or self.learning_id is None):
            raise ValueError("An approval names the learning, and says nothing else.")
        if self.learning_id is None and not {"theme", "factors", "outcome", "found"} <= given.keys():
            raise ValueError("What is learned first says its theme, factors, outcome, and what was found.")
        if self.learning_id is not None and not given and not self.approve_public:
            raise ValueError("Say what is to be said anew.")
        return self

    def said(self) -> said_of.RecordLearning:
        """Return what was said."""
        values = self.model_dump()
        factors = values.pop("factors")
        return said_of.RecordLearning(**values, factors=None if factors is None else tuple(factors))


class LearningVersionShown(Wire):
    """One version. Words are left out for those who may not see them, also those approved for the public."""

    number: int
    theme: str
    place: str | None = None
    factors: list[str]
    outcome: str
    went_wrong: bool
    found: str | None = None
    will_change: str | None = None
    public_words: str | None = None
    public_approved: bool
    said_by: UUID | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, row: LearningVersion, *, words: bool) -> LearningVersionShown:
        """Return a version as it is shown."""
        approved = row.public_approved_by is not None
        return cls(
            number=row.number,
            theme=row.theme,
            place=row.place,
            factors=list(row.factors),
            outcome=row.outcome,
            went_wrong=row.went_wrong,
            found=row.found if words else None,
            will_change=row.will_change if words else None,
            public_words=row.public_words if words else None,
            public_approved=approved,
            said_by=row.said_by,
            said_at=row.said_at,
        )


class LearningLine(LearningVersionShown):
    """What was learned as it stands, and from which complaint."""

    id: UUID
    reference: str
    recorded_at: UtcTime

    @classmethod
    def of_line(cls, line: Line, *, words: bool) -> LearningLine:
        """Return learning as it is listed."""
        shown = LearningVersionShown.of(line.version, words=words)
        return cls(
            **shown.model_dump(by_alias=False),
            id=line.learning.id,
            reference=line.reference,
            recorded_at=line.learning.said_at,
        )


class LearningLines(Wire):
    """A page of what the organisation learned."""

    items: list[LearningLine]
    next: str | None = None


class LearningShown(LearningLine):
    """What was learned from a complaint, with the versions that it had."""

    versions: list[LearningVersionShown]

    @classmethod
    def whole(cls, line: Line, versions: Sequence[LearningVersion], *, words: bool) -> LearningShown:
        """Return learning with its versions, the first first."""
        of_it = [
            LearningVersionShown.of(each, words=words) for each in versions if each.learning_id == line.learning.id
        ]
        return cls(**LearningLine.of_line(line, words=words).model_dump(by_alias=False), versions=of_it)


class LearningOfComplaint(Wire):
    """All that was learned from a complaint."""

    items: list[LearningShown]


class ThemeAdded(Request):
    """A theme of the organisation's own."""

    code: FactorCode
    title: Name


class ThemeSaid(Request):
    """Another title; or a theme that is no more in use, or is again."""

    title: Name
    active: StrictBool = True


class ThemeShown(Wire):
    """A theme of the organisation's own."""

    id: UUID
    code: str
    title: str
    active: bool

    @classmethod
    def of(cls, row: OrganisationTheme) -> ThemeShown:
        """Return a theme as it is shown."""
        return cls(id=row.id, code=row.code, title=row.title, active=row.active)


class Themes(Wire):
    """The organisation's own themes."""

    items: list[ThemeShown]


class ActionFigures(Wire):
    """Actions whose date lies within a stretch of time, by what became of them, and the checks within it."""

    first: date = Field(alias="from")
    until: date = Field(alias="to")
    open: int = 0
    overdue: int = 0
    in_time: int = 0
    late: int = 0
    dropped: int = 0
    held: int = 0
    recurred: int = 0
    counted: int = Field(default=0, description="Counted by itself, because nobody looked in time.")
