"""A complaint that is serious, or was: how tests say so, and how a senior puts a hand on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg

from contracts.commands import CommandKind
from db.escalation_said import AcknowledgeEscalation
from db.triage_said import DecideSeverity, SetSeverity, Triage
from tests.activities.office_desk import Desk
from tests.bodies import plain

K = CommandKind


async def set_severity(desk: Desk, severity: Any, by: str = "complaints_manager") -> str | None:
    """Set how serious a complaint is; return why that was refused."""
    return (await desk.do(K.SET_SEVERITY, SetSeverity(severity=severity, reason="Read by two of us."), by)).refusal


async def assert_facts(desk: Desk, **facts: Any) -> str | None:
    """Assert facts of a complaint; return why that was refused."""
    return (await desk.do(K.TRIAGE, Triage(**facts), "complaints_manager")).refusal


async def decide_severity(desk: Desk, *, approve: bool, by: str = "responsible_person") -> str | None:
    """Decide on a lowering as second person; return why that was refused."""
    return (await desk.do(K.DECIDE_SEVERITY, DecideSeverity(approve=approve, reason="Agreed."), by)).refusal


def escalations(desk: Desk, cause: str | None = None) -> list[dict[str, Any]]:
    """Return the escalations of a complaint with the state of each, the oldest first."""
    found = desk.rows(
        "select e.*, p.state, p.ended_on from escalation e join proceeding p on p.id = e.id"
        " where e.complaint_id = %s order by e.raised_at, e.id"
    )
    return [row for row in found if cause in (None, row["cause"])]


async def acknowledge(desk: Desk, escalation: dict[str, Any], by: str = "responsible_person") -> str | None:
    """Have a senior acknowledge an escalation; return why that was refused."""
    what = AcknowledgeEscalation(escalation_id=UUID(escalation["id"]))
    return (await desk.do(K.ACKNOWLEDGE_ESCALATION, what, by)).refusal


def appoint(desk: Desk, person: str, role: str) -> None:
    """Give somebody one more appointment, since 2020."""
    _insert(
        desk,
        "insert into appointment (id, organisation_id, person_id, role, starts_on)"
        " values (%s, %s, %s, %s, '2020-01-01')",
        (uuid4(), desk.body.id, desk.body.person(person), role),
    )


def put_on_rota(desk: Desk, person: str, first_on: str, last_on: str | None = None) -> None:
    """Put somebody on the rota of seniors, first place."""
    _insert(
        desk,
        "insert into rota (id, organisation_id, person_id, place, hours, first_on, last_on)"
        " values (%s, %s, %s, 1, 'both', %s, %s)",
        (uuid4(), desk.body.id, desk.body.person(person), first_on, last_on),
    )


def never_triaged(desk: Desk) -> None:
    """Make a complaint as one that an earlier version opened: without severity, and without a verdict."""
    with psycopg.connect(plain(desk.apart.dsns.migrator)) as connection:
        connection.execute("alter table triage disable trigger append_only")
        connection.execute("delete from triage where complaint_id = %s", (desk.complaint,))
        connection.execute("alter table triage enable trigger append_only")
        connection.execute("update complaint set severity = null where id = %s", (desk.complaint,))


def _insert(desk: Desk, sql: Any, values: tuple[Any, ...]) -> None:
    with psycopg.connect(plain(desk.apart.dsns.migrator)) as connection:
        connection.execute(sql, values)
