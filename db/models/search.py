"""Tables of finding: what is searched of each complaint, and filters of the worklist that people keep."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, Index, MetaData, String, Table, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Instant, Json, OrganisationId, PersonId, RecordedAt


class CaseSearch(Base):
    """The words of one complaint as they are searched. Made anew by every act that can change them.

    `shared_words` are what bodies search with which the case is shared, where that is less: a trigger keeps them.
    """

    __tablename__ = "case_search"
    __table_args__ = (
        ForeignKeyConstraint(
            ["complaint_id", "organisation_id"],
            ["complaint.id", "complaint.organisation_id"],
            name="fk_case_search_own_complaint",
        ),
        Index(
            "ix_case_search_words",
            "words",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 256},
        ),
        Index(
            "ix_case_search_shared_words",
            "shared_words",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 256},
            postgresql_where=text("shared_words is not null"),
        ),
    )

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[OrganisationId] = mapped_column(index=False)
    words: Mapped[str] = mapped_column(TSVECTOR)
    shared_words: Mapped[str | None] = mapped_column(TSVECTOR)
    recorded_at: Mapped[RecordedAt]


class SavedFilter(Base):
    """A filter of the worklist that a person keeps, perhaps for all of the organisation.

    `query` holds the worklist's own parameters. One that is removed stays, so that its key is not used again.
    """

    __tablename__ = "saved_filter"
    __table_args__ = (
        UniqueConstraint("organisation_id", "person_id", "idempotency_key"),
        Index(
            "uq_saved_filter_name",
            "organisation_id",
            "person_id",
            "name",
            unique=True,
            postgresql_where=text("not removed"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId] = mapped_column(index=False)
    person_id: Mapped[PersonId]
    name: Mapped[str] = mapped_column(String(100))
    shared: Mapped[bool]
    query: Mapped[Json]
    removed: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[Instant]
    idempotency_key: Mapped[str]
    body_hash: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[RecordedAt]


# Views, through which words are searched: what the tenant owns, and what is shared with it.
_VIEWS = MetaData()
own_search = Table("own_search", _VIEWS, Column("complaint_id", Uuid), Column("words", TSVECTOR))
shared_search = Table("shared_search", _VIEWS, Column("complaint_id", Uuid), Column("words", TSVECTOR))
