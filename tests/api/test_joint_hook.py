"""The receiver of webhooks from other installations: who signed is heard, and nobody else is told anything."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from pydantic import SecretStr

from gateways.sealing import new_key
from gateways.webhooks import OutgoingWebhook, headers_of, new_secret
from runtime.settings import Settings
from tests.api.fakes import FixedClock
from tests.api.joint_rows import add_partner
from tests.api.people import ACORN, BIRCH, Tokens

pytestmark = pytest.mark.at_once
CONTRIBUTION = uuid4()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"secrets_key": SecretStr(new_key())})


def event(**data: Any) -> bytes:
    told = {"contributionId": str(CONTRIBUTION), "credential": 1, "kind": "invitation", "seq": 1} | data
    return json.dumps({"specversion": "1.0", "type": "uk.redress.joint.message.v1", "data": told}).encode()


def signed(body: bytes, secret: str, clock: FixedClock, ago: timedelta = timedelta()) -> dict[str, str]:
    webhook = OutgoingWebhook(
        url="https://x.example", event_id="e1", body=body, sent_at=clock.now() - ago, secrets=[secret]
    )
    return headers_of(webhook) | {"content-type": "application/cloudevents+json"}


async def test_a_signed_event_has_the_part_look_and_a_second_one_changes_nothing(
    client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock, engine: Any
) -> None:
    partner = await add_partner(client, tokens)
    at, body = f"/joint/v1/{ACORN.code}/hooks/{partner['id']}", event()
    for _ in range(2):
        answer = await client.post(at, content=body, headers=signed(body, partner["secret"], clock))
        assert answer.status_code == 204, answer.text
    assert {(each.organisation_id, each.contribution_id, each.partner_id) for each in engine.joint_parts} == {
        (ACORN.id, CONTRIBUTION, UUID(partner["id"]))
    }


async def test_whoever_did_not_sign_or_signed_long_ago_is_turned_away_alike(
    client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock, engine: Any
) -> None:
    partner = await add_partner(client, tokens)
    at, body = f"/joint/v1/{ACORN.code}/hooks/{partner['id']}", event()
    good = signed(body, partner["secret"], clock)
    tries = [
        (at, body, signed(body, new_secret(), clock)),
        (at, body, signed(body, partner["secret"], clock, timedelta(minutes=6))),
        (at, body + b" ", good),
        (at, body, {"content-type": "application/cloudevents+json"}),
        (at, body, good | {"webhook-signature": "v1,%%% v2,x"}),
        (f"/joint/v1/{ACORN.code}/hooks/{uuid4()}", body, good),
        (f"/joint/v1/{BIRCH.code}/hooks/{partner['id']}", body, good),
        (f"/joint/v1/NOBODY/hooks/{partner['id']}", body, good),
    ]
    said = set()
    for path, content, headers in tries:
        answer = await client.post(path, content=content, headers=headers)
        said.add((answer.status_code, answer.json()["code"]))
    assert said == {(401, "unauthenticated")}
    assert engine.joint_parts == []


@pytest.mark.parametrize("body", [b"{}", b"[1]", b"no", event(contributionId="x"), event(contributionId=None)])
async def test_what_is_signed_and_means_nothing_tells_nobody(
    client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock, engine: Any, body: bytes
) -> None:
    partner = await add_partner(client, tokens)
    headers = signed(body, partner["secret"], clock)
    answer = await client.post(f"/joint/v1/{ACORN.code}/hooks/{partner['id']}", content=body, headers=headers)
    assert (answer.status_code, engine.joint_parts) == (204, [])
