"""What the API asks of the rules of coding, which are policies: told to it where the application is put together."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, Protocol


class CodingLook(Protocol):
    """What a procedure asks of a complaint's codes: the lists, what is required, missing, and asked for beside."""

    @property
    def lists(self) -> str:
        """Return the name of the lists."""
        ...

    @property
    def lists_version(self) -> int:
        """Return the version of the lists."""
        ...

    @property
    def required(self) -> tuple[str, ...]:
        """Return the fields that must be coded before the end."""
        ...

    @property
    def missing(self) -> tuple[str, ...]:
        """Return those of them that are not."""
        ...

    @property
    def asked(self) -> tuple[str, ...]:
        """Return what should be said if it is known, and is not said yet."""
        ...

    @property
    def age_band(self) -> str | None:
        """Return the age band that follows from a birthday."""
        ...


class LookAtCoding(Protocol):
    """Look at a complaint's codes by the rules of its procedure; None where that asks for none."""

    def __call__(
        self,
        code: str,
        version: int,
        *,
        filled: Collection[str],
        subjects: int,
        uncoded_issues: int,
        received_on: date,
        born_on: date | None,
    ) -> CodingLook | None:
        """Return what the procedure of this code and version asks for."""
        ...


# The lists of codes in force on a day, as plain JSON.
CodesInForce = Callable[[date], list[dict[str, Any]]]
