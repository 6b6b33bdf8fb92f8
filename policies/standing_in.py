"""Decides who stands in: who is asked today for a role, or for the owner of a case, when some are away or gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from contracts.offices import DEPUTIES, MANAGER

OWNER: Final = "owner"
TEAM_LEAD: Final = "team_lead"
# Whoever leads the division of a case, else its team.
CASE_LEAD: Final = "division_lead"
# Parts that people have in one case, and who is asked where nobody has the part.
PARTS: Final[Mapping[str, str]] = {"investigator": OWNER, "decision_maker": MANAGER}
# Whoever supports the member of staff whom something is about; where nobody does, the manager is asked.
SUPPORTER: Final = "supporter"
# Whoever sees to a recommendation of an Ombudsman; where nobody can, the manager is asked.
RECOMMENDATION_OWNER: Final = "recommendation_owner"
# Whoever sees to an action that follows from a complaint; where nobody can, the manager is asked.
ACTION_OWNER: Final = "action_owner"
# Whoever has an escalation in hand; where nobody has, or can be found, the responsible person is asked.
SENIOR: Final = "senior"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who works there, and who is away, on one day. `away` names the cover of each, or nobody."""

    active: frozenset[UUID]
    away: Mapping[UUID, UUID | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A person holds a role on the day that is asked about; `unit_id` where it is a role in a division or team."""

    person_id: UUID
    role: str
    unit_id: UUID | None = None


def roles_asked(role: str) -> tuple[str, ...]:
    """Return the roles whose holders may have to be asked for a role, in the order in which they are."""
    if role == OWNER:
        return (TEAM_LEAD, *roles_asked(MANAGER))
    if role == CASE_LEAD:
        return (CASE_LEAD, TEAM_LEAD)
    return (role, DEPUTIES[role]) if role in DEPUTIES else (role,)


def in_turn(
    role: str, held: Iterable[Holding], *, owner_id: UUID | None = None, team_id: UUID | None = None
) -> tuple[UUID, ...]:
    """Return who is asked for a role, in order. `held` names of each role the last appointed first.

    The lead of a team is asked for the cases of that team only.
    """
    known = tuple(held)
    found = [owner_id] if role == OWNER and owner_id is not None else []
    for asked in roles_asked(role):
        ours = role != OWNER or asked != TEAM_LEAD
        found += [
            each.person_id
            for each in known
            if each.role == asked and (ours or (team_id is not None and each.unit_id == team_id))
        ]
    return tuple(dict.fromkeys(found))


def who_stands_in(candidates: Iterable[UUID], office: Office) -> UUID | None:
    """Return the first of some candidates who is there, or who covers for them; None when nobody is."""
    return next((found for each in candidates if (found := _there(each, office)) is not None), None)


def _there(person_id: UUID, office: Office) -> UUID | None:
    """Follow the chain of covers to somebody who is there. A circle of covers leads to nobody."""
    asked: set[UUID] = set()
    here: UUID | None = person_id
    while here is not None and here in office.active and here not in asked:
        if here not in office.away:
            return here
        asked.add(here)
        here = office.away[here]
    return None
