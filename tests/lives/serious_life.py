"""A serious complaint in the hands of a test: everything that runs beside it, and time, in lock-step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg

from contracts import names
from contracts.commands import CommandKind
from db import desk_said, said
from db.bereavement_said import RecordDeath
from db.triage_said import Triage
from tests.apart import Apart
from tests.bodies import Body, make_body, plain
from tests.lives import casework as steps
from tests.lives.company import Company
from tests.world import MORNING, World

K = CommandKind


@dataclass(kw_only=True)
class SeriousLife:
    """One complaint, and the proceedings that run beside it, at the world's time."""

    world: World
    body: Body
    complaint: UUID
    company: Company

    @property
    def today(self) -> date:
        return self.world.clock.time.date()

    async def must(self, kind: CommandKind, what: said.Said, by: str = "handler") -> None:
        await steps.must(self.world, self.body, self.complaint, kind, what, by)
        await self.meet()

    async def refused(self, kind: CommandKind, what: said.Said, by: str = "handler") -> tuple[str | None, list[str]]:
        done = await self.world.say(self.body, self.complaint, kind, what, by=by)
        assert done.state == "refused", done.last_failure
        return done.refusal, list(done.missing or [])

    async def meet(self) -> None:
        """Bring what has begun beside the complaint to the world's time."""
        for row in await self.rows("select id, kind from proceeding where complaint_id = :id"):
            self.company.ids.add(names.proceeding_workflow_id(row["kind"], row["id"]))
        await self.company.keep_up()

    async def to(self, day: date, hour: int = 10, minute: int = 0) -> None:
        await self.company.to(day, hour, minute)

    async def rows(self, sql: str, **params: Any) -> Sequence[Any]:
        return await self.world.rows(self.body, sql, id=self.complaint, **params)

    async def row(self, sql: str, **params: Any) -> Any:
        (found,) = await self.rows(sql, **params)
        return found

    async def calls(self, escalation: UUID) -> list[tuple[str, str]]:
        """Return who was asked, and at which step, in order."""
        rows = await self.rows(
            "select c.step, p.subject from escalation_call c left join person p on p.id = c.person_id"
            " where c.escalation_id = :one order by c.number",
            one=escalation,
        )
        return [(row["step"], row["subject"]) for row in rows]

    async def rungs(self, kind: str) -> list[tuple[str, bool]]:
        """Return the rungs that fired of clocks of a kind, in order, and whether each was late."""
        rows = await self.rows(
            "select f.rung, f.late from fired_rung f join clock c on c.id = f.clock_id"
            " where c.complaint_id = :id and c.kind = :kind order by f.due_at, f.fired_at",
            kind=kind,
        )
        return [(row["rung"], row["late"]) for row in rows]

    async def proceeding(self, kind: str) -> Any:
        return await self.row("select * from proceeding where complaint_id = :id and kind = :kind", kind=kind)

    async def release(self, *templates: str) -> None:
        """Release the drafts of some templates, or all, with their gaps filled in."""
        for row in await self.rows("select * from notice where complaint_id = :id and state = 'draft'"):
            if not templates or row["template"].partition(".")[0] in templates:
                words = row["body"].replace("[[", "").replace("]]", "")
                await self.must(K.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=row["id"], body=words))


def on_rota(migrator_dsn: str, body: Body, *roles: str) -> None:
    """Put people on the rota of seniors, in this order, at any hour."""
    with psycopg.connect(plain(migrator_dsn)) as connection:
        for place, role in enumerate(roles, start=1):
            connection.execute(
                "insert into rota (id, organisation_id, person_id, place, hours, first_on)"
                " values (%s, %s, %s, %s, 'both', '2028-01-01')",
                (uuid4(), body.id, body.person(role), place),
            )


def join(migrator_dsn: str, body: Body, subject: str, role: str) -> UUID:
    """Have somebody work there, appointed to a role."""
    person = uuid4()
    with psycopg.connect(plain(migrator_dsn)) as connection:
        connection.execute(
            "insert into person (id, organisation_id, subject, name, email, active) values (%s, %s, %s, %s, %s, true)",
            (person, body.id, subject, subject.replace("_", " ").title(), f"{subject}@example.org"),
        )
        connection.execute(
            "insert into appointment (id, organisation_id, person_id, role, starts_on) values (%s, %s, %s, %s, %s)",
            (uuid4(), body.id, person, role, date(2020, 1, 1)),
        )
    body.people[subject] = person
    return person


async def begun(world: World, apart: Apart) -> SeriousLife:
    """A daughter complains: her mother died on the ward. It is flagged at intake."""
    body = make_body(apart.dsns.migrator, follows=None)
    on_rota(apart.dsns.migrator, body, "senior_leader", "auditor")
    for subject, role in (("medical_director", "medical_director"), ("outsider", "investigator")):
        join(apart.dsns.migrator, body, subject, role)
    world.clock.time = MORNING
    complaint = await world.log(
        body,
        parties=(
            said.PartySaid(
                role="complainant", name="Ann Daughter", email="ann@example.org", relation="daughter", ground="died"
            ),
            said.PartySaid(role="affected", name="Bea Mother", address="2 High Road, Exampleton"),
        ),
    )
    found = SeriousLife(world=world, body=body, complaint=complaint, company=Company(world))
    company = found.company
    company.ids.add(f"complaint/{complaint}")
    company.known(await world.handle(complaint).describe())
    died = await found.row("select id from party where complaint_id = :id and role = 'affected'")
    await found.must(
        K.RECORD_DEATH, RecordDeath(party_id=died["id"], known_on=MORNING.date(), died_on=date(2028, 2, 27))
    )
    await found.must(K.TRIAGE, Triage(harm="death", remark="A dose may have been given twice."))
    await found.to(MORNING.date(), MORNING.hour, 5)
    return found


async def the_call(life: SeriousLife) -> UUID:
    row = await life.row("select id from escalation where complaint_id = :id and cause = 'severity'")
    found: UUID = row["id"]
    return found
