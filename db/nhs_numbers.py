"""The NHS number: ten digits, the last of which checks the others (NHS Data Dictionary, modulus 11)."""

from __future__ import annotations

import re

_GROUPED = re.compile(r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}")


def normalise(text: str) -> str | None:
    """Return an NHS number as it is stored, ten digits, or None when it cannot be one."""
    if not _GROUPED.fullmatch(text.strip()):
        return None
    digits = re.sub(r"[^0-9]", "", text)
    return digits if check_digit(digits[:9]) == int(digits[9]) else None


def check_digit(nine: str) -> int:
    """Return the check digit of nine digits; ten, which is no digit, for numbers that are not issued."""
    remainder = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return (11 - remainder) % 11
