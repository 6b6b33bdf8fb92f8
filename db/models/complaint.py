"""Tables of a complaint: the case itself, its words, its parties, notes, files and shares."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, Json, OrganisationId, RecordedAt

_NEXT = "coalesce(next_event_at, 'infinity'::timestamptz)"


class Complaint(Base):
    """One complaint as it stands. Every change of it comes from an applied act.

    `event_seq` and `event_head` are the head of its evidence chain. `next_event_at` is the earliest
    rung not yet fired. `attention` holds a code while the complaint needs attention. `figures` are the organisation's
    figures that the procedure counts with, as they were when it was opened, `duties` the version of what is owed
    whatever the procedure says; `tier` is the internal tier it stands in. `severity` is how serious it is: what is in
    force, none for one that was never triaged. `alarms_version` is of the mix that says what wakes a senior: none for
    what was opened before there was one.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        # What has no next event comes last, so a page of the worklist is one stretch of an index.
        Index("ix_complaint_next", "organisation_id", text(_NEXT), "id"),
        Index("ix_complaint_open", "organisation_id", text(_NEXT), "id", postgresql_where=text("open")),
        Index("ix_complaint_owner", "organisation_id", "owner_id", text(_NEXT), "id"),
        Index("ix_complaint_stage", "organisation_id", "stage", text(_NEXT), "id"),
        Index(
            "ix_complaint_attention",
            "organisation_id",
            text(_NEXT),
            "id",
            postgresql_where=text("attention is not null"),
        ),
        Index(
            "ix_complaint_grave",
            "organisation_id",
            "severity",
            text(_NEXT),
            "id",
            postgresql_where=text("severity in ('serious', 'immediate')"),
        ),
        CheckConstraint("severity in ('routine', 'elevated', 'serious', 'immediate')", name="severity"),
        Index("ix_complaint_received_open", "organisation_id", "received_on", "id", postgresql_where=text("open")),
        Index("ix_complaint_received", "organisation_id", "received_on", "id"),
        Index("ix_complaint_matter", "organisation_id", "matter", "received_on"),
        CheckConstraint(
            "matter in ('complaint', 'concern', 'enquiry', 'compliment', 'feedback', 'contribution')", name="matter"
        ),
        CheckConstraint(
            "source in ('person', 'representative', 'advocate', 'mp', 'regulator', 'other_body', 'staff')",
            name="source",
        ),
        Index(
            "uq_complaint_reopened_from",
            "reopened_from",
            unique=True,
            postgresql_where=text("reopened_from is not null"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    reference: Mapped[CodeText] = mapped_column(unique=True)
    regime: Mapped[CodeText]
    nation: Mapped[CodeText]
    procedure: Mapped[CodeText]
    procedure_version: Mapped[int]
    stage: Mapped[CodeText]
    open: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=0)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[CodeText]
    received_on: Mapped[date]
    logged_at: Mapped[Instant]
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    discussion: Mapped[CodeText | None]
    update_every_days: Mapped[int | None]
    outcome: Mapped[CodeText | None]
    reopened_from: Mapped[UUID | None] = mapped_column(ForeignKey("complaint.id"))
    waiting_on: Mapped[CodeText | None]
    next_event_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attention: Mapped[CodeText | None]
    stop_contact: Mapped[bool] = mapped_column(default=False)
    hold: Mapped[bool] = mapped_column(default=False)
    staff_safety: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    division_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_batch.id"))
    source_reference: Mapped[str | None]
    matter: Mapped[CodeText] = mapped_column(default="complaint", server_default="complaint")
    source: Mapped[CodeText] = mapped_column(default="person", server_default="person")
    first_contact_on: Mapped[date | None]
    happened_on: Mapped[date | None]
    noticed_on: Mapped[date | None]
    figures: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    tier: Mapped[CodeText | None]
    severity: Mapped[CodeText | None]
    duties: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    alarms_version: Mapped[int | None]
    small_body: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    event_seq: Mapped[int] = mapped_column(default=0)
    event_head: Mapped[str] = mapped_column(String(64), default="")
    recorded_at: Mapped[RecordedAt]


class ComplaintWords(Base):
    """What the person said. Kept apart, so that words can be erased and facts stay."""

    __tablename__ = "complaint_words"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    organisation_id: Mapped[OrganisationId]
    summary: Mapped[str]
    narrative: Mapped[str]
    desired_outcome: Mapped[str | None]


class Party(Base):
    """A person outside who is part of a complaint: who complained, who was affected, who speaks or writes for them.

    `replaced_by` is set when it turned out to be somebody else: such a row is history only. `ground` is why somebody
    speaks for another, `relation` what they are to them. `name_key` is the name as it is compared. `retired_at` is when
    they ceased to be part of it: nothing more is written to them.
    """

    __tablename__ = "party"
    __table_args__ = (
        CheckConstraint("ground in ('asked', 'child', 'lacks_capacity', 'died')", name="ground"),
        CheckConstraint(
            "consent_basis in ('written', 'oral', 'statutory', 'implied_constituent', 'none')", name="consent_basis"
        ),
        CheckConstraint("nhs_number ~ '^[0-9]{10}$'", name="nhs_number"),
        CheckConstraint(
            "retired_cause in ('left', 'replaced', 'mistaken', 'no_longer_represents')", name="retired_cause"
        ),
        CheckConstraint("(retired_at is null) = (retired_cause is null)", name="retired_with_cause"),
        Index("ix_party_nhs_number", "organisation_id", "nhs_number", postgresql_where=text("nhs_number is not null")),
        Index("ix_party_name_key", "organisation_id", "name_key"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    role: Mapped[CodeText]
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[str | None]
    born_on: Mapped[date | None]
    replaced_by: Mapped[UUID | None]
    relation: Mapped[CodeText | None]
    ground: Mapped[CodeText | None]
    consent_basis: Mapped[CodeText | None]
    died_on: Mapped[date | None]
    death_known_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    nhs_number: Mapped[str | None] = mapped_column(String(10))
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    retired_cause: Mapped[CodeText | None]
    name_key: Mapped[str | None] = mapped_column(
        String(200), Computed(r"left(lower(regexp_replace(btrim(name), '\s+', ' ', 'g')), 200)", persisted=True)
    )
    recorded_at: Mapped[RecordedAt]


class Note(Base):
    """A note on the file."""

    __tablename__ = "note"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    kind: Mapped[CodeText]
    author_id: Mapped[UUID | None]
    said_at: Mapped[Instant]
    words: Mapped[str]


class CaseFile(Base):
    """A file on a complaint, never altered: only that it is attached, and its disclosure, may change.

    Its content is in the file store under `stored_key`; of files from before there was one, in `content`.
    A copy from the health record is a copy: the complaint's file is no part of the health record.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        CheckConstraint("num_nonnulls(content, stored_key) = 1", name="content_somewhere"),
        CheckConstraint(
            "source in ('complainant', 'affected', 'staff', 'organisation', 'other_body', 'other')", name="source"
        ),
        CheckConstraint(
            "kind in ('correspondence', 'evidence', 'consent', 'recording', 'health_record_copy', 'other')",
            name="kind",
        ),
        CheckConstraint("disclosure in ('disclosable', 'restricted')", name="disclosure"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(index=True)
    submission_id: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    stored_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    source: Mapped[CodeText] = mapped_column(server_default="other")
    kind: Mapped[CodeText] = mapped_column(server_default="other")
    disclosure: Mapped[CodeText] = mapped_column(server_default="disclosable")
    scanned_with: Mapped[CodeText | None]
    received_on: Mapped[date | None]
    attached: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[Instant]


class CaseShare(Base):
    """Another organisation may read one complaint until an instant."""

    __tablename__ = "case_share"
    __table_args__ = (
        UniqueConstraint("complaint_id", "shared_with", "scope"),
        CheckConstraint("shared_with <> organisation_id", name="with_another"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    shared_with: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    scope: Mapped[CodeText]
    until: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]
