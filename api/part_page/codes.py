"""One-time codes of the page: asked for beside the answer, so that nobody learns by asking whether a link is good."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.part_page.entry import Gate, hash_of
from contracts.joint import JointCodeStart
from db.models.access import BodyAccess, BodyCode, BodySession
from db.queries import access
from gateways.sealing import about

GOOD_FOR: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
# For each link. With five tries each, whoever has a link and guesses is right once in some 10,000 days.
MOST_AN_HOUR: Final = 5
MOST_A_DAY: Final = 20
_MARK: Final = "body_code.mark"
_SEALED: Final = "body_code.sealed"

_log = structlog.get_logger(__name__)


async def ask(gate: Gate) -> None:
    """Have a code sent to whom the link is of. Says nothing to anybody: whoever asked has their answer already."""
    organisation_id = await gate.organisation_id()
    if organisation_id is None or not gate.parts.sealing.can_seal:
        return
    async with gate.parts.database.tenant(organisation_id, gate.now) as session:
        held, why = await gate.holder(session)
        row = None if held is None else await _new(session, gate, held.access)
        if row is None:
            await gate.knock(session, organisation_id, why or "too_many_codes")
            return
        start = JointCodeStart(organisation_id=organisation_id, code_id=row.id, until=row.expires_at)
    try:
        await gate.parts.engine.start_joint_code(start)
    except Exception as error:  # noqa: BLE001 - whatever it is: the code is not sent, and is asked for again
        _log.warning("joint_code.not_sent", code_id=str(start.code_id), failure=type(error).__name__)


async def _new(session: AsyncSession, gate: Gate, holder: BodyAccess) -> BodyCode | None:
    """Return a new code, the only one that is good from now on; None where too many were asked for."""
    await access.lock_access(session, holder.id)
    for most, over in ((MOST_AN_HOUR, timedelta(hours=1)), (MOST_A_DAY, timedelta(days=1))):
        if await access.codes_since(session, holder.id, gate.now - over) >= most:
            return None
    await access.end_codes(session, holder.id, gate.now)
    code, code_id = f"{secrets.randbelow(10**6):06d}", uuid7()
    row = BodyCode(
        id=code_id,
        organisation_id=holder.organisation_id,
        access_id=holder.id,
        mark=gate.parts.sealing.mark(code.encode(), about(_MARK, code_id)),
        sealed=gate.parts.sealing.seal(code, about(_SEALED, code_id)),
        asked_at=gate.now,
        expires_at=gate.now + GOOD_FOR,
    )
    session.add(row)
    return row


async def opened(gate: Gate, typed: str) -> str | None:
    """Return what the browser is to hold when the code is right: a new session. None for whatever is not."""
    organisation_id = await gate.organisation_id()
    if organisation_id is None:
        return None
    async with gate.parts.database.tenant(organisation_id, gate.now) as session:
        held, why = await gate.holder(session)
        if held is not None:
            await access.lock_access(session, held.access.id)
            why = await _wrong(session, gate, held.access.id, typed)
            if not why:
                return _session(session, gate, held.access)
        await gate.knock(session, organisation_id, why)
    return None


async def _wrong(session: AsyncSession, gate: Gate, access_id: UUID, typed: str) -> str:
    """Return why a code is not taken; nothing when it is, and is used up."""
    row = await access.last_code(session, access_id)
    if row is None:
        return "no_code"
    if row.used_at is not None:
        return "used_code"
    if row.ended_at is not None or row.expires_at <= gate.now:
        return "expired_code"
    if row.tries >= MOST_TRIES:
        return "too_many_tries"
    row.tries += 1
    digits = "".join(typed.split())
    if not (digits.isascii() and gate.parts.sealing.is_mark(row.mark, digits.encode(), about(_MARK, row.id))):
        return "wrong_code"
    row.used_at, row.sealed = gate.now, None
    return ""


def _session(session: AsyncSession, gate: Gate, holder: BodyAccess) -> str:
    secret = secrets.token_urlsafe(32)
    session.add(
        BodySession(
            id=uuid7(),
            organisation_id=holder.organisation_id,
            access_id=holder.id,
            token_hash=hash_of(secret.encode()),
            opened_at=gate.now,
            seen_at=gate.now,
        )
    )
    return secret
