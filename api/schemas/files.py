"""Files on a complaint: what is said of them when they are put there, and how they are shown."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import UploadFile
from pydantic import Field

from api.file_types import ALLOWED
from api.schemas.base import Day, NotFuture, Reason, Request, UtcTime, Wire
from db.models.complaint import CaseFile
from db.office_said import Disclosure, MarkFile

FileSource = Literal["complainant", "affected", "staff", "organisation", "other_body", "other"]
FileKind = Literal["correspondence", "evidence", "consent", "recording", "health_record_copy", "other"]


class FileSaid(Request):
    """A form with a file, and what is known of it."""

    file: UploadFile = Field(
        description=f"At most 25 MB, unless this installation says otherwise; one of {', '.join(ALLOWED)}."
    )
    source: FileSource = Field(default="other", description="From whom it came.")
    kind: FileKind = Field(
        default="other",
        description="What it is. A copy from the health record is a copy: the complaint's file is kept apart from"
        " the health record and is no part of it.",
    )
    disclosure: Disclosure | None = Field(
        default=None,
        description="Whether it may be disclosed to people outside. Left out: a copy from the health record is"
        " restricted, everything else disclosable.",
    )
    received_on: Annotated[Day, NotFuture()] | None = Field(default=None, description="The day it was received.")

    @property
    def decided_disclosure(self) -> Disclosure:
        """Return the disclosure that was said, or the one that goes with the kind."""
        return self.disclosure or ("restricted" if self.kind == "health_record_copy" else "disclosable")


class MarkSaid(Request):
    """Whether a file may be disclosed from now on, and why."""

    disclosure: Disclosure
    reason: Reason

    def said(self, file_id: UUID) -> MarkFile:
        """Return what is stored."""
        return MarkFile(file_id=file_id, disclosure=self.disclosure, reason=self.reason)


class FileShown(Wire):
    """A file on a complaint; its content is read under `content`."""

    id: UUID
    name: str | None = Field(default=None, description="Left out for those who may not read the content.")
    media_type: str
    size: int
    sha256: str
    source: FileSource
    kind: FileKind
    disclosure: Disclosure
    received_on: Day | None = None
    scanned_with: str | None = Field(default=None, description="What looked for malware in it, if anything did.")
    added_at: UtcTime
    content: str

    @classmethod
    def of(cls, file: CaseFile, reference: str, *, named: bool) -> FileShown:
        """Return a file as it is shown."""
        return cls.model_validate(
            {
                "id": file.id,
                "name": file.name if named else None,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
                "source": file.source,
                "kind": file.kind,
                "disclosure": file.disclosure,
                "received_on": file.received_on and file.received_on.isoformat(),
                "scanned_with": file.scanned_with,
                "added_at": file.added_at,
                "content": f"/v1/complaints/{reference}/files/{file.id}",
            }
        )


class Files(Wire):
    """The files on a complaint."""

    items: list[FileShown]
