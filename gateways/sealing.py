"""Sealing of the secrets that stand in the database: AES-GCM, so that a copy of the tables gives none away; and marks,
by which what was made here is known again.

A seal is bound to the place it stands in: it opens under the same `about` only. Several keys make a rotation:
the first of them seals, each of them opens what it sealed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_SHORTEST_MARK: Final = 16
_SHORTEST: Final = 1 + _NONCE_BYTES + 16  # the key's id, the nonce, the tag


class NoSecretsKey(Exception):
    """No key was given to this process: no secret can be kept, and none be read."""


class Unsealable(Exception):
    """What was sealed does not open: another key, another place, or it was changed. Says no more."""


class Sealing:
    """Seal and open secrets with the keys that this process was given."""

    def __init__(self, keys: tuple[bytes, ...] = ()) -> None:
        self._keys = {_id_of(key): AESGCM(key) for key in keys}
        self._marking = tuple(hmac.digest(key, b"redress mark", hashlib.sha256) for key in keys)
        if len(self._keys) != len(set(keys)):
            raise ValueError("two keys have the same id: make the new one again")
        self._first = _id_of(keys[0]) if keys else None

    @classmethod
    def of(cls, setting: str | None) -> Self:
        """Return one with the keys of a setting: base64, several with commas between. Raises ValueError."""
        return cls(tuple(_key(each.strip()) for each in (setting or "").split(",") if each.strip()))

    def __repr__(self) -> str:
        return f"Sealing(keys={len(self._keys)})"

    @property
    def can_seal(self) -> bool:
        """Say whether there is a key at all."""
        return self._first is not None

    def seal(self, plain: str, about: str) -> bytes:
        """Return the secret sealed. `about` is its place: `table.column:row id`. Raises NoSecretsKey."""
        if self._first is None:
            raise NoSecretsKey
        nonce = os.urandom(_NONCE_BYTES)
        closed = self._keys[self._first].encrypt(nonce, plain.encode(), about.encode())
        return bytes([self._first]) + nonce + closed

    def unseal(self, sealed: bytes, about: str) -> str:
        """Return the secret. Raises NoSecretsKey, and Unsealable without a word of what it was."""
        if self._first is None:
            raise NoSecretsKey
        key = self._keys.get(sealed[0]) if len(sealed) >= _SHORTEST else None
        if key is None:
            raise Unsealable
        try:
            return key.decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], about.encode()).decode()
        except InvalidTag:
            raise Unsealable from None

    def mark(self, plain: bytes, about: str) -> bytes:
        """Return 32 bytes that only who has the key can make of this, for this place. Raises NoSecretsKey."""
        if not self._marking:
            raise NoSecretsKey
        return _mark(self._marking[0], plain, about)

    def marks(self, plain: bytes, about: str) -> tuple[bytes, ...]:
        """Return what each key makes of this, for this place, the newest key first: what an older one made is found."""
        return tuple(_mark(key, plain, about) for key in self._marking)

    def is_mark(self, found: bytes, plain: bytes, about: str) -> bool:
        """Say whether a mark, or the beginning of one of 16 bytes and more, was made here of this, for this place."""
        # Every key is tried, so that how long it takes says nothing.
        fits = [hmac.compare_digest(_mark(key, plain, about)[: len(found)], found) for key in self._marking]
        return len(found) >= _SHORTEST_MARK and any(fits)


def _mark(key: bytes, plain: bytes, about: str) -> bytes:
    return hmac.digest(key, len(about).to_bytes(4) + about.encode() + plain, hashlib.sha256)


def about(table_column: str, row_id: object) -> str:
    """Return the place of a secret: the column it stands in and the row."""
    return f"{table_column}:{row_id}"


def new_key() -> str:
    """Return a new key as the setting takes it."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode("ascii")


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("a key for secrets is 32 bytes in base64")
    return key


def _id_of(key: bytes) -> int:
    """Return the byte that tells a key: it stands before all that the key sealed."""
    return hashlib.sha256(b"redress secrets key" + key).digest()[0]
