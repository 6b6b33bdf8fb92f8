"""A report of governance that would tell of single people beside what was published since it was compiled: it is not
published, whoever's step that is; sent back and compiled anew it hides them, and comes to its end.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.engine import Database
from reports.document import read
from tests.api.boards import PARTS, Board
from tests.api.test_governance_hindered import READER, RealPress, shown, tasks, withdrawn
from tests.governing import Machine
from tests.reporting.facts import Facts
from tests.reporting.test_published_quarters import SUBJECT, about

pytestmark = pytest.mark.at_once
KNOWN = datetime(2026, 11, 1, tzinfo=UTC)
OFFICE, LEADER, APPROVER = "complaints_manager", "senior_leader", "responsible_person"
AGAIN = {"to": "compile", "words": "Beside the other it would tell of three people."}


@pytest.fixture
def board(board: Board, database: Database) -> Board:
    board.rows._connection.execute(
        "update person set email = 'somebody@example.org' where organisation_id = %s", (board.rows.id,)
    )
    board.machine = Machine(database, RealPress())
    return board


async def came_in(board: Board, early: str, late: str) -> None:
    """Let many complain about one subject early, three late: whoever has both counts knows of the three."""
    facts = Facts(board.rows.id)
    for on, number in ((early, 24), (late, 3)):
        for place in range(number + 20):
            facts.case(on, themes=[SUBJECT] if place < number else ["appointments"], known=KNOWN)
    await facts.store(board.machine.database)


async def published(board: Board, kind: str, first: str, last: str) -> Any:
    """Compile a report by hand, and publish it; time passes meanwhile."""
    answer = await board.client.post(
        "/v1/reports", json={"kind": kind, "from": first, "until": last}, headers=board.headers(OFFICE)
    )
    assert answer.status_code == 201, answer.text
    for what, role in (("approval", LEADER), ("publication", OFFICE)):
        board.clock.instant += timedelta(minutes=1)
        path = f"/v1/reports/{answer.json()['id']}/{what}"
        done = await board.client.post(path, headers=board.headers(role))
        assert done.status_code == 200, done.text
    board.clock.instant += timedelta(minutes=1)
    return answer.json()["id"]


def report_of(board: Board, occurrence: str) -> tuple[str, object]:
    """Return how the report of an occurrence stands, and what it shows about the subject."""
    sql = "select r.state, r.document from report r join governance g on g.report_id = r.id where g.id = %s"
    row = board.rows._connection.execute(sql, (occurrence,)).fetchone()
    assert row is not None
    return row[0], about(read(row[1].encode()))


async def a_summary_that_tells(board: Board) -> tuple[str, Any]:
    """Let a summary of October be approved, and then half of October be published, before the machine comes to it."""
    await came_in(board, "2026-10-05", "2026-10-20")
    occurrence = await board.begun(await board.series("learning_summary", READER))
    await board.said(f"/{occurrence}/steps/approve/completion", {}, APPROVER)
    half = await published(board, "annual", "2026-10-01", "2026-10-15")
    assert await board.rest(occurrence) == ["publish", "hindered", "mail"]
    assert await shown(board, occurrence) == ("open", "publish", "report_tells")
    assert report_of(board, occurrence) == ("approved", 27)
    return occurrence, half


async def test_a_summary_that_would_tell_the_office_sends_back_and_compiled_anew_it_is_published(board: Board) -> None:
    occurrence, _ = await a_summary_that_tells(board)
    assert tasks(board, occurrence) == [(OFFICE, "open")]
    assert "Send it back to be compiled" in board.machine.post.sent[-1].body
    back = f"/{occurrence}/steps/publish/sending-back"
    assert await board.refused(back, AGAIN, LEADER) == "not_your_part"
    assert (await board.said(back, AGAIN, OFFICE))["step"] == "compile"
    assert tasks(board, occurrence) == [(OFFICE, "superseded")]
    assert "compile" in await board.rest(occurrence)
    assert report_of(board, occurrence) == ("compiled", None)
    await board.said(f"/{occurrence}/steps/approve/completion", {}, APPROVER)
    assert await board.rest(occurrence) == ["publish"]
    assert (await shown(board, occurrence), report_of(board, occurrence)[0]) == (("done", None, None), "published")


async def test_a_summary_that_would_tell_is_published_as_it_is_once_the_other_is_withdrawn(board: Board) -> None:
    occurrence, half = await a_summary_that_tells(board)
    board.clock.instant += timedelta(days=3)
    assert await board.rest(occurrence) == []  # nothing is tried that cannot come through
    await withdrawn(board, half)
    assert await board.rest(occurrence) == ["publish"]
    assert report_of(board, occurrence) == ("published", 27)


async def test_the_machine_is_sent_back_from_nothing_that_it_can_do(board: Board) -> None:
    occurrence = await board.begun(await board.series("learning_summary", READER))
    await board.said(f"/{occurrence}/steps/approve/completion", {}, APPROVER)
    assert await board.refused(f"/{occurrence}/steps/publish/sending-back", AGAIN, OFFICE) == "not_your_part"


async def test_an_annual_report_that_would_tell_is_refused_to_its_chair_who_sends_it_back(board: Board) -> None:
    await came_in(board, "2025-05-05", "2025-12-05")
    occurrence = await board.begun(await board.series("annual_report", rhythm="yearly"))

    async def commented() -> None:
        for each in PARTS["commenter"]:
            await board.said(f"/{occurrence}/comments", {"words": "Fine."}, each)

    async def done(step: str, expected: int = 200) -> str:
        answer = await board.post(f"/{occurrence}/steps/{step}/completion", {}, APPROVER)
        assert answer.status_code == expected, answer.text
        board.clock.instant += timedelta(minutes=1)
        return str(answer.json().get("code") or answer.json()["step"])

    await commented()
    await done("approve")
    await published(board, "public", "2025-04-01", "2025-06-30")
    assert await done("publish", 409) == "report_tells"
    assert await shown(board, occurrence) == ("open", "publish", None)
    assert report_of(board, occurrence) == ("approved", 27)
    await board.said(f"/{occurrence}/steps/publish/sending-back", AGAIN, APPROVER)
    assert "compile" in await board.rest(occurrence)
    await commented()
    assert await done("approve") == "publish"
    assert await done("publish") == "distribute"
    assert report_of(board, occurrence) == ("published", None)
