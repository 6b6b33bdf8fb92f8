"""A database on which governance has run as it first landed is brought to the newest revision with all it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from alembic import command

from db.engine import SweeperDatabase
from db.queries import governance_series
from runtime.database_roles import DatabaseDsns, ensure_owned_database, ensure_schema
from runtime.migrating import alembic_config, upgrade
from runtime.postgres import PostgresAddress
from tests.bodies import Body, make_body, plain

DATABASE = "moved_on"
LANDED = "0052"
# Microseconds of this are past what an integer of four bytes holds, and are not lost on the way.
BEGAN = datetime(2028, 3, 1, 7, 5, 0, 123456, tzinfo=UTC)
ENDED = BEGAN + timedelta(days=20)


class Landed:
    """The rows of governance of one organisation, as the revision that landed has them."""

    def __init__(self, dsns: DatabaseDsns, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.dsns, self.connection = dsns, connection
        self.body: Body = make_body(dsns.migrator)
        self.by = self.body.person("complaints_manager")
        self.series = self.put("governance_series", kind="panel", rhythm="monthly", anchor_on=BEGAN.date(), hour=7,
                               state="active", changed_at=BEGAN, set_up_by=self.by)  # fmt: skip
        self.open = self.occurrence(1, "open", None)
        self.over = self.occurrence(2, "done", ENDED)
        self.step = self.put("governance_step", occurrence_id=self.open, code="choose", position=2, state="open",
                             due_on=date(2028, 3, 11), opened_at=BEGAN)  # fmt: skip
        self.put("governance_reminder", occurrence_id=self.open, step_id=self.step, rung="opened", people="[]",
                 at=BEGAN)  # fmt: skip
        self.put("governance_action", series_id=self.series, occurrence_id=self.over, number=1, what="Ask.",
                 owner_id=self.by, due_on=date(2028, 5, 1), state="open", made_by=self.by, made_at=ENDED)  # fmt: skip
        self.put("office_event", kind="governance.commented", subject_id=self.open, at=BEGAN, role="senior_leader",
                 data="{}", caller="somebody", route="/v1", body_hash="0" * 64)  # fmt: skip

    def occurrence(self, number: int, state: str, ended_at: datetime | None) -> UUID:
        return self.put("governance", series_id=self.series, kind="panel", rules=1, number=number,
                        first_on=date(2028, 2, 1), last_on=date(2028, 2, 29), nominal_on=date(2028, 3, 1),
                        begun_on=date(2028, 3, 1), begun_at=BEGAN, late=False, state=state, ended_at=ended_at,
                        changes=3, heard=3, changed_at=BEGAN)  # fmt: skip

    def put(self, table: str, **values: Any) -> UUID:
        row = {"id": uuid4(), "organisation_id": self.body.id} | values
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        self.connection.execute(f"insert into {table} ({names}) values ({marks})", tuple(row.values()))
        return UUID(str(row["id"]))


@pytest.fixture(scope="module")
def landed(postgres: PostgresAddress, dsns: DatabaseDsns) -> Iterator[Landed]:
    with postgres.connect() as connection:
        ensure_owned_database(connection, DATABASE)
    with postgres.connect(DATABASE) as connection:
        ensure_schema(connection)
    own = DatabaseDsns(**{role: getattr(dsns, role).rpartition("/")[0] + f"/{DATABASE}" for role in
                          ("app", "migrator", "sweeper")})  # fmt: skip
    command.upgrade(alembic_config(own.migrator), LANDED)
    with psycopg.connect(plain(own.migrator), autocommit=True) as connection:
        rows = Landed(own, connection)
        upgrade(own.migrator)
        yield rows


def test_each_occurrence_was_known_since_it_began_to_the_microsecond(landed: Landed) -> None:
    sql = "select begun_known_us, ended_known_us from governance where id = %s"
    began, ended = (int(each.timestamp()) * 1_000_000 + each.microsecond for each in (BEGAN, ENDED))
    assert landed.connection.execute(sql, (landed.over,)).fetchone() == (began, ended)
    assert landed.connection.execute(sql, (landed.open,)).fetchone() == (began, None)


def test_an_open_step_is_hindered_by_nothing_and_can_be_told_of_as_the_newest_rules_have_it(landed: Landed) -> None:
    sql = "select tries, tried_at, hindered from governance_step where id = %s"
    assert landed.connection.execute(sql, (landed.step,)).fetchone() == (0, None, None)
    for rung in ("hindered", "informed"):
        landed.put("governance_reminder", occurrence_id=landed.open, step_id=landed.step, rung=rung, people="[]",
                   at=ENDED)  # fmt: skip


async def test_the_sweep_starts_the_workflow_of_a_meeting_that_was_over_and_whose_action_is_open(
    landed: Landed,
) -> None:
    sweeper = SweeperDatabase(landed.dsns.sweeper)
    try:
        async with sweeper.session() as session:
            live = await governance_series.live(session, before=ENDED)
            hindered = await governance_series.hindered(session, limit=10)
            (series,) = await governance_series.active(session, before=ENDED)
    finally:
        await sweeper.close()
    assert {each.occurrence_id for each in live} == {landed.open, landed.over} and hindered == []
    assert (series.series_id, series.last_number) == (landed.series, 2)
