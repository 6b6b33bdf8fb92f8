"""The response over HTTP: drafted, cleared, signed and shown, with the case file's own verdicts behind it."""

from __future__ import annotations

from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import ACORN, BIRCH, Tokens
from tests.api.test_casework import ACKNOWLEDGED, PLAN, in_closer_look
from tests.api.test_corrections import Desk, a_desk, code_of, share

pytestmark = pytest.mark.at_once

DAY = "2026-11-18"
FINDING = {
    "happened": "They were sent to the laundry.",
    "shouldHave": "They should have been in the drawer.",
    "standard": "Property policy, paragraph 4",
    "evidence": "The property book",
    "outcome": "upheld",
    "reason": "The book says so.",
}
SECTIONS = {
    "how_considered": "We read the property book.",
    "remedy": "We have bought new ones.",
    "action": "The laundry now has a box for what it finds.",
    "learning": "We will write to you in March.",
}
SIGNED = {"signedBy": str(ACORN.person("responsible_person"))}
Migrator = psycopg.Connection[Any]


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    """A complaint that is found on, with the views skipped."""
    desk = await a_desk(client, tokens, app)
    assert (await desk.post("acknowledgement", ACKNOWLEDGED)).status_code == 200
    await in_closer_look(desk)
    assert (await desk.post("plan", PLAN)).status_code == 200
    (issue,) = [each["issueId"] for each in (await desk.get("findings"))["items"]]
    assert (await desk.post("findings", {"issueId": issue, **FINDING}, "investigator")).status_code == 200
    assert (await desk.post("views/skip", {"reason": "Nobody disputes it."}, "complaints_manager")).status_code == 200
    return desk


def drafted(**changes: str) -> dict[str, Any]:
    told = SECTIONS | changes
    return {"sections": [{"element": element, "words": words} for element, words in told.items() if words]}


def there(shown: dict[str, Any]) -> list[str]:
    return [element["code"] for element in shown["elements"] if element["there"]]


async def test_a_response_is_drafted_cleared_signed_and_shown_at_every_step(desk: Desk) -> None:
    before = await desk.get("response")
    assert (before["draft"], before["cleared"], there(before)) == (None, False, ["issues", "conclusions", "ombudsman"])

    made = await desk.post(
        "response/drafts", drafted(learning="") | {"remark": "Learning comes later."}, "investigator"
    )
    assert made.status_code == 200, made.text
    shown = await desk.get("response")
    assert (shown["draft"]["version"], shown["draft"]["missing"]) == (1, ["learning"])
    assert (shown["draft"]["remark"], "learning" in there(shown)) == ("Learning comes later.", False)
    lacking = await desk.post("response/clearance", {"cleared": True}, "complaints_manager")
    assert code_of(lacking) == (409, "requirements_missing")
    assert [each["code"] for each in lacking.json()["missing"]] == ["response_complete"]

    await desk.post("response/drafts", drafted(), "investigator")
    sent_back = await desk.post(
        "response/clearance", {"cleared": False, "reason": "Plainer, please."}, "complaints_manager"
    )
    assert sent_back.status_code == 200, sent_back.text
    await desk.post("response/drafts", drafted(learning="We will write in March."), "investigator")
    assert (await desk.post("response/clearance", {"cleared": True}, "complaints_manager")).status_code == 200
    shown = await desk.get("response")
    assert (shown["cleared"], shown["overtaken"], shown["draft"]["version"]) == (True, False, 3)
    assert [each["version"] for each in shown["earlier"]] == [2, 1]
    (decision,) = shown["earlier"][0]["clearances"]
    assert (decision["cleared"], decision["reason"]) == (False, "Plainer, please.")

    signed = await desk.post("response", SIGNED, "responsible_person")
    assert (signed.status_code, signed.json()["stage"]) == (200, "responded"), signed.text
    shown = await desk.get("response")
    assert (shown["draft"]["issuedOn"], shown["cleared"]) == (DAY, False)
    notices = {each["id"]: each for each in (await desk.get("notices"))["items"]}
    assert shown["draft"]["composed"] in notices[shown["draft"]["noticeId"]]["body"]


async def test_a_serious_complaints_response_is_cleared_by_a_chain_that_is_shown(desk: Desk) -> None:
    assert (await desk.get("response"))["chain"] == []
    raised = await desk.post("severity", {"severity": "serious", "reason": "Severe harm."}, "complaints_manager")
    assert raised.status_code == 200, raised.text
    await desk.post("response/drafts", drafted(), "investigator")
    gates = {gate["command"]: gate for gate in (await desk.get("requirements"))["items"]}
    assert [each["code"] for each in gates["respond"]["toClear"]] == ["complaints_manager", "senior"]
    early = await desk.post("response/clearance", {"cleared": True}, "senior_leader")
    assert code_of(early) == (409, "not_authorised_to_clear")
    assert (await desk.post("response/clearance", {"cleared": True}, "complaints_manager")).status_code == 200
    shown = await desk.get("response")
    assert shown["cleared"] is False
    assert [(each["office"], each["cleared"], each["next"]) for each in shown["chain"]] == [
        ("complaints_manager", True, False),
        ("senior", False, True),
    ]
    unsigned = await desk.post("response", SIGNED, "responsible_person")
    assert [each["code"] for each in unsigned.json()["missing"]] == ["response_cleared"]
    cleared = await desk.post("response/clearance", {"cleared": True}, "responsible_person")
    assert cleared.status_code == 200, cleared.text
    shown = await desk.get("response")
    assert (shown["cleared"], [step["office"] for step in shown["steps"]]) == (True, ["complaints_manager", "senior"])
    assert (await desk.post("response", SIGNED, "responsible_person")).status_code == 200
    gates = {gate["command"]: gate for gate in (await desk.get("requirements"))["items"]}
    assert "escalation_acknowledged" in [each["code"] for each in gates["close"]["missing"]]
    held = await desk.post("closure", {}, "complaints_manager")
    assert "escalation_acknowledged" in [each["code"] for each in held.json()["missing"]]


async def test_a_record_that_moves_on_is_seen_in_the_draft(desk: Desk) -> None:
    await desk.post("response/drafts", drafted())
    (issue,) = [each["issueId"] for each in (await desk.get("findings"))["items"]]
    await desk.post("findings", {"issueId": issue, **FINDING, "outcome": "not_upheld"}, "investigator")
    assert (await desk.get("response"))["overtaken"] is True


async def test_words_of_a_draft_are_not_for_everybody_nor_a_draft_for_others_before_it_is_signed(
    desk: Desk, tokens: Tokens, client: httpx2.AsyncClient, migrator: Migrator
) -> None:
    await desk.post("response/drafts", drafted() | {"remark": "For you alone."})
    shown = await desk.get("response", "operator")
    assert (shown["draft"]["composed"], shown["draft"]["sections"], shown["draft"]["remark"]) == (None, None, None)
    assert "laundry" not in str(shown)

    stranger = tokens.headers("handler", organisation=BIRCH.id)
    place = f"/v1/complaints/{desk.reference}/response"
    assert code_of(await client.get(place, headers=stranger)) == (404, "not_found")
    for path, body in (("drafts", drafted()), ("clearance", {"cleared": True})):
        assert code_of(await client.post(f"{place}/{path}", json=body, headers=stranger)) == (404, "not_found")
    share(migrator, desk.reference, BIRCH)
    assert (await client.get(place, headers=stranger)).json()["draft"] is None
    theirs = tokens.headers("handler", organisation=BIRCH.id)
    assert code_of(await client.post(f"{place}/drafts", json=drafted(), headers=theirs)) == (403, "not_your_complaint")


async def test_the_same_key_has_the_first_answer_and_another_body_is_refused(desk: Desk) -> None:
    first = await desk.post("response/drafts", drafted(), key="draft-once")
    again = await desk.post("response/drafts", drafted(), key="draft-once")
    assert (first.status_code, again.status_code) == (200, 200)
    assert (await desk.get("response"))["draft"]["version"] == 1
    other = await desk.post("response/drafts", drafted(learning="Else."), key="draft-once")
    assert code_of(other) == (422, "idempotency_key_reused")


async def test_only_a_person_drafts_and_only_what_was_read_is_cleared(desk: Desk) -> None:
    machine = await desk.post("response/drafts", drafted(), subject="a-machine")
    assert code_of(machine) == (403, "person_needed")
    assert code_of(await desk.post("response/drafts", drafted(), "case_system")) == (403, "forbidden")
    await desk.post("response/drafts", drafted())
    stale = await desk.post("response/clearance", {"cleared": True, "version": 9}, "complaints_manager")
    assert code_of(stale) == (412, "stale_version")
    unknown = await desk.post("response/drafts", drafted(no_such_element="x"))
    assert code_of(unknown) == (409, "unknown_code")


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("drafts", {}, "/sections"),
        ("drafts", {"sections": [{"element": "learning", "words": " "}]}, "/sections/0/words"),
        ("drafts", {"sections": [{"element": "Learning!", "words": "x"}]}, "/sections/0/element"),
        ("drafts", {"sections": [{"element": "learning", "words": "x"}] * 2}, ""),
        ("drafts", {"sections": [{"element": "learning", "words": "x" * 20_001}]}, "/sections/0/words"),
        ("drafts", {"sections": [{"element": f"e{n}", "words": "x" * 20_000} for n in range(6)]}, ""),
        ("drafts", {"sections": [], "letter": "x"}, "/letter"),
        ("clearance", {}, "/cleared"),
        ("clearance", {"cleared": "yes"}, "/cleared"),
        ("clearance", {"cleared": True, "version": 0}, "/version"),
        ("clearance", {"cleared": True, "reason": ""}, "/reason"),
    ],
)
async def test_bad_input_is_named_by_its_place(
    client: httpx2.AsyncClient, tokens: Tokens, path: str, body: dict[str, Any], pointer: str
) -> None:
    place = f"/v1/complaints/ACORN-00000000-0/response/{path}"
    answer = await client.post(place, json=body, headers=tokens.headers("complaints_manager"))
    assert code_of(answer) == (422, "invalid_request"), answer.text
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
