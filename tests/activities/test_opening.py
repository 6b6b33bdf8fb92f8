"""A complaint that was taken in is opened, whatever has become of those it was meant for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from tests.apart import Apart, a_database_apart


@pytest.fixture
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


async def test_it_goes_to_the_queue_when_its_owner_has_left_and_its_team_is_no_more(apart: Apart) -> None:
    body = apart.body()
    team = uuid4()
    apart.rows(
        "insert into unit (id, organisation_id, kind, code, name, active)"
        " values (%s, %s, 'team', 'north', 'North', true)",
        team, body.id,
    )  # fmt: skip
    complaint = await apart.log(body, deliver=False)
    apart.rows("update submission set body = jsonb_set(body, '{team_id}', to_jsonb(%s::text))", str(team))
    apart.rows("update person set active = false where id = %s", body.person("complaints_manager"))
    apart.rows("update unit set active = false where id = %s", team)
    assert await apart.deliver(body, complaint) == 1
    opened = apart.rows("select owner_id, team_id, open from complaint where id = %s", complaint)
    assert opened == [(None, None, True)]
    asked = apart.rows("select kind from task where complaint_id = %s and kind = 'assign_owner'", complaint)
    assert asked == [("assign_owner",)]
