"""The seniors' digest over HTTP: listed by week, shown with its breaches, for seniors and managers of that body."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.api.office_rows import Rows
from tests.api.people import ROLES, Tokens

MONDAY = date(2026, 11, 9)
READERS = {"complaints_manager", "responsible_person", "senior_leader", "auditor"}


@pytest.fixture
def rows(api_dsns: object, migrator: psycopg.Connection[Any]) -> Rows:
    return Rows(migrator)


def a_digest(rows: Rows, week: date = MONDAY, missed: dict[str, int] | None = None, unit: UUID | None = None) -> UUID:
    missed = missed or {}
    figures = {
        "breaches": {
            "total": sum(missed.values()),
            "byClock": missed,
            "byDivision": {str(unit): sum(missed.values())} if unit else {},
        },
        "escalations": {"opened": 0, "byCause": {}, "acknowledged": 0, "minutesMedian": None, "stillAsking": 0},
    }
    compiled = f"{week + timedelta(days=7)}T07:30:00Z"
    return rows._put("senior_digest", week_on=week, compiled_at=compiled, late=False, figures=Jsonb(figures), told=2)


async def get(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows, path: str = "", role: str = "senior_leader"
) -> Any:
    return await client.get(f"/v1/digests{path}", headers=tokens.headers(role, organisation=rows.id))


async def test_a_week_is_shown_with_its_breaches_and_their_divisions(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    unit = rows.unit("division", "surgery")
    digest = a_digest(rows, missed={"acknowledgement": 1}, unit=unit)
    complaint = rows.complaint()
    clock = rows.clock(complaint, "acknowledgement", "statutory", -10)
    rows._put(
        "digest_item", complaint_id=complaint, clock_id=clock, generation=1, clock="acknowledgement",
        due_on="2026-11-10", breached_at="2026-11-11T00:00:00Z", unit_id=unit, digest_id=digest,
    )  # fmt: skip
    answer = await get(client, tokens, rows, f"/{MONDAY}")
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["week"], shown["until"], shown["missed"], shown["quiet"]) == ("2026-11-09", "2026-11-15", 1, False)
    assert shown["clocks"][0] == {
        "clock": "acknowledgement", "title": "Acknowledge the complaint and offer to discuss it", "missed": 1,
    }  # fmt: skip
    (item,) = shown["items"]
    assert (item["complaintId"], item["division"], item["dueOn"]) == (str(complaint), "Surgery", "2026-11-10")
    assert shown["more"] == 0 and "Hearing aids" not in answer.text


async def test_weeks_are_listed_the_latest_first_a_page_at_a_time(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    for back in range(3):
        a_digest(rows, MONDAY - timedelta(weeks=back))
    page = (await get(client, tokens, rows, "?limit=2")).json()
    assert [each["week"] for each in page["items"]] == ["2026-11-09", "2026-11-02"]
    assert page["items"][0]["quiet"] is True
    rest = (await get(client, tokens, rows, f"?limit=2&before={page['next']}")).json()
    assert ([each["week"] for each in rest["items"]], rest["next"]) == (["2026-10-26"], None)


@pytest.mark.parametrize("role", ROLES)
async def test_only_seniors_managers_and_auditors_read_it(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows, role: str
) -> None:
    a_digest(rows)
    for path in ("", f"/{MONDAY}"):
        assert (await get(client, tokens, rows, path, role)).status_code == (200 if role in READERS else 403)


async def test_another_bodys_digest_and_a_week_without_one_are_not_found(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows, migrator: psycopg.Connection[Any]
) -> None:
    a_digest(rows)
    other = Rows(migrator)
    assert (await get(client, tokens, other, f"/{MONDAY}")).status_code == 404
    assert (await get(client, tokens, other)).json()["items"] == []
    assert (await get(client, tokens, rows, f"/{MONDAY + timedelta(days=1)}")).status_code == 404
    assert (await get(client, tokens, rows, "/monday")).status_code == 422
