"""Builds the annual report on complaints (SI 2009/309 reg 18; R-61): for anyone who asks, so without small numbers.

What regulation 18 demands to be specified is shown however small it is.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting import outside
from activities.reporting.titles import Titles
from db.queries.report_scope import Scope
from reports.document import Document

_SECTIONS = {"action": outside.with_learning, "feedback_party": outside.feedback_party}


async def build(session: AsyncSession, scope: Scope, titles: Titles) -> Document:
    """Build the annual report."""
    return await outside.build(session, scope, titles, "annual", _SECTIONS)
