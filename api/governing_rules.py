"""What the API asks about governance: what a kind goes through, and what a step lacks. Put together in `api.app`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from db.queries.governance_facts import Known


class StepLike(Protocol):
    """One step of a kind."""

    @property
    def code(self) -> str:
        """Return its code."""
        ...

    @property
    def title(self) -> str:
        """Return what people call it."""
        ...

    @property
    def who(self) -> str:
        """Return whose it is: the part in the series, the office, or the machine."""
        ...

    @property
    def needs(self) -> Sequence[str]:
        """Return what must be there when it is done, as codes."""
        ...


class Described(Protocol):
    """One version of what a kind of governance goes through."""

    @property
    def version(self) -> int:
        """Return the version."""
        ...

    @property
    def title(self) -> str:
        """Return what people call it."""
        ...

    @property
    def legal_basis(self) -> str:
        """Return why it is done."""
        ...

    @property
    def reports(self) -> Sequence[str]:
        """Return the kinds of report of which one is compiled."""
        ...

    @property
    def on_request(self) -> bool:
        """Say whether it is begun by hand, when somebody asks."""
        ...

    @property
    def steps(self) -> Sequence[StepLike]:
        """Return its steps in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Whether a step is somebody's, and what it lacks, as codes."""

    theirs: bool
    lacks: Sequence[str]


class GovernanceRules(Protocol):
    """What may be asked."""

    def newest(self, kind: str) -> Described:
        """Return the version by which an occurrence begins today."""
        ...

    def of(self, kind: str, version: int) -> Described:
        """Return the version by which an occurrence was begun."""
        ...

    def weigh(self, kind: str, version: int, step: str, known: Known, person_id: UUID, *, office: bool) -> Weighed:
        """Say whether a step is somebody's, and what it lacks."""
        ...

    def is_for(self, kind: str, report: str | None, nation: str, regime: str) -> bool:
        """Say whether a body of a nation, under a regime, is one that reports so: by a report, else the usual one."""
        ...

    def publishes_next(self, kind: str, version: int, step: str) -> bool:
        """Say whether the machine publishes the report as soon as a step is done."""
        ...

    def planned(self, kind: str, version: int, begun_on: date) -> list[tuple[str, date]]:
        """Return each step with its date."""
        ...

    def again(self, kind: str, version: int, to: str, on: date, begun_on: date) -> list[tuple[str, date]]:
        """Return the steps that begin again from one on, each with its date."""
        ...

    def have_commented(self, known: Known) -> bool:
        """Say whether everybody who was asked for a comment gave it, or somebody in their place."""
        ...

    def missed(self, rhythm: str, anchor_on: date, hour: int, base: int, last: int, now: datetime) -> bool:
        """Say whether something has fallen due in a series that has not begun."""
        ...

    def names_somebody(self, words: str, names: Collection[str]) -> bool:
        """Say whether words that are to name nobody hold the whole name of somebody."""
        ...

    def period(self, kind: str, rhythm: str, on: date) -> tuple[date, date]:
        """Return the first and the last day that an occurrence is about."""
        ...

    def next_on(self, rhythm: str, anchor_on: date, hour: int, base: int, last: int) -> date | None:
        """Return the day of the next occurrence after a number; None for what is begun by hand."""
        ...
