"""What goes outside: read by somebody else first, then to everybody whom the law or the Standards name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.boards import Board

pytestmark = pytest.mark.at_once
OFFICE, RESPONSIBLE, SENIOR = "complaints_manager", "responsible_person", "senior_leader"


def went(audience: str) -> dict[str, Any]:
    return {"audience": audience, "whom": "Whoever it is", "how": "email", "on": "2026-11-17"}


async def to_distribution(board: Board) -> str:
    """Begin an annual report, and see it through to the step of its copy."""
    occurrence = await board.begun(await board.series("annual_report", rhythm="yearly"))
    await approved_again(board, occurrence)
    return occurrence


async def approved_again(board: Board, occurrence: str) -> None:
    for role in (SENIOR, OFFICE):
        await board.said(f"/{occurrence}/comments", {"words": "Nothing to say."}, role)
    await board.said(f"/{occurrence}/steps/approve/completion", {}, RESPONSIBLE)
    await board.said(f"/{occurrence}/steps/publish/completion", {}, RESPONSIBLE)


async def lacking(board: Board, path: str, body: dict[str, Any]) -> list[str]:
    answer = await board.post(path, body, OFFICE)
    assert (answer.status_code, answer.json()["code"]) == (409, "step_incomplete"), answer.text
    assert all(each["title"] != each["code"] for each in answer.json()["missing"])
    return [each["code"].removeprefix("governance_") for each in answer.json()["missing"]]


async def test_an_annual_report_is_not_done_before_the_commissioner_has_the_copy(board: Board) -> None:
    occurrence = await to_distribution(board)
    distribute = f"/{occurrence}/steps/distribute/completion"
    assert await lacking(board, distribute, {}) == ["to_commissioner"]
    await board.said(f"/{occurrence}/distribution", went("staff"), OFFICE)
    assert await lacking(board, distribute, {}) == ["to_commissioner"]
    await board.said(f"/{occurrence}/distribution", went("commissioner"), OFFICE)
    assert (await board.said(distribute, {}, OFFICE))["state"] == "done"


async def test_to_whom_it_does_not_go_is_said_with_the_reason(board: Board) -> None:
    occurrence = await to_distribution(board)
    distribute = f"/{occurrence}/steps/distribute/completion"
    nobody = {"without": ["commissioner"]}
    answer = await board.post(distribute, nobody, OFFICE)
    assert answer.json()["errors"][0]["pointer"] == "/words"
    other = await board.post(distribute, {"without": ["staff"], "words": "They know."}, OFFICE)
    assert other.json()["errors"][0]["pointer"] == "/without/0"
    done = await board.said(distribute, nobody | {"words": "Nobody commissions us."}, OFFICE)
    assert (done["state"], done["steps"][-1]["words"]) == ("done", "Nobody commissions us.")


async def test_what_went_out_before_it_was_compiled_anew_was_another_report(board: Board) -> None:
    occurrence = await to_distribution(board)
    await board.said(f"/{occurrence}/distribution", went("commissioner"), OFFICE)
    back = {"to": "compile", "words": "A site is missing."}
    await board.said(f"/{occurrence}/steps/distribute/sending-back", back, OFFICE)
    board.clock.instant = datetime(2026, 11, 18, 15, tzinfo=UTC)
    await board.rest(occurrence)
    await approved_again(board, occurrence)
    distribute = f"/{occurrence}/steps/distribute/completion"
    assert await lacking(board, distribute, {}) == ["to_commissioner"]
    await board.said(f"/{occurrence}/distribution", went("commissioner"), OFFICE)
    assert (await board.said(distribute, {}, OFFICE))["state"] == "done"


async def test_a_summary_is_read_by_another_person_before_it_is_discussed_and_goes_to_all_who_are_named(
    board: Board,
) -> None:
    occurrence = await board.begun(await board.series("discussion", {"approver": [RESPONSIBLE]}, rhythm="yearly"))
    met = {
        "heldOn": "2026-11-17", "attendees": [{"name": "Patients' group"}], "minutes": "We talked.",
        "heard": "Letters are hard to read.",
    }  # fmt: skip
    assert await board.refused(f"/{occurrence}/minutes", met, OFFICE) == "step_not_open"
    assert await board.refused(f"/{occurrence}/distribution", went("healthwatch"), OFFICE) == "step_not_open"
    await board.said(f"/{occurrence}/steps/approve/completion", {}, RESPONSIBLE)
    await board.said(f"/{occurrence}/minutes", met, OFFICE)
    shown = await board.said(f"/{occurrence}/steps/discuss/completion", {}, OFFICE)
    assert (shown["step"], shown["lacks"]) == ("distribute", ["to_staff", "to_healthwatch", "to_advocacy"])
    for audience in ("staff", "healthwatch"):
        await board.said(f"/{occurrence}/distribution", went(audience), OFFICE)
    distribute = f"/{occurrence}/steps/distribute/completion"
    assert await lacking(board, distribute, {}) == ["to_advocacy"]
    await board.said(f"/{occurrence}/distribution", went("advocacy"), OFFICE)
    assert (await board.said(distribute, {}, OFFICE))["state"] == "done"


async def test_the_members_of_a_panel_hear_that_its_pack_is_there_and_are_asked_for_nothing(board: Board) -> None:
    panel = {"chair": [RESPONSIBLE], "member": [SENIOR, RESPONSIBLE], "distribution": [OFFICE]}
    series = await board.series("panel", panel)
    board.rows._connection.execute(
        "update person set email = id || '@example.org' where organisation_id = %s", (board.rows.id,)
    )
    occurrence = await board.begun(series)
    heard = {(mail.recipient, mail.subject) for mail in board.machine.post.sent}
    chair, member = (f"{board.rows.person(role)}@example.org" for role in (RESPONSIBLE, SENIOR))
    assert heard == {
        (chair, "Complaints panel 1: a step is yours (begun late)"),
        (member, "Complaints panel 1: it is there to read (begun late)"),
    }
    assert len(board.machine.post.sent) == 2
    assert await board.rest(occurrence) == []
    tasks = board.rows._connection.execute(
        "select assignee_id from task where organisation_id = %s and state = 'open'", (board.rows.id,)
    )
    assert tasks.fetchall() == [(board.rows.person(RESPONSIBLE),)]
    (step,) = [each for each in (await board.get(f"/{occurrence}")).json()["steps"] if each["state"] == "open"]
    assert [(each["rung"], each["mailed"]) for each in step["told"]] == [("opened", 1), ("informed", 1)]


async def test_those_to_whom_a_report_is_distributed_hear_of_it_once_it_is_approved_and_not_before(
    board: Board,
) -> None:
    people = {"approver": [RESPONSIBLE], "chair": [RESPONSIBLE], "commenter": [SENIOR], "distribution": ["handler"]}
    series = await board.series(parts=people)
    board.rows._connection.execute(
        "update person set email = id || '@example.org' where organisation_id = %s", (board.rows.id,)
    )
    occurrence = await board.begun(series)
    reader = f"{board.rows.person('handler')}@example.org"
    await board.said(f"/{occurrence}/comments", {"words": "Fine."}, SENIOR)
    for step in ("approve", "publish"):
        await board.rest(occurrence)
        assert reader not in {mail.recipient for mail in board.machine.post.sent}
        await board.said(f"/{occurrence}/steps/{step}/completion", {}, RESPONSIBLE)
    await board.rest(occurrence)
    assert [mail.subject for mail in board.machine.post.sent if mail.recipient == reader] == [
        "Board report 1: it is there to read (begun late)"
    ]
