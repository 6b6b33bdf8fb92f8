"""Who is calling: the organisation, the person and the roles that a token stands for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from api.identity import Claims
from api.permissions import GRANTS, NEEDS_A_PERSON, Permission, Role, role_granting
from api.problems import Problem
from db.queries.people_reads import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody, or some system, that acts for an organisation."""

    organisation_id: UUID
    organisation_code: str
    organisation_name: str
    nation: str
    reference_prefix: str
    subject: str
    person_id: UUID | None
    person_name: str | None
    roles: frozenset[Role]

    def may(self, permission: Permission) -> bool:
        """Say whether any of the caller's roles allows something."""
        return any(permission in GRANTS[role] for role in self.roles)

    def acting_as(self, permission: Permission) -> Role:
        """Return the role under which the caller does something. Raises a problem when none allows it."""
        role = role_granting(self.roles, permission)
        if role is None:
            raise Problem("forbidden")
        if permission in NEEDS_A_PERSON and self.person_id is None:
            raise Problem("person_needed")
        return role

    @property
    def sees_words(self) -> bool:
        """Say whether the caller may read what people wrote."""
        return self.may(Permission.READ_WORDS)


def caller(claims: Claims, standing: Standing | None) -> Caller:
    """Return who is calling. Raises a problem for an unknown organisation or somebody who has left."""
    if standing is None:
        raise Problem("unknown_organisation")
    organisation, person = standing.organisation, standing.person
    if person is not None and not person.active:
        raise Problem("person_inactive")
    return Caller(
        organisation_id=organisation.id,
        organisation_code=organisation.code,
        organisation_name=organisation.name,
        nation=organisation.nation,
        reference_prefix=organisation.reference_prefix,
        subject=claims.subject,
        person_id=person.id if person else None,
        person_name=person.name if person else None,
        roles=claims.roles,
    )
