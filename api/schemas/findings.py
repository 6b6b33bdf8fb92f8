"""Findings and initial views: how they are said, and how they are shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.base import AgreedDay, EventDay, Name, Reason, Request, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from db import finding_said
from db.models.casework import Issue
from db.models.findings import Finding, InitialViews, ViewsComment, ViewsRecipient

OutcomeCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="An outcome of the procedure.")]


class FindingSaid(Request):
    """What was found on one issue. Said again, it is a new version: the earlier one stays on record."""

    issue_id: UUID
    happened: Words = Field(description="What happened.")
    should_have: Words = Field(description="What should have happened.")
    standard: Words = Field(description="The standard, policy or law that says so.")
    evidence: Words = Field(description="What it rests on.")
    outcome: OutcomeCode
    reason: Words = Field(description="Why this is the finding.")

    def said(self) -> finding_said.RecordFinding:
        """Return what was said."""
        return finding_said.RecordFinding(**self.model_dump())


class SharedSaid(Request):
    """A party of the complaint, or a person of the organisation, with whom the views are shared."""

    party_id: UUID | None = None
    person_id: UUID | None = None
    method: finding_said.ViewsMethod
    on: EventDay = Field(description="In writing to the complainant today: a letter is drafted. Earlier: it was sent.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.party_id is None) == (self.person_id is None):
            raise ValueError("Either a party or a person of the organisation.")
        return self


class ViewsSaid(Request):
    """Initial views are shared."""

    shared: Annotated[list[SharedSaid], Field(min_length=1, max_length=50)]
    words: Words = Field(description="The views, as people will read or hear them.")
    comment_by: AgreedDay | None = Field(default=None, description="Left out: as the procedure counts it.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if all(each.party_id is None for each in self.shared):
            raise ValueError("At least one party outside sees the views.")
        named = [each.party_id or each.person_id for each in self.shared]
        if len(set(named)) < len(named):
            raise ValueError("Everybody is named once.")
        return self

    def said(self) -> finding_said.ShareViews:
        """Return what was said."""
        shared = tuple(finding_said.SharedWith(**each.model_dump()) for each in self.shared)
        return finding_said.ShareViews(shared=shared, words=self.words, comment_by=self.comment_by)


class CommentSaid(Request):
    """A comment on the initial views, and what came of it. Exactly one of party, person and `whom` made it."""

    party_id: UUID | None = None
    person_id: UUID | None = None
    whom: Name | None = Field(default=None, description="Somebody who is neither, by name.")
    words: Words
    received_on: EventDay
    effect: finding_said.Effect
    effect_words: Words = Field(description="What was changed because of it, or why nothing was.")
    finding_changes: Annotated[list[FindingSaid], Field(max_length=50)] = Field(
        default_factory=list, description="The findings as they are now because of it."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if [self.party_id, self.person_id, self.whom].count(None) != 2:
            raise ValueError("Exactly one of a party, a person of the organisation and somebody else made it.")
        if self.effect == "not_accepted" and self.finding_changes:
            raise ValueError("A comment that was not accepted changes no finding.")
        issues = [each.issue_id for each in self.finding_changes]
        if len(set(issues)) < len(issues):
            raise ValueError("Each issue has one finding.")
        return self

    def said(self) -> finding_said.RecordComment:
        """Return what was said."""
        changes = tuple(each.said() for each in self.finding_changes)
        return finding_said.RecordComment(**self.model_dump(exclude={"finding_changes"}), finding_changes=changes)


class SkipSaid(Request):
    """No initial views are shared, because that would not be proportionate."""

    reason: Reason

    def said(self) -> finding_said.SkipViews:
        """Return what was said."""
        return finding_said.SkipViews(reason=self.reason)


class FindingShown(Wire):
    """One version of a finding. Its words are left out for those who may not see them."""

    id: UUID
    version: int
    outcome: str
    outcome_title: str
    happened: str | None = None
    should_have: str | None = None
    standard: str | None = None
    evidence: str | None = None
    reason: str | None = None
    comment_id: UUID | None = Field(default=None, description="The comment that led to this version.")
    found_by: PersonRef | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, row: Finding, name: str | None, titles: dict[str, str], *, words: bool) -> FindingShown:
        """Return a version as it is shown."""
        told = ("happened", "should_have", "standard", "evidence", "reason")
        return cls(
            id=row.id,
            version=row.version,
            outcome=row.outcome,
            outcome_title=titles.get(row.outcome, row.outcome),
            **{each: getattr(row, each) if words else None for each in told},
            comment_id=row.comment_id,
            found_by=PersonRef.of(row.found_by, name if words else None),
            said_at=row.said_at,
        )


class IssueFound(Wire):
    """An issue with the finding that counts now, and the versions before it, oldest first."""

    issue_id: UUID
    number: int
    state: str = Field(description="open, on_hold, passed_on or taken_back")
    summary: str | None = None
    finding: FindingShown | None = None
    earlier: list[FindingShown]

    @classmethod
    def of(cls, issue: Issue, versions: list[FindingShown], *, words: bool) -> IssueFound:
        """Return an issue with its finding."""
        return cls(
            issue_id=issue.id,
            number=issue.number,
            state=issue.state,
            summary=issue.summary if words else None,
            finding=versions[-1] if versions else None,
            earlier=versions[:-1],
        )


class OutcomeShown(Wire):
    """The outcome of a case, and what it is called in each vocabulary that a report needs."""

    code: str
    title: str
    reports: dict[str, str]


class Findings(Wire):
    """The issues of a complaint with their findings."""

    items: list[IssueFound]
    complete: bool = Field(description="Every open issue has a finding.")
    outcome: OutcomeShown | None = Field(default=None, description="Of the case, derived from the findings.")


class RecipientShown(Wire):
    """Somebody with whom initial views were shared."""

    party_id: UUID | None = None
    person_id: UUID | None = None
    name: str | None = None
    method: str
    shared_on: date
    commented: bool

    @classmethod
    def of(cls, row: ViewsRecipient, name: str | None, *, commented: bool, words: bool) -> RecipientShown:
        """Return a recipient as shown."""
        return cls(
            party_id=row.party_id,
            person_id=row.person_id,
            name=name if words else None,
            method=row.method,
            shared_on=row.shared_on,
            commented=commented,
        )


class CommentShown(Wire):
    """A comment and its effect. Words are left out for those who may not see them."""

    id: UUID
    party_id: UUID | None = None
    person_id: UUID | None = None
    name: str | None = None
    words: str | None = None
    received_on: date
    late: bool = Field(description="It came after the time to comment.")
    effect: str
    effect_words: str | None = None
    changed: list[UUID] = Field(description="The versions of findings that it led to.")
    weighed_by: PersonRef | None = None
    said_at: UtcTime

    @classmethod
    def of(
        cls, row: ViewsComment, name: str | None, weigher: str | None, changed: list[UUID], *, words: bool
    ) -> CommentShown:
        """Return a comment as it is shown."""
        return cls(
            id=row.id,
            party_id=row.party_id,
            person_id=row.person_id,
            name=name if words else None,
            words=row.words if words else None,
            received_on=row.received_on,
            late=row.late,
            effect=row.effect,
            effect_words=row.effect_words if words else None,
            changed=changed,
            weighed_by=PersonRef.of(row.said_by, weigher if words else None),
            said_at=row.said_at,
        )


class RoundShown(Wire):
    """One round of initial views, with everybody they were shared with and what came back."""

    id: UUID
    round: int
    kind: str = Field(description="shared or skipped")
    words: str | None = Field(default=None, description="The views, or why there are none.")
    comment_until: date | None = Field(default=None, description="The last day of the time to comment.")
    notice_id: UUID | None = Field(default=None, description="The letter to the complainant.")
    out_of_date: bool = Field(description="Findings have changed since: a new round may be shared.")
    said_at: UtcTime
    shared_with: list[RecipientShown]
    comments: list[CommentShown]

    @classmethod
    def of(
        cls,
        row: InitialViews,
        recipients: list[RecipientShown],
        comments: list[CommentShown],
        *,
        out_of_date: bool,
        words: bool,
    ) -> RoundShown:
        """Return a round as it is shown."""
        return cls(
            id=row.id,
            round=row.round,
            kind=row.kind,
            words=row.words if words else None,
            comment_until=row.comment_until,
            notice_id=row.notice_id,
            out_of_date=out_of_date,
            said_at=row.said_at,
            shared_with=recipients,
            comments=comments,
        )


class Views(Wire):
    """The rounds of initial views of a complaint, the first one first."""

    items: list[RoundShown]
