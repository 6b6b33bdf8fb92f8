"""A token issuer for development only. It refuses to exist anywhere else.

Its key is made once, into a file of mode 0600 in the state directory, and shared by API and CLI.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

_ALGORITHM: Final = "ES256"
KEY_FILE: Final = "development-issuer.json"


class NotInDevelopment(RuntimeError):
    """The development issuer was asked for outside development."""


class IssuerSettings(Protocol):
    """The settings that the issuer needs."""

    @property
    def environment(self) -> str:
        """Return development or production."""
        ...

    @property
    def state_dir(self) -> Path:
        """Return the directory that holds the key."""
        ...

    @property
    def jwt_issuer(self) -> str:
        """Return what stands in `iss`."""
        ...

    @property
    def jwt_audience(self) -> str:
        """Return what stands in `aud`."""
        ...


class DevIssuer:
    """Sign tokens for whoever asks. Raises NotInDevelopment when made anywhere else."""

    def __init__(self, settings: IssuerSettings) -> None:
        if settings.environment != "development":
            raise NotInDevelopment
        self._settings = settings
        self._key = _key(settings.state_dir / KEY_FILE)

    def mint(
        self,
        organisation_id: UUID,
        subject: str,
        roles: Iterable[str],
        lifetime: timedelta,
        now: datetime,
    ) -> str:
        """Return a token."""
        claims = {
            "iss": self._settings.jwt_issuer,
            "aud": self._settings.jwt_audience,
            "sub": subject,
            "org": str(organisation_id),
            "roles": sorted(roles),
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        header = {"alg": _ALGORITHM, "kid": self._key.thumbprint()}
        return jwt.encode(header, claims, self._key, algorithms=[_ALGORITHM])

    def public_keys(self) -> KeySet:
        """Return the public half of the key, under its id."""
        public = self._key.as_dict(private=False)
        public |= {"kid": self._key.thumbprint(), "use": "sig", "alg": _ALGORITHM}
        return KeySet.import_key_set({"keys": [public]})


def mint(
    settings: IssuerSettings,
    organisation_id: UUID,
    subject: str,
    roles: Iterable[str],
    lifetime: timedelta,
    now: datetime | None = None,
) -> str:
    """Return a token for development. Raises NotInDevelopment anywhere else."""
    issuer = DevIssuer(settings)
    return issuer.mint(organisation_id, subject, roles, lifetime, now or datetime.now(UTC))


def _key(path: Path) -> ECKey:
    """Return the key in a file, which is made first if it is not there."""
    if not path.exists():
        _make(path)
    return ECKey.import_key(json.loads(path.read_text(encoding="ascii")))


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(ECKey.generate_key("P-256").as_dict(private=True), file)
    try:
        # A link appears whole or not at all, and never over the key of a process that was faster.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
