"""Builds what reports to the outside have in common: what was well-founded, what was learned, and how it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting import filling, suppressing
from activities.reporting.board_context import Context, SectionBuilder
from activities.reporting.charts import bars
from activities.reporting.suppressing import Ruled, suppressed
from activities.reporting.titles import Titles
from db.models.report import Report
from db.queries import report_figures, reports
from db.queries.report_learning import Decided, decided, public_learning
from db.queries.report_scope import Scope
from db.report_states import FOR_EVERYBODY
from policies.outcomes import NOT_UPHELD, PARTIALLY, UPHELD, case_outcome_under, reported_outcome
from policies.reporting.definition_files import Definition, SectionRule, TableRule, definition
from policies.survey_files import in_order
from reports.document import Cell, Document, Figure, Row, Section, Table, read

# What the procedures call the vocabulary of regulation 18.
_VOCABULARY: Final = "annual_report"
# What becomes of complaints that are decided. Each adds up from outcomes, and opens by them.
FOUNDED: Final = ("well_founded", "not_well_founded", "not_found")


async def build(
    session: AsyncSession,
    scope: Scope,
    titles: Titles,
    kind: str,
    builders: Mapping[str, SectionBuilder],
    *,
    small_shown: bool = False,
) -> Document:
    """Build a report of a kind from its definition; unless small numbers are shown, without any."""
    rules = definition(kind, titles.rules)
    beside = () if small_shown else tuple(definition(each.kind, each.version) for each in rules.beside)
    # Counted at once with what may be laid beside it: each pass over a year of a nation takes its second.
    every = [part for each in (rules, *beside) for part in each.sections]
    counts = await filling.counts_of(session, scope, every)
    founded = well_founded(rules, await decided(session, scope))
    told = await report_figures.grouped_many(session, scope, filling.told_apart(every))
    context = Context(
        session=session, scope=scope, titles=titles, definition=rules, counts={**counts, **founded}, told=told
    )
    built = [await builders.get(rule.code, plain)(context, rule) for rule in rules.sections]
    document = filling.document(rules, scope, titles, (each for each in built if each is not None))
    if not small_shown:
        others = [(await _bare(context, each), each) for each in beside]
        document = suppressed(document, rules, others, await _published(session, scope, rules))
    return _with_bars(document, rules)


async def tells(session: AsyncSession, report: Report) -> bool:
    """Say whether a report, published now, would tell what it hides beside what stands published about other days.

    It was compiled beside what was published then: since, something else may have been.
    """
    found = await reports.published_around(session, FOR_EVERYBODY, report.first_on, report.last_on)
    whole = await reports.find(session, report.id, whole=True) if found else None
    return whole is not None and suppressing.tells(_ruled(whole), map(_ruled, found))


async def _published(session: AsyncSession, scope: Scope, rules: Definition) -> list[Ruled]:
    """Return what anybody had about other days that these are part of, or that are part of these."""
    kinds = rules.codes.get("series", ())
    found = await reports.published_around(session, kinds, scope.first_on, scope.last_on, scope.known_until)
    return [_ruled(each) for each in found]


def _ruled(report: Report) -> Ruled:
    return read(report.document.encode()), definition(report.kind, report.rules)


async def _bare(context: Context, rules: Definition) -> Document:
    """Return what another definition counts of the same."""
    sections = [await plain(context, rule) for rule in rules.sections]
    return filling.document(rules, context.scope, context.titles, sections)


async def plain(context: Context, rule: SectionRule) -> Section:
    """Build a section that is nothing but what its definition says."""
    tables = filling.tables_of(context.scope, rule, context.titles, context.told)
    return filling.section(rule, figures=filling.figures(rule, context.counts), tables=tables)


async def with_learning(context: Context, rule: SectionRule) -> Section:
    """Build a section with what was learned, in the words that were approved to be public."""
    section = await plain(context, rule)
    return replace(section, tables=(*section.tables, await told_in_words(context, rule.table("public_learning"))))


async def told_in_words(context: Context, rule: TableRule) -> Table:
    """Return what was learned in the period, by theme, in the words that another person approved."""
    learned = await public_learning(context.session, context.scope)
    rows = tuple(
        Row(code=f"{number:04}", title=context.titles.of("theme", each.theme), cells=(Cell(value=each.words),))
        for number, each in enumerate(learned, start=1)
    )
    return filling.bare_table(rule, rows, note=None if rows else context.definition.texts["no_learning"])


async def feedback_party(context: Context, rule: SectionRule) -> Section:
    """Show how it was for people, unless fewer than five answered."""
    return await _feedback(context, rule, "party")


async def feedback_staff(context: Context, rule: SectionRule) -> Section:
    """Show how it was for staff, unless fewer than five answered."""
    return await _feedback(context, rule, "staff")


def well_founded(rules: Definition, found: Iterable[Decided]) -> dict[str, int]:
    """Count the complaints that were decided, by what their procedure calls the outcome in an annual report."""
    counts = dict.fromkeys(FOUNDED, 0)
    for each in found:
        counts[founded_as(rules, each)] += each.count
    return counts


def founded_as(rules: Definition, each: Decided) -> str:
    """Return the figure under which complaints with an outcome count: one of those of `FOUNDED`."""
    word = _reported(each)
    return next((name for name in FOUNDED[:2] if word in rules.codes[name]), FOUNDED[2])


def _reported(each: Decided) -> str | None:
    """Return what an outcome is called in the vocabulary of the annual report, or else what it calls itself."""
    outcome = None if each.outcome is None else reported_outcome(each.procedure, each.version, each.outcome)
    if outcome is None and each.found:
        # No response said it, or said it in words of its own: then the findings on the issues say it.
        outcome = case_outcome_under(each.procedure, each.version, each.found)
    if outcome is not None:
        return outcome.reports.get(_VOCABULARY)
    # A version of a procedure from before there were outcomes to be mapped.
    for_the_person = {UPHELD, PARTIALLY} & set(each.found)
    return UPHELD if for_the_person else NOT_UPHELD if each.found else each.outcome


async def _feedback(context: Context, rule: SectionRule, who: str) -> Section:
    fewest = context.definition.numbers["fewest_answers"]
    figures = filling.figures(rule, context.counts)
    answered = int(context.counts[f"answered_{who}"] or 0)
    if answered >= fewest:
        tables = filling.tables_of(context.scope, rule, context.titles, context.told)
        return filling.section(rule, figures=figures, tables=tuple(_statements(each, fewest) for each in tables))
    if answered == 0:
        return filling.section(rule, figures=figures)
    telling = (f"answered_{who}", f"answered_{who}_share")
    figures = tuple(_hidden(each) if each.code in telling else each for each in figures)
    words = (*rule.words, context.definition.texts["answers_hidden"])
    return filling.section(replace(rule, words=words), figures=figures)


def _statements(table: Table, fewest: int) -> Table:
    """Return the statements in the order of the instrument, those that fewer than so many answered without a value."""
    rows = sorted(table.rows, key=lambda row: in_order(table.code.removeprefix("scores_"), row.code))
    return replace(table, rows=tuple(row if int(row.cells[0].value or 0) >= fewest else _unsaid(row) for row in rows))


def _unsaid(row: Row) -> Row:
    return replace(row, cells=tuple(replace(cell, value=None, suppressed=True) for cell in row.cells))


def _hidden(figure: Figure) -> Figure:
    return replace(figure, value=None, of=None, suppressed=True)


def _with_bars(document: Document, rules: Definition) -> Document:
    """Draw the charts last: their words tell the most and the least of what is shown, and of nothing else."""
    sections = tuple(replace(each, charts=bars(rules.section(each.code), each.tables)) for each in document.sections)
    return replace(document, sections=sections)
