"""Procedures as an organisation adopts them, and a complaint's own rules, as they are said and shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt

from api.refusal_words import REFUSALS
from api.rules import ClockForeseen, FigureKnown, GoverningKnown, MoveForeseen, VersionKnown
from api.schemas.base import AgreedDay, Reason, Request, UtcTime, Wire
from api.words import REQUIREMENTS, title
from contracts.failures import Refusal
from db.models.complaint import Complaint
from db.models.organisation import Adoption

ProcedureCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", examples=["nhs-england-2009"])]
FigureCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Version = Annotated[StrictInt, Field(ge=1, le=10_000)]


class AdoptionSaid(Request):
    """The organisation follows a procedure from a day on, with figures of its own."""

    code: ProcedureCode
    version: Version | None = Field(default=None, description="Left out: whichever is in force.")
    figures: dict[FigureCode, Annotated[StrictInt, Field(ge=1, le=100_000)]] = Field(default={}, max_length=100)
    small_body: StrictBool = Field(default=False, description="One person may hold several roles, with mitigation.")
    adopted_from: AgreedDay = Field(description="Today or later: what is received from this day on is governed so.")
    reason: Reason


class MoveSaid(Request):
    """A complaint is moved to another version of its procedure."""

    version: Version
    reason: Reason
    if_revision: Annotated[StrictInt, Field(ge=0, le=999_999_999)] | None = Field(
        default=None, description="`revision` of the dry run: refused with 412 if the complaint has changed since."
    )


class FigureShown(Wire):
    """A figure that an organisation may set, and what it is here."""

    code: str
    title: str
    unit: str
    default: int | None = Field(default=None, description="Left out: the organisation must set it.")
    least: int
    most: int
    legal_basis: str
    certainty: str = Field(description="Whether it was checked against the official text: verified or unverified.")
    value: int | None = None

    @classmethod
    def of(cls, figure: FigureKnown, value: int | None) -> FigureShown:
        """Return a figure as it is shown."""
        names = ("code", "title", "unit", "default", "least", "most", "legal_basis", "certainty")
        return cls(**{name: getattr(figure, name) for name in names}, value=value)


class VersionShown(Wire):
    """A version of a procedure that could be followed."""

    code: str
    version: int
    title: str
    regime: str
    effective_from: date
    effective_until: date | None = None
    legal_basis: str
    figures: list[FigureShown]

    @classmethod
    def of(cls, version: VersionKnown) -> VersionShown:
        """Return a version as it is shown."""
        names = ("code", "version", "title", "regime", "effective_from", "effective_until", "legal_basis")
        figures = [FigureShown.of(each, None) for each in version.figures]
        return cls(**{name: getattr(version, name) for name in names}, figures=figures)


class GoverningShown(Wire):
    """What governs a complaint that is received today."""

    code: str
    version: int
    title: str
    figures: list[FigureShown]
    small_body: bool

    @classmethod
    def of(cls, found: GoverningKnown) -> GoverningShown:
        """Return what governs, with the figures as they count."""
        figures = [FigureShown.of(each, found.figures.get(each.code)) for each in found.version.figures]
        version = found.version
        return cls(code=version.code, version=version.version, title=version.title, figures=figures,
                   small_body=found.small_body)  # fmt: skip


class AdoptionShown(Wire):
    """A procedure that the organisation adopted. The latest one that has begun counts."""

    id: UUID
    code: str
    version: int | None = None
    figures: dict[str, int]
    small_body: bool
    adopted_from: date
    adopted_by: UUID | None = None
    adopted_at: UtcTime
    reason: str | None = Field(default=None, description="Left out for those who may not see words.")

    @classmethod
    def of(cls, row: Adoption, *, words: bool) -> AdoptionShown:
        """Return an adoption as it is shown."""
        return cls(
            id=row.id,
            code=row.procedure,
            version=row.procedure_version,
            figures=dict(row.figures),
            small_body=row.small_body,
            adopted_from=row.adopted_from,
            adopted_by=row.adopted_by,
            adopted_at=row.adopted_at,
            reason=row.reason if words else None,
        )


class Procedures(Wire):
    """What governs today, what was adopted, and what could be."""

    governing: GoverningShown | None = Field(default=None, description="For a complaint that is received today.")
    why_not: str | None = Field(default=None, description="Why nothing governs: the code of what the door answers.")
    items: list[AdoptionShown] = Field(description="The latest first.")
    known: list[VersionShown]


class ObstacleShown(Wire):
    """Why a complaint could not go on under a version."""

    code: str
    title: str
    clock: str | None = None


class ClockChangeShown(Wire):
    """What becomes of one clock."""

    clock: str
    title: str
    what: str = Field(description="moves, starts, stops; or ladder: its date stays, and who is reminded when does not.")
    old_due_on: date | None = None
    due_on: date | None = None

    @classmethod
    def of(cls, change: ClockForeseen) -> ClockChangeShown:
        """Return a change as it is shown."""
        return cls(
            clock=change.kind, title=change.title, what=change.how, old_due_on=change.old_due_on, due_on=change.due_on
        )


class DryRunShown(Wire):
    """What a move would do. Nothing was done."""

    to: int
    revision: int = Field(description="The complaint's version: send it as `ifRevision` with the move.")
    impact: str = Field(description="nothing, changes or breaks.")
    refusal: str | None = Field(default=None, description="The code with which the move would be refused.")
    refusal_title: str | None = None
    obstacles: list[ObstacleShown] = Field(default=[])
    changes: list[ClockChangeShown] = Field(default=[])
    figures: dict[str, int] = Field(default={}, description="Those that the complaint would have.")

    @classmethod
    def of(cls, found: MoveForeseen, to: int, revision: int) -> DryRunShown:
        """Return a dry run as it is shown."""
        return cls(
            to=to,
            revision=revision,
            impact=found.impact,
            refusal=found.refusal.value if found.refusal else None,
            refusal_title=REFUSALS[Refusal(found.refusal)] if found.refusal else None,
            obstacles=[
                ObstacleShown(code=code, title=title(REQUIREMENTS, code), clock=kind) for code, kind in found.obstacles
            ],
            changes=[ClockChangeShown.of(each) for each in found.changes],
            figures=found.figures,
        )


class ComplaintProcedure(Wire):
    """The rules of one complaint: its procedure, the version it is pinned to, its figures."""

    code: str | None = Field(default=None, description="Left out until the complaint is opened.")
    version: int | None = None
    title: str | None = None
    small_body: bool = False
    figures: list[FigureShown] = Field(default=[])
    versions: list[VersionShown] = Field(default=[], description="Every version of the procedure.")
    dry_run: DryRunShown | None = None

    @classmethod
    def of(
        cls, complaint: Complaint, versions: Sequence[VersionKnown], dry_run: DryRunShown | None
    ) -> ComplaintProcedure:
        """Return the rules of a complaint as they are shown."""
        pinned = next((each for each in versions if each.version == complaint.procedure_version), None)
        return cls(
            code=complaint.procedure,
            version=complaint.procedure_version,
            title=pinned.title if pinned else None,
            small_body=complaint.small_body,
            figures=[FigureShown.of(each, complaint.figures.get(each.code)) for each in pinned.figures]
            if pinned
            else [],
            versions=[VersionShown.of(each) for each in versions],
            dry_run=dry_run,
        )
