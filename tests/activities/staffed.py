"""A member of staff complained about, in the words in which tests say what is said of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg

from contracts.commands import CommandKind
from db.involvement_said import ChangeStaff, DeferStaff, EndStaff, NameStaff, SupportStaff, TellStaff
from tests.activities.office_desk import Desk
from tests.bodies import plain

TODAY = date(2028, 3, 2)  # a Thursday


def a_colleague(desk: Desk, name: str = "Robin Ward", *, email: str | None = "robin@example.org") -> UUID:
    """Have somebody work here who holds no office and handles no complaint."""
    person_id = uuid4()
    with psycopg.connect(plain(desk.apart.dsns.migrator)) as connection:
        connection.execute(
            "insert into person (id, organisation_id, subject, name, email, active) values (%s, %s, %s, %s, %s, true)",
            (person_id, desk.body.id, person_id.hex, name, email),
        )
    return person_id


async def name(desk: Desk, *, by: str | None = "handler", **changes: Any) -> UUID:
    """Name a member of staff, with the investigator as their supporter, and return the involvement."""
    if not changes.keys() & {"person_id", "name", "described_as"}:
        changes["person_id"] = a_colleague(desk)
    changes.setdefault("supporter_id", desk.body.person("investigator"))
    changes.setdefault("supporter_is", "line_manager")
    await desk.must(CommandKind.NAME_STAFF, NameStaff(**({"kind": "employed"} | changes)), by)
    return latest(desk)


def latest(desk: Desk) -> UUID:
    rows = desk.rows("select id from involvement where complaint_id = %s order by number")
    return UUID(rows[-1]["id"])


def stands(desk: Desk, involvement: UUID) -> dict[str, Any]:
    return desk.row(f"select * from involvement where complaint_id = %s and id = '{involvement}'")


def clock_of(desk: Desk, involvement: UUID, kind: str) -> dict[str, Any]:
    return desk.row(
        f"select * from clock where complaint_id = %s and involvement_id = '{involvement}' and kind = '{kind}'"
    )


def running(desk: Desk, involvement: UUID) -> set[str]:
    rows = desk.rows(
        f"select kind from clock where complaint_id = %s and state = 'running' and involvement_id = '{involvement}'"
    )
    return {row["kind"] for row in rows}


async def tell(desk: Desk, involvement: UUID, *, by: str | None = "handler", **changes: Any) -> str | None:
    """Say that they were told today, in person; return why that was refused."""
    said: dict[str, Any] = {"told_on": desk.apart.engine.now.date(), "how": "in_person"}
    return (
        await desk.do(CommandKind.TELL_STAFF, TellStaff(involvement_id=involvement, **(said | changes)), by)
    ).refusal


async def defer(desk: Desk, involvement: UUID, *, by: str | None = "handler", **changes: Any) -> str | None:
    """Put off telling them, with the responsible person's approval; return why that was refused."""
    said: dict[str, Any] = {
        "reason": "safeguarding",
        "words": "The safeguarding team asks us to wait.",
        "approver_id": desk.body.person("responsible_person"),
        "review_on": date(2028, 3, 16),
    }
    what = DeferStaff(involvement_id=involvement, **(said | changes))
    return (await desk.do(CommandKind.DEFER_STAFF, what, by)).refusal


async def support(desk: Desk, involvement: UUID, **changes: Any) -> str | None:
    said: dict[str, Any] = {"spoke_on": desk.apart.engine.now.date(), "how": "in_person"}
    return (
        await desk.do(CommandKind.SUPPORT_STAFF, SupportStaff(involvement_id=involvement, **(said | changes)))
    ).refusal


async def change(desk: Desk, involvement: UUID, **changes: Any) -> str | None:
    return (await desk.do(CommandKind.CHANGE_STAFF, ChangeStaff(involvement_id=involvement, **changes))).refusal


async def end(desk: Desk, involvement: UUID, **changes: Any) -> str | None:
    said: dict[str, Any] = {"cause": "not_concerned", "words": "It was another ward."}
    return (await desk.do(CommandKind.END_STAFF, EndStaff(involvement_id=involvement, **(said | changes)))).refusal
