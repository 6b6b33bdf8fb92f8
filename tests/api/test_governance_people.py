"""Whose a step of governance is: named anew, away with a cover, gone, from outside; and what its dates are then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from db.engine import Database
from db.models.organisation import Person
from db.queries import office
from tests.api.boards import Board

pytestmark = pytest.mark.at_once
NOON = datetime(2026, 11, 18, 10, 30, tzinfo=UTC)
ALONE = {"approver": ["responsible_person"], "commenter": ["senior_leader"]}


def away(board: Board, who: str, cover: str | None) -> None:
    board.rows._put(
        "absence", person_id=board.rows.person(who), starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 27),
        cover_id=board.rows.person(cover) if cover else None, cancelled=False,
    )  # fmt: skip


def asked(board: Board, occurrence: str) -> list[tuple[str, UUID | None, str]]:
    """Return who is asked for the open step, and was."""
    sql = (
        "select t.role, t.assignee_id, t.state from task t join governance_step s on s.id = t.subject_id"
        " where s.occurrence_id = %s and s.state = 'open' and t.kind = 'governance_step' order by t.raised_at, t.state"
    )
    return [(row[0], row[1], row[2]) for row in board.rows._connection.execute(sql, (occurrence,))]


async def renamed(board: Board, series: str, **parts: str) -> None:
    members = [{"part": part, "personId": str(board.rows.person(role))} for part, role in parts.items()]
    await board.said(f"/series/{series}/members", {"members": members}, "complaints_manager")


async def test_whoever_is_named_for_an_open_step_is_told_that_it_is_theirs_and_who_had_it_is_not_asked_any_more(
    board: Board,
) -> None:
    series = await board.series(parts=ALONE)
    occurrence = await board.begun(series)
    first, second = board.rows.person("senior_leader"), board.rows.person("complaints_manager")
    assert asked(board, occurrence) == [("commenter", first, "open")]
    board.clock.instant = NOON + timedelta(hours=1)
    await renamed(board, series, approver="responsible_person", commenter="complaints_manager")
    assert await board.rest(occurrence) == ["opened", "mail"]
    assert asked(board, occurrence) == [("commenter", first, "superseded"), ("commenter", second, "open")]
    assert await board.rest(occurrence) == []
    board.clock.instant = NOON + timedelta(hours=2)
    await renamed(board, series, approver="responsible_person", commenter="senior_leader")
    assert await board.rest(occurrence) == ["opened", "mail"]
    assert [row[1] for row in asked(board, occurrence) if row[2] == "open"] == [first]
    (step,) = [each for each in (await board.get(f"/{occurrence}")).json()["steps"] if each["state"] == "open"]
    assert [each["rung"] for each in step["told"]] == ["opened"] * 3
    assert await board.refused(f"/{occurrence}/comments", {"words": "Mine."}, "complaints_manager") == "not_your_part"


async def test_whoever_covers_is_told_and_does_it_in_the_place_of_the_absent(board: Board) -> None:
    away(board, "senior_leader", "complaints_manager")
    occurrence = await board.begun(await board.series(parts=ALONE))
    assert asked(board, occurrence) == [("commenter", board.rows.person("complaints_manager"), "open")]
    shown = await board.said(f"/{occurrence}/comments", {"words": "In their place."}, "complaints_manager")
    assert shown["step"] == "approve"
    # Whoever alone commented approves nothing, in whosever place.
    away(board, "responsible_person", "complaints_manager")
    path = f"/{occurrence}/steps/approve/completion"
    assert await board.refused(path, {}, "complaints_manager") == "step_incomplete"
    assert (await board.said(path, {}, "responsible_person"))["step"] == "publish"


async def test_whoever_is_away_with_nobody_in_their_place_is_not_asked_but_their_word_is_waited_for(
    board: Board,
) -> None:
    away(board, "senior_leader", None)
    occurrence = await board.begun(await board.series(parts=ALONE))
    assert asked(board, occurrence) == [("complaints_manager", board.rows.person("complaints_manager"), "open")]
    assert (await board.get(f"/{occurrence}")).json()["lacks"] == ["comments"]
    assert (await board.said(f"/{occurrence}/comments", {"words": "From afar."}, "senior_leader"))["step"] == "approve"


async def test_where_the_approver_has_left_the_manager_is_told_and_may_name_another_but_not_approve(
    board: Board, database: Database
) -> None:
    series = await board.series(parts=ALONE)
    occurrence = await board.begun(series)
    await board.said(f"/{occurrence}/comments", {"words": "Fine."}, "senior_leader")
    await board.rest(occurrence)
    sql = "select changes - heard from governance where id = %s"
    assert board.rows._connection.execute(sql, (occurrence,)).fetchone() == (0,)
    async with database.tenant(board.rows.id, NOON) as session:
        gone = await session.get_one(Person, board.rows.person("responsible_person"))
        await office.end_account(session, gone, date(2026, 11, 17), NOON)
    assert board.rows._connection.execute(sql, (occurrence,)).fetchone() == (1,)  # the sweep tells its workflow
    board.clock.instant = NOON + timedelta(hours=1)
    assert "opened" in await board.rest(occurrence)
    manager = board.rows.person("complaints_manager")
    assert [row for row in asked(board, occurrence) if row[2] == "open"] == [("complaints_manager", manager, "open")]
    path = f"/{occurrence}/steps/approve/completion"
    assert await board.refused(path, {}, "complaints_manager") == "not_your_part"
    await renamed(board, series, approver="complaints_manager", commenter="senior_leader")
    assert (await board.said(path, {}, "complaints_manager"))["step"] == "publish"


async def test_a_meeting_that_is_led_by_nobody_of_the_organisation_is_ended_by_the_office(board: Board) -> None:
    body = {"kind": "non_executive", "rhythm": "quarterly", "anchorOn": "2026-11-02"}
    outside = {"members": [{"part": "non_executive", "name": "A named non-executive"}]}
    series = str((await board.said("/series", body | outside, "complaints_manager"))["id"])
    occurrence = await board.begun(series)
    minutes = {"heldOn": "2026-11-18", "attendees": [{"name": "A guest"}], "minutes": "Met.", "heard": "Delays."}
    await board.said(f"/{occurrence}/minutes", minutes, "complaints_manager")
    path = f"/{occurrence}/steps/meet/completion"
    assert await board.refused(path, {}, "senior_leader") == "not_your_part"
    assert (await board.said(path, {}, "complaints_manager"))["state"] == "done"


async def test_nothing_that_is_sent_back_here_gives_longer_for_what_the_cqc_asked_for(board: Board) -> None:
    parts = {"approver": ["responsible_person"]}
    series = await board.series("governance_report", parts, rhythm="on_request")
    body = {"seriesId": series, "requestedOn": "2026-11-16"}
    occurrence = str((await board.said("", body, "complaints_manager"))["id"])
    await board.rest(occurrence)
    await board.said(f"/{occurrence}/steps/approve/completion", {}, "responsible_person")
    board.clock.instant = datetime(2026, 12, 10, 10, tzinfo=UTC)
    back = {"to": "compile", "words": "A figure is wrong."}
    shown = await board.said(f"/{occurrence}/steps/send/sending-back", back, "complaints_manager")
    due = {each["code"]: each["dueOn"] for each in shown["steps"] if each["round"] == 2}
    assert due == {"compile": "2026-11-16", "approve": "2026-12-07", "send": "2026-12-14"}


async def test_what_nobody_has_approved_is_distributed_to_nobody(board: Board) -> None:
    occurrence = await board.begun(await board.series(parts=ALONE))
    went = {"audience": "commissioner", "whom": "The board", "how": "email", "on": "2026-11-18"}
    assert await board.refused(f"/{occurrence}/distribution", went, "complaints_manager") == "step_not_open"
    await board.said(f"/{occurrence}/comments", {"words": "Fine."}, "senior_leader")
    assert await board.refused(f"/{occurrence}/distribution", went, "complaints_manager") == "step_not_open"
    await board.said(f"/{occurrence}/steps/approve/completion", {}, "responsible_person")
    assert len((await board.said(f"/{occurrence}/distribution", went, "complaints_manager"))["distribution"]) == 1


async def test_a_rhythm_changes_only_once_what_was_missed_has_begun_and_after_the_last_occurrence(
    board: Board,
) -> None:
    series = await board.series("feedback_round", {}, rhythm="weekly")
    path, rhythm = f"/series/{series}/rhythm", {"rhythm": "monthly", "anchorOn": "2026-12-01", "hour": 7}
    answer = await board.post(path, rhythm, "complaints_manager")
    assert answer.json()["errors"][0]["code"] == "missed_first"
    await board.machine.turn(board.rows.id, UUID(series), board.clock.instant)
    changed = await board.said(path, rhythm, "complaints_manager")
    assert (changed["rhythm"], changed["nextOn"]) == ("monthly", "2026-12-01")
    board.clock.instant = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert len(await board.machine.turn(board.rows.id, UUID(series), board.clock.instant)) == 4
    same_day = {"rhythm": "weekly", "anchorOn": "2026-12-01", "hour": 20}
    answer = await board.post(path, same_day, "complaints_manager")
    assert answer.json()["errors"][0]["code"] == "date_not_later"
    numbers = [each["number"] for each in (await board.get()).json()["items"]]
    assert sorted(numbers) == [1, 2, 3, 4]


def tasks_of(board: Board, occurrence: str) -> set[tuple[str, UUID | None]]:
    return {(role, person) for role, person, state in asked(board, occurrence) if state == "open"}


async def left(board: Board, database: Database, who: str) -> None:
    """Have the account of somebody end."""
    async with database.tenant(board.rows.id, NOON) as session:
        gone = await session.get_one(Person, board.rows.person(who))
        await office.end_account(session, gone, date(2026, 11, 17), NOON)


async def test_when_the_last_one_who_was_to_comment_leaves_the_office_is_told_and_ends_it(
    board: Board, database: Database
) -> None:
    parts = {"approver": ["responsible_person"], "commenter": ["senior_leader", "handler"]}
    occurrence = await board.begun(await board.series(parts=parts))
    end = f"/{occurrence}/steps/comment/completion"
    await board.said(f"/{occurrence}/comments", {"words": "Fine."}, "senior_leader")
    assert await board.refused(end, {}, "complaints_manager") == "not_your_part"
    await left(board, database, "handler")
    board.clock.instant = NOON + timedelta(hours=1)
    assert await board.rest(occurrence) == ["opened", "mail"]
    assert ("complaints_manager", board.rows.person("complaints_manager")) in tasks_of(board, occurrence)
    assert await board.rest(occurrence) == []
    assert (await board.said(end, {"words": "Nobody is left to ask."}, "complaints_manager"))["step"] == "approve"


async def test_whoever_has_commented_is_not_reminded_of_it(board: Board) -> None:
    parts = {"approver": ["responsible_person"], "commenter": ["senior_leader", "complaints_manager"]}
    occurrence = await board.begun(await board.series(parts=parts))
    await board.said(f"/{occurrence}/comments", {"words": "Fine."}, "senior_leader")
    board.clock.instant = NOON + timedelta(days=9)
    assert "reminder" in await board.rest(occurrence)
    (step,) = [each for each in (await board.get(f"/{occurrence}")).json()["steps"] if each["state"] == "open"]
    (reminder,) = [each for each in step["told"] if each["rung"] == "reminder"]
    assert [each["id"] for each in reminder["people"]] == [str(board.rows.person("complaints_manager"))]


async def test_what_is_circulated_to_nobody_is_the_offices_to_end(board: Board) -> None:
    occurrence = await board.begun(await board.series(parts={"approver": ["responsible_person"]}))
    end = f"/{occurrence}/steps/comment/completion"
    assert await board.refused(end, {}, "senior_leader") == "not_your_part"
    assert (await board.said(end, {"words": "Nobody is to comment."}, "complaints_manager"))["step"] == "approve"


async def test_what_goes_on_of_a_series_that_has_ended_is_given_to_others_and_comes_to_its_end(
    board: Board, database: Database
) -> None:
    series = await board.series("learning_summary", {"approver": ["responsible_person"]})
    occurrence = await board.begun(series)
    await board.said(f"/series/{series}/ending", None, "complaints_manager")
    await left(board, database, "responsible_person")
    approve = f"/{occurrence}/steps/approve/completion"
    assert await board.refused(approve, {}, "complaints_manager") == "not_your_part"
    await renamed(board, series, approver="senior_leader")
    board.clock.instant = NOON + timedelta(days=40)
    assert not await board.machine.turn(board.rows.id, UUID(series), board.clock.instant)
    await board.said(approve, {}, "senior_leader")
    await board.rest(occurrence)
    assert (await board.get(f"/{occurrence}")).json()["state"] == "done"
    members = {"members": [{"part": "approver", "personId": str(board.rows.person("senior_leader"))}]}
    assert await board.refused(f"/series/{series}/members", members, "complaints_manager") == "already_ended"


async def test_a_change_of_rhythm_or_a_pause_leaves_what_is_under_way_as_it_is(board: Board) -> None:
    series = await board.series(parts=ALONE)
    occurrence = await board.begun(series)
    before = (await board.get(f"/{occurrence}")).json()
    rhythm = {"rhythm": "yearly", "anchorOn": "2027-04-01", "hour": 9}
    await board.said(f"/series/{series}/rhythm", rhythm, "complaints_manager")
    await board.said(f"/series/{series}/pause", None, "complaints_manager")
    assert (await board.get(f"/{occurrence}")).json() == before
    assert (await board.said(f"/{occurrence}/comments", {"words": "Fine."}, "senior_leader"))["step"] == "approve"
    await board.said(f"/series/{series}/resumption", None, "complaints_manager")
    board.clock.instant = datetime(2027, 4, 1, 9, tzinfo=UTC)
    (following,) = await board.machine.turn(board.rows.id, UUID(series), board.clock.instant)
    shown = (await board.get(f"/{following}")).json()
    assert (shown["number"], shown["firstOn"], shown["lastOn"], shown["late"]) == (
        2, "2026-04-01", "2027-03-31", False,
    )  # fmt: skip


async def test_whoever_had_a_report_compiled_does_not_approve_it_and_another_who_is_named_does(board: Board) -> None:
    series = await board.series("governance_report", {"approver": ["complaints_manager"]}, rhythm="on_request")
    begun = await board.said("", {"seriesId": series, "requestedOn": "2026-11-16"}, "complaints_manager")
    await board.rest(begun["id"])
    approve = f"/{begun['id']}/steps/approve/completion"
    answer = await board.post(approve, {}, "complaints_manager")
    assert (answer.status_code, [each["code"] for each in answer.json()["missing"]]) == (
        409, ["governance_another_person"],
    )  # fmt: skip
    await renamed(board, series, approver="senior_leader")
    assert (await board.said(approve, {}, "senior_leader"))["step"] == "send"


async def test_where_nobody_has_any_office_what_is_to_be_done_is_asked_of_the_role_and_goes_on_once_somebody_has(
    board: Board, database: Database
) -> None:
    series = await board.series(parts=ALONE)
    occurrence = await board.begun(series)
    for role in ("senior_leader", "complaints_manager", "responsible_person"):
        await left(board, database, role)
    board.clock.instant = NOON + timedelta(days=16)
    assert await board.rest(occurrence) == ["reminder", "overdue", "escalation"]
    sql = "select role, assignee_id from task where act_id = %s and state = 'open' and kind <> 'governance_step'"
    found = {(row[0], row[1]) for row in board.rows._connection.execute(sql, (occurrence,))}
    assert found == {("complaints_manager", None), ("responsible_person", None)}
    manager = board.rows.person("complaints_manager")
    board.rows._connection.execute("update person set active = true where id = %s", (manager,))
    board.rows._put("appointment", person_id=manager, role="complaints_manager", starts_on=date(2026, 12, 1))
    assert await board.rest(occurrence) == ["opened", "mail"]
    assert tasks_of(board, occurrence) == {("complaints_manager", manager)}
    end = f"/{occurrence}/steps/comment/completion"
    assert (await board.said(end, {"words": "Nobody else is here."}, "complaints_manager"))["step"] == "approve"
