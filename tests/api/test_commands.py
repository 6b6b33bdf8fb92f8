"""Commands: 200 with what stands now, 409 or 412 refused, 202 when no verdict is known yet."""

from __future__ import annotations

from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from contracts.failures import Refusal
from gateways.delivery import Delivered, Delivery
from tests.api.fakes import FakeEngine
from tests.api.people import ACORN, BIRCH, Tokens, a_complaint

Connection = psycopg.Connection[Any]
NOTE = {"words": "She rang and was calm."}


@pytest.fixture
async def complaint(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> str:
    """The address of a complaint that is open."""
    logged = await client.post("/v1/complaints", json=a_complaint(), headers=tokens.headers("handler"))
    await app.state.parts.starts.idle()
    return str(logged.headers["location"])


COMMANDS: list[tuple[str, str, dict[str, Any]]] = [
    ("handler", "acknowledgement", {"method": "call", "madeOn": "2026-11-18", "discussionOffered": True}),
    ("handler", "discussion", {"result": "accepted", "recordedOn": "2026-11-18"}),
    (
        "handler",
        "response-period",
        {"basis": "agreed", "respondBy": "2027-01-15", "updateEveryDays": 20, "agreedWith": "Una Sample"},
    ),
    ("handler", "extension", {"clock": "response_period", "respondBy": "2027-02-15", "reason": "Records."}),
    ("handler", "updates", {"method": "letter", "givenOn": "2026-11-18", "words": "We are reading."}),
    (
        "responsible_person",
        "response",
        {
            "letter": "Dear Una",
            "signedBy": str(ACORN.person("responsible_person")),
            "outcome": "upheld",
        },
    ),
    ("handler", "closure", {}),
    ("handler", "withdrawal", {"method": "email", "withdrawnOn": "2026-11-18"}),
    ("handler", "owner", {"ownerId": str(ACORN.person("handler")), "handover": "On leave."}),
    ("investigator", "notes", NOTE),
    (
        "investigator",
        "contacts",
        {
            "direction": "in",
            "channel": "call",
            "happenedAt": "2026-11-18T10:00:00Z",
            "withWhom": "Una Sample",
            "summary": "Asked for news.",
        },
    ),
    ("handler", "corrections", {"correction": {"what": "coding", "channel": "oral"}, "reason": "She rang."}),
    ("complaints_manager", f"corrections/{ACORN.id}/decision", {"approved": True}),
    ("handler", "updates/letter", {"subject": "Your complaint", "body": "We are reading."}),
    ("handler", "contact-rules", {"stopContact": True, "hold": False, "reason": "She asked."}),
    ("handler", f"notices/{ACORN.id}/release", {"body": "Dear Una"}),
    ("handler", f"notices/{ACORN.id}/discard", {"reason": "Not needed."}),
    ("operator", f"tasks/{ACORN.id}/completion", {"words": "Done."}),
]


@pytest.mark.parametrize(("role", "path", "body"), COMMANDS, ids=[each[1] for each in COMMANDS])
async def test_every_command_is_carried_and_answered_with_what_stands_now(
    client: httpx2.AsyncClient,
    tokens: Tokens,
    engine: FakeEngine,
    complaint: str,
    role: str,
    path: str,
    body: dict[str, Any],
) -> None:
    answer = await client.post(f"{complaint}/{path}", json=body, headers=tokens.headers(role))
    assert answer.status_code == 200, answer.text
    assert answer.json()["version"] == 2
    assert answer.headers["etag"] == '"2"'
    assert engine.delivered[-1].seq == 2


async def test_what_was_said_is_stored_with_who_said_it_and_in_which_role(
    client: httpx2.AsyncClient, tokens: Tokens, complaint: str, migrator: Connection
) -> None:
    headers = tokens.headers("investigator", "complaints_manager", subject="investigator", key="by-whom")
    await client.post(f"{complaint}/notes", json=NOTE, headers=headers)
    stored = migrator.execute(
        "select kind, body, caller, person_id, role, seq from submission where idempotency_key = 'by-whom'"
    ).fetchone()
    person = ACORN.person("investigator")
    assert stored == ("add_note", NOTE, "investigator", person, "investigator", 2)


async def test_a_refusal_says_why_and_what_is_allowed_now(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, complaint: str
) -> None:
    engine.refuse_next(Refusal.NOT_IN_THIS_STAGE)
    headers = tokens.headers("handler")
    answer = await client.post(f"{complaint}/closure", json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_in_this_stage")
    assert "acknowledgement" in answer.json()["allowed"]
    assert "closure" not in answer.json()["allowed"]
    again = await client.post(f"{complaint}/closure", json={}, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "not_in_this_stage")


async def test_a_stale_version_is_refused_with_412(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, complaint: str
) -> None:
    engine.refuse_next(Refusal.STALE_VERSION)
    headers = tokens.headers("handler") | {"If-Match": '"7"'}
    answer = await client.post(f"{complaint}/notes", json=NOTE, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
    assert engine.delivered[-1].command.if_version == 7


async def test_a_command_is_kept_for_later_while_the_engine_is_away(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, complaint: str
) -> None:
    engine.away = True
    headers = tokens.headers("handler")
    kept = await client.post(f"{complaint}/notes", json=NOTE, headers=headers)
    assert (kept.status_code, kept.json()["state"]) == (202, "pending")
    engine.away = False
    told = await client.post(f"{complaint}/notes", json=NOTE, headers=headers)
    assert (told.status_code, told.json()["version"]) == (200, 2)
    status = await client.get(kept.headers["location"], headers=headers)
    assert status.json()["state"] == "applied"


async def test_what_was_said_first_is_delivered_first(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, complaint: str
) -> None:
    engine.away = True
    await client.post(f"{complaint}/notes", json=NOTE, headers=tokens.headers("handler"))
    engine.away = False
    second = await client.post(f"{complaint}/closure", json={}, headers=tokens.headers("handler"))
    assert second.json()["version"] == 3
    assert [each.seq for each in engine.delivered] == [1, 2, 3]


async def test_a_parked_command_is_answered_202_and_an_operator_can_have_it_tried_again(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, complaint: str
) -> None:
    engine.verdicts.append(Delivered(delivery=Delivery.PARKED, failure="parked"))
    parked = await client.post(f"{complaint}/notes", json=NOTE, headers=tokens.headers("handler"))
    assert (parked.status_code, parked.json()["state"]) == (202, "parked")
    retry = f"{parked.headers['location']}/retry"
    forbidden = await client.post(retry, headers=tokens.headers("handler"))
    assert forbidden.status_code == 403
    tried = await client.post(retry, headers=tokens.headers("operator"))
    assert (tried.status_code, tried.json()["state"]) == (200, "applied")
    twice = await client.post(retry, headers=tokens.headers("operator"))
    assert (twice.status_code, twice.json()["state"]) == (200, "applied")


async def test_a_command_on_another_organisations_complaint_is_not_found(
    client: httpx2.AsyncClient, tokens: Tokens, complaint: str
) -> None:
    theirs = tokens.headers("handler", organisation=BIRCH.id)
    for call in (
        client.post(f"{complaint}/notes", json=NOTE, headers=theirs),
        client.get(complaint, headers=theirs),
        client.get(f"{complaint}/clocks", headers=theirs),
    ):
        answer = await call
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_key_used_for_another_complaint_is_refused(
    client: httpx2.AsyncClient, tokens: Tokens, complaint: str, app: FastAPI
) -> None:
    other = await client.post("/v1/complaints", json=a_complaint(), headers=tokens.headers("handler"))
    headers = tokens.headers("handler", key="two-complaints")
    assert (await client.post(f"{complaint}/notes", json=NOTE, headers=headers)).status_code == 200
    answer = await client.post(f"{other.headers['location']}/notes", json=NOTE, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_reference_is_understood_in_lower_case_with_confused_letters(
    client: httpx2.AsyncClient, tokens: Tokens, complaint: str
) -> None:
    prefix, body, check = complaint.rsplit("/", 1)[1].split("-")
    said = f"{prefix}-{body.replace('1', 'i').replace('0', 'o')}-{check}".lower()
    answer = await client.get(f"/v1/complaints/{said}", headers=tokens.headers("handler"))
    assert answer.status_code == 200


async def test_only_a_closed_complaint_is_reopened_and_only_once(
    client: httpx2.AsyncClient,
    tokens: Tokens,
    complaint: str,
    migrator: Connection,
    app: FastAPI,
) -> None:
    body = {key: value for key, value in a_complaint().items() if key != "complainant"}
    early = await client.post(f"{complaint}/reopening", json=body, headers=tokens.headers("handler"))
    assert (early.status_code, early.json()["code"]) == (409, "original_not_closed")

    reference = complaint.rsplit("/", 1)[1]
    migrator.execute("update complaint set open = false, stage = 'closed' where reference = %s", (reference,))
    headers = tokens.headers("handler")
    reopened = await client.post(f"{complaint}/reopening", json=body, headers=headers)
    assert reopened.status_code == 201
    await app.state.parts.starts.idle()
    shown = (await client.get(reopened.headers["location"], headers=headers)).json()
    assert shown["reopenedFrom"] == reference
    assert shown["words"]["parties"][0]["name"] == "Una Sample"
    assert (await client.get(complaint, headers=headers)).json()["reopenedAs"] == shown["reference"]

    same = await client.post(f"{complaint}/reopening", json=body, headers=headers)
    assert (same.status_code, same.json()) == (201, reopened.json())
    again = await client.post(f"{complaint}/reopening", json=body, headers=tokens.headers("handler"))
    assert (again.status_code, again.json()["code"]) == (409, "already_reopened")


async def test_an_operator_resumes_a_complaint_unless_the_engine_is_away(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, complaint: str
) -> None:
    done = await client.post(f"{complaint}/resumption", headers=tokens.headers("operator"))
    assert (done.status_code, done.json()) == (200, {"applied": 1, "parked": 0})
    engine.away = True
    away = await client.post(f"{complaint}/resumption", headers=tokens.headers("operator"))
    assert (away.status_code, away.json()["code"]) == (503, "engine_unavailable")
    assert away.headers["retry-after"] == "5"


async def test_what_happens_now_is_asked_of_the_workflow(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, complaint: str
) -> None:
    now = await client.get(f"{complaint}/now", headers=tokens.headers("auditor"))
    assert now.json()["stage"] == "received"
    engine.away = True
    away = await client.get(f"{complaint}/now", headers=tokens.headers("auditor"))
    assert (away.status_code, away.json()["code"]) == (503, "engine_unavailable")
