"""Builds the aggregate that a body compiles for its parent department (R-69): fixed figures, no words, nothing small.

How the aggregates of several bodies are put together is in activities/reporting/merging.py.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting import outside
from activities.reporting.titles import Titles
from db.queries.report_scope import Scope
from reports.document import Document

_SECTIONS = {"feedback_party": outside.feedback_party, "feedback_staff": outside.feedback_staff}


async def build(session: AsyncSession, scope: Scope, titles: Titles) -> Document:
    """Build the aggregate."""
    return await outside.build(session, scope, titles, "oversight", _SECTIONS)
