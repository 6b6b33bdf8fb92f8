"""An organisation that reports: its complaints, its reports over HTTP, and a report so small that it can be counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting.compiling import Builder
from activities.reporting.titles import Titles
from db.queries.report_figures import count, grouped, opens
from db.queries.report_scope import Scope
from reports.document import Cell, Column, Document, Figure, Row, Section, Table
from tests.api.fakes import FixedClock
from tests.api.people import Tokens, a_complaint
from tests.bodies import Body

MANAGER, LEADER = "complaints_manager", "senior_leader"
NOVEMBER = {"kind": "board", "from": "2026-11-01", "until": "2026-11-18"}


def tiny(kind: str) -> Builder:
    """Return a builder of a report that says how many complaints were received, and in which month."""

    async def build(session: AsyncSession, scope: Scope, titles: Titles) -> Document:
        received = await count(session, scope, ["received"])
        months = await grouped(session, scope, "received", "month")
        rows = [
            Row(code=each, title=each, cells=(Cell(value=months[each], figure=opens("received", "month", each)),))
            for each in sorted(months)
        ]
        figure = Figure(code="received", title="Received", value=received["received"], opens=True)
        table = Table(
            code="months",
            title="By month",
            head="Month",
            columns=(Column(code="received", title="Received"),),
            rows=tuple(rows),
        )
        return Document(
            kind=kind,
            rules=titles.rules,
            title="What came in",
            organisation=titles.organisation,
            organisation_code=titles.organisation_code,
            first_on=scope.first_on,
            last_on=scope.last_on,
            known_until=scope.known_until,
            sections=(Section(code="received", title="Received", figures=(figure,), tables=(table,)),),
        )

    return build


@dataclass
class Office:
    """One organisation over HTTP. Each request is said a minute after the one before."""

    client: httpx2.AsyncClient
    tokens: Tokens
    app: FastAPI
    clock: FixedClock
    body: Body

    def headers(self, role: str = MANAGER, **more: Any) -> dict[str, str]:
        return self.tokens.headers(role, organisation=self.body.id, **more)

    def later(self, by: timedelta = timedelta(minutes=1)) -> None:
        self.clock.instant += by

    async def log(self, **changes: Any) -> str:
        """Log a complaint, and return its reference."""
        headers = self.headers("handler")
        answer = await self.client.post("/v1/complaints", json=a_complaint(**changes), headers=headers)
        assert answer.status_code == 201, answer.text
        await self.app.state.parts.starts.idle()
        self.later()
        return str(answer.json()["reference"])

    async def post(self, path: str, body: Any = None, role: str = MANAGER, **more: Any) -> httpx2.Response:
        return await self.client.post(f"/v1/reports{path}", json=body, headers=self.headers(role, **more))

    async def get(self, path: str, role: str = MANAGER, **params: Any) -> httpx2.Response:
        return await self.client.get(f"/v1/reports{path}", params=params, headers=self.headers(role))

    async def compiled(self, role: str = MANAGER, **changes: Any) -> dict[str, Any]:
        answer = await self.post("", NOVEMBER | changes, role)
        assert answer.status_code == 201, answer.text
        self.later()
        shown: dict[str, Any] = answer.json()
        return shown

    async def published(self, **changes: Any) -> dict[str, Any]:
        """Compile, approve and publish a report."""
        shown = await self.compiled(**({"kind": "public"} | changes))
        for path, role in (("approval", LEADER), ("publication", MANAGER)):
            answer = await self.post(f"/{shown['id']}/{path}", role=role)
            assert answer.status_code == 200, answer.text
            self.later()
            shown = answer.json()
        return shown

    async def document(self, report_id: str | UUID, **params: Any) -> dict[str, Any]:
        answer = await self.get(f"/{report_id}/document", **params)
        assert answer.status_code == 200, answer.text
        read: dict[str, Any] = answer.json()
        return read


def received(document: dict[str, Any]) -> dict[str, Any]:
    """Return the one figure of a tiny report."""
    (figure,) = document["sections"][0]["figures"]
    return dict(figure)
