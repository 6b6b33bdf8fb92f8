"""The question whose page a code opens may be asked without an organisation, and tells nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from db.engine import Database, SweeperDatabase
from db.feedback_codes import hash_of
from db.models.staff_comment import Experience
from db.queries.feedback import asked_by, page_at
from db.queries.incoming import NOBODY
from runtime.database_roles import DatabaseDsns
from tests.activities.office_desk import a_desk
from tests.activities.rounds import a_round, link_of
from tests.apart import MORNING, Apart, DirectEngine
from tests.bodies import Body, make_body


@pytest.fixture
async def code(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase, body: Body) -> str:
    engine = DirectEngine(database=database)
    desk = await a_desk(Apart(dsns=dsns, database=database, sweeper=sweeper, engine=engine), body)
    await desk.withdraw()
    await a_round(desk)
    return link_of(desk).rpartition("/")[2]


async def test_only_the_very_code_is_found(database: Database, body: Body, code: str) -> None:
    async with database.tenant(NOBODY, MORNING) as session:
        assert await page_at(session, hash_of(code)) == body.id
        for other in (hash_of("7K2M-9QXD-3BWT-5HNP"), hash_of(code)[:-1], "%", "", "' or true --", code):
            assert await page_at(session, other) is None


async def test_whoever_asks_sees_no_row_and_another_body_none_of_ours(
    database: Database, dsns: DatabaseDsns, code: str
) -> None:
    for organisation_id in (NOBODY, make_body(dsns.migrator).id):
        async with database.tenant(organisation_id, MORNING) as session:
            assert await asked_by(session, hash_of(code)) is None
            assert await session.scalar(select(func.count()).select_from(Experience)) == 0


async def test_the_sweeper_may_not_ask(sweeper: SweeperDatabase) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with sweeper.session() as session:
            await session.execute(text("select feedback_at('x')"))
