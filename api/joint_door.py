"""Who may pass the door of one contribution: whoever shows its own credential. Everybody else is told nothing at all.

An address that is not known, a contribution of somebody else, a credential that was revoked or forged: all of them are
turned away alike, and by the same way. That it happened is kept as a knock.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import structlog
from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from uuid_utils.compat import uuid7

from api.caller import Caller
from api.deps import PartsDep
from api.parts import Parts
from api.permissions import Role
from api.problems import Problem
from db.models.joint import Contribution
from db.models.organisation import Organisation
from db.queries import access, joint_door, partners
from db.queries.incoming import NOBODY
from gateways.partner_secrets import secrets_of
from gateways.webhooks import new_secret

_MOST_KNOCKS: Final = 20  # written of one contribution in an hour
_WHY: Final = "wrong_credential"
_LONGEST: Final = 200
_log = structlog.get_logger(__name__)
_bearer = HTTPBearer(
    scheme_name="contribution",
    auto_error=False,
    description="The credential of one contribution: `rj1.<contribution>.<number>.<mac>`, derived from the secret that"
    " the two bodies share. docs/joint-protocol.md says how.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A body that has shown the credential of its contribution."""

    parts: Parts
    organisation: Organisation
    contribution: Contribution
    reference: str
    now: datetime

    @property
    def who(self) -> Caller:
        """Return who says what it says."""
        return Caller(
            organisation_id=self.organisation.id,
            organisation_code=self.organisation.code,
            organisation_name=self.organisation.name,
            nation=self.organisation.nation,
            reference_prefix=self.organisation.reference_prefix,
            subject=f"body/{self.contribution.id}",
            person_id=None,
            person_name=None,
            roles=frozenset({Role.BODY}),
        )

    @property
    def is_open(self) -> bool:
        """Say whether consent covers now that it reads what tells of the person."""
        return joint_door.is_open(self.contribution, self.now)


async def admitted(parts: Parts, address: str | None, code: str, contribution_id: UUID, shown: str) -> Speaker:
    """Return who speaks. Raises the one problem that everybody else is answered with, and keeps that they knocked."""
    if not shown:
        raise Problem("unauthenticated")
    now = parts.clock.now()
    speaker, organisation_id, contribution = await _asked(parts, code, contribution_id, shown, now)
    if speaker is None:
        await _knocked(parts, organisation_id, contribution, now)
        raise Problem("unauthenticated" if parts.joint_failures.take(address, now) else "too_many_calls")
    if not parts.joint_calls.take(address, now):
        raise Problem("too_many_calls")
    return speaker


async def _asked(
    parts: Parts, code: str, contribution_id: UUID, shown: str, now: datetime
) -> tuple[Speaker | None, UUID | None, UUID | None]:
    """Compare what is shown. Where nothing can be right, with a secret that nobody can know: it takes as long."""
    async with parts.database.tenant(NOBODY, now) as session:
        organisation_id = await partners.door_at(session, code)
    async with parts.database.tenant(organisation_id or NOBODY, now) as session:
        behind = await joint_door.behind(session, contribution_id)
        number, known = secrets.randbelow(2**30) + 1, list[str]()
        if behind is not None:
            number = await partners.credential_number(session, behind.partner.id, contribution_id)
            known = secrets_of(parts.sealing, behind.partner, now)
    good = len(shown) <= _LONGEST and parts.check_credential(shown, contribution_id, number, known or [new_secret()])
    if not good or behind is None or not known:
        return None, organisation_id, behind.contribution.id if behind else None
    speaker = Speaker(
        parts=parts,
        organisation=behind.organisation,
        contribution=behind.contribution,
        reference=behind.reference,
        now=now,
    )
    return speaker, organisation_id, contribution_id


async def _knocked(parts: Parts, organisation_id: UUID | None, contribution_id: UUID | None, now: datetime) -> None:
    """Keep that somebody was turned away, where it is known from whose door."""
    _log.warning("joint.turned_away", contribution=str(contribution_id) if contribution_id else None)
    if organisation_id is None:
        return
    async with parts.database.tenant(organisation_id, now) as session:
        await access.knock(
            session, organisation_id, contribution_id, _WHY, now, new_id=uuid7(), most_an_hour=_MOST_KNOCKS
        )


async def _speaker(
    request: Request,
    parts: PartsDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    code: Annotated[str, Path(alias="organisation_code", max_length=64, description="Of the body that coordinates.")],
    contribution_id: UUID,
) -> Speaker:
    shown = credentials.credentials if credentials is not None else ""
    address = request.client.host if request.client else None
    return await admitted(parts, address, code, contribution_id, shown)


SpeakerDep = Annotated[Speaker, Depends(_speaker)]
