"""What a figure of a report is: which facts it counts, by which condition, and on which day each of them counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, literal_column, select

from db.models.report_facts import ReportCase
from db.queries.report_scope import Facts, Scope, known

Where = Callable[[Scope], tuple[SQLColumnExpression[bool], ...]]
Day = SQLColumnExpression[date] | SQLColumnExpression[date | None]
# Every command of the lifecycle that finds that there was nothing to count ends in this stage.
NO_COMPLAINT: Final = "opened_in_error"
# Written out, so that PostgreSQL sees that an index of these few is enough.
_IN_ERROR: Final = ReportCase.ended_as == literal_column(f"'{NO_COMPLAINT}'")


class Measure(StrEnum):
    """What a figure says of the facts that it counts."""

    COUNT = "count"
    MEDIAN = "median"
    NINETIETH = "ninetieth"  # the value that nine in ten do not exceed, and that is there
    MEAN = "mean"
    SUM = "sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One figure. `day` is what places a fact in time; `of` the number that anything but a count is of.

    `opens`: the complaints behind it may be looked at. What somebody answered about how it was leads back to nobody.
    """

    facts: Facts
    where: Where
    day: Day
    measure: Measure = Measure.COUNT
    of: SQLColumnExpression[Any] | None = None
    opens: bool = True

    def condition(self, scope: Scope) -> ColumnElement[bool]:
        """Return what picks the facts that it counts, of those that are known."""
        found = self.where(scope)
        return and_(*found, self.of.is_not(None)) if self.of is not None else and_(*found)


def within(scope: Scope, day: Day) -> ColumnElement[bool]:
    """Return what picks the facts of the days of a scope."""
    return day.between(scope.first_on, scope.last_on)


def countable(scope: Scope, facts: Facts) -> ColumnElement[bool]:
    """Return what picks of a table all that is known and can be counted at all, in one place for every figure."""
    if facts is ReportCase:
        return and_(known(scope, facts), ReportCase.ended_as.is_distinct_from(NO_COMPLAINT))
    errors = select(ReportCase.complaint_id).where(known(scope, ReportCase), _IN_ERROR)
    return and_(known(scope, facts), facts.complaint_id.not_in(errors))
