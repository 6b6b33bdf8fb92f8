"""The door refuses a complaint that no procedure governs, while its caller can still be told."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from api.caller import Caller
from api.parts import Parts
from api.problems import Problem
from contracts.failures import Refusal
from db.models.organisation import Organisation
from db.queries.adoptions import adoptions_of


async def check_governed(parts: Parts, session: AsyncSession, who: Caller, matter: str, on: date) -> None:
    """Raise a problem where nothing governs a matter received on a day: no procedure, or figures that are not set."""
    organisation = await session.get_one(Organisation, who.organisation_id)
    known = await adoptions_of(session, who.organisation_id)
    found = parts.rules.governing(organisation, known, matter, on)
    if isinstance(found, Refusal):
        raise Problem.refused(found, [])
