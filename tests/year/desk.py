"""Somebody of the trust speaks through the API, at the world's time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2

from api.dev_issuer import mint
from runtime.settings import Settings
from tests.year.trust import Trust

OFFICE = "complaints_manager"


@dataclass(frozen=True, kw_only=True)
class ApiDesk:
    """Where people of the trust speak."""

    trust: Trust
    client: httpx2.AsyncClient
    settings: Settings

    async def post(self, path: str, body: dict[str, Any], role: str = OFFICE) -> dict[str, Any]:
        """Say something that has to be taken, and return the answer."""
        headers = self._known_as(role) | {"Idempotency-Key": uuid4().hex}
        return self._taken(path, role, await self.client.post(f"/v1{path}", json=body, headers=headers))

    async def get(self, path: str, role: str = OFFICE) -> dict[str, Any]:
        """Read something that may be read."""
        return self._taken(path, role, await self.client.get(f"/v1{path}", headers=self._known_as(role)))

    def _known_as(self, role: str) -> dict[str, str]:
        token = mint(self.settings, self.trust.body.id, role, (role,), timedelta(days=1), self.trust.world.clock.now())
        return {"Authorization": f"Bearer {token}"}

    @staticmethod
    def _taken(path: str, role: str, answer: httpx2.Response) -> dict[str, Any]:
        assert answer.status_code in (200, 201), (path, role, answer.status_code, answer.text)
        found: dict[str, Any] = answer.json()
        return found
