"""What tests say about the people outside."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import desk_said, people_said
from db.party_said import NeedsSaid, PartySaid
from tests.activities.office_desk import Desk

STREET = "1 Example Street, Exampleton"


async def need(desk: Desk, party: UUID | None = None, **needs: Any) -> str | None:
    """Say what somebody needs, by default the person who complained; return why it was refused."""
    said = people_said.SetContactNeeds(party_id=party or desk.party(), needs=NeedsSaid(**needs))
    return (await desk.do(CommandKind.SET_CONTACT_NEEDS, said)).refusal


async def add(desk: Desk, role: Any, **details: Any) -> str | None:
    """Add somebody; return why it was refused."""
    details.setdefault("name", "Sam Speaker")
    said = people_said.AddParty(party=PartySaid(role=role, **details))
    return (await desk.do(CommandKind.ADD_PARTY, said)).refusal


async def retire(desk: Desk, party: UUID, cause: Any = "left") -> str | None:
    """Say that somebody has no part in it any more; return why it was refused."""
    return (await desk.do(CommandKind.RETIRE_PARTY, people_said.RetireParty(party_id=party, cause=cause))).refusal


async def release(desk: Desk, notice: dict[str, Any]) -> str | None:
    """Release a draft; return why it was refused."""
    said = desk_said.ReleaseNotice(notice_id=UUID(notice["id"]))
    return (await desk.do(CommandKind.RELEASE_NOTICE, said, by="complaints_manager")).refusal


async def do_task(desk: Desk, kind: str) -> str | None:
    """Complete the one open task of a kind; return why it was refused."""
    (task,) = desk.tasks(kind)
    return (await desk.do(CommandKind.COMPLETE_TASK, desk_said.CompleteTask(task_id=UUID(task["id"])))).refusal


def one(desk: Desk, role: str) -> dict[str, Any]:
    """Return the one party with a role."""
    return desk.row(f"select * from party where complaint_id = %s and role = '{role}'")
