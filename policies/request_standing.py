"""Decides who is asked about a request to a colleague: they themselves, those above them, at last the manager."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from contracts.offices import (
    DIVISIONAL_DIRECTOR,
    MANAGER,
    MEDICAL_DIRECTOR,
    NURSING_DIRECTOR,
    OF_A_REQUEST,
    REQUESTEE,
    SERVICE_LEAD,
)
from policies.standing_in import TEAM_LEAD, Holding, roles_asked

DIVISION_LEAD: Final = "division_lead"
_CLINICAL: Final = (MEDICAL_DIRECTOR, NURSING_DIRECTOR)
# Of a unit that was asked, whoever leads it answers; the lead of the service is the next to be told.
_LEADS: Final = {
    REQUESTEE: (TEAM_LEAD, DIVISION_LEAD, SERVICE_LEAD),
    SERVICE_LEAD: (SERVICE_LEAD, TEAM_LEAD, DIVISION_LEAD),
    DIVISIONAL_DIRECTOR: (DIVISIONAL_DIRECTOR,),
}
_LADDER: Final = tuple(_LEADS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom a request went to: a person, or a unit. `units` are where they belong, the nearest first.

    `director` is the one that the request belongs under.
    """

    person_id: UUID | None = None
    units: tuple[UUID, ...] = ()
    director: str = DIVISIONAL_DIRECTOR


def director_for(kind: str, profession: str | None) -> str:
    """Return the director that a request belongs under: clinical advice has one of its profession."""
    if kind != "clinical_advice":
        return DIVISIONAL_DIRECTOR
    return NURSING_DIRECTOR if profession == "nursing" else MEDICAL_DIRECTOR


def roles_above() -> tuple[str, ...]:
    """Return every role whose holders may have to be asked about a request."""
    return (TEAM_LEAD, DIVISION_LEAD, *OF_A_REQUEST[1:], *roles_asked(MANAGER))


def asked_in_turn(role: str, held: Iterable[Holding], asked: Asked) -> tuple[UUID, ...]:
    """Return who is asked for a role of a request, in order: its holder, then those above, then the manager.

    `held` names of each role the last appointed first. Whoever was asked is not told of their own silence.
    """
    known = tuple(held)
    found = [asked.person_id] if role == REQUESTEE and asked.person_id is not None else []
    for step in _LADDER[_LADDER.index(role) :] if role in _LADDER else ():
        if step == DIVISIONAL_DIRECTOR and asked.director in _CLINICAL:
            found += _anywhere(known, (asked.director,))
        found += _in_units(known, _LEADS[step], asked.units)
    found += _anywhere(known, (*((role,) if role in _CLINICAL else ()), *roles_asked(MANAGER)))
    others = found if role == REQUESTEE else [each for each in found if each != asked.person_id]
    return tuple(dict.fromkeys(others))


def _anywhere(held: Iterable[Holding], roles: Iterable[str]) -> list[UUID]:
    return [each.person_id for role in roles for each in held if each.role == role]


def _in_units(held: Iterable[Holding], roles: Iterable[str], units: Iterable[UUID]) -> list[UUID]:
    return [
        each.person_id
        for unit in units
        for role in roles
        for each in held
        if each.role == role and each.unit_id == unit
    ]
