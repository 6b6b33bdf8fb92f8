"""Files as acts: attached and marked once, with the event and the reason, and only on their own complaint."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import desk_said
from db.engine import Database, SweeperDatabase
from db.models.complaint import CaseFile
from db.office_said import Disclosure, MarkFile
from runtime.database_roles import DatabaseDsns
from tests.apart import MORNING, Apart, DirectEngine
from tests.bodies import Body


@pytest.fixture
def apart(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Apart:
    return Apart(dsns=dsns, database=database, sweeper=sweeper, engine=DirectEngine(database=database))


async def put(apart: Apart, body: Body, complaint: UUID, disclosure: Disclosure = "disclosable") -> UUID:
    """A file whose content is stored, on its way to be attached."""
    file_id = uuid4()
    submission = await apart.say(
        body, complaint, CommandKind.ATTACH_FILE, desk_said.AttachFile(file_id=file_id, disclosure=disclosure)
    )
    async with apart.database.tenant(body.id, MORNING) as session:
        session.add(
            CaseFile(
                id=file_id,
                organisation_id=body.id,
                complaint_id=complaint,
                submission_id=submission,
                name="a.txt",
                media_type="text/plain",
                size=3,
                sha256="0" * 64,
                stored_key=f"{body.id}/{file_id}",
                source="staff",
                kind="evidence",
                disclosure=disclosure,
                scanned_with="local",
                attached=False,
                added_at=MORNING,
            )
        )
    return file_id


async def mark(apart: Apart, body: Body, complaint: UUID, file: UUID, disclosure: Disclosure) -> str | None:
    """Mark a file, and return why it was refused."""
    words = MarkFile(file_id=file, disclosure=disclosure, reason="It names another patient.")
    submission = await apart.say(body, complaint, CommandKind.MARK_FILE, words)
    await apart.deliver(body, complaint)
    ((state, refusal),) = apart.rows("select state, refusal from submission where id = %s", submission)
    assert (state == "refused") is (refusal is not None)
    return None if refusal is None else str(refusal)


def events(apart: Apart, complaint: UUID) -> list[tuple[str, dict[str, Any]]]:
    found = apart.rows(
        "select kind, data from case_event where complaint_id = %s and kind like 'file.%%' order by seq", complaint
    )
    return [(kind, json.loads(data)) for kind, data in found]


async def test_a_file_is_attached_and_marked_with_events_and_the_reason(apart: Apart, body: Body) -> None:
    complaint = await apart.log(body)
    file = await put(apart, body, complaint)
    assert await apart.deliver(body, complaint) == 1
    assert await mark(apart, body, complaint, file, "restricted") is None
    assert apart.rows("select attached, disclosure from case_file where id = %s", file) == [(True, "restricted")]
    [(attached, first), (marked, second)] = events(apart, complaint)
    assert (attached, marked) == ("file.attached", "file.marked")
    assert first == {"file_id": str(file), "sha256": "0" * 64, "size": 3, "disclosure": "disclosable"}
    assert second == {"file_id": str(file), "disclosure": "restricted"}
    notes = apart.rows("select words from note where complaint_id = %s and kind = 'file_marked'", complaint)
    assert notes == [("It names another patient.",)]


async def test_a_mark_that_changes_nothing_is_refused(apart: Apart, body: Body) -> None:
    complaint = await apart.log(body)
    file = await put(apart, body, complaint, "restricted")
    await apart.deliver(body, complaint)
    assert await mark(apart, body, complaint, file, "restricted") == "nothing_changes"
    assert await mark(apart, body, complaint, file, "disclosable") is None
    assert await mark(apart, body, complaint, file, "disclosable") == "nothing_changes"
    assert len(events(apart, complaint)) == 2


async def test_a_mark_applied_twice_is_one_mark(apart: Apart, body: Body) -> None:
    complaint = await apart.log(body)
    file = await put(apart, body, complaint)
    await apart.deliver(body, complaint)
    assert await mark(apart, body, complaint, file, "restricted") is None
    before = events(apart, complaint)
    again = await apart.engine.apply(apart.engine.delivered[-1])
    assert again.outcome.value == "applied"
    assert events(apart, complaint) == before


async def test_a_file_of_another_complaint_or_organisation_is_unknown(apart: Apart, body: Body) -> None:
    complaint, other = await apart.log(body), await apart.log(body)
    elsewhere = apart.body()
    theirs = await apart.log(elsewhere)
    on_other, on_theirs = await put(apart, body, other), await put(apart, elsewhere, theirs)
    await apart.deliver(body, other)
    await apart.deliver(elsewhere, theirs)
    for file in (on_other, on_theirs, uuid4()):
        assert await mark(apart, body, complaint, file, "restricted") == "unknown_file"
    assert events(apart, complaint) == []
    states = apart.rows("select disclosure from case_file where id in (%s, %s)", on_other, on_theirs)
    assert states == [("disclosable",), ("disclosable",)]
