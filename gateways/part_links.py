"""The link to the page of a body without a system: made of the key of this installation whenever it is needed, and
stored nowhere. It opens the door to a one-time code, and to nothing else.
"""

from __future__ import annotations

import base64
from typing import Final
from uuid import UUID

from gateways.sealing import Sealing

PATH: Final = "/part"
_PLACE: Final = "part_link"
_MARK: Final = 17  # with the id a multiple of three: a token is written in one way only
LENGTH: Final = (16 + _MARK) // 3 * 4


class PartLinks:
    """Make links, and know them again. `public_url` is where people reach this installation."""

    def __init__(self, sealing: Sealing, public_url: str) -> None:
        self._sealing = sealing
        self._public_url = public_url.rstrip("/")

    @property
    def can_be_made(self) -> bool:
        """Say whether there is a key to make them with."""
        return self._sealing.can_seal

    def token(self, access_id: UUID, number: int) -> str:
        """Return the secret part of a link. Raises NoSecretsKey."""
        mark = self._sealing.mark(_content(access_id, number), _PLACE)[:_MARK]
        return base64.urlsafe_b64encode(access_id.bytes + mark).decode("ascii")

    def link_of(self, organisation_code: str, access_id: UUID, number: int) -> str:
        """Return the whole link, as it stands in a mail. Raises NoSecretsKey."""
        return f"{self._public_url}{PATH}/{organisation_code}/{self.token(access_id, number)}"

    def is_token(self, token: str, access_id: UUID, number: int) -> bool:
        """Say whether a token is that of an access. Takes as long whether it is or not."""
        whole = _decoded(token)
        return self._sealing.is_mark(whole[16:], _content(access_id, number), _PLACE) and whole[:16] == access_id.bytes


def access_id_in(token: str) -> UUID:
    """Return the id that a token claims; of nothing where it is none. That it is true says only `is_token`."""
    return UUID(bytes=_decoded(token)[:16])


def _decoded(token: str) -> bytes:
    try:
        whole = base64.b64decode(token, altchars=b"-_", validate=True) if len(token) == LENGTH else b""
    except ValueError:
        whole = b""
    return whole if len(whole) == 16 + _MARK else bytes(16 + _MARK)


def _content(access_id: UUID, number: int) -> bytes:
    return access_id.bytes + number.to_bytes(4)
