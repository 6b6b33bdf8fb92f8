"""What a life costs its history: events by command and by rung, bytes by payload."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from contracts.commands import CommandKind
from db import desk_said, said
from tests.bodies import Body
from tests.lives.member import a_member
from tests.world import World

A_COMMAND, A_RUNG, A_LIFE, A_PAYLOAD, A_STATE = 14, 12, 300, 2048, 16 * 1024


async def events(world: World, complaint: UUID) -> list[Any]:
    """Return the events of a complaint, without those that skipping time adds."""
    return await events_of(world.handle(complaint))


async def events_of(handle: WorkflowHandle[Any, Any]) -> list[Any]:
    history = await handle.fetch_history()
    return [event for event in history.events if not _of_skipping(event.event_type)]


def _of_skipping(event_type: Any) -> bool:
    name = EventType.Name(event_type)
    return "TIME_SKIPPING" in name or name.endswith("OPTIONS_UPDATED")


def payloads(event: Any) -> list[int]:
    """Return the size of every payload in one event."""
    found: list[int] = []

    def walk(message: Any) -> None:
        if message.DESCRIPTOR.full_name == "temporal.api.common.v1.Payload":
            found.append(message.ByteSize())
            return
        for field, value in message.ListFields():
            if field.message_type is None:
                continue
            for each in value.values() if hasattr(value, "values") else value if hasattr(value, "append") else [value]:
                if hasattr(each, "DESCRIPTOR"):
                    walk(each)

    walk(event)
    return found


async def test_a_command_and_a_rung_keep_to_their_budget_of_events(world: World, body: Body) -> None:
    complaint = await world.log(body, email=None)
    costs: dict[str, int] = {}
    before = len(await events(world, complaint))

    async def cost(name: str) -> None:
        nonlocal before
        await world.settled(complaint)
        after = len(await events(world, complaint))
        costs[name], before = after - before, after

    day = date(2028, 3, 2)
    await world.say(body, complaint, CommandKind.ADD_NOTE, desk_said.AddNote(words="Rang the ward."))
    await cost("add_note")
    await world.say(
        body,
        complaint,
        CommandKind.ACKNOWLEDGE,
        said.Acknowledge(method="call", made_on=day, discussion_offered=True),
    )
    await cost("acknowledge")
    await world.advance_to(datetime(2028, 3, 8, 10, 0, tzinfo=UTC), complaint)  # reminder of settle_period
    await cost("rung")
    fired = await world.rows(body, "select rung from fired_rung where complaint_id = :id", id=complaint)
    assert len(fired) == 1
    assert costs["rung"] <= A_RUNG, costs
    assert max(costs["add_note"], costs["acknowledge"]) <= A_COMMAND, costs
    sizes = [size for event in await events(world, complaint) for size in payloads(event)]
    assert max(sizes) <= A_PAYLOAD, sorted(sizes)[-5:]


async def test_an_involvement_keeps_to_the_same_budget(world: World, body: Body) -> None:
    member = await a_member(world, body)
    costs: dict[str, int] = {}
    before = len(await events_of(member.handle))

    async def cost(name: str) -> None:
        nonlocal before
        after = len(await events_of(member.handle))
        costs[name], before = after - before, after

    for rung, day in (("reminder", 3), ("overdue", 7), ("escalation", 8)):
        await member.to(datetime(2028, 3, day, 10 if rung != "overdue" else 1, 0, tzinfo=UTC))
        await cost(rung)
    await member.told()
    await cost("told")
    fired = await world.rows(body, "select rung from fired_rung where complaint_id = :id", id=member.complaint)
    assert {row["rung"] for row in fired} >= {"reminder", "overdue", "escalation"}
    assert max(costs["reminder"], costs["overdue"], costs["escalation"]) <= A_RUNG, costs
    assert costs["told"] <= A_COMMAND, costs
    sizes = [size for event in await events_of(member.handle) for size in payloads(event)]
    assert max(sizes) <= A_PAYLOAD, sorted(sizes)[-5:]


async def test_a_life_of_eight_commands_six_rungs_and_monthly_updates_stays_small(world: World, body: Body) -> None:
    complaint = await world.log(body)
    day = date(2028, 3, 2)
    commands: list[tuple[CommandKind, said.Said]] = [
        (CommandKind.ACKNOWLEDGE, said.Acknowledge(method="call", made_on=day, discussion_offered=True)),
        (CommandKind.RECORD_DISCUSSION, said.RecordDiscussion(result="accepted", recorded_on=day)),
        (
            CommandKind.SET_RESPONSE_PERIOD,
            said.SetResponsePeriod(
                basis="agreed", respond_by=date(2028, 8, 30), update_every_days=30, agreed_with="Pat", agreed_on=day
            ),
        ),
        (CommandKind.ADD_NOTE, desk_said.AddNote(words="A note.")),
    ]
    for kind, what in commands:
        assert (await world.say(body, complaint, kind, what)).state == "applied"
    drafts = await world.rows(body, "select id from notice where complaint_id = :id and state = 'draft'", id=complaint)
    for draft in drafts:
        await world.say(body, complaint, CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=draft["id"]))
    for _month in range(5):
        await _until_prompted(world, body, complaint)
        await _release_updates(world, body, complaint)
    answer = said.Respond(letter="Sorry.", signed_by=body.person("responsible_person"), outcome="upheld")
    responded = await world.say(body, complaint, CommandKind.RESPOND, answer, by="responsible_person")
    assert responded.state == "applied", responded.refusal
    closed = await world.say(body, complaint, CommandKind.CLOSE, said.Close())
    assert closed.state == "applied", closed.refusal
    await world.handle(complaint).result()
    rungs = await world.rows(body, "select rung from fired_rung where complaint_id = :id", id=complaint)
    assert len(rungs) >= 6
    history = await events(world, complaint)
    assert len(history) <= A_LIFE, len(history)


async def _until_prompted(world: World, body: Body, complaint: UUID) -> None:
    """Move to the day on which the owner is prompted to write the next update."""
    (clock,) = await world.rows(
        body, "select rungs from clock where complaint_id = :id and kind = 'next_update'", id=complaint
    )
    prompt = datetime.fromisoformat(clock["rungs"][0]["at"])
    await world.advance_to(prompt + timedelta(hours=1), complaint)


async def _release_updates(world: World, body: Body, complaint: UUID) -> None:
    drafts = await world.rows(body, "select id from notice where complaint_id = :id and state = 'draft'", id=complaint)
    for draft in drafts:
        released = await world.say(
            body,
            complaint,
            CommandKind.RELEASE_NOTICE,
            desk_said.ReleaseNotice(notice_id=draft["id"], body="Here is how things stand."),
        )
        assert released.state == "applied", released.refusal
