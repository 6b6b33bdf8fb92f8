"""`Code`: the only holder of a string that may travel through Temporal."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """Name something from an open list: a procedure, a stage, a clock kind, a rung, a template.

    Raises ValueError for anything that is not 1 to 64 characters of letters, digits, dot,
    underscore and hyphen. Decoding a payload runs this check too, so words cannot slip through.
    """

    value: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, str) or not _SHAPE.fullmatch(self.value):
            raise ValueError("not a code")

    def __str__(self) -> str:
        return self.value
