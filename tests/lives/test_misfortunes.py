"""Lives in which something goes wrong beside the people: a poisoned act, a late record, contact stopped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg

from contracts import names
from contracts.commands import CommandKind
from db import desk_said, said
from tests.bodies import Body
from tests.lives.steps import acknowledge, agree, drafts, fired, respond
from tests.world import World, a_complaint, until

Migrator = psycopg.Connection[tuple[object, ...]]
A_MINUTE = timedelta(minutes=1)


async def test_an_act_that_no_attempt_can_apply_is_parked_and_stops_no_clock(
    world: World, body: Body, migrator: Migrator
) -> None:
    complaint = await world.log(body)
    poisoned = await world.say(body, complaint, CommandKind.ADD_NOTE, desk_said.AddNote(words="x"), deliver=False)
    migrator.execute("update submission set body = '{\"nothing\": 1}' where id = %s", (poisoned.id,))
    await world.deliver(body, complaint, poisoned.id)
    assert (await world.submission(body, poisoned.id)).state == "parked"
    await world.advance_to(datetime(2028, 3, 3, 10, 0, tzinfo=UTC), complaint)
    assert ("acknowledgement", "reminder_1") in await fired(world, body, complaint)
    task = await world.row(
        body, "select role, state from task where complaint_id = :id and kind = 'needs_attention'", id=complaint
    )
    assert (task["role"], task["state"]) == ("operator", "open")

    # The cause is mended, and an operator resumes.
    migrator.execute('update submission set body = \'{"words": "x"}\' where id = %s', (poisoned.id,))
    resumed = await world.engine.resume(complaint, uuid4(), A_MINUTE)
    assert (resumed.applied, resumed.parked) == (1, 0)
    assert (await world.submission(body, poisoned.id)).state == "applied"
    left = await world.rows(
        body, "select kind from task where complaint_id = :id and state = 'open' and role = 'operator'", id=complaint
    )
    assert left == []


async def test_a_parked_act_that_is_lawful_no_more_is_refused_when_it_is_resumed(
    world: World, body: Body, migrator: Migrator
) -> None:
    complaint = await world.log(body)
    what = said.Acknowledge(method="call", made_on=date(2028, 3, 2), discussion_offered=True)
    first = await world.say(body, complaint, CommandKind.ACKNOWLEDGE, what, deliver=False)
    migrator.execute("update submission set body = '{\"nothing\": 1}' where id = %s", (first.id,))
    await world.deliver(body, complaint, first.id)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 4, 28), every=14)
    migrator.execute(
        "update submission set body = (select body from submission where complaint_id = %s and kind = 'acknowledge'"
        " and state = 'applied') where id = %s",
        (complaint, first.id),
    )
    await world.engine.resume(complaint, uuid4(), A_MINUTE)
    row = await world.row(body, "select stage from complaint where id = :id", id=complaint)
    assert row["stage"] == "closer_look"
    settled = await world.submission(body, first.id)
    assert (settled.state, settled.refusal) == ("refused", "not_in_this_stage")
    assert (await world.engine.happening(complaint, A_MINUTE)).parked == 0


async def test_an_older_update_recorded_late_moves_no_clock_and_invents_no_breach(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 5, 31), every=14)
    await world.advance_to(datetime(2028, 3, 10, 10, 0, tzinfo=UTC), complaint)
    for given_on in (date(2028, 3, 10), date(2028, 3, 6)):
        update = said.RecordUpdate(method="call", given_on=given_on, words="How things stand.")
        assert (await world.say(body, complaint, CommandKind.RECORD_UPDATE, update)).state == "applied"
    clock = await world.row(
        body, "select generation, due_on, breached_at from clock where complaint_id = :id and kind = 'next_update'",
        id=complaint,
    )  # fmt: skip
    assert (clock["generation"], clock["due_on"], clock["breached_at"]) == (2, date(2028, 3, 24), None)


async def test_a_letter_is_not_posted_to_somebody_who_asked_for_no_contact(world: World, body: Body) -> None:
    complaint = await world.log(body, email=None)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 4, 28), every=14)
    (letter,) = await drafts(world, body, complaint)
    await world.say(body, complaint, CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=letter["id"]))
    task = await world.row(body, "select id from task where notice_id = :n and kind = 'post_letter'", n=letter["id"])
    hold = desk_said.SetContactRules(stop_contact=False, hold=True, reason="The address is being checked.")
    await world.say(body, complaint, CommandKind.SET_CONTACT_RULES, hold)
    posted = desk_said.CompleteTask(task_id=task["id"])
    assert (await world.say(body, complaint, CommandKind.COMPLETE_TASK, posted)).refusal == "contact_on_hold"
    stop = desk_said.SetContactRules(stop_contact=True, hold=False, reason="Asked for no letters.")
    await world.say(body, complaint, CommandKind.SET_CONTACT_RULES, stop)
    row = await world.row(body, "select state from notice where id = :n", n=letter["id"])
    assert row["state"] == "withheld"
    assert (await world.say(body, complaint, CommandKind.COMPLETE_TASK, posted)).refusal == "task_already_done"


async def test_a_complaint_that_is_refused_at_the_start_leaves_no_workflow_behind(world: World, body: Body) -> None:
    complaint = uuid4()
    nobody = a_complaint(world.clock.now(), owner_id=uuid4())
    refused = await world.say(body, complaint, CommandKind.LOG, nobody, reference=f"{body.code}-X")
    assert (refused.state, refused.refusal) == ("refused", "unknown_owner")

    async def ended() -> bool:
        return not await world.engine.is_running(names.complaint_workflow_id(complaint), A_MINUTE)

    await until(ended)


async def test_post_logged_late_is_overdue_on_arrival_and_that_is_not_the_systems_lateness(
    world: World, body: Body
) -> None:
    complaint = await world.log(body, received_on=date(2028, 2, 21))
    await world.advance(timedelta(minutes=15), complaint)
    rungs = await world.rows(body, "select rung, late from fired_rung where complaint_id = :id", id=complaint)
    assert {rung["rung"] for rung in rungs} >= {"overdue", "escalation_1", "escalation_2"}
    assert not any(rung["late"] for rung in rungs)


async def test_a_withdrawal_recorded_by_a_machine_leaves_a_draft_that_a_person_releases_after_the_end(
    world: World, body: Body
) -> None:
    complaint = await world.log(body)
    what = said.Withdraw(method="email", withdrawn_on=date(2028, 3, 2))
    assert (await world.say(body, complaint, CommandKind.WITHDRAW, what, by=None)).state == "applied"
    await world.handle(complaint).result()
    (letter,) = await drafts(world, body, complaint)
    release = desk_said.ReleaseNotice(notice_id=letter["id"])
    released = await world.say(body, complaint, CommandKind.RELEASE_NOTICE, release)
    assert released.state == "applied", released.refusal or released.last_failure

    async def handed_over() -> bool:
        row = await world.row(body, "select state from notice where id = :n", n=letter["id"])
        return bool(row["state"] == "handed_over")

    await until(handed_over)


async def test_a_period_is_not_extended_to_a_day_that_is_gone(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 3, 10), every=60)
    await world.advance_to(datetime(2028, 3, 16, 10, 0, tzinfo=UTC), complaint)
    gone = said.Extend(
        clock="response_period",
        respond_by=date(2028, 3, 15),
        reason="A witness is away.",
        agreed_with="Pat",
        agreed_on=date(2028, 3, 9),
    )
    assert (await world.say(body, complaint, CommandKind.EXTEND, gone)).refusal == "date_not_later"


async def test_a_response_that_was_withheld_keeps_its_task_when_the_complaint_is_closed(
    world: World, body: Body
) -> None:
    complaint = await world.log(body, email=None)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 4, 28), every=14)
    (letter,) = await drafts(world, body, complaint)
    discard = desk_said.DiscardNotice(notice_id=letter["id"], reason="Told by telephone.")
    await world.say(body, complaint, CommandKind.DISCARD_NOTICE, discard)
    stop = desk_said.SetContactRules(stop_contact=True, hold=False, reason="Asked for no letters.")
    await world.say(body, complaint, CommandKind.SET_CONTACT_RULES, stop)
    assert (await respond(world, body, complaint)).state == "applied"
    assert (await world.say(body, complaint, CommandKind.CLOSE, said.Close())).state == "applied"
    left = await world.rows(body, "select kind from task where complaint_id = :id and state = 'open'", id=complaint)
    assert [task["kind"] for task in left] == ["notice_withheld"]
