"""The client of another body's door over real sockets: what each answer means, and where it never goes."""

from __future__ import annotations

import asyncio
import io
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateways.joint_client import HttpJointClient, JointAnswer, JointDoor
from gateways.webhook_reach import WebhookReach

INSIDE = WebhookReach(allow_private=True)
ID = UUID("0192f0c1-6d1e-7cc3-9d0f-3b1f0f9a1c11")


@dataclass
class Door:
    """Answer with what is planned, in turn, and keep what was asked."""

    plan: deque[tuple[int, bytes]] = field(default_factory=deque)
    extra: str = ""
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    port: int = 0

    def of(self, *credentials: str) -> JointDoor:
        return JointDoor(
            url=f"http://127.0.0.1:{self.port}/joint/v1/RX1/", contribution_id=ID, credentials=credentials or ("one",)
        )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.asked.append((first.removesuffix(" HTTP/1.1"), headers["authorization"], body))
            status, said = self.plan.popleft() if self.plan else (200, b'{"items": [], "more": false}')
            writer.write(f"HTTP/1.1 {status} S\r\n{self.extra}Content-Length: {len(said)}\r\n\r\n".encode() + said)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def a_door(*plan: tuple[int, bytes], extra: str = "") -> AsyncIterator[Door]:
    door = Door(plan=deque(plan), extra=extra)
    server = await asyncio.start_server(door.serve, "127.0.0.1", 0)
    door.port = server.sockets[0].getsockname()[1]
    try:
        yield door
    finally:
        server.close()


async def test_calls_go_to_the_door_of_the_contribution_with_its_credential() -> None:
    client, message = HttpJointClient(INSIDE), {"protocol": 1, "id": str(uuid4()), "kind": "accept", "body": {}}
    async with a_door() as door:
        await client.contribution(door.of())
        answer = await client.messages(door.of(), 7)
        await client.say(door.of(), message)
        await client.send_file(door.of(), uuid4(), "record.txt", "text/plain", io.BytesIO(b"The record."))
    at = f"/joint/v1/RX1/contributions/{ID}"
    assert [each[0] for each in door.asked] == [
        f"GET {at}", f"GET {at}/messages?after=7", f"POST {at}/messages", f"POST {at}/files"
    ]  # fmt: skip
    assert {each[1] for each in door.asked} == {"Bearer one"}
    assert json.loads(door.asked[2][2]) == message and b"The record." in door.asked[3][2]
    assert answer == JointAnswer(outcome="ok", said={"items": [], "more": False})


async def test_after_a_rotation_the_credential_before_is_shown_too_and_no_third() -> None:
    async with a_door((401, b"{}"), (200, b'{"a": 1}')) as door:
        answer = await HttpJointClient(INSIDE).contribution(door.of("new", "old", "older"))
    assert answer.outcome == "ok" and [each[1] for each in door.asked] == ["Bearer new", "Bearer old"]
    nobody = await HttpJointClient(INSIDE).contribution(
        JointDoor(url="https://x.example", contribution_id=ID, credentials=())
    )
    assert (nobody.outcome, nobody.code) == ("unauthenticated", "no_credential")


ANSWERS: list[tuple[int, bytes, str, str | None]] = [
    (200, b'{"id": 1}', "ok", None),
    (202, b'{"id": 1}', "pending", None),
    (401, b'{"code": "unauthenticated"}', "unauthenticated", "unauthenticated"),
    (409, b'{"code": "consent_missing"}', "refused", "consent_missing"),
    (422, b'{"code": "invalid_request"}', "refused", "invalid_request"),
    (404, b"{}", "away", "status_404"),
    (429, b'{"code": "too_many_calls"}', "away", "too_many_calls"),
    (503, b"<html>", "away", "status_503"),
    (302, b"", "away", "status_302"),
    (200, b"<html>", "away", "not_understood"),
    (200, b"[1]", "away", "not_understood"),
    (409, b'{"code": {"a": 1}}', "refused", "status_409"),
    (200, b"[" * 100_000, "away", "not_understood"),
    (200, b" " * (9 * 1024 * 1024), "away", "broken_off"),
]


@pytest.mark.parametrize(("status", "said", "outcome", "code"), ANSWERS)
async def test_an_answer_means(status: int, said: bytes, outcome: str, code: str | None) -> None:
    async with a_door((status, said), extra="Location: http://127.0.0.1:1/\r\nRetry-After: 7\r\n") as door:
        answer = await HttpJointClient(INSIDE).say(door.of(), {"protocol": 1})
    assert (answer.outcome, answer.code) == (outcome, code)
    assert len(door.asked) == 1  # nothing is followed
    if status in (202, 429, 503):
        assert answer.retry_after == 7


async def test_what_is_not_public_or_away_is_not_reached_and_raises_nothing() -> None:
    async def code(client: HttpJointClient, url: str) -> str | None:
        answer: Any = await client.messages(JointDoor(url=url, contribution_id=ID, credentials=("one",)), 0)
        assert answer.outcome == "away"
        return str(answer.code)

    public = HttpJointClient(WebhookReach())
    async with a_door() as door:
        assert await code(public, f"http://127.0.0.1:{door.port}/joint/v1/RX1") == "https_needed"
        assert await code(public, f"https://127.0.0.1:{door.port}/joint/v1/RX1") == "address_refused"
        assert door.asked == []
    assert await code(HttpJointClient(INSIDE), f"http://127.0.0.1:{door.port}/joint/v1/RX1") == "not_connected"
