"""Webhooks through the API: subscribed, rotated, paused, tested, replayed, ended, and of no other organisation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from pydantic import SecretStr

from gateways.sealing import new_key
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.api.fakes import FakeEngine, FixedClock
from tests.api.people import ACORN, BIRCH, Tokens, listed

Connection = psycopg.Connection[Any]
SAID = {"url": "https://hooks.example/redress", "description": "Case system"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"secrets_key": SecretStr(new_key())})


@pytest.fixture(autouse=True)
def room(migrator: Connection) -> Iterator[None]:
    """The tests of a session share their organisations: what others subscribed has ended."""
    yield
    migrator.execute("update webhook_subscription set state = 'ended' where organisation_id = %s", (ACORN.id,))


async def subscribe(
    client: httpx2.AsyncClient, tokens: Tokens, role: str = "case_system", **changes: Any
) -> dict[str, Any]:
    headers = changes.pop("headers", None) or tokens.headers(role)
    answer = await client.post("/v1/webhooks", json=SAID | changes, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/webhooks/{answer.json()['id']}"
    made: dict[str, Any] = answer.json()
    return made


def at(made: dict[str, Any], what: str = "") -> str:
    return f"/v1/webhooks/{made['id']}{what}"


async def test_a_subscription_is_made_once_for_a_key_and_its_secret_is_shown_to_that_key_alone(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection
) -> None:
    headers = tokens.headers("case_system", key=f"hook-{uuid4()}")
    made = await subscribe(client, tokens, headers=headers)
    assert made["secret"].startswith("whsec_") and len(made["secret"]) > 40
    assert await subscribe(client, tokens, headers=headers) == made
    other = await client.post("/v1/webhooks", json=SAID | {"description": "Another"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    shown = (await client.get(at(made), headers=headers)).json()
    assert "secret" not in shown and (shown["state"], shown["queued"], shown["types"]) == ("active", 0, [])
    stored = migrator.execute("select secret from webhook_subscription where id = %s", (made["id"],)).fetchone()
    assert stored is not None and made["secret"].encode() not in bytes(stored[0])
    journal = migrator.execute("select kind, data from office_event where subject_id = %s", (made["id"],)).fetchall()
    assert journal == [("webhooks.subscribed", {"secret": 1})]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"url": "http://hooks.example/"}, "https_needed"),
    ({"url": "https://u:p@hooks.example/"}, "credentials_or_fragment"),
    ({"url": "https://hooks.example/#x"}, "credentials_or_fragment"),
    ({"url": "https://10.0.0.1/"}, "address_refused"),
    ({"url": "https://[::1]/"}, "address_refused"),
    ({"url": "https://hooks.example:70000/"}, "not_an_address"),
    ({"url": "https://hooks.exa mple/"}, "string_pattern_mismatch"),
    ({"url": "ftp://hooks.example/"}, "string_pattern_mismatch"),
    ({"types": ["uk.redress.complaint.unheard_of.v1"]}, "enum"),
    ({"description": "two\nlines"}, "value_error"),
    ({"secret": "whsec_mine"}, "extra_forbidden"),
]


async def test_what_cannot_be_subscribed_is_refused_without_repeating_it(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    for changes, code in REFUSED:
        answer = await client.post("/v1/webhooks", json=SAID | changes, headers=tokens.headers("case_system"))
        assert answer.status_code == 422, (changes, answer.text)
        assert [error["code"] for error in answer.json()["errors"]] == [code]
        assert "hooks.example" not in answer.text


async def test_a_case_system_sees_its_own_and_another_organisation_sees_none(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    made = await subscribe(client, tokens)
    stranger = tokens.headers("case_system", subject="another-system")
    abroad = tokens.headers("complaints_manager", organisation=BIRCH.id)
    for headers in (stranger, abroad):
        for path in ("", "/deliveries"):
            assert (await client.get(at(made, path), headers=headers)).status_code == 404
        for path in ("/pause", "/resumption", "/rotation", "/end", "/test"):
            answer = await client.post(at(made, path), headers=headers | {"Idempotency-Key": uuid4().hex})
            assert answer.status_code == 404, path
        ids = {each["id"] for each in await listed(client, "/v1/webhooks", headers)}
        assert made["id"] not in ids
    for role in ("case_system", "complaints_manager", "operator"):
        ids = {each["id"] for each in await listed(client, "/v1/webhooks", tokens.headers(role))}
        assert made["id"] in ids
    for role in ("handler", "auditor", "senior_leader"):
        assert (await client.get("/v1/webhooks", headers=tokens.headers(role))).status_code == 403


async def test_a_rotation_shows_the_new_secret_once_and_keeps_the_old_one_for_a_day(
    client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock
) -> None:
    first = tokens.headers("case_system", key=f"make-{uuid4()}")
    made = await subscribe(client, tokens, headers=first)
    headers = tokens.headers("case_system", key=f"rotate-{uuid4()}")
    rotated = (await client.post(at(made, "/rotation"), headers=headers)).json()
    assert rotated["secret"] != made["secret"] and rotated["secretNumber"] == 2
    assert rotated["previousSecretUntil"] == "2026-11-19T10:30:00Z"
    assert (await client.post(at(made, "/rotation"), headers=headers)).json() == rotated
    # The first answer again, but the secret of that time is no more to be had, and the new one not by the old key.
    assert (await subscribe(client, tokens, headers=first))["secret"] is None


async def test_a_subscription_is_changed_paused_resumed_and_ended(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine
) -> None:
    made = await subscribe(client, tokens)
    types = ["uk.redress.complaint.closed.v1", "uk.redress.complaint.closed.v1"]
    changed = await client.put(
        at(made), json=SAID | {"url": "https://other.example/", "types": types}, headers=tokens.headers("case_system")
    )
    assert (changed.status_code, changed.json()["types"]) == (200, types[:1])

    async def then(what: str) -> dict[str, Any]:
        answer = await client.post(at(made, what), headers=tokens.headers("complaints_manager"))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    paused = await then("/pause")
    assert (paused["state"], paused["pausedBecause"]) == ("paused", "asked")
    assert (await then("/resumption"))["state"] == "active"
    ended = await then("/end")
    assert ended["state"] == "ended" and ended["endedAt"]
    assert {start.subscription_id for start in engine.webhooks} == {UUID(made["id"])} and len(engine.webhooks) == 4
    for path in ("/pause", "/resumption", "/rotation", "/end", "/test"):
        answer = await client.post(at(made, path), headers=tokens.headers("case_system"))
        assert (answer.status_code, answer.json()["code"]) == (409, "subscription_ended")
    assert (await client.get(at(made, "/deliveries"), headers=tokens.headers("case_system"))).status_code == 200


async def test_an_engine_that_is_away_keeps_nobody_from_subscribing_and_testing(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine
) -> None:
    engine.away = True
    made = await subscribe(client, tokens)
    answer = await client.post(at(made, "/test"), headers=tokens.headers("case_system"))
    assert answer.status_code == 202


async def test_a_ping_is_queued_once_for_a_key_and_stands_in_the_log(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine
) -> None:
    made = await subscribe(client, tokens)
    headers = tokens.headers("case_system", key=f"ping-{uuid4()}")
    first = await client.post(at(made, "/test"), headers=headers)
    assert (await client.post(at(made, "/test"), headers=headers)).json() == first.json()
    items = (await client.get(at(made, "/deliveries"), headers=headers)).json()["items"]
    (ping,) = items
    assert (ping["type"], ping["state"], ping["reference"], ping["attempts"]) == (
        "uk.redress.ping.v1", "queued", None, [],
    )  # fmt: skip
    assert ping["eventId"] == first.json()["id"] and ping["nextAttemptAt"] == "2026-11-18T10:30:00Z"


async def pinged(client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock, times: int) -> dict[str, Any]:
    """Return a subscription to which pings went, a minute after the other."""
    made = await subscribe(client, tokens)
    for _ in range(times):
        answer = await client.post(at(made, "/test"), headers=tokens.headers("case_system"))
        assert answer.status_code == 202
        clock.instant += timedelta(minutes=1)
    return made


async def test_the_log_is_read_page_by_page_and_narrowed(
    client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock, migrator: Connection
) -> None:
    made = await pinged(client, tokens, clock, 5)
    headers = tokens.headers("case_system")
    whole = (await client.get(at(made, "/deliveries"), headers=headers)).json()
    numbers = [each["number"] for each in whole["items"]]
    assert numbers == sorted(numbers, reverse=True) and whole["next"] is None
    found, before = [], None
    while True:
        params = {"limit": 2} | ({"before": before} if before else {})
        page = (await client.get(at(made, "/deliveries"), params=params, headers=headers)).json()
        found += [each["number"] for each in page["items"]]
        if (before := page["next"]) is None:
            break
    assert found == numbers
    migrator.execute(
        "update webhook_delivery set state = 'dead', failure = 'status_500', attempts = 1 where n = %s", (numbers[0],)
    )
    migrator.execute(
        "insert into webhook_attempt (id, organisation_id, delivery_id, number, at, outcome, status, milliseconds)"
        " select gen_random_uuid(), organisation_id, id, 1, queued_at, 'status', 500, 12 from webhook_delivery"
        " where n = %s",
        (numbers[0],),
    )

    async def of(**params: Any) -> list[int]:
        answer = await client.get(at(made, "/deliveries"), params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        return [each["number"] for each in answer.json()["items"]]

    assert await of(state="dead") == numbers[:1]
    assert await of(eventId=whole["items"][2]["eventId"]) == numbers[2:3]
    assert await of(since="2026-11-18T10:31:00Z", until="2026-11-18T10:33:00Z") == numbers[2:4]
    (dead,) = (await client.get(at(made, "/deliveries"), params={"state": "dead"}, headers=headers)).json()["items"]
    assert dead["failure"] == "status_500" and dead["nextAttemptAt"] is None
    assert [(each["number"], each["outcome"], each["status"]) for each in dead["attempts"]] == [(1, "status", 500)]
    shown = (await client.get(at(made), headers=headers)).json()
    assert (shown["queued"], shown["dead"]) == (4, 1)


async def test_events_are_replayed_by_id_and_by_time_under_the_ids_that_they_had(
    client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock, migrator: Connection, engine: FakeEngine
) -> None:
    made = await pinged(client, tokens, clock, 3)
    headers = tokens.headers("case_system")
    items = (await client.get(at(made, "/deliveries"), headers=headers)).json()["items"]
    third, _, first = (each["eventId"] for each in items)
    migrator.execute("update webhook_delivery set state = 'delivered' where subscription_id = %s", (made["id"],))

    async def replay(key: str, **body: Any) -> httpx2.Response:
        said = tokens.headers("case_system", key=f"{made['id']}-{key}")
        return await client.post(at(made, "/replay"), json=body, headers=said)

    asked = await replay("some", eventIds=[third, first])
    assert (asked.status_code, asked.json()["count"]) == (202, 2)
    assert (await replay("some", eventIds=[third, first])).json() == asked.json()
    assert (await replay("some", eventIds=[first])).status_code == 422
    queued = (await client.get(at(made, "/deliveries"), params={"state": "queued"}, headers=headers)).json()["items"]
    assert [each["eventId"] for each in queued] == [third, first]
    assert {each["replayId"] for each in queued} == {asked.json()["id"]}
    # What waits already is not queued again.
    between = await replay("time", since="2026-11-18T10:30:00Z", until="2026-11-18T10:40:00Z")
    assert between.json()["count"] == 1
    assert (await replay("none", since="2020-11-18T10:30:00Z", until="2020-11-18T10:40:00Z")).json()["count"] == 0
    unknown = await replay("unknown", eventIds=[first, str(uuid4())])
    assert unknown.status_code == 422
    assert [(each["pointer"], each["code"]) for each in unknown.json()["errors"]] == [("/eventIds/1", "unknown_event")]


async def test_a_replay_says_one_thing(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    made = await subscribe(client, tokens)
    some, since = [str(uuid4())], "2026-11-18T10:30:00Z"
    bodies: list[dict[str, Any]] = [
        {},
        {"eventIds": []},
        {"since": since},
        {"since": since, "until": since},
        {"since": "2026-11-18", "until": "2026-11-19"},
        {"eventIds": some, "since": since, "until": "2026-11-18T10:31:00Z"},
        {"eventIds": some, "until": "2026-11-18T10:31:00Z"},
    ]
    for body in bodies:
        answer = await client.post(at(made, "/replay"), json=body, headers=tokens.headers("case_system"))
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), body


async def test_so_many_may_subscribe_and_no_more(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    made = [await subscribe(client, tokens) for _ in range(20)]
    answer = await client.post("/v1/webhooks", json=SAID, headers=tokens.headers("case_system"))
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_subscriptions")
    await client.post(at(made[0], "/end"), headers=tokens.headers("case_system"))
    await subscribe(client, tokens)


async def test_without_a_key_for_secrets_nobody_can_subscribe(app: Any, tokens: Tokens) -> None:
    async with serving(app) as client:
        parts = app.state.parts
        object.__setattr__(parts, "sealing", type(parts.sealing)())
        answer = await client.post("/v1/webhooks", json=SAID, headers=tokens.headers("case_system"))
    assert (answer.status_code, answer.json()["code"]) == (409, "secrets_key_missing")
