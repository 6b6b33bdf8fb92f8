"""The client of the protocol against our own door over a real socket: what one side writes, the other reads."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from gateways.joint_client import HttpJointClient, JointDoor
from gateways.sealing import new_key
from gateways.webhook_reach import WebhookReach
from gateways.webhooks import new_secret
from policies.joint_credentials import make
from runtime.settings import Settings
from tests.api.joint_rows import a_part, tell
from tests.api.people import ACORN, Tokens

Connection = psycopg.Connection[Any]
pytestmark = pytest.mark.at_once


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"secrets_key": SecretStr(new_key())})


@pytest.fixture
async def served(app: FastAPI, client: httpx2.AsyncClient) -> AsyncIterator[str]:
    """The application on a free port of loopback: `client` has begun its life already."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/joint/v1/{ACORN.code}"
    server.should_exit = True
    await serving
    listening.close()


async def test_what_is_said_on_either_side_is_heard_on_the_other(
    served: str, client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    part = await a_part(client, tokens, app, migrator)
    tell(migrator, part, "timescale", {"contribute_by": "2027-01-04", "respond_by": "2027-02-01", "agreed": True})
    wrong, right = make(new_secret(), part.id, 1), make(part.secret, part.id, 1)
    door = JointDoor(url=served, contribution_id=part.id, credentials=(wrong, right))
    speaker = HttpJointClient(WebhookReach(allow_private=True))
    stands = await speaker.contribution(door)
    assert (stands.outcome, stands.said["state"], stands.said["last_seq"]) == ("ok", "invited", 1)
    told = await speaker.messages(door, 0)
    assert [(each["seq"], each["kind"]) for each in told.said["items"]] == [(1, "timescale")]
    accept = {"contact": "Sam Sample", "senior_lead": "Kim Sample"}
    message = {"protocol": 1, "id": str(uuid4()), "kind": "accept", "body": accept}
    for _ in range(2):
        assert (await speaker.say(door, message)).outcome == "ok"
    future = await speaker.say(door, message | {"id": str(uuid4()), "protocol": 2})
    assert (future.outcome, future.code, future.said["spoken"]) == ("refused", "protocol_not_spoken", [1])
    file = await speaker.send_file(door, uuid4(), "record.txt", "text/plain", io.BytesIO(b"The record."))
    assert file.outcome == "ok" and file.said["file_id"]
    stranger = JointDoor(url=served, contribution_id=part.id, credentials=(wrong,))
    assert (await speaker.say(stranger, message)).outcome == "unauthenticated"
    assert (await speaker.contribution(door)).said["state"] == "accepted"


async def test_a_file_is_taken_once_from_whoever_shows_the_credential_alone(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    part = await a_part(client, tokens, app, migrator)
    at, form = f"{part.at}/files", {"id": str(uuid4())}
    sent = {"file": ("record.txt", b"The record of the calls.", "text/plain")}
    for _ in range(2):
        answer = await client.post(at, data=form, files=sent, headers=part.headers)
        assert answer.status_code == 200, answer.text
        assert answer.json()["id"] == form["id"] and answer.json()["state"] == "taken"
    files = migrator.execute(
        "select id, source, disclosure, attached from case_file where complaint_id = %s", (part.complaint_id,)
    ).fetchall()
    assert files == [(UUID(answer.json()["file_id"]), "other_body", "restricted", True)]
    other = {"file": ("record.txt", b"Another record.", "text/plain")}
    changed = await client.post(at, data=form, files=other, headers=part.headers)
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency_key_reused")
    wrong = {"Authorization": f"Bearer {make(new_secret(), part.id, 1)}"}
    for headers in (wrong, {}, tokens.headers("complaints_manager")):
        assert (await client.post(at, data=form, files=sent, headers=headers)).status_code == 401
    migrator.execute("update contribution set open_to_body = false where id = %s", (part.id,))
    later = await client.post(at, data={"id": str(uuid4())}, files=sent, headers=part.headers)
    assert (later.status_code, later.json()["code"]) == (409, "consent_missing")
