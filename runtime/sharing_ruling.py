"""Sharing as the API asks for it: answered by the policies, and by the very code that puts aggregates together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting.merging import Parent, Related, merged
from activities.reporting.titles import load_titles
from api.sharing_rules import Overseen, Overseer, SharingRules
from policies import acting
from policies.reporting.definition_files import newest
from reports.document import Document

_KIND = "oversight"


def sharing_rules() -> SharingRules:
    """Return what the API asks of the rules of sharing."""
    return SharingRules(names_somebody=acting.names_somebody, theme_title=_theme_title, merged=_merged)


async def _theme_title(session: AsyncSession, organisation_id: UUID, on: date, theme: str) -> str:
    titles = await load_titles(session, organisation_id, on, newest(_KIND).version)
    return titles.of("theme", theme)


def _merged(parent: Overseer, bodies: Sequence[Overseen]) -> Document:
    """Return the view over the bodies, by the definition that is in force today."""
    return merged(
        Parent(
            organisation=parent.organisation,
            organisation_code=parent.organisation_code,
            first_on=parent.first_on,
            last_on=parent.last_on,
            known_until=parent.known_until,
        ),
        [Related(code=each.code, title=each.name, document=each.document) for each in bodies],
        newest(_KIND),
    )
