"""The hidden key of a form: made when the page is, so that a form that is sent twice is one complaint.

It is signed with the organisation's own secret and holds the time it was made at: nobody can choose one, and a page
that lay open for too long gets a new one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

LIFETIME: Final = timedelta(hours=24)
_NONCE: Final = 18  # with the time and the mark a multiple of three: a key is written in one way only
_TIME: Final = 8
_MARK: Final = 16
_AHEAD: Final = timedelta(minutes=5)  # of the clock of another process


def new_key(secret: bytes, organisation_id: UUID, now: datetime, nonce: bytes) -> str:
    """Return the key of one page. `nonce` is 18 random bytes."""
    content = nonce[:_NONCE] + int(now.timestamp()).to_bytes(_TIME)
    return base64.urlsafe_b64encode(content + _mark(secret, organisation_id, content)).decode()


def is_ours(key: str, secret: bytes, organisation_id: UUID, now: datetime) -> bool:
    """Say whether a key was made here for this organisation's form, not too long ago."""
    try:
        whole = base64.b64decode(key, altchars=b"-_", validate=True)
    except ValueError:
        return False
    if base64.urlsafe_b64encode(whole).decode() != key:
        return False  # the same one, written in another way, would be another key to whoever compares
    content, mark = whole[: _NONCE + _TIME], whole[_NONCE + _TIME :]
    if len(content) < _NONCE + _TIME or not hmac.compare_digest(mark, _mark(secret, organisation_id, content)):
        return False
    made_at = datetime.fromtimestamp(int.from_bytes(content[_NONCE:]), UTC)
    return now - LIFETIME <= made_at <= now + _AHEAD


def _mark(secret: bytes, organisation_id: UUID, content: bytes) -> bytes:
    return hmac.digest(secret, organisation_id.bytes + content, hashlib.sha256)[:_MARK]
