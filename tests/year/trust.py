"""The trust whose year it is: its people, its divisions, and the world that its complaints live in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID, uuid4

import psycopg

from tests.bodies import Body, make_body, plain
from tests.lives.serious_life import join
from tests.world import World

NAME = "Exampleshire Hospitals NHS Foundation Trust"
DIVISIONS = ("Medicine", "Surgery", "Women, children and community")
LISTENER = "patient_experience"  # asks people how it was, and handles nothing
HANDLERS = tuple(f"handler_{number}" for number in range(1, 7))


@dataclass(kw_only=True)
class Trust:
    """The organisation, its divisions, and the world."""

    world: World
    body: Body
    divisions: tuple[UUID, ...]
    codes: dict[int, str] = field(default_factory=dict)

    def handler(self, number: int) -> str:
        return HANDLERS[number % len(HANDLERS)]


def found(world: World, migrator_dsn: str, code: str | None = None) -> Trust:
    """Found the trust: with the Standards, six handlers, three divisions, and a rota of seniors."""
    body = make_body(migrator_dsn, follows=None)
    for subject in HANDLERS:
        join(migrator_dsn, body, subject, "handler")
    for subject, role in (
        ("second_investigator", "investigator"), ("medical_director", "medical_director"), (LISTENER, "auditor"),
    ):  # fmt: skip
        join(migrator_dsn, body, subject, role)
    divisions = []
    with psycopg.connect(plain(migrator_dsn)) as connection:
        connection.execute("update organisation set name = %s where id = %s", (NAME, body.id))
        if code is not None:
            connection.execute(
                "update organisation set code = %s, reference_prefix = %s where id = %s", (code, code, body.id)
            )
        for number, name in enumerate(DIVISIONS, start=1):
            unit = uuid4()
            connection.execute(
                "insert into unit (id, organisation_id, kind, code, name, active)"
                " values (%s, %s, 'division', %s, %s, true)",
                (unit, body.id, f"division-{number}", name),
            )
            divisions.append(unit)
        for place, role in enumerate(("senior_leader", "auditor"), start=1):
            connection.execute(
                "insert into rota (id, organisation_id, person_id, place, hours, first_on)"
                " values (%s, %s, %s, %s, 'both', %s)",
                (uuid4(), body.id, body.person(role), place, date(2027, 1, 1)),
            )
    if code is not None:
        body = replace(body, code=code)
    return Trust(world=world, body=body, divisions=tuple(divisions))
