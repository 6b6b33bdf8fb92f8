"""Lives a year of a trust and writes down its reports: `python -m tests.year --complaints 950 --out examples/year`.

The board report is compiled at the end of March, when it would be; the trust then lives on to November, and it is
compiled again. It takes about two seconds for each complaint.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select

from activities.reporting.compiling import Asked
from activities.reporting.keeping import Rebuilt, keep, rebuild, with_since
from db.engine import Database, SweeperDatabase
from db.models.report import Report
from db.queries.report_scope import Scope
from gateways.engine import connect
from reports.document import Document, read
from runtime.database_roles import DatabaseDsns, ensure_database
from runtime.migrating import upgrade
from runtime.postgres import temporary_postgres
from runtime.settings import Settings
from tests.lives.markers import SEALING_KEY
from tests.temporal_server import a_temporal_server
from tests.world import a_world
from tests.year.chance import a_year
from tests.year.show import write
from tests.year.trust import Trust, found
from tests.year.year import Year

FIRST, LAST = date(2027, 4, 1), date(2028, 3, 31)
BEGIN = datetime(2027, 4, 1, 8, 0, tzinfo=UTC)
MARCH = datetime(2028, 3, 31, 18, 0, tzinfo=UTC)
NOVEMBER = datetime(2028, 11, 30, 18, 0, tzinfo=UTC)
KINDS = ("board", "annual", "ko41a", "public")


async def compiled(trust: Trust, kind: str) -> Document:
    """Compile and keep a report of the year as it is known now."""
    now = trust.world.clock.time
    scope = Scope(organisation_id=trust.body.id, first_on=FIRST, last_on=LAST, known_until=now)
    async with trust.world.database.tenant(trust.body.id, now) as session:
        report = await keep(
            session, Asked(kind=kind, scope=scope), now, person_id=trust.body.person("complaints_manager")
        )
        return read(report.document.encode())


async def again(trust: Trust, kind: str) -> tuple[Rebuilt, Document]:
    """Compile the first report of a kind that was kept once more, and beside what is known since."""
    now = trust.world.clock.time
    async with trust.world.database.tenant(trust.body.id, now) as session:
        report = await session.scalar(select(Report).where(Report.kind == kind).order_by(Report.compiled_at).limit(1))
        assert report is not None
        return await rebuild(session, report), await with_since(session, report, now)


async def live(trust: Trust, complaints: int, seed: int, out: Path) -> None:
    year = Year(trust=trust, said=True)
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
    settings = Settings(environment="development", state_dir=state, secrets_key=SecretStr(SEALING_KEY))
    database, sweeper = Database(dsns.app), SweeperDatabase(dsns.sweeper)
    async with a_world(await connect(target, "default", lazy=False), database, sweeper, settings) as world:
        world.clock.time = BEGIN
        await live(found(world, dsns.migrator, "RYE"), complaints, seed, out)
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
