"""The code that opens a page of questions: as it is printed, as people type it, and what is kept of it.

What is kept is its hash. In the words of a letter it is hidden until they leave.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

# Without letters that look like figures, or like each other.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPED_FOR: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
BYTES: Final = 10
_LENGTH: Final = 16
_GROUP: Final = 4
# Stands in kept words where the code is in what leaves.
_HIDDEN: Final = "/feedback/…"
_HASHED: Final = "sha256-"


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


def without_code(address: str, code: str) -> str:
    """Return the address of a page as it is said and kept: with the hash of its code in place of the code."""
    return f"{address}/{_HASHED}{hash_of(code)}"


def hash_in(link: str) -> str | None:
    """Return the hash of the code of an address, as it is said now, or was with the code itself before."""
    last = link.rpartition("/")[2]
    if last.startswith(_HASHED):
        return last.removeprefix(_HASHED)
    code = as_typed(last)
    return None if code is None else hash_of(code)


def as_written(link: str) -> str:
    """Return an address as it stands in the words of a letter that are kept: without its code, and without its hash."""
    place, _, last = link.rpartition("/")
    return f"{place}/…" if last.startswith(_HASHED) else link


def is_hidden(words: str) -> bool:
    """Say whether words have a code in them when they leave."""
    return _HIDDEN in words


def with_code(words: str, secrets: Iterable[bytes], link_hash: str) -> str | None:
    """Return the words as they leave, with the code of which the hash is kept; None where no secret makes that code."""
    codes = (new_code(each) for each in secrets)
    code = next((each for each in codes if hash_of(each) == link_hash), None)
    return None if code is None else words.replace(_HIDDEN, f"/feedback/{code}")
