"""Who reads content of a case, as it is written down beside the reading."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.caller import Caller
from api.parts import Parts
from api.permissions import Permission
from api.visits import Visit
from db.queries.complaint_reads import Found
from db.queries.packs import Content, Reading, note_seen


def reading(parts: Parts, who: Caller, permission: Permission = Permission.READ_WORDS) -> Reading:
    """Return who reads, and as what, now."""
    now = parts.clock.now()
    return Reading(
        id=uuid7(),
        organisation_id=who.organisation_id,
        body=who.organisation_name,
        person_id=who.person_id,
        role=who.acting_as(permission).value,
        at=now,
    )


async def note(session: AsyncSession, visit: Visit, found: Found, what: Content, subject_id: UUID) -> None:
    """Write down that the visitor reads content of the complaint."""
    await note_seen(session, found, what, subject_id, reading(visit.parts, visit.who))
