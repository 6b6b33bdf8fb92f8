"""Says for every open complaint whether somebody has it today: its owner, or whoever stands in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from db.queries.attention import Away, Held, OpenComplaint
from policies.standing_in import OWNER, Holding, Office, in_turn, who_stands_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Offices:
    """Who holds what and who is away today, by organisation."""

    held: dict[UUID, list[Holding]]
    office: dict[UUID, Office]

    def somebody_has(self, complaint: OpenComplaint) -> bool:
        """Say whether an owner, or somebody in their place, can be found for a complaint."""
        office, owner_id = self.office[complaint.organisation_id], complaint.owner_id
        if owner_id is not None and who_stands_in((owner_id,), office) is not None:
            return True  # as nearly all are: the others need not be gone through
        held = self.held.get(complaint.organisation_id, [])
        asked = in_turn(OWNER, held, owner_id=owner_id, team_id=complaint.team_id)
        return who_stands_in(asked, office) is not None


def offices_of(held: Iterable[Held], away: Iterable[Away], complaints: Iterable[OpenComplaint]) -> Offices:
    """Put together who can be asked in each organisation that has open complaints."""
    holdings: defaultdict[UUID, list[Holding]] = defaultdict(list)
    absent: defaultdict[UUID, dict[UUID, UUID | None]] = defaultdict(dict)
    # The sweeper's views name only people who still work there.
    active: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for one in held:
        holdings[one.organisation_id].append(Holding(person_id=one.person_id, role=one.role, unit_id=one.unit_id))
        active[one.organisation_id].add(one.person_id)
    for gone in away:
        absent[gone.organisation_id][gone.person_id] = gone.cover_id
        active[gone.organisation_id] |= {gone.cover_id} if gone.cover_id else set()
    for complaint in complaints:
        active[complaint.organisation_id] |= {complaint.owner_id} if complaint.owner_id else set()
    office = {where: Office(active=frozenset(who), away=absent[where]) for where, who in active.items()}
    return Offices(held=holdings, office=office)
