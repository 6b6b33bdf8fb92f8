"""Another day of receipt under each procedure: what counts from it moves by its own rules, and nothing else does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from contracts.commands import CommandKind
from db import casework_said as casework
from db import desk_said, said
from db import office_said as office
from runtime.database_roles import DatabaseDsns
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart
from tests.bodies import Body, make_body, plain

FIGURES = {"acknowledge_days": 2, "early_resolution_days": 5, "closer_look_days": 5, "tier_2_days": 30}
DEPARTMENT = ("uk-central-government", 1)


@pytest.fixture
def council(dsns: DatabaseDsns) -> Body:
    return make_body(dsns.migrator, follows=None, regime="local_government")


@pytest.fixture
def board(dsns: DatabaseDsns) -> Body:
    return make_body(dsns.migrator, follows=None, regime="spso", nation="scotland")


def adopt(dsns: DatabaseDsns, body: Body, procedure: str, figures: dict[str, int]) -> None:
    """Have an organisation follow a procedure with other figures since the first of March."""
    with psycopg.connect(plain(dsns.migrator)) as connection:
        connection.execute(
            "insert into adoption (id, organisation_id, procedure, figures, small_body, adopted_from, reason,"
            " adopted_at) values (%s, %s, %s, %s, false, '2028-03-01', 'test', now())",
            (uuid4(), body.id, procedure, Jsonb(figures)),
        )


async def put_right(desk: Desk, on: date) -> None:
    """Correct the day of receipt, and have it approved where that is needed."""
    assert await desk.correct(office.ReceiptCorrected(received_on=on)) is None
    if desk.correction()["state"] == "awaiting_approval":
        assert await desk.decide(by="responsible_person") is None


async def extend(desk: Desk, clock: str, until: date, **more: Any) -> str | None:
    what = said.Extend(clock=clock, respond_by=until, reason="A witness is away.", **more)
    return (await desk.do(CommandKind.EXTEND, what)).refusal


def due(desk: Desk, kind: str) -> list[str]:
    return [version["due_on"] for version in desk.versions(kind)]


async def test_under_the_standards_what_counts_from_receipt_moves_and_what_counts_from_elsewhere_stays(
    beside: Apart, dsns: DatabaseDsns
) -> None:
    follows = ("nhs-england-2009", 2)
    body = make_body(dsns.migrator, follows=follows, figures={"written_record_days": 5})
    desk = await a_desk(beside, body, channel="oral")
    await desk.acknowledge(date(2028, 3, 2))
    await desk.must(CommandKind.BEGIN_RESOLUTION, casework.BeginResolution(plan="Ring the ward."))
    await desk.agree(date(2028, 5, 5))
    adopt(dsns, body, "nhs-england-2009", {"written_record_days": 1})  # of no concern to what is open already
    await put_right(desk, date(2028, 2, 29))
    assert due(desk, "acknowledgement") == ["2028-03-07", "2028-03-03"]
    assert due(desk, "relevant_period") == ["2028-09-01", "2028-08-28"]
    assert due(desk, "written_record") == ["2028-03-09", "2028-03-07"]
    assert desk.versions("written_record")[-1]["proof"]["amount"] == 5
    for kind in ("settle_period", "early_resolution", "response_period", "next_update"):
        assert len(due(desk, kind)) == 1, kind


async def test_an_extension_that_nobody_had_to_agree_to_stands_and_no_change_of_the_calendar_takes_it(
    beside: Apart, board: Body
) -> None:
    desk = await a_desk(beside, board)
    assert await extend(desk, "early_resolution", date(2028, 3, 13)) is None
    await put_right(desk, date(2028, 3, 1))
    assert due(desk, "early_resolution") == ["2028-03-09", "2028-03-13", "2028-03-13"]
    assert desk.versions("early_resolution")[-1]["proof"]["extensions"][0]["was"] == "2028-03-08"
    await desk.must(CommandKind.REDATE, desk_said.Redate(change_set_id=uuid4()), by=None)
    assert desk.clock("early_resolution")["due_on"] == "2028-03-13"


async def test_an_extension_reaches_no_further_than_the_cap_from_the_true_first_date(
    beside: Apart, board: Body
) -> None:
    desk = await a_desk(beside, board)
    assert await extend(desk, "early_resolution", date(2028, 3, 16)) is None
    await put_right(desk, date(2028, 3, 1))
    assert desk.clock("early_resolution")["due_on"] == "2028-03-15"
    assert await extend(desk, "early_resolution", date(2028, 3, 16)) == "beyond_cap"
    await put_right(desk, date(2028, 3, 2))  # the stamp was right after all
    assert desk.clock("early_resolution")["due_on"] == "2028-03-16"
    assert desk.events("period.extension_void") == []


async def test_an_extension_that_was_made_after_the_true_end_is_void(beside: Apart, board: Body) -> None:
    desk = await a_desk(beside, board)
    desk.at(datetime(2028, 3, 9, 10, 0, tzinfo=UTC))  # the last day, by what was written down
    assert await extend(desk, "early_resolution", date(2028, 3, 14)) is None
    await put_right(desk, date(2028, 2, 29))
    assert desk.clock("early_resolution")["due_on"] == "2028-03-07"
    (told,) = desk.events("period.extension_void")
    assert (told["data"]["expired_on"], told["data"]["would_have_been_due_on"]) == ("2028-03-07", "2028-03-14")
    await desk.fire("early_resolution", "overdue")
    assert desk.clock("early_resolution")["breached_at"] is not None


async def test_where_a_late_extension_is_lawful_it_stands_by_another_day_of_receipt_too(
    beside: Apart, dsns: DatabaseDsns
) -> None:
    body = make_body(dsns.migrator, follows=DEPARTMENT, regime="central_government", figures=FIGURES)
    desk = await a_desk(beside, body)
    await desk.acknowledge(date(2028, 3, 2))
    desk.at(datetime(2028, 3, 13, 10, 0, tzinfo=UTC))  # four days after it was due
    assert await extend(desk, "closer_look", date(2028, 3, 31)) is None
    adopt(dsns, body, DEPARTMENT[0], FIGURES | {"acknowledge_days": 9, "closer_look_days": 60})
    await put_right(desk, date(2028, 3, 1))
    assert desk.correction()["state"] == "made"  # a promise moves with nobody's approval
    assert due(desk, "closer_look") == ["2028-03-09", "2028-03-31", "2028-03-31"]
    assert desk.versions("closer_look")[-1]["proof"]["amount"] == 5
    assert due(desk, "acknowledgement") == ["2028-03-06", "2028-03-03"]


async def test_a_council_counts_its_first_stage_from_the_acknowledgement_and_that_stays(
    beside: Apart, council: Body
) -> None:
    desk = await a_desk(beside, council)
    await desk.acknowledge(date(2028, 3, 2))
    await put_right(desk, date(2028, 2, 28))
    assert due(desk, "acknowledgement") == ["2028-03-09", "2028-03-06"]
    assert due(desk, "stage_1") == ["2028-03-16"]


async def test_a_request_for_the_second_stage_that_came_by_post_has_a_day_of_receipt_like_any_other(
    beside: Apart, council: Body
) -> None:
    first = await a_desk(beside, council)
    await first.withdraw()
    desk = await a_desk(beside, council, reopened_from=first.complaint, tier="stage_2", owner_id=None)
    assert due(desk, "stage_2_acknowledgement") == ["2028-03-09"]
    await put_right(desk, date(2028, 2, 28))
    assert due(desk, "stage_2_acknowledgement") == ["2028-03-09", "2028-03-06"]
    assert len(due(desk, "allocation")) == 1
    await desk.must(CommandKind.ASSIGN, desk_said.Assign(owner_id=council.person("handler")))
    await desk.acknowledge(date(2028, 3, 2))
    await put_right(desk, date(2028, 2, 29))
    assert due(desk, "stage_2_acknowledgement") == ["2028-03-09", "2028-03-06", "2028-03-07"]
    assert due(desk, "stage_2") == ["2028-03-30"]


async def test_a_day_of_receipt_after_what_was_done_or_before_what_happened_is_refused(
    beside: Apart, standards: Body
) -> None:
    desk = await a_desk(
        beside, standards, received_on=date(2028, 2, 21), happened_on=date(2028, 2, 18), noticed_on=date(2028, 2, 19)
    )
    await desk.acknowledge(date(2028, 3, 2))
    rung_up = casework.Resolve(satisfied=False, summary="The ward rang.", method="call", resolved_on=date(2028, 2, 24))
    await desk.must(CommandKind.RESOLVE, rung_up)
    for day in (date(2028, 2, 25), date(2028, 2, 18)):
        assert await desk.correct(office.ReceiptCorrected(received_on=day)) == "contradicts_record", day
    await put_right(desk, date(2028, 2, 24))
    assert desk.stands()["received_on"] == "2028-02-24"


async def test_what_was_opened_with_figures_keeps_them_and_what_comes_after_has_the_new_ones(
    beside: Apart, dsns: DatabaseDsns
) -> None:
    body = make_body(dsns.migrator, follows=DEPARTMENT, regime="central_government", figures=FIGURES)
    desk = await a_desk(beside, body)
    adopt(dsns, body, DEPARTMENT[0], FIGURES | {"early_resolution_days": 9, "closer_look_days": 60})
    await desk.acknowledge(date(2028, 3, 2))
    await desk.must(CommandKind.BEGIN_RESOLUTION, casework.BeginResolution(plan="Ring them."))
    assert (due(desk, "early_resolution"), due(desk, "closer_look")) == (["2028-03-09"], ["2028-03-09"])
    after = await a_desk(beside, body)
    assert due(after, "closer_look") == ["2028-05-31"]  # sixty, over Easter and both bank holidays of May


async def test_post_that_a_council_logs_late_is_overdue_on_arrival(beside: Apart, council: Body) -> None:
    desk = await a_desk(beside, council, received_on=date(2028, 2, 14))
    clock = desk.clock("acknowledgement")
    assert (clock["due_on"], clock["rungs"][0]["rung"]) == ("2028-02-21", "overdue")
    await desk.fire("acknowledgement", "overdue")
    assert desk.events("rung.fired")[0]["data"]["late"] is False  # it was not the system that was late
    await desk.acknowledge(date(2028, 3, 2))
    met = desk.clock("acknowledgement")
    assert (met["in_time"], met["breached_at"] is not None) == (False, True)
    assert due(desk, "stage_1") == ["2028-03-16"]


async def test_in_scotland_what_was_moved_on_last_week_counts_from_then_though_it_is_written_down_today(
    beside: Apart, board: Body
) -> None:
    desk = await a_desk(beside, board)
    desk.at(datetime(2028, 3, 8, 10, 0, tzinfo=UTC))
    unsatisfied = casework.Resolve(
        satisfied=False, summary="We explained the queue.", method="call", resolved_on=date(2028, 3, 6)
    )
    await desk.must(CommandKind.RESOLVE, unsatisfied)
    assert (due(desk, "acknowledgement"), due(desk, "investigation")) == (["2028-03-09"], ["2028-04-03"])
    await desk.acknowledge(date(2028, 3, 6))
    assert desk.clock("acknowledgement")["in_time"] is True


async def test_a_cap_counts_from_the_first_date_whatever_was_extended_since_and_nothing_is_after_the_end(
    beside: Apart, council: Body
) -> None:
    desk = await a_desk(beside, council)
    await desk.acknowledge(date(2028, 3, 2))
    assert await extend(desk, "stage_1", date(2028, 3, 20)) is None
    assert await extend(desk, "stage_1", date(2028, 3, 31)) == "beyond_cap"  # ten days after the 16th is the 30th
    assert await extend(desk, "stage_1", date(2028, 3, 30)) is None
    assert await extend(desk, "stage_1", date(2028, 4, 3)) == "beyond_cap"
    assert await extend(desk, "stage_1", date(2028, 4, 3), good_reason=True) is None
    desk.at(datetime(2028, 4, 4, 10, 0, tzinfo=UTC))
    assert await extend(desk, "stage_1", date(2028, 4, 10), good_reason=True) == "expired"
    assert due(desk, "stage_1") == ["2028-03-16", "2028-03-20", "2028-03-30", "2028-04-03"]
