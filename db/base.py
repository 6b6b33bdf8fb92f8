"""The declarative base, the naming convention of constraints, and the column types that tables share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, MetaData, String, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[UUID, mapped_column(Uuid, primary_key=True)]
OrganisationId = Annotated[UUID, mapped_column(ForeignKey("organisation.id"), index=True)]
ComplaintId = Annotated[UUID, mapped_column(ForeignKey("complaint.id"), index=True)]
PersonId = Annotated[UUID, mapped_column(ForeignKey("person.id"))]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
CodeText = Annotated[str, mapped_column(String(64))]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
JsonList = Annotated[list[Any], mapped_column(JSONB)]
Big = Annotated[int, mapped_column(BigInteger)]
# `now()` decides nothing: it only says when a row was written, for whoever looks into the database.
RecordedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]


class Base(DeclarativeBase):
    """Hold the metadata of every table."""

    metadata = MetaData(naming_convention=NAMING)
