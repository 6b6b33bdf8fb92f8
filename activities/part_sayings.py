"""What the machine says on our own cases of what another body told us: appended once, however often it is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from activities.joint_carriers import ROUTE, digest
from contracts.commands import CommandKind
from contracts.joint import JointPartStart
from db.queries.submissions import NewSubmission, append_submission
from db.said import Said
from db.said import to_body as said_to_body

_CALLER: Final = "joint"


def new_saying(start: JointPartStart, kind: CommandKind, said: Said, key: str, now: datetime) -> NewSubmission:
    """Return a submission of our own organisation: the same for the same key. Its complaint is named when appended."""
    content = said_to_body(kind, said)
    return NewSubmission(
        id=uuid5(start.organisation_id, f"{ROUTE}/{key}"),
        organisation_id=start.organisation_id,
        complaint_id=start.organisation_id,  # put right where it is appended
        kind=kind,
        body=content,
        caller=_CALLER,
        person_id=None,
        role="system",
        route=ROUTE,
        idempotency_key=key,
        body_hash=digest(content),
        received_at=now,
    )


async def append(session: AsyncSession, new: NewSubmission, complaint_id: UUID, reference: str | None = None) -> None:
    """Append it to a complaint; one that opens a complaint gives it its reference."""
    await append_submission(session, replace(new, complaint_id=complaint_id, reference=reference))
