"""The code that opens a page of questions: as it is printed, as people type it, and what is kept of it."""

from __future__ import annotations

import hashlib
from typing import Final

# Without letters that look like figures, or like each other.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPED_FOR: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
BYTES: Final = 10
_LENGTH: Final = 16
_GROUP: Final = 4


def new_code(random: bytes) -> str:
    """Return the code of ten random bytes, in groups: 80 bits, which nobody guesses."""
    number = int.from_bytes(random[:BYTES])
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in range(_LENGTH))
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def as_typed(text: str) -> str | None:
    """Return the code that somebody typed, however they grouped it; None for what can be none."""
    if len(text) > 64:
        return None
    plain = "".join(each for each in text.upper() if each not in " -–\t").translate(_TYPED_FOR)
    return plain if len(plain) == _LENGTH and set(plain) <= set(_LETTERS) else None


def hash_of(code: str) -> str:
    """Return what is kept of a code, grouped or not: hex SHA-256."""
    return hashlib.sha256(code.replace("-", "").encode("ascii")).hexdigest()
