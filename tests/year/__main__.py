"""Lives a year of a trust and writes down its reports: `python -m tests.year --complaints 950 --out examples/year`.

The reports are compiled at the end of March, when they would be; the trust then lives on to November, and they are
compiled again. What fails rests, and the others live on. It ends with 1 where anything rests, or a check fails.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
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
from tests.bodies import make_body
from tests.lives.markers import SEALING_KEY
from tests.temporal_server import a_temporal_server
from tests.world import a_world
from tests.year import checks
from tests.year.chance import a_year, other_matters
from tests.year.counts import Counts
from tests.year.desk import ApiDesk
from tests.year.leaders import SERIES, Leaders
from tests.year.reports import BEGIN, KINDS, MARCH, NOVEMBER, again, compiled
from tests.year.sharing import Sharing
from tests.year.show import write
from tests.year.told import lived, readme
from tests.year.trust import found
from tests.year.year import Year, name


async def live(year: Year, complaints: int, seed: int, out: Path, migrator_dsn: str) -> bool:
    """Live the year, write its reports, and check them; return whether all of it went well."""
    trust = year.trust
    await year.begin(a_year(complaints, seed), other_matters(complaints, seed))
    await year.until(MARCH)
    counted: list[str] = []
    for kind in KINDS:
        document = await compiled(trust, kind)
        await write(document, out, kind)
        if kind == "ko41a":
            counted += checks.counted_again(trust, migrator_dsn, document)
    await year.until(NOVEMBER)
    differ: list[str] = []
    for kind in KINDS:
        rebuilt, since = await again(trust, kind)
        differ += checks.the_same(kind, rebuilt)
        if kind == "board":
            await write(since, out, f"{kind}-in-november")
    events, wrong = await checks.of_the_chains(trust)
    faults = {
        "Each complaint and each occurrence of governance was lived to where it stands in November.":
            [f"**Not lived to its end**: {name(each)}" for each in year.resting],
        "KO41a holds each of its equalities, and is what a count of its own in SQL comes to, in all and by site.":
            counted,
        f"{', '.join(KINDS)}: compiled in November as at 31 March, each is the same to the byte.": differ,
        f"The {events:,} events of all chains, folded again, give the facts that were counted.": wrong,
    }  # fmt: skip
    checked = [line for holds, found in faults.items() for line in found or [holds]]
    seconds = round(time.monotonic() - year.began)
    said = {"complaints": complaints, "seed": seed, "steps": year.steps, "seconds": seconds}
    readme(out, await lived(trust), checked, **said)
    print(f"{complaints} complaints, {year.steps} steps, {seconds} s", *checked, sep="\n", flush=True)
    return not any(faults.values())


async def stand_up(dsns: DatabaseDsns, target: str, state: Path, complaints: int, seed: int, out: Path) -> bool:
    """Stand the whole system up, and live the year in it."""
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
        world.budget = timedelta(minutes=2)
        trust = found(world, dsns.migrator, "RYE")
        async with serving(create_app(settings, engine=world.engine, clock=world.clock)) as client:
            desk = ApiDesk(trust=trust, client=client, settings=settings)
            leaders = [
                Leaders(desk=desk, kind=kind, rhythm=rhythm, first_on=first_on) for kind, rhythm, first_on in SERIES
            ]
            neighbour = replace(desk, trust=replace(trust, body=make_body(dsns.migrator)))
            office = [Counts(desk=desk, seed=seed), Sharing(desk=desk, neighbour=neighbour)]
            year = Year(trust=trust, said=True, patient=True, leaders=leaders, office=office)
            well = await live(year, complaints, seed, out, dsns.migrator)
    await database.close()
    await sweeper.close()
    return well


def main(complaints: int, seed: int, out: Path) -> bool:
    """Live a year of so many complaints; return whether all of it went well."""
    with temporary_postgres() as address, a_temporal_server() as target, tempfile.TemporaryDirectory() as state:
        dsns = ensure_database(address, Path(state))
        upgrade(dsns.migrator)
        return asyncio.run(stand_up(dsns, target, Path(state), complaints, seed, out))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--complaints", type=int, default=950)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--out", type=Path, default=Path("examples/year"))
    given = asked.parse_args()
    # Stopped from outside it takes its servers with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(0 if main(given.complaints, given.seed, given.out) else 1)
