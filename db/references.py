"""The reference that people quote: prefix, eight characters, check character.

The alphabet is Crockford's base 32 (no I, L, O or U). The check is Luhn's algorithm modulo 32 over the
eight characters: it finds every single wrong character and all but one kind of swapped neighbours.
"""

from __future__ import annotations

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
BITS = 5 * LENGTH

_PREFIX = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,31}")
# What is misread, or misheard on the telephone, is read as what was meant.
_READ_AS = str.maketrans("ILO", "110")


def make(prefix: str, number: int) -> str:
    """Return the reference for an organisation's prefix and a random number of `BITS` bits.

    Raises ValueError for a prefix that could not be read back, or a number that does not fit.
    """
    if not _PREFIX.fullmatch(prefix.upper()):
        raise ValueError("not a prefix of references")
    if not 0 <= number < 1 << BITS:
        raise ValueError("not a number of the right size")
    body = "".join(ALPHABET[number >> shift & 31] for shift in range(BITS - 5, -5, -5))
    return f"{prefix.upper()}-{body}-{check_character(body)}"


def normalise(text: str) -> str | None:
    """Return a reference as it is stored, or None when it cannot be one.

    Lower case, surrounding spaces, and I, L and O for 1, 1 and 0 are accepted.
    """
    if not text.isascii() or len(text) > 64:
        return None
    prefix, *rest = text.strip().upper().rsplit("-", 2)
    if len(rest) != 2 or not _PREFIX.fullmatch(prefix):
        return None
    body, check = (part.translate(_READ_AS) for part in rest)
    if len(body) != LENGTH or any(character not in ALPHABET for character in body):
        return None
    return f"{prefix}-{body}-{check}" if check == check_character(body) else None


def check_character(body: str) -> str:
    """Return the Luhn modulo 32 check character of a body in the alphabet."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
