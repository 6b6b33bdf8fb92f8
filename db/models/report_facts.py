"""Tables of the reports' own view of cases: what their chains of evidence come to, with when each of it was known.

Everything here is worked out from `case_event` and from nothing else (policies/reporting/fold.py), and changes nothing.
`known_us` is when it came to be known here, in microseconds since 1970 UTC; `until_us` is when something later was:
`FOREVER` while nothing is. What was known at an instant K are the rows with known_us < K <= until_us.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, VARCHAR
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Big, CodeText, Id, Json, OrganisationId

FOREVER: Final = 2**63 - 1
Codes = Annotated[list[str], mapped_column(ARRAY(VARCHAR(140)))]
_NOW = text(f"until_us = {FOREVER}")


class ReportFold(Base):
    """How far the chain of one complaint was read, and what the reading holds in mind."""

    __tablename__ = "report_fold"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    organisation_id: Mapped[OrganisationId]
    seq: Mapped[int]
    held: Mapped[Json]


class ReportMark(Base):
    """Up to which instant reports of an organisation were compiled: what is read later was not known before it."""

    __tablename__ = "report_mark"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    known_us: Mapped[Big]


class ReportCase(Base):
    """One version of what is known of a complaint, from one event of its chain to the next that changed any of it.

    Dates are local. `ended_as` is the stage it ended in; `closer_look_on` the first sign of one; `satisfied` is of an
    early resolution; `outcome` is of the response, as the procedure calls it; `themes` are subjects, with the
    sub-subject where there is one (`subject.sub`); `place` is the site with ward or service (`site.ward`).
    """

    __tablename__ = "report_case"
    __table_args__ = (
        UniqueConstraint("complaint_id", "seq"),
        Index("ix_report_case_now", "organisation_id", "received_on", postgresql_where=_NOW),
        Index(
            "ix_report_case_error",
            "organisation_id",
            "complaint_id",
            postgresql_where=text("ended_as = 'opened_in_error'"),
        ),
        Index("ix_report_case_known", "organisation_id", "known_us"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"))
    seq: Mapped[int]
    known_us: Mapped[Big]
    until_us: Mapped[Big] = mapped_column(BigInteger, default=FOREVER, server_default=text(str(FOREVER)))
    matter: Mapped[CodeText]
    source: Mapped[CodeText]
    channel: Mapped[CodeText]
    procedure: Mapped[CodeText]
    procedure_version: Mapped[int]
    received_on: Mapped[date]
    logged_on: Mapped[date]
    imported: Mapped[bool]
    reopened: Mapped[bool]
    acknowledged_on: Mapped[date | None]
    resolved_on: Mapped[date | None]
    satisfied: Mapped[bool | None]
    closer_look_on: Mapped[date | None]
    responded_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_as: Mapped[CodeText | None]
    outcome: Mapped[CodeText | None]
    upheld: Mapped[int]
    partly_upheld: Mapped[int]
    not_upheld: Mapped[int]
    severity: Mapped[CodeText | None]
    owner_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    division_id: Mapped[UUID | None]
    age_band: Mapped[CodeText | None]
    complainant_status: Mapped[CodeText | None]
    site: Mapped[CodeText | None]
    ward: Mapped[CodeText | None]
    service_area: Mapped[CodeText | None]
    profession: Mapped[CodeText | None]
    place: Mapped[str | None] = mapped_column(VARCHAR(140))
    themes: Mapped[Codes]
    professions: Mapped[Codes]
    ombudsman_on: Mapped[date | None]
    death: Mapped[bool]
    joint: Mapped[bool]


class ReportClock(Base):
    """One generation of a clock that was judged: met, missed, or both. A row for what is known of it, as above.

    `in_time` is by the days as they are known; `breached` says that it was once marked as missed, which nothing erases.
    `seq` is the event that says so.
    """

    __tablename__ = "report_clock"
    __table_args__ = (
        UniqueConstraint("clock_id", "generation", "seq", "known_us"),
        Index("ix_report_clock_due", "organisation_id", "due_on"),
        Index("ix_report_clock_known", "organisation_id", "known_us"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), index=True)
    clock_id: Mapped[UUID]
    generation: Mapped[int]
    seq: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    known_us: Mapped[Big]
    until_us: Mapped[Big] = mapped_column(BigInteger, default=FOREVER, server_default=text(str(FOREVER)))
    kind: Mapped[CodeText]
    effect: Mapped[CodeText]
    started_on: Mapped[date]
    due_on: Mapped[date]
    met_on: Mapped[date | None]
    in_time: Mapped[bool]
    breached: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class ReportItem(Base):
    """One thing of a complaint that reports count: an escalation, a recommendation, learning, an action, an answer.

    `kind` says what, `state` where it stands, `on` when it began, `due_on` and `done_on` as far as it has them;
    `part` tells apart several of one item: the statements of an answer. `code`, `second`, `number` and `flag` are what
    each kind has (policies/reporting/items.py).
    """

    __tablename__ = "report_item"
    __table_args__ = (
        UniqueConstraint("item_id", "kind", "part", "seq", "known_us", postgresql_nulls_not_distinct=True),
        Index("ix_report_item_kind", "organisation_id", "kind", "on"),
        Index("ix_report_item_known", "organisation_id", "known_us"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), index=True)
    item_id: Mapped[UUID]
    kind: Mapped[CodeText]
    part: Mapped[CodeText | None]
    state: Mapped[CodeText]
    seq: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    known_us: Mapped[Big]
    until_us: Mapped[Big] = mapped_column(BigInteger, default=FOREVER, server_default=text(str(FOREVER)))
    on: Mapped[date]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    code: Mapped[str | None] = mapped_column(VARCHAR(140))
    second: Mapped[str | None] = mapped_column(VARCHAR(140))
    number: Mapped[float | None] = mapped_column(Numeric(14, 2))
    flag: Mapped[bool | None]
