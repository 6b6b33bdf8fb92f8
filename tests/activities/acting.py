"""Learning and actions on a desk: recorded, planned, done, checked, let go of."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import learning_said as said
from tests.activities.office_desk import Desk

DUE = date(2028, 4, 28)
THEME = "communications"


def today(desk: Desk) -> date:
    return desk.apart.engine.now.date()


async def learn(desk: Desk, *, by: str | None = "handler", **changes: Any) -> str | None:
    """Record what was learned; return why it was refused."""
    what: dict[str, Any] = {
        "theme": THEME,
        "place": "TAK01.ward-7",
        "factors": ("handover", "workload"),
        "outcome": "learned",
        "went_wrong": True,
        "found": "Nobody said who would ring the family.",
        "will_change": "Each shift names who rings.",
    }
    return await again(desk, by=by, **what | changes)


async def again(desk: Desk, *, by: str | None = "handler", **said_now: Any) -> str | None:
    """Say some of it of learning that is named; return why it was refused."""
    return (await desk.do(CommandKind.RECORD_LEARNING, said.RecordLearning(**said_now), by)).refusal


def versions(desk: Desk) -> list[dict[str, Any]]:
    rows = desk.apart.rows(
        "select to_jsonb(v) from learning_version v where complaint_id = %s order by said_at, learning_id, number",
        desk.complaint,
    )
    return [row[0] for row in rows]


def learned(desk: Desk) -> UUID:
    return UUID(desk.rows("select id from learning where complaint_id = %s order by number")[-1]["id"])


async def plan(desk: Desk, **changes: Any) -> str | None:
    """Plan an action; return why it was refused."""
    what: dict[str, Any] = {
        "what": "Name who rings in each handover.",
        "owner_id": desk.body.person("investigator"),
        "due_on": DUE,
        "evidence_wanted": "The form of the handover.",
        "theme": THEME,
        "place": "TAK01.ward-7",
    }
    return (await desk.do(CommandKind.PLAN_ACTION, said.PlanAction(**what | changes))).refusal


async def planned(desk: Desk, **changes: Any) -> UUID:
    assert await plan(desk, **changes) is None
    return UUID(actions(desk)[-1]["id"])


def actions(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows(
        "select a.*, p.state, p.ended_cause, p.changes from action a join proceeding p on p.id = a.id"
        " where a.complaint_id = %s order by p.number"
    )


def action(desk: Desk) -> dict[str, Any]:
    (found,) = actions(desk)
    return found


def of(desk: Desk, table: str) -> list[dict[str, Any]]:
    return desk.rows(f"select * from {table} where complaint_id = %s order by number")


async def change(desk: Desk, one: UUID, **changes: Any) -> str | None:
    what = said.ChangeAction(action_id=one, **{"reason": "The printer is late.", **changes})
    return (await desk.do(CommandKind.CHANGE_ACTION, what)).refusal


async def progress(desk: Desk, one: UUID, **changes: Any) -> str | None:
    what: dict[str, Any] = {"happened_on": today(desk), "words": "Two wards of five do it."}
    done = said.RecordActionProgress(action_id=one, **what | changes)
    return (await desk.do(CommandKind.RECORD_ACTION_PROGRESS, done)).refusal


async def complete(desk: Desk, one: UUID, **changes: Any) -> str | None:
    what: dict[str, Any] = {"done_on": today(desk), "evidence": "The form is in use on every ward."}
    return (await desk.do(CommandKind.COMPLETE_ACTION, said.CompleteAction(action_id=one, **what | changes))).refusal


async def check(desk: Desk, one: UUID, result: Any = "held", *, by: str = "complaints_manager", **more: Any) -> Any:
    what = said.CheckAction(action_id=one, result=result, **more)
    return (await desk.do(CommandKind.CHECK_ACTION, what, by)).refusal


async def drop(desk: Desk, one: UUID, *, by: str | None = "complaints_manager") -> str | None:
    what = said.DropAction(action_id=one, reason="The ward has closed.")
    return (await desk.do(CommandKind.DROP_ACTION, what, by)).refusal


def running(desk: Desk) -> dict[str, str]:
    """Return the due dates of the running clocks of actions, by kind."""
    rows = desk.rows(
        "select kind, due_on from clock where complaint_id = %s and state = 'running' and proceeding_id is not null"
    )
    return {row["kind"]: row["due_on"] for row in rows}
