"""The life of a referral: it begins after the complaint was closed, is asked, decided, and complied with, once late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.client import WorkflowHandle

from contracts import names
from contracts.commands import CommandKind
from contracts.proceedings import ProceedingKind
from db import referral_said as referred
from db import said
from db.pack_said import AssemblePack
from tests.bodies import Body
from tests.lives import steps
from tests.lives.casework import must, release
from tests.world import World, until

# No leap is longer: what fires in between fires one after the other.
LEAP = timedelta(days=3)


class Life:
    """A complaint that has ended, and what the Ombudsman asks about it."""

    def __init__(self, world: World, body: Body, complaint: UUID) -> None:
        self.world, self.body, self.complaint = world, body, complaint
        self.id = complaint  # of the referral, once there is one

    @property
    def workflow(self) -> WorkflowHandle[Any, Any]:
        return self.world.client.get_workflow_handle(names.proceeding_workflow_id(ProceedingKind.REFERRAL, self.id))

    @property
    def today(self) -> date:
        return self.world.clock.time.date()

    async def say(self, kind: CommandKind, what: said.Said, by: str = "handler") -> None:
        await must(self.world, self.body, self.complaint, kind, what, by)

    async def rests(self) -> None:
        """Wait until the workflow of the referral rests, and has heard of everything."""

        async def quiet() -> bool:
            raw = (await self.workflow.describe()).raw_description
            row = await self.row("select heard = changes as heard from proceeding where id = :id")
            return not raw.pending_activities and not raw.HasField("pending_workflow_task") and row["heard"]

        await until(quiet)

    async def to(self, month: int, day: int) -> None:
        instant = datetime(2028, month, day, 12, 0, tzinfo=UTC)
        await self.rests()
        while self.world.clock.time < instant:
            step = min(instant - self.world.clock.time, LEAP)
            await self.world.skipper.fast_forward(self.workflow, step)
            self.world.clock.time += step
            await self.rests()

    async def row(self, sql: str) -> Any:
        return await self.world.row(self.body, sql, id=self.id)

    async def rungs(self) -> list[tuple[str, str]]:
        """Return the rungs of the referral's clocks that fired, in the order in which they did."""
        rows = await self.world.rows(
            self.body,
            "select c.kind, f.rung from fired_rung f join clock c on c.id = f.clock_id where c.proceeding_id = :id"
            " order by f.due_at, c.kind",
            id=self.id,
        )
        return [(row["kind"], row["rung"]) for row in rows]

    async def states(self) -> dict[str, list[tuple[str, bool]]]:
        """Return of each kind of clock whether it was met in time, and whether it was breached."""
        found: dict[str, list[tuple[str, bool]]] = {}
        for row in await self.world.rows(
            self.body,
            "select kind, state, breached_at is not null as late from clock where proceeding_id = :id order by due_on",
            id=self.id,
        ):
            found.setdefault(row["kind"], []).append((row["state"], row["late"]))
        return found


async def closed(world: World, body: Body) -> UUID:
    complaint = await world.log(body, email=None)
    await steps.acknowledge(world, body, complaint, date(2028, 3, 2))
    await steps.agree(world, body, complaint, respond_by=date(2028, 3, 24), every=28)
    await release(world, body, complaint)
    assert (await steps.respond(world, body, complaint)).state == "applied"
    await must(world, body, complaint, CommandKind.CLOSE, said.Close())
    await world.handle(complaint).result()
    return complaint


async def taken_up(world: World, body: Body) -> Life:
    """Close a complaint; a month later the Ombudsman takes it up, and asks for the file."""
    life = Life(world, body, await closed(world, body))
    world.clock.time = datetime(2028, 4, 3, 12, 0, tzinfo=UTC)
    enquiry = referred.EnquirySaid(what="The whole file.", asked_on=life.today, due_on=date(2028, 4, 12))
    await life.say(
        CommandKind.RECORD_REFERRAL,
        referred.RecordReferral(
            kind="ombudsman", body="phso", their_reference="P-1", received_on=life.today, scope="All.", enquiry=enquiry
        ),
    )
    row = await world.row(body, "select id from referral where complaint_id = :id", id=life.complaint)
    life.id = row["id"]
    await life.rests()
    # It begins at the machine's time, long before the world's, and waits for what falls due there.
    await world.skipper.fast_forward(life.workflow, world.clock.now() - datetime.now(UTC))
    return life


async def test_a_referral_outlives_the_complaint_and_ends_when_nothing_is_owed(world: World, body: Body) -> None:
    life = await taken_up(world, body)
    await life.to(4, 11)
    assert await life.rungs() == [("referral_enquiry", "reminder"), ("referral_enquiry", "reminder_last")]
    await life.say(
        CommandKind.ASSEMBLE_PACK, AssemblePack(purpose="ombudsman", referral_id=life.id), "complaints_manager"
    )
    pack = await world.row(body, "select id from evidence_pack where complaint_id = :id", id=life.complaint)
    enquiry = await life.row("select id from referral_enquiry where referral_id = :id")
    await life.say(
        CommandKind.ANSWER_REFERRAL,
        referred.AnswerReferral(
            referral_id=life.id, enquiry_id=enquiry["id"], answered_on=life.today, pack_id=pack["id"]
        ),
    )

    await life.to(4, 24)
    await life.say(
        CommandKind.RECORD_REFERRAL_DECISION,
        referred.RecordReferralDecision(
            referral_id=life.id,
            kind="preliminary",
            decided_on=life.today,
            words="So far.",
            comments_by=date(2028, 5, 5),
        ),
    )
    await life.to(5, 8)
    # The fifth of May came and went.
    assert (await life.rungs())[2:] == [
        ("referral_comments", "reminder"),
        ("referral_comments", "overdue"),
        ("referral_comments", "escalation"),
    ]
    comment = referred.CommentOnDecision(referral_id=life.id, commented_on=life.today, words="We see it differently.")
    await life.say(CommandKind.COMMENT_ON_DECISION, comment)

    await life.to(5, 22)
    targets: tuple[tuple[referred.RecommendationKind, int], ...] = (("apology", 9), ("training", 23))
    made = tuple(
        referred.RecommendationSaid(
            kind=kind, what="Do it.", target_on=date(2028, 6, day), owner_id=body.person("senior_leader")
        )
        for kind, day in targets
    )
    await life.say(
        CommandKind.RECORD_REFERRAL_DECISION,
        referred.RecordReferralDecision(
            referral_id=life.id, kind="final", decided_on=life.today, words="Upheld.", outcome="upheld",
            recommendations=made,
        ),
    )  # fmt: skip
    one, two = await world.rows(
        body, "select id from recommendation where referral_id = :id order by number", id=life.id
    )
    await comply_with(life, two["id"])
    await life.to(6, 19)
    chased = [rung for kind, rung in await life.rungs() if kind == "recommendation"]
    assert chased == ["reminder", "reminder_last", "overdue", "escalation", "escalation_2"]
    await comply_with(life, one["id"])
    learning = referred.PublishLearning(
        referral_id=life.id, published_on=life.today, place="Website", words="Notes are scanned."
    )
    await life.say(CommandKind.PUBLISH_LEARNING, learning)
    await release(world, body, life.complaint)
    await life.say(
        CommandKind.CLOSE_REFERRAL, referred.CloseReferral(referral_id=life.id, cause="done"), "complaints_manager"
    )
    assert (await life.workflow.result())["value"] == "closed"
    assert await life.states() == {
        "referral_enquiry": [("met", False)],
        "referral_comments": [("met", True)],
        "recommendation": [("met", True), ("met", False)],
        "recommendation_told": [("met", False), ("met", False)],
        "referral_learning": [("met", False)],
    }
    rows = await world.rows(
        body, "select in_time from recommendation where referral_id = :id order by number", id=life.id
    )
    assert [row["in_time"] for row in rows] == [False, True]
    letters = await world.rows(
        body,
        "select state from notice where complaint_id = :id and template = 'recommendation_done'",
        id=life.complaint,
    )
    assert [row["state"] for row in letters] == ["released", "released"]


async def comply_with(life: Life, recommendation: UUID) -> None:
    """Comply with a recommendation today, and tell the Ombudsman; the letter to the person is drafted."""
    on = life.today
    ids: dict[str, Any] = {"referral_id": life.id, "recommendation_id": recommendation}
    await life.say(CommandKind.RECORD_COMPLIANCE, referred.RecordCompliance(**ids, complied_on=on, evidence="Done."))
    await life.say(CommandKind.TELL_COMPLIANCE, referred.TellCompliance(**ids, told_on=on, how="By e-mail"))
