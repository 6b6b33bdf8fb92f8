"""The life of a first complaint: from receipt to closure, months in seconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from contracts.commands import CommandKind
from db import desk_said, said
from tests.bodies import Body
from tests.world import World


async def test_a_complaint_lives_from_receipt_to_closure(world: World, body: Body) -> None:
    complaint = await world.log(body)
    row = await world.row(body, "select * from complaint where id = :id", id=complaint)
    assert (row["stage"], row["open"], row["received_on"]) == ("received", True, date(2028, 3, 2))
    clocks = await world.rows(
        body, "select kind, due_on, effect from clock where complaint_id = :id order by due_on", id=complaint
    )
    assert [(clock["kind"], clock["due_on"]) for clock in clocks] == [
        ("acknowledgement", date(2028, 3, 7)),
        ("relevant_period", date(2028, 9, 1)),
    ]

    await world.advance(timedelta(days=1), complaint)  # Friday, 3 March
    fired = await world.rows(body, "select rung, late from fired_rung where complaint_id = :id", id=complaint)
    assert [(rung["rung"], rung["late"]) for rung in fired] == [("reminder_1", False)]
    acknowledged = await world.say(
        body,
        complaint,
        CommandKind.ACKNOWLEDGE,
        said.Acknowledge(method="call", made_on=date(2028, 3, 3), discussion_offered=True),
    )
    assert acknowledged.state == "applied"
    await world.say(
        body,
        complaint,
        CommandKind.RECORD_DISCUSSION,
        said.RecordDiscussion(result="accepted", recorded_on=date(2028, 3, 3)),
    )
    period = await world.say(
        body,
        complaint,
        CommandKind.SET_RESPONSE_PERIOD,
        said.SetResponsePeriod(
            basis="agreed",
            respond_by=date(2028, 4, 14),
            update_every_days=14,
            agreed_with="Pat Example",
            agreed_on=date(2028, 3, 3),
        ),
    )
    assert period.state == "applied", period.refusal
    draft = await world.row(
        body, "select * from notice where complaint_id = :id and template = 'period_set'", id=complaint
    )
    assert draft["state"] == "draft"
    released = await world.say(
        body, complaint, CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=draft["id"])
    )
    assert released.state == "applied"

    # Two weeks on the update prompts its owner with a draft, and nothing leaves by itself.
    await world.advance_to(datetime(2028, 3, 16, 10, 0, tzinfo=UTC), complaint)
    update = await world.row(
        body, "select * from notice where complaint_id = :id and template = 'update'", id=complaint
    )
    assert update["state"] == "draft"
    given = await world.say(
        body,
        complaint,
        CommandKind.RELEASE_NOTICE,
        desk_said.ReleaseNotice(notice_id=update["id"], body="We have read your notes and spoken with the ward."),
    )
    assert given.state == "applied", given.refusal
    renewed = await world.row(
        body, "select * from clock where complaint_id = :id and kind = 'next_update'", id=complaint
    )
    assert (renewed["generation"], renewed["due_on"], renewed["state"]) == (2, date(2028, 3, 30), "running")

    responded = await world.say(
        body,
        complaint,
        CommandKind.RESPOND,
        said.Respond(
            letter="We looked into it. We are sorry.",
            signed_by=body.person("responsible_person"),
            outcome="upheld",
        ),
        by="responsible_person",
    )
    assert responded.state == "applied", responded.refusal
    closed = await world.say(body, complaint, CommandKind.CLOSE, said.Close())
    assert closed.state == "applied", closed.refusal
    await world.handle(complaint).result()
    row = await world.row(body, "select * from complaint where id = :id", id=complaint)
    assert (row["stage"], row["open"], row["outcome"], row["next_event_at"]) == ("closed", False, "upheld", None)
    ends = await world.rows(body, "select kind, state, in_time from clock where complaint_id = :id", id=complaint)
    assert {(end["kind"], end["state"]) for end in ends if end["kind"] != "draft_release"} == {
        ("acknowledgement", "met"),
        ("settle_period", "met"),
        ("response_period", "met"),
        ("relevant_period", "met"),
        ("next_update", "stopped"),
        ("closing", "met"),
    }
