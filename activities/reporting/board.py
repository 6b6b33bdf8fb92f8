"""Builds the report to the board (R-60): its sections in the order of the definition, each from its own builder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting import filling
from activities.reporting.board_behaviour import behaviour
from activities.reporting.board_context import Context, SectionBuilder, plain
from activities.reporting.board_people import caseload, feedback_party, feedback_staff
from activities.reporting.board_themes import CROSSED, themes
from activities.reporting.board_together import together
from activities.reporting.board_told import learned, ombudsman
from activities.reporting.board_training import training
from activities.reporting.titles import Titles
from db.queries import report_figures
from db.queries.report_scope import Scope
from policies.reporting import definition_files
from reports.document import Document

# The sections that are more than their definition. What stands here and in the definition is built; whatever comes
# from elsewhere is added as one more line. A builder with nothing to say returns None, and its section is left out.
SECTIONS: Final[Mapping[str, SectionBuilder]] = {
    "learning": learned,
    "ombudsman": ombudsman,
    "caseload": caseload,
    "feedback_staff": feedback_staff,
    "feedback_party": feedback_party,
    "themes": themes,
    "together": together,
    "training": training,
    "behaviour": behaviour,
}


async def build(session: AsyncSession, scope: Scope, titles: Titles) -> Document:
    """Build the report to the board."""
    definition = definition_files.definition("board", titles.rules)
    counts = await filling.counts_of(session, scope, definition.sections)
    # All at once: each pass over a year of a nation takes its second.
    told = await report_figures.grouped_many(session, scope, [*filling.told_apart(definition.sections), CROSSED])
    context = Context(session=session, scope=scope, titles=titles, definition=definition, counts=counts, told=told)
    sections = [await SECTIONS.get(rule.code, plain)(context, rule) for rule in definition.sections]
    return filling.document(definition, scope, titles, (each for each in sections if each is not None))
