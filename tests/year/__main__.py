"""Lives a year of a trust and writes down its reports: `python -m tests.year --complaints 950 --out examples/year`.

The board report is compiled at the end of March, when it would be; the trust then lives on to November, and it is
compiled again. It takes about two seconds for each complaint.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from pydantic import SecretStr

from api.app import create_app
from db.engine import Database, SweeperDatabase
from gateways.engine import connect
from runtime.database_roles import DatabaseDsns, ensure_database
from runtime.migrating import upgrade
from runtime.postgres import temporary_postgres
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.lives.markers import SEALING_KEY
from tests.temporal_server import a_temporal_server
from tests.world import a_world
from tests.year.chance import a_year
from tests.year.counts import Counts
from tests.year.desk import ApiDesk
from tests.year.leaders import SERIES, Leaders
from tests.year.reports import BEGIN, KINDS, MARCH, NOVEMBER, again, compiled
from tests.year.show import write
from tests.year.trust import found
from tests.year.year import Year


async def live(year: Year, complaints: int, seed: int, out: Path) -> None:
    trust = year.trust
    await year.begin(a_year(complaints, seed))
    await year.until(MARCH)
    for kind in KINDS:
        await write(await compiled(trust, kind), out, f"{kind}-march")
    await year.until(NOVEMBER)
    for kind in KINDS:
        rebuilt, since = await again(trust, kind)
        print(f"{kind} as at March, compiled again in November: {'identical' if rebuilt.identical else 'DIFFERENT'}")
        await write(since, out, f"{kind}-march-since-november")
        await write(await compiled(trust, kind), out, f"{kind}-november")


async def stand_up(dsns: DatabaseDsns, target: str, state: Path, complaints: int, seed: int, out: Path) -> None:
    settings = Settings(
        environment="development",
        state_dir=state,
        secrets_key=SecretStr(SEALING_KEY),
        database_dsn_app=dsns.app,
        database_dsn_sweeper=dsns.sweeper,
    )
    database, sweeper = Database(dsns.app), SweeperDatabase(dsns.sweeper)
    async with a_world(await connect(target, "default", lazy=False), database, sweeper, settings) as world:
        world.clock.time = BEGIN
        trust = found(world, dsns.migrator, "RYE")
        async with serving(create_app(settings, engine=world.engine, clock=world.clock)) as client:
            desk = ApiDesk(trust=trust, client=client, settings=settings)
            leaders = [
                Leaders(desk=desk, kind=kind, rhythm=rhythm, first_on=first_on) for kind, rhythm, first_on in SERIES
            ]
            year = Year(trust=trust, said=True, leaders=leaders, counts=Counts(desk=desk, seed=seed))
            await live(year, complaints, seed, out)
    await database.close()
    await sweeper.close()


def main(complaints: int, seed: int, out: Path) -> None:
    with temporary_postgres() as address, a_temporal_server() as target, tempfile.TemporaryDirectory() as state:
        dsns = ensure_database(address, Path(state))
        upgrade(dsns.migrator)
        asyncio.run(stand_up(dsns, target, Path(state), complaints, seed, out))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--complaints", type=int, default=950)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--out", type=Path, default=Path("examples/year"))
    given = asked.parse_args()
    main(given.complaints, given.seed, given.out)
