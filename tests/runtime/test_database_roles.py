"""The three roles on a real server: what each may and may not do before any migration."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runtime.database_roles import (
    ROLES,
    DatabaseDsns,
    ensure_database,
    password_file,
    prepare_elsewhere,
)
from runtime.postgres import PostgresAddress, temporary_postgres


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresAddress]:
    with temporary_postgres() as address:
        yield address


@pytest.fixture
def dsns(server: PostgresAddress, tmp_path: Path) -> Iterator[DatabaseDsns]:
    """The roles and a database, made for this test alone."""
    yield ensure_database(server, tmp_path)
    with server.connect() as connection:
        connection.execute("drop database redress with (force)")


def connect(dsn: str) -> "psycopg.Connection[tuple[Any, ...]]":
    return psycopg.connect(dsn.replace("+psycopg", ""), autocommit=True)


def test_doing_it_twice_changes_nothing(server: PostgresAddress, dsns: DatabaseDsns, tmp_path: Path) -> None:
    with connect(dsns.migrator) as connection:
        connection.execute("create table kept (number int)")

    assert ensure_database(server, tmp_path) == dsns
    with connect(dsns.migrator) as connection:
        connection.execute("select * from kept")


@pytest.mark.usefixtures("dsns")
def test_each_password_is_in_a_file_of_our_own(tmp_path: Path) -> None:
    kept = [password_file(tmp_path, role) for role in ROLES]
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept} == {0o600}
    assert len({file.read_text() for file in kept}) == len(ROLES)


@pytest.mark.usefixtures("dsns")
def test_only_the_migrator_bypasses_row_level_security(server: PostgresAddress) -> None:
    with server.connect() as connection:
        found = connection.execute(
            "select rolname, rolbypassrls, rolsuper from pg_roles where rolname like 'redress%'"
        ).fetchall()
    assert set(found) == {
        ("redress_migrator", True, False),
        ("redress_app", False, False),
        ("redress_sweeper", False, False),
    }


@pytest.mark.parametrize("role", ["app", "sweeper"])
def test_the_others_may_connect_but_make_and_read_nothing_by_themselves(dsns: DatabaseDsns, role: str) -> None:
    with connect(dsns.migrator) as connection:
        connection.execute("create table secret (number int)")
    with connect(getattr(dsns, role)) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table mine (number int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from secret")


def test_a_server_elsewhere_is_prepared_from_dsns_alone(server: PostgresAddress) -> None:
    def dsn(role: str) -> str:
        return server.dsn("elsewhere", f"redress_{role}", f"p@ss/{role}%")

    environment = {
        "REDRESS_DATABASE_DSN_SUPERUSER": server.dsn(),
        "REDRESS_DATABASE_DSN_MIGRATOR": dsn("migrator"),
        "REDRESS_DATABASE_DSN_APP": dsn("app"),
        "REDRESS_DATABASE_DSN_SWEEPER": dsn("sweeper"),
    }
    prepare_elsewhere(environment)
    for role in ("migrator", "app", "sweeper"):
        with connect(dsn(role)) as connection:
            found = connection.execute("select current_user, current_database()").fetchone()
        assert found == (f"redress_{role}", "elsewhere")
