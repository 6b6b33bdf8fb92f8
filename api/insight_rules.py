"""What the API asks of the rules of what stands beside complaints, and of the courses that people are trained in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


class Counted(Protocol):
    """One number of one month, by theme and place; `subject` is the theme under which it is seen."""

    @property
    def source(self) -> str:
        """Return what counted it."""
        ...

    @property
    def theme(self) -> str:
        """Return the theme."""
        ...

    @property
    def subject(self) -> str:
        """Return the theme without what is within it."""
        ...

    @property
    def place(self) -> str | None:
        """Return the place."""
        ...

    @property
    def month(self) -> date:
        """Return the first day of the month."""
        ...

    @property
    def unit(self) -> str:
        """Return what the number is of: a count, or a score."""
        ...

    @property
    def number(self) -> Decimal:
        """Return the number."""
        ...


class Faulty(Protocol):
    """What is wrong, and where. `words` never hold what was sent."""

    @property
    def line(self) -> int:
        """Return the line of a file, or the place of an item."""
        ...

    @property
    def column(self) -> str | None:
        """Return the column."""
        ...

    @property
    def code(self) -> str:
        """Return what is wrong, as a stable code."""
        ...

    @property
    def words(self) -> str:
        """Return what is wrong, in words."""
        ...


class Course(Protocol):
    """One course."""

    @property
    def code(self) -> str:
        """Return its code."""
        ...

    @property
    def title(self) -> str:
        """Return what it is called."""
        ...

    @property
    def basis(self) -> str:
        """Return which text asks for it."""
        ...

    @property
    def months(self) -> int | None:
        """Return for how many months it is valid."""
        ...

    def expires_on(self, done_on: date) -> date | None:
        """Return the last day on which it is valid, where nobody says another."""
        ...


class Courses(Protocol):
    """One version of the list of courses."""

    @property
    def version(self) -> int:
        """Return which."""
        ...

    @property
    def courses(self) -> Sequence[Course]:
        """Return the courses."""
        ...

    def find(self, code: str) -> Course | None:
        """Return a course of the list."""
        ...


Read = tuple[Sequence[Counted], Sequence[Faulty]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightRules:
    """How counts are read, from a file or from rows of cells: with the day, and the organisation's own themes."""

    read_csv: Callable[[bytes, date, Collection[str]], Read]
    read_rows: Callable[[Iterable[tuple[int, Mapping[str, str] | None]], date, Collection[str]], Read]
    courses: Callable[[], Courses]
