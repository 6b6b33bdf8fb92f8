"""A bulk operation beside what others do to the same complaints meanwhile: nothing said is lost, nothing is torn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from activities.bulk import Bulk
from activities.exporting import case_document
from contracts.bulk import BulkState
from contracts.commands import CommandKind
from db import desk_said
from gateways.files import FolderFiles
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from tests.activities.test_bulk import all_of, ask, owner, said_by
from tests.apart import MORNING, Apart, a_database_apart


@pytest.fixture(scope="module")
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


@pytest.fixture
def steps(apart: Apart, tmp_path: Path) -> Bulk:
    return Bulk(apart.database, apart.engine, apart.states, FolderFiles(tmp_path))


async def test_what_was_said_before_and_is_not_applied_yet_does_not_undo_an_assignment(
    apart: Apart, steps: Bulk
) -> None:
    body = apart.body()
    complaint = await apart.log(body)  # the complaints manager's
    await apart.say(body, complaint, CommandKind.ASSIGN, desk_said.Assign(owner_id=body.person("handler")))
    wanted = desk_said.Assign(owner_id=body.person("complaints_manager"))
    act = await ask(apart, body, CommandKind.ASSIGN, wanted, [complaint])
    assert (await all_of(steps, act)).state is BulkState.DONE
    await apart.deliver(body, complaint)
    assert owner(apart, complaint) == body.person("complaints_manager")


async def test_a_handover_note_is_kept_though_the_complaint_is_the_owners_already(apart: Apart, steps: Bulk) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    wanted = desk_said.Assign(owner_id=body.person("complaints_manager"), handover="From the north team.")
    act = await ask(apart, body, CommandKind.ASSIGN, wanted, [complaint])
    assert (await all_of(steps, act)).state is BulkState.DONE
    assert len(said_by(apart, act)) == 1
    assert apart.rows("select words from note where complaint_id = %s", complaint) == [("From the north team.",)]


async def test_no_act_comes_between_the_first_and_the_last_row_of_an_export(apart: Apart) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    act = text("select id from complaint where id = :id for update nowait")
    async with apart.database.tenant(body.id, MORNING) as session:
        await case_document(session, complaint)
        with pytest.raises(DBAPIError):
            async with apart.database.tenant(body.id, MORNING) as other:
                await other.execute(act, {"id": complaint})
    async with apart.database.tenant(body.id, MORNING) as other:
        assert (await other.execute(act, {"id": complaint})).first()
