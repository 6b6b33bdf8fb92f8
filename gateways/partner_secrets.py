"""The secrets that we share with other bodies, as they are sealed in the database and as they are used."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from gateways.sealing import NoSecretsKey, Sealing, Unsealable, about

_PLACE: Final = "partner.secret"


class Holder(Protocol):
    """A partner, as far as its secrets go."""

    @property
    def id(self) -> UUID:
        """Return whose they are."""
        ...

    @property
    def secret(self) -> bytes | None:
        """Return the present one, sealed."""
        ...

    @property
    def previous_secret(self) -> bytes | None:
        """Return the one before, sealed."""
        ...

    @property
    def previous_until(self) -> datetime | None:
        """Return until when that one holds, too."""
        ...


def seal(sealing: Sealing, partner_id: UUID, secret: str) -> bytes:
    """Return a secret as it is kept. Raises NoSecretsKey."""
    return sealing.seal(secret, about(_PLACE, partner_id))


def secrets_of(sealing: Sealing, partner: Holder, now: datetime) -> list[str]:
    """Return the secrets that hold now, the present one first. None of them where they cannot be opened."""
    place, found = about(_PLACE, partner.id), []
    with suppress(NoSecretsKey, Unsealable):
        if partner.secret is not None:
            found.append(sealing.unseal(partner.secret, place))
    with suppress(NoSecretsKey, Unsealable):
        if partner.previous_secret is not None and partner.previous_until is not None and now < partner.previous_until:
            found.append(sealing.unseal(partner.previous_secret, place))
    return found
