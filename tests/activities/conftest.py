"""One complaint on a desk, in the session's database."""

from __future__ import annotations

import pytest

from db.engine import Database, SweeperDatabase
from runtime.database_roles import DatabaseDsns
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart, DirectEngine
from tests.bodies import Body


@pytest.fixture
def beside(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Apart:
    """The session's own database, with an engine that applies at once."""
    return Apart(dsns=dsns, database=database, sweeper=sweeper, engine=DirectEngine(database=database))


@pytest.fixture
async def full(beside: Apart, standards: Body) -> Desk:
    """A complaint under the Regulations and the Standards, logged this morning."""
    return await a_desk(beside, standards)


@pytest.fixture
async def desk(beside: Apart, body: Body) -> Desk:
    """A complaint that was logged this morning."""
    return await a_desk(beside, body)
