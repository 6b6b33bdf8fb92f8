"""What every section of the board report is built from, and those sections that are nothing but their definition."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting import filling
from activities.reporting.charts import bars
from activities.reporting.filling import Counts, Told
from activities.reporting.titles import Titles
from db.queries.report_scope import Scope
from policies.reporting.definition_files import Definition, SectionRule
from reports.document import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A report in the making: the figures of all its sections are counted already.

    `told` are the figures of its tables, where these were counted at once, too.
    """

    session: AsyncSession
    scope: Scope
    titles: Titles
    definition: Definition
    counts: Counts
    told: Told = field(default_factory=dict)


SectionBuilder = Callable[[Context, SectionRule], Awaitable[Section | None]]


async def plain(context: Context, rule: SectionRule) -> Section:
    """Build a section that is nothing but what its definition says: figures, tables told apart, and bars."""
    tables = filling.tables_of(context.scope, rule, context.titles, context.told)
    return filling.section(
        rule, figures=filling.figures(rule, context.counts), tables=tables, charts=bars(rule, tables)
    )
