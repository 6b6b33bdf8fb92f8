"""Organisations with people and appointments, made as the migrator would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

ROLES = ("handler", "investigator", "complaints_manager", "responsible_person", "senior_leader", "operator", "auditor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One organisation, and the person who holds each role."""

    id: UUID
    code: str
    people: dict[str, UUID]

    def person(self, role: str) -> UUID:
        return self.people[role]


def plain(dsn: str) -> str:
    """Return a DSN as the driver reads it, without the name of SQLAlchemy's dialect."""
    return dsn.replace("postgresql+psycopg://", "postgresql://")


FIRST = ("nhs-england-2009", 1)


def make_body(
    migrator_dsn: str,
    *,
    nation: str = "england",
    email: bool = True,
    regime: str = "nhs",
    follows: tuple[str, int | None] | None = FIRST,
    figures: dict[str, int] | None = None,
    small: bool = False,
) -> Body:
    """Make an organisation with one person for every role, each appointed since 2020.

    Unless a test says otherwise it stays with the first version of the procedure of NHS bodies, which needs little.
    """
    organisation_id = uuid4()
    code = f"T{organisation_id.hex[:8].upper()}"
    people = {role: uuid4() for role in ROLES}
    with psycopg.connect(plain(migrator_dsn)) as connection:
        connection.execute(
            "insert into organisation (id, code, name, regime, nation, reference_prefix)"
            " values (%s, %s, %s, %s, %s, %s)",
            (organisation_id, code, f"{code} Trust", regime, nation, code),
        )
        if follows is not None and (figures or follows != FIRST or nation == "england"):
            connection.execute(
                "insert into adoption (id, organisation_id, procedure, procedure_version, figures, small_body,"
                " adopted_from, reason, adopted_at) values (%s, %s, %s, %s, %s, %s, '2009-04-01', 'test', now())",
                (uuid4(), organisation_id, *follows, Jsonb(figures or {}), small),
            )
        for role, person_id in people.items():
            address = f"{role.replace('_', '-')}@example.org" if email else None
            connection.execute(
                "insert into person (id, organisation_id, subject, name, email, active)"
                " values (%s, %s, %s, %s, %s, true)",
                (person_id, organisation_id, role, role.replace("_", " ").title(), address),
            )
            connection.execute(
                "insert into appointment (id, organisation_id, person_id, role, starts_on) values (%s, %s, %s, %s, %s)",
                (uuid4(), organisation_id, person_id, role, date(2020, 1, 1)),
            )
    return Body(id=organisation_id, code=code, people=people)
