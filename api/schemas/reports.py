"""Reports as they are asked for and shown, and the complaints behind a figure."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import AgreedDay, EventTime, Reason, Request, UtcTime, Wire
from api.schemas.complaints import PersonRef
from db.models.report import Report, ReportPublication

ReportKind = Literal["board", "annual", "ko41a", "ko41b", "reg17", "public", "oversight"]
ReportFormat = Literal["json", "csv", "html", "pdf"]


class ReportAsked(Request):
    """A report of a kind, about some days, by what was known before an instant."""

    kind: ReportKind
    from_: AgreedDay = Field(alias="from", description="The first day that it is about.")
    until: AgreedDay = Field(description="The last day: at most three years, and begun before `knownUntil`.")
    known_until: EventTime | None = Field(
        default=None, description="What was known before this instant is counted. Left out: now. Never in the future."
    )


class WithdrawalSaid(Request):
    """Why a published report is withdrawn. It is not shown to the public."""

    reason: Reason


class PublicationShown(Wire):
    """Where a report was published, and whether it still is."""

    slug: str
    path: str = Field(description="The page for everybody, below the address of this installation.")
    published_at: UtcTime
    published_by: PersonRef | None = None
    withdrawn_at: UtcTime | None = None
    withdrawn_by: PersonRef | None = None
    withdrawn_reason: str | None = Field(default=None, description="Left out for those who may not see words.")


class ReportShown(Wire):
    """A report that was compiled: what it is about, who did what with it, and the hash of its JSON."""

    id: UUID
    kind: str
    rules: int = Field(description="The version of the rules that it was counted by.")
    from_: date = Field(alias="from")
    until: date
    known_until: UtcTime
    state: str
    sha256: str
    compiled_at: UtcTime
    compiled_by: PersonRef | None = None
    approved_at: UtcTime | None = None
    approved_by: PersonRef | None = None
    supersedes_id: UUID | None = Field(default=None, description="The one about the same that was compiled before.")
    occurrence_id: UUID | None = Field(default=None, description="What of the governance it was compiled for.")
    publication: PublicationShown | None = None

    @classmethod
    def of(cls, report: Report, published: ReportPublication | None, *, organisation: str, words: bool) -> ReportShown:
        """Return a report as it is shown, without the document."""
        return cls(
            id=report.id,
            kind=report.kind,
            rules=report.rules,
            from_=report.first_on,
            until=report.last_on,
            known_until=report.known_until,
            state=report.state,
            sha256=report.sha256,
            compiled_at=report.compiled_at,
            compiled_by=PersonRef.of(report.compiled_by),
            approved_at=report.approved_at,
            approved_by=PersonRef.of(report.approved_by),
            supersedes_id=report.supersedes_id,
            occurrence_id=report.occurrence_id,
            publication=None if published is None else _published(published, organisation, words),
        )


class Reports(Wire):
    """Reports, the newest first."""

    items: list[ReportShown]
    next: str | None = None


class RebuiltShown(Wire):
    """Whether the report comes out the same, compiled again from the same instant."""

    identical: bool
    sha256: str = Field(description="Of the report as it is kept.")
    rebuilt_sha256: str = Field(description="Of the report as it was compiled now.")


class BehindShown(Wire):
    """A complaint that a figure counted."""

    complaint_id: UUID
    reference: str
    received_on: date
    stage: str
    severity: str | None = None
    times: int = Field(description="How often the figure counted in it.")


class BehindFigure(Wire):
    """The complaints that a figure counted, by what was known when the report was compiled."""

    figure: str
    by: str | None = None
    value: str | None = None
    items: list[BehindShown]
    next: str | None = None


def _published(row: ReportPublication, organisation: str, words: bool) -> PublicationShown:
    return PublicationShown(
        slug=row.slug,
        path=f"/public/{organisation}/{row.slug}",
        published_at=row.published_at,
        published_by=PersonRef.of(row.published_by),
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=PersonRef.of(row.withdrawn_by),
        withdrawn_reason=row.withdrawn_reason if words else None,
    )
