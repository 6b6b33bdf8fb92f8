"""Candour over real parts, under skipped time: flagged while the complaint is open, and finished after it has ended."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.client import WorkflowHandle

from contracts import names
from contracts.code import Code
from contracts.commands import CommandKind
from db import candour_said, said
from db.desk_said import ReleaseNotice
from tests.bodies import Body
from tests.lives.steps import fired
from tests.world import World, until

TOLD = ("account", "enquiries", "apology")


def elements(*codes: str) -> tuple[candour_said.ElementSaid, ...]:
    return tuple(candour_said.ElementSaid(code=code, words=f"The {code}.") for code in codes)  # type: ignore[arg-type]


class Candid:
    """One incident of a complaint of a world, and the workflow that keeps its clocks."""

    def __init__(self, world: World, body: Body, complaint: UUID, incident: UUID) -> None:
        self.world, self.body, self.complaint, self.id = world, body, complaint, incident

    @property
    def handle(self) -> WorkflowHandle[Any, Code]:
        id = names.proceeding_workflow_id("candour", self.id)
        return self.world.client.get_workflow_handle(id, result_type=Code)

    async def settled(self) -> None:
        """Wait until candour rests, and has heard of everything."""

        async def quiet() -> bool:
            raw = (await self.handle.describe()).raw_description
            row = await self.row("select heard = changes as heard from proceeding where id = :id")
            return not raw.pending_activities and not raw.HasField("pending_workflow_task") and row["heard"]

        await until(quiet)

    async def to(self, day: date, hour: int, minute: int = 30, *, open: bool = False) -> None:
        """Move the workflow of candour, and that of an open complaint, to an instant, in lock-step."""
        instant = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        world = self.world
        while world.clock.time < instant:
            step = min(instant - world.clock.time, timedelta(days=4))
            handles = [self.handle, world.handle(self.complaint)] if open else [self.handle]
            await asyncio.gather(*(world.skipper.fast_forward(each, step) for each in handles))
            world.clock.time += step
            await self.settled()

    async def must(self, kind: CommandKind, what: said.Said, by: str = "complaints_manager") -> None:
        done = await self.world.say(self.body, self.complaint, kind, what, by=by)
        assert done.state == "applied", done.refusal or done.last_failure

    async def row(self, sql: str) -> Any:
        return await self.world.row(self.body, sql, id=self.id)

    async def release(self, template: str) -> None:
        row = await self.world.row(
            self.body,
            f"select id from notice where complaint_id = :id and state = 'draft' and template = '{template}'",
            id=self.complaint,
        )
        await self.must(CommandKind.RELEASE_NOTICE, ReleaseNotice(notice_id=row["id"]))

    async def rungs(self) -> list[tuple[str, str]]:
        found = await fired(self.world, self.body, self.complaint)
        return [each for each in found if each[0].startswith("candour")]


async def flagged(world: World, body: Body) -> Candid:
    """Flag an incident of a new complaint; its workflow lives in the world's time."""
    complaint = await world.log(body)
    what = candour_said.FlagIncident(words="A dose was given twice.", became_known_on=date(2028, 3, 2))
    done = await world.say(body, complaint, CommandKind.FLAG_INCIDENT, what)
    assert done.state == "applied", done.refusal or done.last_failure
    row = await world.row(body, "select id from incident where complaint_id = :id", id=complaint)
    candid = Candid(world, body, complaint, row["id"])
    await candid.settled()
    # It begins at the machine's time, long before the world's, and waits for what falls due there.
    await world.skipper.fast_forward(candid.handle, world.clock.now() - datetime.now(UTC))
    await candid.settled()
    return candid


async def test_candour_outlives_its_complaint_until_the_last_result_is_told(world: World, body: Body) -> None:
    candid = await flagged(world, body)
    # Friday: nobody has looked yet. Monday is the last day, and passes.
    await candid.to(date(2028, 3, 3), 9, open=True)
    assert await candid.rungs() == [("candour_assessment", "reminder")]
    await candid.to(date(2028, 3, 7), 0, open=True)
    assert (await candid.rungs())[1:] == [("candour_assessment", "overdue")]
    assess = candour_said.AssessIncident(incident_id=candid.id, notifiable=True, harm="severe")
    await candid.must(CommandKind.ASSESS_INCIDENT, assess)
    await candid.must(
        CommandKind.TELL_OF_INCIDENT,
        candour_said.TellOfIncident(
            incident_id=candid.id, told_on=date(2028, 3, 7), how="in_person", elements=elements(*TOLD), record="We met."
        ),
    )
    support = candour_said.OfferCandourSupport(
        incident_id=candid.id, what="A family liaison officer.", offered_on=date(2028, 3, 7)
    )
    await candid.must(CommandKind.OFFER_CANDOUR_SUPPORT, support)
    withdraw = said.Withdraw(method="call", withdrawn_on=date(2028, 3, 7))
    await candid.must(CommandKind.WITHDRAW, withdraw, "handler")
    await world.handle(candid.complaint).result()

    # The complaint has ended: the written notice is drafted, forgotten, overdue on the fifteenth, and released.
    enquiry = candour_said.EnquirySaid(what="How the chart was read", due_on=date(2028, 3, 24))
    await candid.must(
        CommandKind.WRITE_OF_INCIDENT,
        candour_said.WriteOfIncident(
            incident_id=candid.id, kind="written", elements=elements(*TOLD, "results"), enquiries=(enquiry,)
        ),
    )
    await candid.to(date(2028, 3, 15), 0)
    assert (await candid.rungs())[2:] == [("candour_written", "reminder"), ("candour_written", "overdue")]
    await candid.release("candour_notice")
    await candid.settled()
    assert (await candid.row("select state from proceeding where id = :id"))["state"] == "told_in_writing"

    # What the enquiry found is told in time, three weeks after the complaint was taken back.
    await candid.to(date(2028, 3, 17), 9)
    assert (await candid.rungs())[4:] == [("candour_results", "reminder")]
    results = candour_said.WriteOfIncident(
        incident_id=candid.id, kind="results", elements=elements("results", "apology")
    )
    await candid.must(CommandKind.WRITE_OF_INCIDENT, results)
    await candid.release("candour_results")
    await candid.must(CommandKind.END_CANDOUR, candour_said.EndCandour(incident_id=candid.id, cause="done"))
    assert await candid.handle.result() == Code("ended")

    rows = await world.rows(
        body, "select kind, state, in_time from clock where proceeding_id = :id order by kind", id=candid.id
    )
    assert [(row["kind"], row["state"], row["in_time"]) for row in rows] == [
        ("candour_assessment", "met", False),
        ("candour_notice", "met", True),
        ("candour_results", "met", True),
        ("candour_support", "met", True),
        ("candour_written", "met", False),
    ]
    left = await world.rows(
        body, "select kind from task where complaint_id = :id and subject_id = :incident and state = 'open'",
        id=candid.complaint, incident=candid.id,
    )  # fmt: skip
    assert left == []
