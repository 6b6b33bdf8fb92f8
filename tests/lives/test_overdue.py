"""Lives in which somebody is late: the ladder climbs, the delay is explained, nothing is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from contracts.commands import CommandKind
from db import desk_said, said
from db.models.act import Submission
from tests.bodies import Body
from tests.lives.steps import acknowledge, agree, drafts, fired, respond
from tests.world import World


async def test_a_complaint_nobody_acknowledges_climbs_its_ladder_and_wakes_no_senior(world: World, body: Body) -> None:
    complaint = await world.log(body)  # Thursday; due by the end of Tuesday 7 March
    await world.advance_to(datetime(2028, 3, 11, 12, 0, tzinfo=UTC), complaint)
    assert await fired(world, body, complaint) == [
        ("acknowledgement", "reminder_1"),
        ("acknowledgement", "reminder_2"),
        ("acknowledgement", "overdue"),
        ("acknowledgement", "escalation_1"),
        ("acknowledgement", "escalation_2"),
    ]
    tasks = await world.rows(
        body, "select kind, role, assignee_id from task where complaint_id = :id and state = 'open'", id=complaint
    )
    whose = {(task["kind"], task["role"]): task["assignee_id"] for task in tasks}
    assert whose["escalation.acknowledgement", "complaints_manager"] == body.person("complaints_manager")
    # A single breach wakes no senior: the manager is asked once, and it is in the digest.
    assert [role for _, role in whose if role == "responsible_person"] == []
    (item,) = await world.rows(body, "select clock from digest_item where complaint_id = :id", id=complaint)
    assert item["clock"] == "acknowledgement"

    # It is acknowledged at last: the clock is met late, and the breach stands.
    late = await acknowledge(world, body, complaint, date(2028, 3, 11))
    assert late.state == "applied"
    clock = await world.row(
        body, "select * from clock where complaint_id = :id and kind = 'acknowledgement'", id=complaint
    )
    assert (clock["state"], clock["in_time"], clock["breached_at"] is not None) == ("met", False, True)
    still = await world.rows(
        body,
        "select 1 from task where complaint_id = :id and state = 'open' and kind like '%.acknowledgement'",
        id=complaint,
    )
    assert still == []


async def test_a_missed_response_prompts_an_explanation_and_the_case_goes_on(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 3, 31), every=60)
    await world.advance_to(datetime(2028, 4, 1, 9, 0, tzinfo=UTC), complaint)
    (explanation,) = [each for each in await drafts(world, body, complaint) if each["template"] == "explain_delay"]
    assert explanation["state"] == "draft"
    blanks = await world.say(
        body, complaint, CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=explanation["id"])
    )
    assert (blanks.state, blanks.refusal) == ("refused", "blanks_left")
    words = desk_said.ReleaseNotice(
        notice_id=explanation["id"], body="A key witness was away. We will write by 20 April."
    )
    assert (await world.say(body, complaint, CommandKind.RELEASE_NOTICE, words)).state == "applied"
    row = await world.row(body, "select stage, open from complaint where id = :id", id=complaint)
    assert (row["stage"], row["open"]) == ("closer_look", True)


async def test_six_months_pass_and_no_response_came(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 9, 1), every=90)
    await world.advance_to(datetime(2028, 9, 9, 12, 0, tzinfo=UTC), complaint)
    steps = await fired(world, body, complaint)
    relevant = [rung for clock, rung in steps if clock == "relevant_period"]
    assert relevant == ["reminder_1", "reminder_2", "overdue", "escalation_1", "escalation_2"]
    # The six months have expired: only what was agreed before that could have made them longer.
    too_late = await extend(world, body, complaint, "relevant_period", date(2028, 10, 1), date(2028, 9, 9))
    assert (too_late.state, too_late.refusal) == ("refused", "expired")
    answered = await respond(world, body, complaint)
    assert answered.state == "applied", answered.refusal
    clock = await world.row(
        body, "select * from clock where complaint_id = :id and kind = 'relevant_period'", id=complaint
    )
    assert (clock["state"], clock["in_time"]) == ("met", False)


async def extend(
    world: World, body: Body, complaint: UUID, clock: str, respond_by: date, agreed_on: date
) -> Submission:
    what = said.Extend(
        clock=clock, respond_by=respond_by, reason="A witness is away.", agreed_with="Pat", agreed_on=agreed_on
    )
    return await world.say(body, complaint, CommandKind.EXTEND, what)


async def test_an_extension_keeps_the_old_version_and_tells_the_person(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 3, 31), every=60)
    await world.advance_to(datetime(2028, 4, 2, 9, 0, tzinfo=UTC), complaint)  # overdue by a day
    beyond = await extend(world, body, complaint, "response_period", date(2028, 9, 2), date(2028, 4, 2))
    assert (beyond.state, beyond.refusal) == ("refused", "period_beyond_limit")
    longer = await extend(world, body, complaint, "relevant_period", date(2028, 11, 30), date(2028, 4, 2))
    assert longer.state == "applied", longer.refusal
    granted = await extend(world, body, complaint, "response_period", date(2028, 9, 29), date(2028, 4, 2))
    assert granted.state == "applied", granted.refusal
    versions = await world.rows(
        body,
        "select v.due_on, v.cause, v.agreed_by, v.breached_at from clock_version v join clock c on c.id = v.clock_id"
        " where c.complaint_id = :id and c.kind = 'response_period' order by v.generation",
        id=complaint,
    )
    assert [(each["due_on"], each["cause"]) for each in versions] == [
        (date(2028, 3, 31), "agreed"),
        (date(2028, 9, 29), "extended"),
    ]
    assert versions[0]["breached_at"] is not None
    assert versions[1]["breached_at"] is None
    letters = [each["template"] for each in await drafts(world, body, complaint)]
    assert letters.count("extension") == 2


async def test_a_late_record_shows_it_was_done_in_time_and_the_breach_event_stays(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await world.advance_to(datetime(2028, 3, 8, 9, 30, tzinfo=UTC), complaint)
    met = await acknowledge(world, body, complaint, date(2028, 3, 6))
    assert met.state == "applied"
    clock = await world.row(
        body, "select * from clock where complaint_id = :id and kind = 'acknowledgement'", id=complaint
    )
    assert (clock["in_time"], clock["met_on"]) == (True, date(2028, 3, 6))
    events = await world.rows(
        body, "select kind from case_event where complaint_id = :id and kind = 'clock.breached'", id=complaint
    )
    assert len(events) == 1


async def test_post_logged_late_is_overdue_on_arrival(world: World, body: Body) -> None:
    complaint = await world.log(body, received_on=date(2028, 2, 21))
    await world.settled(complaint)
    await world.advance(timedelta(minutes=15), complaint)
    steps = await fired(world, body, complaint)
    assert ("acknowledgement", "overdue") in steps
    assert ("acknowledgement", "reminder_1") not in steps


async def test_a_draft_nobody_releases_escalates(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 5, 31), every=60)
    await world.advance_to(datetime(2028, 3, 8, 12, 0, tzinfo=UTC), complaint)
    steps = [rung for clock, rung in await fired(world, body, complaint) if clock == "draft_release"]
    assert steps == ["reminder_1", "overdue", "escalation_1"]
    (draft,) = await drafts(world, body, complaint)
    assert (draft["template"], draft["state"]) == ("period_set", "draft")


async def test_a_climbed_ladder_is_chased_every_week_and_never_left_without_a_next_event(
    world: World, body: Body
) -> None:
    complaint = await world.log(body)
    await world.advance_to(datetime(2028, 4, 8, 12, 0, tzinfo=UTC), complaint)
    steps = [rung for clock, rung in await fired(world, body, complaint) if rung.startswith("chase")]
    assert steps == ["chase_1", "chase_2", "chase_3", "chase_4"]
    row = await world.row(body, "select next_event_at from complaint where id = :id", id=complaint)
    assert row["next_event_at"] > world.clock.time
    tasks = await world.rows(
        body,
        "select 1 from task where complaint_id = :id and state = 'open' and role = 'complaints_manager'"
        " and kind = 'escalation.acknowledgement'",
        id=complaint,
    )
    assert len(tasks) == 1  # asked again by mail; the task is there already
    prompts = await world.rows(
        body,
        "select 1 from notice where complaint_id = :id and template = 'escalation' and person_id = :person",
        id=complaint,
        person=body.person("complaints_manager"),
    )
    assert len(prompts) == 6  # the two escalations, then the chases
