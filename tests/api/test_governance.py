"""What leaders do regularly through the API: set up, commented on, approved, sent back, and refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.api.boards import Board
from tests.api.office_rows import Rows
from tests.api.people import Tokens
from tests.bodies import plain

pytestmark = pytest.mark.at_once
NOON = datetime(2026, 11, 18, 10, 30, tzinfo=UTC)


async def test_a_series_is_set_up_scheduled_paused_and_ended(board: Board, engine: Any) -> None:
    series = await board.series()
    (plan,) = engine.series
    assert (str(plan.series_id), plan.rhythm.value, plan.day, plan.hour, plan.paused) == (
        series,
        "monthly",
        2,
        7,
        False,
    )
    paused = await board.said(f"/series/{series}/pause", None, "complaints_manager")
    assert (paused["state"], paused["scheduled"], engine.series[-1].paused) == ("paused", True, True)
    resumed = await board.said(f"/series/{series}/resumption", None, "complaints_manager")
    assert (resumed["state"], engine.series[-1].paused) == ("active", False)
    ended = await board.said(f"/series/{series}/ending", None, "complaints_manager")
    assert (ended["state"], ended["scheduled"], len(engine.unscheduled)) == ("ended", True, 1)
    assert await board.refused(f"/series/{series}/pause", None, "complaints_manager") == "already_ended"
    (shown,) = (await board.get("/series")).json()["items"]
    assert shown["state"] == "ended" and len(shown["members"]) == 4


async def test_a_series_set_up_twice_under_a_key_is_one_and_another_body_is_refused(board: Board) -> None:
    body = {"kind": "panel", "rhythm": "quarterly", "anchorOn": "2027-01-04"}
    first = await board.post("/series", body, "complaints_manager", "once")
    again = await board.post("/series", body, "complaints_manager", "once")
    assert first.status_code == again.status_code == 201 and first.json()["id"] == again.json()["id"]
    other = await board.post("/series", body | {"hour": 9}, "complaints_manager", "once")
    assert other.json()["code"] == "idempotency_key_reused"
    assert len((await board.get("/series")).json()["items"]) == 1


async def test_while_the_engine_is_away_a_series_is_stored_and_says_that_it_has_no_schedule(
    board: Board, engine: Any
) -> None:
    engine.away = True
    await board.series()
    (shown,) = (await board.get("/series")).json()["items"]
    assert shown["scheduled"] is False and shown["nextOn"] == "2026-11-02"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"rhythm": "on_request"}, "/rhythm"),
        ({"kind": "governance_report"}, "/rhythm"),
        ({"report": "ko41b"}, "/report"),
        ({"hour": 1}, "/hour"),
        ({"anchorOn": "2025-11-16"}, "/anchorOn"),
        ({"members": [{"part": "chair"}]}, "/members/0"),
        ({"members": [{"part": "approver", "name": "Somebody Outside"}]}, "/members/0/name"),
    ],
)
async def test_a_series_that_cannot_be_is_refused_with_the_place(
    board: Board, change: dict[str, Any], pointer: str
) -> None:
    body = {"kind": "board_report", "rhythm": "monthly", "anchorOn": "2027-01-04"} | change
    answer = await board.post("/series", body, "complaints_manager")
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == pointer


async def test_a_board_report_goes_through_comment_approval_publication_and_distribution(board: Board) -> None:
    occurrence = await board.begun(await board.series())
    whole = (await board.get(f"/{occurrence}")).json()
    assert (whole["step"], whole["firstOn"], whole["lastOn"], whole["late"]) == (
        "comment", "2026-10-01", "2026-10-31", True,
    )  # fmt: skip
    await board.said(f"/{occurrence}/comments", {"words": "The figures for wards read oddly."}, "senior_leader")
    shown = await board.said(f"/{occurrence}/comments", {"words": "Nothing to say."}, "complaints_manager")
    assert shown["step"] == "approve" and len(shown["comments"]) == 2
    assert await board.rest(occurrence) == ["opened", "mail"]
    done = await board.said(f"/{occurrence}/steps/approve/completion", {"words": "Approved."}, "responsible_person")
    assert done["step"] == "publish"
    await board.said(f"/{occurrence}/steps/publish/completion", {}, "responsible_person")
    assert (
        await board.refused(f"/{occurrence}/steps/distribute/completion", {}, "complaints_manager") == "step_incomplete"
    )
    went = {"audience": "staff", "whom": "All wards", "how": "intranet", "on": "2026-11-18"}
    await board.said(f"/{occurrence}/distribution", went, "complaints_manager")
    ended = await board.said(f"/{occurrence}/steps/distribute/completion", {}, "complaints_manager")
    assert (ended["state"], ended["step"], ended["distribution"][0]["whom"]) == ("done", None, "All wards")
    assert await board.refused(f"/{occurrence}/comments", {"words": "Late."}, "senior_leader") == "already_ended"


async def test_what_somebody_says_who_has_no_part_is_refused_and_nobody_approves_what_only_they_commented_on(
    board: Board,
) -> None:
    parts = {"approver": ["senior_leader"], "commenter": ["senior_leader"]}
    occurrence = await board.begun(await board.series(parts=parts))
    assert await board.refused(f"/{occurrence}/comments", {"words": "Mine."}, "responsible_person") == "not_your_part"
    assert await board.refused(f"/{occurrence}/steps/approve/completion", {}, "senior_leader") == "step_not_open"
    await board.said(f"/{occurrence}/comments", {"words": "Good."}, "senior_leader")
    assert await board.refused(f"/{occurrence}/steps/approve/completion", {}, "complaints_manager") == "not_your_part"
    answer = await board.post(f"/{occurrence}/steps/approve/completion", {}, "senior_leader")
    assert (answer.status_code, answer.json()["code"]) == (409, "step_incomplete")
    assert answer.json()["missing"][0]["code"] == "governance_another_person"


async def test_a_report_that_is_sent_back_is_compiled_and_commented_on_anew(board: Board) -> None:
    occurrence = await board.begun(await board.series())
    for role in ("senior_leader", "complaints_manager"):
        await board.said(f"/{occurrence}/comments", {"words": "Fine."}, role)
    back = {"to": "compile", "words": "A ward is missing."}
    shown = await board.said(f"/{occurrence}/steps/approve/sending-back", back, "responsible_person")
    assert (shown["step"], shown["reportId"]) == ("compile", None)
    assert "compile" in await board.rest(occurrence)
    whole = (await board.get(f"/{occurrence}")).json()
    assert whole["step"] == "comment" and whole["lacks"] == ["comments"] and len(board.machine.press.compiled) == 2
    assert [each["state"] for each in whole["steps"] if each["code"] == "approve"] == ["sent_back", "waiting"]
    forward = {"to": "publish", "words": "No."}
    assert (
        await board.refused(f"/{occurrence}/steps/comment/sending-back", forward, "senior_leader") == "invalid_request"
    )


async def test_a_comment_step_nobody_answers_is_ended_by_the_office_once_its_day_is_over(board: Board) -> None:
    occurrence = await board.begun(await board.series())
    path = f"/{occurrence}/steps/comment/completion"
    assert await board.refused(path, {}, "senior_leader") == "step_incomplete"
    board.clock.instant = NOON + timedelta(days=11)
    assert (await board.said(path, {"words": "Time is over."}, "complaints_manager"))["step"] == "approve"


async def test_a_return_with_a_broken_equality_is_neither_signed_off_nor_submitted(board: Board) -> None:
    board.machine.press.broken = 2
    parts = {"approver": ["responsible_person"]}
    occurrence = await board.begun(await board.series("return", parts, rhythm="yearly"))
    answer = await board.post(f"/{occurrence}/steps/check/completion", {}, "complaints_manager")
    assert [each["code"] for each in answer.json()["missing"]] == ["governance_holds"]
    board.machine.press.broken = 0
    await board.said(
        f"/{occurrence}/steps/check/sending-back", {"to": "compile", "words": "Put right."}, "complaints_manager"
    )
    await board.rest(occurrence)
    await board.said(f"/{occurrence}/steps/check/completion", {}, "complaints_manager")
    await board.said(f"/{occurrence}/steps/sign_off/completion", {}, "responsible_person")
    submit = f"/{occurrence}/steps/submit/completion"
    assert await board.refused(submit, {}, "complaints_manager") == "step_incomplete"
    ended = await board.said(submit, {"receipt": "SDCS 4711"}, "complaints_manager")
    assert (ended["state"], ended["receipt"]) == ("done", "SDCS 4711")


async def test_whoever_checked_a_return_does_not_sign_it_off(board: Board) -> None:
    board.machine.press.broken = 0
    occurrence = await board.begun(await board.series("return", {"approver": ["responsible_person"]}, rhythm="yearly"))
    await board.said(f"/{occurrence}/steps/check/completion", {}, "responsible_person")
    assert (
        await board.refused(f"/{occurrence}/steps/sign_off/completion", {}, "responsible_person") == "step_incomplete"
    )


async def test_a_report_for_the_cqc_is_due_28_days_counted_from_the_day_after_the_request(board: Board) -> None:
    parts = {"approver": ["responsible_person"]}
    series = await board.series("governance_report", parts, rhythm="on_request")
    body = {"seriesId": series, "requestedOn": "2026-11-16"}
    assert await board.refused("", body | {"requestedOn": "2026-11-19"}, "complaints_manager") == "invalid_request"
    assert await board.refused("", body, "senior_leader") == "not_your_part"
    shown = await board.said("", body, "complaints_manager")
    assert {each["code"]: each["dueOn"] for each in shown["steps"]}["send"] == "2026-12-14"
    assert (shown["firstOn"], shown["lastOn"], shown["number"]) == ("2025-11-16", "2026-11-15", 1)
    monthly = await board.series()
    assert await board.refused("", body | {"seriesId": monthly}, "complaints_manager") == "not_on_request"


@pytest.mark.parametrize(
    ("role", "reads", "sets_up", "speaks"),
    [
        ("complaints_manager", 200, 201, 404),
        ("responsible_person", 200, 201, 404),
        ("senior_leader", 200, 403, 404),
        ("auditor", 200, 403, 403),
        ("handler", 403, 403, 403),
        ("investigator", 403, 403, 403),
        ("operator", 403, 403, 403),
        ("case_system", 403, 403, 403),
    ],
)
async def test_who_may_read_set_up_and_speak(board: Board, role: str, reads: int, sets_up: int, speaks: int) -> None:
    body = {"kind": "panel", "rhythm": "quarterly", "anchorOn": "2027-01-04"}
    assert (await board.get(role=role)).status_code == (await board.get("/series", role=role)).status_code == reads
    assert (await board.post("/series", body, role)).status_code == sets_up
    assert (await board.post(f"/{uuid4()}/comments", {"words": "Mine."}, role)).status_code == speaks


async def test_another_organisation_sees_and_says_nothing_of_it(board: Board, api_dsns: Any, tokens: Tokens) -> None:
    series = await board.series()
    occurrence = await board.begun(series)
    with psycopg.connect(plain(api_dsns.migrator), autocommit=True) as connection:
        other = Board(board.client, tokens, Rows(connection), board.machine, board.clock)
    assert (await other.get(f"/{occurrence}")).status_code == 404
    assert (await other.get()).json()["items"] == []
    assert await other.refused(f"/{occurrence}/comments", {"words": "Mine."}, "senior_leader") == "not_found"
    assert await other.refused(f"/series/{series}/pause", None, "complaints_manager") == "not_found"


async def test_an_occurrence_is_abandoned_by_the_office_with_a_reason_and_the_workflow_is_told(
    board: Board, engine: Any
) -> None:
    occurrence = await board.begun(await board.series())
    reason = {"reason": "The board meets only in January."}
    assert await board.refused(f"/{occurrence}/abandonment", reason, "senior_leader") == "not_your_part"
    key, told = "abandon", len(engine.governance)
    first = await board.post(f"/{occurrence}/abandonment", reason, "complaints_manager", key)
    again = await board.post(f"/{occurrence}/abandonment", reason, "complaints_manager", key)
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert first.json()["state"] == "abandoned" and len(engine.governance) == told + 2
    (listed,) = (await board.get(state="abandoned")).json()["items"]
    assert listed["id"] == occurrence and (await board.get(state="open")).json()["items"] == []
