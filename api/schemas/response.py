"""The response before it is signed: how its draft is said and decided on, and how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt, model_validator

from api.parts import ResponseStanding
from api.schemas.base import Reason, Request, UtcTime, Wire, Words
from db import response_said
from db.models.clearance_step import ClearanceStep
from db.models.response import ResponseClearance, ResponseDraft

_MOST: Final = 100_000
ElementCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["how_considered"])]


class SectionSaid(Request):
    """What is written for one element of the response."""

    element: ElementCode
    words: Words


class DraftSaid(Request):
    """The whole of what people write for the response; the rest is composed of the record."""

    sections: Annotated[list[SectionSaid], Field(max_length=40)]
    remark: Reason | None = Field(default=None, description="For whoever clears it; no part of the letter.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len({section.element for section in self.sections}) < len(self.sections):
            raise ValueError("An element has one section.")
        if sum(len(section.words) for section in self.sections) > _MOST:
            raise ValueError("The sections together have at most 100,000 characters.")
        return self

    def said(self) -> response_said.DraftResponse:
        """Return what was said."""
        sections = tuple(response_said.SectionSaid(**section.model_dump()) for section in self.sections)
        return response_said.DraftResponse(sections=sections, remark=self.remark)


class ClearanceSaid(Request):
    """The draft is cleared for signature, or sent back with a reason."""

    cleared: StrictBool
    reason: Reason | None = Field(default=None, description="Needed to send it back.")
    version: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = Field(
        default=None, description="The version that was read: refused with 412 if there is a later one."
    )
    mitigation: Reason | None = Field(
        default=None, description="In a small body: what makes it fair that whoever wrote it clears it."
    )

    def said(self) -> response_said.ClearResponse:
        """Return what was said."""
        return response_said.ClearResponse(**self.model_dump())


class ElementShown(Wire):
    """A thing that the procedure prescribes for the response."""

    code: str
    title: str
    source: str = Field(description="text, findings, issues, remedies or ombudsman: where it comes from")
    legal_basis: str
    there: bool = Field(description="Whether the draft, with the record as it stands, has it.")


class SectionShown(Wire):
    """What was written for one element."""

    element: str
    words: str


class ClearanceShown(Wire):
    """A decision on a draft."""

    cleared: bool
    reason: str | None = None
    mitigation: str | None = None
    decided_by: UUID
    decided_at: UtcTime

    @classmethod
    def of(cls, row: ResponseClearance, *, words: bool) -> ClearanceShown:
        """Return a decision as it is shown."""
        return cls(
            cleared=row.cleared,
            reason=row.reason if words else None,
            mitigation=row.mitigation if words else None,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
        )


class DraftShown(Wire):
    """One version of the response. Its words are left out for those who may not see words."""

    version: int
    tier: str | None = None
    sections: list[SectionShown] | None = None
    remark: str | None = None
    composed: str | None = Field(default=None, description="The letter, without the reference and the signature.")
    sha256: str
    missing: list[str] = Field(description="Codes of the elements that it lacked when it was composed.")
    written_by: UUID
    written_at: UtcTime
    clearances: list[ClearanceShown]
    issued_on: date | None = None
    notice_id: UUID | None = Field(default=None, description="The letter that it went out as.")

    @classmethod
    def of(cls, row: ResponseDraft, clearances: Sequence[ResponseClearance], *, words: bool) -> DraftShown:
        """Return a version as it is shown."""
        return cls(
            version=row.version,
            tier=row.tier,
            sections=[SectionShown(**section) for section in row.sections] if words else None,
            remark=row.remark if words else None,
            composed=row.composed if words else None,
            sha256=row.sha256,
            missing=row.missing,
            written_by=row.written_by,
            written_at=row.written_at,
            clearances=[ClearanceShown.of(each, words=words) for each in clearances],
            issued_on=row.issued_on,
            notice_id=row.notice_id,
        )


class StepShown(Wire):
    """Somebody cleared a draft for an office."""

    version: int = Field(description="Of the draft.")
    office: str
    cleared_by: UUID
    cleared_on: date
    mitigation: str | None = None

    @classmethod
    def of(cls, row: ClearanceStep, version: int, *, words: bool) -> StepShown:
        """Return a step as it is shown."""
        return cls(
            version=version,
            office=row.office,
            cleared_by=row.person_id,
            cleared_on=row.cleared_on,
            mitigation=row.mitigation if words else None,
        )


class TurnShown(Wire):
    """An office of the chain that clears the draft of a serious complaint, in turn."""

    office: str
    title: str
    cleared: bool
    next: bool = Field(description="Whether it is their turn.")


class ResponseShown(Wire):
    """The response of a complaint on its way: what is prescribed, the draft in hand, and the versions before it."""

    elements: list[ElementShown] = Field(description="Empty where the procedure prescribes none: then it is written.")
    draft: DraftShown | None = Field(default=None, description="The latest version, issued or not.")
    cleared: bool = Field(description="Whether the draft in hand is cleared for signature.")
    chain: list[TurnShown] = Field(
        description="Who clears the draft in hand, in turn; empty where one clearing by somebody else is enough."
    )
    steps: list[StepShown] = Field(description="Who cleared which version, for which office.")
    overtaken: bool = Field(description="Whether what the draft in hand was composed of has changed: draft it again.")
    earlier: list[DraftShown]

    @classmethod
    def of(
        cls, standing: ResponseStanding, shown: Sequence[DraftShown], steps: Sequence[StepShown] = ()
    ) -> ResponseShown:
        """Return the response as it is shown; `shown` are its versions, the latest first."""
        latest = shown[0] if shown else None
        return cls(
            elements=[
                ElementShown(
                    code=each.code,
                    title=each.title,
                    source=each.source,
                    legal_basis=each.legal_basis,
                    there=each.there,
                )
                for each in standing.elements
            ],
            draft=latest,
            cleared=standing.cleared,
            chain=[
                TurnShown(
                    office=office,
                    title=title,
                    cleared=office not in standing.left,
                    next=bool(standing.left) and office == standing.left[0],
                )
                for office, title in standing.chain
            ],
            steps=list(steps),
            overtaken=standing.overtaken,
            earlier=list(shown[1:]),
        )
