"""Other bodies that an organisation speaks with: their secrets, their receivers, and who may see and change them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from pydantic import SecretStr

from api.app import create_app
from gateways.sealing import new_key
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.api.fakes import FakeEngine, FixedClock
from tests.api.people import ACORN, BIRCH, Tokens, listed

Connection = psycopg.Connection[Any]
AT = "/v1/organisation/partners"
GIVEN = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"secrets_key": SecretStr(new_key())})


@pytest.fixture(autouse=True)
def room(api_dsns: Any, migrator: Connection) -> Iterator[None]:
    """The tests of a session share their organisations: the partners of others have ended."""
    yield
    migrator.execute("update partner set ended_at = now(), secret = null where organisation_id = %s", (ACORN.id,))
    migrator.execute("update webhook_subscription set state = 'ended' where organisation_id = %s", (ACORN.id,))


def a_partner(**changes: Any) -> dict[str, Any]:
    return {
        "code": f"E{uuid4().hex[:8].upper()}",
        "name": "Sample Council",
        "bodyKind": "local_authority",
        "bound": "regulation_9",
        "way": "system",
        "hookUrl": "https://council.example/hooks/redress",
        "contacts": [{"role": "contact", "name": "Sam Sample", "email": "sam@council.example"}],
    } | changes


async def add(client: httpx2.AsyncClient, tokens: Tokens, **changes: Any) -> dict[str, Any]:
    headers = changes.pop("headers", None) or tokens.headers("complaints_manager")
    answer = await client.post(AT, json=a_partner(**changes), headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{AT}/{made['id']}"
    return made


async def test_a_secret_is_made_sealed_and_shown_to_the_key_that_made_it_alone(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection
) -> None:
    headers, code = tokens.headers("complaints_manager", key=f"partner-{uuid4()}"), f"A{uuid4().hex[:8]}"
    made = await add(client, tokens, code=code, headers=headers)
    assert made["secret"].startswith("whsec_") and (made["secretNumber"], made["previousSecretUntil"]) == (1, None)
    assert made["ourDoor"] == "/joint/v1/ACORN" and made["ourHook"] == f"/joint/v1/ACORN/hooks/{made['id']}"
    assert await add(client, tokens, code=code, headers=headers) == made
    again = await client.post(AT, json=a_partner(code=code), headers=tokens.headers("complaints_manager"))
    assert (again.status_code, again.json()["code"]) == (409, "partner_known")
    shown = (await client.get(f"{AT}/{made['id']}", headers=headers)).json()
    assert "secret" not in shown and shown["contacts"][0]["name"] == "Sam Sample"
    stored = migrator.execute(
        "select p.secret, s.secret from partner p join webhook_subscription s on s.partner_id = p.id where p.id = %s",
        (made["id"],),
    ).fetchone()
    assert stored is not None and all(made["secret"].encode() not in bytes(each) for each in stored)
    kinds = migrator.execute("select kind, data from office_event where subject_id = %s", (made["id"],)).fetchall()
    assert kinds == [("partner.added", {"code": code, "way": "system", "secret": 1, "made": 1})]


async def test_a_secret_that_the_other_body_made_is_kept_and_never_repeated(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    made = await add(client, tokens, secret=GIVEN)
    assert made["secret"] is None and made["secretNumber"] == 1


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"hookUrl": "http://council.example/"}, "https_needed"),
    ({"doorUrl": "https://10.0.0.1/joint"}, "address_refused"),
    ({"way": "page"}, "not_by_system"),
    ({"way": "none", "hookUrl": None, "secret": GIVEN}, "not_by_system"),
    ({"code": "ACORN"}, "own_code"),
    ({"code": "not a code"}, "string_pattern_mismatch"),
    ({"secret": "whsec_" + "A" * 59}, "value_error"),
    ({"secret": "hunter2"}, "string_too_short"),
    ({"contacts": [{"role": "chief", "name": "Sam"}]}, "literal_error"),
    ({"bound": "maybe"}, "literal_error"),
]


async def test_what_cannot_be_a_partner_is_refused_without_repeating_it(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    for changes, code in REFUSED:
        answer = await client.post(AT, json=a_partner(**changes), headers=tokens.headers("complaints_manager"))
        assert answer.status_code == 422, (changes, answer.text)
        assert [error["code"] for error in answer.json()["errors"]] == [code], changes
        assert "council.example" not in answer.text and "hunter2" not in answer.text


async def test_a_rotation_keeps_the_one_before_for_a_week_unless_it_leaked(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection
) -> None:
    made = await add(client, tokens)
    headers = tokens.headers("responsible_person", key=f"rotate-{uuid4()}")
    rotated = (await client.post(f"{AT}/{made['id']}/rotation", json={}, headers=headers)).json()
    assert rotated["secret"] != made["secret"] and rotated["secretNumber"] == 2
    assert rotated["previousSecretUntil"] == "2026-11-25T10:30:00Z"
    assert (await client.post(f"{AT}/{made['id']}/rotation", json={}, headers=headers)).json() == rotated
    both = "select previous_secret is not null, secret_number from webhook_subscription where partner_id = %s"
    assert migrator.execute(both, (made["id"],)).fetchone() == (True, 2)
    leaked = await client.post(
        f"{AT}/{made['id']}/rotation", json={"atOnce": True}, headers=tokens.headers("complaints_manager")
    )
    assert (leaked.json()["secretNumber"], leaked.json()["previousSecretUntil"]) == (3, None)
    assert migrator.execute(both, (made["id"],)).fetchone() == (False, 3)


async def test_only_those_who_appoint_change_partners_and_another_organisation_sees_none(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    made = await add(client, tokens)
    for role in ("handler", "case_system", "operator", "auditor", "senior_leader"):
        answer = await client.post(AT, json=a_partner(), headers=tokens.headers(role))
        assert answer.status_code == 403, role
    seen = (await client.get(f"{AT}/{made['id']}", headers=tokens.headers("operator"))).json()
    assert seen["contacts"] is None and seen["name"] == "Sample Council"
    abroad = tokens.headers("complaints_manager", organisation=BIRCH.id)
    assert (await client.get(f"{AT}/{made['id']}", headers=abroad)).status_code == 404
    assert made["id"] not in {each["id"] for each in await listed(client, AT, abroad)}
    for path, body in (("/rotation", {}), ("/end", None), (f"/credentials/{uuid4()}/revocation", None)):
        answer = await client.post(
            f"{AT}/{made['id']}{path}", json=body, headers=abroad | {"Idempotency-Key": uuid4().hex}
        )
        assert answer.status_code == 404, path
    assert made["id"] in {each["id"] for each in await listed(client, AT, tokens.headers("handler"))}


async def test_a_partners_receiver_is_no_case_systems_and_goes_with_the_partner(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine
) -> None:
    made = await add(client, tokens)
    hook, manager = f"/v1/webhooks/{made['subscriptionId']}", tokens.headers("complaints_manager")
    assert (await client.get(hook, headers=tokens.headers("case_system"))).status_code == 404
    shown = (await client.get(hook, headers=manager)).json()
    assert (shown["partnerId"], shown["url"]) == (made["id"], "https://council.example/hooks/redress")
    for path, body in (("/rotation", None), ("/end", None)):
        answer = await client.post(hook + path, json=body, headers=tokens.headers("complaints_manager"))
        assert (answer.status_code, answer.json()["code"]) == (409, "of_a_partner")
    test = await client.post(f"{hook}/test", headers=tokens.headers("complaints_manager"))
    assert test.status_code == 202
    changed = a_partner(hookUrl="https://elsewhere.example/hooks", contacts=[])
    changed.pop("code")
    answer = await client.put(f"{AT}/{made['id']}", json=changed, headers=tokens.headers("complaints_manager"))
    assert (answer.status_code, answer.json()["contacts"]) == (200, [])
    assert answer.json()["subscriptionId"] == made["subscriptionId"]
    assert (await client.get(hook, headers=manager)).json()["url"] == "https://elsewhere.example/hooks"
    ended = await client.post(f"{AT}/{made['id']}/end", headers=tokens.headers("complaints_manager"))
    assert ended.status_code == 200 and ended.json()["endedAt"] and ended.json()["subscriptionId"] is None
    gone = (await client.get(hook, headers=manager)).json()
    assert (gone["state"], gone["queued"], gone["dead"]) == ("ended", 0, 1)
    twice = await client.post(f"{AT}/{made['id']}/end", headers=tokens.headers("complaints_manager"))
    assert (twice.status_code, twice.json()["code"]) == (409, "partner_ended")


async def test_without_a_key_for_secrets_none_is_shared(
    settings: Settings, engine: FakeEngine, clock: FixedClock, tokens: Tokens
) -> None:
    keyless = create_app(settings.model_copy(update={"secrets_key": None}), engine=engine, clock=clock)
    async with serving(keyless) as client:
        answer = await client.post(AT, json=a_partner(), headers=tokens.headers("complaints_manager"))
        assert (answer.status_code, answer.json()["code"]) == (409, "secrets_key_missing")
        plain = a_partner(way="page", hookUrl=None)
        assert (await client.post(AT, json=plain, headers=tokens.headers("complaints_manager"))).status_code == 201
