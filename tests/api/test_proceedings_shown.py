"""Clocks in minutes as they are shown, and what a body with which a case is shared does not come upon."""

from __future__ import annotations

from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, share

pytestmark = pytest.mark.at_once


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    desk = await a_desk(client, tokens, app)
    answer = await desk.post("escalations", {"reason": "She was left for nine hours.", "level": "immediate"})
    assert answer.status_code == 200, answer.text
    return desk


async def test_a_clock_in_minutes_is_shown_with_its_instant_and_its_proof(desk: Desk) -> None:
    shown = (await desk.get("clocks"))["items"]
    (clock,) = [each for each in shown if each["kind"] == "escalation_call_now"]
    assert (clock["dueAt"], clock["dueOn"], clock["overdue"]) == ("2026-11-18T11:30:00Z", "2026-11-18", False)
    assert clock["title"] == "Have a senior leader acknowledge the escalation now"
    assert (clock["proof"]["unit"], clock["proof"]["amount"]) == ("minutes", 60)
    assert clock["proof"]["budget"] == "60 minutes from 10:30 on Wednesday 18 November 2026, at any hour of any day"
    assert [rung["rung"] for rung in clock["rungs"]] == ["first", "again", "second", "overdue", "responsible"]


async def test_another_body_with_which_the_case_is_shared_does_not_see_that_seniors_were_asked(
    desk: Desk, tokens: Tokens, migrator: psycopg.Connection[Any]
) -> None:
    share(migrator, desk.reference, BIRCH)
    theirs = tokens.headers("handler", organisation=BIRCH.id)
    seen = {}
    for path in ("clocks", "timeline", "tasks"):
        answer = await desk.client.get(f"/v1/complaints/{desk.reference}/{path}", headers=theirs)
        assert answer.status_code == 200, answer.text
        seen[path] = answer.json()["items"]
    assert seen["clocks"] and seen["timeline"]  # what is shared is there
    assert [each["kind"] for items in seen.values() for each in items if _of_seniors(each)] == []
    for path in ("clocks", "timeline"):
        assert any(_of_seniors(each) for each in (await desk.get(path))["items"])


def _of_seniors(item: dict[str, Any]) -> bool:
    # Other clocks have a rung that is called an escalation, too.
    return any(word in str(item) for word in ("escalation_call", "escalation.", "acknowledge_escalation"))
