"""What the API asks about a sum: how it stands to comparable ones. The answer is put in from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Protocol


class Comparison(Protocol):
    """How a sum stands to comparable ones. `outlier` is None where they are too few to say."""

    @property
    def count(self) -> int:
        """Return how many there are."""
        ...

    @property
    def median(self) -> Decimal | None:
        """Return the middle one."""
        ...

    @property
    def low(self) -> Decimal | None:
        """Return the least."""
        ...

    @property
    def high(self) -> Decimal | None:
        """Return the greatest."""
        ...

    @property
    def outlier(self) -> bool | None:
        """Say whether the sum is out of line with them."""
        ...


# A sum, and comparable ones.
Compare = Callable[[Decimal, Sequence[Decimal]], Comparison]
