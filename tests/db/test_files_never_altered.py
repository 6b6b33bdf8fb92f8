"""A file is never altered: the database itself refuses it, of whoever asks, and shares show nothing restricted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from db.engine import Database
from runtime.database_roles import DatabaseDsns
from tests.apart import MORNING
from tests.bodies import Body, make_body, plain

Connection = psycopg.Connection[Any]
ALTERATIONS = (
    "name = 'b.txt'",
    "media_type = 'text/html'",
    "size = 4",
    "sha256 = repeat('1', 64)",
    "stored_key = 'a/b'",
    "stored_key = null, content = 'abc'",
    "submission_id = gen_random_uuid()",
    "source = 'staff'",
    "kind = 'consent'",
    "scanned_with = 'clamd'",
    "received_on = '2028-01-01'",
    "added_at = added_at + interval '1 second'",
    "attached = false",
)


@pytest.fixture
def file(migrator: Connection, body: Body) -> UUID:
    return put(migrator, body, uuid4())


def put(migrator: Connection, body: Body, complaint_id: UUID, disclosure: str = "disclosable") -> UUID:
    file_id = uuid4()
    migrator.execute(
        "insert into case_file (id, organisation_id, complaint_id, submission_id, name, media_type, size, sha256,"
        " stored_key, disclosure, attached, added_at)"
        " values (%s, %s, %s, %s, 'a.txt', 'text/plain', 3, repeat('0', 64), %s, %s, true, %s)",
        (file_id, body.id, complaint_id, uuid4(), f"{body.id}/{file_id}", disclosure, MORNING),
    )
    return file_id


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_nobody_alters_a_file(migrator: Connection, file: UUID, alteration: str) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation):
        migrator.execute(f"update case_file set {alteration} where id = %s", (file,))


def test_nobody_deletes_files(migrator: Connection, file: UUID) -> None:
    for statement in (f"delete from case_file where id = '{file}'", "truncate case_file cascade"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            migrator.execute(statement)


def test_its_disclosure_may_change_and_only_to_what_there_is(migrator: Connection, file: UUID) -> None:
    migrator.execute("update case_file set disclosure = 'restricted' where id = %s", (file,))
    with pytest.raises(psycopg.errors.CheckViolation):
        migrator.execute("update case_file set disclosure = 'secret' where id = %s", (file,))


@pytest.mark.parametrize("where", ["null, null", "'a/b', 'abc'"])
def test_content_is_in_one_place_exactly(migrator: Connection, body: Body, where: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        migrator.execute(
            "insert into case_file (id, organisation_id, complaint_id, submission_id, name, media_type, size, sha256,"
            f" attached, added_at, stored_key, content) values (%s, %s, %s, %s, 'a', 'b', 3, '0', true, %s, {where})",
            (uuid4(), body.id, uuid4(), uuid4(), MORNING),
        )


@pytest.fixture
def application(dsns: DatabaseDsns, body: Body) -> Iterator[Connection]:
    """A connection as the application of one tenant."""
    with psycopg.connect(plain(dsns.app), autocommit=True) as connection:
        connection.execute("select set_config('app.tenant', %s, false)", (str(body.id),))
        yield connection


def test_the_application_may_change_nothing_but_that_it_is_attached_and_disclosable(
    application: Connection, file: UUID
) -> None:
    changed = application.execute(
        "update case_file set attached = true, disclosure = 'restricted' where id = %s", (file,)
    )
    assert changed.rowcount == 1
    for statement in ("update case_file set name = 'b'", "delete from case_file", "truncate case_file"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement)


async def test_a_share_shows_what_may_be_disclosed_and_nothing_else(
    database: Database, dsns: DatabaseDsns, migrator: Connection, body: Body
) -> None:
    other, stranger, complaint = make_body(dsns.migrator), make_body(dsns.migrator), uuid4()
    a_complaint(migrator, body, complaint)
    migrator.execute(
        "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
        " values (%s, %s, %s, %s, 'joint', %s)",
        (uuid4(), body.id, complaint, other.id, MORNING + timedelta(days=1)),
    )
    free, shut = put(migrator, body, complaint), put(migrator, body, complaint, "restricted")

    async def seen(who: Body, days: int = 0) -> set[UUID]:
        async with database.tenant(who.id, MORNING + timedelta(days=days)) as session:
            query = text("select id from case_file where complaint_id = :complaint")
            return set(await session.scalars(query, {"complaint": complaint}))

    assert await seen(body) == {free, shut}
    assert await seen(other) == {free}
    assert await seen(other, days=2) == set()
    assert await seen(stranger) == set()
    migrator.execute("update case_file set disclosure = 'restricted' where id = %s", (free,))
    assert await seen(other) == set()


def a_complaint(migrator: Connection, body: Body, complaint_id: UUID) -> None:
    migrator.execute(
        "insert into complaint (id, organisation_id, reference, regime, nation, procedure, procedure_version, stage,"
        " open, version, channel, received_on, logged_at, stop_contact, hold, event_seq, event_head)"
        " values (%s, %s, %s, 'nhs', 'england', 'nhs-england-2009', 1, 'received', true, 1, 'written', %s, %s,"
        " false, false, 0, '')",
        (complaint_id, body.id, f"{body.code}-X", MORNING.date(), MORNING),
    )
