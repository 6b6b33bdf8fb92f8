"""What the API asks of the rules of reports: to compile one and keep it, to compile it again, and what is known since.

The answers come from the very code that compiles reports for governance; they are put in from outside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.form.sends import Sends
from api.public_copies import PublicCopies
from api.report_formats import Typeset
from db.models.report import Report
from db.queries.report_scope import Scope
from reports.document import Document


class Rebuilt(Protocol):
    """Whether a report that was compiled again is the same to the byte."""

    @property
    def identical(self) -> bool:
        """Say whether it is."""
        ...

    @property
    def sha256(self) -> str:
        """Return the hash of what is kept."""
        ...

    @property
    def rebuilt_sha256(self) -> str:
        """Return the hash of what was compiled now."""
        ...


class Counted(Protocol):
    """A complaint that a figure counted, and how often."""

    @property
    def complaint_id(self) -> UUID:
        """Return its id."""
        ...

    @property
    def reference(self) -> str:
        """Return its reference."""
        ...

    @property
    def received_on(self) -> date:
        """Return the day of its receipt."""
        ...

    @property
    def stage(self) -> str:
        """Return the stage that it is in."""
        ...

    @property
    def severity(self) -> str | None:
        """Return how serious it is."""
        ...

    @property
    def times(self) -> int:
        """Return how often it was counted."""
        ...


# A report, the code of a figure, by what and to which value it is told apart, the last complaint of the page before,
# and how many at most. Raises LookupError for a figure that cannot be opened.
Opened = Callable[[AsyncSession, Report, str, tuple[str, str] | None, UUID | None, int], Awaitable[Sequence[Counted]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRules:
    """How reports come about.

    `keep` takes a session, the kind, what it is asked about, the time and the person; `since` an instant. `openable`
    says of a kept report which figures open, also those of which the record does not say so. `tells` says of one
    whether, published now, it would tell what it hides.
    `public_reads` counts who reads what is published, `public_copies` holds what was made of it.
    """

    kinds: Callable[[], Sequence[str]]
    keep: Callable[[AsyncSession, str, Scope, datetime, UUID | None], Awaitable[Report]]
    rebuild: Callable[[AsyncSession, Report], Awaitable[Rebuilt]]
    since: Callable[[AsyncSession, Report, datetime], Awaitable[Document]]
    typeset: Typeset
    opened: Opened
    openable: Callable[[Document], Document]
    tells: Callable[[AsyncSession, Report], Awaitable[bool]]
    public_reads: Sends
    public_copies: PublicCopies
