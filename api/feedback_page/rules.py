"""What the page asks of the instruments: their statements under the stages of their source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class StatementShown(Protocol):
    """One statement, which somebody agrees with from 1 to 5."""

    @property
    def code(self) -> str:
        """Return its code."""
        ...

    @property
    def words(self) -> str:
        """Return what it says."""
        ...


class InstrumentShown(Protocol):
    """What is asked of somebody."""

    @property
    def title(self) -> str:
        """Return what it is called."""
        ...

    @property
    def statements_by_stage(self) -> Sequence[tuple[str, Sequence[StatementShown]]]:
        """Return the statements under the title of each stage, in order."""
        ...


# By the name under which an answer is kept.
ReadInstrument = Callable[[str], InstrumentShown]
