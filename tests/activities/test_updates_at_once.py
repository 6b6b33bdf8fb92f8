"""An update that is written and released in one act, and a verdict that stands whatever becomes of its notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from contracts.commands import CommandKind
from contracts.notices import NoticeStart
from db import desk_said
from db import office_said as office
from tests.activities.office_desk import Desk
from tests.apart import MORNING, DirectEngine

UPDATE = office.SendUpdate(subject="Your complaint", body="We wait for the ward's account.")


async def test_it_is_given_under_the_name_of_whoever_writes_it_and_takes_the_place_of_a_draft(desk: Desk) -> None:
    await desk.acknowledge(MORNING.date())
    early = await desk.do(CommandKind.SEND_UPDATE, UPDATE)
    assert early.state == "applied"  # an update may be recorded from the acknowledgement on
    await desk.agree(date(2028, 4, 28))
    (before,) = desk.rows("select * from clock where complaint_id = %s and kind = 'next_update'")
    await desk.must(CommandKind.SEND_UPDATE, UPDATE)
    (after,) = desk.rows("select * from clock where complaint_id = %s and kind = 'next_update'")
    assert (after["generation"], after["state"]) == (before["generation"] + 1, "running")
    (sent, _) = desk.rows(
        "select * from notice where complaint_id = %s and template = 'update' order by drafted_at desc, id"
    )
    assert (sent["state"], sent["body"]) == ("queued", UPDATE.body)
    assert sent["released_by"] == str(desk.body.person("handler"))
    blank = office.SendUpdate(subject="Your complaint", body="We wait for [[ whom? ]].")
    assert (await desk.do(CommandKind.SEND_UPDATE, blank)).refusal == "blanks_left"


async def test_it_is_refused_where_it_would_reach_nobody_and_so_counts_for_nothing(desk: Desk) -> None:
    assert (await desk.do(CommandKind.SEND_UPDATE, UPDATE)).refusal == "not_in_this_stage"
    await desk.acknowledge(MORNING.date())
    stop = desk_said.SetContactRules(stop_contact=True, hold=False, reason="Asked us not to write.")
    await desk.must(CommandKind.SET_CONTACT_RULES, stop)
    assert (await desk.do(CommandKind.SEND_UPDATE, UPDATE)).refusal == "contact_on_hold"
    assert desk.rows("select * from notice where complaint_id = %s and template = 'update'") == []


async def test_a_notice_that_cannot_be_started_takes_no_verdict_back(desk: Desk) -> None:
    class Broken(DirectEngine):
        async def start_notice(self, start: NoticeStart) -> None:
            raise ValueError("no such thing")

    engine = Broken(database=desk.apart.database, now=desk.apart.engine.now)
    desk.apart = replace(desk.apart, engine=engine)
    await desk.acknowledge(MORNING.date())
    given = await desk.do(CommandKind.SEND_UPDATE, UPDATE)
    assert (given.state, given.last_failure) == ("applied", None)
    (notice,) = desk.rows("select * from notice where complaint_id = %s and template = 'update'")
    assert notice["state"] == "queued"  # for the sweep
