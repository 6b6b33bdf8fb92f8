"""Learning, actions and themes over HTTP, with the case file's own verdicts behind them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import ACORN, BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of, share

pytestmark = pytest.mark.at_once

DAY = "2026-11-18"
LEARNED = {
    "theme": "communications",
    "place": "TAK01.ward-7",
    "factors": ["handover"],
    "outcome": "learned",
    "wentWrong": True,
    "found": "Nobody said who rings.",
    "willChange": "Each shift names who rings.",
}
PLANNED = {
    "what": "Name who rings in each handover.",
    "ownerId": str(ACORN.person("handler")),
    "dueOn": "2026-12-18",
    "evidenceWanted": "The form.",
}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def of_all(desk: Desk, place: str, role: str = "handler", **more: Any) -> Any:
    answer = await desk.client.get(place, headers=desk.tokens.headers(role, **more))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def the_only(desk: Desk, what: str, role: str = "handler") -> dict[str, Any]:
    (found,) = (await desk.get(what, role))["items"]
    return dict(found)


async def must(desk: Desk, path: str, body: dict[str, Any], role: str = "handler") -> None:
    said = await desk.post(path, body, role)
    assert said.status_code == 200, said.text


async def test_learning_is_said_said_anew_approved_and_shown_with_its_versions(desk: Desk) -> None:
    await must(desk, "learning", LEARNED)
    one = (await the_only(desk, "learning"))["id"]
    await must(desk, "learning", {"learningId": one, "publicWords": "Each shift names who rings."})
    assert code_of(await desk.post("learning", {"learningId": one, "approvePublic": True})) == (409, "same_person")
    await must(desk, "learning", {"learningId": one, "approvePublic": True}, "complaints_manager")
    shown = await the_only(desk, "learning")
    assert [each["number"] for each in shown["versions"]] == [1, 2, 3]
    assert (shown["number"], shown["publicApproved"], shown["found"]) == (3, True, "Nobody said who rings.")
    seen = await the_only(desk, "learning", "operator")
    assert (seen.get("found"), seen.get("publicWords"), seen["publicApproved"]) == (None, None, True)
    listed = await of_all(desk, "/v1/learning?theme=communications&place=TAK01.ward-7&limit=100")
    assert one in {each["id"] for each in listed["items"]}
    assert (await of_all(desk, "/v1/learning?theme=nothing"))["items"] == []


async def test_an_action_is_planned_changed_told_done_listed_and_counted(desk: Desk) -> None:
    place = "/v1/figures/actions?from=2026-11-18&to=2026-12-31"
    before = await of_all(desk, place)
    await must(desk, "actions", PLANNED | {"theme": "communications", "tellEveryDays": 28})
    shown = await the_only(desk, "actions")
    assert (shown["state"], shown["nextClock"], shown["late"], shown["follows"]) == (
        "open", "action_news", False, "other",
    )  # fmt: skip
    one = f"actions/{shown['id']}"
    assert (await of_all(desk, place))["open"] == before["open"] + 1
    await must(desk, one, {"dueOn": "2026-12-11", "reason": "The printer is there."})
    await must(desk, f"{one}/progress", {"happenedOn": DAY, "words": "Two wards."})
    await must(desk, f"{one}/completion", {"doneOn": DAY, "evidence": "The form of the ward."})
    assert code_of(await desk.post(f"{one}/check", {"result": "held"})) == (409, "not_checked_yet")
    assert code_of(await desk.post(f"{one}/dropping", {"reason": "No."})) == (403, "forbidden")
    dropping = await desk.post(f"{one}/dropping", {"reason": "No."}, "complaints_manager")
    assert code_of(dropping) == (409, "contradicts_record")
    whole = await the_only(desk, "actions")
    assert (whole["state"], whole["dueOn"], whole["firstDueOn"]) == ("done", "2026-12-11", "2026-12-18")
    assert [each["reason"] for each in whole["changes"]] == ["The printer is there."]
    assert [each["words"] for each in whole["progress"]] == ["Two wards."]
    assert [(each["inTime"], each["evidence"]) for each in whole["completions"]] == [(True, "The form of the ward.")]
    assert [(each["kind"], each["state"], each["to"]) for each in whole["letters"]] == [
        ("news", "discarded", "person"), ("done", "draft", "person"),
    ]  # fmt: skip
    assert (await of_all(desk, place))["in_time" if "in_time" in before else "inTime"] == before["inTime"] + 1
    listed = await of_all(desk, f"/v1/actions?state=done&owner={PLANNED['ownerId']}&overdue=false&limit=100")
    assert shown["id"] in {each["id"] for each in listed["items"]}
    assert shown["id"] not in str(await of_all(desk, "/v1/actions?overdue=true&limit=100"))
    seen = str(await desk.get("actions", "operator"))
    for words in ("handover", "The form", "Two wards", "printer"):
        assert words not in seen


async def test_what_learning_says_will_change_is_asked_for_until_it_is_planned(desk: Desk) -> None:
    def asked(tasks: Any) -> list[tuple[str, str]]:
        found = [each for each in tasks["items"] if each["kind"] == "plan_action"]
        return [(each["state"], each["title"].partition(":")[0]) for each in found]

    await must(desk, "learning", LEARNED)
    title = "Say who does by when what was promised or learned"
    assert asked(await desk.get("tasks")) == [("open", title)]
    one = (await the_only(desk, "learning"))["id"]
    await must(desk, "actions", PLANNED | {"learningId": one})
    assert ("open", title) not in asked(await desk.get("tasks"))
    assert (await the_only(desk, "actions"))["theme"] == "communications"


async def test_pages_of_actions_follow_each_other(desk: Desk) -> None:
    for _ in range(2):
        await must(desk, "actions", PLANNED)
    first = await of_all(desk, "/v1/actions?limit=1")
    then = await of_all(desk, f"/v1/actions?limit=1&cursor={first['next']}")
    assert first["items"][0]["id"] != then["items"][0]["id"]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("learning", LEARNED | {"theme": "What happened to her"}, "/theme"),
    ("learning", LEARNED | {"factors": []}, "/factors"),
    ("learning", {"theme": "communications"}, ""),
    ("learning", {"learningId": str(uuid4())}, ""),
    ("learning", {"learningId": str(uuid4()), "approvePublic": True, "found": "More."}, ""),
    ("actions", PLANNED | {"tellEveryDays": 0}, "/tellEveryDays"),
    ("actions", PLANNED | {"checkMonths": 61}, "/checkMonths"),
    ("actions", PLANNED | {"what": " "}, "/what"),
    ("actions", PLANNED | {"remedyId": str(uuid4()), "learningId": str(uuid4())}, ""),
    ("actions/{id}", {"reason": "Because."}, ""),
    ("actions/{id}/progress", {"happenedOn": "2026-11-19", "words": "Tomorrow."}, "/happenedOn"),
    ("actions/{id}/completion", {"doneOn": DAY}, ""),
    ("actions/{id}/check", {"result": "recurred"}, ""),
    ("actions/{id}/dropping", {"reason": ""}, "/reason"),
]


async def test_what_is_malformed_is_pointed_at(desk: Desk) -> None:
    for path, body, pointer in WRONG:
        refused = await desk.post(path.replace("{id}", str(uuid4())), body, "complaints_manager")
        assert refused.status_code == 422, (path, refused.text)
        assert [each["pointer"] for each in refused.json()["errors"]] == [pointer], (path, body)


async def test_a_repeat_makes_one_and_another_body_under_the_key_is_refused(desk: Desk) -> None:
    for path, body, other in (
        ("learning", LEARNED, LEARNED | {"found": "Else."}),
        ("actions", PLANNED, PLANNED | {"dueOn": "2026-12-19"}),
    ):
        key = {"key": f"{path}-{desk.reference}"}
        assert [(await desk.post(path, body, **key)).status_code for _ in range(2)] == [200, 200]
        assert len((await desk.get(path))["items"]) == 1
        assert code_of(await desk.post(path, other, **key)) == (422, "idempotency_key_reused")


async def test_strangers_and_those_who_share_the_case_see_nothing(
    desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    await must(desk, "learning", LEARNED)
    await must(desk, "actions", PLANNED)
    theirs: dict[str, Any] = {"organisation": BIRCH.id, "subject": "handler"}
    for what in ("learning", "actions"):
        place = f"/v1/complaints/{desk.reference}/{what}"
        answer = await desk.client.get(place, headers=desk.tokens.headers("handler", **theirs))
        assert answer.status_code == 404
    share(migrator, desk.reference, BIRCH)
    for what in ("learning", "actions"):
        assert await desk.get(what, **theirs) == {"items": []}
        assert desk.reference not in str(await of_all(desk, f"/v1/{what}?limit=100", **theirs))
    assert code_of(await desk.post("actions", PLANNED, **theirs)) == (403, "not_your_complaint")


async def test_themes_of_its_own_are_the_offices_to_add_and_to_take_out_of_use(desk: Desk) -> None:
    code, place = f"t{uuid4().hex[:12]}", "/v1/organisation/themes"
    manager = desk.tokens.headers("complaints_manager", key=code)
    body = {"code": code, "title": "Parking"}
    made = [await desk.client.post(place, json=body, headers=manager) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 201] and made[0].json() == made[1].json()
    other = await desk.client.post(place, json=body | {"title": "Else"}, headers=manager)
    assert code_of(other) == (422, "idempotency_key_reused")
    again = await desk.client.post(place, json=body, headers=desk.tokens.headers("complaints_manager"))
    assert [each["code"] for each in again.json()["errors"]] == ["taken"]
    assert (await desk.client.post(place, json=body, headers=desk.tokens.headers("handler"))).status_code == 403
    await must(desk, "learning", LEARNED | {"theme": code})
    one = f"{place}/{made[0].json()['id']}"
    gone = {"title": "Parking and roads", "active": False}
    changed = await desk.client.post(one, json=gone, headers=desk.tokens.headers("complaints_manager"))
    assert (changed.status_code, changed.json()["active"]) == (200, False)
    assert code_of(await desk.post("learning", LEARNED | {"theme": code})) == (409, "unknown_code")
    assert code in {each["code"] for each in (await of_all(desk, place))["items"]}
    theirs: dict[str, Any] = {"organisation": BIRCH.id}
    assert code not in str(await of_all(desk, place, **theirs))
    strange = await desk.client.post(one, json=gone, headers=desk.tokens.headers("complaints_manager", **theirs))
    assert strange.status_code == 404


async def test_figures_backwards_are_refused(desk: Desk) -> None:
    headers = desk.tokens.headers("handler")
    answer = await desk.client.get("/v1/figures/actions?from=2026-12-01&to=2026-11-01", headers=headers)
    assert answer.status_code == 422
