"""The door at which a partner's system fetches what was shared with it, under the id that it was told by webhook.

An id that is not known, one of another partner, a credential that is forged: all are turned away alike.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from api.dates import today
from api.deps import PartsDep
from api.openapi import problems
from api.parts import Parts
from api.problems import Problem
from api.schemas.sharing import SharedForPartner
from db.queries import partners, sharing
from db.queries.incoming import NOBODY
from gateways.partner_secrets import secrets_of
from gateways.webhooks import new_secret

router = APIRouter(prefix="/joint/v1/{organisation_code}/shared-learning", tags=["joint protocol"])

_LONGEST: Final = 200
_AT_THE_DOOR: Final = (
    *("unauthenticated", "too_many_calls", "invalid_request", "method_not_allowed"),
    *("unavailable", "internal_error"),
)
_log = structlog.get_logger(__name__)
_bearer = HTTPBearer(
    scheme_name="sharedLearning",
    auto_error=False,
    description="The credential of what was shared: `rj1.<its id>.1.<mac>`, derived from the secret that the two bodies"
    " share, as that of a contribution is. docs/joint-protocol.md says how.",
)


@router.get(
    "/{shared_id}",
    operation_id="fetchSharedLearning",
    response_model=SharedForPartner,
    responses=problems(*_AT_THE_DOOR),
)
async def fetch_shared_learning(
    request: Request,
    parts: PartsDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    code: Annotated[str, Path(alias="organisation_code", max_length=64, description="Of the body that shares it.")],
    shared_id: UUID,
) -> SharedForPartner:
    """Fetch, as a partner, what was shared; or hear that it is withdrawn. Everybody else is turned away alike."""
    shown = credentials.credentials if credentials is not None else ""
    address, now = request.client.host if request.client else None, parts.clock.now()
    found = await _admitted(parts, code, shared_id, shown, now) if shown else None
    if found is None:
        if shown:
            _log.warning("joint.shared_turned_away")
            raise Problem("unauthenticated" if parts.joint_failures.take(address, now) else "too_many_calls")
        raise Problem("unauthenticated")
    if not parts.joint_calls.take(address, now):
        raise Problem("too_many_calls")
    return found


async def _admitted(parts: Parts, code: str, shared_id: UUID, shown: str, now: datetime) -> SharedForPartner | None:
    """Compare what is shown. Where nothing can be right, with a secret that nobody can know: it takes as long."""
    async with parts.database.tenant(NOBODY, now) as session:
        organisation_id = await partners.door_at(session, code)
    async with parts.database.tenant(organisation_id or NOBODY, now) as session:
        known, found = list[str](), await sharing.for_partner(session, shared_id)
        partner = None
        if found is not None and found[0].partner_id is not None:
            partner = await partners.find(session, found[0].partner_id)
        if partner is not None and partner.ended_at is None:
            known = secrets_of(parts.sealing, partner, now)
        number = partners.FIRST_CREDENTIAL if known else secrets.randbelow(2**30) + 1
        good = len(shown) <= _LONGEST and parts.check_credential(shown, shared_id, number, known or [new_secret()])
        if not good or not known or found is None:
            return None
        return await _told(parts, session, shared_id, now)


async def _told(parts: Parts, session: AsyncSession, shared_id: UUID, now: datetime) -> SharedForPartner:
    found = await sharing.for_partner(session, shared_id)
    assert found is not None
    _, row = found
    if row.state == "withdrawn":
        return SharedForPartner(id=shared_id, state="withdrawn", withdrawn_at=row.withdrawn_at)
    version = await sharing.version(session, row.learning_id, row.version)
    assert version is not None
    return SharedForPartner(
        id=shared_id,
        state="shared",
        theme_title=await parts.sharing.theme_title(session, row.organisation_id, today(now), version.theme),
        learned=version.public_words,
        words=row.remark,
        shared_at=row.decided_at,
    )
