"""What keeps the machine from a step of governance: refused where it can be known, else told, shown and put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from activities.governance_reports import Reports, compile_kept, publish_kept
from contracts.governance import GovernanceAct, GovernanceLook
from db.engine import Database
from tests.api.boards import Board
from tests.governing import Machine, Press

pytestmark = pytest.mark.at_once
NOON = datetime(2026, 11, 18, 10, 30, tzinfo=UTC)
READER = {"approver": ["responsible_person"]}


@dataclass(slots=True)
class RealPress(Press):
    """Compiles and publishes as production does."""

    def reports(self) -> Reports:
        return Reports(compile=compile_kept, publish=publish_kept)


@pytest.fixture
def board(board: Board, database: Database) -> Board:
    board.rows._connection.execute(
        "update person set email = 'somebody@example.org' where organisation_id = %s", (board.rows.id,)
    )
    board.machine = Machine(database, RealPress())
    return board


def moved(board: Board, nation: str, regime: str = "nhs") -> None:
    """Let the organisation be of a nation, under a regime."""
    sql = "update organisation set nation = %s, regime = %s where id = %s"
    board.rows._connection.execute(sql, (nation, regime, board.rows.id))


def published(board: Board) -> UUID:
    """Put a summary of October in that is published beside whatever governance does."""
    at = board.clock.instant
    report = board.rows._put(
        "report", kind="public", rules=1, first_on=date(2026, 10, 1), last_on=date(2026, 10, 31), known_until=at,
        compiled_at=at, document="{}", sha256="0" * 64, titles=Jsonb({}), state="published",
        approved_by=board.rows.person("responsible_person"), approved_at=at,
    )  # fmt: skip
    board.rows._put(
        "report_publication", report_id=report, slug=f"public-{report}", published_at=at,
        published_by=board.rows.person("senior_leader"),
    )  # fmt: skip
    return report


def tasks(board: Board, occurrence: str) -> list[tuple[str, str]]:
    sql = "select role, state from task where act_id = %s and kind = 'governance_hindered' order by raised_at, state"
    return [(row[0], row[1]) for row in board.rows._connection.execute(sql, (occurrence,))]


async def shown(board: Board, occurrence: str) -> tuple[str, str | None, str | None]:
    whole = (await board.get(f"/{occurrence}")).json()
    return whole["state"], whole["step"], whole["hindered"]


async def looked(board: Board, occurrence: str, *, failed: bool = False) -> GovernanceLook:
    act = GovernanceAct(
        organisation_id=board.rows.id, occurrence_id=UUID(occurrence), now=board.clock.instant, failed=failed
    )
    return await board.machine.steps.look(act)


async def withdrawn(board: Board, report: UUID) -> None:
    path, reason = f"/v1/reports/{report}/withdrawal", {"reason": "It was wrong."}
    answer = await board.client.post(path, json=reason, headers=board.headers("senior_leader"))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("kind", "report", "nation", "regime", "pointer"),
    [
        ("return", None, "wales", "nhs", "/kind"),
        ("return", "ko41b", "scotland", "spso", "/report"),
        ("return", "ko41a", "england", "local_government", "/report"),
        ("governance_report", None, "scotland", "nhs", "/kind"),
    ],
)
async def test_a_series_of_reports_that_no_law_asks_of_the_body_is_refused(
    board: Board, kind: str, report: str | None, nation: str, regime: str, pointer: str
) -> None:
    rhythm = "on_request" if kind == "governance_report" else "yearly"
    body = {"kind": kind, "rhythm": rhythm, "anchorOn": "2027-01-04"} | ({"report": report} if report else {})
    moved(board, nation, regime)
    answer = await board.post("/series", body, "complaints_manager")
    found = [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
    assert (answer.status_code, found) == (422, [(pointer, "not_for_this_body")])
    assert (await board.get("/series")).json()["items"] == []
    assert await board.series("board_report") and await board.series("feedback_round", {})
    moved(board, "england")
    assert (await board.post("/series", body, "complaints_manager")).status_code == 201


async def test_a_report_that_no_law_asks_for_any_more_is_not_compiled_and_the_office_is_told_once(board: Board) -> None:
    series = await board.series("return", READER, rhythm="yearly")
    on_request = await board.series("governance_report", READER, rhythm="on_request")
    moved(board, "wales")
    occurrence = await board.begun(series)
    assert await shown(board, occurrence) == ("open", "compile", "not_for_this_body")
    board.clock.instant = NOON + timedelta(hours=5)
    assert await board.rest(occurrence) == []
    assert tasks(board, occurrence) == [("complaints_manager", "open")]
    (mail,) = [each for each in board.machine.post.sent if "does not come through" in each.subject]
    assert "Abandon it" in mail.body and "It begins late: it fell due on 2026-11-02" in mail.body
    asked = {"seriesId": on_request, "requestedOn": "2026-11-16"}
    assert await board.refused("", asked, "complaints_manager") == "invalid_request"
    await board.said(f"/{occurrence}/abandonment", {"reason": "Not ours."}, "complaints_manager")
    assert tasks(board, occurrence) == [("complaints_manager", "superseded")]


async def test_what_could_not_be_published_is_not_approved_until_there_is_room_for_it(board: Board) -> None:
    report = published(board)
    occurrence = await board.begun(await board.series("learning_summary", READER))
    approve = f"/{occurrence}/steps/approve/completion"
    assert await board.refused(approve, {}, "responsible_person") == "report_shown_already"
    assert await shown(board, occurrence) == ("open", "approve", None)
    await withdrawn(board, report)
    await board.said(approve, {}, "responsible_person")
    await board.rest(occurrence)
    assert await shown(board, occurrence) == ("done", None, None)


async def test_what_meets_an_occupied_address_waits_for_people_and_is_published_once_there_is_room(
    board: Board,
) -> None:
    occurrence = await board.begun(await board.series("learning_summary", READER))
    await board.said(f"/{occurrence}/steps/approve/completion", {}, "responsible_person")
    report = published(board)  # between the approval and the machine
    assert await board.rest(occurrence) == ["publish", "hindered", "mail"]
    assert await shown(board, occurrence) == ("open", "publish", "report_shown_already")
    assert tasks(board, occurrence) == [("complaints_manager", "open")]
    assert "Another report about some of these days" in board.machine.post.sent[-1].body
    board.clock.instant = NOON + timedelta(days=3)
    assert await board.rest(occurrence) == []  # nothing is tried that cannot come through
    sql = "select changes - heard from governance where id = %s"
    assert board.rows._connection.execute(sql, (occurrence,)).fetchone() == (0,)
    await withdrawn(board, report)
    assert board.rows._connection.execute(sql, (occurrence,)).fetchone() == (1,)  # the sweep tells its workflow
    assert await board.rest(occurrence) == ["publish"]
    assert await shown(board, occurrence) == ("done", None, None)
    assert tasks(board, occurrence) == [("complaints_manager", "done")]


async def test_withdrawing_another_report_leaves_hindered_what_still_has_no_room_and_says_so_anew(
    board: Board,
) -> None:
    occurrence = await board.begun(await board.series("learning_summary", READER))
    await board.said(f"/{occurrence}/steps/approve/completion", {}, "responsible_person")
    first, second = published(board), published(board)
    await board.rest(occurrence)
    await withdrawn(board, first)
    assert await board.rest(occurrence) == ["publish", "hindered", "mail"]
    assert tasks(board, occurrence) == [("complaints_manager", "done"), ("complaints_manager", "open")]
    await withdrawn(board, second)
    assert await board.rest(occurrence) == ["publish"]


async def test_a_compile_that_keeps_failing_rests_longer_and_longer_and_is_told_of_after_the_third_time(
    board: Board,
) -> None:
    board.machine.press = Press(faults=100)
    (occurrence,) = await board.machine.turn(board.rows.id, UUID(await board.series("learning_summary", READER)), NOON)
    rests: list[timedelta] = []
    for times in range(1, 8):
        look = await looked(board, str(occurrence), failed=True)
        assert (look.tries, str(look.hindered and look.hindered.value)) == (times, "failed")
        if times == 3:
            assert [each.value for each in (look.deed,) if each] == ["hindered"]
        assert times > 3 or tasks(board, str(occurrence)) == []
        while look.deed is not None and look.deed.value != "compile":
            await board.machine.do(GovernanceAct(organisation_id=board.rows.id, occurrence_id=occurrence,
                                                 now=board.clock.instant), look.deed)  # fmt: skip
            look = await looked(board, str(occurrence))
        rests.append(timedelta() if look.deed or look.look_at is None else look.look_at - board.clock.instant)
        board.clock.instant += rests[-1] or timedelta(minutes=10)  # as the workflow waits
        if not look.deed:
            assert (await looked(board, str(occurrence))).deed is not None
    hours = [each / timedelta(hours=1) for each in rests]
    assert hours == sorted(hours) and hours[0] == 0 and hours[-1] == hours[-2] == 12
    assert tasks(board, str(occurrence)) == [("complaints_manager", "open")]
    board.machine.press = Press()
    assert "compile" in await board.rest(str(occurrence))
    assert tasks(board, str(occurrence)) == [("complaints_manager", "done")]


async def test_the_office_has_a_hindered_step_tried_again_at_once_and_nobody_else_does(board: Board) -> None:
    board.machine.press = Press(faults=1)
    series = UUID(await board.series("learning_summary", READER))
    (occurrence,) = map(str, await board.machine.turn(board.rows.id, series, NOON))
    again = f"/{occurrence}/steps/compile/another-try"
    assert await board.refused(again, None, "complaints_manager") == "step_not_hindered"
    for _ in range(5):
        await looked(board, occurrence, failed=True)
    assert await board.refused(again, None, "senior_leader") == "not_your_part"
    assert (
        await board.refused(f"/{occurrence}/steps/approve/another-try", None, "complaints_manager") == "step_not_open"
    )
    board.machine.press = Press()
    told = await board.said(again, None, "complaints_manager")
    assert (told["step"], told["hindered"], told["steps"][0]["tries"]) == ("compile", None, 0)
    assert "compile" in await board.rest(occurrence)
    assert await shown(board, occurrence) == ("open", "approve", None)
