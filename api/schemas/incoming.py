"""Ways in beside the API, and the mails that came: how they are switched on, and how they are shown."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from api.schemas.base import Request, UtcTime, Wire
from db.models.incoming import Incoming

IncomingState = Literal["automatic", "answer", "logged"]


class IntakeSaid(Request):
    """Which ways in are switched on from now on."""

    form: StrictBool = Field(description="The online form, for anybody, at the address that is shown.")
    email: StrictBool = Field(description="Mail that is handed in here.")


class IntakeShown(Wire):
    """Which ways in are switched on."""

    form: bool
    email: bool
    form_address: str = Field(description="Where the form is, while it is switched on.")


class RefusedFile(Wire):
    """A file of a mail that was not put on the complaint, and why."""

    name: str | None = Field(default=None, description="Left out for those who may not see words.")
    code: str = Field(examples=["file_type_not_allowed"])


class IncomingShown(Wire):
    """A mail that came in, and what became of it. Who it says it is from proves nothing."""

    id: UUID
    state: IncomingState = Field(
        description="`automatic`: a machine sent it, and it is only kept. `answer`: it is in the contact log of the"
        " complaint it answers. `logged`: it was logged as an enquiry, for a person to read."
    )
    reason: str = Field(description="Why, as a code.", examples=["in_reply_to"])
    received_at: UtcTime = Field(description="When it arrived.")
    taken_in_at: UtcTime
    size: int
    sha256: str
    infected: bool
    scanned_with: str
    files: int = Field(description="How many of its files were put on the complaint.")
    refused_files: list[RefusedFile]
    reference: str | None = None
    complaint: str | None = Field(default=None, description="Where the complaint is read.")
    content: str = Field(description="Where the mail itself is read.")
    from_name: str | None = Field(default=None, description="Words are left out for those who may not see them.")
    from_address: str | None = None
    subject: str | None = None
    message_id: str | None = None

    @classmethod
    def of(cls, row: Incoming, reference: str | None, *, words: bool) -> IncomingShown:
        """Return a mail as it is shown, with its words or without."""
        said: dict[str, Any] = {}
        if words:
            said = {name: getattr(row, name) for name in ("from_name", "from_address", "subject", "message_id")}
        return cls(
            id=row.id,
            state=row.state,
            reason=row.reason,
            received_at=row.received_at,
            taken_in_at=row.taken_in_at,
            size=row.size,
            sha256=row.sha256,
            infected=row.infected,
            scanned_with=row.scanned_with,
            files=row.files,
            refused_files=[
                RefusedFile(name=each["name"] if words else None, code=each["code"]) for each in row.refused_files
            ],
            reference=reference,
            complaint=f"/v1/complaints/{reference}" if reference else None,
            content=f"/v1/incoming/{row.id}/content",
            **said,
        )


class Incomings(Wire):
    """A page of mails; `next` is the cursor of the page after, if there is one."""

    items: list[IncomingShown]
    next: str | None = None
