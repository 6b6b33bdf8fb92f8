"""One world for all the lives of this session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.client import Client

from db.engine import Database, SweeperDatabase
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from tests.gateways.notify_stub import NotifyStub, notify_stub
from tests.lives.lived import Lived, live
from tests.lives.markers import SEALING_KEY
from tests.world import MORNING, World, a_world


@pytest.fixture(scope="session")
def notify() -> Iterator[NotifyStub]:
    """What stands for GOV.UK Notify."""
    with notify_stub() as opened:
        yield opened


@pytest.fixture(scope="session")
async def living(
    temporal: Client,
    database: Database,
    sweeper: SweeperDatabase,
    tmp_path_factory: pytest.TempPathFactory,
    notify: NotifyStub,
) -> AsyncIterator[World]:
    """The world, opened once."""
    settings = Settings(
        environment="development",
        state_dir=Path(tmp_path_factory.mktemp("state")),
        secrets_key=SecretStr(SEALING_KEY),
        notify_url=notify.url,
        webhooks_allow_private=True,
    )
    async with a_world(temporal, database, sweeper, settings) as opened:
        yield opened


@pytest.fixture
def world(living: World) -> World:
    """The world, at its first morning again."""
    living.clock.time = MORNING
    return living


@pytest.fixture(scope="session")
async def lived(living: World, dsns: DatabaseDsns, notify: NotifyStub) -> Lived:
    """Everything said that has words, once for all the tests that look for them."""
    return await live(living, dsns, notify)
