"""The door of the joint protocol: for the one contribution whose credential is shown, and for nobody else."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from gateways.sealing import new_key
from gateways.webhooks import new_secret
from policies.joint_credentials import make
from runtime.settings import Settings
from tests.api.fakes import FixedClock
from tests.api.joint_rows import Part, a_part, add_partner, tell
from tests.api.people import ACORN, BIRCH, Tokens

Connection = psycopg.Connection[Any]
pytestmark = pytest.mark.at_once
ACCEPT = {"contact": "Sam Sample", "senior_lead": "Kim Sample"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"secrets_key": SecretStr(new_key())})


@pytest.fixture(autouse=True)
def room(api_dsns: Any, migrator: Connection) -> Iterator[None]:
    """Secrets of one test are sealed with its own key: no other test may open them."""
    yield
    migrator.execute("update partner set ended_at = now() where organisation_id = %s and ended_at is null", (ACORN.id,))
    migrator.execute("update webhook_subscription set state = 'ended' where organisation_id = %s", (ACORN.id,))


@pytest.fixture
async def part(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection) -> Part:
    return await a_part(client, tokens, app, migrator)


def knocks(migrator: Connection, part: Part) -> int:
    found = migrator.execute("select count(*) from joint_knock where contribution_id = %s", (part.id,)).fetchone()
    assert found is not None
    return int(found[0])


async def test_a_body_sees_how_its_part_stands_and_nothing_of_the_person(
    client: httpx2.AsyncClient, part: Part
) -> None:
    answer = await client.get(part.at, headers=part.headers)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["protocol"], shown["id"], shown["state"], shown["open"]) == (1, str(part.id), "invited", True)
    assert shown["lead"] == {"code": "ACORN", "name": "ACORN Trust"}
    assert "Una" not in answer.text and "hearing aids" not in answer.text


async def test_messages_come_in_order_by_their_numbers_and_a_page_at_a_time(
    client: httpx2.AsyncClient, part: Part, migrator: Connection
) -> None:
    for n in range(1, 4):
        tell(migrator, part, "issues", {"issues": [], "n": n})
    first = (await client.get(f"{part.at}/messages?limit=2", headers=part.headers)).json()
    assert [each["seq"] for each in first["items"]] == [1, 2] and first["more"] is True
    assert first["items"][0] | {"id": "", "said_at": ""} == {
        "protocol": 1, "id": "", "seq": 1, "kind": "issues", "said_at": "", "body": {"issues": [], "n": 1}
    }  # fmt: skip
    rest = (await client.get(f"{part.at}/messages?after=2", headers=part.headers)).json()
    assert [each["seq"] for each in rest["items"]] == [3] and rest["more"] is False


async def test_what_tells_of_the_person_is_withheld_once_consent_ends_by_an_act_or_by_time_alone(
    client: httpx2.AsyncClient, part: Part, migrator: Connection, clock: FixedClock
) -> None:
    tell(migrator, part, "invitation", {"person": {"name": "Una Sample"}})
    tell(migrator, part, "reminder", {"about": "body_acceptance"}, discloses=False)
    until = clock.now() + timedelta(hours=1)
    migrator.execute("update contribution set open_until = %s where id = %s", (until, part.id))

    async def kinds() -> list[str]:
        answer = await client.get(f"{part.at}/messages", headers=part.headers)
        assert ("Una" in answer.text) is ("invitation" in answer.text)
        return [each["kind"] for each in answer.json()["items"]]

    assert await kinds() == ["invitation", "reminder"]
    clock.instant = until
    assert await kinds() == ["withheld", "reminder"]
    assert (await client.get(part.at, headers=part.headers)).json()["open"] is False
    migrator.execute("update contribution set open_until = null, open_to_body = false where id = %s", (part.id,))
    assert await kinds() == ["withheld", "reminder"]
    migrator.execute("update contribution set open_to_body = true where id = %s", (part.id,))
    assert await kinds() == ["invitation", "reminder"]


async def test_every_stranger_is_turned_away_alike_and_a_knock_is_kept(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, part: Part, migrator: Connection
) -> None:
    other = await a_part(client, tokens, app, migrator, partner=await add_partner(client, tokens))
    never = await a_part(client, tokens, app, migrator, state="consent_blocked", open_to_body=False, invited_on=None)
    by_page = await a_part(client, tokens, app, migrator, way="page")
    forged = make(new_secret(), part.id, 1)
    nobody = uuid4()
    tries: list[tuple[str, str | None]] = [
        (part.at, None),
        (part.at, forged),
        (part.at, make(part.secret, part.id, 2)),
        (part.at, make(part.secret, other.id, 1)),  # its own secret, another's contribution
        (part.at, other.headers["Authorization"].removeprefix("Bearer ")),
        (part.at, tokens.of("complaints_manager")),
        (never.at, make(never.secret, never.id, 1)),
        (by_page.at, make(by_page.secret, by_page.id, 1)),
        (f"/joint/v1/{BIRCH.code}/contributions/{part.id}", make(part.secret, part.id, 1)),
        (f"/joint/v1/NOBODY/contributions/{part.id}", make(part.secret, part.id, 1)),
        (f"/joint/v1/{ACORN.code}/contributions/{nobody}", make(part.secret, nobody, 1)),
    ]
    before, seen = knocks(migrator, part), set()
    for at, shown in tries:
        headers = {} if shown is None else {"Authorization": f"Bearer {shown}"}
        for method, path, body in (("GET", "", None), ("GET", "/messages", None), ("POST", "/messages", ACCEPT)):
            said = None if body is None else {"protocol": 1, "id": str(uuid4()), "kind": "accept", "body": body}
            answer = await client.request(method, at + path, headers=headers, json=said)
            assert answer.status_code == 401, (at, method, path, answer.text)
            seen.add((answer.json()["code"], answer.json()["title"], "errors" in answer.json()))
    assert len(seen) == 1
    assert (
        knocks(migrator, part) == before + 15
    )  # five tries at a door that is there, three calls each; without a credential nobody tries
    said = migrator.execute("select count(*) from submission where caller like %s", (f"body/{part.id}%",)).fetchone()
    assert said == (0,)


async def test_after_a_rotation_both_secrets_hold_for_a_week_and_after_a_leak_the_new_one_alone(
    client: httpx2.AsyncClient, tokens: Tokens, part: Part, clock: FixedClock
) -> None:
    at = f"/v1/organisation/partners/{part.partner_id}/rotation"
    rotated = (await client.post(at, json={}, headers=tokens.headers("complaints_manager"))).json()
    newer = dataclasses.replace(part, secret=rotated["secret"])
    for each in (part, newer):
        assert (await client.get(part.at, headers=each.headers)).status_code == 200
    clock.instant += timedelta(days=7)
    assert (await client.get(part.at, headers=part.headers)).status_code == 401
    assert (await client.get(part.at, headers=newer.headers)).status_code == 200
    leaked = await client.post(at, json={"atOnce": True}, headers=tokens.headers("complaints_manager"))
    newest = dataclasses.replace(part, secret=leaked.json()["secret"])
    assert (await client.get(part.at, headers=newer.headers)).status_code == 401
    assert (await client.get(part.at, headers=newest.headers)).status_code == 200


async def test_a_revoked_credential_is_worthless_and_the_other_side_is_told_the_number_of_the_next(
    client: httpx2.AsyncClient, tokens: Tokens, part: Part, migrator: Connection
) -> None:
    at = f"/v1/organisation/partners/{part.partner_id}/credentials/{part.id}/revocation"
    headers = tokens.headers("complaints_manager", key=f"revoke-{uuid4()}")
    for _ in range(2):  # the same request again
        answer = await client.post(at, headers=headers)
        assert answer.json() == {"contributionId": str(part.id), "number": 2}
    assert (await client.get(part.at, headers=part.headers)).status_code == 401
    assert (await client.get(part.at, headers=dataclasses.replace(part, number=2).headers)).status_code == 200
    told = migrator.execute(
        "select d.type, d.about, d.complaint_id from webhook_delivery d join webhook_subscription s"
        " on s.id = d.subscription_id where s.partner_id = %s", (part.partner_id,)
    ).fetchall()  # fmt: skip
    assert told == [("uk.redress.joint.credential.v1", {"contributionId": str(part.id), "credential": 2}, None)]
    foreign = f"/v1/organisation/partners/{part.partner_id}/credentials/{uuid4()}/revocation"
    assert (await client.post(foreign, headers=tokens.headers("complaints_manager"))).status_code == 404


async def test_a_system_whose_address_is_known_only_later_is_told_of_what_was_said_before(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    partner = await add_partner(client, tokens, hookUrl=None)
    part = await a_part(client, tokens, app, migrator, partner=partner)
    silent = await a_part(client, tokens, app, migrator, partner=partner)
    seq = tell(migrator, part, "reminder", {}, discloses=False)
    said = {name: partner[name] for name in ("name", "bodyKind", "bound", "way")}
    for address in ("https://council.example/hooks/a", "https://council.example/hooks/b"):
        headers = tokens.headers("complaints_manager", key=f"hook-{uuid4()}")
        at = f"/v1/organisation/partners/{partner['id']}"
        answer = await client.put(at, json=said | {"hookUrl": address}, headers=headers)
        assert answer.status_code == 200, answer.text
    told = migrator.execute(
        "select d.type, d.about from webhook_delivery d join webhook_subscription s on s.id = d.subscription_id"
        " where s.partner_id = %s", (part.partner_id,)
    ).fetchall()  # fmt: skip
    about = {"contributionId": str(part.id), "credential": 1, "messageId": None, "seq": seq, "kind": None}
    assert told == [("uk.redress.joint.message.v1", about)]
    assert silent.id != part.id


async def test_a_partner_with_a_part_that_is_awaited_is_not_ended_and_one_that_has_ended_opens_nothing(
    client: httpx2.AsyncClient, tokens: Tokens, part: Part, migrator: Connection
) -> None:
    at = f"/v1/organisation/partners/{part.partner_id}/end"
    busy = await client.post(at, headers=tokens.headers("complaints_manager"))
    assert (busy.status_code, busy.json()["code"], busy.json()["count"]) == (409, "partner_in_use", 1)
    migrator.execute("update contribution set state = 'released' where id = %s", (part.id,))
    assert (await client.get(part.at, headers=part.headers)).status_code == 200
    assert (await client.post(at, headers=tokens.headers("complaints_manager"))).status_code == 200
    assert (await client.get(part.at, headers=part.headers)).status_code == 401


async def test_too_many_calls_from_one_address_wait_and_a_right_credential_is_heard_beside_wrong_ones(
    client: httpx2.AsyncClient, app: FastAPI, part: Part
) -> None:
    wrong = {"Authorization": f"Bearer {make(new_secret(), part.id, 1)}"}
    parts, at = app.state.parts, datetime(2026, 11, 18, 10, 30, tzinfo=UTC)
    while parts.joint_failures.take("127.0.0.1", at):
        pass
    limited = await client.get(part.at, headers=wrong)
    assert (limited.status_code, limited.json()["code"]) == (429, "too_many_calls") and limited.headers["retry-after"]
    assert (await client.get(part.at, headers=part.headers)).status_code == 200
    while parts.joint_calls.take("127.0.0.1", at):
        pass
    assert (await client.get(part.at, headers=part.headers)).status_code == 429


MALFORMED: list[dict[str, Any]] = [
    {"protocol": "1"}, {"protocol": 0}, {"protocol": True}, {"id": "not-an-id"}, {"kind": "Accept!"}, {"body": []},
    {"body": {"contact": "a\x00b"}}, {"body": {"contact": "\ud800"}}, {"body": {"a": {"b": [{"c": float("nan")}]}}},
]  # fmt: skip


async def test_what_is_no_message_is_refused_and_nothing_of_it_is_kept(
    client: httpx2.AsyncClient, part: Part, migrator: Connection
) -> None:
    for change in MALFORMED:
        said = {"protocol": 1, "id": str(uuid4()), "kind": "accept", "body": ACCEPT} | change
        headers = part.headers | {"Content-Type": "application/json"}
        answer = await client.post(f"{part.at}/messages", content=json.dumps(said).encode(), headers=headers)
        assert answer.status_code == 422, (change, answer.text)
    assert migrator.execute("select count(*) from submission where caller = %s", (f"body/{part.id}",)).fetchone() == (
        0,
    )


async def say(
    client: httpx2.AsyncClient, part: Part, kind: str, body: dict[str, Any], **changes: Any
) -> httpx2.Response:
    said = {"protocol": 1, "id": str(uuid4()), "kind": kind, "body": body} | changes
    return await client.post(f"{part.at}/messages", json=said, headers=part.headers)


def kept(migrator: Connection, part: Part) -> list[tuple[str, str | None]]:
    return migrator.execute(
        "select kind, refusal from joint_message where contribution_id = %s and direction = 'in' order by said_at, id",
        (part.id,),
    ).fetchall()


async def test_a_message_counts_once_however_often_it_comes_and_with_other_words_not_at_all(
    client: httpx2.AsyncClient, part: Part, migrator: Connection
) -> None:
    message = str(uuid4())
    for _ in range(2):
        answer = await say(client, part, "accept", ACCEPT, id=message)
        assert (answer.status_code, answer.json()) == (200, {"id": message, "state": "taken"}), answer.text
    assert kept(migrator, part) == [("accept", None)]
    for _ in range(2):
        changed = await say(client, part, "decline", {"reason": "No"}, id=message)
        assert (changed.status_code, changed.json()["code"]) == (409, "message_changed")
    assert (await say(client, part, "accept", ACCEPT, id=message)).status_code == 200
    assert migrator.execute("select state from contribution where id = %s", (part.id,)).fetchone() == ("accepted",)


async def test_a_version_from_the_future_is_refused_with_what_is_spoken_and_kept_on_record(
    client: httpx2.AsyncClient, part: Part, migrator: Connection
) -> None:
    answer = await say(client, part, "accept", ACCEPT | {"hologram": True}, protocol=2)
    assert (answer.status_code, answer.json()["code"]) == (409, "protocol_not_spoken"), answer.text
    assert answer.json()["spoken"] == [1]
    assert kept(migrator, part) == [("accept", "protocol_not_spoken")]
    events = migrator.execute(
        "select kind from case_event where complaint_id = %s and kind = 'contribution.message_refused'",
        (part.complaint_id,),
    ).fetchall()
    assert len(events) == 1


async def test_what_is_not_allowed_is_refused_with_its_code_again_and_again(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, part: Part, migrator: Connection
) -> None:
    async def refused(each: Part, kind: str, body: dict[str, Any]) -> str:
        message = str(uuid4())
        answers = [await say(client, each, kind, body, id=message) for _ in range(2)]
        assert {answer.status_code for answer in answers} == {409}, answers[0].text
        assert "Sample" not in answers[0].text
        codes = {answer.json()["code"] for answer in answers}
        assert len(codes) == 1
        return str(codes.pop())

    assert await refused(part, "no_such_kind", {}) == "protocol_not_spoken"
    assert await refused(part, "accept", {"contact": "Sam Sample"}) == "message_malformed"
    released = await a_part(client, tokens, app, migrator, state="released")
    assert await refused(released, "accept", ACCEPT) == "contribution_released"
    ended = await a_part(client, tokens, app, migrator, state="consent_blocked", open_to_body=False)
    assert await refused(ended, "accept", ACCEPT) == "consent_missing"


async def test_without_a_verdict_it_is_kept_and_the_same_again_is_answered_with_it(
    client: httpx2.AsyncClient, part: Part, engine: Any, migrator: Connection
) -> None:
    message, engine.away = str(uuid4()), True
    answer = await say(client, part, "accept", ACCEPT, id=message)
    assert (answer.status_code, answer.json()) == (202, {"id": message, "state": "pending"})
    assert int(answer.headers["retry-after"]) > 0
    engine.away = False
    assert (await say(client, part, "accept", ACCEPT, id=message)).json()["state"] == "taken"
    assert kept(migrator, part) == [("accept", None)]
