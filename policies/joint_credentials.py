"""The credential of one contribution: derived from the secret that two bodies share, and never sent by either.

It is `rj1.<contribution>.<number>.<mac>`. The number is raised to revoke it; docs/joint-protocol.md has test vectors.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

_PREFIX: Final = "rj1"
# Before all that is signed: the same secret also signs webhooks, whose content begins with the id of an event.
_LABEL: Final = "redress-joint-credential.v1"
_SECRET_PREFIX: Final = "whsec_"
_SHAPE: Final = re.compile(r"rj1\.[0-9a-f-]{36}\.[1-9][0-9]{0,8}\.[A-Za-z0-9_-]{43}")
_SHORTEST, _LONGEST = 32, 64


def make(secret: str, contribution_id: UUID, number: int) -> str:
    """Return the credential of a contribution. Raises ValueError for what is no secret."""
    signed = f"{_LABEL}\n{contribution_id}\n{number}".encode("ascii")
    mac = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return f"{_PREFIX}.{contribution_id}.{number}.{base64.urlsafe_b64encode(mac).decode('ascii').rstrip('=')}"


def check(shown: str, contribution_id: UUID, number: int, secrets: Sequence[str]) -> bool:
    """Say whether somebody shows the present credential of a contribution, by any of the secrets that hold.

    It takes as long whatever is wrong.
    """
    good = False
    for each in secrets:
        # `|=` and not `or`: each is compared.
        good |= hmac.compare_digest(
            make(each, contribution_id, number).encode("ascii"), shown.encode("utf-8", errors="replace")
        )
    return good and _SHAPE.fullmatch(shown) is not None


def key_of(secret: str) -> bytes:
    """Return the key of a shared secret, `whsec_` and base64 of 32 to 64 bytes. Raises ValueError for what is none."""
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_SECRET_PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError("a shared secret is whsec_ and 32 to 64 bytes in base64")
    return key
