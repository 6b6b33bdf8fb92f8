"""Builds the public summary of what was learned (R-66): comparable, and nobody can be known from it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting import outside
from activities.reporting.titles import Titles
from db.queries.report_scope import Scope
from reports.document import Document

_SECTIONS = {
    "learned": outside.with_learning,
    "feedback_party": outside.feedback_party,
    "feedback_staff": outside.feedback_staff,
}


async def build(session: AsyncSession, scope: Scope, titles: Titles) -> Document:
    """Build the public summary."""
    return await outside.build(session, scope, titles, "public", _SECTIONS)
