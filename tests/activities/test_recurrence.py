"""The same theme or place again and again, over real rows: one complaint tips it, once, and names those counted."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from contracts.commands import CommandKind
from db import eligibility_said as say
from db.queries import alarms
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body
from tests.world import until

SURGERY = (say.SubjectSaid(subject="clinical_treatment", sub_subject="ct_surgery"),)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def coded(apart: Apart, body: Body, **codes: Any) -> Desk:
    desk = await a_desk(apart, body)
    await code(desk, **codes)
    return desk


async def code(desk: Desk, **codes: Any) -> None:
    what = {"site": "TAK01", "ward": "ward-7", "subjects": SURGERY} | codes
    await desk.must(CommandKind.SET_CODING, say.SetCoding(**{name: each for name, each in what.items() if each}))


def found(body: Body, apart: Apart) -> list[dict[str, Any]]:
    rows = apart.rows(
        "select to_jsonb(r) from recurrence r where organisation_id = %s order by found_on, kind, number", body.id
    )
    return [row[0] for row in rows]


def raised(desk: Desk) -> list[str]:
    rows = desk.rows("select cause from escalation where complaint_id = %s and cause = 'recurrence'")
    return [row["cause"] for row in rows]


async def test_the_fifth_of_one_theme_at_one_place_raises_one_escalation_that_names_them_all(
    beside: Apart, standards: Body
) -> None:
    desks = [await coded(beside, standards) for _ in range(4)]
    await coded(beside, standards, ward="ward-8")
    await coded(beside, standards, subjects=(say.SubjectSaid(subject="communications"),))
    assert found(standards, beside) == []
    fifth = await coded(beside, standards)
    (row,) = found(standards, beside)
    assert (row["kind"], row["theme"], row["place"]) == ("both", "clinical_treatment.ct_surgery", "TAK01.ward-7")
    assert (row["count"], row["complaint_id"]) == (5, str(fifth.complaint))
    assert set(row["cases"]) == {str(each.complaint) for each in (*desks, fifth)}
    assert raised(fifth) == ["recurrence"] and row["proceeding_id"] is not None
    assert [len(raised(each)) for each in desks] == [0] * 4
    assert [each["data"]["count"] for each in fifth.events("recurrence.found")] == [5]
    # The sixth to the ninth are told nobody; the tenth is twice as many.
    for number in range(6, 11):
        last = await coded(beside, standards)
        assert len(found(standards, beside)) == (2 if number == 10 else 1)
    assert raised(last) == ["recurrence"] and found(standards, beside)[-1]["number"] == 2


async def test_saying_the_same_of_one_complaint_again_counts_it_once(beside: Apart, standards: Body) -> None:
    desk = await coded(beside, standards)
    for ward in ("ward-8", "ward-7", "ward-8", "ward-7", "ward-8", "ward-7"):
        await code(desk, ward=ward)
    assert found(standards, beside) == []


async def test_what_came_before_the_window_is_no_part_of_it(beside: Apart, standards: Body) -> None:
    for _ in range(4):
        await coded(beside, standards)
    beside.engine.now = MORNING + timedelta(days=91)
    await coded(beside, standards)
    assert found(standards, beside) == []
    for _ in range(4):
        last = await coded(beside, standards)
    assert raised(last) == ["recurrence"]


async def test_another_bodys_complaints_and_a_site_alone_are_counted_nowhere(beside: Apart, standards: Body) -> None:
    for _ in range(4):
        await coded(beside, standards)
    other = make_body(beside.dsns.migrator, follows=None)
    # What is shared with another body is read there, and is none of its own.
    beside.rows(
        "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
        " select gen_random_uuid(), organisation_id, id, %s, 'read', '2030-01-01' from complaint"
        " where organisation_id = %s",
        *(other.id, standards.id),
    )
    await coded(beside, other)
    for _ in range(5):
        await coded(beside, other, ward=None)
    assert found(other, beside) == found(standards, beside) == []


async def test_two_that_are_coded_at_one_moment_tip_it_once(beside: Apart, standards: Body) -> None:
    for _ in range(3):
        await coded(beside, standards)
    two = [await a_desk(beside, standards) for _ in range(2)]
    same = ("both", "clinical_treatment.ct_surgery", "TAK01.ward-7")

    async def both_wait() -> bool:
        rows = beside.rows("select count(*) from pg_locks where locktype = 'advisory' and not granted")
        return bool(rows[0][0] >= 2)

    async with beside.database.tenant(standards.id, MORNING) as session:
        await alarms.hold_count(session, standards.id, *same)
        coding = [asyncio.create_task(code(each)) for each in two]
        await until(both_wait)
    await asyncio.gather(*coding)
    (row,) = found(standards, beside)
    assert row["count"] == 5 and sorted(len(raised(each)) for each in two) == [0, 1]
