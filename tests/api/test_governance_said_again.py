"""What is said of governance again under its key is answered as the first time, however it stands by then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from db.references import check_character
from tests.api.boards import Board

pytestmark = pytest.mark.at_once
NOON = datetime(2026, 11, 18, 10, 30, tzinfo=UTC)
PARTS = {"approver": ["responsible_person"], "commenter": ["senior_leader"], "chair": ["responsible_person"]}


async def test_each_step_is_answered_as_the_first_time_when_it_has_long_gone_on(board: Board) -> None:
    occurrence = await board.begun(await board.series(parts=PARTS))
    said: list[tuple[str, dict[str, Any], str, str, dict[str, Any]]] = []

    async def say(path: str, body: dict[str, Any], role: str) -> None:
        key = str(uuid4())
        answer = await board.post(f"/{occurrence}{path}", body, role, key)
        assert answer.status_code == 200, answer.text
        said.append((path, body, role, key, answer.json()))
        board.clock.instant += timedelta(minutes=5)
        await board.rest(occurrence)

    await say("/comments", {"words": "A ward reads oddly."}, "senior_leader")
    await say("/steps/approve/sending-back", {"to": "compile", "words": "Look at it."}, "responsible_person")
    await say("/comments", {"words": "Right now."}, "senior_leader")
    await say("/steps/approve/completion", {"words": "Approved."}, "responsible_person")
    await say("/steps/publish/completion", {}, "responsible_person")
    went = {"audience": "board", "whom": "The board", "how": "meeting", "on": "2026-11-18"}
    await say("/distribution", went, "complaints_manager")
    await say("/abandonment", {"reason": "The board met early."}, "complaints_manager")
    assert [each[-1]["step"] for each in said] == [
        "approve", "compile", "approve", "publish", "distribute", "distribute", "distribute",
    ]  # fmt: skip
    count = "select count(*) from office_event where organisation_id = %s"
    before = board.rows._connection.execute(count, (board.rows.id,)).fetchone()
    for path, body, role, key, first in said:
        again = await board.post(f"/{occurrence}{path}", body, role, key)
        assert (again.status_code, again.json()) == (200, first), path
    assert board.rows._connection.execute(count, (board.rows.id,)).fetchone() == before
    path, body, role, key, _ = said[0]
    other = await board.post(f"/{occurrence}{path}", {"words": "Something else."}, role, key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    stands = (await board.get(f"/{occurrence}")).json()
    assert (stands["state"], stands["abandonedReason"]) == ("abandoned", "The board met early.")


async def test_what_was_begun_and_an_action_that_was_settled_are_answered_as_the_first_time(board: Board) -> None:
    series = await board.series("governance_report", {"approver": ["responsible_person"]}, rhythm="on_request")
    asked = {"seriesId": series, "requestedOn": "2026-11-16"}
    first = await board.post("", asked, "complaints_manager", "begin")
    occurrence = first.json()["id"]
    await board.rest(occurrence)
    assert (await board.get(f"/{occurrence}")).json()["step"] == "approve"
    again = await board.post("", asked, "complaints_manager", "begin")
    assert (again.status_code, again.json()) == (201, first.json()) and first.json()["step"] == "compile"

    panel = await board.begun(await board.series("panel", {"chair": ["responsible_person"]}))
    owner = str(board.rows.person("handler"))
    action = {"what": "Name who rings.", "ownerId": owner, "dueOn": "2026-12-01"}
    (resolved,) = (await board.said(f"/{panel}/actions", action, "responsible_person"))["actions"]
    later = {"dueOn": "2026-12-08", "reason": "The lead was ill."}
    path = f"/{panel}/actions/{resolved['id']}"
    moved = await board.post(f"{path}/date", later, "responsible_person", "move")
    done = {"state": "done", "on": "2026-11-18", "words": "The form is there."}
    await board.said(f"{path}/settlement", done, "complaints_manager")
    again = await board.post(f"{path}/date", later, "responsible_person", "move")
    assert again.json() == moved.json() and again.json()["actions"][0]["state"] == "open"


async def test_a_story_that_was_withdrawn_is_in_no_answer_any_more(board: Board, api_dsns: Any) -> None:
    digits = uuid4().hex[:8].upper()
    reference = f"{board.rows.organisation.code}-{digits}-{check_character(digits)}"
    board.rows.complaint(reference=reference)
    panel = await board.begun(await board.series("panel", {"chair": ["responsible_person"]}))
    case = {"reference": reference, "how": "anonymised", "story": "Somebody waited two days for a call."}
    first = await board.post(f"/{panel}/cases", case, "responsible_person", "choose")
    assert first.status_code == 200, first.text
    again = await board.post(f"/{panel}/cases", case, "responsible_person", "choose")
    assert again.json() == first.json() and again.json()["cases"][0]["story"] == case["story"]
    kept = "select count(*) from office_answer where organisation_id = %s and answer::text like %s"
    found = board.rows._connection.execute(kept, (board.rows.id, "%two days for a call%")).fetchone()
    assert found == (0,)
    chosen = UUID(first.json()["cases"][0]["id"])
    await board.said(f"/{panel}/cases/{chosen}/withdrawal", {"reason": "They asked us to."}, "responsible_person")
    again = await board.post(f"/{panel}/cases", case, "responsible_person", "choose")
    (shown,) = again.json()["cases"]
    assert (shown["story"], shown["state"]) == (None, "chosen")


async def test_a_name_that_was_corrected_is_in_no_answer_any_more_and_one_that_cannot_be_read_is_as_it_stands(
    board: Board,
) -> None:
    occurrence = await board.begun(await board.series(parts=PARTS))
    said = {"words": "A ward reads oddly."}
    first = await board.post(f"/{occurrence}/comments", said, "senior_leader", "say")
    senior = board.rows.person("senior_leader")
    (comment,) = first.json()["comments"]
    assert comment["person"] == {"id": str(senior), "name": comment["person"]["name"]} and comment["person"]["name"]
    name = f"%{comment['person']['name']}%"
    kept = "select count(*) from office_answer where organisation_id = %s and answer::text like %s"
    assert board.rows._connection.execute(kept, (board.rows.id, name)).fetchone() == (0,)
    board.rows._connection.execute("update person set name = 'Corrected Name' where id = %s", (senior,))
    again = await board.post(f"/{occurrence}/comments", said, "senior_leader", "say")
    assert again.json()["comments"][0]["person"]["name"] == "Corrected Name"
    board.clock.instant += timedelta(minutes=5)
    await board.said(f"/{occurrence}/steps/approve/completion", {"words": "Approved."}, "responsible_person")
    older = "update office_answer set answer = answer - 'rules' where organisation_id = %s"
    board.rows._connection.execute(older, (board.rows.id,))
    again = await board.post(f"/{occurrence}/comments", said, "senior_leader", "say")
    assert (again.status_code, again.json()["step"]) == (200, "publish")


async def test_what_somebody_else_or_another_body_says_under_the_same_key_is_an_act_of_their_own(board: Board) -> None:
    occurrence = await board.begun(await board.series(parts=PARTS | {"commenter": ["senior_leader", "handler"]}))
    said = {"words": "A ward reads oddly."}
    first = await board.post(f"/{occurrence}/comments", said, "senior_leader", "one-key")
    assert first.status_code == 200, first.text
    other = await board.post(f"/{occurrence}/comments", said, "complaints_manager", "one-key")
    assert (other.status_code, other.json()["code"]) == (403, "not_your_part")
    stranger = board.tokens.headers("senior_leader", key="one-key")  # of another body
    url = f"/v1/governance/{occurrence}/comments"
    answer = await board.client.post(url, json=said, headers=stranger)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
