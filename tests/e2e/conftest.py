"""The whole system behind one HTTP client: real API, engine, workers and database, and one clock."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.dev_issuer import mint
from db.engine import Database, SweeperDatabase
from gateways.engine import connect
from gateways.sealing import new_key
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from tests.bodies import Body
from tests.world import MORNING, World, a_world, until

_keys = itertools.count()


@dataclass(slots=True, kw_only=True)
class Caller:
    """Somebody of an organisation, with a token, who speaks HTTP."""

    client: httpx2.AsyncClient
    world: World
    settings: Settings
    body: Body
    opened: list[UUID] = field(default_factory=list)

    def headers(self, role: str) -> dict[str, str]:
        lifetime = timedelta(days=1)
        token = mint(self.settings, self.body.id, role, [role], lifetime, now=self.world.clock.now())
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": f"e2e-{next(_keys)}"}

    async def get(self, path: str, *, by: str = "handler", **params: Any) -> Any:
        answer = await self.client.get(f"/v1{path}", params=params, headers=self.headers(by))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def say(self, path: str, said: dict[str, Any], *, by: str = "handler", status: int = 200) -> Any:
        answer = await self.client.post(f"/v1/complaints{path}", json=said, headers=self.headers(by))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def log(self, said: dict[str, Any]) -> str:
        """Log a complaint, wait until it is opened, and bring its workflow to the world's time."""
        logged = await self.say("", said, status=201)
        reference: str = logged["reference"]

        async def opened() -> bool:
            return bool((await self.get(f"/complaints/{reference}"))["opened"])

        await until(opened)
        complaint = UUID(logged["id"])
        await self.world.skipper.fast_forward(self.world.handle(complaint), self.world.clock.now() - datetime.now(UTC))
        self.opened.append(complaint)
        return reference

    async def advance_to(self, instant: datetime) -> None:
        """Move the time of the world and of every complaint that was logged here."""
        await self.world.advance_to(instant, *self.opened)


@pytest.fixture(scope="session")
def e2e_settings(dsns: DatabaseDsns, temporal_target: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        environment="development",
        state_dir=Path(tmp_path_factory.mktemp("e2e")),
        database_dsn_app=dsns.app,
        database_dsn_migrator=dsns.migrator,
        database_dsn_sweeper=dsns.sweeper,
        temporal_address=temporal_target,
        verdict_timeout_seconds=20,
        secrets_key=SecretStr(new_key()),
        webhooks_allow_private=True,
    )


@pytest.fixture
async def caller(
    temporal_target: str, database: Database, sweeper: SweeperDatabase, e2e_settings: Settings, body: Body
) -> AsyncIterator[Caller]:
    """The complaints team of an organisation of its own."""
    # A client of its own: one client cannot have two workers on one task queue.
    temporal = await connect(temporal_target, "default", lazy=False)
    async with a_world(temporal, database, sweeper, e2e_settings) as world:
        world.clock.time = MORNING
        app = create_app(e2e_settings, engine=world.engine, clock=world.clock)
        transport = httpx2.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=transport, base_url="http://redress.test") as client,
        ):
            yield Caller(client=client, world=world, settings=e2e_settings, body=body)
