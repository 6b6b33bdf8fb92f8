"""A member of staff complained about in a world: named, moved in time beside their complaint, and counted."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.client import WorkflowHandle

from contracts import names
from contracts.commands import CommandKind
from contracts.involvements import InvolvementState
from db import said
from db.involvement_said import DeferStaff, NameStaff, TellStaff
from tests.bodies import Body
from tests.lives.casework import must
from tests.world import World, until

STEP = timedelta(hours=20)


class Member:
    """One involvement of a complaint: what is said of it, and the workflows of both."""

    def __init__(self, world: World, body: Body, complaint: UUID, id: UUID) -> None:
        self.world, self.body, self.complaint, self.id = world, body, complaint, id

    @property
    def handle(self) -> WorkflowHandle[Any, InvolvementState]:
        workflow_id = names.involvement_workflow_id(self.id)
        return self.world.client.get_workflow_handle(workflow_id, result_type=InvolvementState)

    async def settled(self) -> None:
        """Wait until the involvement rests, and has heard of everything."""

        async def quiet() -> bool:
            raw = (await self.handle.describe()).raw_description
            row = await self.row("select heard = changes as heard from involvement where id = :id")
            return not raw.pending_activities and not raw.HasField("pending_workflow_task") and row["heard"]

        await until(quiet)

    async def to(self, instant: datetime, *, alone: bool = False) -> None:
        """Move both workflows to an instant, in lock-step, or the involvement alone, and wait until they rest."""
        world = self.world
        while world.clock.time < instant:
            step = min(instant - world.clock.time, STEP)
            handles = [self.handle] if alone else [self.handle, world.handle(self.complaint)]
            await asyncio.gather(*(world.skipper.fast_forward(each, step) for each in handles))
            world.clock.time += step
            await self.settled()

    async def say(self, kind: CommandKind, what: said.Said, by: str = "handler") -> None:
        """Say something that has to be lawful, and wait until the involvement has heard of it."""
        await must(self.world, self.body, self.complaint, kind, what, by)
        await self.settled()

    async def told(self) -> None:
        """Tell them today, in person."""
        on = self.world.clock.time.date()
        await self.say(CommandKind.TELL_STAFF, TellStaff(involvement_id=self.id, told_on=on, how="in_person"))

    async def deferred(self, days: int) -> None:
        """Put off telling them, with a review in some days."""
        what = DeferStaff(
            involvement_id=self.id, reason="police", words="The police ask us to wait.",
            approver_id=self.body.person("responsible_person"),
            review_on=self.world.clock.time.date() + timedelta(days=days),
        )  # fmt: skip
        await self.say(CommandKind.DEFER_STAFF, what)

    async def row(self, sql: str) -> Any:
        return await self.world.row(self.body, sql, id=self.id)


async def a_member(world: World, body: Body, complaint: UUID | None = None, **changes: Any) -> Member:
    """Name a member of staff of a complaint, or of a new one, in a workflow whose time is the world's."""
    complaint = complaint or await world.log(body, email=None)
    known: dict[str, Any] = {"kind": "locum", "name": "Dr Lee", "email": "lee@agency.example.org"}
    support: dict[str, Any] = {"supporter_id": body.person("investigator"), "supporter_is": "line_manager"}
    await must(world, body, complaint, CommandKind.NAME_STAFF, NameStaff(**(known | support | changes)))
    rows = await world.rows(body, "select id from involvement where complaint_id = :id order by number", id=complaint)
    member = Member(world, body, complaint, rows[-1]["id"])
    await member.settled()
    # It begins at the machine's time, long before the world's, and waits for what falls due there.
    await world.skipper.fast_forward(member.handle, world.clock.now() - datetime.now(UTC))
    await member.settled()
    return member
