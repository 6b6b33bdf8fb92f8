"""The recorded lives of the full lifecycle: what a complaint waits for between receipt and the last tier."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import casework_said as casework
from db import finding_said as found
from db import intake_said as intake
from db import request_said as request
from db import said
from db.bereavement_said import NameSuccessor, RecordDeath
from db.procedure_said import MoveProcedure
from db.tier_said import Escalate
from tests.bodies import Body
from tests.lives import casework as steps
from tests.lives.casework import must
from tests.replay.record import Studio
from tests.world import MORNING, World

DAY = MORNING.date()


async def _acknowledged(world: World, body: Body, **changes: Any) -> UUID:
    complaint = await world.log(body, email=None, **changes)
    what = said.Acknowledge(method="call", made_on=DAY, discussion_offered=True)
    await must(world, body, complaint, CommandKind.ACKNOWLEDGE, what)
    return complaint


async def looked_at(world: World, body: Body) -> UUID:
    """A complaint whose closer look has begun, with its issues, people and plan."""
    complaint = await _acknowledged(world, body)
    await must(world, body, complaint, CommandKind.MOVE_ON, casework.MoveOn(reason="It is not simple."))
    await steps.issues(world, body, complaint, "The wait", "The notes")
    await steps.appoint(world, body, complaint, "investigator", "complaints_manager")
    await steps.plan(world, body, complaint)
    return complaint


async def resolved_early(studio: Studio) -> None:
    world, body = studio.world, studio.body(follows=None)
    complaint = await _acknowledged(world, body)
    await must(world, body, complaint, CommandKind.BEGIN_RESOLUTION, casework.BeginResolution())
    await studio.complaint("early_resolution", complaint)
    done = casework.Resolve(satisfied=True, summary="The ward rang her.", method="call", resolved_on=DAY)
    await must(world, body, complaint, CommandKind.RESOLVE, done)
    await studio.complaint("resolved_early", complaint)


async def exempt(studio: Studio) -> None:
    world, body = studio.world, studio.body(follows=None)
    complaint = await world.log(body, email=None, channel="oral")
    await studio.complaint("owes_a_written_record", complaint)
    done = intake.Exempt(resolved_on=DAY, satisfied=True, summary="Put right at the desk.")
    await must(world, body, complaint, CommandKind.EXEMPT, done)
    await world.handle(complaint).result()
    await studio.complaint("exempt", complaint)


async def colleague_asked(studio: Studio) -> None:
    world, body = studio.world, studio.body(follows=None)
    complaint = await looked_at(world, body)
    asked = request.RaiseRequest(
        kind="statement", what="Your account.", to_person_id=body.person("auditor"), due_on=date(2028, 3, 10)
    )
    await must(world, body, complaint, CommandKind.RAISE_REQUEST, asked)
    await studio.complaint("waits_for_a_colleague", complaint)
    await world.advance_to(datetime(2028, 3, 13, 12, 0, tzinfo=UTC), complaint)
    await studio.complaint("colleague_is_late", complaint)


async def held(studio: Studio) -> None:
    world, body = studio.world, studio.body(follows=None)
    complaint = await looked_at(world, body)
    opened = request.OpenParallel(kind="police", body_name="Police", contact="A detective", known_on=DAY)
    await must(world, body, complaint, CommandKind.OPEN_PARALLEL, opened)
    beside = await world.row(body, "select id from parallel_investigation where complaint_id = :id", id=complaint)
    issue = (await world.rows(body, "select id from issue where complaint_id = :id order by number", id=complaint))[0]
    hold = request.HoldIssues(
        issue_ids=(issue["id"],), parallel_id=beside["id"], reason="They asked for it.",
        review_on=date(2028, 4, 3), decided_by=body.person("responsible_person"),
    )  # fmt: skip
    await must(world, body, complaint, CommandKind.HOLD_ISSUES, hold, "responsible_person")
    await studio.complaint("issue_on_hold", complaint)


async def answered(studio: Studio) -> None:
    """Views are shared, then the draft waits for clearance, and for a signature."""
    world, body = studio.world, studio.body(follows=None)
    complaint = await looked_at(world, body)
    await steps.findings(world, body, complaint, "upheld", "not_upheld")
    party = await world.row(body, "select id from party where complaint_id = :id", id=complaint)
    with_whom = (found.SharedWith(method="call", on=DAY, party_id=party["id"]),)
    shared = found.ShareViews(shared=with_whom, words="We think one of two is right.")
    await must(world, body, complaint, CommandKind.SHARE_VIEWS, shared)
    await studio.complaint("views_are_out", complaint)
    await world.advance_to(datetime(2028, 3, 20, 12, 0, tzinfo=UTC), complaint)
    await steps.draft(world, body, complaint)
    await studio.complaint("waits_for_clearance", complaint)
    await steps.clear(world, body, complaint, "complaints_manager")
    await studio.complaint("waits_for_a_signature", complaint)


async def second_stage(studio: Studio) -> None:
    world, body = studio.world, studio.body(follows=None, regime="local_government")
    complaint = await _acknowledged(world, body)
    await steps.issues(world, body, complaint, "The bins")
    await steps.findings(world, body, complaint, "not_upheld")
    await steps.draft(world, body, complaint)
    await steps.sign(world, body, complaint)
    asked = Escalate(tier="stage_2", asked_on=DAY, method="email")
    await must(world, body, complaint, CommandKind.ESCALATE, asked)
    await studio.complaint("second_stage", complaint)


async def converted(studio: Studio) -> None:
    world, body = studio.world, studio.body(follows=None)
    concern = await world.log(body, email=None, matter="concern")
    await studio.complaint("a_concern", concern)
    await must(world, body, concern, CommandKind.CONVERT, intake.Convert(received_on=DAY, channel="written"))
    await studio.complaint("converted", concern)


async def moved(studio: Studio) -> None:
    world, body = studio.world, studio.body()
    complaint = await _acknowledged(world, body)
    what = MoveProcedure(version=2, reason="The Standards are adopted.")
    await must(world, body, complaint, CommandKind.MOVE_PROCEDURE, what, "complaints_manager")
    await studio.complaint("moved_to_another_version", complaint)


async def bereaved(studio: Studio) -> None:
    world, body = studio.world, studio.body(follows=None)
    complaint = await _acknowledged(world, body)
    party = await world.row(body, "select id from party where complaint_id = :id", id=complaint)
    await must(world, body, complaint, CommandKind.RECORD_DEATH, RecordDeath(party_id=party["id"], known_on=DAY))
    await studio.complaint("waits_for_a_successor", complaint)
    await must(world, body, complaint, CommandKind.NAME_SUCCESSOR, NameSuccessor(reason="Nobody goes on."))
    await world.handle(complaint).result()
    await studio.complaint("ended_on_death", complaint)


CASEWORK_LIVES: list[Callable[[Studio], Awaitable[None]]] = [
    resolved_early,
    exempt,
    colleague_asked,
    held,
    answered,
    second_stage,
    converted,
    moved,
    bereaved,
]
