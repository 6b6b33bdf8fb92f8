"""A system that takes part in joint complaints, written from docs/joint-protocol.md alone: nothing of ours helps it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2

from tests.lives.three_ways import Json, Taker
from tests.receiver import Receiver
from tests.world import until

_ANSWER = ("id", "state", "code")  # of an answer at the door: what is the same whenever it is asked


@dataclass(kw_only=True)
class System(Taker):
    """A practice with a system of its own: it has read docs/joint-protocol.md, and nothing else."""

    client: httpx2.AsyncClient
    receiver: Receiver
    secret: str
    door: str
    read: list[Json] = field(default_factory=list)
    looked_at: int = 0

    def credential(self, number: int = 1) -> str:
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = f"redress-joint-credential.v1\n{self.id}\n{number}".encode()
        mac = hmac.new(key, signed, hashlib.sha256).digest()
        return f"rj1.{self.id}.{number}." + base64.urlsafe_b64encode(mac).decode().rstrip("=")

    def _verified(self, headers: dict[str, str], raw: bytes) -> Json:
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + raw
        right = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert any(hmac.compare_digest(right, each) for each in headers["webhook-signature"].split(" "))
        sent_at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        assert abs(sent_at - self.life.world.clock.now()) < timedelta(minutes=5), sent_at
        event: Json = json.loads(raw)
        assert event["id"] == headers["webhook-id"] and event["source"] == f"/organisations/{self.life.body.code}"
        return event

    async def hooked(self) -> list[Json]:
        """Return what new events tell, once there is one of every message; each is verified."""
        sent: int = (await self.life.of(self.code))["sent"]

        async def all_told() -> bool:
            await self.company.keep_up()
            return len(self.receiver.taken) >= sent

        await until(all_told)
        fresh = self.receiver.taken[self.looked_at :]
        self.looked_at = len(self.receiver.taken)
        return [self._verified(each.headers, each.body)["data"] for each in fresh]

    async def stands(self) -> Json:
        return await self._get(f"/contributions/{self.id}")

    async def page(self, after: int) -> list[Json]:
        found = await self._get(f"/contributions/{self.id}/messages", after=after, limit=3)
        items: list[Json] = found["items"]
        return items + (await self.page(items[-1]["seq"]) if found["more"] else [])

    async def told(self) -> list[tuple[int, str, Json]]:
        """Fetch what is new, and return all that was ever fetched."""
        self.read += await self.page(self.read[-1]["seq"] if self.read else 0)
        return [(each["seq"], each["kind"], each["body"]) for each in self.read]

    async def say(self, kind: str, **body: Any) -> str | None:
        message = {"protocol": 1, "id": str(uuid4()), "kind": kind, "body": body}
        at = f"{self.door}/contributions/{self.id}/messages"
        headers = {"Authorization": f"Bearer {self.credential()}"}
        times = 2 if kind == "accept" else 1  # the same again is answered with the same
        answers = [await self.client.post(at, json=message, headers=headers) for _ in range(times)]
        first = answers[0]
        said = [{name: each for name, each in answer.json().items() if name in _ANSWER} for answer in answers]
        assert all(each == said[0] for each in said), said
        if first.status_code == 409:
            refusal: str = first.json()["code"]
            return refusal
        assert first.status_code == 200 and first.json() == {"id": message["id"], "state": "taken"}, first.text
        return None

    async def _get(self, path: str, **params: int) -> Json:
        headers = {"Authorization": f"Bearer {self.credential()}"}
        answer = await self.client.get(self.door + path, params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found
