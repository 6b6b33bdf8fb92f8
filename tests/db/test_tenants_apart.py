"""Every table there is keeps tenants apart. One that is added tomorrow is held to account here without being named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from tests.bodies import Body, make_body

NOW: Final = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)
# What no tenant owns. The days of a nation's calendar are everybody's; only an organisation's own are looked at here.
NOT_OWNED: Final = {"alembic_version", "organisation"}
# A change of a nation's calendar reaches the complaints of every organisation; its items are each one's own.
ACROSS: Final = {("change_set_item", "change_set_id")}
Connection = psycopg.Connection[tuple[Any, ...]]
SAMPLES: Final[dict[str, Any]] = {
    "uuid": None,
    "bool": False,
    "int2": 1,
    "int4": 1,
    "int8": 1,
    "numeric": 1,
    "date": date(2028, 3, 1),
    "time": time(19, 30),
    "timestamptz": NOW,
    "jsonb": Jsonb({}),
    "bytea": b"x",
    "tsvector": "x",
    "_varchar": ["x"],
}


@pytest.fixture(scope="module")
def connection(postgres: PostgresAddress, dsns: DatabaseDsns) -> Iterator[Connection]:
    """A superuser in the migrated database, who takes on other roles."""
    with postgres.connect(dsns.migrator.rpartition("/")[2]) as opened:
        yield opened


def tables(connection: Connection) -> list[str]:
    found = connection.execute(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
    )
    return sorted(row[0] for row in found)


def test_every_table_is_guarded_and_nothing_can_be_deleted(connection: Connection) -> None:
    unguarded = connection.execute(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        " and relname <> 'alembic_version' and not (relrowsecurity and relforcerowsecurity)"
    ).fetchall()
    assert unguarded == []
    removable = connection.execute(
        "select table_name::text, privilege_type::text from information_schema.table_privileges"
        " where table_schema = 'public' and grantee in ('redress_app', 'redress_sweeper', 'PUBLIC')"
        " and privilege_type not in ('SELECT', 'INSERT', 'UPDATE')"
    ).fetchall()
    assert removable == []
    seen_by_sweeper = connection.execute(
        "select table_name::text from information_schema.table_privileges where table_schema = 'public'"
        " and grantee = 'redress_sweeper' and table_name not like 'sweep\\_%'"
    ).fetchall()
    assert seen_by_sweeper == []


def test_every_table_but_the_few_known_says_whose_its_rows_are(connection: Connection) -> None:
    owned = connection.execute(
        "select table_name::text from information_schema.columns"
        " where table_schema = 'public' and column_name = 'organisation_id' and table_name not like 'sweep\\_%'"
    ).fetchall()
    assert {row[0] for row in owned} == set(tables(connection)) - NOT_OWNED


def test_no_row_can_name_something_of_another_tenant(connection: Connection) -> None:
    """Foreign keys look past row-level security, so each between tenants' tables holds on to the organisation too."""
    found = connection.execute(
        "select c.conrelid::regclass::text, c.confrelid::regclass::text, array_agg(a.attname::text) as columns"
        " from pg_constraint c, unnest(c.conkey) k join pg_attribute a on true"
        " where c.contype = 'f' and a.attrelid = c.conrelid and a.attnum = k group by c.oid, 1, 2"
    ).fetchall()
    keys = [(table, other, frozenset(columns)) for table, other, columns in found if other not in NOT_OWNED]
    whole = {(table, other, columns - {"organisation_id"}) for table, other, columns in keys if len(columns) > 1}
    held = {key for key in keys if (*key[:2], key[2] - {"organisation_id"}) in whole}
    assert {(table, *columns) for table, _, columns in set(keys) - held} == ACROSS


@pytest.fixture
def rows(connection: Connection, body: Body, dsns: DatabaseDsns) -> Iterator[tuple[Connection, UUID]]:
    """A row of one organisation in every table, and the application as another organisation. Nothing of it is kept."""
    other = make_body(dsns.migrator)
    with connection.transaction(force_rollback=True):
        connection.execute("set local session_replication_role = replica")  # rows that belong to nothing
        for table in set(tables(connection)) - NOT_OWNED:
            insert(connection, table, body.id)
        connection.execute("set local session_replication_role = origin")
        act_as(connection, other.id)
        yield connection, body.id


def act_as(connection: Connection, organisation_id: UUID) -> None:
    connection.execute("set local role redress_app")
    connection.execute(
        "select set_config('app.tenant', %s, true), set_config('app.now', %s, true)",
        (str(organisation_id), NOW.isoformat()),
    )


def test_another_tenant_neither_reads_nor_changes_nor_plants_a_row_of_any_table(
    rows: tuple[Connection, UUID],
) -> None:
    connection, owner = rows
    for table in sorted(set(tables(connection)) - NOT_OWNED):
        assert count(connection, table, owner) == 0, f"{table} is read by another tenant"
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            insert(connection, table, owner)
        for column in writable(connection, table):
            changed = sql.SQL("update {} set {} = {} where organisation_id = %s").format(
                *(sql.Identifier(name) for name in (table, column, column))
            )
            assert connection.execute(changed, (owner,)).rowcount == 0, f"another tenant changes {table}.{column}"
    act_as(connection, owner)
    for table in sorted(set(tables(connection)) - NOT_OWNED):
        assert count(connection, table, owner) > 0, f"{table} is not read by its own tenant"


def test_a_share_that_has_ended_or_of_another_complaint_shows_nothing(rows: tuple[Connection, UUID]) -> None:
    connection, owner = rows
    connection.execute("reset role")
    connection.execute("set local session_replication_role = replica")
    other = connection.execute("select current_setting('app.tenant')::uuid").fetchone()
    assert other is not None
    for complaint, until in ((uuid4(), NOW + timedelta(days=1)), (None, NOW)):
        connection.execute(
            "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until) values (%s, %s,"
            " coalesce(%s, (select id from complaint where organisation_id = %s)), %s, 'read', %s)",
            (uuid4(), owner, complaint, owner, other[0], until),
        )
    act_as(connection, other[0])
    seen = {table for table in set(tables(connection)) - NOT_OWNED if count(connection, table, owner)}
    assert seen == {"case_share"}


def count(connection: Connection, table: str, owner: UUID) -> int:
    query = sql.SQL("select count(*) from {} where organisation_id = %s").format(sql.Identifier(table))
    found = connection.execute(query, (owner,)).fetchone()
    assert found is not None
    return int(found[0])


def writable(connection: Connection, table: str) -> list[str]:
    found = connection.execute(
        "select column_name::text from information_schema.columns where table_schema = 'public' and table_name = %s"
        " and has_column_privilege(%s::regclass, column_name, 'update')",
        (table, table),
    )
    return [row[0] for row in found]


def insert(connection: Connection, table: str, owner: UUID) -> None:
    """Put a row into a table of which nothing is known but what the database says of it."""
    columns = connection.execute(
        "select column_name::text, udt_name::text from information_schema.columns where table_schema = 'public'"
        " and table_name = %s and is_identity = 'NO' and (is_nullable = 'NO' or column_name = 'stored_key')",
        (table,),
    ).fetchall()
    checks = connection.execute(
        "select pg_get_constraintdef(oid) from pg_constraint where contype = 'c' and conrelid = %s::regclass", (table,)
    ).fetchall()
    values = {name: sample(name, kind, [row[0] for row in checks]) for name, kind in columns}
    values["organisation_id"] = owner
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join([sql.Placeholder()] * len(values)),
    )
    connection.execute(statement, list(values.values()))


def sample(column: str, kind: str, checks: list[str]) -> Any:
    """Return a value of a column: of those that a check lists, the first."""
    for check in checks:
        if listed := re.search(rf"\(+{column}\)?(?:::text)? = ANY \(\(?ARRAY\['([^']+)'", check):
            return listed[1]
    if kind == "uuid":
        return uuid4()
    return SAMPLES[kind] if kind in SAMPLES else uuid4().hex[:20]
