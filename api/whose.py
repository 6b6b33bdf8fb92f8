"""Refuses an owner, team or division that is not the caller's organisation's, while the caller can still be told."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.problems import FieldError, Problem
from contracts.failures import Refusal
from db.queries.people import active_person, active_unit


class Whose(Protocol):
    """What was said about whose a complaint is."""

    owner_id: UUID | None
    team_id: UUID | None
    division_id: UUID | None


async def check_whose(session: AsyncSession, said: Whose) -> None:
    """Raise a problem that points at whoever and whatever is nobody's and nothing here."""
    errors = []
    if said.owner_id is not None and await active_person(session, said.owner_id) is None:
        errors.append(_wrong("/ownerId", Refusal.UNKNOWN_OWNER, "The owner is not a person of this organisation."))
    for kind, unit_id, pointer in (
        ("team", said.team_id, "/teamId"),
        ("division", said.division_id, "/divisionId"),
    ):
        if unit_id is None:
            continue
        unit = await active_unit(session, unit_id)
        if unit is None or unit.kind != kind:
            errors.append(_wrong(pointer, Refusal.UNKNOWN_TEAM, f"This is no {kind} of this organisation."))
    if errors:
        raise Problem("invalid_request", errors=errors)


def _wrong(pointer: str, refusal: Refusal, detail: str) -> FieldError:
    return FieldError(place="body", pointer=pointer, code=refusal.value, detail=detail)
