"""Who stands at the door of the page: which link it is, and whether whoever holds it has given the code.

Nothing here may tell a good link from any other: to whoever has not given the code, every answer is the same.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote
from uuid import UUID

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Scope
from uuid_utils.compat import uuid7

from api.caller import Caller
from api.parts import Parts
from api.permissions import Role
from db.models.organisation import Organisation
from db.queries import access
from db.queries.access import Held
from db.queries.incoming import NOBODY
from gateways.part_links import PATH, PartLinks, access_id_in

COOKIE: Final = "part"
IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
# What was typed on a page that lay open for longer than a session lasts is kept all the same, and shown after a code.
LATE: Final = timedelta(hours=24)
_MOST_KNOCKS: Final = 20  # an hour, for each contribution, and for links that are none


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """An address of the page as it was asked for, at a time."""

    parts: Parts
    code: str
    token: str
    now: datetime

    @property
    def path(self) -> str:
        """Return the path of the page; its cookie is sent to nothing else."""
        return f"{PATH}/{quote(self.code, safe='')}/{quote(self.token, safe='')}"

    async def organisation_id(self) -> UUID | None:
        """Return whose page it is. Nobody's rows are open to whoever asks until that is known."""
        if len(self.code) > 64 or "\x00" in self.code:
            return None
        async with self.parts.database.tenant(NOBODY, self.now) as session:
            return await access.page_at(session, self.code)

    async def holder(self, session: AsyncSession) -> tuple[Held | None, str]:
        """Return what the link opens, or why it opens nothing, as a code."""
        claimed = access_id_in(self.token)
        held = await access.held(session, claimed)
        links = PartLinks(self.parts.sealing, "")
        number = held.access.number if held is not None else 0
        if not links.is_token(self.token, claimed, number) or held is None:
            return None, "unknown_link"
        if held.access.revoked_at is not None:
            return None, "revoked"
        if not access.is_open(held.contribution):
            return None, "released"
        return held, ""

    async def knock(self, session: AsyncSession, organisation_id: UUID, why: str) -> None:
        """Write that somebody was turned away, under the contribution that the link is, or was, of."""
        claimed = access_id_in(self.token)
        held = await access.held(session, claimed)
        ours = held is not None and PartLinks(self.parts.sealing, "").is_token(self.token, claimed, held.access.number)
        of = held.contribution.id if held is not None and ours else None
        await access.knock(session, organisation_id, of, why, self.now, new_id=uuid7(), most_an_hour=_MOST_KNOCKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody of a body who has given the code. `late`: too long ago to be shown anything."""

    gate: Gate
    organisation: Organisation
    held: Held
    secret: bytes
    late: bool

    @property
    def parts(self) -> Parts:
        """Return what the application is made of."""
        return self.gate.parts

    @property
    def caller(self) -> Caller:
        """Return who says what is said on the page: the body, of its own contribution alone."""
        organisation = self.organisation
        return Caller(
            organisation_id=organisation.id,
            organisation_code=organisation.code,
            organisation_name=organisation.name,
            nation=organisation.nation,
            reference_prefix=organisation.reference_prefix,
            subject=caller_of(self.held.contribution.id),
            person_id=None,
            person_name=None,
            roles=frozenset({Role.BODY}),
        )


def caller_of(contribution_id: UUID) -> str:
    """Return the name under which what a body says on its page is stored."""
    return f"page/{contribution_id}"


def hash_of(secret: bytes) -> str:
    """Return what is stored of what a browser holds."""
    return hashlib.sha256(secret).hexdigest()


async def guest(gate: Gate, request: Request) -> Guest | None:
    """Return who it is, if they have given the code for this very link; a session of another link is none."""
    secret = _secret(request)
    organisation_id = await gate.organisation_id() if secret else None
    if organisation_id is None:
        return None
    async with gate.parts.database.tenant(organisation_id, gate.now) as session:
        held, why = await gate.holder(session)
        row = await access.session_of(session, hash_of(secret))
        if held is None or row is None or row.access_id != held.access.id:
            if row is not None:
                await gate.knock(session, organisation_id, why or "other_session")
            return None
        if row.ended_at is not None or row.opened_at <= gate.now - LATE or row.seen_at <= gate.now - LATE:
            return None
        late = row.seen_at <= gate.now - IDLE or row.opened_at <= gate.now - LONGEST
        if not late and row.seen_at < gate.now - timedelta(minutes=1):
            row.seen_at = gate.now
        organisation = await session.get(Organisation, organisation_id)
        assert organisation is not None  # it was found by its address
    return Guest(gate=gate, organisation=organisation, held=held, secret=secret, late=late)


async def turned_away(scope: Scope) -> Response | None:
    """Return what is answered to an upload before it is read, where nobody who gave a code sends it."""
    code, _, token = scope["path"].removeprefix(f"{PATH}/").removesuffix("/files").partition("/")
    parts: Parts = scope["app"].state.parts
    gate = Gate(parts=parts, code=code, token=token, now=parts.clock.now())
    one = await guest(gate, Request(scope))
    if one is not None and not one.late:
        return None
    # The page itself says how to ask for a code: the browser is sent there, and nothing that it brought is read.
    return RedirectResponse(gate.path, status_code=303, headers={"Connection": "close"})


async def leave(one: Guest) -> None:
    """End the session."""
    async with one.parts.database.tenant(one.organisation.id, one.gate.now) as session:
        row = await access.session_of(session, hash_of(one.secret))
        if row is not None:
            row.ended_at = one.gate.now


def nonce() -> bytes:
    """Return what tells the key of one page from that of another."""
    return secrets.token_bytes(18)


def _secret(request: Request) -> bytes:
    found = request.cookies.get(COOKIE, "")
    return found.encode() if found.isascii() and 20 <= len(found) <= 100 else b""
