"""The calendar, and changes of it: proposed by one, decided by another, a nation's by operators only."""

from __future__ import annotations

from typing import Any

import httpx2
import psycopg
import pytest

from contracts.change_sets import ChangeSetState, DecisionOutcome
from contracts.failures import Refusal
from tests.api.fakes import FakeEngine
from tests.api.people import ACORN, BIRCH, Tokens

Connection = psycopg.Connection[Any]
CHANGES = "/v1/calendar/change-sets"
CLOSURE = {"scope": "organisation", "day": "2026-12-24", "name": "Office move", "reason": "We move."}
PROCLAIMED = CLOSURE | {"scope": "nation", "name": "A jubilee", "source": "A proclamation"}


async def propose(client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection, **changes: Any) -> str:
    """Propose a closure whose dry run is done."""
    headers = tokens.headers("complaints_manager")
    answer = await client.post(CHANGES, json=CLOSURE | changes, headers=headers)
    assert answer.status_code == 201, answer.text
    migrator.execute("update change_set set state = 'awaiting_approval' where id = %s", (answer.json()["id"],))
    return str(answer.headers["location"])


async def test_a_year_shows_its_bank_holidays_and_nothing_of_other_organisations(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection
) -> None:
    for organisation, name in ((ACORN.id, "Our move"), (BIRCH.id, "Their move")):
        migrator.execute(
            "insert into closed_day (organisation_id, day, name, opens) values (%s, '2027-03-03', %s, false)",
            (organisation, name),
        )
    shown = (await client.get("/v1/calendar?year=2027", headers=tokens.headers("auditor"))).json()
    days = {day["day"]: (day["name"], day["legal"]) for day in shown["days"]}
    assert days["2027-03-26"] == ("Good Friday", True)
    assert days["2027-03-03"] == ("Our move", False)
    assert shown["publishedUntil"] == "2028-12-31"


async def test_a_proposal_is_stored_started_and_given_again_for_its_key(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine
) -> None:
    headers = tokens.headers("complaints_manager", key="a-closure")
    first = await client.post(CHANGES, json=CLOSURE, headers=headers)
    again = await client.post(CHANGES, json=CLOSURE, headers=headers)
    assert (first.status_code, first.json()["state"]) == (201, "proposed")
    assert again.json()["id"] == first.json()["id"] == str(engine.started[-1].change_set_id)
    other = await client.post(CHANGES, json=CLOSURE | {"name": "Else"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    listed = await client.get(CHANGES, params={"limit": 100}, headers=headers)
    assert first.json()["id"] in [each["id"] for each in listed.json()["items"]]
    theirs = tokens.headers("complaints_manager", organisation=BIRCH.id)
    assert (await client.get(first.headers["location"], headers=theirs)).status_code == 404


async def test_a_proposal_is_stored_while_the_engine_is_away(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine
) -> None:
    engine.away = True
    answer = await client.post(CHANGES, json=CLOSURE, headers=tokens.headers("complaints_manager"))
    assert answer.status_code == 201


async def test_a_nations_calendar_is_changed_by_operators_with_a_source(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    manager = await client.post(CHANGES, json=PROCLAIMED, headers=tokens.headers("complaints_manager"))
    assert (manager.status_code, manager.json()["code"]) == (403, "forbidden")
    unsourced = {key: value for key, value in PROCLAIMED.items() if key != "source"}
    answer = await client.post(CHANGES, json=unsourced, headers=tokens.headers("operator"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/source")
    proposed = await client.post(CHANGES, json=PROCLAIMED, headers=tokens.headers("operator"))
    assert proposed.status_code == 201
    decision = await client.post(
        f"{proposed.headers['location']}/decision",
        json={"approve": True},
        headers=tokens.headers("responsible_person"),
    )
    assert (decision.status_code, decision.json()["code"]) == (403, "forbidden")


async def test_another_person_decides_and_the_same_key_makes_the_same_decision(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, migrator: Connection
) -> None:
    decision = await propose(client, tokens, migrator) + "/decision"
    own = await client.post(decision, json={"approve": True}, headers=tokens.headers("complaints_manager"))
    assert (own.status_code, own.json()["code"]) == (409, "same_person")

    headers = tokens.headers("responsible_person")
    engine.away = True
    away = await client.post(decision, json={"approve": True}, headers=headers)
    assert (away.status_code, away.json()["approved"]) == (202, True)
    engine.away = False
    for _ in range(2):
        decided = await client.post(decision, json={"approve": True}, headers=headers)
        assert decided.status_code == 200
    assert decided.json()["decidedBy"] == str(ACORN.person("responsible_person"))
    assert len({each.decision_id for each in engine.decided}) == 1
    changed = await client.post(decision, json={"approve": False}, headers=headers)
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency_key_reused")
    late = await client.post(decision, json={"approve": False}, headers=tokens.headers("operator"))
    assert (late.status_code, late.json()["code"]) == (409, "not_awaiting_approval")


@pytest.mark.parametrize("refusal", [Refusal.CALENDAR_MOVED_ON, Refusal.NOT_AWAITING_APPROVAL])
async def test_a_decision_that_comes_too_late_is_refused(
    client: httpx2.AsyncClient,
    tokens: Tokens,
    engine: FakeEngine,
    migrator: Connection,
    refusal: Refusal,
) -> None:
    decision = await propose(client, tokens, migrator) + "/decision"
    engine.outcome = DecisionOutcome(state=ChangeSetState.SUPERSEDED, refusal=refusal)
    answer = await client.post(decision, json={"approve": True}, headers=tokens.headers("operator"))
    assert (answer.status_code, answer.json()["code"]) == (409, refusal.value)
