"""A year of a small trust on the real engine: what happened to each complaint is what its reports count."""

from __future__ import annotations

from datetime import UTC, datetime

from runtime.database_roles import DatabaseDsns
from tests.world import World
from tests.year.chance import a_year
from tests.year.trust import found
from tests.year.year import Year


async def test_a_year_is_lived(world: World, dsns: DatabaseDsns) -> None:
    world.clock.time = datetime(2027, 4, 1, 8, 0, tzinfo=UTC)
    year = Year(trust=found(world, dsns.migrator), said=True)
    await year.begin(a_year(12, 7))
    await year.until(datetime(2028, 4, 1, 18, 0, tzinfo=UTC))
    rows = await world.rows(year.trust.body, "select stage, count(*) from complaint group by 1")
    print([tuple(row.values()) for row in rows])
