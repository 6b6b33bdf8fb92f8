"""Creates the database and its three login roles. Safe to repeat; the only code that needs a superuser.

`redress_migrator` owns the database and bypasses row-level security (under FORCE an owner's backfill
would silently touch no row). `redress_app` and `redress_sweeper` never bypass it and own nothing; what
they may touch is granted by the migrations. Run as a module it does the same for a server elsewhere:
REDRESS_DATABASE_DSN_SUPERUSER says where, and the three other DSNs say which passwords to set.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from runtime.places import secret_from
from runtime.postgres import PostgresAddress

DATABASE = "redress"
MIGRATOR = "redress_migrator"
APP = "redress_app"
SWEEPER = "redress_sweeper"
ROLES = (MIGRATOR, APP, SWEEPER)

_Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseDsns:
    """How each role reaches the database."""

    app: str = field(repr=False)
    migrator: str = field(repr=False)
    sweeper: str = field(repr=False)


def password_file(state_dir: Path, role: str) -> Path:
    """Name the 0600 file that keeps a role's password beside the data."""
    return state_dir / "postgres" / f"{role}.password"


def ensure_database(address: PostgresAddress, state_dir: Path, database: str = DATABASE) -> DatabaseDsns:
    """Create roles and database where they are missing, and return the DSN of each role."""
    passwords = {role: secret_from(password_file(state_dir, role)) for role in ROLES}
    with address.connect() as connection:
        ensure_roles(connection, passwords)
        ensure_owned_database(connection, database)
    with address.connect(database) as connection:
        ensure_schema(connection)
    return dsns_of(address, state_dir, database)


def dsns_of(address: PostgresAddress, state_dir: Path, database: str = DATABASE) -> DatabaseDsns:
    """Compose the DSNs of the roles from the password files."""

    def dsn(role: str) -> str:
        return address.dsn(database, role, secret_from(password_file(state_dir, role)))

    return DatabaseDsns(app=dsn(APP), migrator=dsn(MIGRATOR), sweeper=dsn(SWEEPER))


def ensure_roles(connection: _Connection, passwords: Mapping[str, str]) -> None:
    """Create the login roles, or set their attributes and passwords again."""
    for role, password in passwords.items():
        exists = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
        # Hashed here: a password in the statement could end in the server's log.
        verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        statement = sql.SQL("{} role {} with login nosuperuser nocreatedb nocreaterole {} password {}")
        connection.execute(
            statement.format(
                sql.SQL("alter" if exists else "create"),
                sql.Identifier(role),
                sql.SQL("bypassrls" if role == MIGRATOR else "nobypassrls"),
                sql.Literal(verifier),
            )
        )


def ensure_owned_database(connection: _Connection, database: str) -> None:
    """Create the database for the migrator, and let nobody but the three roles connect."""
    name = sql.Identifier(database)
    row = connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone()
    if row is None:
        create = sql.SQL("create database {} owner {}")
        connection.execute(create.format(name, sql.Identifier(MIGRATOR)))
    connection.execute(sql.SQL("revoke all on database {} from public").format(name))
    for role in (APP, SWEEPER):
        grant = sql.SQL("grant connect on database {} to {}")
        connection.execute(grant.format(name, sql.Identifier(role)))


def ensure_schema(connection: _Connection) -> None:
    """Give the schema to the migrator; the others may look names up in it and make none."""
    connection.execute(sql.SQL("alter schema public owner to {}").format(sql.Identifier(MIGRATOR)))
    connection.execute("revoke all on schema public from public")
    for role in (APP, SWEEPER):
        grant = sql.SQL("grant usage on schema public to {}")
        connection.execute(grant.format(sql.Identifier(role)))


def prepare_elsewhere(environment: Mapping[str, str]) -> None:
    """Prepare a server that is not ours to start, as its superuser."""
    superuser = environment["REDRESS_DATABASE_DSN_SUPERUSER"].replace("+psycopg", "")
    passwords, database = {}, DATABASE
    for role, name in ((MIGRATOR, "MIGRATOR"), (APP, "APP"), (SWEEPER, "SWEEPER")):
        parts = urlsplit(environment[f"REDRESS_DATABASE_DSN_{name}"])
        if unquote(parts.username or "") != role or not parts.password:
            raise SystemExit(f"REDRESS_DATABASE_DSN_{name} must name {role} and its password")
        passwords[role] = unquote(parts.password)
        database = unquote(parts.path.lstrip("/")) or DATABASE
    with psycopg.connect(superuser, autocommit=True) as connection:
        ensure_roles(connection, passwords)
        ensure_owned_database(connection, database)
    with psycopg.connect(superuser, dbname=database, autocommit=True) as connection:
        ensure_schema(connection)


if __name__ == "__main__":
    prepare_elsewhere(os.environ)
