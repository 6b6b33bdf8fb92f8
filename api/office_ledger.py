"""The ledger of the office from a route: what the same key changed before, and a new entry. It is append-only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.caller import Caller
from api.door import Envelope
from api.permissions import Role
from api.problems import Problem
from db.models.office import OfficeEvent
from db.queries.office import lock_office, said_under

_NO_BODY: Final = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What changed, in codes: its kind, what it is about, and ids, dates and numbers beside it."""

    kind: str
    subject_id: UUID
    data: dict[str, Any] = field(default_factory=dict)


async def said_before(session: AsyncSession, who: Caller, envelope: Envelope, body_hash: str) -> OfficeEvent | None:
    """Return what the same key changed before; nobody else changes the office meanwhile. Raises a problem else."""
    await lock_office(session, who.organisation_id)
    known = await said_under(session, caller=who.subject, route=envelope.route, key=envelope.key)
    if known is not None and known.body_hash != body_hash:
        raise Problem("idempotency_key_reused")
    return known


def write(
    session: AsyncSession,
    who: Caller,
    role: Role,
    entry: Entry,
    *,
    now: datetime,
    envelope: Envelope | None = None,
    body_hash: str = _NO_BODY,
) -> None:
    """Write one entry. Without an envelope it was a reading, which has no key."""
    session.add(
        OfficeEvent(
            id=uuid7(),
            organisation_id=who.organisation_id,
            kind=entry.kind,
            subject_id=entry.subject_id,
            at=now,
            actor_id=who.person_id,
            role=role.value,
            data=entry.data,
            caller=who.subject,
            route=envelope.route if envelope else entry.kind,
            idempotency_key=envelope.key if envelope else None,
            body_hash=body_hash,
        )
    )
