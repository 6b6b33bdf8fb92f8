"""Imports: a file handed in, its dry run, what was decided, and its rows with what is wrong with them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from fastapi import UploadFile
from pydantic import Field

from api.import_words import fault_title
from api.schemas.base import AgreedDay, Request, UtcTime, Wire
from db.models.imports import ImportBatch, ImportRow


class ImportSaid(Request):
    """A form with a file of complaints, the mapping of its columns, and the day from which letters may go out."""

    file: UploadFile = Field(description="CSV or JSON lines in UTF-8, at most 50 MB and 100,000 rows.")
    mapping: UploadFile = Field(description="TOML: which of its columns is which of our fields.")
    switch_on: AgreedDay = Field(
        description="Until this day nothing whatever is sent about an imported complaint. Not in the past."
    )


class ImportDecisionSaid(Request):
    """What is to be done with a dry run."""

    decision: Literal["go", "abandon"]


class SwitchSaid(Request):
    """Another switch date."""

    switch_on: AgreedDay


class ImportTotals(Wire):
    """The rows counted by what became of them; and the complaints made of them, open and ended."""

    rows: int = 0
    staged: int = 0
    good: int = 0
    quarantined: int = 0
    imported: int = 0
    failed: int = 0
    open: int = 0
    ended: int = 0
    missing: int = Field(default=0, description="Open complaints that had no workflow or nothing that happens next.")


class ImportShown(Wire):
    """An import, and how far it has come."""

    id: UUID
    source_system: str
    format: str
    state: str = Field(description="staged, checked, importing, done, incomplete or abandoned")
    switch_on: date
    switched: bool = Field(description="The switch date is reached: letters go out.")
    totals: ImportTotals
    asked_by: UUID
    asked_at: UtcTime
    go: bool | None = None
    decided_by: UUID | None = None
    decided_at: UtcTime | None = None
    ended_at: UtcTime | None = None
    attempt: int = Field(description="How often it was tried again.")

    @classmethod
    def of(cls, batch: ImportBatch, totals: dict[str, int], today: date) -> ImportShown:
        """Return an import as it is shown."""
        plain = {name: getattr(batch, name) for name in cls.model_fields if name not in ("totals", "switched")}
        return cls(**plain, totals=ImportTotals(**totals), switched=batch.switch_on <= today)


class Imports(Wire):
    """Imports; `next` is the cursor of the page after, if there is one."""

    items: list[ImportShown]
    next: str | None = None


class FaultShown(Wire):
    """One reason why a row was set aside or failed, and the field of ours it is about."""

    code: str
    title: str
    field: str | None = None


class ImportRowShown(Wire):
    """One row of the file. What it holds is shown to those who may read words, while it is no complaint."""

    n: int = Field(description="Counted from 1, without the line that names the columns.")
    state: str
    reasons: list[FaultShown]
    reference: str | None = Field(default=None, description="Of the complaint that was made of it.")
    source_reference: str | None = None
    cells: dict[str, Any] | None = None

    @classmethod
    def of(cls, row: ImportRow, *, words: bool) -> ImportRowShown:
        """Return a row as the caller may see it."""
        return cls(
            n=row.n,
            state=row.state,
            reasons=[FaultShown(code=each["code"], title=fault_title(each["code"]), field=each["field"])
                     for each in row.reasons],
            reference=row.reference if row.complaint_id is not None else None,
            source_reference=row.source_reference if words else None,
            cells=row.raw if words else None,
        )  # fmt: skip


class ImportRows(Wire):
    """Rows in their order; `next` is the `after` of the page after, if there is one."""

    items: list[ImportRowShown]
    next: int | None = None
