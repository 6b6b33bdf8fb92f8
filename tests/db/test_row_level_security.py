"""What keeps tenants apart in the database itself, whatever the code above it forgets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.engine import Database, NoTenant
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body

NOW = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)
COMPLAINT = text(
    "insert into complaint (id, organisation_id, reference, regime, nation, procedure, procedure_version, stage, open,"
    " version, channel, received_on, logged_at, stop_contact, hold, event_seq, event_head) values (:id, :body, :ref,"
    " 'nhs', 'england', 'nhs-england-2009', 1, 'received', true, 1, 'written', '2028-03-02', :now, false, false, 0, '')"
)
WORDS = text(
    "insert into complaint_words (complaint_id, organisation_id, summary, narrative) values (:id, :body, 's', 'n')"
)
SHARE = text(
    "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
    " values (:share, :owner, :id, :other, 'read', :until)"
)
READ = text("select count(*) from complaint c join complaint_words w on w.complaint_id = c.id where c.id = :id")


@pytest.fixture
async def complaint(database: Database, body: Body) -> UUID:
    """A complaint of the first organisation."""
    complaint_id = uuid4()
    async with database.tenant(body.id, NOW) as session:
        parameters = {"id": complaint_id, "body": body.id, "ref": complaint_id.hex[:20], "now": NOW}
        await session.execute(COMPLAINT, parameters)
        await session.execute(WORDS, {"id": complaint_id, "body": body.id})
    return complaint_id


@pytest.fixture
def other(dsns: DatabaseDsns) -> Body:
    """Another organisation."""
    return make_body(dsns.migrator)


async def reads(database: Database, who: Body, complaint: UUID, now: datetime = NOW) -> int:
    async with database.tenant(who.id, now) as session:
        return int(await session.scalar(READ, {"id": complaint}) or 0)


async def share(database: Database, by: Body, complaint: UUID, other: Body) -> None:
    async with database.tenant(by.id, NOW) as session:
        parameters = {"share": uuid4(), "owner": by.id, "id": complaint, "other": other.id}
        await session.execute(SHARE, {**parameters, "until": NOW + timedelta(days=7)})


async def test_another_organisation_sees_nothing_until_the_owner_shares_and_nothing_after(
    database: Database, body: Body, other: Body, complaint: UUID
) -> None:
    assert await reads(database, body, complaint) == 1
    assert await reads(database, other, complaint) == 0
    await share(database, body, complaint, other)
    assert await reads(database, other, complaint) == 1
    assert await reads(database, other, complaint, NOW + timedelta(days=8)) == 0


async def test_nobody_shares_what_is_not_theirs(
    database: Database, dsns: DatabaseDsns, body: Body, other: Body, complaint: UUID
) -> None:
    third = make_body(dsns.migrator)
    with pytest.raises(DBAPIError):
        await share(database, other, complaint, third)
    with pytest.raises(DBAPIError):
        await share(database, other, complaint, other)
    assert await reads(database, third, complaint) == 0


async def test_nobody_writes_an_event_on_another_organisations_complaint(
    database: Database, other: Body, complaint: UUID
) -> None:
    event = text(
        "insert into case_event (complaint_id, seq, organisation_id, kind, at_us, act_id, role, data, prev_hash, hash)"
        " values (:id, 1, :body, 'x', 0, :act, 'r', '{}', '', '')"
    )
    with pytest.raises(DBAPIError):
        async with database.tenant(other.id, NOW) as session:
            await session.execute(event, {"id": complaint, "body": other.id, "act": uuid4()})


async def test_nobody_changes_or_claims_another_organisations_complaint(
    database: Database, body: Body, other: Body, complaint: UUID
) -> None:
    async with database.tenant(other.id, NOW) as session:
        done = await session.execute(text("update complaint set stage = 'closed' where id = :id returning id"),
                                     {"id": complaint})  # fmt: skip
        assert done.first() is None
    with pytest.raises(DBAPIError):
        async with database.tenant(other.id, NOW) as session:
            parameters = {"id": uuid4(), "body": body.id, "ref": uuid4().hex[:20], "now": NOW}
            await session.execute(COMPLAINT, parameters)


async def test_a_session_without_an_organisation_is_refused_and_the_next_one_inherits_none(
    database: Database, body: Body, complaint: UUID
) -> None:
    with pytest.raises(NoTenant):
        async with database.tenant(None, NOW):  # type: ignore[arg-type]
            pass
    assert await reads(database, body, complaint) == 1
    async with database.engine.connect() as bare:  # the pooled connection that the tenant just used
        assert (await bare.execute(READ, {"id": complaint})).scalar() == 0


async def test_the_application_cannot_rewrite_the_evidence(database: Database, body: Body) -> None:
    for statement in ("update case_event set kind = 'x'", "delete from case_event", "truncate case_event"):
        with pytest.raises(DBAPIError):
            async with database.tenant(body.id, NOW) as session:
                await session.execute(text(statement))
