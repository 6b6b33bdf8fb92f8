"""The staff complained about over HTTP, with the case file's own verdicts: said, shown, and hidden from others."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.fakes import FixedClock
from tests.api.people import ACORN, BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of, share

pytestmark = pytest.mark.at_once

LOCUM = {"kind": "locum", "name": "Dr Lee", "email": "lee@agency.example.org"}
SUPPORT = {"supporterId": str(ACORN.person("senior_leader")), "supporterIs": "line_manager"}
TOLD = {"toldOn": "2026-11-18", "how": "in_person"}
SPOKE = {"spokeOn": "2026-11-18", "how": "call", "words": "They are shaken."}
DEFER = {"reason": "police", "words": "The police ask us to wait.", "reviewOn": "2026-12-01"}
END = {"cause": "not_concerned", "words": "It was another ward."}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def name(desk: Desk, **changes: Any) -> str:
    answer = await desk.post("staff", LOCUM | SUPPORT | changes, "handler")
    assert answer.status_code == 200, answer.text
    return str((await desk.get("staff"))["items"][-1]["id"])


async def test_a_member_of_staff_is_shown_with_what_is_owed_to_them_and_what_was_done(desk: Desk) -> None:
    staff = await name(desk)
    (shown,) = (await desk.get("staff"))["items"]
    assert (shown["state"], shown["name"], shown["updateEveryDays"]) == ("named", "Dr Lee", 14)
    assert shown["supporter"]["name"] == "senior_leader of ACORN"
    (clock,) = shown["clocks"]
    assert (clock["kind"], clock["dueOn"], clock["overdue"]) == ("staff_notice", "2026-11-20", False)
    assert clock["title"] == "Tell the member of staff, in person, what is complained of"
    assert "staff" in (await desk.get("", "handler"))["allowed"]
    for path, body in (("telling", TOLD), ("support", SPOKE)):
        answer = await desk.post(f"staff/{staff}/{path}", body, "handler")
        assert answer.status_code == 200, answer.text
    (shown,) = (await desk.get("staff"))["items"]
    assert [(step["kind"], step["how"]) for step in shown["steps"]] == [("telling", "in_person"), ("support", "call")]
    assert {each["kind"] for each in shown["clocks"] if each["state"] == "running"} == {
        "staff_follow_up", "staff_invitation", "staff_update",
    }  # fmt: skip
    (letter,) = [each for each in (await desk.get("notices"))["items"] if each["template"] == "staff_follow_up"]
    assert (letter["involvementId"], letter["audience"]) == (staff, "staff") and letter["pdf"].endswith("/pdf")
    tasks = {each["kind"]: each for each in (await desk.get("tasks"))["items"]}
    assert tasks["tell_staff"]["title"].startswith("Tell the member of staff")
    answer = await desk.post(f"staff/{staff}/end", END, "handler")
    assert answer.status_code == 200, answer.text
    (shown,) = (await desk.get("staff"))["items"]
    assert (shown["state"], shown["endedCause"], shown["endedOn"]) == ("ended", "not_concerned", "2026-11-18")


async def test_the_letter_to_them_is_a_pdf_in_their_name(desk: Desk, client: httpx2.AsyncClient) -> None:
    staff = await name(desk)
    assert (await desk.post(f"staff/{staff}/telling", TOLD, "handler")).status_code == 200
    (letter,) = [each for each in (await desk.get("notices"))["items"] if each["template"] == "staff_follow_up"]
    found = await client.get(letter["pdf"], headers=desk.tokens.headers("handler"))
    assert found.status_code == 200 and found.content.startswith(b"%PDF")


async def test_a_deferral_is_refused_from_whoever_asks_and_taken_from_a_senior(desk: Desk) -> None:
    staff = await name(desk)
    own = DEFER | {"approverId": str(ACORN.person("complaints_manager"))}
    answer = await desk.post(f"staff/{staff}/deferrals", own, "complaints_manager")
    assert code_of(answer) == (409, "not_authorised")
    answer = await desk.post(f"staff/{staff}/deferrals", own, "handler")
    assert answer.status_code == 200, answer.text
    (shown,) = (await desk.get("staff"))["items"]
    (step,) = shown["steps"]
    assert (shown["state"], step["about"], step["until"]) == ("deferred", "police", "2026-12-01")
    assert step["by"]["id"] == str(ACORN.person("complaints_manager"))


async def test_the_same_key_is_one_member_of_staff_and_another_body_under_it_is_refused(desk: Desk) -> None:
    key = uuid4().hex
    first = await desk.post("staff", LOCUM, "handler", key=key)
    again = await desk.post("staff", LOCUM, "handler", key=key)
    other = await desk.post("staff", LOCUM | {"name": "Dr Moe"}, "handler", key=key)
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 422)
    assert len((await desk.get("staff"))["items"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "employed"},
        {"kind": "unidentified", "name": "Dr Lee"},
        {"kind": "unidentified"},
        {"kind": "locum", "name": "Dr Lee", "updateEveryDays": 0},
        {"kind": "locum", "name": "Dr Lee", "updateEveryDays": 91},
        {"kind": "locum", "name": "Dr Lee", "email": "not an address"},
        {"kind": "contractor", "name": "Dr Lee"},
        {"kind": "locum", "name": "Dr\nLee"},
    ],
)
async def test_what_is_no_member_of_staff_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    answer = await desk.post("staff", body, "handler")
    assert answer.status_code == 422 and "Lee" not in answer.text
    assert (await desk.get("staff"))["items"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("telling", TOLD | {"how": "call"}),
        ("telling", TOLD | {"toldOn": "2026-11-19"}),
        ("support", SPOKE | {"how": "telepathy"}),
        ("deferrals", DEFER),
        ("end", {"cause": "died"}),
    ],
)
async def test_what_is_half_said_is_refused(desk: Desk, path: str, body: dict[str, Any]) -> None:
    staff = await name(desk)
    assert (await desk.post(f"staff/{staff}/{path}", body, "handler")).status_code == 422


async def test_who_may_not_write_says_nothing_and_who_may_not_see_words_sees_no_names(desk: Desk) -> None:
    staff = await name(desk)
    assert (await desk.post(f"staff/{staff}/telling", TOLD, "auditor")).status_code == 403
    (shown,) = (await desk.get("staff", "operator"))["items"]
    assert shown["state"] == "named" and "Lee" not in str(shown) and "senior_leader of" not in str(shown)


async def test_through_a_share_it_is_seen_that_staff_are_involved_and_not_who(
    desk: Desk, client: httpx2.AsyncClient, migrator: psycopg.Connection[Any]
) -> None:
    staff = await name(desk)
    assert (await desk.post(f"staff/{staff}/telling", TOLD, "handler")).status_code == 200
    headers = desk.tokens.headers("handler", organisation=BIRCH.id)
    path = f"/v1/complaints/{desk.reference}/staff"
    assert (await client.get(path, headers=headers)).status_code == 404
    share(migrator, desk.reference, BIRCH)
    found = await client.get(path, headers=headers)
    assert found.status_code == 200 and "Lee" not in found.text and "example.org" not in found.text
    notices = await client.get(f"/v1/complaints/{desk.reference}/notices", headers=headers)
    (letter,) = [each for each in notices.json()["items"] if each["template"] == "staff_follow_up"]
    assert "body" not in letter or letter["body"] is None
    pdf = await client.get(f"/v1/complaints/{desk.reference}/notices/{letter['id']}/pdf", headers=headers)
    assert pdf.status_code == 404


async def test_an_involvement_of_nobody_is_refused(desk: Desk) -> None:
    answer = await desk.post(f"staff/{uuid4()}/telling", TOLD, "handler")
    assert code_of(answer) == (409, "unknown_involvement")


async def test_support_details_are_set_by_the_manager_and_stand_in_the_letter(
    desk: Desk, client: httpx2.AsyncClient, clock: FixedClock
) -> None:
    path = "/v1/organisation/support-details"
    body = {
        "items": [
            {"kind": "outside", "title": "Helpline", "reachedBy": "0800 000 000, day and night"},
            {"kind": "inside", "title": "Occupational health", "reachedBy": "Extension 4321"},
        ]
    }
    refused = await client.put(path, json=body, headers=desk.tokens.headers("handler"))
    assert refused.status_code == 403
    manager = desk.tokens.headers("complaints_manager")
    set_ = await client.put(path, json=body, headers=manager)
    assert set_.status_code == 200, set_.text
    assert [each["kind"] for each in set_.json()["items"]] == ["inside", "outside"]
    staff = await name(desk)
    assert (await desk.post(f"staff/{staff}/telling", TOLD, "handler")).status_code == 200
    (letter,) = [each for each in (await desk.get("notices"))["items"] if each["template"] == "staff_follow_up"]
    assert "Occupational health: Extension 4321" in letter["body"] and "[[" not in letter["body"]
    released = await desk.post(f"notices/{letter['id']}/release", {}, "handler")
    assert released.status_code == 200, released.text
    (sent,) = [each for each in (await desk.get("notices"))["items"] if each["template"] == "staff_follow_up"]
    assert sent["state"] == "queued"
    emptied = await client.put(path, json={"items": []}, headers=desk.tokens.headers("complaints_manager"))
    assert emptied.json()["items"] == []
    other = await client.get(path, headers=desk.tokens.headers("handler", organisation=BIRCH.id))
    assert other.json()["items"] == []
    assert UUID(letter["id"])


async def test_whoever_handles_a_complaint_does_not_come_upon_it_that_it_is_about_them(desk: Desk) -> None:
    body = {"kind": "employed", "personId": str(ACORN.person("investigator"))}
    assert (await desk.post("staff", body, "handler")).status_code == 200
    (shown,) = (await desk.get("staff", "handler"))["items"]
    defer = DEFER | {"approverId": str(ACORN.person("complaints_manager"))}
    assert (await desk.post(f"staff/{shown['id']}/deferrals", defer, "handler")).status_code == 200

    async def seen(role: str) -> str:
        pages = [await desk.get(path, role) for path in ("staff", "timeline", "clocks", "tasks")]
        return str(pages)

    for word in ("police", "staff_deferral", "staff.named", "tell_staff", shown["id"]):
        assert word in await seen("handler") and word not in await seen("investigator"), word
    # What else there is, they see as ever.
    assert "acknowledgement" in await seen("investigator")
    telling = TOLD | {"byId": str(ACORN.person("senior_leader"))}
    assert (await desk.post(f"staff/{shown['id']}/telling", telling, "handler")).status_code == 200
    assert shown["id"] in await seen("investigator")
