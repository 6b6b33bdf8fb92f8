"""What is missed, over real rows: a single breach wakes no senior and is in the digest, what is in the mix does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.acts import Verdict
from contracts.commands import CommandKind
from db import said
from tests.activities.asking import a_unit, appoint, ask, prompts
from tests.activities.office_desk import Desk
from tests.activities.staffed import name, tell
from tests.apart import MORNING, Apart

TODAY = MORNING.date()


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def fire(desk: Desk, kind: str, rung: str) -> Verdict:
    """Have a rung fire when it is due, or now where that is past."""
    at = datetime.fromisoformat(next(each["at"] for each in desk.clock(kind)["rungs"] if each["rung"] == rung))
    desk.at(max(at, desk.apart.engine.now))
    return await desk.fire(kind, rung)


def digest(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from digest_item where complaint_id = %s order by due_on, clock, generation")


def raised(desk: Desk) -> list[tuple[str, str]]:
    """Return what seniors are asked for, but for how serious the complaint is."""
    rows = desk.rows("select cause, level from escalation where complaint_id = %s and cause <> 'severity' order by id")
    return [(row["cause"], row["level"]) for row in rows]


def asked(desk: Desk, kind: str) -> list[tuple[str, str]]:
    rows = desk.rows(
        f"select kind, role from task where complaint_id = %s and kind like '%%.{kind}' order by raised_at"
    )
    return [(row["kind"], row["role"]) for row in rows]


def responsible(desk: Desk) -> list[dict[str, Any]]:
    """Return the prompts that a clock wrote to the responsible person."""
    person = desk.body.person("responsible_person")
    return [each for each in desk.notices("escalation") if each["person_id"] == str(person)]


async def test_a_single_breach_goes_to_the_manager_once_and_into_the_digest_and_wakes_no_senior(desk: Desk) -> None:
    for rung in ("overdue", "escalation_1", "escalation_2", "chase_1", "chase_2"):
        await fire(desk, "acknowledgement", rung)
    assert asked(desk, "acknowledgement") == [
        ("overdue.acknowledgement", "owner"),
        ("escalation.acknowledgement", "complaints_manager"),
    ]
    assert responsible(desk) == []
    assert prompts(desk, "escalation") == ["complaints_manager"] * 4
    (item,) = digest(desk)
    assert (item["clock"], item["due_on"], item["generation"]) == ("acknowledgement", "2028-03-07", 1)
    assert (item["unit_id"], item["digest_id"]) == (None, None)
    assert raised(desk) == []


async def test_it_goes_to_whoever_leads_the_division_of_the_case_and_to_nobody_of_another(desk: Desk) -> None:
    division, other = a_unit(desk), a_unit(desk)
    appoint(desk, "division_lead", "auditor", division)
    appoint(desk, "division_lead", "operator", other)
    desk.apart.rows("update complaint set division_id = %s where id = %s", division, desk.complaint)
    for rung in ("overdue", "escalation_1", "escalation_2", "chase_1"):
        await fire(desk, "acknowledgement", rung)
    assert asked(desk, "acknowledgement")[-1] == ("escalation.acknowledgement", "division_lead")
    assert len(asked(desk, "acknowledgement")) == 3  # the chase writes no second task
    assert prompts(desk, "escalation") == ["auditor", "auditor", "complaints_manager"]
    assert digest(desk)[0]["unit_id"] == str(division) and responsible(desk) == []


async def test_the_six_months_wake_a_senior_and_reach_the_responsible_person_as_ever(desk: Desk) -> None:
    for rung in ("overdue", "escalation_1", "escalation_2"):
        await fire(desk, "relevant_period", rung)
    assert raised(desk) == [("six_months", "serious")]
    assert len(responsible(desk)) == 1
    assert [item["clock"] for item in digest(desk)] == []
    row = desk.row("select * from escalation where complaint_id = %s and cause = 'six_months'")
    assert "1 September 2028" in row["words"]


async def test_the_same_clock_missed_for_the_third_time_wakes_a_senior_and_the_fourth_does_not(desk: Desk) -> None:
    await desk.acknowledge(TODAY)
    await desk.agree(date(2028, 5, 31))
    for number in range(1, 6):
        due = date.fromisoformat(desk.clock("next_update")["due_on"])
        desk.at(datetime(due.year, due.month, due.day, 12, 0, tzinfo=UTC) + timedelta(days=2))
        what = said.RecordUpdate(method="call", given_on=desk.apart.engine.now.date(), words="No news yet.")
        await desk.must(CommandKind.RECORD_UPDATE, what)
        assert len(raised(desk)) == (number >= 3), number
    assert raised(desk) == [("repeated_breach", "elevated")]
    assert len([item for item in digest(desk) if item["clock"] == "next_update"]) == 4


async def test_a_breach_that_is_told_again_is_one(desk: Desk) -> None:
    verdict = await fire(desk, "acknowledgement", "overdue")
    assert await desk.fire("acknowledgement", "overdue") == verdict
    desk.at(datetime(2028, 3, 9, 9, 0, tzinfo=UTC))
    await desk.acknowledge(date(2028, 3, 9))
    assert len(digest(desk)) == 1


async def test_support_that_was_promised_to_staff_and_not_given_wakes_a_senior(desk: Desk) -> None:
    involvement = await name(desk)
    assert await tell(desk, involvement) is None
    await fire(desk, "staff_support", "overdue")
    assert raised(desk) == [("staff_support", "elevated")]
    row = desk.row("select subject_id from escalation where complaint_id = %s and cause = 'staff_support'")
    assert row["subject_id"] == str(involvement)


async def test_a_division_that_stays_silent_at_the_top_of_its_ladder_wakes_a_senior_at_the_first_chase(
    full: Desk,
) -> None:
    await ask(full)
    full.at(datetime(2028, 3, 17, 0, 0, tzinfo=UTC))
    for rung in ("overdue", "escalation_1", "escalation_2", "escalation_3"):
        await full.fire("request", rung)
    assert raised(full) == []
    await fire(full, "request", "chase_1")
    await fire(full, "request", "chase_2")
    assert raised(full) == [("division_silent", "elevated")]


async def test_a_complaint_from_before_there_was_a_mix_goes_on_as_it_did(desk: Desk) -> None:
    desk.apart.rows("update complaint set alarms_version = null where id = %s", desk.complaint)
    for rung in ("overdue", "escalation_1", "escalation_2"):
        await fire(desk, "acknowledgement", rung)
    await fire(desk, "relevant_period", "overdue")
    assert asked(desk, "acknowledgement")[-1] == ("escalation.acknowledgement", "responsible_person")
    assert len(responsible(desk)) == 1 and digest(desk) == [] and raised(desk) == []
