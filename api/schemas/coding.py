"""Codes for the returns: how they are said, how they and the lists they are from are shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.coding_rules import CodingLook
from api.schemas.base import Request, UtcTime, Wire
from api.schemas.complaints import PersonRef
from api.schemas.eligibility import CodeName, PastDay, refuse_backwards
from api.words import REQUIREMENTS, title
from db import eligibility_said
from db.eligibility_said import Clearable
from db.models.complaint import Complaint
from db.queries.coding import Coded

OwnCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class SubjectSaid(Request):
    """What an issue is about; with no issue, the complaint as a whole."""

    subject: CodeName
    issue_id: UUID | None = None
    sub_subject: CodeName | None = None
    profession: CodeName | None = None


class EqualitySaid(Request):
    """What the person chose to say of themselves. It is shown by no read of the complaint."""

    ethnicity: CodeName | None = None
    religion: CodeName | None = None
    disability: CodeName | None = None
    sex: CodeName | None = None
    gender_identity: CodeName | None = None
    sexual_orientation: CodeName | None = None


class CodingSaid(Request):
    """Codes for the returns. What is left out stays as it is; subjects are said as a whole."""

    age_band: CodeName | None = None
    complainant_status: CodeName | None = None
    site: OwnCode | None = Field(default=None, description="An ODS site code, where the lists say so.")
    ward: OwnCode | None = None
    service_area: CodeName | None = None
    profession: CodeName | None = None
    subjects: Annotated[list[SubjectSaid], Field(max_length=200)] | None = None
    happened_on: PastDay | None = None
    noticed_on: PastDay | None = None
    equality: EqualitySaid | None = None
    cleared: Annotated[list[Clearable], Field(max_length=20)] = Field(default=[], description="To be taken away.")
    ask_now: StrictBool = Field(default=False, description="Ask for what is missing by a task, at once.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_backwards(self.happened_on, self.noticed_on)
        return self

    def said(self) -> eligibility_said.SetCoding:
        """Return what was said."""
        whole = self.model_dump(exclude={"subjects", "equality", "cleared"})
        subjects = self.subjects
        return eligibility_said.SetCoding(
            **whole,
            subjects=None
            if subjects is None
            else tuple(eligibility_said.SubjectSaid(**each.model_dump()) for each in subjects),
            equality=None if self.equality is None else eligibility_said.EqualitySaid(**self.equality.model_dump()),
            cleared=tuple(self.cleared),
        )


class SubjectShown(Wire):
    """What an issue, or the complaint as a whole, is about."""

    issue_id: UUID | None = None
    subject: str
    sub_subject: str | None = None
    profession: str | None = None


class FieldRef(Wire):
    """A field of the coding."""

    code: str
    title: str


class CodingShown(Wire):
    """The codes of a complaint, and what is missing. A suggestion is only that: it is set by whoever codes."""

    lists: str | None = Field(default=None, description="None where the procedure asks for no codes.")
    lists_version: int | None = None
    age_band: str | None = None
    suggested_age_band: str | None = Field(default=None, description="By the birthday, on the day of receipt.")
    complainant_status: str | None = None
    site: str | None = None
    ward: str | None = None
    service_area: str | None = None
    profession: str | None = None
    subjects: list[SubjectShown]
    happened_on: date | None = None
    noticed_on: date | None = None
    equality_recorded: bool = Field(description="Whether the person said something; what they said is not shown.")
    required: list[FieldRef]
    missing: list[FieldRef] = Field(description="What has to be coded before the complaint is closed.")
    asked: list[FieldRef] = Field(description="What should be said if it is known.")
    coded_by: PersonRef | None = None
    coded_at: UtcTime | None = None

    @classmethod
    def of(cls, complaint: Complaint, coded: Coded, look: CodingLook | None) -> CodingShown:
        """Return the codes of a complaint as they are shown."""
        row = coded.coding
        subjects = [
            SubjectShown(
                issue_id=each.issue_id,
                subject=each.subject,
                sub_subject=each.sub_subject,
                profession=each.profession,
            )
            for each in coded.subjects
        ]
        return cls(
            lists=None if look is None else look.lists,
            lists_version=None if look is None else look.lists_version,
            age_band=None if row is None else row.age_band,
            suggested_age_band=None if look is None else look.age_band,
            complainant_status=None if row is None else row.complainant_status,
            site=None if row is None else row.site,
            ward=None if row is None else row.ward,
            service_area=None if row is None else row.service_area,
            profession=None if row is None else row.profession,
            subjects=subjects,
            happened_on=complaint.happened_on,
            noticed_on=complaint.noticed_on,
            equality_recorded=coded.monitored,
            required=_fields(() if look is None else look.required),
            missing=_fields(() if look is None else look.missing),
            asked=_fields(() if look is None else look.asked),
            coded_by=None if row is None else PersonRef.of(row.coded_by),
            coded_at=None if row is None else row.coded_at,
        )

    @classmethod
    def unopened(cls) -> CodingShown:
        """Return the codes of a complaint that is not opened yet: none."""
        return cls(subjects=[], equality_recorded=False, required=[], missing=[], asked=[])


def _fields(codes: tuple[str, ...]) -> list[FieldRef]:
    return [FieldRef(code=code, title=title(REQUIREMENTS, code)) for code in codes]


class CodeShown(Wire):
    """One code. `of` is the subject it belongs to; `least` and `most` are years of age."""

    code: str
    title: str
    certainty: str | None = Field(default=None, description="Where it differs from that of the list.")
    of: str | None = None
    least: int | None = None
    most: int | None = None


class CodeListShown(Wire):
    """The codes of one field."""

    field: str
    title: str
    certainty: str = Field(description="verified: checked against the official text; else unverified")
    source: str
    equality: bool = Field(description="For monitoring only.")
    codes: list[CodeShown]


class CodeFormatShown(Wire):
    """What the code of a field looks like, where somebody else keeps the list."""

    field: str
    title: str
    pattern: str
    certainty: str
    source: str


class CodeFileShown(Wire):
    """One version of the lists that a return needs."""

    name: str
    version: int
    title: str
    effective_from: date
    effective_until: date | None = None
    source: str
    lists: list[CodeListShown]
    formats: list[CodeFormatShown]


class Codes(Wire):
    """The lists of codes in force."""

    items: list[CodeFileShown]
