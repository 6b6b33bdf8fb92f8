"""Steps that many lives take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import said
from db.models.act import Submission
from tests.bodies import Body
from tests.world import World


async def acknowledge(world: World, body: Body, complaint: UUID, on: date) -> Submission:
    what = said.Acknowledge(method="call", made_on=on, discussion_offered=True, words="We spoke.")
    return await world.say(body, complaint, CommandKind.ACKNOWLEDGE, what)


async def agree(world: World, body: Body, complaint: UUID, *, respond_by: date, every: int) -> None:
    """Record the discussion, and the response period that was agreed in it."""
    today = world.clock.time.date()
    accepted = said.RecordDiscussion(result="accepted", recorded_on=today)
    assert (await world.say(body, complaint, CommandKind.RECORD_DISCUSSION, accepted)).state == "applied"
    what = said.SetResponsePeriod(
        basis="agreed", respond_by=respond_by, update_every_days=every, agreed_with="Pat Example", agreed_on=today
    )
    settled = await world.say(body, complaint, CommandKind.SET_RESPONSE_PERIOD, what)
    assert settled.state == "applied", settled.refusal


async def respond(world: World, body: Body, complaint: UUID, *, by: str = "responsible_person") -> Submission:
    what = said.Respond(letter="We looked into it. We are sorry.", signed_by=body.person(by), outcome="upheld")
    return await world.say(body, complaint, CommandKind.RESPOND, what, by=by)


async def fired(world: World, body: Body, complaint: UUID) -> list[tuple[str, str]]:
    """Return the rungs that fired, as (clock, rung), in order."""
    rows = await world.rows(
        body,
        "select c.kind, f.rung from fired_rung f join clock c on c.id = f.clock_id"
        " where f.complaint_id = :id order by f.fired_at, f.due_at",
        id=complaint,
    )
    return [(row["kind"], row["rung"]) for row in rows]


async def drafts(world: World, body: Body, complaint: UUID) -> Sequence[Any]:
    return await world.rows(
        body, "select * from notice where complaint_id = :id and state = 'draft' order by drafted_at", id=complaint
    )
