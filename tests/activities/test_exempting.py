"""An oral complaint that was put right at once is outside the procedure, and nothing else is (R-04)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.commands import CommandKind
from db.intake_said import Exempt
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart
from tests.bodies import Body


def an_exemption(**changes: Any) -> Exempt:
    said = Exempt(resolved_on=date(2028, 3, 3), satisfied=True, summary="The meal was brought, with an apology.")
    return replace(said, **changes)


@pytest.fixture
async def oral(beside: Apart, standards: Body) -> Desk:
    return await a_desk(beside, standards, channel="oral")


async def test_it_ends_with_the_record_of_how_it_was_put_right_and_no_letter(oral: Desk) -> None:
    oral.at(datetime(2028, 3, 6, 9, 0, tzinfo=UTC))  # written down on Monday, put right on Friday
    await oral.must(CommandKind.EXEMPT, an_exemption())
    stands = oral.stands()
    assert (stands["stage"], stands["open"], stands["next_event_at"]) == ("exempt", False, None)
    assert oral.rows("select kind from clock where complaint_id = %s and state = 'running'") == []
    assert [each["state"] for each in oral.notices("written_record")] == ["discarded"]
    assert oral.rows("select 1 from task where complaint_id = %s and state = 'open'") == []
    (note,) = oral.rows("select kind, words from note where complaint_id = %s")
    assert (note["kind"], note["words"]) == ("exemption", "The meal was brought, with an apology.")
    (event,) = oral.events("complaint.exempt")
    assert event["data"]["resolved_on"] == "2028-03-03"


async def test_it_can_be_put_right_after_it_was_acknowledged(oral: Desk) -> None:
    await oral.acknowledge(date(2028, 3, 2))
    await oral.must(CommandKind.EXEMPT, an_exemption(resolved_on=date(2028, 3, 2)))
    assert oral.stands()["stage"] == "exempt"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"satisfied": False}, "not_exempt"),
        ({"resolved_on": date(2028, 3, 6)}, "not_exempt"),
        ({"resolved_on": date(2028, 3, 1)}, "date_before_receipt"),
        ({"resolved_on": date(2028, 3, 7)}, "date_in_future"),
    ],
)
async def test_what_was_not_put_right_at_once_is_refused_and_nothing_changes(
    oral: Desk, changes: dict[str, Any], refusal: str
) -> None:
    oral.at(datetime(2028, 3, 6, 9, 0, tzinfo=UTC))
    assert (await oral.do(CommandKind.EXEMPT, an_exemption(**changes))).refusal == refusal
    assert oral.stands()["open"] is True
    assert oral.rows("select 1 from note where complaint_id = %s") == []


@pytest.mark.parametrize("channel", ["written", "electronic", "assisted"])
async def test_a_written_complaint_is_never_exempt(beside: Apart, standards: Body, channel: str) -> None:
    desk = await a_desk(beside, standards, channel=channel)
    refused = await desk.do(CommandKind.EXEMPT, an_exemption(resolved_on=date(2028, 3, 2)))
    assert refused.refusal == "not_exempt"


async def test_a_procedure_without_the_exemption_has_no_such_command(desk: Desk) -> None:
    refused = await desk.do(CommandKind.EXEMPT, an_exemption(resolved_on=date(2028, 3, 2)))
    assert refused.refusal == "not_in_this_stage"


async def test_it_is_exempt_once(oral: Desk) -> None:
    await oral.must(CommandKind.EXEMPT, an_exemption(resolved_on=date(2028, 3, 2)))
    first = await oral.apart.engine.apply(oral.apart.engine.delivered[-1])
    again = await oral.apart.engine.apply(oral.apart.engine.delivered[-1])
    assert again == first
    assert (await oral.do(CommandKind.EXEMPT, an_exemption(resolved_on=date(2028, 3, 2)))).refusal == "complaint_closed"
    assert len(oral.events("complaint.exempt")) == 1
