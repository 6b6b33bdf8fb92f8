"""A concern is logged, becomes a complaint, and lives on as one: its clocks, by dates counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

from contracts.commands import CommandKind
from contracts.complaint import Happening
from contracts.names import HAPPENING
from db import desk_said, said
from db.intake_said import Convert
from tests.bodies import Body
from tests.lives.steps import acknowledge, fired
from tests.world import World

MONDAY = date(2028, 3, 13)


async def test_a_concern_lives_on_as_a_complaint_from_the_day_it_was_made_one(world: World, standards: Body) -> None:
    # Thursday 2 March 2028. Ten working days on an answer is due: Thursday 16 March.
    case = await world.log(standards, matter="concern", first_contact_on=date(2028, 3, 1))
    before = await world.handle(case).query(HAPPENING, result_type=Happening)
    assert before.plan is not None and before.plan.procedure.value == "informal-contacts"
    too_early = await acknowledge(world, standards, case, date(2028, 3, 2))
    assert too_early.refusal == "not_in_this_stage"

    # Monday 13 March: the person telephones, and now it is a complaint. The reminder of the 14th must not come.
    await world.advance_to(datetime(2028, 3, 13, 15, 0, tzinfo=UTC), case)
    converted = await world.say(
        standards, case, CommandKind.CONVERT, Convert(received_on=MONDAY, channel="oral", summary="Nobody rang back.")
    )
    assert converted.state == "applied", converted.refusal or converted.last_failure
    after = await world.handle(case).query(HAPPENING, result_type=Happening)
    assert after.plan is not None and (after.plan.procedure.value, after.plan.version) == ("nhs-england-2009", 2)

    clocks = await world.rows(
        standards,
        "select kind, started_on, due_on, state from clock where complaint_id = :id and subject_id is null"
        " order by kind",
        id=case,
    )
    assert [tuple(clock.values()) for clock in clocks] == [
        # Tuesday, Wednesday, Thursday: three working days after the day of receipt.
        ("acknowledgement", MONDAY, date(2028, 3, 16), "running"),
        ("answer", date(2028, 3, 2), date(2028, 3, 16), "stopped"),
        # Six months commencing on 13 March.
        ("relevant_period", MONDAY, date(2028, 9, 12), "running"),
        ("written_record", MONDAY, date(2028, 3, 16), "running"),
    ]

    # Tuesday: the reminder is the complaint's, and nothing of the concern fires any more.
    await world.advance_to(datetime(2028, 3, 14, 12, 0, tzinfo=UTC), case)
    assert ("acknowledgement", "reminder_1") in await fired(world, standards, case)
    assert not [rung for rung in await fired(world, standards, case) if rung[0] == "answer"]

    # What was lawful of a concern is not lawful of a complaint, and the other way round.
    again = await world.say(standards, case, CommandKind.CONVERT, Convert(received_on=MONDAY, channel="oral"))
    assert again.refusal == "not_in_this_stage"
    acknowledged = await acknowledge(world, standards, case, date(2028, 3, 14))
    assert acknowledged.state == "applied", acknowledged.refusal

    # Friday: nobody released the written record by Thursday.
    await world.advance_to(datetime(2028, 3, 17, 8, 0, tzinfo=UTC), case)
    assert ("written_record", "overdue") in await fired(world, standards, case)
    (draft,) = await world.rows(
        standards,
        "select id from notice where complaint_id = :id and template = 'written_record' and state = 'draft'",
        id=case,
    )
    sent = await world.say(standards, case, CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=draft["id"]))
    assert sent.state == "applied", sent.refusal
    record = await world.row(
        standards, "select * from clock where complaint_id = :id and kind = 'written_record'", id=case
    )
    assert (record["state"], record["met_on"], record["in_time"]) == ("met", date(2028, 3, 17), False)

    ended = await world.say(
        standards, case, CommandKind.WITHDRAW, said.Withdraw(method="call", withdrawn_on=date(2028, 3, 17))
    )
    assert ended.state == "applied", ended.refusal
    await world.handle(case).result()
    row = await world.row(standards, "select * from complaint where id = :id", id=case)
    assert (row["matter"], row["stage"], row["first_contact_on"], row["received_on"]) == (
        "complaint",
        "withdrawn",
        date(2028, 3, 1),
        MONDAY,
    )
