"""The one question that may be asked without an organisation: whose form is at an address. It tells nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.engine import Database
from db.queries.incoming import NOBODY, form_at
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, plain

NOW = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)


def switch(dsns: DatabaseDsns, body: Body, kind: str, *, on: bool) -> None:
    with psycopg.connect(plain(dsns.migrator)) as connection:
        connection.execute(
            "insert into intake_channel (id, organisation_id, kind, enabled, secret, changed_at)"
            " values (%s, %s, %s, %s, '', %s)"
            " on conflict (organisation_id, kind) do update set enabled = excluded.enabled",
            (uuid4(), body.id, kind, on, NOW),
        )


async def whose(database: Database, address: str) -> UUID | None:
    async with database.tenant(NOBODY, NOW) as session:
        return await form_at(session, address)


async def test_only_a_form_that_is_switched_on_is_found(database: Database, dsns: DatabaseDsns, body: Body) -> None:
    assert await whose(database, body.code) is None
    switch(dsns, body, "email", on=True)
    assert await whose(database, body.code) is None
    switch(dsns, body, "form", on=True)
    assert await whose(database, body.code) == body.id
    for other in (body.code.lower(), f"{body.code} ", "%", "", "' or true --"):
        assert await whose(database, other) is None
    switch(dsns, body, "form", on=False)
    assert await whose(database, body.code) is None


async def test_whoever_asks_sees_no_row_of_anybody(database: Database, dsns: DatabaseDsns, body: Body) -> None:
    switch(dsns, body, "form", on=True)
    async with database.tenant(NOBODY, NOW) as session:
        await form_at(session, body.code)
        for table in ("organisation", "intake_channel", "person", "complaint", "submission", "incoming"):
            assert await session.scalar(text(f"select count(*) from {table}")) == 0, table


async def test_the_sweeper_may_not_ask(dsns: DatabaseDsns) -> None:
    with psycopg.connect(plain(dsns.sweeper)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select form_at('x')")


@pytest.mark.parametrize("statement", ["update incoming set state = 'logged'", "delete from incoming"])
async def test_a_mail_that_came_in_is_never_changed(database: Database, body: Body, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.tenant(body.id, NOW) as session:
            await session.execute(text(statement))
