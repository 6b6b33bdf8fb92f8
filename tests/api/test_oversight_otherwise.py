"""A recommendation over HTTP that is moved or lifted by whoever made it, and requests that nobody could have made."""

from __future__ import annotations

import httpx2
import pytest
from fastapi import FastAPI

from tests.api.people import BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of
from tests.api.test_referrals import DAY, FINAL, RECEIVED, REG_16, the_only

pytestmark = pytest.mark.at_once
LATER = "2027-03-31"


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def recommended(desk: Desk) -> str:
    """Have a final decision recommend one thing; return where what becomes of that is said."""
    assert (await desk.post("referrals", RECEIVED)).status_code == 200
    shown = await the_only(desk)
    assert (await desk.post(f"referrals/{shown['id']}/decisions", FINAL)).status_code == 200
    (made,) = (await the_only(desk))["recommendations"]
    return f"referrals/{shown['id']}/recommendations/{made['id']}/compliance"


async def test_a_target_that_was_moved_is_shown_with_the_one_before(desk: Desk) -> None:
    place = await recommended(desk)
    (before,) = (await the_only(desk))["recommendations"]
    moved = {"compliedOn": DAY, "evidence": "Their letter of today.", "result": "moved", "targetOn": LATER}
    assert (await desk.post(place, moved)).status_code == 200
    (made,) = (await the_only(desk))["recommendations"]
    assert (made["state"], made["targetOn"], made["firstTargetOn"], made["late"]) == (
        "open", LATER, before["targetOn"], False,
    )  # fmt: skip
    assert code_of(await desk.post(place, moved)) == (409, "nothing_changes")


async def test_a_request_that_no_complaint_could_take_is_refused_as_a_whole(desk: Desk) -> None:
    whole = REG_16 | {"references": [desk.reference]}
    wrongs = (
        ({"body": "nobody_at_all"}, "/body"),
        ({"body": "phso"}, "/body"),
        ({"body": "hiw"}, "/basis"),
        ({"name": "Somebody"}, "/name"),
        ({"body": "other_regulator", "basis": "date_set", "dueOn": LATER}, "/name"),
    )
    for number, (wrong, where) in enumerate(wrongs):
        headers = desk.tokens.headers("handler", key=f"{desk.reference}-{number}")
        answer = await desk.client.post("/v1/regulator-requests", json=whole | wrong, headers=headers)
        assert code_of(answer) == (422, "invalid_request"), wrong
        assert [each["pointer"] for each in answer.json()["errors"]] == [where]
    assert (await desk.get("referrals"))["items"] == []


async def test_one_that_was_lifted_is_shown_as_such_and_nothing_of_it_is_owed(desk: Desk) -> None:
    place = await recommended(desk)
    lifted = {"compliedOn": DAY, "evidence": "They took it back.", "result": "lifted"}
    assert (await desk.post(place, lifted)).status_code == 200
    (made,) = (await the_only(desk))["recommendations"]
    assert (made["state"], made["liftedOn"], made.get("compliedOn")) == ("lifted", DAY, None)
    refused = await desk.post(
        place.partition("/recommendations")[0] + "/closure", {"cause": "done"}, "complaints_manager"
    )
    assert [each["title"] for each in refused.json()["missing"]] == [
        "What the Ombudsman or the regulator asked is answered",
        "What was learned is published",
    ]


async def test_a_target_without_a_move_and_a_move_without_a_target_are_pointed_at(desk: Desk) -> None:
    place = await recommended(desk)
    for wrong in (
        {"result": "moved"},
        {"targetOn": LATER},
        {"result": "lifted", "targetOn": LATER},
        {"result": "gone"},
    ):
        answer = await desk.post(place, {"compliedOn": DAY, "evidence": "x"} | wrong)
        assert code_of(answer) == (422, "invalid_request"), wrong
    theirs = desk.tokens.headers("handler", organisation=BIRCH.id, key="theirs")
    url = f"/v1/complaints/{desk.reference}/{place}"
    body = {"compliedOn": DAY, "evidence": "x", "result": "lifted"}
    assert (await desk.client.post(url, json=body, headers=theirs)).status_code == 404
    assert (await desk.post(place, body, "auditor")).status_code == 403
