"""One organisation whose leaders speak through the API, and the machine that does its steps of governance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx2

from tests.api.fakes import FixedClock
from tests.api.office_rows import Rows
from tests.api.people import Tokens
from tests.governing import Machine

PARTS = {
    "chair": ["responsible_person"],
    "approver": ["responsible_person"],
    "commenter": ["senior_leader", "complaints_manager"],
}


class Board:
    """One organisation whose leaders speak, and the machine that does its steps."""

    def __init__(
        self, client: httpx2.AsyncClient, tokens: Tokens, rows: Rows, machine: Machine, clock: FixedClock
    ) -> None:
        self.client, self.tokens, self.rows, self.machine, self.clock = client, tokens, rows, machine, clock

    def headers(self, role: str, key: str | None = None) -> dict[str, str]:
        return self.tokens.headers(role, organisation=self.rows.id, key=key)

    async def post(self, path: str, body: Any, role: str, key: str | None = None) -> httpx2.Response:
        return await self.client.post(f"/v1/governance{path}", json=body, headers=self.headers(role, key))

    async def said(self, path: str, body: Any, role: str) -> dict[str, Any]:
        answer = await self.post(path, body, role)
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def refused(self, path: str, body: Any, role: str) -> str:
        answer = await self.post(path, body, role)
        assert answer.status_code in (403, 404, 409, 422), answer.text
        return str(answer.json()["code"])

    async def get(self, path: str = "", role: str = "complaints_manager", **query: Any) -> httpx2.Response:
        return await self.client.get(f"/v1/governance{path}", params=query, headers=self.headers(role))

    async def series(self, kind: str = "board_report", parts: dict[str, list[str]] | None = None, **more: Any) -> str:
        members = [
            {"part": part, "personId": str(self.rows.person(role))}
            for part, roles in (PARTS if parts is None else parts).items()
            for role in roles
        ]
        body = {"kind": kind, "rhythm": "monthly", "anchorOn": "2026-11-02", "members": members} | more
        return str((await self.said("/series", body, "complaints_manager"))["id"])

    async def begun(self, series: str) -> str:
        (occurrence,) = await self.machine.turn(self.rows.id, UUID(series), self.clock.instant)
        await self.rest(str(occurrence))
        return str(occurrence)

    async def rest(self, occurrence: str) -> list[str]:
        deeds, _ = await self.machine.rest(self.rows.id, UUID(occurrence), self.clock.instant)
        return deeds
