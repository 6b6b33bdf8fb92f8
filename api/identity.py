"""Checks tokens: signature, issuer, audience, times, and the claims `org` and `roles`.

The algorithms are pinned here and never taken from the token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from api.permissions import IN_TOKENS, Role
from gateways.clock import Clock

ALGORITHMS: Final = ("RS256", "ES256")
LEEWAY_SECONDS: Final = 30
_LONGEST_TOKEN: Final = 8192
_LONGEST_SUBJECT: Final = 200


class InvalidToken(Exception):
    """A token that proves nothing. It is not said why."""


class KeysAway(Exception):
    """The issuer's keys could not be fetched, and none are known."""


class Keys(Protocol):
    """The public keys of an issuer."""

    async def known(self) -> KeySet:
        """Return the keys as last fetched."""
        ...

    async def refetched(self) -> KeySet | None:
        """Fetch the keys again; None when that was done a moment ago."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a valid token says of its bearer."""

    organisation_id: UUID
    subject: str
    roles: frozenset[Role]


class Verifier:
    """Turn a token into claims."""

    def __init__(self, *, keys: Keys, clock: Clock, issuer: str, audience: str) -> None:
        self._keys = keys
        self._rules = JWTClaimsRegistry(
            now=lambda: int(clock.now().timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def verify(self, token: str) -> Claims:
        """Return a token's claims. Raises InvalidToken, or KeysAway when that cannot be known."""
        if len(token) > _LONGEST_TOKEN:
            raise InvalidToken
        claims = self._decode(token, await self._keys.known())
        if claims is None:
            # An unknown key may be a new one: ask once more, not more often than the cool-down allows.
            newer = await self._keys.refetched()
            claims = None if newer is None else self._decode(token, newer)
        if claims is None:
            raise InvalidToken
        return _claims(claims)

    def _decode(self, token: str, keys: KeySet) -> dict[str, Any] | None:
        """Return the claims; None when no key fits. Raises InvalidToken for any other fault."""
        try:
            decoded = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError, TypeError, KeyError):
            return None
        try:
            self._rules.validate(decoded.claims)
        except (JoseError, ValueError, TypeError):
            raise InvalidToken from None
        return decoded.claims


def _claims(claims: dict[str, Any]) -> Claims:
    organisation, subject, roles = claims.get("org"), claims["sub"], claims.get("roles")
    if not isinstance(organisation, str) or not isinstance(roles, list):
        raise InvalidToken
    if not 1 <= len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        raise InvalidToken
    try:
        organisation_id = UUID(organisation)
    except ValueError:
        raise InvalidToken from None
    known = frozenset(role for role in IN_TOKENS if role.value in roles)
    return Claims(organisation_id=organisation_id, subject=subject, roles=known)
