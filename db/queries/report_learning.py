"""SQL of what reports say in words or by a procedure's own names: approved learning, and what was decided.

Both by what was known before the instant of the scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.learning import LearningVersion
from db.models.report_facts import ReportCase, ReportItem
from db.queries.report_conditions import CASE_FIGURES
from db.queries.report_counted import countable, within
from db.queries.report_scope import Scope, known

_FOUND: Final = (ReportCase.upheld > 0, ReportCase.partly_upheld > 0, ReportCase.not_upheld > 0)
_NAMES: Final = ("upheld", "partially_upheld", "not_upheld")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLearning:
    """What was learned about a theme, in words that name nobody, as another person has approved."""

    theme: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """How many complaints of a version of a procedure had these outcomes; `found` are those of their issues."""

    procedure: str
    version: int
    outcome: str | None
    found: tuple[str, ...]
    count: int


async def public_learning(session: AsyncSession, scope: Scope) -> list[PublicLearning]:
    """Return the learning of the days of a scope that is approved to be public, by theme and then by its words.

    Only the version that was known to stand counts: words that were written anew are public when approved anew.
    """
    rows = await session.execute(
        select(LearningVersion.theme, LearningVersion.public_words)
        .join(
            ReportItem,
            and_(ReportItem.item_id == LearningVersion.learning_id, ReportItem.number == LearningVersion.number),
        )
        .where(
            known(scope, ReportItem),
            ReportItem.kind == "learning",
            ReportItem.state == "learned",
            within(scope, ReportItem.on),
            LearningVersion.organisation_id == scope.organisation_id,
            LearningVersion.public_words.is_not(None),
            LearningVersion.public_approved_by.is_not(None),
        )
    )
    # Sorted here: how PostgreSQL sorts words depends on where it runs, and a report is the same everywhere.
    learned = sorted({(row[0], row[1] or "") for row in rows})
    return [PublicLearning(theme=theme, words=words) for theme, words in learned]


def has_any(outcomes: Iterable[Decided]) -> ColumnElement[bool]:
    """Return what picks the complaints that had one of some outcomes, as `decided` tells them apart."""
    return or_(
        false(),
        *(
            and_(
                ReportCase.procedure == each.procedure,
                ReportCase.procedure_version == each.version,
                ReportCase.outcome.is_not_distinct_from(each.outcome),
                *(some.is_(name in each.found) for name, some in zip(_NAMES, _FOUND, strict=True)),
            )
            for each in outcomes
        ),
    )


async def decided(session: AsyncSession, scope: Scope) -> Sequence[Decided]:
    """Count the complaints that were decided on the days of a scope, by procedure and by what was found."""
    found = _FOUND
    told_apart = (ReportCase.procedure, ReportCase.procedure_version, ReportCase.outcome, *found)
    rows = await session.execute(
        select(*told_apart, func.count())
        .where(countable(scope, ReportCase), CASE_FIGURES["decided"].condition(scope))
        .group_by(*told_apart)
    )
    return [
        Decided(
            procedure=row[0],
            version=row[1],
            outcome=row[2],
            found=tuple(name for name, some in zip(_NAMES, row[3:6], strict=True) if some),
            count=row[6],
        )
        for row in rows
    ]
