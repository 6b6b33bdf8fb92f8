"""A report that governance compiled: approved and published by whoever has these steps, and by nobody beside them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from tests.api.boards import Board

pytestmark = pytest.mark.at_once
PARTS = {"chair": ["complaints_manager"], "approver": ["responsible_person"], "commenter": ["senior_leader"]}


def compiled(board: Board, occurrence: str) -> UUID:
    """Put a report in that was compiled for an occurrence, and is the one that it is about."""
    at = board.clock.instant
    report = board.rows._put(
        "report", kind="annual", rules=1, first_on=date(2025, 4, 1), last_on=date(2026, 3, 31), known_until=at,
        compiled_at=at, occurrence_id=UUID(occurrence), document="{}", sha256="0" * 64, titles=Jsonb({}),
        state="compiled",
    )  # fmt: skip
    board.rows._connection.execute("update governance set report_id = %s where id = %s", (report, occurrence))
    return report


async def become(board: Board, report: UUID, what: str, role: str) -> tuple[int, str]:
    answer = await board.client.post(f"/v1/reports/{report}/{what}", headers=board.headers(role))
    return answer.status_code, str(answer.json().get("code") or answer.json().get("state"))


async def test_a_report_is_approved_and_published_step_by_step_and_not_around_them(board: Board) -> None:
    occurrence = await board.begun(await board.series("annual_report", PARTS, rhythm="yearly"))
    report = compiled(board, occurrence)
    assert await become(board, report, "approval", "senior_leader") == (409, "report_in_governance")
    await board.said(f"/{occurrence}/comments", {"words": "Fine."}, "senior_leader")
    await board.said(f"/{occurrence}/steps/approve/completion", {}, "responsible_person")
    assert await become(board, report, "publication", "senior_leader") == (409, "report_in_governance")
    await board.said(f"/{occurrence}/steps/publish/completion", {}, "complaints_manager")
    sql = "select state, approved_by from report where id = %s"
    found = board.rows._connection.execute(sql, (report,)).fetchone()
    assert found == ("published", board.rows.person("responsible_person"))


async def test_a_draft_that_was_sent_back_is_nobodys_to_approve_and_one_that_was_let_go_of_is(board: Board) -> None:
    occurrence = await board.begun(await board.series("annual_report", PARTS, rhythm="yearly"))
    draft = compiled(board, occurrence)
    last = compiled(board, occurrence)
    await board.said(f"/{occurrence}/abandonment", {"reason": "No meeting."}, "complaints_manager")
    assert await become(board, draft, "approval", "responsible_person") == (409, "report_in_governance")
    assert await become(board, last, "approval", "responsible_person") == (200, "approved")
