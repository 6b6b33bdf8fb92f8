"""Corrections, contacts and what comes after the end over HTTP, with the case file's own verdicts behind it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import ACORN, BIRCH, Organisation, Tokens, log

pytestmark = pytest.mark.at_once

MOVED = {"correction": {"what": "received_on", "receivedOn": "2026-11-16"}, "reason": "The envelope says so."}
CALL = {
    "direction": "in",
    "channel": "call",
    "happenedAt": "2026-11-18T09:30:00+00:00",
    "withWhom": "Una Sample",
    "summary": "Asked for news.",
}


class Desk:
    """One complaint, and requests about it."""

    def __init__(self, client: httpx2.AsyncClient, tokens: Tokens, reference: str) -> None:
        self.client, self.tokens, self.reference = client, tokens, reference

    async def post(self, path: str, body: Any, role: str = "handler", **more: Any) -> httpx2.Response:
        headers = self.tokens.headers(role, **more)
        return await self.client.post(f"/v1/complaints/{self.reference}/{path}", json=body, headers=headers)

    async def get(self, path: str = "", role: str = "handler", **more: Any) -> Any:
        place = f"/v1/complaints/{self.reference}{path and '/' + path}"
        answer = await self.client.get(place, headers=self.tokens.headers(role, **more))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def withdraw(self) -> None:
        answer = await self.post("withdrawal", {"method": "call", "withdrawnOn": "2026-11-18"})
        assert answer.status_code == 200, answer.text


async def a_desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    logged = await log(client, tokens, app, ownerId=str(ACORN.person("handler")))
    return Desk(client, tokens, logged["reference"])


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


def share(migrator: psycopg.Connection[Any], reference: str, reader: Organisation) -> None:
    migrator.execute(
        "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
        " select gen_random_uuid(), organisation_id, id, %s, 'read', '2027-01-01' from complaint where reference = %s",
        (reader.id, reference),
    )


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_a_day_of_receipt_is_corrected_by_two_people(desk: Desk) -> None:
    asked = await desk.post("corrections", MOVED)
    assert (asked.status_code, asked.json()["receivedOn"]) == (200, "2026-11-17")
    (correction,) = (await desk.get("corrections"))["items"]
    assert (correction["state"], correction["what"]) == ("awaiting_approval", "received_on")
    assert (correction["before"]["received_on"], correction["after"]["received_on"]) == ("2026-11-17", "2026-11-16")
    (task,) = [each for each in (await desk.get("tasks"))["items"] if each["kind"] == "approve_correction"]
    assert (task["subjectId"], task["title"]) == (correction["id"], "Approve or reject the correction")

    decision = f"corrections/{correction['id']}/decision"
    assert code_of(await desk.post(decision, {"approved": True})) == (403, "forbidden")
    # The handler who asked holds the manager's role too: it is the person that counts.
    same = await desk.post(decision, {"approved": True}, "complaints_manager", subject="handler")
    assert code_of(same) == (409, "same_person")
    nobody = await desk.post(decision, {"approved": True}, "complaints_manager", subject="a-machine")
    assert code_of(nobody) == (403, "person_needed")
    made = await desk.post(decision, {"approved": True}, "complaints_manager")
    assert (made.status_code, made.json()["receivedOn"]) == (200, "2026-11-16")
    (shown,) = (await desk.get("corrections"))["items"]
    assert (shown["state"], shown["decidedBy"]["name"]) == ("made", "complaints_manager of ACORN")
    clock = next(each for each in (await desk.get("clocks"))["items"] if each["kind"] == "acknowledgement")
    assert [version["cause"] for version in clock["versions"]] == ["received", "corrected"]
    assert code_of(await desk.post(decision, {"approved": True}, "responsible_person")) == (
        *(409,),
        "not_awaiting_approval",
    )


async def test_a_repeated_key_gets_the_first_answer_and_another_body_is_refused(desk: Desk) -> None:
    key = {"key": f"correction-{desk.reference}"}
    first = await desk.post("corrections", MOVED, **key)
    again = await desk.post("corrections", MOVED, **key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert len((await desk.get("corrections"))["items"]) == 1
    other = await desk.post("corrections", MOVED | {"reason": "Another."}, **key)
    assert code_of(other) == (422, "idempotency_key_reused")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"correction": MOVED["correction"]}, "/reason"),
    (MOVED | {"reason": "  "}, "/reason"),
    ({"correction": {"what": "received_on"}, "reason": "x"}, "/correction/receivedOn"),
    ({"correction": {"what": "received_on", "receivedOn": "2026-11-19"}, "reason": "x"}, "/correction/receivedOn"),
    ({"correction": {"what": "received_on", "receivedOn": "2009-03-31"}, "reason": "x"}, "/correction/receivedOn"),
    ({"correction": {"what": "the weather"}, "reason": "x"}, "/correction"),
    ({"correction": {"receivedOn": "2026-11-16"}, "reason": "x"}, "/correction"),
    ({"correction": {"what": "coding", "outcome": "who knows"}, "reason": "x"}, "/correction/outcome"),
    ({"correction": {"what": "link", "reopenedFrom": "ACORN-NOTHING-X"}, "reason": "x"}, "/correction/reopenedFrom"),
    ({"correction": {"what": "opened_in_error", "cause": "duplicate"}, "reason": "x"}, "/correction"),
    ({"correction": {"what": "opened_in_error", "cause": "test", "belongsTo": "Them"}, "reason": "x"}, "/correction"),
    (
        {"correction": {"what": "opened_in_error", "cause": "duplicate", "duplicateOf": "XX"}, "reason": "x"},
        "/correction/duplicateOf",
    ),
]


@pytest.mark.parametrize(("body", "pointer"), WRONG, ids=[pointer for _, pointer in WRONG])
async def test_what_is_no_correction_is_refused_with_the_place_that_is_wrong(
    desk: Desk, body: dict[str, Any], pointer: str
) -> None:
    answer = await desk.post("corrections", body)
    assert code_of(answer) == (422, "invalid_request")
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert "weather" not in answer.text
    assert (await desk.get("corrections"))["items"] == []


async def test_a_complaint_of_another_organisation_is_not_there_to_be_named_though_it_is_shared(
    desk: Desk, client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: psycopg.Connection[Any]
) -> None:
    theirs = await client.post(
        "/v1/complaints",
        json={
            "channel": "written",
            "receivedOn": "2026-11-17",
            "summary": "S",
            "narrative": "N",
            "complainant": {"name": "Una"},
        },
        headers=tokens.headers("handler", organisation=BIRCH.id),
    )
    await app.state.parts.starts.idle()
    share(migrator, theirs.json()["reference"], ACORN)
    body = {
        "correction": {"what": "opened_in_error", "cause": "duplicate", "duplicateOf": theirs.json()["reference"]},
        "reason": "Twice.",
    }
    answer = await desk.post("corrections", body)
    assert answer.json()["errors"][0]["pointer"] == "/correction/duplicateOf"
    strangers = await client.get(
        f"/v1/complaints/{desk.reference}/corrections", headers=tokens.headers("handler", organisation=BIRCH.id)
    )
    assert strangers.status_code == 404


async def test_a_duplicate_is_named_by_its_reference_and_ends_when_approved(
    desk: Desk, client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    kept = await a_desk(client, tokens, app)
    named = {"what": "opened_in_error", "cause": "duplicate", "duplicateOf": kept.reference.lower()}
    assert (await desk.post("corrections", {"correction": named, "reason": "Twice."})).status_code == 200
    (correction,) = (await desk.get("corrections"))["items"]
    ended = await desk.post(f"corrections/{correction['id']}/decision", {"approved": True}, "responsible_person")
    assert ended.status_code == 200, ended.text
    assert (ended.json()["stage"], ended.json()["stageTitle"], ended.json()["open"]) == (
        *("opened_in_error", "Opened in error"),
        False,
    )
    late = await desk.post("acknowledgement", {"method": "call", "madeOn": "2026-11-18", "discussionOffered": True})
    assert code_of(late) == (409, "complaint_closed")


async def test_a_rejection_has_a_reason(desk: Desk) -> None:
    await desk.post("corrections", MOVED)
    (correction,) = (await desk.get("corrections"))["items"]
    decision = f"corrections/{correction['id']}/decision"
    assert code_of(await desk.post(decision, {"approved": False}, "complaints_manager")) == (422, "invalid_request")
    rejected = await desk.post(decision, {"approved": False, "reason": "No."}, "complaints_manager")
    assert rejected.status_code == 200
    assert [each["state"] for each in (await desk.get("corrections"))["items"]] == ["rejected"]
    unknown = await desk.post(f"corrections/{uuid4()}/decision", {"approved": True}, "complaints_manager")
    assert code_of(unknown) == (409, "unknown_correction")


async def test_a_party_is_corrected_by_the_id_that_is_shown_and_words_are_for_those_who_see_words(desk: Desk) -> None:
    (party,) = (await desk.get())["words"]["parties"]
    right = {"what": "party", "partyId": party["id"], "cause": "wrong_person", "name": "Robin Right"}
    made = await desk.post("corrections", {"correction": right, "reason": "A namesake."})
    assert made.status_code == 200, made.text
    assert [each["name"] for each in made.json()["words"]["parties"]] == ["Robin Right"]
    (shown,) = (await desk.get("corrections"))["items"]
    assert (shown["before"]["name"], shown["after"]["name"]) == ("Una Sample", "Robin Right")
    (bare,) = (await desk.get("corrections", "operator"))["items"]
    assert (bare["before"], bare["after"], bare["reason"], bare["askedBy"]["name"]) == (None, None, None, None)


async def test_what_stood_before_is_not_read_through_a_share(
    desk: Desk, client: httpx2.AsyncClient, tokens: Tokens, migrator: psycopg.Connection[Any]
) -> None:
    (party,) = (await desk.get())["words"]["parties"]
    right = {"what": "party", "partyId": party["id"], "cause": "wrong_person", "name": "Robin Right"}
    await desk.post("corrections", {"correction": right, "reason": "A namesake."})
    share(migrator, desk.reference, BIRCH)
    headers = tokens.headers("handler", organisation=BIRCH.id)
    through = await client.get(f"/v1/complaints/{desk.reference}/corrections", headers=headers)
    assert [each["state"] for each in through.json()["items"]] == ["made"]
    assert "Una Sample" not in through.text
    asked = await client.post(f"/v1/complaints/{desk.reference}/corrections", json=MOVED, headers=headers)
    assert code_of(asked) == (403, "not_your_complaint")


async def test_a_contact_is_logged_and_its_promise_is_a_task(desk: Desk) -> None:
    promise = {"promised": "A letter.", "promisedBy": "2026-11-20"}
    assert (await desk.post("contacts", CALL | promise, "investigator")).status_code == 200
    (contact,) = (await desk.get("contacts"))["items"]
    assert (contact["withWhom"], contact["happenedAt"], contact["promisedBy"]) == (
        *("Una Sample", "2026-11-18T09:30:00Z"),
        "2026-11-20",
    )
    (bare,) = (await desk.get("contacts", "operator"))["items"]
    assert (bare["withWhom"], bare["summary"], bare["promised"], bare["channel"]) == (None, None, None, "call")
    assert "promised" in [each["kind"] for each in (await desk.get("tasks"))["items"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"happenedAt": "2026-11-18T10:30:01Z"},
        {"happenedAt": "2026-11-18T09:30:00"},
        {"happenedAt": "2026-11-18"},
        {"happenedAt": 1763454600},
        {"happenedAt": "2026-02-30T09:30:00Z"},
        {"promised": "A letter."},
        {"promisedBy": "2026-11-20"},
        {"channel": "telepathy"},
        {"withWhom": "two\nlines"},
        {"partyId": "somebody"},
    ],
)
async def test_a_contact_that_cannot_be_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    answer = await desk.post("contacts", CALL | changes)
    assert code_of(answer) == (422, "invalid_request")
    assert (await desk.get("contacts"))["items"] == []


async def test_after_the_end_things_are_taken_and_somebody_says_what_came_of_them(desk: Desk) -> None:
    await desk.withdraw()
    shown = await desk.get()
    assert {"contacts", "corrections", "notes", "files"} <= set(shown["allowed"])
    assert "updates/letter" not in shown["allowed"]
    assert (await desk.post("contacts", CALL)).status_code == 200
    (task,) = [each for each in (await desk.get("tasks"))["items"] if each["kind"] == "late_item"]
    done = f"tasks/{task['id']}/completion"
    assert code_of(await desk.post(done, {})) == (409, "reason_needed")
    assert code_of(await desk.post(done, {"outcome": "reopened"})) == (409, "contradicts_record")
    assert (await desk.post(done, {"outcome": "answered", "words": "We rang."})).status_code == 200


async def test_an_update_in_writing_is_sent_in_a_persons_name_where_an_update_may_be_given(desk: Desk) -> None:
    letter = {"subject": "Your complaint", "body": "We are reading your records."}
    assert "updates/letter" not in (await desk.get())["allowed"]
    assert code_of(await desk.post("updates/letter", letter)) == (409, "not_in_this_stage")
    await desk.post("acknowledgement", {"method": "call", "madeOn": "2026-11-18", "discussionOffered": True})
    assert "updates/letter" in (await desk.get())["allowed"]
    assert code_of(await desk.post("updates/letter", letter, "case_system")) == (403, "forbidden")
    blank = await desk.post("updates/letter", letter | {"body": "Dear [[name]]"})
    assert code_of(blank) == (409, "blanks_left")
    sent = await desk.post("updates/letter", letter)
    assert sent.status_code == 200, sent.text
    (notice,) = [each for each in (await desk.get("notices"))["items"] if each["template"] == "update"]
    assert (notice["state"], notice["body"], notice["releasedBy"]) == (
        *("queued", letter["body"]),
        str(ACORN.person("handler")),
    )
